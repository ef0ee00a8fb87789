"""The interop room."""

from django.apps import AppConfig


class InteropConfig(AppConfig):
    """Programming interface."""

    name = "vesicle.interop"
    default_auto_field = "django.db.models.BigAutoField"
