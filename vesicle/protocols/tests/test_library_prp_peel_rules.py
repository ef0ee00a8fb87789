"""Who may have PRP or a peel, and when: every row of the clinical tables, held as a table."""

from __future__ import annotations

import pytest

from vesicle.protocols.bank import load_bank
from vesicle.protocols.schema import OptionRule, questions_of
from vesicle.protocols.tests.shipped import option

NEEDLED = "prp/microneedling"
INJECTED = "prp/injection"
LIGHT = "chemical-peel/superficial"
MEDIUM = "chemical-peel/medium"
ALL = (NEEDLED, INJECTED, LIGHT, MEDIUM)


def rows(words: str) -> set[str]:
    return {f"SCR-{word}" for word in words.split()}


PRP_TABLE = rows("""
    PLT ANEMIA BLEED FEVER INFECT WOUND HSV-NOW HSV-HX CANCER-NOW CANCER-SKIN ANTICOAG NSAID STEROID-INJ IMMUNO PREG BF
    AUTO CTD DM CARDIAC SMOKE ALL-ANAES ALL-PROD KELOID FILLER TOXIN RESURF AGE
""")
PEEL_TABLE = rows("""
    INFECT WOUND HSV-NOW HSV-HX DERM KELOID PHOTOSENS EXPECT PREG BF ALL-SALIC ALL-PROD CARDIAC ISO RETINOID EXFOL WAX
    SUN FITZ PIH MELASMA VITILIGO KOEBNER RESURF SURG RADIATION FILLER TOXIN IMMUNO DM AUTO CTD CANCER-SKIN ACNE SMOKE
    AGE SUNAVOID
""")
CLINIC_DEFAULTS = {
    "prp/injection": rows("DERM ACNE REACT"),
    "prp/microneedling": rows("REACT"),
    "chemical-peel/superficial": rows("FEVER CANCER-NOW REACT"),
    "chemical-peel/medium": rows("FEVER CANCER-NOW REACT"),
}
"""No row of the table: reviews added as the clinic's default, because the question bank gives a reason for them."""


def asked_by(name: str) -> set[str]:
    """Return the questions an option's rules look at, follow-ups counted with their parent."""
    return {question.partition(".")[0] for rule in option(name).rules for question in questions_of(rule.rule.when)}


def rule(name: str, rule_id: str) -> OptionRule:
    return next(one for one in option(name).rules if one.id == rule_id)


def effects(name: str, question: str, answer: str) -> set[str]:
    """Return the effects of rules that fire on this one answer alone."""
    return {
        one.rule.effect
        for one in option(name).rules
        if getattr(one.rule.when, "question", None) == question and answer in getattr(one.rule.when, "is_", ())
    }


def dated_waits(name: str, question: str) -> set[int]:
    """Return the waits, in days, that count from the date given with this question."""
    waits = (one.rule.wait for one in option(name).rules)
    return {wait.days for wait in waits if wait is not None and wait.from_question == question}


def event_waits(name: str, question: str) -> set[int]:
    """Return the waits, in days, that count from an event and hang on this question."""
    return {
        one.rule.wait.days
        for one in option(name).rules
        if question in questions_of(one.rule.when) and one.rule.wait is not None and one.rule.wait.event
    }


