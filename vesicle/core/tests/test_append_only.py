"""Signed records are added and never changed: the database says so, whoever asks."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from vesicle.core.appendonly import AppendOnly, append_only
from vesicle.protocols.models import SigningRule


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


WITHOUT_A_CLINIC = {"protocols_protocolrelease", "protocols_protocoltranslation"}


def test_the_models_that_are_never_changed_are_those_whose_tables_refuse_it(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'vesicle_append_only'")
        sealed = {row[0] for row in cursor.fetchall()}
    assert {model._meta.db_table for model in apps.get_models() if issubclass(model, AppendOnly)} == (
        sealed - WITHOUT_A_CLINIC
    )


def test_a_row_is_refused_before_the_database_has_to(db):
    row = SigningRule(signatures=2)
    row._state.adding = False
    with pytest.raises(TypeError, match="A row of SigningRule is never changed"):
        row.save()
