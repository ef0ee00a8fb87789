"""Other programs and the policy: they read it, send the version that was accepted, and hear which gate is closed."""

import pytest

from vesicle.core import clock
from vesicle.interop.tests.test_bookings_api import POST, consult, program
from vesicle.scheduling import services as scheduling
from vesicle.scheduling.models import Appointment, OpenService, PolicyAcceptance

__all__ = ["consult", "program"]


@pytest.fixture
def policy(program, cast):
    """A policy of one day."""
    return scheduling.write_policy(
        by=cast.actor("owen"), words_en="A day before, please.", late_hours=24, now=clock.now()
    )


def test_there_is_nothing_to_accept_where_a_clinic_has_no_policy(program):
    assert program.client.get("/api/v1/policy").status_code == 204
    assert program.book(program.starts()[0], "a").status_code == 201
    assert not PolicyAcceptance.objects.exists()


def test_a_booking_sends_the_version_that_was_read_and_accepted(program, policy):
    read = program.client.get("/api/v1/policy").json()
    assert read == {"version": 1, "words_en": "A day before, please.", "words_es": "", "late_hours": 24}
    start = program.starts()[0]
    refused = program.book(start, "a")
    assert refused.status_code == 422
    assert refused.json()["code"] == "policy-not-accepted"
    assert "A day before" in refused.json()["fields"]["policy_accepted"]
    assert not Appointment.objects.exists()
    assert program.book(start, "a", policy_accepted=1).status_code == 201
    kept = PolicyAcceptance.objects.get()
    assert (kept.how, kept.by_kind, kept.policy_id) == ("program", "integrator", policy.pk)


def test_a_held_time_is_completed_with_it(program, policy):
    held = program.book(program.starts()[0], "a", patient=None).json()
    person = {"first_name": "Ada", "last_name": "Vance", "date_of_birth": "1985-04-02", "email": "ada@example.com"}
    assert program.post(f"{POST}/{held['id']}/patient", person).status_code == 422
    assert program.post(f"{POST}/{held['id']}/patient?policy_accepted=1", person).json()["state"] == "booked"


def test_a_closed_gate_is_named_with_what_mends_it(program, cast):
    service = OpenService.objects.get(slug="consult")
    scheduling.change_service(by=cast.actor("owen"), service=service, minimum_age=50)
    refused = program.book(program.starts()[0], "a").json()
    assert (refused["code"], refused["gate"]) == ("too-young", "age")
    assert refused["mend"]
