"""Wiring of the core: row-level security after migrations, scope on new connections."""

from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate

from vesicle.core.catalogs import compile_all


class CoreConfig(AppConfig):
    """The ground floor."""

    name = "vesicle.core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the two database hooks; bring the words in other languages up to date."""
        post_migrate.connect(_protect_tables, dispatch_uid="vesicle.core.row_security")
        connection_created.connect(_announce_scope, dispatch_uid="vesicle.core.scope")
        for place in settings.LOCALE_PATHS[:1]:
            compile_all(Path(place))


def _protect_tables(app_config: AppConfig, using: str, **kwargs: Any) -> None:
    from vesicle.core.row_security import protect_tables

    protect_tables(app_config, using)


def _announce_scope(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    from vesicle.core.scope import scope_setting

    if scope_setting():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('vesicle.clinic', %s, false)", [scope_setting()])
