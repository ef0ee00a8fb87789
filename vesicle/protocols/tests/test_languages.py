"""Editions in other languages: what was signed is what is shown, and what is missing is seen by the editor alone."""

import pytest
from django.db import IntegrityError, transaction

from vesicle.core.spoken import InEnglish
from vesicle.protocols import language_queries, queries, services
from vesicle.protocols.models import ProtocolTranslation
from vesicle.protocols.overlay import Overlay, OwnText, own_digest, translated
from vesicle.protocols.overlay_changes import overlay_changes
from vesicle.protocols.tests import shipped, translations
from vesicle.protocols.tests.editions import STATEMENT, approved, draft, fresh, in_review, install
from vesicle.protocols.tests.translations import said

OPTION = "prp/injection"
TITLE = shipped.protocol("prp").title
TAGLINE = shipped.protocol("prp").tagline
WORDS = {"headline": "Slow and steady", "intro": ["First paragraph.", "Second paragraph."]}


@pytest.fixture(autouse=True)
def releases(cast):
    install()


@pytest.fixture
def library(tmp_path):
    with translations.library_in(tmp_path):
        translations.fill("es", "prp", without={TAGLINE})
        translations.fill("es", "microneedling")
        yield tmp_path


def rename(cast, edition, title):
    """Give the protocol of a draft another title."""
    content = services.start_text(fresh(edition)) | {"title": title}
    revision = fresh(edition).revision
    services.change_protocol(by=cast.actor("iris"), edition=edition, content=content, expected_revision=revision)


def with_a_title_of_its_own(cast):
    edition = draft(cast)
    rename(cast, edition, "Our plasma")
    return edition


def say(cast, edition, title):
    """Say the title in Spanish."""
    row = fresh(edition)
    of = [OwnText("text:title", "Protocol: title", queries.text_of(row)[0].title)]
    overlay = translated(Overlay.model_validate(row.overlay), "es", {"text:title": title}, of)
    plain = overlay.model_dump(mode="json", exclude_defaults=True)
    services.change_overlay(by=cast.actor("owen"), edition=row, overlay=plain, expected_revision=row.revision)


def in_spanish(edition, option=OPTION):
    return queries.option_of_edition(edition.pk, option, "es")


def spanish_of(overlay, **said_at):
    plain = translated(Overlay.model_validate(overlay), "es", said_at)
    return plain.model_dump(mode="json", exclude_defaults=True)


class TestSigned:
    def test_is_shown_as_it_was_signed_whatever_the_library_says_later(self, cast, library):
        edition = approved(cast)
        translations.fill("es", "prp", without={TAGLINE, TITLE})
        assert in_spanish(edition).option.title == said(TITLE)
        later = approved(cast)
        assert isinstance(in_spanish(later).option.title, InEnglish)

    def test_says_in_english_what_had_no_translation(self, cast, library):
        shown = in_spanish(approved(cast)).protocol
        assert shown.title == said(TITLE)
        assert (shown.tagline, type(shown.tagline)) == (TAGLINE, InEnglish)

    def test_before_there_were_translations_is_english_throughout(self, cast, tmp_path):
        with translations.library_in(tmp_path):
            edition = approved(cast)
            translations.fill("es", "prp")
            shown = in_spanish(edition)
        assert shown.option == queries.option_of_edition(edition.pk, OPTION).option
        assert isinstance(shown.option.title, InEnglish)

    def test_is_part_of_what_is_signed(self, cast, library):
        edition = approved(cast)
        assert services.content_hash(edition) == edition.signatures[0].content_hash
        edition.translations = {}
        assert services.content_hash(edition) != edition.signatures[0].content_hash

    def test_the_second_signature_is_under_the_words_of_the_first(self, cast, library):
        services.decide_signatures(by=cast.actor("iris"), signatures=2)
        edition = in_review(cast)
        services.approve_edition(by=cast.actor("iris"), edition=edition, statement=STATEMENT)
        translations.fill("es", "prp", without={TITLE})
        services.approve_edition(by=cast.actor("noor"), edition=edition, statement=STATEMENT)
        assert len({one.content_hash for one in fresh(edition).signatures}) == 1
        assert in_spanish(edition).option.title == said(TITLE)

    def test_a_return_to_draft_takes_the_library_of_today_again(self, cast, library):
        services.decide_signatures(by=cast.actor("iris"), signatures=2)
        edition = in_review(cast)
        services.approve_edition(by=cast.actor("iris"), edition=edition, statement=STATEMENT)
        services.return_to_draft(by=cast.actor("iris"), edition=edition, reason="Once more.")
        assert fresh(edition).translations == {}

    def test_is_kept_once_for_all_clinics_and_never_changed(self, cast, library):
        first, second = approved(cast), approved(cast)
        assert first.translations == second.translations
        kept = ProtocolTranslation.objects.get()
        assert kept.texts[TITLE] == said(TITLE)
        with pytest.raises(IntegrityError), transaction.atomic():
            ProtocolTranslation.objects.filter(pk=kept.pk).update(language="ko")

    def test_figures_ids_and_rules_are_those_of_the_english(self, cast, library):
        edition = approved(cast, overlay={"modalities": {"injection": {"price_from": 800}}})
        english, spanish = queries.option_of_edition(edition.pk, OPTION), in_spanish(edition)
        assert spanish.price_from == english.price_from == 800
        assert [rule.id for rule in spanish.option.rules] == [rule.id for rule in english.option.rules]
        assert [rule.rule.when for rule in spanish.option.rules] == [rule.rule.when for rule in english.option.rules]

    def test_costs_no_query_more_than_english_once_it_was_read(self, cast, library, django_assert_num_queries):
        approved(cast)
        queries.offered_options(cast.clinic.pk, "es")
        with django_assert_num_queries(1):
            queries.offered_options(cast.clinic.pk)
        with django_assert_num_queries(1):
            again = queries.offered_options(cast.clinic.pk, "es")
        assert again[0] is queries.offered_options(cast.clinic.pk, "es")[0]


