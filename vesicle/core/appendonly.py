"""Rows that are added and never changed: the base of their models, and what makes their tables refuse it themselves."""

from typing import Any

from django.db.migrations.operations import RunSQL

from vesicle.core.scope import ClinicOwned

_FUNCTION = """
CREATE OR REPLACE FUNCTION vesicle_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % are signed records: they are never changed or deleted, only amended.', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


def append_only(table: str) -> RunSQL:
    """Return an operation after which rows of ``table`` can be added but not changed or deleted."""
    return RunSQL(
        _FUNCTION
        + f"CREATE TRIGGER vesicle_append_only BEFORE UPDATE OR DELETE ON {table} "
        + "FOR EACH ROW EXECUTE FUNCTION vesicle_append_only();",
        f"DROP TRIGGER vesicle_append_only ON {table};",
    )


class AppendOnly(ClinicOwned):
    """Base of records that stay as they were made: texts, words, versions, reports, decisions, signatures.

    A correction is another row. The table refuses the rest by itself, for its migration calls ``append_only``.
    """

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row. Raises ``TypeError`` for one that is there already, before the database has to."""
        if not self._state.adding:
            raise TypeError(f"A row of {type(self).__name__} is never changed. Add another.")
        super().save(*args, **kwargs)
