"""From tables to starts: what is in the database counts, exactly, and in how many statements."""

import json
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from vesicle.clinic import services as places
from vesicle.clinic.models import Closure, Hours, Location, Resource, Travel
from vesicle.core import clock
from vesicle.core.errors import Invalid
from vesicle.scheduling import availability, queries, services
from vesicle.scheduling.availability import Limits
from vesicle.scheduling.bookable import bookable
from vesicle.scheduling.domain import Point, Wishes
from vesicle.scheduling.models import Claim

TUESDAY = date(2026, 12, 1)


class Clinic:
    """The cast's Portland with a short consultation, asked about one Tuesday."""

    def __init__(self, cast):
        self.cast, self.portland = cast, cast.portland
        self.by = cast.actor("system")
        self.service("consult", needs=["room", "provider"])

    def service(self, slug, **changes):
        values = {"name": slug, "kind": "consultation", "minutes": 30, "needs": ["room", "provider"]} | changes
        return services.add_service(by=self.by, slug=slug, **values)

    def starts(self, slug="consult", on=TUESDAY, **more):
        return queries.slots(
            self.cast.actor("rosa"), option_id=slug, areas=[], location_id=more.pop("where", self.portland).pk,
            from_=on, to=more.pop("to", on), now=clock.now(), **more,
        )  # fmt: skip

    def times(self, *args, **more):
        return [slot.start.strftime("%H:%M") for slot in self.starts(*args, **more)]

    def hold(self, slug, slot, **more):
        return services.hold(
            by=self.cast.actor("rosa"), option_id=slug, areas=[], location_id=more.pop("where", self.portland).pk,
            start=slot.start, now=clock.now(), **more,
        )  # fmt: skip

    def rooms(self):
        return Resource.objects.filter(kind="room", location=self.portland).order_by("name")

    def only_room(self, **changes):
        first, *others = self.rooms()
        Resource.objects.filter(pk__in=[room.pk for room in others]).update(is_active=False)
        Resource.objects.filter(pk=first.pk).update(**changes)
        return first

    def only_noor(self):
        Resource.objects.filter(pk=self.cast.iris_column.pk).update(is_active=False)
        return self.cast.noor_column


@pytest.fixture
def clinic(cast, on_monday):
    return Clinic(cast)


class TestCalendars:
    def test_breaks_validity_and_hours_over_midnight_count(self, clinic):
        noor = clinic.only_noor()
        Hours.objects.filter(resource=noor, location=clinic.portland, weekday=1).delete()
        for opens, closes, until in ((9, 10, None), (11, 12, None), (13, 14, TUESDAY - timedelta(days=1))):
            Hours.objects.create(
                location=clinic.portland, resource=noor, weekday=1, opens=time(opens), closes=time(closes),
                valid_until=until,
            )  # fmt: skip
        assert clinic.times() == ["09:00", "09:15", "09:30", "11:00", "11:15", "11:30"]
        for resource in (None, noor):
            Hours.objects.create(location=clinic.portland, resource=resource, weekday=1, opens=time(23), closes=time(1))
        assert clinic.times()[-4:] == ["23:00", "23:15", "23:30", "23:45"]
        assert clinic.times(on=TUESDAY + timedelta(days=1))[:3] == ["00:00", "00:15", "00:30"]

    def test_closures_of_house_and_thing_count_and_may_overlap(self, clinic):
        room = clinic.only_room()
        for resource, begins, ends in ((None, "16:00", "19:00"), (None, "18:00", "20:00"), (room, "21:02", "21:58")):
            Closure.objects.create(
                location=None if resource else clinic.portland, resource=resource, reason="closed",
                period=(_utc(begins), _utc(ends)),
            )  # fmt: skip
        # Portland is eight hours behind: the house is closed from 8 to 12, the room from 13:02 to 13:58.
        assert clinic.times()[:4] == ["12:00", "12:15", "12:30", "14:00"]

    def test_rules_of_the_clinic_count(self, clinic):
        services.set_booking_rules(by=clinic.by, grid_minutes=60, horizon_days=2)
        assert {start[-2:] for start in clinic.times()} == {"00"}
        assert not clinic.times(on=TUESDAY + timedelta(days=7))

    def test_more_than_120_days_are_refused(self, clinic):
        assert clinic.times(to=TUESDAY + timedelta(days=119))
        with pytest.raises(Invalid):
            clinic.times(to=TUESDAY + timedelta(days=120))