class TestWhoMay:
    @pytest.mark.parametrize(("name", "table"), [(INJECTED, PRP_TABLE), (LIGHT, PEEL_TABLE), (MEDIUM, PEEL_TABLE)])
    def test_every_row_of_the_table_has_a_rule_and_additions_are_named(self, name, table):
        assert asked_by(name) == table | CLINIC_DEFAULTS[name]

    @pytest.mark.parametrize("name", [INJECTED, LIGHT, MEDIUM])
    def test_additions_to_the_table_only_ask_for_a_look_and_say_they_are_to_confirm(self, name):
        for one in option(name).rules:
            if {question.partition(".")[0] for question in questions_of(one.rule.when)} & CLINIC_DEFAULTS[name]:
                assert (one.rule.effect, one.rule.basis) == ("review", "to-confirm"), one.id

    def test_prp_with_needling_has_its_own_rows_and_every_rule_of_plain_needling(self):
        needling = {one.id for one in option("microneedling/standard").rules}
        assert needling < {one.id for one in option(NEEDLED).rules}
        assert asked_by(NEEDLED) == PRP_TABLE | CLINIC_DEFAULTS[NEEDLED] | asked_by("microneedling/standard")

    @pytest.mark.parametrize(
        ("name", "question", "days"),
        [
            (INJECTED, "SCR-FEVER", {14}),
            (INJECTED, "SCR-NSAID", {7}),
            (INJECTED, "SCR-STEROID-INJ", {30}),
            (INJECTED, "SCR-IMMUNO.STEROID", {14}),
            (INJECTED, "SCR-FILLER", {14}),
            (INJECTED, "SCR-TOXIN", {14}),
            (INJECTED, "SCR-RESURF", {14, 28, 84}),
            (NEEDLED, "SCR-RESURF", {14, 28, 84}),
            (NEEDLED, "SCR-ISO", {180}),
            (LIGHT, "SCR-ISO", set()),
            (MEDIUM, "SCR-ISO", {180}),
            (LIGHT, "SCR-RETINOID", {5}),
            (MEDIUM, "SCR-RETINOID", {7}),
            (LIGHT, "SCR-EXFOL", {7}),
            (MEDIUM, "SCR-EXFOL", {14}),
            (LIGHT, "SCR-WAX", {7}),
            (MEDIUM, "SCR-WAX", {14}),
            (LIGHT, "SCR-SUN", {14}),
            (MEDIUM, "SCR-SUN", {28}),
            (LIGHT, "SCR-FILLER", {7}),
            (MEDIUM, "SCR-FILLER", {14}),
            (LIGHT, "SCR-TOXIN", {7}),
            (MEDIUM, "SCR-TOXIN", {14}),
            (LIGHT, "SCR-RESURF", set()),
            (MEDIUM, "SCR-RESURF", {90}),
            (LIGHT, "SCR-SURG", set()),
            (MEDIUM, "SCR-SURG", {180}),
        ],
    )
    def test_waits_from_a_date(self, name, question, days):
        assert dated_waits(name, question) == days

    @pytest.mark.parametrize(("name", "days"), [(INJECTED, 7), (NEEDLED, 7), (LIGHT, 7), (MEDIUM, 14)])
    @pytest.mark.parametrize("question", ["SCR-INFECT", "SCR-WOUND", "SCR-HSV-NOW"])
    def test_sick_skin_waits_until_it_is_well_and_then_some(self, name, days, question):
        assert event_waits(name, question) == {days}

    @pytest.mark.parametrize(
        ("name", "question", "answer", "expected"),
        [
            (INJECTED, "SCR-PLT.KIND", "function", {"exclude"}),
            (INJECTED, "SCR-PLT.KIND", "very-low", {"exclude"}),
            (INJECTED, "SCR-PLT", "yes", {"review"}),
            (INJECTED, "SCR-ANEMIA.KIND", "severe-anemia", {"review"}),
            (INJECTED, "SCR-ANEMIA.KIND", "fainting", {"note"}),
            (INJECTED, "SCR-BLEED.DISORDER", "yes", {"exclude"}),
            (INJECTED, "SCR-BLEED", "yes", {"review"}),
            (NEEDLED, "SCR-BLEED", "yes", {"exclude", "review"}),
            (INJECTED, "SCR-CANCER-NOW.KIND", "blood-bone", {"exclude"}),
            (INJECTED, "SCR-CANCER-NOW.ACTIVE", "yes", {"exclude"}),
            (INJECTED, "SCR-CANCER-NOW", "yes", {"review"}),
            (INJECTED, "SCR-CANCER-SKIN", "yes", {"exclude"}),
            (INJECTED, "SCR-ANTICOAG", "yes", {"review"}),
            (INJECTED, "SCR-NSAID.PRESCRIBED", "yes", {"review"}),
            (INJECTED, "SCR-IMMUNO.CHEMO", "yes", {"exclude"}),
            (INJECTED, "SCR-IMMUNO.STEROID-LONG", "yes", {"review"}),
            (INJECTED, "SCR-ALL-PROD.SOURCES", "citrate", {"exclude"}),
            (INJECTED, "SCR-ALL-PROD.SOURCES", "bovine-thrombin", {"review"}),
            (INJECTED, "SCR-ALL-PROD.SOURCES", "fish", set()),
            (INJECTED, "SCR-PREG", "yes", {"defer"}),
            (INJECTED, "SCR-BF", "yes", {"defer"}),
            (INJECTED, "SCR-DM.CONTROLLED", "no", {"defer"}),
            (INJECTED, "SCR-SMOKE", "yes", {"note"}),
            (LIGHT, "SCR-PREG", "yes", {"exclude"}),
            (MEDIUM, "SCR-PREG", "yes", {"exclude"}),
            (LIGHT, "SCR-BF", "yes", {"review"}),
            (MEDIUM, "SCR-BF", "yes", {"exclude"}),
            (LIGHT, "SCR-KELOID", "yes", {"review"}),
            (MEDIUM, "SCR-KELOID", "yes", {"exclude"}),
            (LIGHT, "SCR-PHOTOSENS", "yes", {"review"}),
            (MEDIUM, "SCR-PHOTOSENS", "yes", {"defer"}),
            (LIGHT, "SCR-EXPECT.WORRY", "yes", {"review"}),
            (MEDIUM, "SCR-EXPECT.WORRY", "yes", {"exclude"}),
            (LIGHT, "SCR-ALL-SALIC", "yes", {"review"}),
            (MEDIUM, "SCR-ALL-SALIC", "yes", {"exclude"}),
            (MEDIUM, "SCR-ALL-PROD.SOURCES", "resorcinol", {"exclude"}),
            (MEDIUM, "SCR-CARDIAC.KIND", "thyroid", {"exclude"}),
            (LIGHT, "SCR-ISO", "yes", {"review"}),
            (LIGHT, "SCR-VITILIGO", "yes", {"review"}),
            (MEDIUM, "SCR-VITILIGO.ACTIVE", "yes", {"exclude"}),
            (MEDIUM, "SCR-KOEBNER.ACTIVE", "yes", {"exclude"}),
            (LIGHT, "SCR-RADIATION", "yes", {"review"}),
            (MEDIUM, "SCR-RADIATION", "yes", {"exclude"}),
            (LIGHT, "SCR-DM.CONTROLLED", "no", {"review"}),
            (MEDIUM, "SCR-DM.CONTROLLED", "no", {"exclude"}),
            (LIGHT, "SCR-ACNE.KIND", "cysts", {"review"}),
            (LIGHT, "SCR-ACNE.KIND", "red", set()),
            (MEDIUM, "SCR-ACNE.KIND", "cysts", {"defer"}),
            (LIGHT, "SCR-SMOKE", "yes", {"note"}),
            (MEDIUM, "SCR-SMOKE", "yes", {"defer"}),
            (LIGHT, "SCR-SUNAVOID", "no", {"defer"}),
            (MEDIUM, "SCR-SUNAVOID", "no", {"exclude"}),
            (LIGHT, "SCR-SUNAVOID", "yes", set()),
        ],
    )
    def test_what_one_answer_does(self, name, question, answer, expected):
        assert effects(name, question, answer) == expected

    def test_nobody_gives_blood_while_ill(self):
        (rule,) = [one.rule for one in option(INJECTED).rules if "SCR-FEVER.NOW" in questions_of(one.rule.when)]
        assert (rule.effect, rule.when.all[1].within_days) == ("exclude", 13)

    @pytest.mark.parametrize(
        ("name", "by_type"),
        [
            (LIGHT, {"I": set(), "III": set(), "IV": {"note"}, "V": {"review"}, "VI": {"review"}}),
            (MEDIUM, {"I": set(), "III": set(), "IV": {"review"}, "V": {"exclude"}, "VI": {"exclude"}}),
        ],
    )
    def test_skin_type_matters_more_the_deeper_the_peel(self, name, by_type):
        assert {skin: effects(name, "SCR-FITZ", skin) for skin in by_type} == by_type

    @pytest.mark.parametrize(
        ("name", "effect"), [(NEEDLED, "exclude"), (INJECTED, "review"), (LIGHT, "review"), (MEDIUM, "exclude")]
    )
    def test_under_18(self, name, effect):
        young = [one.rule for one in option(name).rules if questions_of(one.rule.when) == {"SCR-AGE"}]
        assert {one.effect for one in young if one.when.age.below == 18} == {effect}

    def test_a_pain_reliever_waits_only_when_no_doctor_prescribed_it(self):
        waits = rule(INJECTED, "prp.pain-reliever").rule.when.all
        assert [(part.question, part.is_) for part in waits] == [
            ("SCR-NSAID", ("yes",)),
            ("SCR-NSAID.PRESCRIBED", ("no",)),
        ]

    def test_an_injection_under_the_eyes_is_decided_by_whoever_may_order(self):
        under_eyes = rule(INJECTED, "prp.under-the-eyes").rule
        assert (under_eyes.when.area, under_eyes.effect) == (("under-eye",), "review")
        assert under_eyes.cleared_by == ("md", "np", "pa")

    def test_a_light_peel_soon_after_anything_or_within_a_year_of_a_deep_one_is_reviewed(self):
        deep, soon = rule(LIGHT, "chemical-peel.recent-resurfacing").rule.when.any
        assert deep.is_ == ("medium-or-ablative",)
        assert soon.within_days == 13

    @pytest.mark.parametrize("name", ALL)
    def test_nobody_is_told_to_stop_a_medicine(self, name):
        for one in option(name).rules:
            told = one.rule.patient.lower().replace("do not stop", "").replace("never stop", "")
            assert "stop it" not in told, one.id
            assert "stop taking" not in told, one.id

    @pytest.mark.parametrize("name", ALL)
    def test_conditions_ask_what_the_question_bank_can_answer(self, name):
        for one in option(name).rules:
            assert questions_of(one.rule.when) <= set(load_bank().asked), one.id
