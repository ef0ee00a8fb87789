"""Holding, booking, moving, cancelling; the invitation; and days on which the clock changes."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from icalendar import Calendar

from vesicle.clinic.models import Resource
from vesicle.core import clock
from vesicle.core.errors import Blocked, Conflict, Invalid, JustTaken, NotFound, NotPermitted
from vesicle.core.scope import clinic_scope
from vesicle.people import services as people
from vesicle.people.identity import staff_actor
from vesicle.people.models import Message
from vesicle.scheduling import queries, services, taking
from vesicle.scheduling.models import Appointment, AppointmentStatus, Claim

S = Appointment.State


def hold(path, start, **more):
    return services.hold(
        by=path.house.actor(more.pop("name", "rosa")),
        option_id=path.option,
        areas=more.pop("areas", path.areas),
        location_id=path.where.pk,
        start=start,
        now=more.pop("now", clock.now()),
        provider_id=path.house.cast.noor_column.pk,
        **more,
    )


class TestHold:
    def test_takes_room_provider_and_device_with_their_buffers(self, path):
        pia = path()
        held = hold(pia, pia.free_times()[0].start)
        claims = {claim.resource.kind: claim for claim in held.claims.select_related("resource")}
        assert set(claims) == {"room", "provider", "device"}
        assert held.provider == pia.house.cast.noor_column
        assert all(claim.period.lower <= claim.phase_starts_at for claim in claims.values())
        assert any(claim.period.upper > claim.phase_ends_at for claim in claims.values())

    def test_a_held_time_is_not_offered_and_a_stale_one_is(self, path):
        pia = path()
        start = pia.free_times()[0].start
        held = hold(pia, start)
        assert start not in [slot.start for slot in pia.free_times()]
        with pytest.raises(JustTaken):
            hold(pia, start)
        later = clock.now() + timedelta(minutes=11)
        with clock.pretend(later):
            assert start in [slot.start for slot in pia.free_times()]
            again = hold(pia, start)
        held.refresh_from_db()
        assert (held.state, again.state) == (S.RELEASED, S.HELD)

    def test_refuses_times_off_the_grid_closed_or_gone(self, path):
        pia = path()
        start = pia.free_times()[0].start
        for wrong in (start + timedelta(minutes=7), start.replace(hour=3), start - timedelta(days=30)):
            with pytest.raises(JustTaken):
                hold(pia, wrong)
        for areas in ((), ("moon",)):
            with pytest.raises(Invalid):
                hold(pia, start, areas=areas)
        assert not Appointment.objects.exists()
        assert hold(pia, start)

    def test_patients_get_two_hours_notice_and_staff_none(self, path):
        pia = path()
        today = clock.now().date()
        assert min(slot.start for slot in pia.free_times(today)) >= clock.now() + timedelta(hours=2)
        assert min(slot.start for slot in pia.free_times(today, by=pia.nurse)) < clock.now() + timedelta(hours=1)


class TestBook:
    def test_sends_one_confirmation_with_an_invitation_and_a_reminder_the_day_before(self, path):
        pia = path().booked(on=clock.now().date() + timedelta(days=3))
        kinds = {message.kind: message for message in Message.objects.all()}
        confirmation, reminder = kinds["appointment-confirmation"], pia.appointment.reminders.get()
        assert reminder.due_at == pia.appointment.starts_at - timedelta(hours=24)
        event = Calendar.from_ical(confirmation.attachment).walk("VEVENT")[0]
        assert event["UID"].startswith(f"appointment-{pia.appointment.pk}@")
        assert (int(event["SEQUENCE"]), event["STATUS"]) == (0, "CONFIRMED")
        assert event["DTSTART"].dt == pia.appointment.starts_at

    def test_a_retry_with_the_same_key_books_nothing_more(self, path):
        pia = path().cleared()
        start, other = (slot.start for slot in pia.free_times()[:2])
        ask = {"by": pia.me, "option_id": pia.option, "areas": pia.areas, "location_id": pia.where.pk}
        ask |= {"patient": pia.patient, "now": clock.now(), "idempotency_key": "click-1"}
        first = services.book_at(**ask, start=start)
        assert services.book_at(**ask, start=start) == first
        with pytest.raises(Invalid, match="ask for something else"):
            services.book_at(**ask, start=other)
        assert Appointment.objects.count() == 1
        assert Message.objects.filter(kind="appointment-confirmation").count() == 1

    def test_refuses_who_has_not_answered_is_deferred_or_on_hold(self, path):
        from vesicle.candidacy.domain import Answer

        pia = path()
        start = pia.free_times()[0].start
        with pytest.raises(Blocked):
            services.book(by=pia.me, appointment=hold(pia, start), patient=pia.patient, now=clock.now())
        tam = path("tam").screened(SCR_ISO=Answer("yes", clock.now().date() - timedelta(days=20)))
        with pytest.raises(Blocked):
            services.book(
                by=tam.me, appointment=hold(tam, tam.free_times()[9].start), patient=tam.patient, now=clock.now()
            )
        pia.cleared()
        iris = pia.house.actor("iris")
        stop = people.place_hold(by=iris, patient=pia.patient, reason="Allergy test.", at=clock.now())
        held = Appointment.objects.filter(state=S.HELD).earliest("pk")
        with pytest.raises(Blocked) as blocked:
            services.book(by=pia.me, appointment=held, patient=pia.patient, now=clock.now())
        assert "Allergy" not in str(blocked.value.reasons)  # the reason is the clinic's own
        people.release_hold(by=iris, hold=stop, reason="Negative.", at=clock.now())
        assert services.book(by=pia.me, appointment=held, patient=pia.patient, now=clock.now()).state == S.BOOKED

    def test_a_hold_that_was_given_away_cannot_be_booked(self, path):
        pia = path().cleared()
        held = hold(pia, pia.free_times()[0].start)
        services.release_hold(by=pia.me, appointment=held, now=clock.now())
        for act in (
            lambda: services.book(by=pia.me, appointment=held, patient=pia.patient, now=clock.now()),
            lambda: services.refresh_hold(by=pia.me, appointment=held, now=clock.now()),
        ):
            with pytest.raises(JustTaken):
                act()


class TestMove:
    def test_takes_the_new_time_before_it_gives_the_old_one_back(self, path):
        pia = path().booked()
        old, new = pia.appointment.starts_at, pia.free_times()[-1].start
        taken = hold(pia, pia.free_times()[-1].start)
        with pytest.raises(JustTaken):
            services.move(by=pia.me, appointment=pia.appointment, start=new, now=clock.now())
        pia.appointment.refresh_from_db()
        assert pia.appointment.starts_at == old
        assert Claim.objects.filter(appointment=pia.appointment, is_active=True).count() == 3
        services.release_hold(by=pia.me, appointment=taken, now=clock.now())
        moved = services.move(by=pia.me, appointment=pia.appointment, start=new, now=clock.now())
        assert (moved.starts_at, moved.calendar_sequence) == (new, 1)
        assert Claim.objects.filter(appointment=moved, is_active=True).count() == 3
        letters = Message.objects.filter(kind="appointment-confirmation").order_by("pk")
        first, second = (Calendar.from_ical(letter.attachment).walk("VEVENT")[0] for letter in letters)
        assert first["UID"] == second["UID"]
        assert int(second["SEQUENCE"]) == 1

    def test_can_overlap_its_own_old_time(self, path):
        pia = path().booked()
        by_a_quarter = pia.appointment.starts_at + timedelta(minutes=15)
        assert services.move(by=pia.me, appointment=pia.appointment, start=by_a_quarter, now=clock.now())

    def test_is_refused_for_others_and_when_it_is_over(self, path):
        pia = path().booked()
        start = pia.free_times()[-1].start
        with pytest.raises(NotFound):
            services.move(by=pia.house.actor("tam"), appointment=pia.appointment, start=start, now=clock.now())
        with pytest.raises(Conflict):
            services.move(by=pia.me, appointment=pia.appointment, start=start, now=pia.appointment.starts_at)


class TestCancel:
    def test_frees_the_time_stops_the_messages_and_says_so(self, path):
        pia = path().booked(on=clock.now().date() + timedelta(days=3))
        start = pia.appointment.starts_at
        services.cancel(by=pia.me, appointment=pia.appointment, now=clock.now(), reason="Ill.")
        assert start in [slot.start for slot in pia.free_times(clock.now().date() + timedelta(days=3))]
        assert pia.appointment.reminders.get().outcome == "stopped"
        last = Message.objects.get(kind="appointment-cancellation")
        event = Calendar.from_ical(last.attachment).walk("VEVENT")[0]
        assert (event["STATUS"], int(event["SEQUENCE"])) == ("CANCELLED", 1)
        with pytest.raises(Conflict):
            services.cancel(by=pia.me, appointment=pia.appointment, now=clock.now())

    def test_is_nobody_elses_to_do(self, path):
        pia = path().booked()
        with pytest.raises(NotFound):
            services.cancel(by=pia.house.actor("tam"), appointment=pia.appointment, now=clock.now())
        pia.appointment.refresh_from_db()
        assert pia.appointment.state == S.BOOKED


class TestStates:
    @pytest.mark.parametrize("state", S.values)
    def test_change_only_along_the_table_and_leave_a_row(self, path, state):
        pia = path().booked()
        rows = AppointmentStatus.objects.count()
        act = {"by": pia.house.actor("rosa"), "appointment": pia.appointment, "now": clock.now()}
        if state in services.MAY_BECOME[S.BOOKED]:
            services.change_state(**act, state=state)
            assert AppointmentStatus.objects.count() == rows + 1
        else:
            with pytest.raises(Conflict):
                services.change_state(**act, state=state)
            assert AppointmentStatus.objects.count() == rows

    def test_are_changed_by_staff_of_the_clinic_only(self, path):
        pia = path().booked()
        act = {"appointment": pia.appointment, "now": clock.now(), "state": S.ARRIVED}
        for name in ("owen", "pia"):
            with pytest.raises(NotPermitted):
                services.change_state(**act, by=pia.house.actor(name))
        cast = pia.house.cast
        with clinic_scope(cast.other.pk), pytest.raises(NotFound):
            services.change_state(**act, by=staff_actor(cast.otto))


class TestDaysOfTheClock:
    @pytest.mark.parametrize(
        ("day", "first_in_utc"),
        [(date(2027, 3, 12), 17), (date(2027, 3, 15), 16), (date(2026, 11, 30), 17), (date(2027, 4, 30), 16)],
    )
    def test_opening_hours_stay_at_nine_on_the_wall(self, path, day, first_in_utc):
        pia = path()
        with clock.pretend(
            pia.free_times()[0].start.replace(year=day.year, month=day.month, day=1) - timedelta(days=5)
        ):
            slots = queries.slots(
                pia.house.actor("iris"),
                option_id=pia.option,
                areas=pia.areas,
                location_id="portland",
                from_=day,
                to=day,
                now=clock.now(),
            )
        assert slots[0].start.strftime("%H:%M") == "09:00"
        assert slots[0].start.utctimetuple().tm_hour == first_in_utc

    def test_phoenix_has_no_summer_time(self, path):
        pia = path(place=None)
        for day in (date(2027, 3, 12), date(2027, 3, 19)):
            with clock.pretend(clock.now().replace(year=2027, month=3, day=2)):
                slots = queries.slots(
                    pia.house.actor("iris"),
                    option_id=pia.option,
                    areas=pia.areas,
                    location_id="phoenix",
                    from_=day,
                    to=day,
                    now=clock.now(),
                )
            assert slots[0].start.utctimetuple().tm_hour == 16


def test_a_resource_retired_since_it_was_found_is_never_booked(path):
    """Whoever looked before the retirement was committed must not claim it afterwards."""
    pia = path().cleared()
    room = Resource.objects.filter(kind="room").first()
    Resource.objects.filter(pk=room.pk).update(is_active=False)
    with pytest.raises(JustTaken, match="no longer in use"), transaction.atomic():
        taking.wait_and_lock(pia.where, [], [room.pk], by=pia.me, now=clock.now())
