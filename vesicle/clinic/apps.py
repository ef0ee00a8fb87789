"""The clinic room."""

from django.apps import AppConfig


class ClinicConfig(AppConfig):
    """Locations, resources, products, lots."""

    name = "vesicle.clinic"
    default_auto_field = "django.db.models.BigAutoField"
