"""The desk room."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The staff's screens."""

    name = "vesicle.desk"
    default_auto_field = "django.db.models.BigAutoField"
