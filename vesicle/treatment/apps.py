"""The treatment room."""

from django.apps import AppConfig


class TreatmentConfig(AppConfig):
    """The visit."""

    name = "vesicle.treatment"
    default_auto_field = "django.db.models.BigAutoField"
