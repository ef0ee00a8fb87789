"""The word lists of the import, read once and checked as a whole; patterns are regular expressions without case."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from vesicle.protocols.parsed import read_shipped
from vesicle.protocols.problems import FileRefused, from_validation_error

DATA = Path(__file__).resolve().parent / "data"
SECTIONS = (
    "overview",
    "benefits",
    "ideal_candidates",
    "disqualifying_conditions",
    "concerns_addressed",
    "what_to_expect",
    "results_timeline",
    "recovery_and_aftercare",
    "alternatives",
)
"""The sections of an imported page, in the order of the report."""
Patterns = tuple[str, ...]


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    format: Literal[1]

    @field_validator("*")
    @classmethod
    def _patterns_are_patterns(cls, value: object) -> object:
        for pattern in _leaves(value):
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"'{pattern}' is no regular expression: {error}") from error
        return value


def _leaves(value: object) -> list[str]:
    if isinstance(value, tuple):
        return [one for one in value if isinstance(one, str)]
    if isinstance(value, dict):
        return [leaf for one in value.values() for leaf in _leaves(one)]
    return []


class Named(BaseModel):
    """Names a page uses for a treatment, as plain words; and patterns of how it is described without its name."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    words: tuple[str, ...]
    described: Patterns = ()


class TreatmentWords(_File):
    """`treatments.yaml`."""

    treatments: dict[str, Named]
    modalities: dict[str, Patterns]
    other: Patterns
    concerns: dict[str, Patterns]
    unlisted: dict[str, Patterns]


class QuestionWords(_File):
    """`questions.yaml`: patterns by question of the bank, in the order they are tried."""

    questions: dict[str, Patterns]


class Furniture(BaseModel):
    """What every page of a site carries: words in class names, class names that only look like it, headings."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    names: tuple[str, ...]
    safe: tuple[str, ...]
    headings: Patterns


class Practice(BaseModel):
    """Words of sentences about the practice (hours, years, paying), and words that spare a sentence all the same."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    about: Patterns
    spared: Patterns


class HeadingWords(_File):
    """`headings.yaml`."""

    sections: dict[str, Patterns]
    order: tuple[str, ...]
    labels: dict[str, Patterns]
    practice: Practice
    furniture: Furniture


class EvidenceWords(_File):
    """`evidence.yaml`: by section, words that speak of what it holds."""

    sections: dict[str, Patterns]


class LanguageWords(_File):
    """`languages.yaml`: common words of English, of its subject, and of other languages."""

    english: tuple[str, ...]
    subject: tuple[str, ...]
    others: dict[str, tuple[str, ...]]


class FigureWords(_File):
    """`figures.yaml`: by meaning of a figure, words that say so, and words that say it is something else."""

    roles: dict[str, Patterns]
    never: dict[str, Patterns]


Kind = TypeVar("Kind", bound=_File)


@cache
def treatment_words() -> TreatmentWords:
    """Return the words for treatments, modalities and concerns. Raises `FileRefused`."""
    return _read("treatments.yaml", TreatmentWords)


@cache
def question_words() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the patterns of the screening's questions, in order. Raises `FileRefused`."""
    found = _read("questions.yaml", QuestionWords)
    return tuple(
        (name, _compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)")) for name, patterns in found.questions.items()
    )


@cache
def heading_words() -> HeadingWords:
    """Return the words of headings, labels and furniture. Raises `FileRefused`."""
    return _read("headings.yaml", HeadingWords)


@cache
def section_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the patterns of section headings, in the order they are tried."""
    found = heading_words()
    return tuple((name, _compile("|".join(found.sections[name]))) for name in found.order)


@cache
def evidence_patterns() -> dict[str, re.Pattern[str]]:
    """Return the words that speak of each section's matter, in the order that decides between equals."""
    found = _read("evidence.yaml", EvidenceWords)
    return {name: _compile("|".join(patterns)) for name, patterns in found.sections.items()}


@cache
def language_words() -> tuple[frozenset[str], frozenset[str], dict[str, frozenset[str]]]:
    """Return common words of English, English words of the subject, and common words of other languages."""
    found = _read("languages.yaml", LanguageWords)
    others = {name: frozenset(words) for name, words in found.others.items()}
    return frozenset(found.english), frozenset(found.subject), others


@cache
def label_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the patterns of labels by what they stand before; what is ignored first."""
    labels = heading_words().labels
    names = ["ignored", *(name for name in labels if name != "ignored")]
    return tuple((name, _compile("|".join(labels[name]))) for name in names)


@cache
def practice_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the words of sentences about the practice, and those that spare a sentence."""
    found = heading_words().practice
    return _compile("|".join(found.about)), _compile("|".join(found.spared))


@cache
def furniture_headings() -> re.Pattern[str]:
    """Return the pattern of headings under which no content stands."""
    return _compile("|".join(heading_words().furniture.headings))


@cache
def figure_patterns() -> tuple[dict[str, re.Pattern[str]], dict[str, re.Pattern[str]]]:
    """Return the words by which figures are understood, and those by which they are something else."""
    found = _read("figures.yaml", FigureWords)
    return (
        {name: _compile("|".join(patterns)) for name, patterns in found.roles.items()},
        {name: _compile("|".join(patterns)) for name, patterns in found.never.items()},
    )


def _read(name: str, model: type[Kind]) -> Kind:
    source = read_shipped(DATA / name, name=f"importing/data/{name}")
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        raise FileRefused(from_validation_error(error, source, model=model)) from error
