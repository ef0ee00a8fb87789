"""The calendar behind its pages: what is drawn, what it costs, and what each form does."""

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vesicle.clinic import services as clinics
from vesicle.clinic.models import Closure
from vesicle.core import clock
from vesicle.desk import queries
from vesicle.desk.domain import Block, closed_rows, frame_for, hours_of, side_by_side
from vesicle.people.models import Patient
from vesicle.scheduling import services
from vesicle.scheduling.domain import local_moment
from vesicle.scheduling.models import Appointment, FlowStep

ZONE = "America/Los_Angeles"
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def rosa(as_staff):
    from django.test import Client

    return as_staff(Client(), "rosa")


@pytest.fixture
def look(house):
    """A visit that treats nothing, half an hour."""
    return services.add_service(
        by=house.actor("iris"),
        slug="look",
        name="A look",
        kind="follow-up",
        minutes=30,
        needs=["room", "provider"],
        room_after=10,
    )


def book(house, patient, day, at, *, provider="noor_column", room=0, option="look", **more):
    return services.book_at(
        by=house.actor("rosa"),
        option_id=option,
        areas=(),
        location_id=house.cast.portland.pk,
        start=local_moment(day, at, ZONE),
        patient=patient,
        provider_id=getattr(house.cast, provider).pk,
        resource_ids=[house.cast.rooms[room].pk],
        now=clock.now(),
        **more,
    )


def tuesday():
    return clock.day_in(ZONE, clock.now()) + timedelta(days=1)


def at_nine():
    return clock.pretend(local_moment(tuesday(), time(9), ZONE))


class TestDrawing:
    def block(self, number, start, rows):
        return Block(number, str(number), start, rows, 0, "", "", "", "", "ok")

    def test_bookings_at_the_same_time_stand_side_by_side(self):
        placed, lanes = side_by_side([self.block(1, 0, 6), self.block(2, 3, 6), self.block(3, 6, 6)])
        assert ([block.lane for block in placed], lanes) == ([1, 2, 1], 2)

    def test_a_frame_widens_to_whole_hours_around_what_is_booked(self):
        frame = frame_for(9 * 60, 17 * 60, [(8 * 60 + 35, 9 * 60), (17 * 60, 17 * 60 + 5)])
        assert (frame.first, frame.last) == (8 * 60, 18 * 60)
        assert hours_of(frame)[0] == "8 AM"
        assert hours_of(frame)[-1] == "5 PM"
        assert closed_rows(frame, [(9 * 60, 17 * 60)]) == [(0, 12), (108, 12)]

    def test_each_column_shows_the_phases_it_is_needed_for_and_the_time_around_them(self, path):
        pia = path().booked(on=tuesday())
        found = {}
        for by in ("rooms", "providers", "devices"):
            board = queries.day(pia.house.actor("rosa"), pia.where, tuesday(), by=by, now=clock.now())
            (block,) = [block for column in board.grid.columns for block in column.blocks]
            found[by] = ([(band.kind, band.words) for band in block.bands], block.lead)
        assert found["rooms"] == (
            [("wait", "Numbing"), ("work", "Check, needling and serum"), ("wait", "Rest"), ("buffer", "Clearing up")],
            0,
        )
        assert found["providers"] == ([("work", "Check, needling and serum"), ("buffer", "Clearing up")], 4)
        assert ("work", "Check, needling and serum") in found["devices"][0]

    def test_a_week_shows_one_of_them_or_everybody(self, house, look):
        book(house, house.cast.pia, tuesday(), time(10))
        book(house, house.cast.tam, tuesday() + timedelta(days=1), time(10), provider="iris_column", room=1)
        ask = {"now": clock.now()}
        actor, place = house.actor("rosa"), house.cast.portland
        everybody = queries.board(actor, place, queries.Range(tuesday(), "providers", is_week=True), **ask)
        assert [len(column.blocks) for column in everybody.grid.columns] == [0, 1, 1, 0, 0, 0, 0]
        one = queries.Range(tuesday(), "providers", is_week=True, resource_id=house.cast.noor_column.pk)
        noor = queries.board(actor, place, one, **ask)
        assert [len(column.blocks) for column in noor.grid.columns] == [0, 1, 0, 0, 0, 0, 0]
        assert noor.grid.columns[4].closed, "Noor is in Phoenix on Fridays"


