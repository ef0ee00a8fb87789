"""The patient's own pages."""

from datetime import UTC, datetime

import pytest

from vesicle.people import messages, patient_home, services
from vesicle.people.models import Patient
from vesicle.people.patient_home import Card

PAGES = ["/my/", "/my/details/", "/my/data/"]


@pytest.mark.parametrize("where", PAGES)
def test_a_stranger_and_otto_are_sent_to_sign_in(client, cast, as_staff, where):
    assert client.get(where).headers["Location"].startswith("/my/sign-in/")
    assert as_staff(client, "otto").get(where).headers["Location"].startswith("/my/sign-in/")


@pytest.mark.parametrize("where", PAGES)
def test_the_pages_open_for_a_patient_and_stay_out_of_caches(client, cast, as_patient, where):
    response = as_patient(client, cast.pia).get(where)
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("where", PAGES)
def test_a_page_asks_the_database_a_bounded_number_of_questions(
    client, cast, as_patient, where, django_assert_max_num_queries
):
    for _ in range(30):
        services.open_record(by=cast.actor("noor"), patient_id=cast.pia.pk)
    as_patient(client, cast.pia)
    with django_assert_max_num_queries(16):
        client.get(where)


class TestHome:
    @pytest.fixture(autouse=True)
    def _no_other_cards(self, monkeypatch):
        monkeypatch.setattr(patient_home, "cards", [])

    def test_says_that_nothing_is_waiting(self, client, cast, as_patient):
        assert "Nothing is waiting for you" in as_patient(client, cast.pia).get("/my/").content.decode()

    def test_shows_the_cards_of_the_rooms_the_most_pressing_first(self, cast):
        early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
        patient_home.cards.append(lambda actor: [Card("later", "", when=late), Card("sooner", "", when=early)])
        patient_home.cards.append(lambda actor: Card("red flag", "", rank=0))
        patient_home.cards.append(lambda actor: [Card("good to know", "", rank=3, when=early)])
        titles = [card.title for card in patient_home.for_patient(cast.actor("pia"))]
        assert titles == ["red flag", "sooner", "later", "good to know"]

    def test_a_card_leads_where_it_says(self, client, cast, as_patient):
        patient_home.cards.append(lambda actor: Card("Visit", f"for {actor.name}", url="/x/", action="See the visit"))
        text = as_patient(client, cast.pia).get("/my/").content.decode()
        assert "for Pia Sørensen" in text
        assert 'href="/x/"' in text


class TestDetails:
    @pytest.fixture
    def good(self):
        return {
            "preferred_name": "P",
            "pronouns": "she/her",
            "email": "pia@new.example",
            "phone": "+1 503 555 0199",
            "email_allowed": "on",
            "time_zone": "America/Denver",
            "language": "es",
        }

    def test_saves_what_is_right(self, client, cast, as_patient, good):
        as_patient(client, cast.pia).post("/my/details/", good)
        saved = Patient.objects.get(pk=cast.pia.pk)
        assert (saved.preferred_name, saved.email, saved.time_zone) == ("P", "pia@new.example", "America/Denver")
        assert (saved.email_allowed, saved.sms_allowed) == (True, False)

    def test_keeps_what_was_typed_and_says_what_is_wrong_beside_it(self, client, cast, as_patient, good):
        bad = {**good, "phone": "12", "preferred_name": "Typed"}
        response = as_patient(client, cast.pia).post("/my/details/", bad)
        text = response.content.decode()
        assert response.status_code == 422
        assert "7 to 15 digits" in text
        assert 'value="Typed"' in text
        assert Patient.objects.get(pk=cast.pia.pk).preferred_name == ""

    def test_cannot_change_another_record_or_the_name(self, client, cast, as_patient, good):
        posted = {**good, "id": cast.tam.pk, "patient": cast.tam.pk, "last_name": "Other"}
        as_patient(client, cast.pia).post("/my/details/", posted)
        assert Patient.objects.get(pk=cast.tam.pk).email == "tam@example.org"
        assert Patient.objects.get(pk=cast.pia.pk).last_name == "Sørensen"


def test_my_data_shows_who_looked_and_when_on_my_clock(client, cast, as_patient):
    services.open_record(by=cast.actor("noor"), patient_id=cast.pia.pk)
    text = as_patient(client, cast.pia).get("/my/data/").content.decode()
    assert "Noor Haddad" in text
    assert "opened the patient" in text


def test_the_worker_has_a_job_that_sends(cast, monkeypatch):
    from vesicle.core import periodic

    called = []
    monkeypatch.setattr(messages, "send_due", lambda *, now: called.append(now) or 0)
    [job] = [job for job in periodic.JOBS if job.name == "messages"]
    job.run()
    assert len(called) == 1
