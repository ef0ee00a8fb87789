"""The people room."""

from datetime import timedelta

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Staff, patients, identity, messages."""

    name = "vesicle.people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have a worker send what is due, hear about second factors, and look whether answers are taken."""
        from vesicle.core import clock, health, periodic
        from vesicle.people import doctor, factors, messages

        def send() -> None:
            messages.send_due(now=clock.now())

        periodic.JOBS.append(periodic.PeriodicJob("messages", timedelta(seconds=5), send))
        health.CHECKS.append(doctor.ANSWERS)
        factors.connect()
