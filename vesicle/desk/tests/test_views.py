"""Who sees what at the desk: yours and permitted, yours and not permitted (403), not yours (404)."""

import pytest

from vesicle.candidacy import services as candidacy
from vesicle.candidacy.domain import Answer
from vesicle.core import clock
from vesicle.desk import queries
from vesicle.people import services as people
from vesicle.people.identity import patient_actor
from vesicle.scheduling.models import Appointment


@pytest.fixture
def browsers(as_staff):
    from django.test import Client

    return lambda name: as_staff(Client(), name)


class TestWhoSeesWhat:
    CHART = "/desk/visits/{visit}/chart/"
    EXPECTED = {
        "/desk/": {"rosa": 200, "noor": 200, "iris": 200, "owen": 200, "ines": 200},
        "/desk/patients/": {"rosa": 200, "noor": 200, "ines": 200},
        "/desk/patients/{patient}/": {"rosa": 200, "noor": 200, "otto": 404},
        CHART: {"rosa": 403, "owen": 403, "ines": 403, "noor": 200, "iris": 200, "otto": 404},
        "/desk/results/{visit}/": {"rosa": 403, "noor": 200, "otto": 404},
        "/desk/results/{visit}/maintenance/": {"rosa": 200, "noor": 200, "owen": 403, "otto": 404},
        "/desk/aftercare/": {"rosa": 200, "owen": 403, "noor": 200},
        "/desk/aftercare/events/": {"rosa": 403, "noor": 200},
        "/desk/visits/recall/?lot=RV-2511": {"rosa": 403, "owen": 200, "noor": 200},
        "/desk/audit/": {"rosa": 403, "noor": 403, "owen": 200, "iris": 200},
        "/desk/candidacy/{review}/": {"rosa": 403, "noor": 200, "otto": 404},
        "/desk/consent/{consent}/": {"rosa": 200, "owen": 403, "noor": 200, "otto": 404},
    }

    def test_front_desk_reads_no_charts_and_otto_finds_nothing(self, treated, browsers):
        numbers = {
            "visit": treated.encounter.pk,
            "patient": treated.patient.pk,
            "consent": treated.consent.pk,
            "review": treated.screening.reviews.first().pk,
        }
        found = {}
        for name in ("rosa", "noor", "iris", "owen", "ines", "otto"):
            someone = browsers(name)
            for page, expected in self.EXPECTED.items():
                if name in expected:
                    answer = someone.get(page.format(**numbers), follow=True)
                    found.setdefault(page, {})[name] = answer.status_code
        assert found == self.EXPECTED

    def test_a_patient_is_no_staff(self, treated, client, as_patient):
        pia = as_patient(client, treated.patient)
        for page in ("/desk/", f"/desk/visits/{treated.encounter.pk}/chart/"):
            answer = pia.get(page)
            assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/accounts/login/")

    def test_a_patients_page_shows_each_role_its_own(self, treated, browsers):
        page = f"/desk/patients/{treated.patient.pk}/"
        rosa, iris = browsers("rosa").get(page).content.decode(), browsers("iris").get(page).content.decode()
        assert "Pia Sørensen" in rosa
        assert "<h2>Visits</h2>" not in rosa
        assert "Who looked, who changed" not in rosa
        assert "<h2>Visits</h2>" in iris
        assert "Who looked, who changed" in iris


class TestNavigation:
    @pytest.mark.parametrize(("name", "is_shown"), [("owen", True), ("iris", True), ("noor", False), ("rosa", False)])
    def test_leads_to_the_figures_about_reviews_who_may_see_them(self, browsers, name, is_shown):
        page = browsers(name).get("/desk/").content.decode()
        assert ('href="/desk/candidacy/metrics/"' in page) is is_shown


