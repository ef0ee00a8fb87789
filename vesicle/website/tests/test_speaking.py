"""The clinic's line, its team and its locations in Spanish: said beside the English, and gone once that changes."""

import pytest

from vesicle.clinic.models import Clinic
from vesicle.core.errors import NotPermitted, Stale
from vesicle.website.models import SiteTranslation
from vesicle.website.profiles import services as profiles
from vesicle.website.profiles.queries import profile_of
from vesicle.website.speaking import queries, services
from vesicle.website.tests.site import open_site

LINE, PARKING = "Skin, explained honestly.", "Behind the house.\n\nFree after six."
AT = "/desk/team/languages/es/"


@pytest.fixture
def said_in_english(cast):
    """A clinic with a line of its own, and a published word on parking."""
    Clinic.objects.filter(pk=cast.clinic.pk).update(tagline=LINE)
    publish(cast, PARKING)
    return cast


def publish(cast, parking):
    owen = cast.actor("owen")
    for verb, more in ((profiles.save_draft, {"words": {"parking": parking}}), (profiles.publish, {})):
        revision = profile_of(owen, cast.portland).revision
        verb(by=owen, subject=cast.portland, expected_revision=revision, **more)


def say(cast, **said):
    owen = cast.actor("owen")
    places = {"tagline": "tagline", "parking": f"locations.{cast.portland.pk}.parking"}
    services.say(
        by=owen,
        language="es",
        said={places[name]: text for name, text in said.items()},
        expected_revision=queries.revision(owen, "es"),
    )


def states(cast):
    found = queries.lines(cast.actor("owen"), "es")
    return [line.state for line in found if not line.place.startswith("products.")]


@pytest.mark.django_db
class TestPages:
    def test_say_it_in_spanish_where_it_was_said_and_in_english_marked_where_not(self, said_in_english, client):
        open_site(said_in_english, "prp")
        assert f'<span lang="en">{LINE}</span>' in client.get("/es/").content.decode()
        say(said_in_english, tagline="La piel, explicada con honestidad.")
        home, where = (client.get(url).content.decode() for url in ("/es/", "/es/locations/"))
        assert "La piel, explicada con honestidad." in home
        assert LINE not in home
        assert '<dd lang="en">Behind the house.<br><br>Free after six.</dd>' in where
        assert LINE in client.get("/").content.decode()

    def test_say_where_a_product_comes_from(self, said_in_english, stock, client):
        open_site(said_in_english, "exosome-therapy")
        page = client.get("/es/treatments/exosome-therapy/").content.decode()
        assert f'<span lang="en">{stock.serum.source}</span>' in page
        owen = said_in_english.actor("owen")
        said = {f"products.{stock.serum.pk}.source": "De callo de rosa."}
        services.say(by=owen, language="es", said=said, expected_revision=0)
        page = client.get("/es/treatments/exosome-therapy/").content.decode()
        assert "De callo de rosa." in page
        assert stock.serum.source not in page

    def test_cost_one_query_more_in_spanish_and_none_from_memory(
        self, said_in_english, client, django_assert_num_queries
    ):
        open_site(said_in_english, "prp")
        say(said_in_english, parking="Detrás de la casa.")
        assert "<dd>Detrás de la casa.</dd>" in client.get("/es/locations/").content.decode()
        with django_assert_num_queries(1):
            client.get("/es/locations/")
        with django_assert_num_queries(0):
            assert queries.said(said_in_english.clinic.pk, "en") == {}


@pytest.mark.django_db
class TestSaying:
    def test_falls_back_once_the_english_changes_until_somebody_says_that_it_still_fits(self, said_in_english):
        say(said_in_english, parking="Detrás de la casa.")
        assert states(said_in_english) == ["missing", "said"]
        publish(said_in_english, "In front of the house.")
        assert states(said_in_english) == ["missing", "stale"]
        say(said_in_english, parking="Detrás de la casa.")
        assert states(said_in_english) == ["missing", "said"]

    def test_an_empty_text_is_english_again(self, said_in_english):
        say(said_in_english, tagline="La piel.")
        say(said_in_english, tagline="")
        assert states(said_in_english) == ["missing", "missing"]
        assert queries.said(said_in_english.clinic.pk, "es") == {}

    def test_is_for_whoever_publishes_and_refused_to_the_slower_of_two(self, said_in_english):
        with pytest.raises(NotPermitted):
            services.say(by=said_in_english.actor("rosa"), language="es", said={}, expected_revision=0)
        say(said_in_english, tagline="La piel.")
        with pytest.raises(Stale):
            services.say(by=said_in_english.actor("owen"), language="es", said={"tagline": "x"}, expected_revision=0)
        assert SiteTranslation.objects.get().text == "La piel."


@pytest.mark.django_db
class TestEditor:
    def test_shows_each_text_beside_its_english_and_puts_it_on_the_pages(
        self, said_in_english, client, as_staff, django_assert_max_num_queries
    ):
        owen = as_staff(client, "owen")
        with django_assert_max_num_queries(16):
            page = owen.get(AT).content.decode()
        assert LINE in page
        assert "checked by machine in English only" in page
        assert owen.post(AT, {"revision": 0, "tagline": " La  piel. "}).status_code == 302
        assert states(said_in_english) == ["said", "missing"]
        assert owen.post(AT, {"revision": 0, "tagline": "Otra."}).status_code == 409

    def test_is_not_for_the_desk_nor_for_a_language_that_pages_are_not_read_in(self, said_in_english, client, as_staff):
        assert as_staff(client, "owen").get("/desk/team/languages/ko/").status_code == 404
        assert "languages/es" in client.get("/desk/team/").content.decode()
        assert as_staff(client, "rosa").get(AT).status_code == 403
        assert "languages/es" not in client.get("/desk/team/").content.decode()
