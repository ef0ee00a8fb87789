"""The set-up on screens: who may, what is saved, what is said where, and that nothing typed is lost."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from vesicle.clinic import queries, services
from vesicle.clinic.models import Closure, Location, Resource
from vesicle.core import clock
from vesicle.scheduling.models import BookingRules, OpenService

HOME = "/desk/setup/"


@pytest.fixture
def owen(cast, as_staff):
    return as_staff(Client(), "owen")


def messages_of(answer):
    return " ".join(str(message) for message in answer.context["messages"])


def hours(*spans, first="", last="", **more):
    """Return what the form of hours sends: ``spans`` are (weekday, turn, from, to)."""
    sent = {"spans": "2", "valid_from": first, "valid_until": last, **more}
    for day, turn, opens, closes in spans:
        sent[f"d{day}_{turn}_opens"], sent[f"d{day}_{turn}_closes"] = opens, closes
    return sent


@pytest.mark.parametrize(
    ("name", "status"), [("owen", 200), ("iris", 200), ("rosa", 403), ("noor", 403), ("ines", 403)]
)
def test_it_is_for_those_who_run_the_clinic(cast, as_staff, name, status):
    browser = as_staff(Client(), name)
    pages = (HOME, f"{HOME}locations/{cast.portland.pk}/", f"{HOME}rules/", f"{HOME}resources/{cast.rooms[0].pk}/")
    assert {browser.get(page).status_code for page in pages} == {status}


class TestLocations:
    SENT = {
        "name": "South Side",
        "street": "1 Oak Street",
        "city": "Salem",
        "state": "OR",
        "postal_code": "97301",
        "phone": "+1 503 555 0111",
        "time_zone": "America/Los_Angeles",
        "latitude": "44.94",
        "longitude": "-123.03",
    }

    def test_one_is_added_and_leads_to_its_hours(self, owen):
        answer = owen.post(f"{HOME}locations/new/", self.SENT)
        made = Location.objects.get(slug="south-side")
        assert answer.headers["Location"] == f"{HOME}locations/{made.pk}/hours/"
        assert (made.latitude, made.longitude) == (44.94, -123.03)

    def test_what_is_wrong_stands_at_its_field_and_the_rest_stays(self, owen):
        answer = owen.post(f"{HOME}locations/new/", {**self.SENT, "phone": "12", "longitude": ""})
        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {"phone", "longitude"}
        assert "1 Oak Street" in answer.content.decode()
        assert not Location.objects.filter(slug="south-side").exists()

    @pytest.mark.parametrize(("keep", "moves"), [("clock", timedelta(hours=-1)), ("moment", timedelta())])
    def test_another_zone_asks_what_becomes_of_those_who_are_booked(self, path, as_staff, keep, moves):
        pia = path().booked()
        place, start = pia.where, pia.appointment.starts_at
        sent = {name: getattr(place, name) or "" for name in self.SENT} | {"time_zone": "America/Denver"}
        owen = as_staff(Client(), "owen")
        page = f"{HOME}locations/{place.pk}/change/"
        answer = owen.post(page, sent)
        assert answer.status_code == 422
        assert "1 appointment to come" in str(answer.context["form"].errors["time_zone"])
        place.refresh_from_db()
        assert place.time_zone == "America/Los_Angeles"
        assert owen.post(page, sent | {"keep": keep, "street": "2 Elm"}).status_code == 302
        place.refresh_from_db()
        pia.appointment.refresh_from_db()
        assert (place.time_zone, place.street) == ("America/Denver", "2 Elm")
        assert pia.appointment.starts_at == start + moves


class TestHours:
    def page(self, cast):
        return f"{HOME}locations/{cast.portland.pk}/hours/"

    def test_several_spans_a_day_from_a_day_on(self, cast, owen):
        first = clock.now().date() + timedelta(days=20)
        sent = hours((0, 0, "09:00", "12:00"), (0, 1, "13:00", "17:00"), (4, 0, "20:00", "02:00"), first=first)
        assert owen.post(self.page(cast), sent).status_code == 302
        week = queries.week_of(cast.actor("rosa"), location_id=cast.portland.pk, on=first)
        assert week == {0: [(time(9), time(12)), (time(13), time(17))], 4: [(time(20), time(2))]}
        before = queries.week_of(cast.actor("rosa"), location_id=cast.portland.pk, on=first - timedelta(days=1))
        assert before
        assert before != week
        shown = owen.get(f"{HOME}locations/{cast.portland.pk}/").content.decode()
        assert "9 AM to 12 PM and 1 PM to 5 PM" in shown
        assert "8 PM to 2 AM" in shown
        answer = owen.post(f"{self.page(cast)}withdraw/", {"first": str(first)}, follow=True)
        assert "taken back" in messages_of(answer)
        assert queries.week_of(cast.actor("rosa"), location_id=cast.portland.pk, on=first) == before

    def test_a_day_is_copied_without_saving_or_losing_anything(self, cast, owen):
        before = queries.hours(cast.actor("rosa"), cast.portland.pk)
        sent = hours((0, 0, "08:00", "12:00"), (5, 1, "10:00", "11:00"), first="2027-01-04")
        form = owen.post(self.page(cast), sent | {"copy": "weekdays"}).context["form"]
        assert [form[f"d{day}_0_opens"].value() for day in range(7)] == ["08:00"] * 5 + [None, None]
        assert (form["d5_1_opens"].value(), form["valid_from"].value()) == ("10:00", "2027-01-04")
        form = owen.post(self.page(cast), sent | {"copy": "1"}).context["form"]
        assert [form[f"d{day}_0_opens"].value() for day in range(3)] == ["08:00", "08:00", None]
        form = owen.post(self.page(cast), sent | {"more": "1"}).context["form"]
        assert form.count == 3
        assert form["d0_0_opens"].value() == "08:00"
        assert queries.hours(cast.actor("rosa"), cast.portland.pk) == before

    @pytest.mark.parametrize(
        ("spans", "field"),
        [
            ([(2, 0, "09:00", "")], "d2_0_closes"),
            ([(2, 0, "09:00", "12:00"), (2, 1, "11:00", "13:00")], "d2_0_opens"),
            ([(2, 0, "25:00", "12:00")], "d2_0_opens"),
        ],
    )
    def test_what_is_wrong_stands_at_its_day(self, cast, owen, spans, field):
        answer = owen.post(self.page(cast), hours(*spans, (3, 0, "10:00", "15:00")))
        assert answer.status_code == 422
        assert field in answer.context["form"].errors
        assert answer.context["form"].days[2].errors
        assert answer.context["form"]["d3_0_opens"].value() == "10:00"

    def test_a_providers_hours_are_set_on_their_page_and_a_room_has_none(self, cast, owen):
        page = f"{HOME}resources/{cast.noor_column.pk}/hours/{cast.phoenix.pk}/"
        assert owen.post(page, hours((6, 0, "10:00", "14:00"))).status_code == 302
        week = queries.week_of(
            cast.actor("rosa"), location_id=cast.phoenix.pk, resource_id=cast.noor_column.pk, on=date(2027, 1, 3)
        )
        assert week == {6: [(time(10), time(14))]}
        assert owen.get(f"{HOME}resources/{cast.rooms[0].pk}/hours/{cast.portland.pk}/").status_code == 404


class TestClosures:
    def test_maintenance_comes_again_at_the_same_time_of_day_also_when_the_clock_has_changed(self, cast, owen):
        sent = {"kind": "maintenance", "reason": "Service", "first": "2027-03-01", "opens": "08:00", "closes": "10:00"}
        page = f"{HOME}resources/{cast.devices[0].pk}/"
        assert owen.post(f"{page}close/", sent | {"repeat": "14", "times": "3"}).status_code == 302
        zone = ZoneInfo("America/Los_Angeles")
        made = Closure.objects.order_by("period")
        begins = [row.period.lower.astimezone(zone) for row in made]
        assert [(moment.day, moment.hour) for moment in begins] == [(1, 8), (15, 8), (29, 8)]
        assert begins[0].utcoffset() != begins[1].utcoffset()
        shown = owen.get(page).content.decode()
        assert "Mon, Mar 1, 2027, 8 AM to 10 AM" in shown

    def test_whole_days_end_at_midnight_and_are_taken_back_with_a_way_to_close_again(self, cast, owen):
        page = f"{HOME}locations/{cast.portland.pk}/"
        sent = {"kind": "closed", "reason": "Painting", "first": "2027-02-01", "last": "2027-02-03"}
        assert owen.post(f"{page}close/", sent).status_code == 302
        closure = Closure.objects.get()
        assert closure.period.upper - closure.period.lower == timedelta(days=3)
        assert "Mon, Feb 1, 2027 to Wed, Feb 3, 2027" in owen.get(page).content.decode()
        answer = owen.post(f"{HOME}closures/{closure.pk}/reopen/", follow=True)
        assert not Closure.objects.exists()
        again = answer.context["again"]
        form = owen.get(f"{page}close/?{again}").context["form"]
        assert {name: form[name].value() for name in sent} == sent

    def test_it_says_how_many_appointments_fall_into_it(self, path, as_staff):
        pia = path().booked()
        on = clock.day_in(pia.where.time_zone, pia.appointment.starts_at)
        owen = as_staff(Client(), "owen")
        page = f"{HOME}locations/{pia.where.pk}/close/"
        answer = owen.post(page, {"kind": "closed", "reason": "Flood", "first": str(on)}, follow=True)
        assert "1 appointment falls into it" in messages_of(answer)

    def test_an_end_before_its_start_is_refused_and_what_was_typed_stays(self, cast, owen):
        page = f"{HOME}resources/{cast.noor_column.pk}/close/"
        sent = {"kind": "sick", "reason": "Flu", "first": "2027-02-03", "last": "2027-02-01"}
        answer = owen.post(page, sent)
        assert answer.status_code == 422
        assert "Choose a later end" in answer.content.decode()
        assert 'value="Flu"' in answer.content.decode()
        assert not Closure.objects.exists()

    def test_public_holidays_close_every_location_once(self, cast, owen):
        page = f"{HOME}locations/{cast.portland.pk}/holidays/"
        offered = [value for value, _ in owen.get(page).context["form"].fields["days"].choices]
        for _ in range(2):
            assert owen.post(page, {"everywhere": "on", "days": offered[:2]}).status_code == 302
        assert Closure.objects.count() == 4
        assert owen.post(page, {"days": ["2027-01-02"]}).status_code == 422


class TestResources:
    def test_a_room_with_places_and_a_device_of_a_kind_the_protocols_know(self, cast, owen):
        page = f"{HOME}locations/{cast.portland.pk}/"
        room = {"name": "Double", "room_kind": "", "capacity": "2", "setup_minutes": "5", "cleanup_minutes": "10"}
        assert owen.post(f"{page}rooms/new/", room).status_code == 302
        made = Resource.objects.get(name="Double")
        assert (made.capacity, made.setup_minutes, made.cleanup_minutes, made.options) == (2, 5, 10, [])
        device = {"name": "Laser", "device_kind": "fractional-ablative-laser", "model_name": "L2", "serial_number": "7"}
        device |= {"setup_minutes": "0", "cleanup_minutes": "0"}
        assert owen.post(f"{page}devices/new/", device).status_code == 302
        assert owen.post(f"{page}devices/new/", device | {"device_kind": "toaster"}).status_code == 422
        assert owen.post(f"{page}rooms/new/", room | {"cleanup_minutes": "7"}).status_code == 422
        laser = Resource.objects.get(name="Laser")
        changed = owen.post(f"{HOME}resources/{laser.pk}/change/", device | {"model_name": "L3"})
        assert changed.status_code == 302
        laser.refresh_from_db()
        assert laser.model_name == "L3"

    def test_a_provider_is_put_in_and_gets_skills(self, cast, owen):
        services_offered = OpenService.objects.create(
            slug="talk", kind="consultation", name="Talk", minutes=30, needs=["provider"]
        )
        page = f"{HOME}resources/{cast.noor_column.pk}/"
        sent = {"options": [services_offered.slug], "setup_minutes": "0", "cleanup_minutes": "5"}
        assert owen.post(f"{page}change/", sent).status_code == 302
        cast.noor_column.refresh_from_db()
        assert cast.noor_column.options == ["talk"]
        assert "Talk" in owen.get(page).content.decode()
        assert "Everybody with a licence" in owen.get(f"{HOME}providers/new/").content.decode()

    def test_one_that_is_booked_stays_and_says_why_and_a_free_one_goes_and_comes_back(self, path, as_staff):
        pia = path().booked()
        owen = as_staff(Client(), "owen")
        room = pia.appointment.claims.get(resource__kind="room").resource
        answer = owen.post(f"{HOME}resources/{room.pk}/retire/", follow=True)
        assert "1 appointment to come use" in messages_of(answer)
        free = next(row for row in pia.house.cast.rooms if row != room)
        owen.post(f"{HOME}resources/{free.pk}/retire/")
        assert not Resource.objects.get(pk=free.pk).is_active
        assert "Back into use" in owen.get(f"{HOME}resources/{free.pk}/").content.decode()
        owen.post(f"{HOME}resources/{free.pk}/restore/")
        assert Resource.objects.get(pk=free.pk).is_active

    def test_travel_is_saved_and_forgotten(self, cast, owen):
        name = f"travel-{cast.portland.pk}-{cast.phoenix.pk}"
        for typed, kept in (("330", [330]), ("", [])):
            assert owen.post(f"{HOME}travel/", {name: typed}).status_code == 302
            assert list(queries.travel_minutes(cast.actor("owen")).values()) == kept
        assert owen.post(f"{HOME}travel/", {name: "-1"}).status_code == 422


class TestVisitsAndRules:
    SENT = {
        "name": "First talk",
        "kind": "consultation",
        "minutes": "30",
        "price": "0",
        "needs": ["room", "device:microneedling-pen"],
        "licences": ["rn"],
        "is_active": "on",
        **{f"{what}_{end}": "0" for what in ("room", "provider", "device") for end in ("before", "after")},
    }

    def test_a_visit_is_offered_changed_and_ended(self, cast, owen):
        assert owen.post(f"{HOME}services/new/", self.SENT).status_code == 302
        made = OpenService.objects.get(slug="first-talk")
        assert (made.needs, made.licences) == (["provider", "room", "device:microneedling-pen"], ["rn"])
        page = f"{HOME}services/{made.pk}/"
        assert owen.get(page).context["form"]["needs"].value() == made.needs
        ended = {name: value for name, value in self.SENT.items() if name != "is_active"}
        assert owen.post(page, ended | {"minutes": "45"}).status_code == 302
        made.refresh_from_db()
        assert (made.minutes, made.is_active) == (45, False)
        assert owen.post(page, ended | {"minutes": "7"}).status_code == 422
        assert owen.post(f"{HOME}services/new/", self.SENT).status_code == 422

    def test_needs_written_otherwise_survive_a_change(self, cast, owen):
        made = OpenService.objects.create(
            slug="x", kind="other", name="X", minutes=30, needs=["provider", "room:quiet|room:laser"]
        )
        page = f"{HOME}services/{made.pk}/"
        sent = self.SENT | {"needs": ["room:quiet|room:laser"]}
        assert owen.post(page, sent).status_code == 302
        made.refresh_from_db()
        assert made.needs == ["provider", "room:quiet|room:laser"]

    def test_every_rule_there_is_has_a_field(self, owen):
        form = owen.get(f"{HOME}rules/").context["form"]
        assert set(form.fields) == {field.name for field in BookingRules._meta.fields} - {"id", "clinic", "policy"}

    def test_rules_are_kept_and_impossible_ones_refused_with_what_was_typed(self, cast, owen):
        form = owen.get(f"{HOME}rules/").context["form"]
        values = {name: form[name].value() for name in form.fields}
        sent = {name: value for name, value in values.items() if value is not None and value is not False}
        assert owen.post(f"{HOME}rules/", sent | {"grid_minutes": "30"}).status_code == 302
        answer = owen.post(f"{HOME}rules/", sent | {"grid_minutes": "7"})
        assert answer.status_code == 422
        assert 'value="7"' in answer.content.decode()
        assert BookingRules.objects.get().grid_minutes == 30


def test_new_hours_are_announced_on_the_public_page_and_count_there_from_their_day(cast, client):
    today = clock.now().date()
    services.set_hours(
        by=cast.actor("owen"),
        location=cast.portland,
        week={2: [(time(7), time(11, 30))]},
        valid_from=today + timedelta(days=5),
    )
    page = client.get("/locations/").content.decode()
    assert "7 AM to 11:30 AM" in page
    assert "From " in page
    with clock.pretend(clock.now() + timedelta(days=6)):
        later = client.get("/locations/").content.decode()
    assert "7 AM to 11:30 AM" in later
    assert later.count("9 AM") < page.count("9 AM")
