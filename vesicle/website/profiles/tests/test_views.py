"""The pages on team and locations: written at the desk, shown to the public, nothing lost between two people."""

import json

import pytest

from vesicle.people import services as people
from vesicle.protocols.models import Picture
from vesicle.protocols.tests.test_pictures import image, upload
from vesicle.website.models import Profile
from vesicle.website.profiles.tests.test_services import PLAIN, publish, save
from vesicle.website.tests.conftest import empty_store

__all__ = ["empty_store"]
PART = {"left": 0, "top": 0, "width": 100, "height": 100}


@pytest.fixture
def owen(client, as_staff):
    return as_staff(client, "owen")


def at(cast):
    return f"/desk/team/people/{cast.noor.pk}/"


def sent(revision=0, do="save", **words):
    return PART | {"revision": revision, "do": do, "position": 50, "title": "Senior nurse"} | words


def opened(response):
    """Return what a browser sends of the form as it was opened."""
    values = {field.html_name: field.value() for field in response.context["form"]}
    return {name: value for name, value in values.items() if value is not None and value is not False} | {
        "read": json.dumps(values["read"])
    }


def words(response):
    return response.content.decode()


class TestDesk:
    def test_the_list_says_who_is_shown_and_what_waits(self, owen, cast):
        publish(cast)
        save(cast, {"description": "By the park."}, subject=cast.portland)
        page = words(owen.get("/desk/team/"))
        assert page.count("On the pages") == 1
        assert "Draft" in page
        assert "Phoenix" in page

    def test_words_are_saved_published_and_taken_down(self, owen, cast):
        assert owen.post(at(cast), sent(do="publish", biography="She likes mornings.")).status_code == 302
        row = Profile.objects.get(staff=cast.noor)
        assert row.shown.content == {"title": "Senior nurse", "biography": "She likes mornings."}
        assert "Version 1" in words(owen.get(at(cast)))
        owen.post(at(cast), {"do": "restore", "version": 1, "revision": row.revision})
        owen.post(at(cast), {"do": "discard", "revision": row.revision + 1})
        assert owen.post(at(cast), {"do": "take-down", "revision": row.revision + 2}).status_code == 302
        row.refresh_from_db()
        assert (row.shown, row.draft) == (None, None)

    @pytest.mark.parametrize("do", ["agree", "take-back"])
    def test_a_button_on_the_portrait_keeps_what_was_typed_and_not_saved(self, owen, cast, do):
        if do == "take-back":
            owen.post(at(cast), {"do": "agree", "said_on": "2026-03-02"})
        page = owen.get(at(cast))
        assert f'form="words" name="do" value="{do}"' in words(page)
        told = owen.post(
            at(cast), opened(page) | {"do": do, "said_on": "2026-03-02", "biography": "Mine."}, follow=True
        )
        assert "What you typed is saved as a draft." in words(told)
        assert told.context["form"]["biography"].value() == "Mine."
        assert told.context["said"][0].is_given is (do == "agree")

    def test_where_nothing_was_typed_no_draft_begins(self, owen, cast):
        owen.post(at(cast), opened(owen.get(at(cast))) | {"do": "agree", "said_on": "2026-03-02"})
        assert not Profile.objects.filter(draft__isnull=False).exists()

    def test_what_was_typed_stays_where_the_agreement_is_refused(self, owen, cast):
        told = owen.post(
            at(cast), opened(owen.get(at(cast))) | {"do": "agree", "said_on": "2126-03-02", "biography": "Mine."}
        )
        assert told.status_code == 422
        assert told.context["form"]["biography"].value() == "Mine."

    def test_the_desk_asks_and_may_not_publish(self, client, as_staff, cast):
        rosa = as_staff(client, "rosa")
        page = words(rosa.get(at(cast)))
        assert "Save and ask for approval" in page
        assert "Save and publish" not in page
        assert 'name="file"' not in page
        assert rosa.post(at(cast), sent(do="submit")).status_code == 302
        assert Profile.objects.get(staff=cast.noor).is_submitted
        assert rosa.post(at(cast), sent(revision=2, do="publish")).status_code == 403

    def test_what_somebody_else_saved_is_shown_beside_what_was_typed(self, owen, cast):
        save(cast, PLAIN)
        response = owen.post(at(cast), sent(biography="Mine."))
        assert response.status_code == 409
        page = words(response)
        assert "Mine." in page
        assert PLAIN["biography"] in page
        assert response.context["form"]["title"].value() == PLAIN["title"]
        again = response.context["form"]
        typed = {field.html_name: field.value() for field in again if field.value() not in (None, False)}
        assert owen.post(at(cast), typed | {"do": "save"}).status_code == 302
        assert Profile.objects.get(staff=cast.noor).draft["biography"] == "Mine."

    def test_two_who_write_at_once_lose_nothing_of_each_other(self, owen, cast):
        save(cast, PLAIN)
        form = owen.get(at(cast)).context["form"]
        opened = {field.html_name: field.value() for field in form if field.value() not in (None, False)}
        save(cast, PLAIN | {"title": "Nurse", "position": 3}, by="iris", revision=1)
        response = owen.post(at(cast), opened | {"read": form["read"].value(), "biography": "Mine.", "do": "save"})
        assert response.status_code == 409
        again = response.context["form"]
        typed = {field.html_name: field.value() for field in again if field.value() not in (None, False)}
        assert owen.post(at(cast), typed | {"do": "save"}).status_code == 302
        assert Profile.objects.get(staff=cast.noor).draft == {"title": "Nurse", "position": 3, "biography": "Mine."}

    def test_what_keeps_it_back_is_told_sentence_by_sentence_and_the_draft_is_saved(self, owen, cast):
        response = owen.post(at(cast), sent(do="publish", biography="She cures acne. She likes mornings."))
        assert response.status_code == 409
        page = words(response)
        assert "She cures acne." in page
        assert "Take out" in page
        assert Profile.objects.get(staff=cast.noor).draft["biography"].startswith("She cures")

    def test_words_are_judged_while_they_are_typed_and_nothing_is_saved(self, owen, cast):
        page = words(owen.post("/desk/team/check/", {"biography": "<b>She</b> cures acne.", "x": "No."}))
        assert 'data-beside="biography"' in page
        assert 'data-beside="x"' not in page
        assert "Take out" in page
        assert "<b>She" not in page
        assert owen.post("/desk/team/check/", {"biography": "Word. " * 30_000}).status_code == 422
        assert not Profile.objects.exists()

    def test_a_portrait_needs_a_description_and_keeps_its_part(self, owen, cast):
        chosen = {"file": upload(image()), "biography": "Hello."}
        assert "people who cannot see it" in words(owen.post(at(cast), sent(**chosen)))
        response = owen.post(at(cast), sent(file=upload(image()), alt="Noor at a desk.", width=50))
        assert response.status_code == 302
        assert Profile.objects.get(staff=cast.noor).draft["picture"] == {
            "picture": Picture.objects.get().pk,
            "alt": "Noor at a desk.",
            "crop": {"width": 50},
        }
        page = owen.get(at(cast))
        assert Picture.objects.get().sha256 in words(page)
        number = page.context["form"]["picture"].value()
        owen.post(at(cast), sent(revision=1, picture=number, alt="Noor at a desk.", remove="on"))
        assert "picture" not in Profile.objects.get(staff=cast.noor).draft

    def test_drafts_are_seen_on_the_page_by_staff_and_by_nobody_else(self, owen, client, cast):
        save(cast)
        url = "/locations/?edition=draft"
        assert PLAIN["biography"] in words(owen.get(url))
        assert PLAIN["biography"] not in words(owen.get("/locations/"))
        client.logout()
        assert client.get(url).status_code == 403
        assert PLAIN["biography"] not in words(client.get("/locations/"))

    def test_otto_meets_404_and_the_integrator_403(self, client, as_staff, cast):
        otto = as_staff(client, "otto")
        for url in (at(cast), f"/desk/team/locations/{cast.portland.pk}/"):
            assert otto.get(url).status_code == 404
        assert as_staff(client, "ines").get("/desk/team/").status_code == 403


