"""Who may have laser resurfacing, and when: every row of the clinical table, for each strength."""

from __future__ import annotations

import pytest

from vesicle.protocols.bank import load_bank
from vesicle.protocols.schema import OptionRule, questions_of
from vesicle.protocols.schema.rules import AgeIs, AreaIs
from vesicle.protocols.tests.shipped import option

ABLATIVE = "laser-resurfacing/ablative-fractional"
CLOSED = "laser-resurfacing/non-ablative-fractional"
BOTH = (ABLATIVE, CLOSED)


def rows(words: str) -> set[str]:
    return {f"SCR-{word}" for word in words.split()}


TABLE = rows("""
    PREG BF AGE FITZ PIH MELASMA SUN SELFTAN HSV-NOW HSV-HX INFECT WOUND FEVER ISO RETINOID EXFOL KELOID IMMUNO CTD
    PHOTODIS AUTO VITILIGO KOEBNER PHOTOSENS SEIZURE IMPLANT RADIATION CANCER-SKIN CANCER-NOW DM ANTICOAG SMOKE FILLER
    TOXIN RESURF SURG WAX ALL-ANAES EXPECT SUNAVOID PMU
""")
"""Rows of the clinical table that concern both; past gold therapy concerns only the non-ablative column."""

CLINIC_DEFAULTS = {"SCR-DERM", "SCR-ACNE", "SCR-METAL-FACE", "SCR-REACT"}
"""No row of the table: reviews added as the clinic's default, because the question bank gives a reason for them."""


def rules_about(name: str, question: str) -> list[OptionRule]:
    """Return the rules about exactly this question or follow-up; one that also asks a follow-up is about that one."""
    return [
        rule
        for rule in option(name).rules
        if question in (asked := questions_of(rule.rule.when)) and not any(q.startswith(f"{question}.") for q in asked)
    ]


def only(name: str, question: str) -> OptionRule:
    (rule,) = rules_about(name, question)
    return rule


