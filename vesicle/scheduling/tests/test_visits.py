"""Several treatments in one visit: in a row, each with its own gates and claims, moved and cancelled together."""

from datetime import timedelta
from itertools import pairwise

import pytest
from icalendar import Calendar

from vesicle.clinic import services as clinics
from vesicle.core import clock
from vesicle.core.errors import Blocked, Conflict, JustTaken, NotFound
from vesicle.demo.booking_benchmark import overlaps
from vesicle.people.models import Message
from vesicle.scheduling import availability, combining, queries, services
from vesicle.scheduling.bookable import bookable
from vesicle.scheduling.models import Appointment, AppointmentStatus, Claim
from vesicle.treatment.tests.situations import PLAIN, TOPICAL, Path

S = Appointment.State
TALK = "talk"


@pytest.fixture(autouse=True)
def kinds_of_visits(house):
    for slug, kind in ((TALK, "consultation"), ("patch", "patch-test")):
        services.add_service(
            by=house.actor("owen"),
            slug=slug,
            name=slug.capitalize(),
            kind=kind,
            minutes=20,
            needs=["room", "provider"],
            room_after=10,
            price=0,
        )


@pytest.fixture
def pia(house):
    return Path(house, house.cast.pia, option=PLAIN).cleared()


def starts(path, parts, *, day=1, by=None):
    whats = [(bookable(path.house.cast.clinic.pk, option), areas) for option, areas in parts]
    on = clock.day_in("America/Los_Angeles", clock.now()) + timedelta(days=day)
    found = availability.search_visit(whats, path.where, first=on, last=on, now=clock.now())
    return [slot.start for slot in queries.slots_of(found)]


def book(path, parts, start, **more):
    return services.book_visit(
        by=more.pop("by", path.me),
        patient=path.patient,
        parts=parts,
        location_id=path.where.pk,
        start=start,
        now=clock.now(),
        **more,
    )


PARTS = [(TALK, ()), (PLAIN, ("full-face",))]


class TestBook:
    def test_parts_follow_each_other_share_the_visit_and_overlap_nowhere(self, pia):
        rows = book(pia, PARTS, starts(pia, PARTS)[4])
        assert [row.option for row in rows] == [TALK, PLAIN]
        assert len({row.visit for row in rows}) == 1
        assert rows[0].visit is not None
        assert rows[0].ends_at == rows[1].starts_at
        assert {row.state for row in rows} == {S.BOOKED}
        assert overlaps() == 0
        rooms = Claim.objects.filter(resource__kind="room").order_by("period")
        assert len({claim.resource_id for claim in rooms}) == 1, "the patient stays in one room"
        assert {claim.appointment_id for claim in rooms} == {row.pk for row in rows}
        for before, after in pairwise(rooms):
            assert before.period.upper <= after.period.lower
        letter = Message.objects.get(kind="course-booked")
        assert letter.subject.startswith("Booked: Talk, then Microneedling")
        assert len(Calendar.from_ical(letter.attachment).walk("VEVENT")) == 2

    def test_a_pause_lies_between(self, pia):
        start = starts(pia, PARTS)[4]
        rows = book(pia, PARTS, start, pause_minutes=15)
        assert rows[1].starts_at - rows[0].ends_at == timedelta(minutes=15)

    def test_is_refused_whole_when_one_part_is_not_free_or_not_allowed(self, pia):
        start = starts(pia, PARTS)[4]
        for device in pia.house.cast.devices:
            clinics.close(
                by=pia.house.actor("system"),
                resource=device,
                start=start,
                end=start + timedelta(hours=4),
                reason="Broken",
            )
        with pytest.raises(JustTaken):
            book(pia, PARTS, start)
        tam = Path(pia.house, pia.house.cast.tam, option=PLAIN)
        with pytest.raises(Blocked):
            book(tam, PARTS, starts(tam, PARTS, day=2)[0])
        assert not Appointment.objects.exists()
        assert not Claim.objects.exists()

    def test_the_same_key_never_books_twice(self, pia):
        start = starts(pia, PARTS)[4]
        first = book(pia, PARTS, start, idempotency_key="visit-1")
        assert book(pia, PARTS, start, idempotency_key="visit-1") == first
        assert Appointment.objects.count() == 2


class TestCombining:
    def test_what_no_protocol_names_needs_a_providers_reason(self, pia):
        pia.option = TOPICAL
        pia.cleared()
        parts = [(TOPICAL, ("full-face",)), (PLAIN, ("full-face",))]
        start = starts(pia, parts)[4]
        for who, reason in (("pia", "I would like it."), ("rosa", "She asked."), ("noor", "")):
            with pytest.raises(Blocked, match="provider has to"):
                book(pia, parts, start, by=pia.house.actor(who), combined_because=reason)
        rows = book(pia, parts, start, by=pia.house.actor("noor"), combined_because="Needles after the serum.")
        assert AppointmentStatus.objects.filter(appointment__in=rows, reason="Needles after the serum.").count() == 2
        assert overlaps() == 0

    def test_the_same_twice_is_refused_to_everybody(self, pia):
        with pytest.raises(Blocked, match="may not be given in one visit"):
            book(
                pia,
                [(PLAIN, ("full-face",)), (PLAIN, ("neck",))],
                clock.now() + timedelta(days=1),
                by=pia.house.actor("noor"),
                combined_because="Why not.",
            )

    def test_a_patch_test_is_never_offered_with_a_treatment_and_the_strictest_source_counts(self, pia, monkeypatch):
        talk, patch, plain = (bookable(pia.house.cast.clinic.pk, option) for option in (TALK, "patch", PLAIN))
        assert combining.may_follow(patch, plain) == "ask"
        assert combining.may_follow(talk, plain) == "yes"
        monkeypatch.setattr(combining, "sources", [*combining.sources, lambda first, then: "no"])
        assert combining.may_follow(talk, plain) == "no"


class TestMoveAndCancel:
    def test_moving_moves_all_parts_and_a_refusal_leaves_them(self, pia):
        times = starts(pia, PARTS)
        rows = book(pia, PARTS, times[4])
        moved = services.move_visit(by=pia.me, visit=rows[0].visit, start=times[5], now=clock.now())
        assert [row.starts_at - old.starts_at for row, old in zip(moved, rows, strict=True)] == [
            times[5] - times[4]
        ] * 2
        clinics.close(
            by=pia.house.actor("system"),
            location=pia.where,
            start=times[-1],
            end=times[-1] + timedelta(hours=1),
            reason="Painters",
        )
        with pytest.raises(JustTaken):
            services.move_visit(by=pia.me, visit=rows[0].visit, start=times[-1], now=clock.now())
        assert [row.starts_at for row in queries.parts_of(pia.me, rows[0].visit)] == [row.starts_at for row in moved]
        assert overlaps() == 0

    def test_one_part_or_all_can_be_cancelled_by_nobody_else(self, pia):
        rows = book(pia, PARTS, starts(pia, PARTS)[4])
        with pytest.raises(NotFound):
            services.cancel_visit(by=pia.house.actor("tam"), visit=rows[0].visit, now=clock.now())
        services.cancel(by=pia.me, appointment=rows[0], now=clock.now())
        assert [row.option for row in queries.parts_of(pia.me, rows[0].visit)] == [PLAIN]
        with pytest.raises(Conflict, match="one part"):
            services.move_visit(by=pia.me, visit=rows[0].visit, start=rows[1].starts_at, now=clock.now())
        gone = services.cancel_visit(by=pia.me, visit=rows[0].visit, now=clock.now())
        assert [row.option for row in gone] == [PLAIN]
        assert not Claim.objects.filter(is_active=True).exists()
