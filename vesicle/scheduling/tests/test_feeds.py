"""Private calendars: what they show, to whom they open, and how they end."""

from datetime import date, timedelta

import pytest
from icalendar import Calendar

from vesicle.clinic import services as clinics
from vesicle.clinic.models import Closure
from vesicle.core import clock
from vesicle.core.errors import Conflict, NotFound, NotPermitted
from vesicle.core.models import AuditEntry
from vesicle.scheduling import services
from vesicle.scheduling.models import CalendarFeed
from vesicle.scheduling.tests.visits import IN_TEN_DAYS, NOW, book, portland


@pytest.fixture(autouse=True)
def _monday(cast):
    with clock.pretend(NOW):
        yield


def feed(cast, resource=None, shows="initials", by="owen"):
    made, token = services.make_feed(
        by=cast.actor(by), resource_id=(resource or cast.noor_column).pk, shows=shows, now=NOW
    )
    return made, f"/feeds/{token}.ics"


def events(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return Calendar.from_ical(answer.content).walk("VEVENT")


class TestReading:
    def test_shows_when_and_what_and_of_the_patient_initials(self, cast, client):
        booked = book(cast)
        _, address = feed(cast)
        [event] = events(client, address)
        assert (event["DTSTART"].dt, event["DTEND"].dt) == (booked.starts_at, booked.ends_at)
        assert str(event["SUMMARY"]) == "P. S. Consultation"
        assert str(event["LOCATION"]) == "Room 1, Portland"
        assert str(event["DESCRIPTION"]) == "14:00-14:30 Consultation"
        raw = client.get(address).content.decode()
        for secret in ("Pia", "Sørensen", "pia@", "555"):
            assert secret not in raw

    def test_or_nothing(self, cast, client):
        book(cast)
        _, address = feed(cast, shows="nothing")
        assert str(events(client, address)[0]["SUMMARY"]) == "Consultation"

    def test_each_resource_has_its_own(self, cast, client):
        booked = book(cast)
        room = booked.claims.exclude(resource=cast.noor_column).get().resource
        other = next(row for row in cast.rooms if row != room)
        assert len(events(client, feed(cast, room)[1])) == 1
        assert events(client, feed(cast, other)[1]) == []
        assert events(client, feed(cast, cast.iris_column)[1]) == []

    def test_follows_moves_and_forgets_what_is_cancelled(self, cast, client):
        booked = book(cast)
        _, address = feed(cast)
        [before] = events(client, address)
        services.move(
            by=cast.actor("rosa"),
            appointment=booked,
            start=portland(2026, 12, 14, 10, 0),
            now=NOW,
            provider_id=cast.noor_column.pk,
        )
        [after] = events(client, address)
        assert after["UID"] == before["UID"]
        assert (int(after["SEQUENCE"]), after["DTSTART"].dt) == (1, portland(2026, 12, 14, 10, 0))
        services.cancel(by=cast.actor("rosa"), appointment=booked, now=NOW)
        assert events(client, address) == []

    def test_a_held_time_is_not_in_it(self, cast, client):
        from vesicle.scheduling.tests.visits import offer

        offer(cast)
        services.hold(
            by=cast.actor("rosa"),
            option_id="consultation",
            areas=(),
            location_id=cast.portland.pk,
            start=IN_TEN_DAYS,
            now=NOW,
            provider_id=cast.noor_column.pk,
        )
        assert events(client, feed(cast)[1]) == []

    def test_closures_are_busy_without_their_reason(self, cast, client):
        day = (portland(2026, 12, 8, 9, 0), portland(2026, 12, 8, 17, 0))
        owen = cast.actor("owen")
        ill = clinics.close(by=owen, resource=cast.noor_column, start=day[0], end=day[1], reason="Root canal")
        Closure.objects.filter(pk=ill.pk).update(kind=Closure.Kind.SICK)
        clinics.close(by=owen, location=cast.portland, start=day[1], end=day[1] + timedelta(hours=2), reason="Paint")
        found = events(client, feed(cast)[1])
        assert [str(event["SUMMARY"]) for event in found] == ["Not available", "Closed: Portland"]
        assert "Root" not in client.get(feed(cast, cast.rooms[0])[1]).content.decode()

    def test_holds_a_month_back_and_no_more(self, cast, client):
        book(cast)
        _, address = feed(cast)
        for days, count in ((25, 1), (31, 0)):
            with clock.pretend(IN_TEN_DAYS + timedelta(days=days)):
                assert len(events(client, address)) == count

    def test_a_free_hour_between_two_phases_stays_free(self, path, client):
        pia = path().booked()
        made, token = services.make_feed(
            by=pia.house.actor("owen"), resource_id=pia.house.cast.noor_column.pk, shows="initials", now=clock.now()
        )
        found = events(client, f"/feeds/{token}.ics")
        claims = pia.appointment.claims.filter(resource=made.resource)
        assert {event["DTSTART"].dt for event in found} == {claim.phase_starts_at for claim in claims}
        assert found[0]["DTSTART"].dt > pia.appointment.starts_at  # numbing needs no provider
        assert [line.partition(" ")[2] for line in found[0]["DESCRIPTION"].split("\n")] == [
            "Numbing",
            "Treatment",
            "Rest",
        ]

    def test_takes_as_many_questions_however_full_it_is(self, cast, client, django_assert_num_queries):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        _, address = feed(cast)
        book(cast)
        client.get(address)
        with CaptureQueriesContext(connection) as few:
            client.get(address)
        for hour in (9, 10, 11):
            book(cast, portland(2026, 12, 9, hour, 0))
        with django_assert_num_queries(len(few)):
            assert len(events(client, address)) == 4


class TestPolling:
    def test_what_has_not_changed_is_not_sent_again(self, cast, client):
        book(cast)
        _, address = feed(cast)
        first = client.get(address)
        assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert "private" in first.headers["Cache-Control"]
        with clock.pretend(NOW + timedelta(minutes=15)):
            again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        book(cast, portland(2026, 12, 9, 9, 0))
        assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200

    def test_the_audit_trail_has_one_entry_a_day_with_the_count_of_the_day_before(self, cast, client):
        made, address = feed(cast)
        for _ in range(3):
            client.get(address)
        with clock.pretend(NOW + timedelta(days=1)):
            client.get(address)
            client.get(address)
        first, second = AuditEntry.objects.filter(code="scheduling.feed-read").order_by("pk")
        assert first.detail["before"] == {}
        assert second.detail["before"] == {"on": "2026-11-30", "readings": 3}
        made.refresh_from_db()
        assert (made.read_on, made.reads) == (date(2026, 12, 1), 2)


class TestAddress:
    def test_only_its_hash_is_kept(self, cast):
        _, address = feed(cast)
        token = address.removeprefix("/feeds/").removesuffix(".ics")
        assert len(token) == 43
        assert token not in str([vars(row) for row in CalendarFeed.objects.all()])
        assert token not in str(list(AuditEntry.objects.values_list("detail", flat=True)))

    def test_a_wrong_renewed_or_revoked_one_opens_nothing(self, cast, client):
        made, address = feed(cast)
        assert client.get("/feeds/not-a-token.ics").status_code == 404
        renewed, token = services.renew_feed(by=cast.actor("owen"), feed_id=made.pk, now=NOW)
        assert client.get(address).status_code == 404
        assert client.get(f"/feeds/{token}.ics").status_code == 200
        services.revoke_feed(by=cast.actor("owen"), feed_id=renewed.pk, now=NOW)
        assert client.get(f"/feeds/{token}.ics").status_code == 404
        with pytest.raises(NotFound):
            services.revoke_feed(by=cast.actor("owen"), feed_id=renewed.pk, now=NOW)

    def test_there_is_one_a_resource(self, cast):
        feed(cast)
        with pytest.raises(Conflict):
            feed(cast)

    def test_providers_make_their_own_and_no_others(self, cast):
        feed(cast, cast.noor_column, by="noor")
        for resource in (cast.iris_column, cast.rooms[0]):
            with pytest.raises(NotFound):
                feed(cast, resource, by="noor")
        with pytest.raises(NotFound):
            feed(cast, cast.iris_column, by="otto")
        with pytest.raises(NotPermitted):
            feed(cast, cast.iris_column, by="rosa")

    def test_the_page_shows_it_once(self, cast, client, as_staff):
        owen = as_staff(client, "owen")
        page = owen.post(
            "/desk/appointments/calendars/", {"resource": cast.rooms[0].pk, "shows": "nothing"}
        ).content.decode()
        assert "/feeds/" in page
        assert "/feeds/" not in owen.get("/desk/appointments/calendars/").content.decode()
        made = CalendarFeed.objects.get()
        assert made.shows == "nothing"
        assert "/feeds/" in owen.post(f"/desk/appointments/calendars/{made.pk}/renew/").content.decode()
        made = CalendarFeed.objects.get(revoked_at=None)
        page = owen.post(f"/desk/appointments/calendars/{made.pk}/revoke/", follow=True).content.decode()
        assert "opens nothing any more" in page
        assert not CalendarFeed.objects.filter(revoked_at=None).exists()

    def test_noor_sees_her_own_column_on_the_page(self, cast, client, as_staff):
        page = as_staff(client, "noor").get("/desk/appointments/calendars/").content.decode()
        assert f'<option value="{cast.noor_column.pk}">Noor Haddad</option>' in page
        assert "Room 1" not in page
