"""Rows that belong together are written in one statement, whole or not at all."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from vesicle.core import clock
from vesicle.core.inserting import insert_together
from vesicle.scheduling.models import Appointment, AppointmentStatus, Claim
from vesicle.scheduling.services import add_service


@pytest.fixture
def service(cast, on_monday):
    return add_service(
        by=cast.actor("system"), slug="talk", name="Talk", kind="consultation", minutes=30, needs=["provider"]
    )


def rows(cast, service, start):
    appointment = Appointment(
        clinic=cast.clinic, patient=cast.pia, location=cast.portland, provider=cast.noor_column, service=service,
        option="talk", areas=["full-face", "neck"], starts_at=start, ends_at=start + timedelta(minutes=30),
        state="booked", note="50 % off; it's \"fine\"", created_at=start,
    )  # fmt: skip
    status = AppointmentStatus(
        clinic=cast.clinic, appointment=appointment, state="booked", at=start, by_kind="staff", by_name="Rosa"
    )
    claims = [
        Claim(
            clinic=cast.clinic, appointment=appointment, resource=resource, phase="talk", phase_starts_at=start,
            phase_ends_at=start + timedelta(minutes=30), period=(start, start + timedelta(minutes=30)),
        )
        for resource in (cast.noor_column, cast.rooms[0])
    ]  # fmt: skip
    return appointment, [status, *claims]


def test_what_is_read_back_is_what_was_given(cast, service, django_assert_num_queries):
    appointment, belonging = rows(cast, service, clock.now())
    with django_assert_num_queries(1):
        insert_together(appointment, belonging)
    found = Appointment.objects.get(pk=appointment.pk)
    assert (found.note, found.areas, found.patient) == (appointment.note, ["full-face", "neck"], cast.pia)
    assert found.statuses.get().by_name == "Rosa"
    assert set(found.claims.values_list("resource_id", flat=True)) == {cast.noor_column.pk, cast.rooms[0].pk}
    assert found.claims.first().high - found.claims.first().low == 6
    appointment.note = "changed"
    appointment.save()
    assert Appointment.objects.get().note == "changed"


def test_when_one_row_is_refused_none_is_there(cast, service):
    start = clock.now()
    insert_together(*rows(cast, service, start))
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_together(*rows(cast, service, start + timedelta(minutes=10)))
    assert (Appointment.objects.count(), AppointmentStatus.objects.count(), Claim.objects.count()) == (1, 1, 2)


def test_rows_that_do_not_belong_are_refused_before_anything_is_written(cast, service):
    appointment, _ = rows(cast, service, clock.now())
    with pytest.raises(ValueError, match="does not point at Appointment"):
        insert_together(appointment, [service])
    assert not Appointment.objects.exists()
