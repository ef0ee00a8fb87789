"""The configuration as an app, so that its system checks and commands are found."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Settings and addresses."""

    name = "vesicle.config"
    label = "configuration"

    def ready(self) -> None:
        """Give the doctor its questions about treatments."""
        from vesicle.config.health import CHECKS
        from vesicle.core import health

        health.CHECKS.extend(CHECKS)
