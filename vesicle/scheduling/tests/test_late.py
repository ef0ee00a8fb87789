"""A provider runs late: the rule by property, the shift with its messages, and what stands in the way."""

import itertools
from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vesicle.clinic import services as clinics
from vesicle.core import clock
from vesicle.core.errors import Conflict, Invalid, NotPermitted
from vesicle.people import services as people
from vesicle.people.models import Message
from vesicle.scheduling import services
from vesicle.scheduling.domain import local_moment
from vesicle.scheduling.domain.late import Visit, overlap, propose
from vesicle.scheduling.lateness import lateness
from vesicle.scheduling.models import Appointment, AppointmentStatus, Claim

PROVIDER, ROOM_A, ROOM_B = 1, 2, 3


@st.composite
def days(draw, most=4, furthest=14):
    """A day of visits that do not overlap: each some work of the provider in a room, with a room part around it."""
    visits, at = [], draw(st.integers(0, 4))
    for number in range(draw(st.integers(1, most))):
        at += draw(st.integers(0, 4))
        before, work, after = draw(st.integers(0, 2)), draw(st.integers(1, 5)), draw(st.integers(0, 2))
        room = draw(st.sampled_from([ROOM_A, ROOM_B]))
        spans = ((at + before, at + before + work),)
        claims = {PROVIDER: spans, room: ((at, at + before + work + after),)}
        possible = draw(st.integers(0, 2**furthest - 1)) | 1
        visits.append(Visit(number, at, spans, claims, possible, has_begun=number == 0 and draw(st.booleans())))
        at += before + work + after
    return visits


def fits(visits, shifts, free_from):
    """Whether shifts (one for each visit) keep every rule; the slow and obvious way."""
    starts = [visit.start + shift for visit, shift in zip(visits, shifts, strict=True)]
    if starts != sorted(starts) or any(shift < 0 for shift in shifts):
        return False
    if any(overlap(a, x, b, y) for (a, x), (b, y) in itertools.combinations(zip(visits, shifts, strict=True), 2)):
        return False
    ready = free_from
    for visit, shift in zip(visits, shifts, strict=True):
        if visit.has_begun:
            if shift:
                return False
            for low, high in visit.work:
                ready = max(ready, low) + high - low
        elif not visit.possible >> shift & 1 or any(low + shift < ready for low, _ in visit.work):
            return False
    return True


class TestRule:
    @given(days(), st.integers(0, 20))
    def test_nobody_is_earlier_the_order_stays_and_nothing_overlaps(self, visits, free_from):
        found = propose(visits, free_from=free_from)
        shifts = [found.shifts.get(visit.id, 0) for visit in visits]
        starts = [visit.start + shift for visit, shift in zip(visits, shifts, strict=True)]
        assert all(shift >= 0 for shift in shifts)
        assert starts == sorted(starts)
        for (one, moved), (other, other_moved) in itertools.combinations(zip(visits, shifts, strict=True), 2):
            assert not overlap(one, moved, other, other_moved)
        for visit, shift in zip(visits, shifts, strict=True):
            assert visit.possible >> shift & 1
            if visit.id not in found.stuck and not visit.has_begun:
                assert all(low + shift >= free_from for low, _ in visit.work)

    @given(days(most=3, furthest=8), st.integers(0, 14))
    def test_it_is_the_least_shift_there_is(self, visits, free_from):
        found = propose(visits, free_from=free_from)
        ways = itertools.product(*[range(9) if not visit.has_begun else [0] for visit in visits])
        least = next((shifts for shifts in ways if fits(visits, shifts, free_from)), None)
        if not found.stuck:
            assert tuple(found.shifts.get(visit.id, 0) for visit in visits) == least

    @given(days())
    def test_somebody_in_time_moves_nobody(self, visits):
        found = propose(visits, free_from=0)
        assert (found.shifts, found.stuck) == ({}, ())

    def test_a_gap_absorbs_the_delay(self):
        first = Visit(1, 0, ((0, 6),), {PROVIDER: ((0, 6),)}, 2**20 - 1)
        second = Visit(2, 10, ((10, 16),), {PROVIDER: ((10, 16),)}, 2**20 - 1)
        assert propose([first, second], free_from=4).shifts == {1: 4}
        assert propose([first, second], free_from=6).shifts == {1: 6, 2: 2}

    def test_who_cannot_move_keeps_the_place_and_the_others_make_room(self):
        first = Visit(1, 0, ((0, 6),), {PROVIDER: ((0, 6),)}, 2**20 - 1)
        second = Visit(2, 6, ((6, 12),), {PROVIDER: ((6, 12),)}, 1)
        third = Visit(3, 12, ((12, 18),), {PROVIDER: ((12, 18),)}, 2**20 - 1)
        found = propose([first, second, third], free_from=4)
        assert found.stuck == (1, 2)
        assert found.shifts == {3: 4}


