"""The scheduling room."""

from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    """Availability and booking."""

    name = "vesicle.scheduling"
    default_auto_field = "django.db.models.BigAutoField"
