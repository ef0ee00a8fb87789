"""Reads the bank files, all or none: every problem of every file is reported at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeVar

from pydantic import ValidationError

from vesicle.protocols.bank.clinical import Area, Concern, ConsentRisk, Measure, RedFlag, Site
from vesicle.protocols.bank.crosschecks import problems_between
from vesicle.protocols.bank.entry import Entry, Listed
from vesicle.protocols.bank.fitting import FitDirection, FitMatch, FitWeight
from vesicle.protocols.bank.law import Jurisdiction, Licence, ProductCategory
from vesicle.protocols.bank.medicines import LookAlikes, Medicine, MedicineClass, MedicineText, OrdinaryWord
from vesicle.protocols.bank.questions import FollowUp, Question
from vesicle.protocols.bank.sources import EvidenceGrade, Reference
from vesicle.protocols.parsed import read_shipped
from vesicle.protocols.problems import FileRefused, Problem, from_validation_error
from vesicle.protocols.yaml_source import Source

LIBRARY = Path(__file__).resolve().parent.parent / "library" / "bank"


class _File(Entry):
    format: Literal[1]


class QuestionsFile(_File):
    """`questions.yaml`."""

    questions: tuple[Question, ...]


class RedFlagsFile(_File):
    """`red_flags.yaml`."""

    red_flags: tuple[RedFlag, ...]


class MeasuresFile(_File):
    """`measures.yaml`."""

    measures: tuple[Measure, ...]


class ConcernsFile(_File):
    """`concerns.yaml`."""

    concerns: tuple[Concern, ...]


class AreasFile(_File):
    """`areas.yaml`: the sites, and the areas made of them."""

    sites: tuple[Site, ...]
    areas: tuple[Area, ...]


class ConsentRisksFile(_File):
    """`consent_risks.yaml`."""

    consent_risks: tuple[ConsentRisk, ...]


class MedicinesFile(_File):
    """`medicines.yaml`: the medicines, their classes, which names look alike, and where people name them."""

    medicine_texts: tuple[MedicineText, ...]
    medicine_classes: tuple[MedicineClass, ...]
    look_alikes: tuple[LookAlikes, ...]
    ordinary_words: tuple[OrdinaryWord, ...]
    medicines: tuple[Medicine, ...]


class ReferencesFile(_File):
    """`references.yaml`."""

    references: tuple[Reference, ...]


class ProductCategoriesFile(_File):
    """`product_categories.yaml`."""

    product_categories: tuple[ProductCategory, ...]


class JurisdictionsFile(_File):
    """`jurisdictions.yaml`."""

    jurisdictions: tuple[Jurisdiction, ...]


class EvidenceGradesFile(_File):
    """`evidence_grades.yaml`."""

    evidence_grades: tuple[EvidenceGrade, ...]


class LicencesFile(_File):
    """`licences.yaml`."""

    licences: tuple[Licence, ...]


class FitWeightsFile(_File):
    """`fit_weights.yaml`: what counts in a ranking, and how much."""

    fit_weights: tuple[FitWeight, ...]
    fit_directions: tuple[FitDirection, ...]
    fit_matches: tuple[FitMatch, ...]


FILES: Mapping[str, type[_File]] = {
    "questions.yaml": QuestionsFile,
    "red_flags.yaml": RedFlagsFile,
    "measures.yaml": MeasuresFile,
    "concerns.yaml": ConcernsFile,
    "areas.yaml": AreasFile,
    "consent_risks.yaml": ConsentRisksFile,
    "medicines.yaml": MedicinesFile,
    "references.yaml": ReferencesFile,
    "product_categories.yaml": ProductCategoriesFile,
    "jurisdictions.yaml": JurisdictionsFile,
    "evidence_grades.yaml": EvidenceGradesFile,
    "licences.yaml": LicencesFile,
    "fit_weights.yaml": FitWeightsFile,
}


@dataclass(frozen=True, slots=True)
class Bank:
    """All shared vocabulary, by id. `asked` holds questions and follow-ups alike.

    `medicine_texts` are the questions in whose free text naming a medicine means using it.
    """

    questions: Mapping[str, Question]
    asked: Mapping[str, Question | FollowUp]
    red_flags: Mapping[str, RedFlag]
    measures: Mapping[str, Measure]
    concerns: Mapping[str, Concern]
    sites: Mapping[str, Site]
    areas: Mapping[str, Area]
    consent_risks: Mapping[str, ConsentRisk]
    references: Mapping[str, Reference]
    product_categories: Mapping[str, ProductCategory]
    jurisdictions: Mapping[str, Jurisdiction]
    evidence_grades: Mapping[str, EvidenceGrade]
    licences: Mapping[str, Licence]
    medicine_texts: frozenset[str]
    medicine_classes: Mapping[str, MedicineClass]
    look_alikes: Mapping[str, LookAlikes]
    ordinary_words: frozenset[str]
    medicines: Mapping[str, Medicine]
    fit_weights: Mapping[str, FitWeight]
    fit_directions: Mapping[str, FitDirection]
    fit_matches: Mapping[str, FitMatch]

    def law_of(self, country: str) -> Jurisdiction | None:
        """Return the jurisdiction of a country's code, ``UK`` for ``GB`` and ``EU`` for ``DE``; else none."""
        wanted = country.strip().upper()
        return next((one for one in self.jurisdictions.values() if wanted == one.id or wanted in one.codes), None)

    def in_order(self) -> tuple[Question, ...]:
        """Return the questions in the order they are asked."""
        return tuple(sorted(self.questions.values(), key=lambda question: question.order))

    def parent_of(self, follow_up: str) -> Question:
        """Return the question a follow-up belongs to. Raises `KeyError` for an unknown id."""
        return self.questions[follow_up.partition(".")[0]]

    def area(self, name: str) -> Area:
        """Return an area by its id or one of its aliases. Raises `KeyError` for an unknown name."""
        if name in self.areas:
            return self.areas[name]
        for area in self.areas.values():
            if name in area.aliases:
                return area
        raise KeyError(name)


