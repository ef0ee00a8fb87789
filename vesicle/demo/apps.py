"""The demo room."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo clinic."""

    name = "vesicle.demo"
    default_auto_field = "django.db.models.BigAutoField"