@pytest.fixture
def clinic_day(path):
    """Three people one after the other with Noor tomorrow for a look, in the same room."""
    pia = path()
    house = pia.house
    services.add_service(
        by=house.actor("iris"),
        slug="look",
        name="A look",
        kind="follow-up",
        minutes=30,
        needs=["room", "provider"],
    )
    uma = people.register_patient(
        by=house.actor("rosa"),
        first_name="Uma",
        last_name="Third",
        date_of_birth=house.cast.pia.date_of_birth,
        email="uma@example.org",
        time_zone="America/Los_Angeles",
    )
    people_in = [house.cast.pia, house.cast.tam, uma]
    day = clock.day_in("America/Los_Angeles", clock.now()) + timedelta(days=1)
    booked = [
        services.book_at(
            by=house.actor("rosa"),
            option_id="look",
            areas=(),
            location_id=house.cast.portland.pk,
            start=local_moment(day, at, "America/Los_Angeles"),
            patient=patient,
            provider_id=house.cast.noor_column.pk,
            resource_ids=[house.cast.rooms[0].pk],
            now=clock.now(),
        )
        for patient, at in zip(people_in, (time(9), time(9, 30), time(10, 30)), strict=True)
    ]
    with clock.pretend(booked[0].starts_at):
        yield house, booked


def proposal(house, minutes):
    return lateness(house.cast.portland, house.cast.noor_column, minutes=minutes, now=clock.now())


def run(house, minutes, agreed, name="rosa"):
    return services.run_late(
        by=house.actor(name),
        location=house.cast.portland,
        provider=house.cast.noor_column,
        minutes=minutes,
        agreed=agreed,
        now=clock.now(),
    )


def moved(booked):
    return [int((Appointment.objects.get(pk=row.pk).starts_at - row.starts_at).total_seconds() / 60) for row in booked]


class TestShift:
    def test_moves_only_as_far_as_needed_and_tells_each(self, clinic_day):
        house, booked = clinic_day
        found = proposal(house, 20)
        assert [shift.by for shift in found.shifts] == [timedelta(minutes=20)] * 2
        before = Message.objects.count()
        run(house, 20, found.print)
        assert moved(booked) == [20, 20, 0]
        told = list(Message.objects.order_by("pk")[before:].values_list("subject", flat=True))
        assert sum("Moved" in subject for subject in told) == 2
        assert "9:20" in told[0]
        claims = Claim.objects.filter(is_active=True, resource=house.cast.noor_column).order_by("low")
        assert [claim.phase_starts_at for claim in claims] == [
            row.starts_at for row in Appointment.objects.order_by("starts_at")
        ]
        assert AppointmentStatus.objects.filter(reason__startswith="running late").count() == 2

    def test_late_with_somebody_counts_from_their_end_and_who_waits_here_is_told_in_person(self, clinic_day):
        house, booked = clinic_day
        for row, kinds in zip(booked, (("arrived", "with-provider"), ("arrived",)), strict=False):
            for kind in kinds:
                services.take_step(by=house.actor("rosa"), appointment=row, kind=kind, now=clock.now())
        found = proposal(house, 40)
        assert [(shift.appointment.pk, shift.is_here) for shift in found.shifts] == [
            (booked[1].pk, True),
            (booked[2].pk, False),
        ]
        before = Message.objects.filter(subject__startswith="Moved").count()
        run(house, 40, found.print)
        assert moved(booked) == [0, 40, 10]
        assert Message.objects.filter(subject__startswith="Moved").count() == before + 1

    def test_lists_who_cannot_move_and_why(self, clinic_day):
        house, booked = clinic_day
        room = house.cast.rooms[0]
        end = booked[2].ends_at
        clinics.close(
            by=house.actor("rosa"), resource=room, start=end, end=end + timedelta(hours=9), reason="New floor"
        )
        found = proposal(house, 60)
        stuck = {one.appointment.pk: one.why for one in found.stuck}
        assert booked[2].pk in stuck
        assert any("New floor" in why for why in stuck[booked[2].pk])
        run(house, 60, found.print)
        assert moved(booked)[2] == 0

    def test_does_only_what_was_agreed_to(self, clinic_day):
        house, booked = clinic_day
        found = proposal(house, 20)
        services.cancel(by=house.actor("rosa"), appointment=booked[1], now=clock.now())
        with pytest.raises(Conflict, match="changed"):
            run(house, 20, found.print)
        assert moved(booked) == [0, 0, 0]
        with pytest.raises(Invalid):
            run(house, 0, found.print)
        with pytest.raises(NotPermitted):
            run(house, 20, found.print, name="owen")
