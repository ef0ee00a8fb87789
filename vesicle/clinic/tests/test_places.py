"""Setting up a clinic: locations, rooms, devices, hours, closures."""

from datetime import UTC, datetime, time, timedelta

import pytest

from vesicle.clinic import queries, services
from vesicle.clinic.models import Clinic, Closure, Hours
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid, NotFound, NotPermitted
from vesicle.core.models import AuditEntry
from vesicle.core.scope import clinic_scope
from vesicle.people.tests import cast as people

NOW = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
PLACE = {
    "name": "Salem",
    "slug": "salem",
    "street": "1 Oak Street",
    "city": "Salem",
    "state": "OR",
    "postal_code": "97301",
    "phone": "+1 503 555 0111",
    "time_zone": "America/Los_Angeles",
}


class TestOpenClinic:
    def test_only_the_installation_opens_one(self, cast):
        with pytest.raises(NotPermitted):
            services.open_clinic(
                by=cast.actor("owen"),
                slug="x",
                name="X",
                wordmark_first="X",
                jurisdiction="US",
                currency="USD",
                phone="1",
                email="x@x.example",
                emergency_note="911",
            )

    def test_a_slug_is_taken_once(self, cast):
        with pytest.raises(Conflict):
            people.open_alderbrook()

    def test_the_first_line_of_its_trail_says_so(self, cast):
        assert AuditEntry.objects.order_by("pk").first().code == "clinic.opened"


class TestAddLocation:
    @pytest.mark.parametrize("name", ["owen", "iris", "system"])
    def test_those_who_run_the_clinic_may(self, cast, name):
        location = services.add_location(by=cast.actor(name), **PLACE)
        assert location in queries.locations(cast.actor("visitor"))

    @pytest.mark.parametrize("name", ["rosa", "noor", "ines", "pia", "visitor"])
    def test_others_may_not(self, cast, name):
        with pytest.raises(NotPermitted):
            services.add_location(by=cast.actor(name), **PLACE)

    def test_needs_a_zone_that_exists(self, cast):
        with pytest.raises(Invalid) as refusal:
            services.add_location(by=cast.actor("owen"), **{**PLACE, "time_zone": "Oregon"})
        assert set(refusal.value.fields) == {"time_zone"}

    @pytest.mark.parametrize("zone", ["Europe/London", "Europe/Berlin", "Asia/Seoul", "Australia/Sydney"])
    def test_a_zone_where_another_law_judges_is_refused_with_why(self, cast, zone):
        with pytest.raises(Invalid, match="check the location") as refusal:
            services.add_location(by=cast.actor("owen"), **{**PLACE, "time_zone": zone})
        assert "judged by (United States)" in refusal.value.fields["time_zone"]
        with pytest.raises(Invalid):
            services.change_location(by=cast.actor("owen"), location=cast.phoenix, time_zone=zone)

    @pytest.mark.parametrize("zone", ["America/Puerto_Rico", "US/Pacific", "America/Phoenix", "UTC", "America/Lima"])
    def test_a_zone_of_no_other_law_is_none_of_our_business(self, cast, zone):
        assert services.add_location(by=cast.actor("owen"), **{**PLACE, "time_zone": zone}).time_zone == zone

    def test_a_clinic_of_the_union_may_keep_any_zone_of_its_members(self, cast):
        Clinic.objects.filter(pk=cast.owen.clinic_id).update(jurisdiction="EU")
        assert services.add_location(by=cast.actor("owen"), **{**PLACE, "time_zone": "Europe/Dublin"})

    def test_a_slug_is_taken_once(self, cast):
        with pytest.raises(Conflict):
            services.add_location(by=cast.actor("owen"), **{**PLACE, "slug": "portland"})


