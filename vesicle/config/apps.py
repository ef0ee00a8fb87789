"""The configuration as an app, so that its system checks and commands are found."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Settings and addresses."""

    name = "vesicle.config"
    label = "configuration"