def _utc(text):
    return datetime.combine(TUESDAY, time.fromisoformat(text), UTC)


class TestResources:
    def test_a_room_for_two_is_taken_place_by_place(self, clinic):
        clinic.service("rest", needs=["room", "provider"], minutes=30)
        clinic.only_room(capacity=2)
        slot = clinic.starts("rest")[0]
        held = [clinic.hold("rest", slot), clinic.hold("rest", slot)]
        places_taken = {claim.place for one in held for claim in one.claims.filter(resource__kind="room")}
        assert places_taken == {0, 1}
        assert slot.start not in [one.start for one in clinic.starts("rest")]

    def test_a_things_own_buffers_count_where_they_are_longer(self, clinic):
        room = clinic.only_room(cleanup_minutes=20, setup_minutes=10)
        held = clinic.hold("consult", clinic.starts()[0])
        claim = held.claims.get(resource=room)
        assert claim.phase_starts_at - claim.period.lower == timedelta(minutes=10)
        assert claim.period.upper - claim.phase_ends_at == timedelta(minutes=20)

    def test_alternatives_and_kinds_of_room(self, clinic):
        clinic.service("light", needs=["room:laser", "provider", "device:ipl|lamp"])
        assert not clinic.times("light")
        room = clinic.rooms()[0]
        Resource.objects.filter(pk=room.pk).update(room_kind="laser")
        places.add_device(by=clinic.by, location=clinic.portland, name="Lamp", device_kind="lamp")
        slot = clinic.starts("light")[0]
        assert slot.of_kind("room") == room
        assert slot.of_kind("device").name == "Lamp"
        assert clinic.times() == clinic.times("light")

    def test_a_provider_who_is_elsewhere_needs_the_way_there_and_back(self, clinic):
        noor, phoenix = clinic.only_noor(), clinic.cast.phoenix
        for where in (clinic.portland, phoenix):
            Hours.objects.filter(location=where, weekday=1).delete()
            for resource in (None, noor):
                Hours.objects.create(location=where, resource=resource, weekday=1, opens=time(8), closes=time(18))
        before = clinic.times()
        away = next(slot for slot in clinic.starts(where=phoenix) if slot.start.astimezone(UTC) >= _utc("20:00"))
        held = clinic.hold("consult", away, where=phoenix)
        claim = held.claims.get(resource=noor)
        first, second = sorted([clinic.portland, phoenix], key=lambda place: place.pk)
        without = clinic.starts()
        assert any(claim.period.upper <= slot.start < claim.period.upper + timedelta(hours=1) for slot in without)
        Travel.objects.create(first=first, second=second, minutes=60)
        starts = clinic.starts()
        assert len(starts) < len(without) < len(before)
        assert all(
            slot.end + timedelta(hours=1) <= claim.period.lower or slot.start - timedelta(hours=1) >= claim.period.upper
            for slot in starts
        )


