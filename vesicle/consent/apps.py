"""The consent room."""

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    """Consent and photo consent."""

    name = "vesicle.consent"
    default_auto_field = "django.db.models.BigAutoField"