class TestDraft:
    def test_says_what_the_library_says_today(self, cast, library):
        edition = draft(cast)
        assert in_spanish(edition).option.title == said(TITLE)

    def test_a_text_of_the_clinics_own_is_english(self, cast, library):
        edition = with_a_title_of_its_own(cast)
        shown = in_spanish(edition).option
        assert (shown.title, type(shown.title)) == ("Our plasma", InEnglish)
        assert shown.sections.summary == said(shipped.option(OPTION).sections.summary)


class TestOwnText:
    def test_is_translated_in_the_editor_beside_its_english_and_signed_with_the_edition(
        self, client, as_staff, cast, library
    ):
        edition = with_a_title_of_its_own(cast)
        owen = as_staff(client, "owen")
        page = owen.get(f"/desk/protocols/editions/{edition.pk}/languages/es/").content.decode()
        assert "Protocol: title" in page
        sent = {"revision": fresh(edition).revision, "text:title": "Nuestro plasma"}
        assert owen.post(f"/desk/protocols/editions/{edition.pk}/languages/es/", sent).status_code == 302
        assert in_spanish(edition).option.title == "Nuestro plasma"
        assert [place.text for place in language_queries.spoken_in(fresh(edition), "es").missing] == [TAGLINE]
        signed = services.submit_for_review(by=cast.actor("iris"), edition=fresh(edition))
        services.approve_edition(by=cast.actor("iris"), edition=signed, statement=STATEMENT)
        assert in_spanish(edition).option.title == "Nuestro plasma"
        assert type(in_spanish(edition).protocol.tagline) is InEnglish

    def test_falls_back_once_its_english_changes_and_the_editor_sees_it(self, cast, library):
        edition = with_a_title_of_its_own(cast)
        say(cast, edition, "Nuestro plasma")
        rename(cast, edition, "Our own plasma")
        assert isinstance(in_spanish(edition).option.title, InEnglish)
        lines = {line.place: line for line in language_queries.spoken_in(fresh(edition), "es").of_protocol}
        assert (lines["text:title"].state, lines["text:title"].translation) == ("stale", "Nuestro plasma")

    def test_what_the_library_says_goes_before_it(self, cast, library):
        edition = with_a_title_of_its_own(cast)
        say(cast, edition, "Nuestro plasma")
        rename(cast, edition, TITLE)
        assert in_spanish(edition).option.title == said(TITLE)

    def test_what_changed_and_what_no_machine_checked_is_told_to_whoever_signs(self, client, as_staff, cast, library):
        edition = with_a_title_of_its_own(cast)
        say(cast, edition, "Nuestro plasma")
        row = fresh(edition)
        found = overlay_changes(Overlay(), Overlay.model_validate(row.overlay), queries.text_of(row)[1])
        assert [change.text for change in found] == ["Protocol: title in Spanish added: “Nuestro plasma”"]
        page = as_staff(client, "iris").get(f"/desk/protocols/editions/{row.pk}/").content.decode()
        assert "Not checked by machine: what 1 text of the clinic’s own claims in Spanish" in page


class TestOwnWords:
    def test_are_shown_where_they_are_translated_and_in_english_where_not(self, cast, library):
        edition = approved(cast, overlay=spanish_of(WORDS, headline="Lento y firme"))
        shown = in_spanish(edition).overlay
        assert shown.headline == "Lento y firme"
        assert isinstance(shown.intro[0], InEnglish)
        assert queries.option_of_edition(edition.pk, OPTION).overlay.headline == "Slow and steady"

    def test_go_with_their_english_wherever_it_moves(self):
        overlay = Overlay.model_validate(spanish_of(WORDS, **{"intro.0": "Primero.", "intro.1": "Segundo."}))
        moved = overlay.model_copy(update={"intro": ("Second paragraph.", "A new one.", "First paragraph.")})
        lines = {line.english: line for line in language_queries.own_lines_of(moved, "es")}
        assert lines["First paragraph."].translation == "Primero."
        assert lines["A new one."].state == "missing"

    def test_are_out_of_date_once_the_english_changes_and_then_patients_read_the_english(self, cast, library):
        edition = draft(cast, overlay=spanish_of(WORDS, headline="Lento y firme"))
        changed = fresh(edition).overlay | {"headline": "Quick and steady"}
        services.change_overlay(by=cast.actor("owen"), edition=edition, overlay=changed, expected_revision=1)
        assert isinstance(in_spanish(edition).overlay.headline, InEnglish)
        line = language_queries.spoken_in(fresh(edition), "es").own[0]
        assert (line.state, line.translation) == ("stale", "Lento y firme")


