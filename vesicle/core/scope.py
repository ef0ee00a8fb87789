"""The clinic a piece of work belongs to, and tables that refuse to be read without one.

Two walls. The manager of every ``ClinicOwned`` model filters by the current clinic and raises
``OutsideClinicScope`` without one. Behind it PostgreSQL's row-level security compares each row's
``clinic_id`` with the session setting ``vesicle.clinic``, so related lookups, raw SQL and
mistakes stay inside as well.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, Self, TypeVar

from django.db import InterfaceError, OperationalError, connection, models

from vesicle.core.errors import OutsideClinicScope

EVERY_CLINIC = "*"
M = TypeVar("M", bound="ClinicOwned")
_current: ContextVar[int | str | None] = ContextVar("vesicle_clinic", default=None)


def current_clinic_id() -> int:
    """Return the id of the clinic in scope. Raises ``OutsideClinicScope`` when there is none."""
    value = _current.get()
    if not isinstance(value, int):
        raise OutsideClinicScope("No clinic is in scope. Wrap the work in clinic_scope(clinic_id).")
    return value


def scope_setting() -> str:
    """Return the value of the database setting for the current scope: a clinic id, ``*`` or empty."""
    value = _current.get()
    return "" if value is None else str(value)


def apply_scope() -> None:
    """Tell the database which clinic this connection may see."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('vesicle.clinic', %s, false)", [scope_setting()])


@contextmanager
def clinic_scope(clinic_id: int) -> Iterator[None]:
    """Limit all clinical reads and writes inside the block to one clinic."""
    yield from _entered(clinic_id)


@contextmanager
def every_clinic(because: str) -> Iterator[None]:
    """Lift the limit for work that belongs to the installation: sign-in, workers, checks.

    ``because`` is for the reader of the code; it must say why one clinic is not enough.
    """
    if not because:
        raise ValueError("Say why this work needs every clinic.")
    yield from _entered(EVERY_CLINIC)


def _entered(value: int | str) -> Iterator[None]:
    token = _current.set(value)
    try:
        apply_scope()
        yield
    finally:
        _current.reset(token)
        _restore()


def _restore() -> None:
    # A broken transaction takes no statements, and its rollback restores the setting itself.
    # A lost connection is dropped: the next one starts with the right setting (see ``apps``).
    if connection.connection is None or connection.needs_rollback:
        return
    try:
        apply_scope()
    except (OperationalError, InterfaceError):
        connection.close()


class ScopedQuerySet(models.QuerySet[M]):
    """A queryset that creates rows in the current clinic."""

    def create(self, **values: Any) -> M:
        """Create a row, in the current clinic unless one is given."""
        if "clinic" not in values and "clinic_id" not in values:
            values["clinic_id"] = current_clinic_id()
        return super().create(**values)


class ScopedManager(models.Manager[M]):
    """Reads only the clinic in scope, and nothing at all without one."""

    def get_queryset(self) -> ScopedQuerySet[M]:
        """Return the rows of the clinic in scope."""
        rows: ScopedQuerySet[M] = ScopedQuerySet(self.model, using=self._db)
        value = _current.get()
        if value is None:
            raise OutsideClinicScope(f"{self.model.__name__} was queried without a clinic in scope.")
        return rows if value == EVERY_CLINIC else rows.filter(clinic_id=value)


class ClinicOwned(models.Model):
    """Base of every row that belongs to a clinic."""

    clinic = models.ForeignKey("clinic.Clinic", on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager[Self]] = ScopedManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, filling in the clinic in scope for a new row."""
        if getattr(self, "clinic_id", None) is None:
            self.clinic_id = current_clinic_id()
        super().save(*args, **kwargs)
