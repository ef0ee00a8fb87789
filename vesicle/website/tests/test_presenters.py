"""Words of the public pages."""

from datetime import UTC, date, datetime, time
from types import SimpleNamespace

import pytest

from vesicle.protocols.bank import load_bank
from vesicle.protocols.schema.common import Range
from vesicle.protocols.schema.rules import Rule
from vesicle.protocols.tests.shipped import option
from vesicle.website.claims import jurisdictions
from vesicle.website.presenters import evidence, places, recovery, safety, words
from vesicle.website.presenters.notes import Notes, Said
from vesicle.website.templatetags.website import cited, graded

BANK = load_bank()


class TestWords:
    @pytest.mark.parametrize(
        ("low", "high", "told"),
        [(1, 1, "1 day"), (3, 3, "3 days"), (0, 1, "0–1 day"), (1, 2, "1–2 days"), (3, None, "3 or more days")],
    )
    def test_a_range_has_its_unit_in_the_right_number(self, low, high, told):
        assert words.counted(low, high, "day") == told

    def test_nothing_known_is_no_words(self):
        assert words.span(None, "week") == ""

    def test_the_widest_range_keeps_an_open_end(self):
        assert words.widest([Range(min=2, max=4), None, Range(min=1)]) == Range(min=1, max=None)
        assert words.widest([None]) is None

    @pytest.mark.parametrize(
        ("amount", "currency", "told"), [(1200, "USD", "$1,200"), (99.5, "EUR", "€99.5"), (80, "CHF", "80 CHF")]
    )
    def test_money_is_written_as_on_a_price_list(self, amount, currency, told):
        assert words.money(amount, currency) == told

    def test_rows_end_with_a_word(self):
        assert words.in_a_row([]) == ""
        assert words.in_a_row(["a"]) == "a"
        assert words.in_a_row(["a", "b", "c"], "or") == "a, b or c"

    def test_names_in_a_row_begin_small_but_abbreviations_do_not(self):
        assert words.as_list(["Standard", "Radiofrequency", "PRP first"]) == ["Standard", "radiofrequency", "PRP first"]

    def test_a_title_may_bring_its_own_abbreviation(self):
        assert words.short_title("Platelet-rich plasma (PRP)") == "PRP"
        assert words.short_title("Chemical peel") == "Chemical peel"

    def test_dates_are_written_out(self):
        assert words.long_date(date(2026, 11, 3)) == "November 3, 2026"
        assert words.month(date(2027, 1, 31)) == "January 2027"


class TestNotes:
    def test_a_source_keeps_the_number_it_first_got(self):
        notes = Notes(BANK)
        assert notes.say("One.", ["park2023"]).notes == (1,)
        assert notes.say("Two.", ["kwon2020", "park2023"]).notes == (1, 2)
        assert [source.number for source in notes.sources()] == [1, 2]
        assert notes.sources()[1].citation == BANK.references["kwon2020"].citation

    def test_patients_see_where_a_value_comes_from_only_where_it_matters(self):
        notes = Notes(BANK)
        assert notes.say("A wait.", basis="to-confirm").mark == ""
        assert notes.say("A price.", basis="to-confirm", marked=True).mark == "set by this clinic"

    def test_a_preview_shows_every_default_that_has_to_be_confirmed(self):
        assert Notes(BANK, is_preview=True).say("A wait.", basis="to-confirm").mark == "clinic's default, to confirm"

    def test_a_sentence_is_escaped_and_its_sources_are_links(self):
        html = cited(Notes(BANK).say("Under <1 mm & more.", ["park2023"]))
        assert html.startswith("Under &lt;1 mm &amp; more.")
        assert 'href="#ref-1"' in html


def test_a_grade_prints_the_shared_component():
    assert 'href="#evidence"' in graded("low")
    assert "Low certainty" in graded("low", "")
    assert "<a" not in graded("low", "")


class TestReasons:
    def condition(self, when):
        data = {
            "id": "a",
            "when": when,
            "effect": "note",
            "patient": "Some.",
            "clinician": "Some.",
            "basis": "to-confirm",
        }
        return Rule.model_validate(data).when

    @pytest.mark.parametrize(
        ("when", "told"),
        [
            ({"question": "SCR-PREG", "is": ["yes"]}, "Pregnancy, certain or possible"),
            ({"question": "SCR-BIOLOGIC-OK", "is": ["no"]}, "Accepts human, animal or plant source: no"),
            ({"age": {"below": 18}}, "under 18"),
            ({"age": {"from": 65}}, "65 or older"),
            ({"age": {"from": 18, "below": 22}}, "aged 18 to 21"),
            ({"area": ["neck", "hands"]}, "neck or hands"),
            ({"question": "SCR-SURG", "within_days": 180}, "Face or neck surgery, in the last 180 days"),
            (
                {"all": [{"question": "SCR-VITILIGO", "is": ["yes"]}, {"area": ["neck"]}]},
                "Vitiligo (neck)",
            ),
            (
                {"any": [{"question": "SCR-VITILIGO", "is": ["yes"]}, {"question": "SCR-BF", "is": ["yes"]}]},
                "Vitiligo or breastfeeding",
            ),
            ({"not": {"question": "SCR-BF", "is": ["yes"]}}, "not: Breastfeeding"),
        ],
        ids=str,
    )
    def test_a_condition_has_a_few_words_to_find_it_by(self, when, told):
        assert safety.told(self.condition(when), BANK) == told

    def test_a_skin_type_is_told_in_the_words_of_the_question(self):
        told = safety.told(self.condition({"question": "SCR-FITZ", "is": ["V", "VI"]}), BANK)
        assert told.startswith("Fitzpatrick skin type: ")
        assert "confirm by examination" not in told

    @pytest.mark.parametrize("treatment", ["exosome-therapy/microneedling", "laser-resurfacing/ablative-fractional"])
    def test_every_reason_of_a_shipped_option_has_words_and_a_consequence(self, treatment):
        groups = safety.reason_groups([option(treatment)], BANK, Notes(BANK))
        assert [group.tone for group in groups][:3] == ["stop", "wait", "review"]
        for group in groups:
            for part in group.parts:
                assert part.ways == ""
                assert all(reason.label and all(saying.said for saying in reason.sayings) for reason in part.reasons)

    def test_reasons_for_one_way_alone_stand_under_its_name(self):
        both = [option("exosome-therapy/microneedling"), option("exosome-therapy/topical")]
        stop = safety.reason_groups(both, BANK, Notes(BANK))[0]
        assert [part.ways for part in stop.parts] == ["", "With microneedling"]
        assert [part.indexes for part in stop.parts] == ["1 2", "1"]


