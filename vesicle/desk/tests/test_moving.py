"""Moving at the desk: where it was dropped, at whose wish, with the parts that go along, and back again."""

from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest

from vesicle.core import clock
from vesicle.core.models import AuditEntry
from vesicle.desk.tests.test_calendar import JSON, ZONE, book, look, rosa, tuesday
from vesicle.people.models import Message
from vesicle.scheduling import services
from vesicle.scheduling.domain import local_moment
from vesicle.scheduling.models import Fee, FeeEntry
from vesicle.scheduling.tests.money import write_policy

__all__ = ["look", "rosa"]


def post(rosa, booked, at, *, day=None, headers=JSON, **fields):
    address = f"/desk/appointments/{booked.pk}/move/?location=portland"
    fields = {"day": (day or tuesday()).isoformat(), "time": at, "at_wish_of": "clinic"} | fields
    return rosa.post(address, fields, **headers)


def ask(rosa, booked, at, *, headers=JSON, **fields):
    address = f"/desk/appointments/{booked.pk}/move/ask/"
    asked = {"location": "portland", "day": tuesday().isoformat(), "time": at} | fields
    return rosa.get(address, asked, **headers)


def undo(rosa, booked, answer):
    return rosa.post(f"/desk/appointments/{booked.pk}/move/?location=portland", answer.json()["undo"], **JSON)


def an_hour_ago():
    return clock.pretend(clock.now() - timedelta(hours=1))


def starts_of(*rows):
    for row in rows:
        row.refresh_from_db()
    return [f"{row.starts_at.astimezone(ZoneInfo(ZONE)):%H:%M}" for row in rows]


class TestMove:
    def test_to_the_column_it_was_dropped_on_and_back_to_exactly_what_it_had(self, house, look, rosa):
        booked = book(house, house.cast.pia, tuesday(), time(10))
        other = house.cast.rooms[1]
        answer = post(rosa, booked, "11:30", resource=other.pk)
        assert answer.status_code == 200
        assert starts_of(booked) == ["11:30"]
        assert booked.provider == house.cast.noor_column, "the provider stays"
        assert booked.claims.filter(is_active=True, resource=other).exists()
        assert undo(rosa, booked, answer).status_code == 200
        assert starts_of(booked) == ["10:00"]
        assert booked.claims.filter(is_active=True, resource=house.cast.rooms[0]).exists()

    def test_refused_says_who_is_there_and_who_could_do_it_before_anything_is_asked(self, house, look, rosa):
        book(house, house.cast.tam, tuesday(), time(11))
        booked = book(house, house.cast.pia, tuesday(), time(10))
        room = house.cast.rooms[1].pk
        for answer in (ask(rosa, booked, "11:00", resource=room), post(rosa, booked, "11:00", resource=room)):
            assert answer.status_code == 409
            said = answer.json()
            assert "Noor Haddad is taken by Tam Nguyen until 11:30 AM." in said["reasons"]
            assert [one["name"] for one in said["free"]] == ["Iris Lindqvist"]
        assert post(rosa, booked, "11:00", resource=room, provider=said["free"][0]["id"]).status_code == 200
        for at, why in (("20:00", "Portland is closed then."), ("10:07", "no time that visits begin at")):
            assert why in " ".join(ask(rosa, booked, at).json()["reasons"])
            assert why in " ".join(post(rosa, booked, at).json()["reasons"])
        assert post(rosa, booked, "noon").status_code == 422

    def test_who_is_chosen_instead_counts_although_it_was_dropped_on_somebody_elses_column(self, house, look, rosa):
        book(house, house.cast.tam, tuesday(), time(11), room=1)
        booked = book(house, house.cast.pia, tuesday(), time(10))
        noor, iris = house.cast.noor_column, house.cast.iris_column
        assert post(rosa, booked, "11:00", resource=noor.pk).status_code == 409
        assert post(rosa, booked, "11:00", resource=noor.pk, provider=iris.pk).status_code == 200
        booked.refresh_from_db()
        assert booked.provider == iris

    def test_without_scripts_a_page_lists_what_is_free_and_the_next_one_asks(self, house, look, rosa):
        booked = book(house, house.cast.pia, tuesday(), time(10))
        page = rosa.get(f"/desk/appointments/{booked.pk}/move/").content.decode()
        assert 'value="14:30"' in page
        assert "2:30 PM" in page
        asked = ask(rosa, booked, "14:30", provider="any", headers={}).content.decode()
        assert "At whose wish?" in asked
        assert '<input type="hidden" name="time" value="14:30">' in asked
        assert starts_of(booked) == ["10:00"], "nothing has moved yet"
        answer = post(rosa, booked, "14:30", provider="any", headers={})
        assert answer.status_code == 302
        assert starts_of(booked) == ["14:30"]
        refused = post(rosa, booked, "20:00", headers={})
        assert "closed then" in rosa.get(refused.headers["Location"]).content.decode()

    def test_what_is_over_is_not_asked_about(self, house, look, rosa):
        booked = book(house, house.cast.pia, tuesday(), time(10))
        services.cancel(by=house.actor("rosa"), appointment=booked, now=clock.now())
        assert ask(rosa, booked, "11:00").status_code == 409


