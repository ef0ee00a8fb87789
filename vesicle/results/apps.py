"""The results room."""

from django.apps import AppConfig


class ResultsConfig(AppConfig):
    """Results."""

    name = "vesicle.results"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Plan follow-ups and the reminder when a visit is signed, guide its photographs, show what waits on the
        patient's home page, show pairs in public and take them down, keep the archive measured and compared, and write
        what is due."""
        from django.urls import reverse

        from vesicle.consent import hooks as consent_hooks
        from vesicle.core import periodic
        from vesicle.people import patient_home
        from vesicle.protocols import hooks as protocol_hooks
        from vesicle.results import home
        from vesicle.results.maintenance.services import plan_course
        from vesicle.results.services import open_follow_ups
        from vesicle.results.showing import services as showing
        from vesicle.treatment import hooks
        from vesicle.website.panels import panels

        hooks.after_signing += [open_follow_ups, plan_course]
        hooks.photo_guides.append(lambda encounter: reverse("results_desk:captures", args=[encounter.pk]))
        panels += [home.own_result, home.shown_pairs]
        consent_hooks.after_photo_decision.append(showing.after_photo_decision)
        consent_hooks.shown_where.append(home.places)
        protocol_hooks.after_approval.append(showing.after_approval)
        protocol_hooks.after_retirement.append(showing.after_retirement)
        patient_home.cards.append(home.cards)
        periodic.JOBS += [home.KEEP_MEASURED, home.KEEP_COMPARED, home.WRITE_MAINTENANCE]