class TestPlaces:
    def hours(self, *days):
        return [SimpleNamespace(weekday=day, opens=time(9), closes=time(17, 30)) for day in days]

    def test_neighbouring_days_with_the_same_hours_are_told_together(self):
        told = places.open_days(self.hours(0, 1, 2, 4))
        assert [(run.days, run.hours) for run in told] == [
            ("Monday to Wednesday", "9 AM to 5:30 PM"),
            ("Thursday", "Closed"),
            ("Friday", "9 AM to 5:30 PM"),
            ("Saturday and Sunday", "Closed"),
        ]

    def test_two_openings_a_day_are_one_line(self):
        rows = [*self.hours(0), SimpleNamespace(weekday=0, opens=time(18), closes=time(20))]
        assert places.open_days(rows)[0].hours == "9 AM to 5:30 PM and 6 PM to 8 PM"

    def test_the_same_hours_all_week_are_one_line(self):
        assert [run.days for run in places.open_days(self.hours(*range(7)))] == ["Every day"]

    def test_a_location_without_hours_says_nothing_of_them(self):
        assert places.open_days([]) == ()

    def test_noon_and_midnight_are_not_mixed_up(self):
        assert places.clock(time(12)) == "12 PM"
        assert places.clock(time(0, 15)) == "12:15 AM"

    def test_the_clock_is_called_what_it_is_called_that_day(self):
        summer, winter = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
        assert places._zone("America/Los_Angeles", summer) == "PDT"
        assert places._zone("America/Los_Angeles", winter) == "PST"
        assert places._zone("America/Phoenix", summer) == "MST"


class TestRecovery:
    def test_days_are_named(self):
        assert recovery.days(0, 0) == "Treatment day"
        assert recovery.days(3, 3) == "Day 3"
        assert recovery.days(4, 14) == "Days 4–14"

    def test_signs_that_must_not_wait_are_told_most_urgent_first(self):
        signs = recovery.warnings((SimpleNamespace(option=option("exosome-therapy/microneedling")),), BANK)
        emergencies = [sign.is_emergency for sign in signs]
        assert emergencies == sorted(emergencies, reverse=True)
        assert all(sign.said and sign.now for sign in signs)


@pytest.mark.parametrize("asked", [one for one in BANK.asked.values() if one.asks_date], ids=lambda one: one.id)
def test_a_question_with_a_date_says_what_it_is_of_where_its_label_says_a_time(asked):
    of = asked.asks_date.of
    assert (of is None) is (" in the last " not in asked.label)
    assert of is None or (" last " not in of and asked.label.startswith(of))


class TestPositions:
    WAYS = (
        "exosome-therapy/topical",
        "prp/microneedling",
        "microneedling/standard",
        "laser-resurfacing/ablative-fractional",
        "chemical-peel/superficial",
    )

    @pytest.mark.parametrize("way", WAYS)
    def test_a_page_that_names_exosomes_says_where_they_stand_in_the_country_of_the_clinic(self, way):
        offered = [SimpleNamespace(option=option(way))]
        for country in BANK.jurisdictions.values():
            shown = evidence.positions(offered, country.id, BANK, Notes(BANK))
            here = [saying for one in shown if one.is_here for _, saying in one.sayings]
            said = [*here, *(Said(one.because) for one in offered[0].option.sections.alternatives)]
            assert any(
                saying.text == country.statement or ("exosome" in saying.text and named(country, saying.text))
                for saying in said
            ), country.id

    def test_a_page_of_prp_says_where_it_stands_in_a_country_its_protocol_does_not_speak_of(self):
        offered = [SimpleNamespace(option=option("prp/microneedling"))]
        for country in BANK.jurisdictions.values():
            shown = evidence.positions(offered, country.id, BANK, Notes(BANK))
            here = [saying.text for one in shown if one.is_here for _, saying in one.sayings]
            spoken = any(one.jurisdiction == country.id for one in offered[0].option.sections.regulation)
            assert (country.prp_statement in here) is not spoken, country.id
        peel = [SimpleNamespace(option=option("chemical-peel/superficial"))]
        shown = evidence.positions(peel, "AU", BANK, Notes(BANK))
        assert not any("PRP" in saying.text for one in shown for _, saying in one.sayings)

    def test_the_statement_stands_first_with_its_sources_and_once(self):
        offered = [SimpleNamespace(option=option("prp/microneedling"))]
        first = evidence.positions(offered, "UK", BANK, Notes(BANK))[0]
        assert next(saying.text for _, saying in first.sayings) == BANK.jurisdictions["UK"].statement
        assert first.sayings[0][1].notes
        assert first.is_here
        assert len(first.sayings) == 2


def named(country, text):
    return not jurisdictions.lacks_status(country, [text])