class TestWish:
    @pytest.fixture
    def late(self, house, look):
        """Booked under a policy by which tomorrow is too late to move for nothing."""
        with an_hour_ago():
            write_policy(house, late_hours=72, grace_minutes=0)
            services.change_service(by=house.actor("iris"), service=look, price=120)
            return book(house, house.cast.pia, tuesday(), time(10), policy_accepted=1)

    def test_has_to_be_said(self, house, look, rosa):
        booked = book(house, house.cast.pia, tuesday(), time(10))
        for wish in ("", "the weather"):
            assert post(rosa, booked, "11:00", at_wish_of=wish).status_code == 422
        assert starts_of(booked) == ["10:00"]

    def test_what_it_costs_is_said_first_and_charged_only_at_the_patients(self, late, rosa):
        assert "At the patient’s wish this costs $60" in ask(rosa, late, "11:00").content.decode()
        assert "fee" not in post(rosa, late, "11:00", at_wish_of="clinic").json()["said"]
        assert not Fee.objects.exists()
        assert "a fee of $60 is due" in post(rosa, late, "12:00", at_wish_of="patient").json()["said"]
        assert Fee.objects.get().amount == 6000
        told = AuditEntry.objects.filter(code="appointment.moved").order_by("pk")
        assert [one.detail["at_wish_of"] for one in told] == ["clinic", "patient"]

    def test_nothing_is_charged_where_no_policy_was_accepted_and_that_is_said(self, house, look, rosa):
        booked = book(house, house.cast.pia, tuesday(), time(10))
        assert "No policy was accepted" in ask(rosa, booked, "11:00").content.decode()
        assert post(rosa, booked, "11:00", at_wish_of="patient").status_code == 200
        assert not Fee.objects.exists()

    def test_undo_withdraws_what_the_slip_counted(self, late, rosa):
        answer = post(rosa, late, "12:00", at_wish_of="patient")
        assert undo(rosa, late, answer).status_code == 200
        assert starts_of(late) == ["10:00"]
        assert FeeEntry.objects.get().kind == FeeEntry.Kind.WITHDRAWN

    def test_undo_is_no_way_to_waive_somebody_elses_or_an_old_fee(self, house, late, rosa, as_staff, client):
        answer = post(rosa, late, "12:00", at_wish_of="patient")
        assert undo(as_staff(client, "noor"), late, answer).status_code == 200
        assert not FeeEntry.objects.exists()
        post(rosa, late, "12:00")
        with clock.pretend(clock.now() + timedelta(minutes=11)):
            assert undo(rosa, late, answer).status_code == 200
        assert not FeeEntry.objects.exists()


