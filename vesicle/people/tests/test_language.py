"""Which language the pages of patients speak: what was chosen, else what is known of who reads, else English."""

from datetime import timedelta

import pytest

from vesicle.people.links import make_link
from vesicle.people.models import Patient
from vesicle.people.sign_in import PURPOSE

ENGLISH, SPANISH = "Your visits", "Sus visitas"
ASK = "/my/sign-in/"


def speak(patient, language):
    Patient.objects.filter(pk=patient.pk).update(language=language)


def link_of(cast, lasts):
    given = {"purpose": PURPOSE, "subject_id": cast.pia.pk, "valid_for": lasts}
    return make_link(by=cast.actor("rosa"), patient=cast.pia, **given)


def lang(page):
    return page.content.decode().partition('<html lang="')[2][:2]


def test_a_visitor_reads_english_until_they_choose(client, cast):
    assert ENGLISH in client.get(ASK, headers={"accept-language": "es"}).content.decode()
    assert SPANISH in client.get(f"{ASK}?lang=es").content.decode()
    assert SPANISH in client.get(ASK).content.decode()
    assert ENGLISH in client.get(f"{ASK}?lang=en").content.decode()


def test_every_page_leads_to_itself_in_the_other_language(client, cast):
    page = client.get(f"{ASK}?next=/my/data/").content.decode()
    assert '<a href="?next=%2Fmy%2Fdata%2F&amp;lang=es" lang="es" hreflang="es">Español</a>' in page


def test_a_patient_is_spoken_to_as_their_record_says_and_can_change_it(client, cast, as_patient):
    speak(cast.pia, "es")
    as_patient(client, cast.pia)
    assert lang(client.get("/my/")) == "es"
    assert lang(client.get("/my/?lang=en")) == "en"
    details = {"email": "pia@example.org", "time_zone": "America/Los_Angeles", "language": "es"}
    assert client.post("/my/details/", details).status_code == 302
    assert lang(client.get("/my/")) == "es"


@pytest.mark.parametrize(("language", "expected"), [("es", "es"), ("en", "en"), ("vi", "en")])
def test_a_private_link_speaks_as_its_letter_did(client, cast, language, expected):
    speak(cast.pia, language)
    token = link_of(cast, timedelta(hours=1))
    assert lang(client.get(f"/my/sign-in/{token}/")) == expected


def test_a_link_that_has_ended_says_so_in_the_language_of_whom_it_was_for(client, cast):
    speak(cast.pia, "es")
    token = link_of(cast, timedelta(seconds=-1))
    page = client.get(f"/my/sign-in/{token}/")
    assert page.status_code == 404
    assert "Este enlace ha caducado" in page.content.decode()


def test_pages_of_staff_stay_english(client, cast, as_staff):
    client.get(f"{ASK}?lang=es")
    assert lang(as_staff(client, "rosa").get("/desk/?lang=es")) == "en"
