"""One handler for every expected error: a page for people, problem+json for programs."""

import json

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path

from vesicle.config.urls import urlpatterns as ours
from vesicle.core import languages, responses
from vesicle.core.errors import Blocked, Conflict, Invalid, JustTaken, NotFound, NotPermitted, OutsideClinicScope, Stale

ERRORS = {
    "invalid": Invalid("Check this.", fields={"email": "No @."}),
    "not-found": NotFound(),
    "not-permitted": NotPermitted("Your role may not do it."),
    "just-taken": JustTaken("Somebody was faster."),
    "stale": Stale("It was changed meanwhile."),
    "conflict": Conflict("It does not fit any more."),
    "blocked": Blocked("It cannot start.", reasons=["No consent.", "No review."]),
}
STATUS = {"invalid": 422, "not-found": 404, "not-permitted": 403}


def fail(request, name):
    raise ERRORS[name]


def break_down(request):
    raise OutsideClinicScope("No clinic.")


def fine(request):
    return HttpResponse("fine")


urlpatterns = [
    path("probe/<str:name>/", fail),
    path("api/probe/<str:name>/", fail),
    path("broken/", break_down),
    path("form/", fine),
    *ours,
]
handler404 = "vesicle.core.responses.page_not_found"
handler500 = "vesicle.core.responses.server_error"
handler403 = "vesicle.core.responses.permission_denied"
pytestmark = pytest.mark.urls(__name__)


@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.parametrize(
    "as_program", [lambda: ("/api/probe/", {}), lambda: ("/probe/", {"Accept": "application/json"})]
)
def test_a_program_gets_problem_json(client, clinic, name, as_program):
    prefix, headers = as_program()
    response = client.get(f"{prefix}{name}/", headers=headers)
    body = json.loads(response.content)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.status_code == body["status"] == STATUS.get(name, 409)
    assert (body["code"], body["type"]) == (name, f"urn:vesicle:problem:{name}")
    assert body["detail"] == ERRORS[name].message
    assert body.get("fields") == ({"email": "No @."} if name == "invalid" else None)
    assert body.get("reasons") == (["No consent.", "No review."] if name == "blocked" else None)


@pytest.mark.parametrize("name", ERRORS)
def test_a_person_gets_a_page_with_the_same_sentence(client, clinic, name):
    response = client.get(f"/probe/{name}/")
    text = response.content.decode()
    assert response.status_code == STATUS.get(name, 409)
    assert ERRORS[name].message in text
    assert "Traceback" not in text


def test_the_reasons_of_a_block_are_on_the_page(client, clinic):
    assert "No review." in client.get("/probe/blocked/").content.decode()


def test_an_address_that_does_not_exist_says_so(client, clinic):
    response = client.get("/nowhere/at/all/")
    assert response.status_code == 404
    assert "no page at this address" in response.content.decode()


def test_a_programming_error_is_not_dressed_up_but_shows_nothing(client, clinic):
    client.raise_request_exception = False
    response = client.get("/broken/")
    assert response.status_code == 500
    assert "No clinic." not in response.content.decode()


def test_a_form_without_its_token_is_explained(clinic):
    from django.test import Client

    response = Client(enforce_csrf_checks=True).post("/form/", {"x": 1})
    assert response.status_code == 403
    assert "open for too long" in response.content.decode()


def test_every_error_has_a_code_of_its_own():
    codes = [error.code for error in ERRORS.values()]
    assert len(set(codes)) == len(codes)
    assert set(responses._TITLES) >= {403, 404, 409, 422, 500}


@pytest.mark.parametrize(
    ("address", "language"), [("/book/?lang=es", "es"), ("/book/?lang=xx", "en"), ("/book/", "en")]
)
def test_without_a_session_the_address_says_the_language_before_the_browser_does(address, language):
    assert languages.of_browser(RequestFactory().get(address, headers={"Accept-Language": "en"})) == language