class TestPublicPage:
    def test_without_published_words_everybody_who_treats_is_named_as_before(self, client, cast):
        save(cast)
        page = words(client.get("/locations/"))
        assert cast.iris.name in page
        assert "Noor Haddad" in page
        assert 'id="team"' not in page
        assert "Senior nurse" not in page

    def test_as_soon_as_one_is_shown_nobody_else_is_named_and_the_page_is_made_anew(self, client, cast):
        client.get("/locations/")
        publish(cast)
        page = words(client.get("/locations/"))
        assert cast.iris.name not in page
        assert 'href="#team-noor-haddad"' in page
        assert 'id="team-noor-haddad"' in page
        assert "Senior nurse, RN" in page
        assert PLAIN["biography"] in page

    def test_the_team_stands_in_the_order_of_its_places(self, client, cast):
        publish(cast, PLAIN | {"position": 2})
        publish(cast, {"biography": "Iris reads.", "position": 1}, subject=cast.iris)
        page = words(client.get("/locations/"))
        assert page.index("Iris reads.") < page.index(PLAIN["biography"])

    def test_somebody_who_left_is_not_shown(self, client, cast):
        publish(cast)
        people.change_staff(by=cast.actor("owen"), staff=cast.noor, is_active=False)
        assert "Senior nurse" not in words(client.get("/locations/"))

    def test_a_place_shows_what_is_said_of_it_and_text_stays_text(self, client, cast):
        said = {"description": "Two rooms <b>by</b> the park.", "parking": "Behind the house.", "access": "One step."}
        publish(cast, said, subject=cast.portland)
        page = words(client.get("/locations/"))
        assert "Two rooms &lt;b&gt;by&lt;/b&gt; the park." in page
        for text in ("Getting here", "Behind the house.", "Steps and doors", "One step."):
            assert text in page
        assert "The way" not in page

    def test_the_page_asks_as_much_for_many_as_for_one(self, client, cast, django_assert_max_num_queries):
        publish(cast)
        publish(cast, {"biography": "Iris reads."}, subject=cast.iris)
        publish(cast, {"parking": "Behind the house."}, subject=cast.portland)
        client.get("/")
        with django_assert_max_num_queries(16):
            client.get("/locations/")
