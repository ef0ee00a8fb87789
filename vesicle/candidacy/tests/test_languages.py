"""A verdict in another language is the same verdict: only what people read of it is said otherwise."""

from datetime import date

import pytest

from vesicle.candidacy.domain import Answer, Answers, Catalogue, evaluate
from vesicle.protocols import translating
from vesicle.protocols.bank import load_bank
from vesicle.protocols.tests import shipped, translations
from vesicle.protocols.tests.translations import said

ON = date(2026, 12, 1)
PEOPLE = {
    "nothing said": {},
    "pregnant": {"SCR-PREG": Answer("yes")},
    "not sure of isotretinoin": {"SCR-ISO": Answer("unsure")},
    "isotretinoin without a date": {"SCR-ISO": Answer("yes")},
    "on a blood thinner": {"SCR-ANTICOAG": Answer("yes", text="warfarin")},
}


@pytest.fixture(scope="module")
def spanish(tmp_path_factory):
    with translations.library_in(tmp_path_factory.mktemp("translations")):
        for name in translating.names():
            translations.fill("es", name)
        options = {
            name: translating.laid(
                shipped.option(name),
                translating.words_of(shipped.protocol(name.partition("/")[0]), [shipped.option(name)], "es"),
            )
            for name in shipped.OPTIONS
        }
        yield options, Catalogue.of(translating.bank_in("es"))


@pytest.mark.parametrize("name", shipped.OPTIONS)
@pytest.mark.parametrize("person", PEOPLE)
def test_a_verdict_is_the_same_in_every_language(spanish, name, person):
    options, catalogue = spanish
    answers = Answers(PEOPLE[person], date_of_birth=date(1985, 1, 1), areas=("full-face",))
    english = evaluate(shipped.option(name), answers, ON)
    other = evaluate(options[name], answers, ON, catalogue=catalogue)
    assert (other.verdict, other.earliest, other.missing) == (english.verdict, english.earliest, english.missing)
    assert [(one.rule, one.effect, one.why) for one in other.reasons] == [
        (one.rule, one.effect, one.why) for one in english.reasons
    ]
    assert [one.clinician for one in other.reasons] == [one.clinician for one in english.reasons]


def test_its_reasons_are_said_in_the_language(spanish):
    options, catalogue = spanish
    answers = Answers(PEOPLE["pregnant"], date_of_birth=date(1985, 1, 1), areas=("full-face",))
    english = evaluate(shipped.option("prp/injection"), answers, ON)
    other = evaluate(options["prp/injection"], answers, ON, catalogue=catalogue)
    assert [one.patient for one in other.reasons if one.why == "fired"] == [
        said(one.patient) for one in english.reasons if one.why == "fired"
    ]
    assert catalogue.text_of("SCR-PREG") == said(load_bank().questions["SCR-PREG"].ask)