@cache
def load_bank() -> Bank:
    """Return the bank that ships with Vesicle, read once per process. Raises `FileRefused`."""
    return read_bank(LIBRARY)


def read_bank(folder: Path) -> Bank:
    """Read and cross-check the bank files of a folder. Raises `FileRefused` with every problem found."""
    problems: list[Problem] = []
    sources: dict[str, Source] = {}
    entries: dict[str, tuple[Listed, ...]] = {}
    for name, model in FILES.items():
        try:
            source = sources[name] = read_shipped(folder / name, name=f"bank/{name}")
            content = model.model_validate(source.data)
        except FileRefused as refused:
            problems.extend(refused.problems)
        except ValidationError as exc:
            problems.extend(from_validation_error(exc, source, model=model))
        else:
            entries |= {field: getattr(content, field) for field in model.model_fields if field != "format"}
    if problems:
        raise FileRefused(problems)
    if problems := list(problems_between(entries, sources)):
        raise FileRefused(problems)
    return _bank(entries)


Kind = TypeVar("Kind", bound=Listed)


def _bank(entries: Mapping[str, tuple[Listed, ...]]) -> Bank:
    def by_id(kind: type[Kind], name: str) -> Mapping[str, Kind]:
        return _by_id(entry for entry in entries[name] if isinstance(entry, kind))

    questions = by_id(Question, "questions")
    asked: dict[str, Question | FollowUp] = {}
    for question in questions.values():
        asked[question.id] = question
        asked |= {follow_up.id: follow_up for follow_up in question.follow_ups}
    return Bank(
        questions=questions,
        asked=MappingProxyType(asked),
        red_flags=by_id(RedFlag, "red_flags"),
        measures=by_id(Measure, "measures"),
        concerns=by_id(Concern, "concerns"),
        sites=by_id(Site, "sites"),
        areas=by_id(Area, "areas"),
        consent_risks=by_id(ConsentRisk, "consent_risks"),
        references=by_id(Reference, "references"),
        product_categories=by_id(ProductCategory, "product_categories"),
        jurisdictions=by_id(Jurisdiction, "jurisdictions"),
        evidence_grades=by_id(EvidenceGrade, "evidence_grades"),
        licences=by_id(Licence, "licences"),
        medicine_texts=frozenset(entry.id for entry in entries["medicine_texts"]),
        medicine_classes=by_id(MedicineClass, "medicine_classes"),
        look_alikes=by_id(LookAlikes, "look_alikes"),
        ordinary_words=frozenset(entry.id for entry in entries["ordinary_words"]),
        medicines=by_id(Medicine, "medicines"),
        fit_weights=by_id(FitWeight, "fit_weights"),
        fit_directions=by_id(FitDirection, "fit_directions"),
        fit_matches=by_id(FitMatch, "fit_matches"),
    )


def _by_id(entries: Iterable[Kind]) -> Mapping[str, Kind]:
    return MappingProxyType({entry.id: entry for entry in entries})
