"""Booking by other programs: one request books, a retry books nothing more, and every refusal says what can be done."""

import json
from datetime import timedelta

import pytest

from vesicle.core import clock
from vesicle.core.benchmarks import Desks
from vesicle.demo.booking_benchmark import overlaps
from vesicle.interop import services
from vesicle.people.models import Message, Patient
from vesicle.scheduling import notices
from vesicle.scheduling import services as scheduling
from vesicle.scheduling.models import Appointment

ADA = {"first_name": "Ada", "last_name": "Vance", "date_of_birth": "1985-04-02", "email": "ada@example.com"}
BORIS = {"first_name": "Boris", "last_name": "Ngata", "date_of_birth": "1979-01-12", "email": "boris@example.com"}
POST = "/api/v1/appointments"


@pytest.fixture
def consult(cast, on_monday):
    """One provider and two rooms for a visit that asks for no clearance."""
    return scheduling.add_service(
        by=cast.actor("system"), slug="consult", name="Consultation", kind="consultation", minutes=30,
        needs=["room", "provider"], provider_after=15,
    )  # fmt: skip


class Program:
    """Another program with a key of the clinic."""

    def __init__(self, client, key):
        self.client, self.headers = client, {"Authorization": f"Bearer {key}"}

    def post(self, path, body, **headers):
        return self.client.post(path, json.dumps(body), content_type="application/json", headers=self.headers | headers)

    def book(self, start, key, patient=ADA, **more):
        body = {"location": "portland", "option": "consult", "start": start, **more}
        return self.post(POST, body | ({"patient": patient} if patient else {}), **{"Idempotency-Key": key})

    def starts(self, day="2026-12-01"):
        found = self.client.get(f"/api/v1/slots?location=portland&option=consult&from={day}&to={day}").json()
        return [slot["start"] for slot in found["slots"]]


@pytest.fixture
def program(consult, cast, client):
    _, key = services.make_key(by=cast.actor("owen"), name="Our website")
    return Program(client, key)


class TestBook:
    def test_one_request_books_and_says_with_whom_and_where(self, program, cast):
        start = program.starts()[0]
        answer = program.book(start, "a", note="First visit")
        body = answer.json()
        assert answer.status_code == 201
        assert (body["state"], body["start"], body["location"]) == ("booked", start, "portland")
        assert body["provider"]
        assert body["room"]
        assert body["device"] is None
        booked = Appointment.objects.get(pk=body["id"])
        assert (booked.patient.full_name, booked.note, booked.treats) == ("Ada Vance", "First visit", False)
        assert program.client.get(f"{POST}/{body['id']}", headers=program.headers).json() == body

    def test_the_letters_follow_from_the_worker(self, program):
        program.book(program.starts()[0], "a")
        assert not Message.objects.exists()
        assert notices.write_due(now=clock.now()) == 1
        assert Message.objects.filter(kind="appointment-confirmation", recipient="ada@example.com").count() == 1
        assert notices.write_due(now=clock.now()) == 0

    def test_a_retry_returns_the_same_booking(self, program):
        start = program.starts()[0]
        first = program.book(start, "a")
        again = program.book(start, "a")
        assert (again.status_code, again.json()) == (201, first.json())
        assert Appointment.objects.count() == Patient.objects.filter(last_name="Vance").count() == 1

    def test_a_key_used_for_something_else_is_refused(self, program):
        first, second = program.starts()[0], program.starts()[8]
        program.book(first, "a")
        answer = program.book(second, "a")
        assert answer.status_code == 422
        assert answer.json()["code"] == "idempotency-key-used"
        assert Appointment.objects.count() == 1

    def test_a_request_without_a_key_books_nothing(self, program):
        answer = program.post(POST, {"location": "portland", "option": "consult", "start": program.starts()[0]})
        assert answer.status_code == 422
        assert "Idempotency-Key" in answer.json()["fields"]
        assert not Appointment.objects.exists()

    def test_a_taken_time_comes_with_free_ones_that_can_be_booked(self, program):
        start = program.starts()[0]
        while program.book(start, f"fill {Appointment.objects.count()}").status_code == 201:
            pass
        answer = program.book(start, "late", BORIS)
        body = answer.json()
        assert (answer.status_code, body["code"]) == (409, "just-taken")
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert not Patient.objects.filter(last_name="Ngata").exists()
        assert len(body["alternatives"]) == 5
        assert program.book(body["alternatives"][0]["start"], "next", BORIS).status_code == 201

    @pytest.mark.parametrize(
        ("different", "field"),
        [
            ({"start": "2026-12-01T10:00:00"}, "start"),
            ({"start": "soon"}, "start"),
            ({"patient": ADA | {"date_of_birth": "2085-01-01"}}, "date_of_birth"),
            ({"patient": ADA | {"email": ""}}, "email"),
            ({"patient": {"first_name": "Ada"}}, "last_name"),
            ({"provider": "Nobody"}, "provider"),
            ({"areas": ["moon"]}, "areas"),
            ({"location": None}, "location"),
        ],
    )
    def test_what_is_not_right_is_named_and_nothing_is_booked(self, program, different, field):
        body = {"location": "portland", "option": "consult", "start": program.starts()[0], "patient": ADA} | different
        answer = program.post(POST, body, **{"Idempotency-Key": "a"})
        assert answer.status_code == 422
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert field in answer.json()["fields"]
        assert not Appointment.objects.exists()
        assert not Patient.objects.filter(last_name="Vance").exists()

    def test_a_wished_provider_and_room_are_taken_or_the_time_is_not_had(self, program):
        start = program.starts()[0]
        first = program.book(start, "a").json()
        wish = {"provider": first["provider"]}
        assert program.book(start, "b", BORIS, **wish).status_code == 409
        other = program.book(start, "c", BORIS).json()
        assert other["provider"] != first["provider"]

    def test_a_treatment_still_asks_for_clearance(self, house, program):
        found = program.client.get(
            "/api/v1/slots?location=portland&option=chemical-peel/superficial&from=2026-12-01&to=2026-12-01"
        )
        start = found.json()["slots"][0]["start"]
        body = {"location": "portland", "option": "chemical-peel/superficial", "areas": ["full-face"], "start": start}
        answer = program.post(POST, body | {"patient": ADA}, **{"Idempotency-Key": "a"})
        assert (answer.status_code, answer.json()["code"]) == (409, "not-cleared")


