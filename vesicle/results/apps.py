"""The results room."""

from django.apps import AppConfig


class ResultsConfig(AppConfig):
    """Results."""

    name = "vesicle.results"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Plan the follow-ups when a visit is signed."""
        from vesicle.results.services import open_follow_ups
        from vesicle.treatment import hooks

        hooks.after_signing.append(open_follow_ups)
