"""Signed records are added and never changed: the database says so, whoever asks."""

import importlib
import pkgutil

import pytest
from django.db import IntegrityError, connection, transaction

import vesicle
from vesicle.core.appendonly import append_only


@pytest.fixture
def shelf(db):
    """A table of signed records with one row."""
    operation = append_only("test_shelf")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE test_shelf (id serial PRIMARY KEY, words text)")
        cursor.execute(operation.sql)
        cursor.execute("INSERT INTO test_shelf (words) VALUES ('signed')")
        yield cursor
        cursor.execute(operation.reverse_sql)
        cursor.execute("DROP TABLE test_shelf")


def test_rows_are_added(shelf):
    shelf.execute("INSERT INTO test_shelf (words) VALUES ('another')")
    shelf.execute("SELECT count(*) FROM test_shelf")
    assert shelf.fetchone() == (2,)


@pytest.mark.parametrize("sql", ["UPDATE test_shelf SET words = 'other'", "DELETE FROM test_shelf"])
def test_rows_are_not_changed_or_deleted(shelf, sql):
    with pytest.raises(IntegrityError, match="never changed or deleted, only amended"), transaction.atomic():
        shelf.execute(sql)
    shelf.execute("SELECT words FROM test_shelf")
    assert shelf.fetchall() == [("signed",)]


def test_every_table_that_a_migration_seals_is_sealed(db):
    promised = set()
    for room in pkgutil.iter_modules(vesicle.__path__):
        try:
            migration = importlib.import_module(f"vesicle.{room.name}.migrations.0002_append_only").Migration
        except ModuleNotFoundError:
            continue
        sqls = [getattr(operation, "sql", "") for operation in migration.operations]
        promised |= {sql.split(" ON ")[-1].split()[0] for sql in sqls if "BEFORE UPDATE OR DELETE ON" in sql}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'vesicle_append_only'")
        sealed = {row[0] for row in cursor.fetchall()}
    assert promised
    assert promised <= sealed