class TestHold:
    def test_a_time_without_a_patient_is_held_and_completed(self, program):
        start = program.starts()[0]
        held = program.book(start, "a", patient=None).json()
        assert held["state"] == "held"
        assert held["held_until"]
        done = program.post(f"{POST}/{held['id']}/patient", ADA)
        assert (done.status_code, done.json()["state"], done.json()["held_until"]) == (200, "booked", None)
        assert program.post(f"{POST}/{held['id']}/patient", ADA).json() == done.json()

    def test_a_lapsed_hold_gives_way_to_the_next(self, program):
        start = program.starts()[0]
        one = {"provider": program.book(start, "a", patient=None).json()["provider"]}
        assert program.book(start, "b", BORIS, **one).status_code == 409
        with clock.pretend(clock.now() + timedelta(minutes=11)):
            assert program.book(start, "c", BORIS, **one).status_code == 201


class TestAfterwards:
    def test_a_booking_is_moved_and_cancelled(self, program):
        starts = program.starts()
        made = program.book(starts[0], "a").json()
        moved = program.post(f"{POST}/{made['id']}/move", {"start": starts[9]})
        assert (moved.status_code, moved.json()["start"]) == (200, starts[9])
        gone = program.client.delete(f"{POST}/{made['id']}", headers=program.headers)
        assert (gone.status_code, gone.json()["state"], gone.json()["room"]) == (200, "cancelled", None)
        assert program.client.delete(f"{POST}/{made['id']}", headers=program.headers).status_code == 409

    def test_what_one_program_made_is_nobody_elses(self, program, cast, client):
        made = program.book(program.starts()[0], "a").json()
        _, key = services.make_key(by=cast.actor("owen"), name="Another")
        other = Program(client, key)
        assert client.get(f"{POST}/{made['id']}", headers=other.headers).status_code == 404
        assert client.delete(f"{POST}/{made['id']}", headers=other.headers).status_code == 404
        assert client.get(f"{POST}/{made['id']}").status_code == 403
        assert Appointment.objects.get().state == "booked"

    def test_two_programs_may_choose_the_same_idempotency_key(self, program, cast, client):
        start = program.starts()[0]
        _, key = services.make_key(by=cast.actor("owen"), name="Another")
        assert program.book(start, "1").status_code == 201
        assert Program(client, key).book(start, "1", BORIS).status_code == 201
        assert Appointment.objects.count() == 2


class TestKeys:
    def test_a_revoked_or_made_up_key_books_nothing(self, program, cast, client):
        start = program.starts()[0]
        row = services.make_key(by=cast.actor("owen"), name="Old")[0]
        services.revoke_key(by=cast.actor("owen"), key_id=row.pk)
        answer = Program(client, "vsk_made-up").book(start, "a")
        assert (answer.status_code, answer.json()["code"]) == (403, "unknown-key")
        assert not Appointment.objects.exists()

    def test_a_staff_session_is_nothing_to_the_interface(self, program, as_staff, client):
        """Cookies travel with requests that a stranger's page makes; a key does not."""
        page = Program(as_staff(client, "rosa"), "")
        page.headers = {}
        made = page.book(program.starts()[0], "a").json()
        assert Appointment.objects.get(pk=made["id"]).booked_through is None
        assert page.client.get(f"{POST}/{made['id']}").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_one_key_sent_by_three_threads_at_once_books_once(consult, cast):
    from django.test import Client

    _, key = services.make_key(by=cast.actor("owen"), name="Our website")
    start = Program(Client(), key).starts()[0]
    with Desks(3) as desks:
        answers = desks.at_once([lambda: Program(Client(), key).book(start, "once")] * 3)
    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Appointment.objects.count() == 1
    assert overlaps() == 0


class TestKeysPage:
    def test_a_key_is_shown_once_and_can_be_revoked(self, cast, as_staff, client):
        owen = as_staff(client, "owen")
        page = owen.post("/desk/keys/", {"name": "Our website"}).content.decode()
        key = page[page.index("vsk_") :].partition("<")[0]
        assert key not in owen.get("/desk/keys/").content.decode()
        assert (
            Program(client, key).client.get("/api/v1/options", headers={"Authorization": f"Bearer {key}"}).status_code
            == 200
        )
        shown = owen.get("/desk/keys/").content.decode()
        assert f"…{key[-4:]}" in shown
        row = services.make_key(by=cast.actor("owen"), name="Other")[0]
        owen.post(f"/desk/keys/{row.pk}/revoke/")
        row.refresh_from_db()
        assert row.revoked_at

    def test_a_key_without_a_name_is_not_made(self, cast, as_staff, client):
        answer = as_staff(client, "owen").post("/desk/keys/", {"name": " "})
        assert answer.status_code == 422
        assert "vsk_" not in answer.content.decode()
