"""Staff pages ask the database a bounded number of questions, and every page has one title and one main heading."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vesicle.candidacy import services as candidacy
from vesicle.core import clock
from vesicle.demo.answers import healthy
from vesicle.people import services as people
from vesicle.people.identity import patient_actor
from vesicle.scheduling import queries, services

TOPICAL = "exosome-therapy/topical"


def crowd(house, count, *, first=0):
    """Book ``count`` people on Tuesday, each with answers and a waiting review."""
    tuesday = clock.now().date() + timedelta(days=1)
    for number in range(first, first + count):
        patient = people.register_patient(
            by=house.actor("rosa"),
            first_name="Visitor",
            last_name=f"Number {number}",
            date_of_birth=date(1980, 1, 1 + number),
            email=f"visitor{number}@example.org",
            time_zone="America/Los_Angeles",
        )
        answers = healthy(born=patient.date_of_birth, areas=("neck",), skin="II")
        screening = candidacy.screen(by=patient_actor(patient), answers=answers, option=TOPICAL, patient=patient)
        ask = {"option_id": TOPICAL, "areas": ["neck"], "location_id": house.cast.portland.pk, "now": clock.now()}
        slots = queries.slots(house.actor("rosa"), from_=tuesday, to=tuesday, **ask)
        services.book_at(by=house.actor("rosa"), start=slots[0].start, patient=patient, screening=screening, **ask)


PAGES = [
    "/desk/?location=portland&date=2026-12-01",
    "/desk/?location=portland&date=2026-12-01&by=providers",
    "/desk/?location=portland&date=2026-12-01&by=devices",
    "/desk/patients/",
    "/desk/patients/?q=visitor",
    "/desk/search/?q=visitor",
    "/desk/candidacy/",
    "/desk/candidacy/rule-changes/",
    "/desk/candidacy/metrics/",
    "/desk/candidacy/limits/",
    "/desk/clearances/",
    "/desk/aftercare/",
    "/desk/aftercare/events/",
    "/desk/results/",
    "/desk/results/outcomes/",
    "/desk/stock/",
    "/desk/visits/recall/?lot=RV-2511",
    "/desk/appointments/messages/",
    "/desk/appointments/replies/",
    "/desk/appointments/calendars/",
    "/desk/appointments/fees/",
    "/desk/appointments/policy/",
    "/desk/audit/",
    "/desk/protocols/",
    "/desk/setup/",
    "/desk/setup/rules/",
    "/desk/setup/services/new/",
    "/desk/figures/?first=2026-11-01&last=2026-12-31",
]


def test_staff_pages_ask_as_much_with_twelve_appointments_as_with_three(treated, client, as_staff):
    iris = as_staff(client, "iris")
    house = treated.house

    def counted():
        found = {}
        for page in PAGES:
            iris.get(page)
            with CaptureQueriesContext(connection) as asked:
                assert iris.get(page).status_code == 200, page
            found[page] = len(asked)
        return found

    crowd(house, 3)
    few = counted()
    crowd(house, 9, first=3)
    many = counted()
    grown = {page: (few[page], many[page]) for page in PAGES if many[page] > few[page]}
    assert grown == {}, "these pages ask more the more there is to show"
    assert max(many.values()) < 60, many


def headings(html):
    return re.findall(r"<h1[ >]", html)


def titles(html):
    return re.findall(r"<title>\s*(.*?)\s*</title>", html, flags=re.DOTALL)


def check(page, html):
    assert len(headings(html)) == 1, f"{page} has {len(headings(html))} main headings"
    assert len(titles(html)) == 1, f"{page} has {len(titles(html))} titles"
    assert titles(html)[0].strip(" ·|-"), f"{page} has an empty title"
    assert 'lang="en' in html, page


def test_staff_pages_have_one_title_and_one_main_heading(treated, client, as_staff):
    iris = as_staff(client, "iris")
    number, patient, appointment = treated.encounter.pk, treated.patient.pk, treated.appointment.pk
    more = [
        f"/desk/patients/{patient}/",
        f"/desk/patients/{patient}/book/",
        "/desk/patients/new/",
        f"/desk/visits/{number}/chart/",
        f"/desk/results/{number}/",
        f"/desk/results/{number}/photographs/",
        f"/desk/results/{number}/photographs/front/",
        f"/desk/aftercare/events/new/{number}/",
        f"/desk/candidacy/patients/{patient}/",
        f"/desk/consent/{treated.consent.pk}/",
        f"/desk/?location=portland&date=2026-12-01&a={appointment}",
        "/desk/nothing-here/",
    ]
    for page in [*PAGES, *more]:
        answer = iris.get(page)
        assert answer.status_code == (404 if "nothing" in page else 200), (page, answer.status_code)
        check(page, answer.content.decode())


@pytest.mark.parametrize("way", ["visitor", "patient"])
def test_public_and_patient_pages_have_one_title_and_one_main_heading(treated, client, as_patient, way):
    number, appointment = treated.encounter.pk, treated.appointment.pk
    public = [
        "/",
        "/treatments/exosome-therapy/",
        "/treatments/prp/",
        "/compare/",
        "/locations/",
        "/candidacy/",
        "/book/",
        "/book/?option=exosome-therapy/microneedling",
        "/accounts/login/",
        "/nothing-here/",
    ]
    own = [
        "/my/",
        f"/book/a/{appointment}/",
        f"/my/aftercare/{number}/",
        f"/my/aftercare/{number}/day/2/",
        f"/my/results/{number}/",
        f"/my/results/{number}/week/3/",
        f"/my/results/{number}/week/3/photographs/",
        f"/my/results/{number}/week/3/photographs/front/",
        f"/my/visits/{number}/",
    ]
    someone = as_patient(client, treated.patient) if way == "patient" else client
    for page in public + (own if way == "patient" else []):
        answer = someone.get(page, follow=True)
        assert answer.status_code == (404 if "nothing" in page else 200), (page, answer.status_code)
        check(page, answer.content.decode())
