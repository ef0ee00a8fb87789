"""The shared banks: everything promised is there and complete."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from vesicle.protocols.bank import Bank, load_bank
from vesicle.protocols.bank.questions import ASK_WORDS, GROUPS


def words(text: str) -> list[str]:
    return text.split()


QUESTIONS = words(
    """
AGE PREG BF INFECT WOUND HSV-NOW HSV-HX ACNE DERM KELOID FITZ PIH MELASMA VITILIGO KOEBNER ISO RETINOID EXFOL WAX SUN
SELFTAN PHOTOSENS PHOTODIS ANTICOAG NSAID BLEED PLT ANEMIA IMMUNO AUTO CTD DM CANCER-NOW CANCER-SKIN RADIATION
ALL-ANAES ALL-PROD ALL-SALIC ALL-METAL IMPLANT METAL-FACE FILLER TOXIN RESURF SURG STEROID-INJ GOLD SMOKE SEIZURE
CARDIAC FEVER PMU EVENT SUNAVOID EXPECT MEDS REACT BIOLOGIC-OK
"""
)

RED_FLAGS = words(
    """
BREATHE VISION NEURO LAST SEPSIS SPREAD PUS BLISTER HSV PAIN NECROSIS NODULE PIGMENT SCAR BLEED ALLERGY EYE MOOD
"""
)

MEASURES = words(
    """
GAIS GB-QUAL GB-QUANT ECCA MMASI GLOGAU FWCS WSRS LEMPERLE VAS-SAT VAS-PAIN DOWNTIME REDNESS AE PHOTO DLQI FACEQ
CORNEO CUTO TEWL MEXA IMG
"""
)

CONCERNS = words(
    """
fine-lines wrinkles texture tone hyperpigmentation post-acne-marks melasma sun-damage acne acne-scars enlarged-pores
redness inflammation dullness hydration firmness sagging neck-lines stretch-marks hair-thinning under-eye
"""
)

VESICLES_AND_BLOOD = words(
    """
