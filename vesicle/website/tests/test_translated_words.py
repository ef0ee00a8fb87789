"""Public pages in another language: what was signed in it, and English where nothing was, marked as English."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vesicle.core.spoken import InEnglish
from vesicle.protocols import translating
from vesicle.protocols.overlay import Overlay, translated
from vesicle.protocols.tests import translations
from vesicle.protocols.tests.editions import draft, install
from vesicle.protocols.tests.translations import said
from vesicle.website import queries
from vesicle.website.models import StatementReport
from vesicle.website.presenters.notes import Notes, Said
from vesicle.website.templatetags.website import cited
from vesicle.website.tests.test_statements_services import CARRIED, approve, fresh, link, submit

NOTE = f"{CARRIED} We are on the second floor."
SPANISH = "Puede suavizar el aspecto de las líneas finas. Estamos en el segundo piso."


@pytest.fixture
def in_force(cast, tmp_path):
    """An edition whose note rests on a claim, with the note and the protocol in Spanish."""
    install()
    with translations.library_in(tmp_path):
        translations.fill("es", "microneedling")
        overlay = translated(Overlay(note=NOTE), "es", {"note": SPANISH})
        edition = draft(cast, "microneedling", overlay.model_dump(mode="json", exclude_defaults=True))
        link(cast, edition)
        submit(cast, edition)
        approve(cast, edition)
        yield fresh(edition)


def spanish(cast):
    return queries.treatment(cast.clinic.pk, "microneedling", "es")


def test_protocol_and_own_words_are_said_in_the_language_with_the_same_figures(cast, in_force):
    english, other = queries.treatment(cast.clinic.pk, "microneedling"), spanish(cast)
    assert other.title == said(english.title)
    assert (english.overlay.note, other.overlay.note) == (NOTE, SPANISH)
    assert [one.price_from for one in other.offered] == [one.price_from for one in english.offered]


def test_a_translated_sentence_shows_the_evidence_of_its_english(cast, in_force):
    first = Notes(translating.bank_in("es"), resting=spanish(cast).resting).own(SPANISH).parts[0]
    assert first.text == "Puede suavizar el aspecto de las líneas finas."
    assert first.grade


def test_a_sentence_that_lost_its_evidence_is_withdrawn_in_every_language(cast, in_force):
    with time_machine.travel(datetime(2027, 11, 25, tzinfo=UTC), tick=False):
        note = spanish(cast).overlay.note
    assert (note, type(note)) == ("We are on the second floor.", InEnglish)


def test_english_on_a_page_of_another_language_says_so(cast):
    assert cited(Said(InEnglish("Skin & bones"))) == '<span lang="en">Skin &amp; bones</span>'
    assert cited(Said("Piel & huesos")) == "Piel &amp; huesos"


def test_the_report_keeps_what_no_machine_has_checked(cast, in_force):
    report = StatementReport.objects.get(edition=in_force)
    assert report.content["unchecked"] == [{"language": "es", "place": "note", "text": SPANISH}]


def test_what_is_read_for_a_page_costs_no_query_more_in_spanish(cast, in_force):
    spanish(cast)
    counts = []
    for language in ("en", "es"):
        with CaptureQueriesContext(connection) as seen:
            queries.treatment(cast.clinic.pk, "microneedling", language)
        counts.append(len(seen))
    assert counts[0] == counts[1]
