"""The waiting list: whose turn it is, one offer at a time or all at once, and clocks that run, stop and jump."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vesicle.core import clock
from vesicle.core.benchmarks import Desks
from vesicle.core.errors import Conflict, Invalid, JustTaken
from vesicle.demo.booking_benchmark import overlaps
from vesicle.people import services as people
from vesicle.people.identity import patient_actor
from vesicle.people.models import Message
from vesicle.scheduling import offering, queries, services
from vesicle.scheduling.domain.waiting import Wish, clock_for, waking
from vesicle.scheduling.models import Appointment, FreedTime, Offer, WaitlistEntry

DAY = date(2026, 12, 1)
NOW = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)


class TestRules:
    @given(minutes=st.integers(5, 2880), ahead=st.integers(0, 100_000))
    def test_a_clock_leaves_time_for_whoever_is_asked_next(self, minutes, ahead):
        start = NOW + timedelta(minutes=ahead)
        until = clock_for(NOW, start, minutes)
        if until is None:
            assert min(minutes, ahead / 2) < 10
        else:
            assert NOW + timedelta(minutes=10) <= until <= NOW + timedelta(minutes=minutes)
            assert until - NOW <= start - until

    def test_the_latest_hour_itself_still_suits(self):
        wish = Wish(DAY, DAY, weekdays=[1], earliest=time(9), latest=time(10), notice=timedelta(hours=2))
        at = [datetime(2026, 12, 1, hour, minute, tzinfo=UTC) for hour, minute in ((8, 55), (9, 0), (10, 0), (10, 5))]
        assert [wish.fits(moment, NOW) for moment in at] == [False, True, True, False]
        assert not wish.fits(at[1], at[1] - timedelta(minutes=119))
        assert not wish.fits(at[1] + timedelta(days=7), NOW)


@pytest.fixture
def full(cast, on_monday):
    """A consultation with one provider, on a day that is full."""
    services.add_service(
        by=cast.actor("system"), slug="consult", name="Consultation", kind="consultation", minutes=60,
        needs=["room", "provider"],
    )  # fmt: skip
    services.set_booking_rules(by=cast.actor("system"), grid_minutes=60)
    booked = []
    for number, slot in enumerate(_free(cast)):
        if slot.of_kind("provider").pk == cast.noor_column.pk:
            booked.append(_book(cast, slot.start, _person(cast, number), cast.noor_column))
    return booked


def _free(cast):
    return queries.slots(
        cast.actor("rosa"), option_id="consult", areas=[], location_id="portland", from_=DAY, to=DAY,
        now=clock.now(), provider_id=cast.noor_column.pk,
    )  # fmt: skip


def _book(cast, start, patient, provider):
    return services.book_at(
        by=cast.actor("rosa"), option_id="consult", areas=[], location_id="portland", start=start, patient=patient,
        now=clock.now(), provider_id=provider.pk,
    )  # fmt: skip


def _person(cast, number):
    return people.register_patient(
        by=cast.actor("rosa"), first_name="Person", last_name=f"No {number}", date_of_birth=date(1980, 1, 1),
        email=f"person{number}@example.com", time_zone="America/Los_Angeles",
    )  # fmt: skip


def _join(cast, number, **different):
    patient = _person(cast, 100 + number)
    wish = {"option_id": "consult", "areas": [], "location": cast.portland, "first_day": DAY, "last_day": DAY}
    wish |= {"provider_id": cast.noor_column.pk, "notice_minutes": 0}
    return services.join_waitlist(by=patient_actor(patient), patient=patient, now=clock.now(), **wish | different)


def _cancel(cast, booked):
    services.cancel(by=cast.actor("rosa"), appointment=booked, now=clock.now())


def _accept(offer, now=None):
    return services.accept_offer(by=patient_actor(offering.person_of(offer)), offer=offer, now=now or clock.now())


class TestOneByOne:
    def test_a_cancelled_time_goes_to_whoever_waits_longest_and_is_kept_for_them(self, full, cast):
        first, second = _join(cast, 1), _join(cast, 2)
        _cancel(cast, full[3])
        assert offering.run_due(now=clock.now()) == 1
        offer = Offer.objects.get()
        assert (offer.entry, offer.starts_at, offer.state) == (first, full[3].starts_at, "open")
        assert offer.hold.state == "held"
        assert Message.objects.filter(kind="appointment-offer").get().recipient == first.patient.email
        with pytest.raises(JustTaken):
            _book(cast, full[3].starts_at, second.patient, cast.noor_column)
        assert offering.run_due(now=clock.now()) == 0

    def test_accepting_books_and_takes_them_off_the_list(self, full, cast):
        entry = _join(cast, 1)
        _cancel(cast, full[0])
        offering.run_due(now=clock.now())
        booked = _accept(Offer.objects.get())
        entry.refresh_from_db()
        assert (booked.patient, booked.starts_at, booked.state) == (entry.patient, full[0].starts_at, "booked")
        assert (entry.state, FreedTime.objects.get().closed_at is not None) == ("booked", True)
        assert _accept(Offer.objects.get()) == booked
        assert Appointment.objects.filter(patient=entry.patient).count() == 1

    @pytest.mark.parametrize("how", ["declined", "lapsed", "left"])
    def test_without_an_answer_the_time_goes_to_the_next_and_to_nobody_twice(self, full, cast, how):
        first, second = _join(cast, 1), _join(cast, 2)
        _cancel(cast, full[3])
        offering.run_due(now=clock.now())
        offer, later = Offer.objects.get(), clock.now()
        if how == "declined":
            services.decline_offer(by=patient_actor(first.patient), offer=offer, now=later)
        elif how == "left":
            services.leave_waitlist(by=patient_actor(first.patient), entry=first, now=later)
        else:
            later = offer.expires_at + timedelta(seconds=1)
        offering.run_due(now=later)
        offer.refresh_from_db()
        assert offer.state == {"left": "withdrawn"}.get(how, how)
        newest = Offer.objects.get(state="open")
        assert newest.entry == second
        services.decline_offer(by=patient_actor(second.patient), offer=newest, now=later)
        offering.run_due(now=later)
        offering.run_due(now=later)
        assert Offer.objects.count() == 2
        assert not FreedTime.objects.filter(closed_at=None).exists()
        assert [slot.start for slot in _free(cast)] == [full[3].starts_at]

    def test_a_moved_appointment_frees_its_time_as_well(self, full, cast):
        _cancel(cast, full[0])
        entry = _join(cast, 1, earliest=time(12))
        services.move(by=cast.actor("rosa"), appointment=full[-1], start=full[0].starts_at, now=clock.now())
        offering.run_due(now=clock.now())
        assert Offer.objects.get().starts_at == full[-1].starts_at
        assert Offer.objects.get().entry == entry

    @pytest.mark.parametrize(
        "different",
        [
            {"first_day": date(2026, 12, 2), "last_day": date(2026, 12, 9)},
            {"weekdays": [4]},
            {"latest": time(7)},
            {"notice_minutes": 60 * 24 * 3},
        ],
        ids=["other days", "other weekdays", "other hours", "needs more notice"],
    )
    def test_whom_it_does_not_suit_is_not_asked(self, full, cast, different):
        _join(cast, 1, **different)
        _cancel(cast, full[0])
        assert offering.run_due(now=clock.now()) == 0
        assert not Message.objects.filter(kind="appointment-offer").exists()

    def test_whoever_could_not_book_is_passed_over(self, full, cast):
        barred, next_one = _join(cast, 1), _join(cast, 2)
        people.place_hold(by=cast.actor("iris"), patient=barred.patient, reason="Call first")
        _cancel(cast, full[0])
        offering.run_due(now=clock.now())
        assert Offer.objects.get().entry == next_one

    def test_nobody_is_woken_and_whoever_sleeps_is_asked_in_the_morning(self, full, cast):
        entry = _join(cast, 1)
        night = datetime(2026, 12, 1, 6, 0, tzinfo=UTC)
        with clock.pretend(night):
            _cancel(cast, full[5])
            assert offering.run_due(now=night) == 0
        morning = datetime(2026, 12, 1, 16, 5, tzinfo=UTC)
        with clock.pretend(morning):
            assert offering.run_due(now=morning) == 1
        assert Offer.objects.get().entry == entry


class TestClocks:
    def test_a_worker_that_was_down_takes_nothing_from_whoever_answers_meanwhile(self, full, cast):
        _join(cast, 1)
        _cancel(cast, full[6])
        offering.run_due(now=clock.now())
        offer = Offer.objects.get()
        late = offer.expires_at + timedelta(minutes=30)
        with clock.pretend(late):
            assert _accept(offer, late).starts_at == full[6].starts_at
            offering.run_due(now=late)
        offer.refresh_from_db()
        assert offer.state == "accepted"

    def test_a_clock_that_jumps_back_and_forth_gives_the_time_once(self, full, cast):
        _join(cast, 1), _join(cast, 2)
        _cancel(cast, full[6])
        for jump in (0, 3, -2, 5, -5, 1):
            moment = clock.now() + timedelta(hours=jump)
            with clock.pretend(moment):
                offering.run_due(now=moment)
            assert Offer.objects.filter(state="open").count() <= 1
        held = Appointment.objects.filter(state="held", starts_at=full[6].starts_at)
        assert held.count() == Offer.objects.filter(state="open").count()
        assert overlaps() == 0

    def test_an_offer_that_lapsed_cannot_be_accepted(self, full, cast):
        _join(cast, 1)
        _cancel(cast, full[6])
        offering.run_due(now=clock.now())
        offer = Offer.objects.get()
        late = offer.expires_at + timedelta(minutes=1)
        with clock.pretend(late):
            offering.run_due(now=late)
            with pytest.raises(Conflict, match="has ended"):
                _accept(offer, late)


class TestAllAtOnce:
    @pytest.fixture(autouse=True)
    def at_once(self, full, cast):
        services.set_booking_rules(by=cast.actor("system"), offers_to_all_at_once=True)

    def test_the_first_to_accept_gets_it_and_the_others_hear_so_kindly(self, full, cast):
        entries = [_join(cast, number) for number in range(3)]
        _cancel(cast, full[3])
        assert offering.run_due(now=clock.now()) == 3
        offers = list(Offer.objects.order_by("entry__joined_at", "pk"))
        assert {offer.hold for offer in offers} == {None}
        _accept(offers[1])
        assert sorted(Offer.objects.values_list("state", flat=True)) == ["accepted", "taken", "taken"]
        assert Message.objects.filter(subject__endswith="is taken").count() == 2
        entries[0].refresh_from_db()
        assert entries[0].state == "open"
        with pytest.raises(JustTaken, match="You stay on the list"):
            _accept(offers[0])

    def test_a_stranger_who_books_first_is_no_double_booking(self, full, cast):
        _join(cast, 1)
        _cancel(cast, full[3])
        offering.run_due(now=clock.now())
        _book(cast, full[3].starts_at, _person(cast, 50), cast.noor_column)
        with pytest.raises(JustTaken):
            _accept(Offer.objects.get())
        assert Offer.objects.get().state == "taken"
        assert overlaps() == 0


class TestJoining:
    def test_joining_again_changes_the_wish_and_keeps_the_turn(self, full, cast):
        entry = _join(cast, 1)
        again = services.join_waitlist(
            by=patient_actor(entry.patient), patient=entry.patient, option_id="consult", areas=[], location=None,
            first_day=DAY, last_day=date(2026, 12, 24), now=clock.now() + timedelta(days=1),
        )  # fmt: skip
        assert (again.pk, again.joined_at, again.last_day) == (entry.pk, entry.joined_at, date(2026, 12, 24))

    @pytest.mark.parametrize(
        ("different", "field"),
        [
            ({"last_day": date(2026, 11, 1)}, "last_day"),
            ({"earliest": time(12), "latest": time(9)}, "latest"),
            ({"weekdays": [7]}, "weekdays"),
        ],
    )
    def test_a_wish_that_cannot_be_is_named(self, full, cast, different, field):
        with pytest.raises(Invalid) as refused:
            _join(cast, 1, **different)
        assert field in refused.value.fields

    def test_days_that_have_passed_end_the_waiting(self, full, cast):
        entry = _join(cast, 1)
        after = datetime(2026, 12, 3, 12, tzinfo=UTC)
        with clock.pretend(after):
            offering.run_due(now=after)
        entry.refresh_from_db()
        assert entry.state == "over"


@pytest.mark.django_db(transaction=True)
def test_two_who_accept_at_once_are_one_booking(full, cast):
    services.set_booking_rules(by=cast.actor("system"), offers_to_all_at_once=True)
    _join(cast, 1), _join(cast, 2)
    _cancel(cast, full[3])
    offering.run_due(now=clock.now())
    offers = list(Offer.objects.all())
    with Desks(2) as desks:
        found = desks.at_once([lambda offer=offer: _accept(offer) for offer in offers])
    assert sorted(type(one).__name__ for one in found) == ["Appointment", "JustTaken"]
    assert overlaps() == 0
    assert WaitlistEntry.objects.filter(state="booked").count() == 1


def _link():
    body = Message.objects.get(kind="appointment-offer").body
    return "/book/offer/" + body.partition("/book/offer/")[2].split()[0]


class TestPages:
    def test_a_visitor_joins_from_the_page_and_is_on_the_list(self, full, cast, client):
        data = {
            "option": "consult", "first_day": "2026-12-01", "last_day": "2026-12-09", "weekdays": ["1"],
            "notice_minutes": "60", "location": "", "first_name": "Ada", "last_name": "Vance",
            "date_of_birth": "1985-04-02", "email": "ada@example.com",
        }  # fmt: skip
        assert client.get("/book/wait/?option=consult").status_code == 200
        bad = client.post("/book/wait/", data | {"last_day": "2026-11-01"})
        assert (bad.status_code, WaitlistEntry.objects.count()) == (422, 0)
        assert 'value="Ada"' in bad.content.decode()
        assert "You are on the list" in client.post("/book/wait/", data).content.decode()
        entry = WaitlistEntry.objects.get()
        assert (entry.patient.full_name, entry.weekdays, entry.location) == ("Ada Vance", [1], None)

    def test_opening_the_link_does_nothing_and_the_button_books(self, full, cast, client):
        entry = _join(cast, 1)
        _cancel(cast, full[3])
        offering.run_due(now=clock.now())
        path = (
            "/book/offer/" + Message.objects.get(kind="appointment-offer").body.partition("/book/offer/")[2].split()[0]
        )
        assert "A time became free" in client.get(path).content.decode()
        assert Offer.objects.get().state == "open"
        shown = client.post(path, {"answer": "yes"}, follow=True)
        assert shown.status_code == 200
        assert Appointment.objects.get(patient=entry.patient).state == "booked"
        assert "You took this time" in client.get(path).content.decode()

    def test_an_offer_is_taken_with_the_policy_and_refused_without(self, full, cast, client):
        words = "A day before, please."
        services.write_policy(by=cast.actor("owen"), words_en=words, late_hours=24, now=clock.now())
        entry = _join(cast, 1)
        _cancel(cast, full[3])
        offering.run_due(now=clock.now())
        path = _link()
        assert words in client.get(path).content.decode()
        refused = client.post(path, {"answer": "yes"})
        assert refused.status_code == 422
        assert not Appointment.objects.filter(patient=entry.patient, state="booked").exists()
        client.post(path, {"answer": "yes", "policy": "1"})
        booked = Appointment.objects.get(patient=entry.patient, state="booked")
        assert (booked.policy_acceptance.how, booked.policy_acceptance.policy.number) == ("online", 1)

    def test_saying_no_keeps_them_on_the_list(self, full, cast, client):
        entry = _join(cast, 1)
        _cancel(cast, full[3])
        offering.run_due(now=clock.now())
        path = (
            "/book/offer/" + Message.objects.get(kind="appointment-offer").body.partition("/book/offer/")[2].split()[0]
        )
        assert "You stay on the waiting list" in client.post(path, {"answer": "no"}).content.decode()
        entry.refresh_from_db()
        assert (entry.state, Offer.objects.get().state) == ("open", "declined")

    def test_the_desk_answers_for_somebody_on_the_phone(self, full, cast, as_staff, client):
        entry = _join(cast, 1)
        _cancel(cast, full[3])
        offering.run_due(now=clock.now())
        rosa = as_staff(client, "rosa")
        page = rosa.get("/desk/waiting/").content.decode()
        assert entry.patient.full_name in page
        assert "Took it on the phone" in page
        rosa.post(f"/desk/offers/{Offer.objects.get().pk}/", {"answer": "yes"})
        assert Appointment.objects.get(patient=entry.patient).state == "booked"
        assert "Nobody waits" in rosa.get("/desk/waiting/").content.decode()

    def test_the_desk_puts_somebody_on_the_list_and_takes_them_off(self, full, cast, as_staff, client):
        rosa = as_staff(client, "rosa")
        data = {
            "option": "consult", "first_day": "2026-12-01", "last_day": "2026-12-09", "notice_minutes": "60",
            "location": "portland",
        }  # fmt: skip
        assert rosa.get(f"/desk/patients/{cast.pia.pk}/wait/").status_code == 200
        rosa.post(f"/desk/patients/{cast.pia.pk}/wait/", data)
        entry = WaitlistEntry.objects.get()
        assert entry.location == cast.portland
        rosa.post(f"/desk/waiting/{entry.pk}/leave/")
        entry.refresh_from_db()
        assert entry.state == "left"

    def test_a_patient_sees_on_their_page_that_they_wait(self, full, cast, as_patient, client):
        entry = _join(cast, 1)
        page = as_patient(client, entry.patient).get("/my/").content.decode()
        assert "You wait for Consultation" in page
        client.post(f"/book/wait/{entry.pk}/leave/")
        entry.refresh_from_db()
        assert entry.state == "left"


class TestNightAndReopening:
    @given(length=st.integers(5, 3000), hour=st.integers(0, 47))
    def test_a_clock_that_stands_still_at_night_runs_as_long_by_day(self, length, hour):
        from vesicle.people.domain import is_quiet

        begins = NOW + timedelta(hours=hour)
        until = waking(begins, timedelta(minutes=length), "America/Los_Angeles")
        minutes = (begins + timedelta(minutes=n) for n in range(int((until - begins).total_seconds() // 60)))
        awake = sum(not is_quiet(minute, "America/Los_Angeles") for minute in minutes)
        assert awake == length

    def test_an_offer_of_the_evening_can_still_be_answered_in_the_morning(self, full, cast):
        _join(cast, 1, first_day=DAY, last_day=DAY)
        evening = datetime(2026, 12, 1, 4, 50, tzinfo=UTC)
        with clock.pretend(evening):
            _cancel(cast, full[-1])
            offering.run_due(now=evening)
        assert Offer.objects.get().expires_at == datetime(2026, 12, 1, 16, 50, tzinfo=UTC)

    def test_what_is_reopened_is_offered(self, full, cast):
        from vesicle.clinic import services as clinics

        start = full[2].starts_at
        closure = clinics.close(
            by=cast.actor("rosa"), resource=cast.noor_column, start=start, end=start + timedelta(hours=1), reason="Ill"
        )
        _cancel(cast, full[2])
        entry = _join(cast, 1)
        offering.run_due(now=clock.now())
        assert not Offer.objects.exists()
        clinics.reopen(by=cast.actor("rosa"), closure=closure)
        offering.run_due(now=clock.now())
        assert (Offer.objects.get().entry, Offer.objects.get().starts_at) == (entry, start)

    def test_one_that_goes_wrong_does_not_hold_up_the_others(self, full, cast, monkeypatch):
        _join(cast, 1)
        _cancel(cast, full[0]), _cancel(cast, full[5])
        broken = FreedTime.objects.order_by("pk").first().pk
        pass_on = offering._pass_on

        def failing(freed, **more):
            if freed.pk == broken:
                raise RuntimeError("something unforeseen")
            return pass_on(freed, **more)

        monkeypatch.setattr(offering, "_pass_on", failing)
        assert offering.run_due(now=clock.now()) == 1
        assert Offer.objects.get().starts_at == full[5].starts_at