human-msc-adipose human-msc-cord-placenta human-platelet-donor autologous-platelet plant milk-colostrum salmon-fish
bacterial synthetic-liposome
"""
)


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank()


class TestHolds:
    def test_every_screening_question(self, bank):
        assert set(bank.questions) == {f"SCR-{name}" for name in QUESTIONS}

    def test_every_red_flag(self, bank):
        assert set(bank.red_flags) == {f"RF-{name}" for name in RED_FLAGS}

    def test_every_outcome_measure_and_three_of_its_own(self, bank):
        assert set(bank.measures) == {f"OM-{name}" for name in [*MEASURES, "SWELLING", "LESIONS", "HAIR"]}

    def test_every_concern(self, bank):
        assert set(bank.concerns) == set(CONCERNS)

    def test_every_reference_in_its_order(self, bank):
        assert [reference.number for reference in bank.references.values()] == list(range(1, 173))

    def test_every_jurisdiction_and_license(self, bank):
        assert set(bank.jurisdictions) == {"US", "EU", "UK", "CA", "KR", "JP", "AU", "TW", "SA"}
        assert set(bank.licences) == {"md", "np", "pa", "rn", "lpn", "esthetician", "ma"}

    def test_it_is_read_once(self, bank):
        assert load_bank() is bank

    def test_nothing_in_it_can_be_changed(self, bank):
        with pytest.raises(TypeError):
            bank.questions["SCR-AGE"] = None
        with pytest.raises(ValidationError, match="frozen"):
            bank.questions["SCR-AGE"].ask = "How old are you?"


class TestQuestions:
    def test_are_short_enough_to_read_on_a_phone(self, bank):
        assert {asked.id for asked in bank.asked.values() if len(asked.ask.split()) > ASK_WORDS} == set()

    def test_are_asked_hard_stops_first(self, bank):
        groups = [GROUPS.index(question.group) for question in bank.in_order()]
        assert groups == sorted(groups)
        assert bank.in_order()[0].id == "SCR-AGE"

    @pytest.mark.parametrize(
        "name",
        words("ISO RETINOID EXFOL WAX SUN SELFTAN NSAID FILLER TOXIN RESURF SURG STEROID-INJ FEVER EVENT"),
    )
    def test_with_a_waiting_time_need_the_date(self, bank, name):
        asks_date = bank.questions[f"SCR-{name}"].asks_date
        assert asks_date.required
        assert asks_date.tense == ("future" if name == "EVENT" else "past")

    def test_skin_type_has_six_answers_and_unsure(self, bank):
        assert bank.questions["SCR-FITZ"].answers == ("I", "II", "III", "IV", "V", "VI", "unsure")

    def test_a_birth_date_cannot_be_unsure(self, bank):
        assert bank.questions["SCR-AGE"].answers == ()
        assert not bank.questions["SCR-AGE"].unsure

    @pytest.mark.parametrize(
        ("name", "answers"),
        [
            ("SCR-ISO.NOW", {"yes", "no"}),
            ("SCR-KELOID.STRONG", {"yes", "no"}),
            ("SCR-CANCER-NOW.ACTIVE", {"yes", "no"}),
            ("SCR-CANCER-NOW.KIND", {"blood-bone", "other"}),
            ("SCR-DM.CONTROLLED", {"yes", "no"}),
            ("SCR-NSAID.PRESCRIBED", {"yes", "no"}),
            ("SCR-AUTO.REMISSION", {"yes", "no"}),
            ("SCR-CTD.SCLERODERMA", {"yes", "no"}),
            ("SCR-KOEBNER.ACTIVE", {"yes", "no"}),
            ("SCR-IMMUNO.CHEMO", {"yes", "no"}),
            ("SCR-IMMUNO.STEROID", {"yes", "no"}),
            ("SCR-BLEED.DISORDER", {"yes", "no"}),
            ("SCR-FEVER.NOW", {"yes", "no"}),
            ("SCR-REACT.EXOSOME", {"yes", "no"}),
            ("SCR-RESURF.KIND", {"superficial", "needling", "medium-or-ablative"}),
            ("SCR-ACNE.KIND", {"red", "pus", "cysts"}),
            ("SCR-ALL-METAL.KIND", {"nickel", "steel", "gold"}),
            ("SCR-CARDIAC.KIND", {"heart-rhythm", "heart-failure", "kidney", "liver", "thyroid"}),
            ("SCR-ANEMIA.KIND", {"anemia", "severe-anemia", "fainting"}),
            ("SCR-PLT.KIND", {"function", "very-low", "low", "past"}),
            ("SCR-BIOLOGIC-OK.DECLINED", {"human-donor", "animal", "plant"}),
        ],
    )
    def test_every_distinction_that_decides_a_treatment_can_be_asked(self, bank, name, answers):
        assert set(bank.asked[name].answers) == answers | {"unsure"}
        assert bank.asked[name] in bank.parent_of(name).follow_ups

    def test_sources_are_asked_about_when_not_all_are_accepted(self, bank):
        assert bank.asked["SCR-BIOLOGIC-OK.DECLINED"].when == ("no", "unsure")

    def test_every_allergen_of_a_product_can_be_named(self, bank):
        known = set(bank.asked["SCR-ALL-PROD.SOURCES"].answers)
        allergens = {allergen for category in bank.product_categories.values() for allergen in category.allergens}
        assert {"fish", "milk", "plants", "human-blood", "citrate", "bovine-thrombin", "resorcinol"} <= allergens
        assert allergens <= known


class TestRedFlags:
    @pytest.mark.parametrize(
        ("name", "action", "hours"),
        [
            ("RF-BREATHE", "emergency-now", 0),
            ("RF-VISION", "emergency-now", 0),
            ("RF-NEURO", "emergency-now", 0),
            ("RF-LAST", "emergency-now", 0),
            ("RF-SEPSIS", "same-hour", 1),
            ("RF-HSV", "same-day", 24),
            ("RF-SCAR", "within-days", 48),
            ("RF-NODULE", "within-days", 72),
            ("RF-PIGMENT", "within-days", 168),
        ],
    )
    def test_say_how_soon(self, bank, name, action, hours):
        flag = bank.red_flags[name]
        assert (flag.action, flag.due_hours) == (action, hours)

    def test_of_emergencies_tell_the_patient_to_call_at_once(self, bank):
        emergencies = [flag for flag in bank.red_flags.values() if flag.is_emergency]
        assert len(emergencies) == 4
        assert all("emergency number now" in flag.patient_now.lower() for flag in emergencies)

    def test_sort_most_urgent_first(self, bank):
        ordered = sorted(bank.red_flags.values(), key=lambda flag: flag.urgency)
        assert ordered[0].is_emergency
        assert ordered[-1].id == "RF-PIGMENT"

    def test_are_asked_as_questions(self, bank):
        assert all(flag.ask.endswith("?") for flag in bank.red_flags.values())


class TestMeasures:
    def test_licensed_questionnaires_are_not_shipped(self, bank):
        assert {measure.id for measure in bank.measures.values() if not measure.shipped} == {"OM-DLQI", "OM-FACEQ"}
        assert bank.measures["OM-DLQI"].ask is None

    @pytest.mark.parametrize(
        ("name", "low", "high", "better"),
        [
            ("OM-GAIS", -1, 3, "higher"),
            ("OM-GB-QUAL", 1, 4, "lower"),
            ("OM-MMASI", 0, 24, "lower"),
            ("OM-FWCS", 1, 9, "lower"),
            ("OM-VAS-SAT", 0, 10, "higher"),
            ("OM-VAS-PAIN", 0, 10, "lower"),
            ("OM-REDNESS", 0, 4, "lower"),
        ],
    )
    def test_know_their_range_and_which_way_is_better(self, bank, name, low, high, better):
        measure = bank.measures[name]
        assert (measure.min, measure.max, measure.better) == (low, high, better)

    def test_what_a_patient_scores_has_a_question(self, bank):
        by_patients = [one for one in bank.measures.values() if "patient" in one.scored_by and one.shipped]
        assert len(by_patients) >= 6
        assert all(measure.ask and measure.ask.endswith("?") for measure in by_patients)


class TestAreas:
    def test_answer_to_their_other_names(self, bank):
        assert bank.area("face") is bank.areas["full-face"]
        assert bank.area("full-face") is bank.areas["full-face"]

    def test_of_an_unknown_name_are_not_guessed(self, bank):
        with pytest.raises(KeyError):
            bank.area("elbow")


class TestStanding:
    @pytest.mark.parametrize(
        ("where", "category", "permission"),
        [
            ("US", "human-msc-adipose", "needs-decision"),
            ("US", "plant", "usable"),
            ("US", "autologous-platelet", "usable"),
            ("US", "bacterial", "needs-decision"),
            ("EU", "human-platelet-donor", "not-usable"),
            ("EU", "bacterial", "usable"),
            ("UK", "human-msc-cord-placenta", "not-usable"),
            ("CA", "plant", "needs-decision"),
            ("KR", "human-msc-adipose", "needs-decision"),
            ("JP", "plant", "needs-decision"),
            ("JP", "human-msc-adipose", "usable"),
            ("AU", "milk-colostrum", "needs-decision"),
            ("TW", "human-msc-adipose", "needs-decision"),
            ("SA", "human-msc-adipose", "usable"),
        ],
    )
    def test_follows_the_country_and_what_is_unconfirmed_waits(self, bank, where, category, permission):
        jurisdiction, product = bank.jurisdictions[where], bank.product_categories[category]
        assert jurisdiction.standing(product, "topical-after-microneedling").permission == permission

    def test_vesicles_are_injected_nowhere(self, bank):
        vesicles = [category for category in bank.product_categories.values() if category.family == "vesicles"]
        assert len(vesicles) == 8
        for jurisdiction in bank.jurisdictions.values():
            for category in vesicles:
                assert jurisdiction.standing(category, "intradermal-injection").permission == "not-usable"

    def test_own_plasma_may_be_injected_where_it_is_a_medical_act(self, bank):
        standing = bank.jurisdictions["US"].standing(
            bank.product_categories["autologous-platelet"], "intradermal-injection"
        )
        assert (standing.permission, standing.status) == ("usable", "medical-act")

    def test_what_is_not_locked_follows_its_label(self, bank):
        cream = bank.product_categories["topical-anesthetic"]
        assert bank.jurisdictions["US"].standing(cream, "topical-anesthetic").permission == "usable"
        assert bank.jurisdictions["US"].standing(cream, "intradermal-injection").permission == "not-usable"

    def test_every_source_of_vesicles_or_blood_is_locked(self, bank):
        locked = {category.id for category in bank.product_categories.values() if category.locked}
        assert locked == set(VESICLES_AND_BLOOD)

    def test_silence_of_the_list_is_not_permission(self, bank):
        silent = bank.jurisdictions["US"].model_copy(update={"rules": ()})
        assert silent.standing(bank.product_categories["plant"], "topical-intact").permission == "needs-decision"


class TestLicences:
    def test_estheticians_do_not_needle_until_a_depth_is_set(self, bank):
        assert bank.licences["esthetician"].needle_depth_cap_mm == 0
        assert bank.licences["md"].needle_depth_cap_mm == 2.5

    def test_estheticians_have_no_part_in_plasma_exosomes_laser_or_medium_peel(self, bank):
        may = bank.licences["esthetician"].may
        acts = (may.injection_and_blood_draw, may.exosome_application, may.ablative_laser, may.medium_peel)
        assert set(acts) == {"no"}

    def test_every_one_is_marked_as_a_default_to_confirm(self, bank):
        assert all("default to confirm" in licence.note for licence in bank.licences.values())
        assert {licence.basis for licence in bank.licences.values()} == {"to-confirm"}


class TestReferences:
    def test_hold_their_identifiers_as_text(self, bank):
        kwon = bank.references["kwon2020"]
        assert (kwon.year, kwon.doi, kwon.pmid) == (2020, "10.2340/00015555-3666", "33073298")
        assert kwon.url == "https://doi.org/10.2340/00015555-3666"

    def test_keep_their_mark(self, bank):
        marks = [reference.mark for reference in bank.references.values()]
        assert (bank.references["yen2026"].mark, bank.references["asce"].mark) == ("S", "C")
        assert {mark: marks.count(mark) for mark in "VSC"} == {"V": 103, "S": 57, "C": 12}
