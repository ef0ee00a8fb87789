"""Texts in other languages: which they are, what may be wrong with them, and that nothing but text ever changes."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vesicle.core.spoken import InEnglish
from vesicle.protocols import translating
from vesicle.protocols.bank import load_bank
from vesicle.protocols.tests import shipped, translations
from vesicle.protocols.tests.translations import said
from vesicle.protocols.translating import catalogs, checks


@pytest.fixture
def library(tmp_path):
    with translations.library_in(tmp_path):
        yield tmp_path


def leaves(node: Any, path: tuple[object, ...] = ()) -> dict[tuple[object, ...], Any]:
    """Return everything of plain data that is no group, by its place."""
    if isinstance(node, dict):
        return {place: leaf for key, value in node.items() for place, leaf in leaves(value, (*path, key)).items()}
    if isinstance(node, list | tuple):
        return {place: leaf for key, value in enumerate(node) for place, leaf in leaves(value, (*path, key)).items()}
    return {path: node}


class TestWhatPatientsRead:
    def test_is_said_by_the_schema_and_leaves_words_for_staff_out(self):
        option = shipped.option("prp/injection")
        texts = {place.text for place in translating.places(option)}
        assert {option.title, option.name, option.sections.summary, option.rules[0].rule.patient} <= texts
        assert option.rules[0].rule.clinician not in texts
        assert not texts & {item.instruction for item in option.sections.exam}

    def test_holds_what_the_bank_asks_but_no_citation(self):
        pregnant = load_bank().questions["SCR-PREG"]
        texts = {place.text for place in translating.places(pregnant)}
        assert {pregnant.ask, pregnant.why, pregnant.label} <= texts
        skin = load_bank().asked["SCR-FITZ"]
        assert skin.label in {place.text for place in translating.places(skin)}
        assert skin.clinician not in {place.text for place in translating.places(skin)}
        assert not list(translating.places(next(iter(load_bank().references.values()))))

    def test_says_where_each_text_stands_by_name_and_not_by_number(self):
        names = {place.name for place in translating.places(shipped.protocol("prp"))}
        assert "rules.anemia.patient" in names
        assert "regulation.US.text" in names


class TestLaying:
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(name=st.sampled_from(shipped.OPTIONS), seed=st.randoms(use_true_random=False))
    def test_changes_nothing_but_texts_that_have_a_translation(self, name, seed):
        option = shipped.option(name)
        texts = [place.text for place in translating.places(option)]
        words = {text: said(text) for text in texts if seed.random() < 0.5}
        laid = translating.laid(option, words)
        before, after = leaves(option.model_dump()), leaves(laid.model_dump())
        assert before.keys() == after.keys()
        for place, value in before.items():
            assert type(value) is type(after[place]) or isinstance(after[place], InEnglish)
            assert after[place] in ({value, words[value]} if value in words else {value})
        shown = {place.text for place in translating.places(laid)}
        assert shown == {words.get(text, text) for text in texts}

    def test_a_missing_entry_is_the_original_and_says_that_it_is_english(self):
        option = shipped.option("prp/injection")
        laid = translating.laid(option, {option.title: said(option.title)})
        assert laid.title == said(option.title)
        assert not isinstance(laid.title, InEnglish)
        assert laid.sections.summary == option.sections.summary
        assert isinstance(laid.sections.summary, InEnglish)

    def test_nothing_translated_is_the_same_option(self):
        option = shipped.option("exosome-therapy/topical")
        assert translating.laid(option, {}) == option

    def test_one_text_may_have_another_translation_in_a_field_of_its_name(self):
        option = shipped.option("prp/injection")
        laid = translating.laid(option, {option.title: "A", catalogs.key("title", option.title): "B"})
        assert laid.title == "B"

    def test_a_combined_rule_is_said_in_the_words_of_its_own_treatment(self, library):
        translations.fill("es", "microneedling")
        option = shipped.option("prp/microneedling")
        brought = next(rule for rule in option.rules if rule.origin.startswith("microneedling/"))
        words = translating.words_of(shipped.protocol("prp"), [option], "es")
        assert words[brought.rule.patient] == said(brought.rule.patient)

    def test_the_bank_keeps_ids_and_figures_and_says_it_otherwise(self, library):
        translations.fill("es", "bank")
        bank, english = translating.bank_in("es"), load_bank()
        assert bank.questions["SCR-PREG"].ask == said(english.questions["SCR-PREG"].ask)
        assert bank.asked["SCR-CANCER-NOW.KIND"].ask == said(english.asked["SCR-CANCER-NOW.KIND"].ask)
        assert [choice.value for choice in bank.questions["SCR-FITZ"].choices] == [
            choice.value for choice in english.questions["SCR-FITZ"].choices
        ]
        assert translating.bank_in("en") is english


class TestChecks:
    @pytest.mark.parametrize(
        ("original", "translation", "why"),
        [
            ("Wait 14 days.", "Espere 14 días.", ""),
            ("Wait 14 days.", "Espere 41 días.", "figures"),
            ("Wait two weeks.", "Espere dos semanas.", ""),
            ("About 0.5 mm or 1,000 points.", "Unos 0,5 mm o 1.000 puntos.", ""),
            ("At 38.0 °C (100.4 °F).", "A 38.0 °C (100.4 °C).", "units"),
            ("Call {phone}.", "Llame a {telefono}.", "placeholders"),
            ("PRP", "PRP", ""),
            ("Needles and the laser.", "Needles and the laser.", "word for word"),
            ("It may help you with this.", "Puede help you with this and that.", "English left"),
            ("Wait.", " ", "empty"),
        ],
    )
    def test_tell_what_is_wrong(self, original, translation, why):
        found = " ".join(checks.faults(original, translation))
        assert why in found
        assert bool(found) == bool(why)

    @pytest.mark.parametrize("language", translating.languages())
    @pytest.mark.parametrize("name", translating.names())
    def test_no_shipped_catalog_has_anything_wrong_or_stale(self, language, name):
        found = translating.stock(language, name)
        assert (found.faults, found.stale) == ((), ())


class TestStock:
    def test_everything_is_missing_at_first_and_nothing_once_it_is_said(self, library):
        before = translating.stock("es", "prp")
        assert len(before.missing) == len(before.needed) > 300
        translations.fill("es", "prp")
        assert translating.stock("es", "prp").missing == ()

    def test_writing_adds_what_is_missing_drops_what_is_gone_and_keeps_the_rest(self, library):
        path = catalogs.path_of("es", "prp")
        path.parent.mkdir()
        title = shipped.protocol("prp").title
        path.write_text(
            'msgid ""\nmsgstr "Language: es\\n"\n\nmsgid "Said no more"\nmsgstr "Ya no"\n\n'
            f'# As the society of dermatology says.\n#, fuzzy\nmsgid "{title}"\nmsgstr "Plasma"\n',
            "utf-8",
        )
        assert translating.stock("es", "prp").stale == ("Said no more",)
        added, dropped = translating.write("es", "prp")
        assert (added, dropped) == (len(translating.needed("prp")) - 1, 1)
        text = path.read_text("utf-8")
        assert f'# As the society of dermatology says.\n#: title\n#, fuzzy\nmsgid "{title}"\nmsgstr "Plasma"' in text
        assert "Ya no" not in text
        assert translating.write("es", "prp") == (0, 0)
        assert path.read_text("utf-8") == text
