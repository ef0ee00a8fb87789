"""The protocols room."""

from django.apps import AppConfig


class ProtocolsConfig(AppConfig):
    """Protocols, editions, approval."""

    name = "vesicle.protocols"
    default_auto_field = "django.db.models.BigAutoField"
