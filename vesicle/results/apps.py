"""The results room."""

from django.apps import AppConfig


class ResultsConfig(AppConfig):
    """Results."""

    name = "vesicle.results"
    default_auto_field = "django.db.models.BigAutoField"