class TestLive:
    def ask(self, rosa, since=""):
        return rosa.get(f"/desk/board/?location=portland&date={tuesday()}&since={since}")

    def revision(self, rosa):
        answer = self.ask(rosa)
        assert answer.status_code == 200
        return answer.content.decode().partition('data-revision="')[2].partition('"')[0]

    def test_nothing_changed_costs_one_small_question(self, house, look, rosa):
        book(house, house.cast.pia, tuesday(), time(10))
        since = self.revision(rosa)
        with CaptureQueriesContext(connection) as asked:
            assert self.ask(rosa, since).status_code == 204
        of_the_board = [query["sql"] for query in asked if "scheduling_" in query["sql"]]
        assert len(of_the_board) == 1
        assert len(asked) <= 9, [query["sql"][:90] for query in asked]

    def test_whatever_a_colleague_does_is_a_change(self, house, look, rosa):
        desk, iris = house.actor("rosa"), house.actor("iris")
        booked = book(house, house.cast.pia, tuesday(), time(10))
        seen = [self.revision(rosa)]

        def changed():
            seen.append(self.revision(rosa))
            return seen[-1] not in seen[:-1]

        other = book(house, house.cast.tam, tuesday(), time(11))
        assert changed()
        services.move(by=desk, appointment=booked, start=local_moment(tuesday(), time(14), ZONE), now=clock.now())
        assert changed()
        services.take_step(by=desk, appointment=booked, kind="arrived", now=clock.now())
        assert changed()
        services.take_step(by=desk, appointment=booked, kind="in-room", now=clock.now())
        assert changed()
        services.step_back(by=desk, appointment=booked, now=clock.now())
        assert changed()
        services.cancel(by=desk, appointment=other, now=clock.now())
        assert changed()
        begins = local_moment(tuesday(), time(15), ZONE)
        shut = clinics.close(
            by=desk, resource=house.cast.rooms[0], start=begins, end=begins + timedelta(hours=1), reason="Paint"
        )
        assert changed()
        clinics.reopen(by=desk, closure=shut)
        assert self.revision(rosa) == seen[-2], "as it was before the closure"
        from vesicle.people import services as people

        people.place_hold(by=iris, patient=house.cast.pia, reason="Test first.", at=clock.now())
        assert changed()


class TestSteps:
    def test_a_click_a_step_and_one_back(self, house, look, rosa):
        with at_nine():
            booked = book(house, house.cast.pia, tuesday(), time(10))
            address = f"/desk/appointments/{booked.pk}/step/?location=portland"
            assert rosa.post(address, {"to": "arrived"}).status_code == 302
            said = rosa.post(address, {"to": "in-room"}, **JSON).json()["said"]
            assert said == "Pia Sørensen: in Room 1 since 9:00."
            page = rosa.get(f"/desk/?location=portland&a={booked.pk}").content.decode()
            assert "In Room 1 since 9:00" in page
            assert rosa.post(address, {"to": "phase:moon"}, **JSON).status_code == 422
            assert rosa.post(address, {"to": "back"}, **JSON).json()["said"].endswith("checked in 9:00.")
        assert FlowStep.objects.count() == 3


