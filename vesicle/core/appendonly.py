"""A migration operation that makes a table append-only in the database itself."""

from django.db.migrations.operations import RunSQL

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
