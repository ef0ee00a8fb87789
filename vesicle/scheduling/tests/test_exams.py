"""Visits booked on a clearance that will have ended: listed in time, and put before a provider again."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vesicle.candidacy import queries as candidacy
from vesicle.candidacy.models import Review, ReviewDecision
from vesicle.core import clock
from vesicle.core.errors import NotPermitted
from vesicle.people.identity import staff_actor
from vesicle.scheduling import exams
from vesicle.scheduling.models import Appointment
from vesicle.treatment.tests.situations import NEEDLED


@pytest.fixture
def booked(path):
    """Pia, booked for a day on which a clearance of three days has ended."""
    pia = path().screened()
    pia.cleared()
    row = ReviewDecision.objects.get()
    ReviewDecision.objects.create(
        **{
            field: getattr(row, field)
            for field in ("clinic", "review", "outcome", "mode", "reason", "decided_by", "licence", "signature")
        },
        expires_on=clock.now().date() + timedelta(days=3),
        decided_at=row.decided_at + timedelta(seconds=1),
    )
    from vesicle.scheduling import services

    on = clock.now().date() + timedelta(days=8)
    pia.appointment = services.book_at(
        by=pia.me,
        option_id=NEEDLED,
        areas=pia.areas,
        location_id=pia.where.pk,
        start=pia.free_times(on)[0].start,
        patient=pia.patient,
        screening=pia.screening,
        now=clock.now(),
    )
    return pia


def test_are_listed_for_the_desk_and_a_provider_is_asked_once(booked, client, as_staff):
    rosa, now = booked.house.actor("rosa"), clock.now()
    assert [one.appointment.pk for one in exams.lapsing(rosa, now=now)] == [booked.appointment.pk]
    assert "Ask a provider" in as_staff(client, "rosa").get("/desk/clearances/").content.decode()
    assert "will have ended by a booked visit" in client.get("/desk/").content.decode()
    asked_before = Review.objects.get().requested_at
    later = now + timedelta(minutes=5)
    assert exams.renew_exams(now=later) == 1
    assert Review.objects.get().requested_at == later > asked_before
    exams.renew_exams(now=later + timedelta(hours=1))
    assert Review.objects.get().requested_at == later
    line = candidacy.queue(rosa, now=later)[0]
    assert line.is_renewal
    assert "a provider is asked" in client.get("/desk/clearances/").content.decode()


def test_the_board_offers_the_one_act_that_mends_it(booked, client, as_staff):
    day = clock.day_in("America/Los_Angeles", booked.appointment.starts_at)
    page = f"/desk/?location=portland&date={day}&a={booked.appointment.pk}"
    iris = as_staff(client, "iris").get(page).content.decode()
    assert "Clearance ended" in iris
    assert "Examine again" in iris
    exams.renew_exams(now=clock.now() + timedelta(minutes=5))
    assert f'href="/desk/candidacy/{Review.objects.get().pk}/"' in client.get(page).content.decode()
    assert "A provider is asked already" in as_staff(client, "rosa").get(page).content.decode()


def test_a_visit_far_off_or_well_covered_is_not_listed(booked):
    rosa, now = booked.house.actor("rosa"), clock.now()
    assert exams.lapsing(rosa, now=now - timedelta(days=10)) == []
    with clock.pretend(now + timedelta(minutes=5)):
        booked.cleared()
    assert exams.lapsing(rosa, now=now) == []
    assert exams.renew_exams(now=now) == 0


def test_a_covered_visit_shows_until_when(path, client, as_staff):
    pia = path().booked()
    day = clock.day_in("America/Los_Angeles", pia.appointment.starts_at)
    page = as_staff(client, "rosa").get(f"/desk/?location=portland&date={day}&a={pia.appointment.pk}").content.decode()
    assert "Cleared to Nov 30, 2027" in page
    assert "Cleared until Nov 30, 2027" in page


def test_is_not_for_everybody_and_otto_sees_none_of_ours(booked, client, as_staff):
    with pytest.raises(NotPermitted):
        exams.lapsing(booked.house.actor("owen"), now=clock.now())
    assert exams.lapsing(staff_actor(booked.house.cast.otto), now=clock.now()) == []
    assert as_staff(client, "owen").get("/desk/clearances/").status_code == 403


def test_the_list_takes_the_same_number_of_reads_however_long_it_is(
    booked, client, as_staff, django_assert_num_queries
):
    rosa = as_staff(client, "rosa")
    rosa.get("/desk/clearances/")
    with CaptureQueriesContext(connection) as few:
        rosa.get("/desk/clearances/")
    for days in (1, 2, 3):
        again = Appointment.objects.get(pk=booked.appointment.pk)
        again.pk, again.idempotency_key = None, ""
        again.starts_at += timedelta(days=days)
        again.ends_at += timedelta(days=days)
        again.save(force_insert=True)
    with django_assert_num_queries(len(few)):
        page = rosa.get("/desk/clearances/").content.decode()
    assert page.count("Ask a provider") == 4
