"""Two walls between clinics: the manager that refuses, and the database that hides."""

import pytest
from django.db import Error, connection, transaction

from vesicle.core.errors import OutsideClinicScope
from vesicle.core.scope import ClinicOwned, clinic_scope, current_clinic_id, every_clinic
from vesicle.people.models import Patient


@pytest.fixture
def outside(cast):
    """The cast exists, and no clinic is in scope."""
    from vesicle.core import scope

    token = scope._current.set(None)
    scope.apply_scope()
    yield cast
    scope._current.reset(token)
    scope.apply_scope()


def count(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - the name is ours
        return cursor.fetchone()[0]


def test_a_query_without_a_clinic_is_an_error_and_not_an_empty_list(outside):
    with pytest.raises(OutsideClinicScope, match="Patient was queried without a clinic in scope"):
        Patient.objects.count()


def test_in_scope_one_sees_ones_own_rows_only(cast):
    assert Patient.objects.count() == 2
    with clinic_scope(cast.other.pk):
        assert Patient.objects.count() == 0
    assert Patient.objects.count() == 2


def test_raw_sql_sees_no_more_than_the_manager(cast):
    assert count("people_patient") == 2
    with clinic_scope(cast.other.pk):
        assert count("people_patient") == 0


def test_raw_sql_without_a_clinic_sees_nothing(outside):
    assert count("people_patient") == 0


def test_following_a_key_to_another_clinic_finds_nothing(cast):
    pia = Patient.objects.get(first_name="Pia")
    with clinic_scope(cast.other.pk), pytest.raises(Patient.DoesNotExist):
        pia.refresh_from_db()


def test_a_row_cannot_be_written_into_another_clinic(cast):
    with pytest.raises(Error, match="row-level security"), transaction.atomic():
        Patient.objects.create(
            clinic_id=cast.other.pk,
            first_name="X",
            last_name="Y",
            date_of_birth="1990-01-01",
            email="x@example.org",
            time_zone="UTC",
            created_at="2026-01-01T00:00Z",
        )


def test_a_row_cannot_be_moved_into_another_clinic(cast):
    with pytest.raises(Error, match="row-level security"), transaction.atomic():
        Patient.objects.filter(pk=cast.pia.pk).update(clinic_id=cast.other.pk)


def test_raw_sql_changes_nothing_elsewhere(cast):
    with clinic_scope(cast.other.pk), connection.cursor() as cursor:
        cursor.execute("UPDATE people_patient SET first_name = 'Taken'")
        assert cursor.rowcount == 0
        cursor.execute("DELETE FROM people_patient")
        assert cursor.rowcount == 0


def test_new_rows_belong_to_the_clinic_in_scope(cast):
    with clinic_scope(cast.other.pk):
        assert current_clinic_id() == cast.other.pk


def test_scopes_nest_and_come_back_even_after_an_error(cast):
    with pytest.raises(RuntimeError), clinic_scope(cast.other.pk), clinic_scope(cast.clinic.pk):
        raise RuntimeError
    assert current_clinic_id() == cast.clinic.pk
    assert count("people_patient") == 2


def test_lifting_the_limit_needs_a_reason(cast):
    with pytest.raises(ValueError, match="Say why"), every_clinic(""):
        pass
    with every_clinic("this test counts everybody"), clinic_scope(cast.other.pk):
        assert count("people_staff") == 1
    with every_clinic("this test counts everybody"):
        assert count("people_staff") == 6


def test_every_table_of_a_clinic_is_behind_the_wall(db):
    from django.apps import apps

    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        walled = {row[0] for row in cursor.fetchall()}
    tables = {model._meta.db_table for model in apps.get_models() if issubclass(model, ClinicOwned)}
    assert len(tables) > 30
    assert tables <= walled


def test_the_application_is_no_superuser_that_walks_through_walls(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone()[0] is False
