"""The list of medicines: complete, unambiguous, and free of advice."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from rapidfuzz.distance import OSA

from vesicle.protocols.bank import Bank, load_bank
from vesicle.protocols.bank.loader import LIBRARY
from vesicle.protocols.bank.medicines import plain_name

FILE = "medicines.yaml"
SHARED_CODES = {"N02BA51", "D10AF51", "M03AX01", "L01BC02"}
"""Codes of combinations and of one substance in several products: several entries here have them."""


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank()


class TestHolds:
    def test_hundreds_of_medicines_and_more_names(self, bank):
        assert len(bank.medicines) >= 350
        assert sum(len(medicine.names) for medicine in bank.medicines.values()) >= 1_200

    @pytest.mark.parametrize(
        ("name", "question", "answer"),
        [
            ("Eliquis", "SCR-ANTICOAG", "yes"),
            ("warfarin", "SCR-ANTICOAG", "yes"),
            ("Plavix", "SCR-ANTICOAG", "yes"),
            ("aspirin", "SCR-NSAID", "yes"),
            ("Advil", "SCR-NSAID", "yes"),
            ("Excedrin", "SCR-NSAID", "yes"),
            ("Accutane", "SCR-ISO", "yes"),
            ("Retin-A", "SCR-RETINOID", "yes"),
            ("doxycycline", "SCR-PHOTOSENS.DRUG", "tetracycline"),
            ("hydrochlorothiazide", "SCR-PHOTOSENS.DRUG", "blood-pressure"),
            ("Pacerone", "SCR-PHOTOSENS.DRUG", "amiodarone"),
            ("Pacerone", "SCR-CARDIAC.KIND", "heart-rhythm"),
            ("St John's wort", "SCR-PHOTOSENS.DRUG", "st-johns-wort"),
            ("methotrexate", "SCR-IMMUNO", "yes"),
            ("Humira", "SCR-IMMUNO", "yes"),
            ("prednisone", "SCR-IMMUNO.STEROID", "yes"),
            ("capecitabine", "SCR-IMMUNO.CHEMO", "yes"),
            ("gold injections", "SCR-GOLD", "yes"),
            ("Lantus", "SCR-DM", "yes"),
            ("Augmentin", "SCR-FEVER", "yes"),
            ("glycolic acid", "SCR-EXFOL", "yes"),
            ("Synthroid", "SCR-CARDIAC.KIND", "thyroid"),
        ],
    )
    def test_what_bears_on_the_questions_that_decide(self, bank, name, question, answer):
        (medicine,) = (one for one in bank.medicines.values() if name in one.names)
        bearings = [bearing for group in medicine.classes for bearing in bank.medicine_classes[group].bears_on]
        assert (question, answer, "shows") in {(one.question, one.answer, one.certainty) for one in bearings}

    def test_no_class_that_no_medicine_has(self, bank):
        used = {group for medicine in bank.medicines.values() for group in medicine.classes}
        assert used == set(bank.medicine_classes)

    def test_each_class_in_words_that_complete_a_sentence(self, bank):
        assert all(group.plain.split()[0] in ("a", "an", "isotretinoin,") for group in bank.medicine_classes.values())

    def test_a_code_of_the_classification_once_but_for_combinations(self, bank):
        counted = Counter(code for medicine in bank.medicines.values() for code in medicine.atc)
        assert {code for code, times in counted.items() if times > 1} == SHARED_CODES

    def test_where_it_comes_from(self):
        head = (LIBRARY / FILE).read_text("utf-8")[:2_000]
        assert "Where this list comes from: compiled for Vesicle, name by name." in head
        assert "WHO Collaborating Centre" in head


class TestNames:
    def test_of_two_medicines_are_more_than_one_slip_apart(self, bank):
        names = [(plain_name(name), one.id) for one in bank.medicines.values() for name in one.names]
        names = [(name, one) for name, one in names if len(name) >= 6 and not name.startswith("vitamin")]
        by_length: dict[int, list[tuple[str, str]]] = {}
        for name, one in names:
            by_length.setdefault(len(name), []).append((name, one))
        near = [
            (first, second)
            for length, group in by_length.items()
            for (first, one), (second, other) in itertools.chain(
                itertools.combinations(group, 2), itertools.product(group, by_length.get(length + 1, []))
            )
            if one != other and OSA.distance(first, second, score_cutoff=1) <= 1
        ]
        assert near == []

    def test_are_compared_without_case_accents_and_punctuation(self):
        assert plain_name("Saint John’s-Wort") == "saintjohnswort"
        assert plain_name("Métformine") == "metformine"
