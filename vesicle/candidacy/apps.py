"""The candidacy room."""

from django.apps import AppConfig


class CandidacyConfig(AppConfig):
    """Questionnaire, verdicts, provider review."""

    name = "vesicle.candidacy"
    default_auto_field = "django.db.models.BigAutoField"
