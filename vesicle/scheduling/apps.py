"""The scheduling room."""

from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    """Availability and booking."""

    name = "vesicle.scheduling"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the lists of earlier rooms: who is expected, what is used, the patient's home, the worker's round."""
        from vesicle.candidacy import hooks
        from vesicle.clinic import hooks as clinic
        from vesicle.core import periodic
        from vesicle.core.benchmarks import BENCHMARKS
        from vesicle.people import patient_home
        from vesicle.scheduling import home
        from vesicle.scheduling.benchmarks import PLACEMENT
        from vesicle.scheduling.coming import bookings_to_come
        from vesicle.scheduling.expected import expected

        hooks.expected.append(expected)
        clinic.bookings_to_come.append(bookings_to_come)
        patient_home.cards.append(home.cards)
        periodic.JOBS.append(home.clean_holds)
        periodic.JOBS.append(home.write_letters)
        periodic.JOBS.append(home.pass_offers_on)
        periodic.JOBS.append(home.write_reminders)
        periodic.JOBS.append(home.renew_exams)
        periodic.JOBS.append(home.settle_payments)
        if PLACEMENT not in BENCHMARKS:
            BENCHMARKS.append(PLACEMENT)