class TestBlock:
    def fields(self, house, **more):
        first = {"what": house.cast.rooms[0].pk, "day": tuesday(), "start": "10:00", "end": "11:00", "reason": "Paint"}
        return first | more

    def test_is_drawn_and_opened_again(self, house, rosa):
        assert rosa.post("/desk/block/?location=portland", self.fields(house)).status_code == 302
        shut = Closure.objects.get()
        assert (shut.resource, shut.kind) == (house.cast.rooms[0], "blocked")
        page = f"/desk/?location=portland&date={tuesday()}"
        assert "Blocked: Paint" in rosa.get(page).content.decode()
        rosa.post(f"/desk/closures/{shut.pk}/reopen/?location=portland")
        assert not Closure.objects.exists()

    def test_asks_once_more_where_somebody_is_booked(self, house, look, rosa):
        book(house, house.cast.pia, tuesday(), time(10, 30))
        asked = rosa.post("/desk/block/?location=portland", self.fields(house))
        assert asked.status_code == 422
        assert "Pia Sørensen" in asked.content.decode()
        assert not Closure.objects.exists()
        assert rosa.post("/desk/block/?location=portland", self.fields(house, anyway="on")).status_code == 302
        assert Closure.objects.count() == 1
        same = rosa.post("/desk/block/?location=portland", self.fields(house, end="10:00"))
        assert same.status_code == 422


class TestWalkIn:
    def test_finds_books_and_checks_in_without_scripts(self, house, look, rosa):
        with at_nine():
            found = rosa.get("/desk/walk-in/?location=portland&q=tam").content.decode()
            assert f"patient={house.cast.tam.pk}" in found
            page = rosa.get("/desk/walk-in/?location=portland&q=tam&first=1").content.decode()
            assert "9:00 AM" in page
            start = local_moment(tuesday(), time(9), ZONE).isoformat()
            fields = {"patient": house.cast.tam.pk, "option": "look", "start": start}
            assert rosa.post("/desk/walk-in/?location=portland", fields).status_code == 302
        booked = Appointment.objects.get()
        assert (booked.patient, booked.state) == (house.cast.tam, "arrived")

    def test_registers_somebody_new_on_the_way(self, house, look, rosa):
        with at_nine():
            typed = {"new": "1", "first_name": "Uma", "last_name": "Okafor", "date_of_birth": "1990-02-03"}
            missing = rosa.post("/desk/walk-in/?location=portland", typed)
            assert missing.status_code == 422
            page = rosa.post("/desk/walk-in/?location=portland", typed | {"phone": "+1 503 555 0188"}).content.decode()
        assert "book and check in" in page
        assert Patient.objects.get(first_name="Uma").date_of_birth == date(1990, 2, 3)

    def test_keeps_every_gate(self, house, look, rosa):
        with at_nine():
            start = local_moment(tuesday(), time(9), ZONE).isoformat()
            fields = {
                "patient": house.cast.tam.pk,
                "option": "exosome-therapy/topical",
                "areas": "neck",
                "start": start,
            }
            refused = rosa.post("/desk/walk-in/?location=portland", fields)
        assert refused.status_code == 409
        assert "Not booked" in refused.content.decode()
        assert not Appointment.objects.exists()


class TestLate:
    def test_proposes_then_moves_what_was_agreed(self, house, look, rosa):
        booked = book(house, house.cast.pia, tuesday(), time(10))
        address = f"/desk/late/{house.cast.noor_column.pk}/"
        with at_nine():
            page = rosa.get(f"{address}?location=portland&minutes=20").content.decode()
            assert "10:20 AM" in page
            agreed = page.partition('name="agreed" value="')[2].partition('"')[0]
            wrong = rosa.post(f"{address}?location=portland", {"minutes": 20, "agreed": "x"})
            assert wrong.status_code == 409
            done = rosa.post(f"{address}?location=portland", {"minutes": 20, "agreed": agreed})
            assert done.status_code == 302
            assert rosa.get(f"{address}?location=portland&minutes=900").status_code == 409
        booked.refresh_from_db()
        assert booked.starts_at == local_moment(tuesday(), time(10, 20), ZONE)
        assert rosa.get(f"/desk/late/{house.cast.rooms[0].pk}/").status_code == 404


class TestPaper:
    def test_prints_each_providers_people_with_phases_and_what_is_missing(self, path, rosa):
        pia = path().booked(on=tuesday())
        page = rosa.get(f"/desk/print/?location=portland&date={tuesday()}").content.decode()
        for words in ("Noor Haddad", "Pia Sørensen", "Numbing", "Consent missing", "Room 1", "4/12/1986"):
            assert words in page, words
        assert pia.appointment.pk
