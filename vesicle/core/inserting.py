"""A row and the rows that belong to it, written in one statement.

Saved one by one they cost a round trip each, which is most of what a booking takes. The columns come from the models,
so a new one needs nothing here.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, models


def insert_together(row: models.Model, belonging: Sequence[models.Model]) -> None:
    """Insert ``row`` and everything in ``belonging`` that points at it; ``row`` gets its primary key, they do not.

    Each of ``belonging`` has exactly one foreign key to the table of ``row`` that is this row. Constraints speak as for
    single inserts (``IntegrityError``), and then nothing is written.
    """
    values: list[Any] = []
    parts = [f"made AS ({_insert(type(row), None)} RETURNING id)"]
    values += _values(row, None)
    for number, one in enumerate(belonging):
        parts.append(f"part{number} AS ({_insert(type(one), type(row))})")
        values += _values(one, type(row))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(parts)} SELECT id FROM made", values)  # noqa: S608 - names of our own tables
        row.pk = cursor.fetchone()[0]
    row._state.adding = False
    row._state.db = connection.alias


@lru_cache(maxsize=64)
def _columns(model: type[models.Model], parent: type[models.Model] | None) -> tuple[tuple[Any, ...], str]:
    """Return the fields that are written, and the column that points at the parent, if any."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key and not field.generated]
    pointing = [field for field in fields if parent is not None and field.related_model is parent]
    if parent is not None and len(pointing) != 1:
        raise ValueError(f"{model.__name__} does not point at {parent.__name__} in exactly one way.")
    written = tuple(field for field in fields if field not in pointing)
    return written, str(pointing[0].column) if pointing else ""


@lru_cache(maxsize=64)
def _insert(model: type[models.Model], parent: type[models.Model] | None) -> str:
    fields, pointing = _columns(model, parent)
    quote = connection.ops.quote_name
    names = [quote(field.column) for field in fields]
    # Typed, because what is selected into a table is not given the types of its columns.
    given = [f"%s::{field.cast_db_type(connection)}" for field in fields]
    table = quote(model._meta.db_table)
    if not pointing:
        return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(given)})"  # noqa: S608 - as above
    columns = ", ".join([*names, quote(pointing)])
    return f"INSERT INTO {table} ({columns}) SELECT {', '.join(given)}, made.id FROM made"  # noqa: S608 - as above


def _values(row: models.Model, parent: type[models.Model] | None) -> list[Any]:
    fields, _ = _columns(type(row), parent)
    return [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