class TestEditor:
    @pytest.fixture
    def owen(self, client, as_staff):
        return as_staff(client, "owen")

    @staticmethod
    def at(edition, where="languages/"):
        return f"/desk/protocols/editions/{edition.pk}/{where}"

    def test_sees_what_is_missing_of_the_protocol_and_of_its_own_words(self, owen, cast, library):
        page = owen.get(self.at(draft(cast, overlay=WORDS))).content.decode()
        assert "1 text of the protocol missing in Spanish" in page
        assert TAGLINE in page
        assert "0 of 3" in page

    def test_translates_each_text_beside_its_english(self, owen, cast, library):
        edition = draft(cast, overlay=WORDS)
        sent = {"revision": 1, "headline": " Lento y  firme ", "intro.0": "", "intro.1": "Segundo."}
        assert owen.post(self.at(edition, "languages/es/"), sent).status_code == 302
        assert in_spanish(edition).overlay.headline == "Lento y firme"
        assert language_queries.spoken_in(fresh(edition), "es").own_missing == 1

    def test_a_stale_one_counts_again_when_it_is_ticked_or_changed(self, owen, cast, library):
        overlay = spanish_of(WORDS, headline="Lento", **{"intro.0": "Primero."})
        edition = draft(cast, overlay=overlay)
        changed = overlay | {"headline": "Steady and slow", "intro": ["The first.", "Second paragraph."]}
        services.change_overlay(by=cast.actor("owen"), edition=edition, overlay=changed, expected_revision=1)
        page = owen.get(self.at(edition, "languages/es/")).content.decode()
        assert page.count("It still says the same") == 2
        sent = {"revision": 2, "headline": "Lento", "headline.still": "on", "intro.0": "Primero."}
        owen.post(self.at(edition, "languages/es/"), sent)
        states = [line.state for line in language_queries.spoken_in(fresh(edition), "es").own]
        assert states == ["said", "stale", "missing"]

    def test_what_somebody_else_saved_meanwhile_is_not_overwritten(self, owen, cast, library):
        edition = draft(cast, overlay=WORDS)
        sent = {"revision": 7, "headline": "Lento"}
        response = owen.post(self.at(edition, "languages/es/"), sent)
        assert response.status_code == 409
        assert "Lento" in response.content.decode()

    def test_two_who_translate_at_once_lose_nothing_of_each_other(self, owen, cast, library):
        edition = draft(cast, overlay=WORDS)
        url = self.at(edition, "languages/es/")
        places = [line.place for line in language_queries.spoken_in(edition, "es").own]
        theirs = spanish_of(WORDS, headline="Lento y firme")
        services.change_overlay(by=cast.actor("iris"), edition=edition, overlay=theirs, expected_revision=1)
        sent = {"revision": 1} | dict.fromkeys(places, "") | {places[1]: "Pregunte por Noor."}
        form = owen.post(url, sent).context["form"]
        assert owen.post(url, {field.html_name: field.value() or "" for field in form}).status_code == 302
        said = {line.place: line.translation for line in language_queries.spoken_in(fresh(edition), "es").own}
        assert (said["headline"], said[places[1]]) == ("Lento y firme", "Pregunte por Noor.")

    def test_changing_words_and_prices_keeps_what_was_translated(self, owen, cast, library):
        edition = draft(cast, overlay=spanish_of(WORDS, headline="Lento y firme"))
        form = owen.get(self.at(edition, "words/")).context["form"]
        sent = {field.html_name: field.value() for field in form if field.value() not in (None, False)}
        owen.post(self.at(edition, "words/"), sent | {"note": "Ask for Noor."})
        entries = Overlay.model_validate(fresh(edition).overlay).translations["es"]
        assert [entry.of for entry in entries] == [own_digest("Slow and steady")]

    def test_another_language_is_not_found(self, owen, cast, library):
        assert owen.get(self.at(draft(cast), "languages/fr/")).status_code == 404


def test_the_director_is_told_what_no_machine_has_checked(client, as_staff, cast, library):
    edition = in_review(cast, overlay=spanish_of(WORDS, headline="Lento y firme"))
    page = as_staff(client, "iris").get(f"/desk/protocols/editions/{edition.pk}/").content.decode()
    assert "Not checked by machine" in page


def test_what_changed_names_the_words_of_other_languages(client, as_staff, cast, library):
    first = approved(cast, overlay=WORDS)
    second = draft(cast, overlay=spanish_of(WORDS, headline="Lento y firme"))
    page = as_staff(client, "iris").get(f"/desk/protocols/compare/?before={first.pk}&after={second.pk}")
    assert "Headline in Spanish added: “Lento y firme”" in page.content.decode()
