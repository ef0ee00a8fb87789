"""Who may have exosome therapy and microneedling, and when: every row of the clinical tables, held as a table."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from vesicle.protocols.bank import load_bank
from vesicle.protocols.schema import OptionRule, questions_of
from vesicle.protocols.tests.shipped import option

NEEDLED = "exosome-therapy/microneedling"
INTACT = "exosome-therapy/topical"
STANDARD = "microneedling/standard"
RF = "microneedling/radiofrequency"
ALL = (NEEDLED, INTACT, STANDARD, RF)


def rows(words: str) -> list[str]:
    return [f"SCR-{word}" for word in words.split()]


MICRONEEDLING_TABLE = rows("""
    CANCER-SKIN WOUND INFECT HSV-NOW HSV-HX ALL-METAL ALL-ANAES BLEED ANTICOAG PREG BF ISO CTD CARDIAC AUTO IMMUNO
    KELOID DM ACNE DERM VITILIGO KOEBNER RETINOID EXFOL SUN SELFTAN PHOTOSENS WAX FILLER TOXIN RESURF SURG RADIATION
    PMU AGE FITZ PIH
""")
CLINIC_DEFAULTS = rows("FEVER CANCER-NOW REACT")
"""No row of the needling table: reviews added as the clinic's default, because the question bank gives a reason."""
RF_TABLE = [*MICRONEEDLING_TABLE, "SCR-IMPLANT", "SCR-METAL-FACE"]
EXOSOME_TABLE = rows("""
    PREG BF AGE INFECT WOUND DERM ACNE HSV-NOW HSV-HX CANCER-SKIN CANCER-NOW AUTO CTD IMMUNO KELOID ALL-PROD BIOLOGIC-OK
    ANTICOAG BLEED DM ISO RETINOID EXFOL SUN FILLER TOXIN RESURF VITILIGO KOEBNER FEVER EXPECT REACT
""")
WOUND_ONLY = rows("KELOID ANTICOAG BLEED RETINOID EXFOL VITILIGO KOEBNER")
"""Rows whose note names the needle's wound; without a needle they have no consequence."""


def asked_by(rule: OptionRule) -> set[str]:
    """Return the questions a rule looks at, follow-ups counted with their parent."""
    return {question.partition(".")[0] for question in questions_of(rule.rule.when)}


def rules_about(name: str, question: str) -> list[OptionRule]:
    """Return the rules about exactly this question or follow-up; one that also asks a follow-up is about that one."""
    return [
        rule
        for rule in option(name).rules
        if question in (asked := questions_of(rule.rule.when)) and not any(q.startswith(f"{question}.") for q in asked)
    ]


def ages(name: str) -> list[OptionRule]:
    return [rule for rule in option(name).rules if questions_of(rule.rule.when) == {"SCR-AGE"}]