class TestPartners:
    @pytest.fixture
    def talk(self, house):
        more = {"kind": "consultation", "minutes": 30, "needs": ["room", "provider"], "price": 100}
        return services.add_service(by=house.actor("iris"), slug="talk", name="A talk", **more)

    @pytest.fixture
    def visit(self, house, look, talk):
        return self.book(house, time(10))

    def book(self, house, at, **more):
        return services.book_visit(
            by=house.actor("rosa"),
            patient=house.cast.pia,
            parts=[("talk", ()), ("look", ())],
            location_id=house.cast.portland.pk,
            start=local_moment(tuesday(), at, ZONE),
            provider_id=house.cast.noor_column.pk,
            now=clock.now(),
            **more,
        )

    def test_go_along_whichever_part_was_dropped_and_come_back_with_it(self, visit, rosa):
        first, second = visit
        before = [sorted(row.claims.filter(is_active=True).values_list("resource", flat=True)) for row in visit]
        letters = Message.objects.count()
        answer = post(rosa, second, "13:30")
        assert starts_of(first, second) == ["13:00", "13:30"]
        assert "with the other part of the visit" in answer.json()["said"]
        assert Message.objects.count() == letters + 1, "one letter for both"
        undo(rosa, second, answer)
        assert starts_of(first, second) == ["10:00", "10:30"]
        assert [sorted(row.claims.filter(is_active=True).values_list("resource", flat=True)) for row in visit] == before
        post(rosa, first, "14:00")
        assert starts_of(first, second) == ["14:00", "14:30"]

    def test_are_told_of_before_anything_moves(self, visit, rosa):
        first, second = visit
        said = ask(rosa, second, "13:30").content.decode()
        assert "All 2 parts of this visit move together, or none" in said
        assert "1:00 PM" in said
        assert "1:30 PM" in said
        page = rosa.get(f"/desk/appointments/{second.pk}/move/").content.decode()
        assert "One visit: A talk, then A look" in page
        assert starts_of(first, second) == ["10:00", "10:30"]
        board = rosa.get(f"/desk/?location=portland&date={tuesday()}").content.decode()
        assert board.count(f'data-visit="{first.visit}"') == 2

    def test_all_stay_where_one_of_them_cannot(self, house, visit, rosa):
        first, second = visit
        book(house, house.cast.tam, tuesday(), time(14, 30))
        for answer in (ask(rosa, first, "14:00"), post(rosa, first, "14:00")):
            assert answer.status_code == 409
            assert "Noor Haddad is taken by Tam Nguyen until 3:00 PM." in answer.json()["reasons"]
        assert starts_of(first, second) == ["10:00", "10:30"]

    def test_go_to_the_room_and_provider_that_one_of_them_was_dropped_on(self, house, visit, rosa):
        room, iris = house.cast.rooms[1], house.cast.iris_column
        assert post(rosa, visit[1], "13:30", resource=room.pk).status_code == 200
        assert post(rosa, visit[0], "15:00", resource=iris.pk).status_code == 200
        for row in visit:
            row.refresh_from_db()
            assert row.provider == iris
        post(rosa, visit[1], "11:30", resource=room.pk)
        assert all(row.claims.filter(is_active=True, resource=room).exists() for row in visit)

    def test_keep_the_pause_between_them_and_a_part_left_alone_moves_alone(self, house, look, talk, rosa):
        first, second = self.book(house, time(9), pause_minutes=15)
        post(rosa, second, "13:45")
        assert starts_of(first, second) == ["13:00", "13:45"]
        services.cancel(by=house.actor("rosa"), appointment=first, now=clock.now())
        assert "parts of this visit" not in ask(rosa, second, "15:00").content.decode()
        post(rosa, second, "15:00")
        assert starts_of(second) == ["15:00"]

    def test_that_stand_apart_are_put_in_a_row_which_is_said_and_has_no_undo(self, house, visit, rosa):
        first, second = visit
        services.move(
            by=house.actor("rosa"), appointment=second, start=local_moment(tuesday(), time(15), ZONE), now=clock.now()
        )
        assert "They do not follow each other now" in ask(rosa, first, "11:00").content.decode()
        answer = post(rosa, first, "11:00")
        assert starts_of(first, second) == ["11:00", "11:30"]
        assert answer.json()["undo"] is None

    def test_each_part_counts_by_what_was_agreed_for_it_and_the_sum_is_said_first(self, house, look, talk, rosa):
        with an_hour_ago():
            write_policy(house, late_hours=72, grace_minutes=0, free_chances=1)
            services.change_service(by=house.actor("iris"), service=look, price=120)
            first, second = self.book(house, time(10), agreed=services.Agreed(None, policy_accepted=1))
        said = ask(rosa, first, "13:00").content.decode()
        assert "At the patient’s wish this costs $60" in said, "the first is the free chance"
        answer = post(rosa, first, "13:00", at_wish_of="patient")
        assert sorted(Fee.objects.values_list("amount", flat=True)) == [0, 6000]
        undo(rosa, first, answer)
        assert FeeEntry.objects.filter(kind=FeeEntry.Kind.WITHDRAWN).count() == 2
        assert starts_of(first, second) == ["10:00", "10:30"]
