"""The pages of the guided camera: without a script, by a script, and for nobody else."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from vesicle.core import clock
from vesicle.core.models import AuditEntry
from vesicle.results.models import Capture, FollowUp
from vesicle.results.tests.drawings import frame, taken, upload
from vesicle.treatment.models import Photo

JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def pia(treated, settings, tmp_path):
    settings.PHOTO_ROOT = tmp_path
    cache.clear()
    treated.agree_to_photographs()
    return treated


@pytest.fixture
def at_home(pia, client, as_patient):
    """Pia, signed in, at noon of the day her third week is due."""
    due = FollowUp.objects.get(encounter=pia.encounter, week=3).due_at
    with clock.pretend(due + timedelta(hours=3)):
        yield as_patient(client, pia.patient)


@pytest.fixture
def noor(pia, client, as_staff):
    return as_staff(client, "noor")


def own(pia, more="front/"):
    return f"/my/results/{pia.encounter.pk}/week/3/photographs/{more}"


def desk(pia, more="front/"):
    return f"/desk/results/{pia.encounter.pk}/photographs/{more}"


class TestWithoutAScript:
    def test_a_photograph_is_kept_and_the_next_view_is_shown(self, pia, at_home):
        assert b"0 of 1" in at_home.get(own(pia, "")).content
        answer = at_home.post(own(pia), {"skin": "clean", "photo": upload(taken())}, follow=True)
        assert answer.redirect_chain == [(own(pia, "left-oblique/"), 302)]
        assert "From the front: kept." in answer.content.decode()
        assert "checked" in answer.content.decode().partition('value="clean"')[2].partition(">")[0]

    def test_a_refusal_is_specific_and_keeps_what_was_typed(self, pia, noor):
        given = {"skin": "clean", "photo": upload(taken(roll=18.0)), "because": ""}
        answer = noor.post(desk(pia), given)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "The head leans 18° to the side." in page
        assert "checked" in page.partition('value="clean"')[2].partition(">")[0]
        assert not Photo.objects.exists()
        because = given | {"photo": upload(taken(roll=18.0)), "because": "A stiff neck."}
        answer = noor.post(desk(pia), because, follow=True)
        assert "kept for documentation, not for measuring" in answer.content.decode()
        assert Capture.objects.get().kept_because == "A stiff neck."

    def test_a_patients_reason_does_not_count(self, pia, at_home):
        answer = at_home.post(own(pia), {"skin": "clean", "photo": upload(taken(roll=18.0)), "because": "Please."})
        assert answer.status_code == 422
        assert not Photo.objects.exists()

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"skin": "clean"}, "Take or choose a photograph."),
            ({"skin": "clean", "photo": upload(b"")}, "This file is empty."),
            ({"photo": upload(b"no picture")}, "Say whether the skin is clean."),
            ({"skin": "clean", "photo": upload(b"no picture")}, "not a photograph we can read"),
        ],
    )
    def test_what_is_missing_is_named(self, pia, at_home, given, words):
        answer = at_home.post(own(pia), given)
        assert answer.status_code == 422
        assert words in answer.content.decode()

    def test_without_consent_the_page_says_so_and_has_no_form(self, pia, at_home):
        pia.agree_to_photographs(yes=False)
        page = at_home.get(own(pia)).content.decode()
        assert "You have not agreed to photographs" in page
        assert "data-capture" not in page

    def test_speaks_spanish_where_the_patient_does(self, pia, at_home):
        page = at_home.get(own(pia) + "?lang=es").content.decode()
        assert '<html lang="es"' in page
        assert "De frente" in page
        answer = at_home.post(own(pia), {"skin": "clean", "photo": upload(taken(roll=18.0))})
        assert "La cabeza se inclina 18° hacia un lado." in answer.content.decode()


class TestByAScript:
    def test_is_told_where_to_go_on_or_what_is_wrong(self, pia, at_home):
        answer = at_home.post(own(pia), {"skin": "clean", "photo": upload(taken(roll=18.0))}, **JSON)
        assert answer.status_code == 422
        assert "leans" in answer.json()["problems"]["photo"][0]
        answer = at_home.post(own(pia), {"skin": "clean", "photo": upload(taken())}, **JSON)
        assert answer.json() == {"next": own(pia, "left-oblique/")}

    def test_looks_and_nothing_is_written(self, pia, at_home):
        at_home.get(own(pia))
        before = AuditEntry.objects.count()
        with CaptureQueriesContext(connection) as asked:
            answer = at_home.post(own(pia, "front/look/"), {"frame": frame(taken()), "width": "1200"}, **JSON)
        assert answer.json() == {"passes": True, "says": [], "hints": []}
        assert not [one["sql"] for one in asked if one["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
        assert AuditEntry.objects.count() == before

    @pytest.mark.parametrize("wrong", [{"width": "1200"}, {"frame": "text"}, {"frame": None, "width": "-5"}])
    def test_what_is_no_frame_is_refused(self, pia, at_home, wrong):
        given = {"frame": frame(taken()), "width": "wide"} if "width" not in wrong and "frame" not in wrong else wrong
        given = {name: frame(taken()) if value is None else value for name, value in given.items()}
        assert at_home.post(own(pia, "front/look/"), given, **JSON).status_code == 422

    def test_a_frame_that_is_no_picture_gets_a_sentence(self, pia, at_home):
        answer = at_home.post(own(pia, "front/look/"), {"frame": upload(b"noise"), "width": "1200"}, **JSON)
        assert answer.json()["passes"] is False
        assert "not a photograph" in answer.json()["says"][0]

    def test_nothing_is_looked_at_outside_the_window_or_without_the_token(self, pia, at_home):
        given = {"frame": frame(taken()), "width": "1200"}
        with clock.pretend(FollowUp.objects.get(week=3, encounter=pia.encounter).closes_at + timedelta(days=1)):
            assert at_home.post(own(pia, "front/look/"), given, **JSON).status_code == 409
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = at_home.cookies
        assert strict.post(own(pia, "front/look/"), given | {"frame": frame(taken())}, **JSON).status_code == 403


class TestOthers:
    def test_somebody_else_finds_nothing(self, pia, client, as_patient):
        tam = as_patient(client, pia.house.cast.tam)
        for more in ("", "front/"):
            assert tam.get(own(pia, more)).status_code == 404
        given = {"frame": frame(taken()), "width": "1200"}
        assert tam.post(own(pia, "front/look/"), given, **JSON).status_code == 404

    def test_the_front_desk_may_not(self, pia, client, as_staff):
        rosa = as_staff(client, "rosa")
        for more in ("", "front/"):
            assert rosa.get(desk(pia, more)).status_code == 403

    def test_a_view_that_is_not_asked_for_is_not_found(self, pia, noor):
        assert noor.get(desk(pia, "close-up-hands/")).status_code == 404
        assert noor.get(desk(pia)).status_code == 200


def test_the_visit_leads_to_the_guide(path, client, as_staff):
    someone = path().started()
    someone.agree_to_photographs()
    noor = as_staff(client, "noor")
    from vesicle.protocols.queries import option_of_edition

    steps = option_of_edition(someone.encounter.edition_id, someone.encounter.option).option.sections.steps
    step = next(step for step in steps if any(record.kind == "photo" for record in step.records))
    page = noor.get(f"/desk/visits/{someone.encounter.pk}/steps/{step.id}/").content.decode()
    assert f"/desk/results/{someone.encounter.pk}/photographs/" in page
    assert "before the treatment" in noor.get(f"/desk/results/{someone.encounter.pk}/photographs/").content.decode()