class TestRules:
    @pytest.mark.parametrize(
        ("name", "table"),
        [
            (STANDARD, [*MICRONEEDLING_TABLE, *CLINIC_DEFAULTS]),
            (RF, [*RF_TABLE, *CLINIC_DEFAULTS]),
            (NEEDLED, [*EXOSOME_TABLE, *MICRONEEDLING_TABLE]),
            (INTACT, [row for row in EXOSOME_TABLE if row not in WOUND_ONLY]),
        ],
    )
    def test_every_row_of_the_table_has_a_rule_and_additions_are_named(self, name, table):
        looked_at = set().union(*(asked_by(rule) for rule in option(name).rules))
        assert looked_at == set(table)

    def test_additions_to_the_table_only_ask_for_a_look_and_say_they_are_to_confirm(self):
        added = [rule.rule for rule in option(STANDARD).rules if asked_by(rule) & set(CLINIC_DEFAULTS)]
        assert [(rule.effect, rule.basis) for rule in added] == [("review", "to-confirm")] * len(CLINIC_DEFAULTS)

    @pytest.mark.parametrize(
        ("name", "question", "days"),
        [
            (STANDARD, "SCR-ISO", 180),
            (STANDARD, "SCR-RETINOID", 3),
            (STANDARD, "SCR-EXFOL", 3),
            (STANDARD, "SCR-SUN", 14),
            (STANDARD, "SCR-SELFTAN", 3),
            (STANDARD, "SCR-WAX", 7),
            (STANDARD, "SCR-FILLER", 14),
            (STANDARD, "SCR-TOXIN", 14),
            (STANDARD, "SCR-RESURF", 28),
            (RF, "SCR-FILLER", 14),
            (RF, "SCR-TOXIN", 14),
            (NEEDLED, "SCR-FEVER", 14),
            (INTACT, "SCR-FEVER", 14),
            (INTACT, "SCR-SUN", 14),
            (INTACT, "SCR-FILLER", 14),
            (INTACT, "SCR-TOXIN", 14),
            (INTACT, "SCR-RESURF", 28),
        ],
    )
    def test_waits_from_a_date(self, name, question, days):
        (rule,) = [rule for rule in rules_about(name, question) if rule.rule.effect == "defer"]
        assert (rule.rule.wait.from_question, rule.rule.wait.days) == (question, days)

    @pytest.mark.parametrize("name", [NEEDLED, INTACT])
    def test_a_deep_peel_or_ablative_laser_waits_84_days(self, name):
        (rule,) = rules_about(name, "SCR-RESURF.KIND")
        assert (rule.rule.wait.from_question, rule.rule.wait.days) == ("SCR-RESURF", 84)

    def test_isotretinoin_on_september_15_2026_opens_needling_with_exosomes_on_march_14_2027(self):
        (rule,) = rules_about(NEEDLED, "SCR-ISO")
        assert rule.id == "microneedling.isotretinoin"
        assert date(2026, 9, 15) + timedelta(days=rule.rule.wait.days) == date(2027, 3, 14)
        assert "waldman2017" in rule.rule.refs

    def test_isotretinoin_is_only_a_note_where_nothing_breaks_the_skin(self):
        assert [rule.rule.effect for rule in rules_about(INTACT, "SCR-ISO")] == ["note"]

    @pytest.mark.parametrize(
        ("name", "question", "days"),
        [
            (STANDARD, "SCR-INFECT", 7),
            (STANDARD, "SCR-WOUND", 7),
            (STANDARD, "SCR-HSV-NOW", 7),
            (STANDARD, "SCR-DERM", 14),
            (STANDARD, "SCR-ACNE", 0),
            (STANDARD, "SCR-ISO.NOW", 180),
            (STANDARD, "SCR-DM.CONTROLLED", 0),
            (INTACT, "SCR-INFECT", 7),
            (INTACT, "SCR-WOUND", 7),
            (INTACT, "SCR-HSV-NOW", 7),
            (INTACT, "SCR-DERM", 14),
        ],
    )
    def test_waits_after_an_event(self, name, question, days):
        (rule,) = rules_about(name, question)
        assert rule.rule.wait.event
        assert rule.rule.wait.days == days

    def test_a_cold_sore_waits_14_days_before_the_whole_face_is_needled_with_exosomes(self):
        waits = {rule.id: rule.rule.wait.days for rule in rules_about(NEEDLED, "SCR-HSV-NOW")}
        assert waits == {"exosome-therapy.cold-sore-face": 14, "microneedling.cold-sore-now": 7}

    @pytest.mark.parametrize(
        ("question", "excluded_from"),
        [
            ("SCR-PREG", ALL),
            ("SCR-BF", ALL),
            ("SCR-CANCER-SKIN", ALL),
            ("SCR-BLEED", (NEEDLED, STANDARD, RF)),
            ("SCR-RADIATION", (NEEDLED, STANDARD, RF)),
            ("SCR-CTD.SCLERODERMA", (NEEDLED, STANDARD, RF)),
            ("SCR-KELOID.STRONG", (NEEDLED, STANDARD, RF)),
            ("SCR-ALL-METAL.KIND", (NEEDLED, STANDARD, RF)),
            ("SCR-CANCER-NOW.ACTIVE", (NEEDLED, INTACT)),
            ("SCR-REACT.EXOSOME", (NEEDLED, INTACT)),
            ("SCR-BIOLOGIC-OK", (NEEDLED, INTACT)),
            ("SCR-IMPLANT", (RF,)),
        ],
    )
    def test_absolute_answers_exclude_and_only_there(self, question, excluded_from):
        excluding = [name for name in ALL if any(rule.rule.effect == "exclude" for rule in rules_about(name, question))]
        assert excluding == [name for name in ALL if name in excluded_from]

    @pytest.mark.parametrize("question", ["SCR-AUTO", "SCR-IMMUNO", "SCR-CTD"])
    def test_immune_illness_always_goes_to_a_provider(self, question):
        for name in ALL:
            assert {rule.rule.effect for rule in rules_about(name, question)} == {"review"}

    def test_only_whoever_refuses_every_source_by_saying_no_is_excluded_for_it(self):
        (rule,) = rules_about(NEEDLED, "SCR-BIOLOGIC-OK")
        assert rule.rule.when.is_ == ("no",)

    @pytest.mark.parametrize(("name", "reviews"), [(STANDARD, True), (RF, True), (NEEDLED, True), (INTACT, False)])
    def test_the_device_age_of_22_matters_where_a_device_is_used(self, name, reviews):
        bands = {(rule.rule.effect, rule.rule.when.age.from_, rule.rule.when.age.below) for rule in ages(name)}
        assert ("exclude", None, 18) in bands
        assert (("review", 18, 22) in bands) is reviews

    def test_a_combination_takes_every_rule_of_plain_needling(self):
        needling = {rule.id for rule in option(STANDARD).rules}
        assert needling <= {rule.id for rule in option(NEEDLED).rules}

    def test_conditions_ask_what_the_question_bank_can_answer(self):
        bank = load_bank()
        for name in ALL:
            for rule in option(name).rules:
                assert questions_of(rule.rule.when) <= set(bank.asked), rule.id

    def test_nobody_is_told_to_stop_a_medicine(self):
        for name in ALL:
            for rule in option(name).rules:
                told = rule.rule.patient.lower().replace("do not stop", "").replace("never stop", "")
                assert "stop it" not in told, rule.id
                assert "stop taking" not in told, rule.id
