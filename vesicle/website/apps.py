"""The website room."""

from django.apps import AppConfig


class WebsiteConfig(AppConfig):
    """Public pages."""

    name = "vesicle.website"
    default_auto_field = "django.db.models.BigAutoField"