class TestRules:
    @pytest.mark.parametrize(("name", "more"), [(ABLATIVE, {"SCR-BLEED"}), (CLOSED, {"SCR-GOLD"})])
    def test_every_row_of_the_table_has_a_rule_and_additions_are_named(self, name, more):
        looked_at = {
            question.partition(".")[0] for rule in option(name).rules for question in questions_of(rule.rule.when)
        }
        assert looked_at == TABLE | CLINIC_DEFAULTS | more

    @pytest.mark.parametrize("name", BOTH)
    def test_additions_to_the_table_only_ask_for_a_look_and_say_they_are_to_confirm(self, name):
        for question in CLINIC_DEFAULTS:
            assert (only(name, question).rule.effect, only(name, question).rule.basis) == ("review", "to-confirm")

    @pytest.mark.parametrize(
        ("question", "ablative", "closed"),
        [
            ("SCR-ISO", 180, None),
            ("SCR-SELFTAN", 14, 14),
            ("SCR-RETINOID", 7, 3),
            ("SCR-EXFOL", 7, 3),
            ("SCR-PHOTOSENS", 14, None),
            ("SCR-FILLER", 14, None),
            ("SCR-TOXIN", 14, None),
            ("SCR-RESURF", 84, 28),
            ("SCR-SURG", 180, None),
            ("SCR-WAX", 21, 14),
            ("SCR-FEVER", 14, 14),
        ],
    )
    def test_waits_from_a_date(self, question, ablative, closed):
        for name, days in ((ABLATIVE, ablative), (CLOSED, closed)):
            rule = only(name, question).rule
            if days is None:
                assert rule.effect in ("review", "note")
            else:
                assert (rule.effect, rule.wait.from_question, rule.wait.days) == ("defer", question, days)

    def test_a_tan_waits_28_days_whatever_the_laser(self):
        for name in BOTH:
            rule = only(name, "SCR-SUN").rule
            assert (rule.effect, rule.wait.days) == ("defer", 28)

    @pytest.mark.parametrize(
        ("question", "ablative", "closed"),
        [("SCR-HSV-NOW", 14, 7), ("SCR-INFECT", 0, 0), ("SCR-WOUND", 0, 0), ("SCR-SUNAVOID", 0, 0)],
    )
    def test_waits_after_an_event(self, question, ablative, closed):
        for name, days in ((ABLATIVE, ablative), (CLOSED, closed)):
            wait = only(name, question).rule.wait
            assert wait.event
            assert wait.days == days

    def test_only_someone_who_cannot_avoid_the_sun_is_deferred_for_it(self):
        assert {only(name, "SCR-SUNAVOID").rule.when.is_ for name in BOTH} == {("no",)}

    @pytest.mark.parametrize(
        ("question", "ablative", "closed"),
        [
            ("SCR-PREG", "exclude", "exclude"),
            ("SCR-BF", "defer", "review"),
            ("SCR-PIH", "review", "review"),
            ("SCR-MELASMA", "review", "review"),
            ("SCR-HSV-HX", "review", "review"),
            ("SCR-ISO", "defer", "review"),
            ("SCR-KELOID", "review", "review"),
            ("SCR-IMMUNO", "review", "review"),
            ("SCR-CTD", "review", "review"),
            ("SCR-PHOTODIS", "review", "review"),
            ("SCR-AUTO", "review", "review"),
            ("SCR-VITILIGO", "review", "review"),
            ("SCR-KOEBNER", "review", "review"),
            ("SCR-PHOTOSENS", "defer", "review"),
            ("SCR-SEIZURE", "review", "review"),
            ("SCR-IMPLANT", "review", "review"),
            ("SCR-RADIATION", "exclude", "review"),
            ("SCR-CANCER-SKIN", "exclude", "exclude"),
            ("SCR-CANCER-NOW", "review", "review"),
            ("SCR-DM.CONTROLLED", "defer", "review"),
            ("SCR-ANTICOAG", "review", "note"),
            ("SCR-SMOKE", "note", "note"),
            ("SCR-FILLER", "defer", "note"),
            ("SCR-TOXIN", "defer", "note"),
            ("SCR-SURG", "defer", "review"),
            ("SCR-ALL-ANAES", "review", "review"),
            ("SCR-EXPECT.WORRY", "exclude", "review"),
            ("SCR-PMU", "review", "review"),
        ],
    )
    def test_what_an_answer_leads_to(self, question, ablative, closed):
        assert (only(ABLATIVE, question).rule.effect, only(CLOSED, question).rule.effect) == (ablative, closed)

    @pytest.mark.parametrize(
        "question",
        [
            "SCR-KELOID.STRONG",
            "SCR-CTD.REMISSION",
            "SCR-CTD.SCLERODERMA",
            "SCR-VITILIGO.ACTIVE",
            "SCR-KOEBNER.ACTIVE",
        ],
    )
    def test_the_strong_form_of_an_answer_excludes_from_ablative_only(self, question):
        assert only(ABLATIVE, question).rule.effect == "exclude"
        assert rules_about(CLOSED, question) == []

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            (ABLATIVE, {"IV": "review", "V": "exclude", "VI": "exclude"}),
            (CLOSED, {"IV": "note", "V": "review", "VI": "review"}),
        ],
    )
    def test_skin_type_decides_by_strength(self, name, expected):
        found = {kind: rule.rule.effect for rule in rules_about(name, "SCR-FITZ") for kind in rule.rule.when.is_}
        assert found == expected

    @pytest.mark.parametrize("name", BOTH)
    def test_under_18_needs_a_clinician(self, name):
        effects = {rule.rule.effect for rule in option(name).rules if rule.rule.when == AgeIs(age={"below": 18})}
        assert effects == {"review"}

    def test_everyone_gets_the_antiviral_question_before_ablative_and_nobody_is_left_out(self):
        (rule,) = (one for one in option(ABLATIVE).rules if one.id == "laser-resurfacing.antiviral-for-all")
        assert rule.rule.effect == "note"
        assert (rule.rule.when.age.from_, rule.rule.when.age.below) == (0, None)
        assert {"fracAblChapter", "gilbert2000", "beeson2002"} <= set(rule.rule.refs)
        assert not any(one.id.endswith("antiviral-for-all") for one in option(CLOSED).rules)

    def test_a_slow_light_sensitizing_medicine_is_never_left_to_fourteen_days(self):
        rule = only(ABLATIVE, "SCR-PHOTOSENS.DRUG").rule
        assert (rule.effect, "amiodarone" in rule.when.is_) == ("review", True)

    def test_isotretinoin_waits_by_the_consensus_papers_and_the_leaflet(self):
        assert {"waldman2017", "spring2017", "hosp2017"} <= set(only(ABLATIVE, "SCR-ISO").rule.refs)
        assert {"waldman2017", "spring2017"} == set(only(CLOSED, "SCR-ISO").rule.refs)
        assert only(ABLATIVE, "SCR-ISO.NOW").rule.wait.days == 180

    def test_past_gold_therapy_is_looked_at_before_a_non_ablative_laser(self):
        assert only(CLOSED, "SCR-GOLD").rule.effect == "review"

    @pytest.mark.parametrize(("name", "effect"), [(ABLATIVE, "exclude"), (CLOSED, "note")])
    def test_neck_chest_and_hands(self, name, effect):
        (rule,) = (one.rule for one in option(name).rules if isinstance(one.rule.when, AreaIs))
        assert (rule.effect, set(rule.when.area)) == (effect, {"neck", "decollete", "hands"})
        assert {"avram2009", "fife2009"} <= set(rule.refs)

    @pytest.mark.parametrize("name", BOTH)
    def test_conditions_ask_what_the_question_bank_can_answer(self, name):
        asked = set(load_bank().asked)
        for rule in option(name).rules:
            assert questions_of(rule.rule.when) <= asked, rule.id

    @pytest.mark.parametrize("name", BOTH)
    def test_nobody_is_told_to_stop_a_medicine(self, name):
        for rule in option(name).rules:
            told = rule.rule.patient.lower().replace("do not stop", "")
            assert "stop it" not in told, rule.id
            assert "stop taking" not in told, rule.id
