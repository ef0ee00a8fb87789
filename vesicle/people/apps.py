"""The people room."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Staff, patients, identity, messages."""

    name = "vesicle.people"
    default_auto_field = "django.db.models.BigAutoField"
