"""The figures of a few bookings whose answer one knows, on the page and in the files; and who may see them."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from vesicle.clinic import services as clinics
from vesicle.clinic.models import Resource
from vesicle.core import clock
from vesicle.desk.figures import queries
from vesicle.scheduling import services
from vesicle.scheduling.domain import local_moment
from vesicle.scheduling.models import Claim

PAGE = "/desk/figures/"


def chosen(house, on, days=1, location="portland"):
    return queries.period(house.actor("owen"), first=on, last=on + timedelta(days=days - 1), location=location)


def local_day(pia):
    return clock.day_in(pia.where.time_zone, pia.appointment.starts_at)


@pytest.mark.parametrize(("name", "status"), [("owen", 200), ("iris", 200), ("rosa", 403), ("noor", 403)])
def test_they_are_for_those_who_run_the_clinic(cast, as_staff, name, status):
    browser = as_staff(Client(), name)
    assert browser.get(PAGE).status_code == status
    assert browser.get(f"{PAGE}table.csv?table=rooms").status_code == status


def test_a_booking_fills_its_room_provider_and_device_and_a_closure_takes_time_away(path):
    pia = path().booked()
    house, on = pia.house, local_day(pia)
    owen = house.actor("owen")
    before = queries.utilization(owen, chosen(house, on))
    for kind in Resource.Kind.values:
        claim = Claim.objects.get(appointment=pia.appointment, resource__kind=kind)
        line = next(line for line in before.lines[kind] if line.resource == claim.resource)
        minutes = (claim.phase_ends_at - claim.phase_starts_at).total_seconds() / 60
        whole = (claim.period.upper - claim.period.lower).total_seconds() / 60
        assert (line.use.booked, line.use.with_buffers) == (minutes, whole)
        assert before.total(kind).booked == minutes
    room = next(line for line in before.lines["room"] if line.use.booked == 0)
    begins = local_moment(on, clinics_open(house, on)[0], pia.where.time_zone)
    for _ in range(2):
        clinics.close(by=owen, resource=room.resource, start=begins, end=begins + timedelta(hours=1), reason="Paint")
    after = queries.utilization(owen, chosen(house, on))
    again = next(line for line in after.lines["room"] if line.resource == room.resource)
    assert room.use.open - again.use.open == 60


def clinics_open(house, on):
    """Return the first span of the location's day."""
    from vesicle.clinic.queries import week_of

    week = week_of(house.actor("owen"), location_id=house.cast.portland.pk, on=on)
    return week[on.weekday()][0]


def test_places_multiply_and_a_retired_room_counts_until_it_went(path):
    pia = path()
    house, today = pia.house, clock.now().date()
    owen = house.actor("owen")
    room = house.cast.rooms[1]
    before = {
        line.resource.pk: line.use.open for line in queries.utilization(owen, chosen(house, today, 14)).lines["room"]
    }
    clinics.change_resource(by=owen, resource=room, capacity=3)
    clinics.retire_resource(by=owen, resource=house.cast.rooms[0], today=today + timedelta(days=7))
    after = {
        line.resource.pk: line.use.open for line in queries.utilization(owen, chosen(house, today, 14)).lines["room"]
    }
    assert after[room.pk] == 3 * before[room.pk]
    assert after[house.cast.rooms[0].pk] * 2 == before[house.cast.rooms[0].pk]


def test_who_came_who_did_not_and_who_cancelled_late(path):
    pia = path().booked(on=clock.now().date() + timedelta(days=8))
    house = pia.house
    owen, rosa = house.actor("owen"), house.actor("rosa")
    start, on = pia.appointment.starts_at, local_day(pia)

    def count():
        found = queries.coming(owen, chosen(house, on), now=start + timedelta(days=1))
        one = found.total
        return (one.came, one.no_shows, one.cancelled, one.cancelled_late, one.open), found

    assert count()[0] == (0, 0, 0, 0, 1)
    assert queries.coming(owen, chosen(house, on), now=clock.now()).total.open == 0
    lead = count()[1].lead_total
    assert lead.count == 1
    assert lead.median == pytest.approx((start - pia.appointment.created_at).total_seconds() / 86400)
    services.change_state(by=rosa, appointment=pia.appointment, state="no-show", now=start + timedelta(hours=1))
    assert count()[0] == (0, 1, 0, 0, 0)
    assert list(count()[1].by_band) == ["8 to 30 days ahead"]


