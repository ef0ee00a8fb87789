"""The protocols room."""

from django.apps import AppConfig


class ProtocolsConfig(AppConfig):
    """Protocols, editions, approval."""

    name = "vesicle.protocols"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the clinic room what the bank says about product categories, and the doctor what to look at."""
        from datetime import timedelta

        from vesicle.clinic import law
        from vesicle.core import health as doctor
        from vesicle.core import periodic
        from vesicle.protocols import health
        from vesicle.protocols.rulebook import BankRulebook

        law.install(BankRulebook())
        doctor.CHECKS.extend(health.CHECKS)
        periodic.JOBS.append(periodic.PeriodicJob("editions that take force", timedelta(seconds=5), _settle))


def _settle() -> None:
    from vesicle.protocols import services

    services.settle_due()
