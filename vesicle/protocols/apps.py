"""The protocols room."""

from django.apps import AppConfig


class ProtocolsConfig(AppConfig):
    """Protocols, editions, approval."""

    name = "vesicle.protocols"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the clinic room what the bank says about product categories."""
        from vesicle.clinic import law
        from vesicle.protocols.rulebook import BankRulebook

        law.install(BankRulebook())
