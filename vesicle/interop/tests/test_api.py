"""The programming interface: what is offered, when it is free, and refusals that programs can read."""

import pytest

from vesicle.core import clock
from vesicle.scheduling import queries

DAYS = "&from=2026-12-01&to=2026-12-02"
ASK = "/api/v1/slots?location=portland&option=exosome-therapy/microneedling"


@pytest.fixture
def api(house, client):
    return client


def test_options_are_those_of_the_approved_editions(api):
    rows = api.get("/api/v1/options").json()
    assert len(rows) == 10
    one = next(row for row in rows if row["id"] == "exosome-therapy/microneedling")
    assert (one["protocol"], one["edition"], one["currency"]) == ("1.1.0", 1, "USD")
    assert "full-face" in one["areas"]


def test_slots_are_the_same_as_the_pages_show(api, house):
    found = api.get(ASK + DAYS).json()["slots"]
    shown = queries.slots(
        house.actor("visitor"),
        option_id="exosome-therapy/microneedling",
        areas=["full-face"],
        location_id="portland",
        from_=clock.now().date().replace(month=12, day=1),
        to=clock.now().date().replace(month=12, day=2),
        now=clock.now(),
    )
    assert [row["start"] for row in found] == [slot.start.isoformat() for slot in shown]
    assert found[0]["start"].endswith("-08:00")
    assert set(found[0]) == {"start", "end", "provider", "room", "device"}


@pytest.mark.parametrize(
    ("question", "status"),
    [
        (ASK, 422),
        (ASK + "&from=soon&to=later", 422),
        (ASK + "&from=2026-12-02&to=2026-12-01", 422),
        (ASK + DAYS + "&areas=moon", 422),
        (ASK.replace("portland", "atlantis") + DAYS, 404),
        (ASK.replace("microneedling", "hypnosis") + DAYS, 404),
    ],
)
def test_what_is_not_understood_is_a_problem_with_a_sentence(api, question, status):
    answer = api.get(question)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["detail"].endswith(".")
    assert body["type"].startswith("urn:vesicle:problem:")


def test_the_description_names_every_question_with_its_answers(api):
    paths = api.get("/api/v1/openapi.json").json()["paths"]
    one = "/api/v1/appointments/{appointment_id}"
    assert set(paths) == {
        "/api/v1/options",
        "/api/v1/policy",
        "/api/v1/slots",
        "/api/v1/appointments",
        one,
        f"{one}/move",
        f"{one}/patient",
    }
    assert set(paths["/api/v1/appointments"]["post"]["responses"]) == {"201", "409", "422"}
