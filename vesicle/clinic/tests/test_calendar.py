"""Hours that change from a day on, closures that come again, holidays, and resources out of use and back."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vesicle.clinic import hooks, queries, services
from vesicle.clinic.domain import hours
from vesicle.clinic.holidays import holidays
from vesicle.clinic.models import Closure, Hours, Location, Travel
from vesicle.core.errors import Conflict, Invalid, NotFound, NotPermitted

TODAY = date(2026, 11, 30)
NOW = datetime(2026, 11, 30, 18, 0, tzinfo=UTC)
EARLY, LATE, SHORT = ({0: [(time(hour), time(hour + 4))]} for hour in (8, 12, 16))


def days(count):
    return TODAY + timedelta(days=count)


class TestHoursOfAPeriod:
    def week(self, cast, on):
        return queries.week_of(cast.actor("visitor"), location_id=cast.portland.pk, on=on)

    def set(self, cast, week, first=None, last=None):
        return services.set_hours(
            by=cast.actor("owen"), location=cast.portland, week=week, valid_from=first, valid_until=last
        )

    def test_a_clinic_that_moves_its_hours_keeps_the_old_ones_until_the_day_before(self, cast):
        self.set(cast, EARLY)
        self.set(cast, LATE, days(10))
        assert self.week(cast, days(9)) == EARLY
        assert self.week(cast, days(10)) == LATE
        assert self.week(cast, days(900)) == LATE

    def test_a_season_ends_and_the_hours_before_count_again(self, cast):
        self.set(cast, EARLY)
        self.set(cast, SHORT, days(10), days(20))
        found = [self.week(cast, days(count)) for count in (9, 10, 20, 21)]
        assert found == [EARLY, SHORT, SHORT, EARLY]

    def test_a_season_over_two_sets_leaves_what_lies_around_it(self, cast):
        self.set(cast, EARLY)
        self.set(cast, LATE, days(15))
        self.set(cast, {}, days(10), days(20))
        assert [self.week(cast, days(count)) for count in (9, 15, 21)] == [EARLY, {}, LATE]

    def test_hours_to_come_are_taken_back_and_those_before_go_on(self, cast):
        self.set(cast, EARLY)
        self.set(cast, LATE, days(10))
        services.withdraw_hours(by=cast.actor("owen"), location=cast.portland, valid_from=days(10), today=TODAY)
        assert self.week(cast, days(400)) == EARLY
        for first in (days(10), TODAY):
            with pytest.raises((NotFound, Invalid)):
                services.withdraw_hours(by=cast.actor("owen"), location=cast.portland, valid_from=first, today=TODAY)

    def test_the_last_day_comes_after_the_first(self, cast):
        before = Hours.objects.count()
        with pytest.raises(Invalid) as refusal:
            self.set(cast, EARLY, days(10), days(9))
        assert set(refusal.value.fields) == {"valid_until"}
        assert Hours.objects.count() == before

    def test_a_providers_hours_are_their_own(self, cast):
        noor, iris = cast.noor_column, cast.iris_column
        services.set_hours(by=cast.actor("owen"), location=cast.portland, resource=noor, week=LATE, valid_from=days(5))
        ask = {"location_id": cast.portland.pk, "on": days(5)}
        assert queries.week_of(cast.actor("rosa"), resource_id=noor.pk, **ask) == LATE
        assert queries.week_of(cast.actor("rosa"), resource_id=iris.pk, **ask) != LATE
        assert cast.phoenix in queries.places_of(cast.actor("rosa"), noor.pk, today=TODAY)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.sampled_from([8, 10, 12]), st.integers(-9, 9), st.integers(0, 12)), max_size=6
    )
)
def test_the_periods_shown_say_for_every_day_what_counts_on_it(rows):
    weekly = [
        Hours(weekday=day, opens=time(hour), closes=time(hour + 1), valid_from=days(first), valid_until=days(first + n))
        for day, hour, first, n in rows
    ]
    found = hours.periods(weekly, TODAY)
    for count in range(25):
        on = days(count)
        told = [one.week for one in found if (one.first or on) <= on <= (one.last or on)]
        assert told == ([hours.week_on(weekly, on)] if weekly else [])


@pytest.mark.parametrize(
    ("week", "wrong"),
    [
        ({4: [(time(20), time(2))], 5: [(time(2), time(6))]}, set()),
        ({4: [(time(20), time(2))], 5: [(time(1), time(6))]}, {"5"}),
        ({6: [(time(20), time(2))], 0: [(time(1), time(6))]}, {"0"}),
        ({2: [(time(0), time(0))]}, set()),
        ({2: [(time(9), time(8))]}, {"2"}),
    ],
)
def test_hours_over_midnight_do_not_run_into_the_next_day(week, wrong):
    assert set(hours.hours_problems(week)) == wrong


class TestClosures:
    def test_maintenance_that_comes_again_is_entered_at_once_or_not_at_all(self, cast):
        times = [(NOW + timedelta(days=7 * turn), NOW + timedelta(days=7 * turn, hours=2)) for turn in range(4)]
        given = {"by": cast.actor("owen"), "resource": cast.devices[0], "reason": "Service", "kind": "maintenance"}
        made = services.close_times(times=times, **given)
        assert [row.kind for row in made] == ["maintenance"] * 4
        for wrong in (
            {"times": [*times, (NOW, NOW)]},
            {"times": []},
            {"times": times * 20},
            {"times": times, "kind": "bored"},
        ):
            with pytest.raises(Invalid):
                services.close_times(**{**given, **wrong})
        assert Closure.objects.count() == 4

    def test_those_over_are_left_out(self, cast):
        for offset in (-10, 10):
            services.close(
                by=cast.actor("owen"),
                location=cast.portland,
                start=NOW + timedelta(days=offset),
                end=NOW + timedelta(days=offset + 1),
                reason="x",
            )
        found = queries.closures(cast.actor("rosa"), location_id=cast.portland.pk, since=NOW)
        assert [row.period.lower > NOW for row in found] == [True]
        with pytest.raises(NotFound):
            queries.closure(cast.actor("otto"), found[0].pk)


def test_public_holidays_fall_where_the_law_puts_them():
    found = dict(holidays("US", date(2026, 1, 1), date(2026, 12, 31)))
    assert len(found) == 11
    assert found[date(2026, 1, 19)] == "Martin Luther King Jr. Day"
    assert found[date(2026, 5, 25)] == "Memorial Day"
    assert found[date(2026, 9, 7)] == "Labor Day"
    assert found[date(2026, 11, 26)] == "Thanksgiving Day"
    assert holidays("US", date(2026, 12, 26), date(2027, 1, 1)) == [(date(2027, 1, 1), "New Year’s Day")]
    assert holidays("XX", date(2026, 1, 1), date(2026, 12, 31)) == []


class TestResources:
    def test_a_room_has_places_and_a_device_has_none(self, cast):
        room = services.add_room(by=cast.actor("owen"), location=cast.portland, name="Double", capacity=2)
        assert room.capacity == 2
        for wrong in ({"capacity": 0}, {"capacity": 13}, {"setup_minutes": 7}, {"device_kind": "pen"}):
            with pytest.raises(Invalid) as refusal:
                services.change_resource(by=cast.actor("owen"), resource=room, **wrong)
            assert set(refusal.value.fields) == set(wrong)
            room.refresh_from_db()
        with pytest.raises(Invalid):
            services.change_resource(by=cast.actor("owen"), resource=cast.devices[0], capacity=2)

    def test_goes_out_of_use_and_comes_back(self, cast):
        room = cast.rooms[0]
        services.retire_resource(by=cast.actor("iris"), resource=room, today=TODAY)
        assert room not in queries.resources(cast.actor("rosa"))
        assert room in queries.resources(cast.actor("rosa"), with_retired=True)
        assert room.retired_on == TODAY
        services.restore_resource(by=cast.actor("iris"), resource=room)
        assert room in queries.resources(cast.actor("rosa"))

    def test_stays_while_somebody_is_booked_with_it(self, cast, monkeypatch):
        monkeypatch.setattr(hooks, "bookings_to_come", [lambda *asked: 2])
        with pytest.raises(Conflict, match="2 appointments"):
            services.retire_resource(by=cast.actor("iris"), resource=cast.rooms[0], today=TODAY)
        assert cast.rooms[0] in queries.resources(cast.actor("rosa"))

    @pytest.mark.parametrize("name", ["rosa", "noor", "pia"])
    def test_is_for_those_who_run_the_clinic(self, cast, name):
        with pytest.raises(NotPermitted):
            services.retire_resource(by=cast.actor(name), resource=cast.rooms[0], today=TODAY)


class TestLocations:
    def test_change_address_and_coordinates(self, cast):
        services.change_location(
            by=cast.actor("owen"), location=cast.portland, street="9 New Street", latitude=45.5, longitude=-122.6
        )
        stored = Location.objects.get(pk=cast.portland.pk)
        assert (stored.street, stored.latitude) == ("9 New Street", 45.5)
        for wrong in ({"longitude": None}, {"latitude": 91.0}, {"phone": "12"}, {"name": ""}, {"slug": "x"}):
            with pytest.raises(Invalid) as refusal:
                services.change_location(by=cast.actor("owen"), location=stored, **wrong)
            assert set(refusal.value.fields) == set(wrong)
            stored.refresh_from_db()

    def test_another_zone_is_refused_while_appointments_are_to_come(self, cast, monkeypatch):
        monkeypatch.setattr(hooks, "bookings_to_come", [lambda *asked: 1])
        with pytest.raises(Conflict, match="1 appointment "):
            services.change_location(by=cast.actor("owen"), location=cast.portland, time_zone="America/Denver")
        monkeypatch.setattr(hooks, "bookings_to_come", [])
        services.change_location(by=cast.actor("owen"), location=cast.portland, time_zone="America/Denver")
        assert Location.objects.get(pk=cast.portland.pk).time_zone == "America/Denver"

    def test_the_way_between_two_is_said_once_for_both_directions(self, cast):
        owen = cast.actor("owen")
        services.set_travel(by=owen, first=cast.phoenix, second=cast.portland, minutes=300)
        services.set_travel(by=owen, first=cast.portland, second=cast.phoenix, minutes=330)
        assert list(queries.travel_minutes(cast.actor("rosa")).values()) == [330]
        services.set_travel(by=owen, first=cast.portland, second=cast.phoenix, minutes=None)
        assert not Travel.objects.exists()
        for wrong in ({"second": cast.phoenix, "minutes": -1}, {"second": cast.portland, "minutes": 10}):
            with pytest.raises(Invalid):
                services.set_travel(by=owen, first=cast.portland, **wrong)