class TestResources:
    def test_a_room_appears_at_its_location_only(self, cast):
        room = services.add_room(by=cast.actor("owen"), location=cast.phoenix, name="Room B")
        assert room in queries.resources(cast.actor("rosa"), location_id=cast.phoenix.pk, kind="room")
        assert room not in queries.resources(cast.actor("rosa"), location_id=cast.portland.pk)

    def test_a_provider_appears_where_they_have_hours(self, cast):
        here = queries.resources(cast.actor("rosa"), location_id=cast.phoenix.pk, kind="provider")
        assert here == [cast.noor_column]

    def test_a_device_needs_a_kind(self, cast):
        with pytest.raises(Invalid):
            services.add_device(by=cast.actor("owen"), location=cast.portland, name="Pen", device_kind="")

    def test_the_front_desk_is_not_booked(self, cast):
        with pytest.raises(Invalid):
            services.add_provider_resource(by=cast.actor("owen"), staff=cast.rosa)

    def test_a_provider_has_one_column(self, cast):
        with pytest.raises(Conflict):
            services.add_provider_resource(by=cast.actor("owen"), staff=cast.noor)

    def test_otto_adds_and_finds_nothing_here(self, cast):
        for attempt in (
            lambda: services.add_room(by=cast.actor("otto"), location=cast.portland, name="Room X"),
            lambda: services.add_provider_resource(by=cast.actor("otto"), staff=cast.noor),
            lambda: queries.resource(cast.actor("otto"), cast.rooms[0].pk),
            lambda: queries.location(cast.actor("otto"), cast.portland.pk),
        ):
            with pytest.raises(NotFound):
                attempt()

    def test_the_kinds_of_device_at_a_location(self, cast):
        assert queries.device_kinds(cast.actor("visitor"), cast.portland.pk) == {
            "microneedling-pen",
            "rf-microneedling",
        }


class TestHours:
    def test_replace_the_week(self, cast):
        week = {5: [(time(10), time(12)), (time(13), time(15))]}
        services.set_hours(by=cast.actor("owen"), location=cast.portland, week=week)
        rows = queries.hours(cast.actor("visitor"), cast.portland.pk)
        assert [(row.weekday, row.opens, row.closes) for row in rows] == [
            (5, time(10), time(12)),
            (5, time(13), time(15)),
        ]

    def test_leave_the_providers_alone(self, cast):
        services.set_hours(by=cast.actor("owen"), location=cast.portland, week={})
        assert Hours.objects.filter(resource=cast.noor_column, location=cast.portland).exists()

    @pytest.mark.parametrize("week", [{1: [(time(12), time(9))]}, {7: [(time(9), time(12))]}])
    def test_that_cannot_be_change_nothing(self, cast, week):
        before = len(queries.hours(cast.actor("visitor"), cast.portland.pk))
        with pytest.raises(Invalid) as refusal:
            services.set_hours(by=cast.actor("owen"), location=cast.portland, week=week)
        assert set(refusal.value.fields) == {str(day) for day in week}
        assert len(queries.hours(cast.actor("visitor"), cast.portland.pk)) == before

    def test_are_not_for_otto(self, cast):
        with pytest.raises(NotFound):
            services.set_hours(by=cast.actor("otto"), location=cast.portland, week={})


class TestClose:
    def test_closes_and_reopens(self, cast):
        closure = services.close(
            by=cast.actor("rosa"), resource=cast.devices[0], start=NOW, end=NOW + timedelta(hours=4), reason="Service"
        )
        assert closure.period.upper - closure.period.lower == timedelta(hours=4)
        services.reopen(by=cast.actor("rosa"), closure=closure)
        assert not Closure.objects.exists()
        assert AuditEntry.objects.filter(code="clinic.reopened", detail__reason="Service").exists()

    @pytest.mark.parametrize(
        "change",
        [{"end": NOW}, {"reason": " "}, {"location": True}, {"resource": None}],
    )
    def test_asks_for_one_thing_some_time_and_a_reason(self, cast, change):
        given = {"resource": cast.devices[0], "start": NOW, "end": NOW + timedelta(hours=1), "reason": "x", **change}
        if given.get("location") is True:
            given["location"] = cast.portland
        with pytest.raises(Invalid):
            services.close(by=cast.actor("rosa"), **given)

    def test_otto_closes_nothing_here(self, cast):
        with pytest.raises(NotFound):
            services.close(
                by=cast.actor("otto"), location=cast.portland, start=NOW, end=NOW + timedelta(hours=1), reason="x"
            )


class TestWhichClinic:
    def test_a_domain_names_its_clinic_and_any_other_the_first(self, cast):
        assert queries.clinic_for_host("bellhaven.localhost:8000") == cast.other
        assert queries.clinic_for_host("somewhere.example") == cast.clinic

    def test_otto_is_at_his_own_clinic_wherever_he_signs_in(self, client, cast, as_staff):
        as_staff(client, "otto")
        with clinic_scope(cast.other.pk):
            response = client.get("/desk/stock/")
        assert response.status_code == 200
        assert "Bellhaven" in response.content.decode()

    def test_actors_of_a_system_are_named_in_the_trail(self, cast):
        services.add_room(by=Actor.system(cast.clinic.pk, "Import"), location=cast.portland, name="R")
        assert AuditEntry.objects.order_by("-pk").first().actor_name == "Import"