@pytest.mark.parametrize(("hours", "expected"), [(30, (1, 0)), (20, (0, 1))])
def test_a_cancellation_is_late_within_a_day(path, hours, expected):
    pia = path().booked(on=clock.now().date() + timedelta(days=8))
    on, start = local_day(pia), pia.appointment.starts_at
    rosa = pia.house.actor("rosa")
    services.cancel(by=rosa, appointment=pia.appointment, now=start - timedelta(hours=hours))
    total = queries.coming(pia.house.actor("owen"), chosen(pia.house, on), now=start).total
    assert (total.cancelled, total.cancelled_late) == expected
    assert total.no_show_share == (0 if expected[1] else None)


def test_what_was_looked_for_in_vain_comes_first(cast, as_staff):
    now = clock.now()
    today = clock.day_in(cast.portland.time_zone, now)
    for option, found, wishes in (("a/b", 0, {"provider": 1}), ("a/b", 4, {}), ("=c/d", 0, {}), ("=c/d", 0, {})):
        services.note_search(
            by=cast.actor("visitor"), option_id=option, areas=[], location=cast.portland, first=today,
            last=today + timedelta(days=6), found=found, now=now, wishes=wishes, next_free=today + timedelta(days=9),
        )  # fmt: skip
    owen = cast.actor("owen")
    found = queries.demand(owen, queries.period(owen, first=today, last=today))
    assert [(one.option, one.demand.missed, one.demand.found) for one in found] == [("=c/d", 2, 0), ("a/b", 1, 1)]
    assert (found[1].with_provider, found[1].next_free.median) == (1, 9)
    assert (
        queries.demand(owen, queries.period(owen, first=today - timedelta(days=9), last=today - timedelta(days=1)))
        == []
    )
    browser = as_staff(Client(), "owen")
    answer = browser.get(f"{PAGE}table.csv?table=demand&first={today}&last={today}")
    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    assert rows[0][:4] == ["Treatment or visit", "Where", "Searches", "Found nothing"]
    assert rows[1][0] == "'=c/d"
    assert rows[2][2:5] == ["2", "1", "50.0"]
    assert "attachment" in answer.headers["Content-Disposition"]


def test_the_page_shows_every_table_and_each_has_its_file(path, as_staff):
    pia = path().booked()
    on = local_day(pia)
    owen = as_staff(Client(), "owen")
    answer = owen.get(PAGE, {"first": on, "last": on, "location": "portland"})
    tables = [table for name in ("utilization", "attendance", "demand") for table in answer.context[name]]
    assert len(tables) == 12
    for table in tables:
        sent = {"first": on, "last": on, "location": "portland", "table": table.id}
        rows = list(csv.reader(io.StringIO(owen.get(f"{PAGE}table.csv", sent).content.decode())))
        assert rows[0] == list(table.head)
        assert len(rows) == 1 + len(table.rows)
    assert owen.get(f"{PAGE}table.csv", {"table": "nothing"}).status_code == 404


@pytest.mark.parametrize(
    "sent", [{"first": "2026-12-02", "last": "2026-12-01"}, {"first": "x"}, {"first": "2020-01-01"}]
)
def test_a_period_that_cannot_be_is_said_beside_its_field(cast, as_staff, sent):
    answer = as_staff(Client(), "owen").get(PAGE, sent)
    assert answer.status_code == 422
    assert answer.context["form"].errors


def test_the_page_asks_as_much_for_a_year_as_for_a_day(path, as_staff):
    pia = path().booked()
    on = local_day(pia)
    owen = as_staff(Client(), "owen")
    asked = []
    for days in (0, 364):
        owen.get(PAGE, {"first": on - timedelta(days=days), "last": on})
        with CaptureQueriesContext(connection) as captured:
            assert owen.get(PAGE, {"first": on - timedelta(days=days), "last": on}).status_code == 200
        asked.append(len(captured))
    assert asked[0] == asked[1] < 30
