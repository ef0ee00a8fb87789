"""The results room."""

from django.apps import AppConfig


class ResultsConfig(AppConfig):
    """Results."""

    name = "vesicle.results"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Plan follow-ups when a visit is signed, measure what is photographed, add to the pages of earlier rooms."""
        from vesicle.people import patient_home
        from vesicle.results import home
        from vesicle.results.measuring.services import queue_photo
        from vesicle.results.outcomes.panel import own_result
        from vesicle.results.services import open_follow_ups
        from vesicle.treatment import hooks
        from vesicle.website.panels import panels

        hooks.after_signing.append(open_follow_ups)
        hooks.after_photo.append(queue_photo)
        panels.append(own_result)
        patient_home.cards.append(home.cards)