class TestBoard:
    def board(self, path, name="rosa"):
        on = clock.day_in("America/Los_Angeles", path.appointment.starts_at)
        return queries.day(path.house.actor(name), path.house.cast.portland, on, by="rooms", now=clock.now())

    def test_shows_what_blocks_and_clears_it_one_by_one(self, path):
        pia = path().screened()
        pia.cleared()
        from vesicle.scheduling import services

        pia.appointment = services.book_at(
            by=pia.me,
            option_id=pia.option,
            areas=pia.areas,
            location_id=pia.where.pk,
            start=pia.free_times()[0].start,
            patient=pia.patient,
            now=clock.now(),
        )
        number = pia.appointment.pk
        assert self.board(pia).blockers[number] == ("Consent missing",)
        iris = pia.house.actor("iris")
        hold = people.place_hold(by=iris, patient=pia.patient, reason="Test first.", at=clock.now())
        assert self.board(pia).blockers[number] == ("On hold", "Consent missing")
        people.release_hold(by=iris, hold=hold, reason="Negative.", at=clock.now())
        pia.sign()
        assert self.board(pia).blockers[number] == ()
        candidacy.revoke_clearance(by=iris, patient=pia.patient, option=pia.option, reason="New medicine.")
        assert self.board(pia).blockers[number] == ("Provider decision due",)

    @pytest.mark.parametrize(
        ("question", "words"), [("SCR_INFECT", "Has to wait"), ("SCR_CANCER_SKIN", "Not suitable")]
    )
    def test_asks_nobody_to_decide_what_the_rules_do_not_leave_open(self, path, question, words):
        pia = path().booked()
        pia.screened(**{question: Answer("yes")})
        assert words in self.board(pia).blockers[pia.appointment.pk]

    def test_leaves_out_the_cancelled_and_stale_holds(self, path):
        from vesicle.scheduling import services

        pia = path().booked()
        assert len(self.board(pia).appointments) == 1
        services.cancel(by=pia.me, appointment=pia.appointment, now=clock.now())
        assert self.board(pia).appointments == []

    def test_checks_in_and_takes_back(self, path, browsers):
        pia = path().signed()
        rosa = browsers("rosa")
        change = f"/desk/appointments/{pia.appointment.pk}/change/"
        for state in ("arrived", "booked", "no-show"):
            assert rosa.post(change, {"state": state, "by": "rooms"}).status_code == 302
            pia.appointment.refresh_from_db()
            assert pia.appointment.state == state
        rosa.post(change, {"state": "done", "by": "rooms"})
        assert Appointment.objects.get().state == "no-show"
        assert browsers("owen").post(change, {"state": "arrived"}).status_code == 403


class TestBook:
    def test_books_for_somebody_through_the_same_gates(self, path, browsers):
        pia = path()
        rosa = browsers("rosa")
        day = clock.now().date().isoformat()
        page = f"/desk/patients/{pia.patient.pk}/book/?option={pia.option}&location=portland&first={day}"
        start = pia.free_times()[0].start.isoformat()
        refused = rosa.post(page, {"start": start})
        assert refused.status_code == 409
        assert "What mends it" in refused.content.decode()
        assert "Let them through" not in refused.content.decode()
        assert not Appointment.objects.exists()
        pia.cleared()
        assert rosa.post(page, {"start": start}).status_code == 302
        assert Appointment.objects.get().patient == pia.patient

    def test_a_new_patient_keeps_what_was_typed(self, house, browsers):
        rosa = browsers("rosa")
        typed = {"first_name": "Uma", "last_name": "", "date_of_birth": "1990-02-03", "email": "uma@example.org"}
        answer = rosa.post("/desk/patients/new/", typed)
        assert answer.status_code == 422
        assert "Uma" in answer.content.decode()
        assert rosa.post("/desk/patients/new/", typed | {"last_name": "Newly"}).status_code == 302

    def test_search_finds_people_and_lots_by_role(self, house, browsers):
        assert "RV-2511" in browsers("noor").get("/desk/search/?q=RV-2511").content.decode()
        one = browsers("rosa").get("/desk/search/?q=Sørensen")
        assert (one.status_code, one.headers["Location"]) == (302, f"/desk/patients/{house.cast.pia.pk}/")
        assert patient_actor(house.cast.pia).name == "Pia Sørensen"