class TestVisit:
    def test_two_treatments_in_one_visit_share_room_and_person(self, clinic):
        clinic.service("after", minutes=15, provider_before=10)
        found = availability.search_visit(
            [(bookable(clinic.cast.clinic.pk, slug), []) for slug in ("consult", "after")], clinic.portland,
            first=TUESDAY, last=TUESDAY, now=clock.now(), pause_minutes=5,
        )  # fmt: skip
        start = found.starts.at(found.starts.bits()[0])
        assert set(start.taken) == {"room@1+2", "provider@1", "provider@2"}
        assert start.taken["provider@1"] == start.taken["provider@2"]
        assert found.plan.minutes == 50

    def test_a_wished_provider_is_taken_where_she_is_free_and_others_where_not(self, clinic):
        iris, noor = clinic.cast.iris_column, clinic.cast.noor_column
        for column in (iris, noor):
            wished = queries.best_slots(
                clinic.cast.actor("rosa"), option_id="consult", areas=[], location_id=clinic.portland.pk,
                from_=TUESDAY, to=TUESDAY, now=clock.now(), wishes=Wishes(provider_id=column.pk),
            )  # fmt: skip
            assert {slot.of_kind("provider") for slot in wished} == {column}
        Resource.objects.filter(pk=noor.pk).update(is_active=False)
        still = availability.search_visit(
            [(bookable(clinic.cast.clinic.pk, "consult"), [])], clinic.portland, first=TUESDAY, last=TUESDAY,
            now=clock.now(), limits=Limits(wishes=Wishes(provider_id=noor.pk)),
        )  # fmt: skip
        assert len(still.starts)

    def test_best_first_goes_by_day_and_wish(self, clinic):
        found = queries.best_slots(
            clinic.cast.actor("rosa"), option_id="consult", areas=[], location_id=clinic.portland.pk,
            from_=TUESDAY, to=TUESDAY + timedelta(days=1), now=clock.now(), wishes=Wishes(earliest=time(14)), limit=3,
        )  # fmt: skip
        assert [slot.start.strftime("%d %H:%M") for slot in found] == ["01 14:00", "01 14:15", "01 14:30"]

    def test_the_command_prints_the_best_alone(self, clinic, capsys):
        day = ["--from", str(TUESDAY), "--to", str(TUESDAY), "--json"]
        call_command("slots", "--option", "consult", "--location", "portland", "--areas", "--best", "2", *day)
        found = [slot["start"][11:16] for slot in json.loads(capsys.readouterr().out)["slots"]]
        assert found == clinic.times()[:2]

    def test_the_nearest_location_with_free_times_comes_first(self, clinic):
        Location.objects.filter(pk=clinic.portland.pk).update(latitude=45.5, longitude=-122.7)
        Location.objects.filter(pk=clinic.cast.phoenix.pk).update(latitude=33.4, longitude=-112.1)
        found = queries.slots_nearby(
            clinic.cast.actor("rosa"), option_id="consult", areas=[], near=Point(33.5, -112.0), from_=TUESDAY,
            to=TUESDAY + timedelta(days=6), now=clock.now(),
        )  # fmt: skip
        assert [near.location.slug for near in found][:2] == [clinic.cast.phoenix.slug, clinic.portland.slug]
        assert found[0].kilometers < 20


class TestCost:
    def test_a_search_is_three_statements_however_much_there_is(self, clinic, django_assert_num_queries):
        slots = clinic.starts()
        for slot in slots[::4]:
            clinic.hold("consult", slot)
        with django_assert_num_queries(3):
            clinic.starts(to=TUESDAY + timedelta(days=60))

    def test_claims_are_read_from_their_index_alone(self, clinic):
        clinic.hold("consult", clinic.starts()[0])
        with connection.cursor() as cursor:
            # With a handful of rows every plan costs the same, so its rivals are taken away: what is asked is whether
            # this index alone can answer. The test's transaction gives them back.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute(
                "SELECT indexrelid::regclass::text, conname FROM pg_index LEFT JOIN pg_constraint "
                "ON conindid = indexrelid AND conrelid = indrelid WHERE indrelid = 'scheduling_claim'::regclass "
                "AND NOT indisprimary AND indexrelid <> 'claims_by_tick'::regclass"
            )
            for index, constraint in cursor.fetchall():
                of_constraint = f"ALTER TABLE scheduling_claim DROP CONSTRAINT {constraint}"
                cursor.execute(of_constraint if constraint else f"DROP INDEX {index}")
            cursor.execute(
                "EXPLAIN SELECT resource_id, place, low, high FROM scheduling_claim WHERE is_active "
                "AND resource_id = ANY(%s) AND low > 1 AND low < 9 AND (held_until IS NULL OR held_until > now())",
                [list(Claim.objects.values_list("resource_id", flat=True))],
            )
            plan = " ".join(row[0] for row in cursor.fetchall())
        assert "Index Only Scan using claims_by_tick" in plan
