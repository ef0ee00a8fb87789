"""The aftercare room."""

from django.apps import AppConfig


class AftercareConfig(AppConfig):
    """Aftercare."""

    name = "vesicle.aftercare"
    default_auto_field = "django.db.models.BigAutoField"
