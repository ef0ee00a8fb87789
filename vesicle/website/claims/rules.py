"""What the data files hold: patterns, what excuses them, concepts. Read once and checked as a whole.

A pattern is data. ``verdict`` is what a hit means: ``block``, ``needs-evidence``, or ``note``, which is shown and
changes nothing. ``hit`` and ``miss`` are sentences for the tests, which no pattern is accepted without.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from vesicle.protocols.parsed import read_shipped
from vesicle.protocols.problems import FileRefused, Problem, from_validation_error
from vesicle.protocols.schema.common import Grade
from vesicle.protocols.yaml_source import Source
from vesicle.website.claims.phrases import Phrase, Vocabulary
from vesicle.website.claims.sentences import Kind

DATA = Path(__file__).resolve().parent / "data"
HARM = "<any-harm>"
"""Words for side effects, risks and days of recovery."""
EXOSOME_WORD = "exosome-word"
"""The pattern that exosomes are named at all, which some statements are required beside."""
BY_DEFAULT = "benefit-by-default"
"""The pattern of a sentence of which nothing shows that it states no benefit."""
NAMING = "<naming>"
"""Words that only name something; a sentence of nothing else claims nothing."""
NAMES_ALONE = frozenset({BY_DEFAULT, "illness-affirmed", "illness-remedied", "body-acted-on"})
"""Patterns that a bare name does not meet: "Rosacea" above a text is no promise yet."""
GENERIC = "<product-kind>"
"""Words behind which "no" reaches over the whole clause: no product, no trial, no evidence."""
VERSION = "5"
"""Of patterns and method together; every report names it. Raise it with any change of a verdict."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Told = Annotated[str, StringConstraints(min_length=5, pattern=r"[.?!]$")]
Written = tuple[Annotated[str, StringConstraints(min_length=1)], ...]
Class = Literal[
    "disease", "mechanism", "status", "stem-cell", "safety", "guarantee", "duration", "onset", "route", "minors",
    "appearance", "number", "evidence", "comparison", "testimonial", "professional", "hype", "comfort", "source",
    "price", "wording", ]  # fmt: skip


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Pattern(_Entry):
    """One way to claim something, and how that is judged.

    ``unless`` are phrases that, standing in the sentence, say that something else is meant; ``except_in`` are phrases
    that say so of the hits they share a word with, and of no other; ``never_unless`` are
    phrases beside which neither they nor ``excused_by`` count. ``excused_by`` and ``lowered_by`` name entries of
    ``context.yaml``; negation, readers' questions and reported law excuse every pattern. Without ``jurisdictions``
    it holds everywhere, without ``kinds`` in sentences of every kind.
    """

    id: Slug
    class_: Class = Field(alias="class")
    verdict: Literal["block", "needs-evidence", "note"]
    phrases: Written = Field(min_length=1)
    unless: Written = ()
    except_in: Written = ()
    never_unless: Written = ()
    excused_by: tuple[Slug, ...] = ()
    lowered_by: tuple[Slug, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    why: Told
    safer: Told
    hit: Written = Field(min_length=1)
    miss: Written = Field(min_length=1)


class Excuse(_Entry):
    """A context in which a hit does not count, or counts less; beside ``void`` it does not apply."""

    id: Slug
    why: Told
    phrases: Written = Field(min_length=1)
    void: Written = ()


class _PatternsFile(_Entry):
    format: Literal[1]
    patterns: tuple[Pattern, ...]


class _ConceptsFile(_Entry):
    format: Literal[1]
    concepts: dict[Slug, Written]


class _ExcusesFile(_Entry):
    format: Literal[1]
    excuses: tuple[Excuse, ...]


class _ContextFile(_Entry):
    format: Literal[1]
    excuses: tuple[Excuse, ...]
    promises: Written
    undone_by_promises: tuple[Slug, ...]
    lowered_by: tuple[Excuse, ...]
    yes: Written
    none: Written
    often_misspelt: Written
    reader_question: Written
    rhetorical: Written
    not_negations: Written


class Strength(_Entry):
    """Words that say how sure somebody is; ``grades`` are those of evidence that allow them."""

    id: Slug
    words: Written
    grades: tuple[Grade, ...]
    why: Told


class SupportFile(_Entry):
    """``support.yaml``: how strongly a sentence may speak, and what of."""

    format: Literal[1]
    strengths: tuple[Strength, ...]
    hedges: Written
    reservations: Written
    verbs: Written
    plain: Written
    conditions: Written
    too_sure: Written = Field(alias="too-sure")
    left_out: Written = Field(alias="left-out")
    allowed: dict[Grade, str]
    topics: dict[Slug, Written]
    treatments: dict[Slug, Written]


@dataclass(frozen=True, slots=True)
class ReadyPattern:
    """A pattern with its phrases made ready."""

    pattern: Pattern
    phrases: tuple[Phrase, ...]
    unless: tuple[Phrase, ...]
    except_in: tuple[Phrase, ...]
    never_unless: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class ReadyExcuse:
    """An excuse with its phrases made ready."""

    excuse: Excuse
    phrases: tuple[Phrase, ...]
    void: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """All data, ready for use."""

    vocabulary: Vocabulary
    patterns_by_phrase: Mapping[str, tuple[int, ...]]
    negating: frozenset[str]
    patterns: tuple[ReadyPattern, ...]
    excuses: Mapping[str, ReadyExcuse]
    lowered_by: Mapping[str, ReadyExcuse]
    yes: frozenset[str]
    none: frozenset[str]
    often_misspelt: tuple[str, ...]
    reader_question: frozenset[str]
    rhetorical: tuple[Phrase, ...]
    not_negations: tuple[Phrase, ...]


PATTERN_FILES = (
    "disease.yaml",
    "mechanism.yaml",
    "status.yaml",
    "safety.yaml",
    "effects.yaml",
    "wording.yaml",
    "meaning.yaml",
)
CONCEPT_FILES = ("concepts.yaml", "lexicon.yaml")


@cache
def load_rules() -> Rules:
    """Return the rules that ship with Vesicle, read once per process. Raises `FileRefused`."""
    return read_rules(DATA)


def read_rules(folder: Path) -> Rules:
    """Read and check the rules of a folder. Raises `FileRefused` with every problem found."""
    problems: list[Problem] = []
    concepts = [_read(folder, name, _ConceptsFile, problems) for name in CONCEPT_FILES]
    context = _read(folder, "context.yaml", _ContextFile, problems)
    practical = _read(folder, "practical.yaml", _ExcusesFile, problems)
    files = [_read(folder, name, _PatternsFile, problems) for name in PATTERN_FILES]
    if problems or context is None or practical is None:
        raise FileRefused(problems)
    patterns = [pattern for file in files if file is not None for pattern in file.patterns]
    words = Vocabulary({name: said for file in concepts if file is not None for name, said in file.concepts.items()})
    # Negation asks for these words although no pattern may name them.
    words.phrase(GENERIC)
    words.phrase(HARM)
    words.phrase(NAMING)
    promises = _phrases(context.promises, words, problems, "promises")
    excuses = {
        excuse.id: _excuse(excuse, words, problems, promises if excuse.id in context.undone_by_promises else ())
        for excuse in (*context.excuses, *practical.excuses)
    }
    problems.extend(
        _problem("undone_by_promises", f"there is no excuse '{name}'; there are {', '.join(excuses)}.")
        for name in context.undone_by_promises
        if name not in excuses
    )
    lowered_by = {excuse.id: _excuse(excuse, words, problems) for excuse in context.lowered_by}
    ready = tuple(
        ReadyPattern(
            pattern,
            _phrases(pattern.phrases, words, problems, pattern.id),
            _phrases(pattern.unless, words, problems, pattern.id),
            _phrases(pattern.except_in, words, problems, pattern.id),
            _phrases(pattern.never_unless, words, problems, pattern.id),
        )
        for pattern in patterns
    )
    known = {"excused_by": excuses, "lowered_by": lowered_by}
    seen: set[str] = set()
    for pattern in patterns:
        if pattern.id in seen:
            problems.append(_problem(pattern.id, f"'{pattern.id}' is given twice."))
        seen.add(pattern.id)
        problems.extend(
            _problem(pattern.id, f"'{name}' is not in context.yaml or practical.yaml; there are {', '.join(there)}.")
            for field, there in known.items()
            for name in getattr(pattern, field)
            if name not in there
        )
    by_phrase: dict[str, tuple[int, ...]] = {}
    for at, one in enumerate(ready):
        for phrase in one.phrases:
            by_phrase[phrase.text] = (*by_phrase.get(phrase.text, ()), at)
    rules = Rules(
        vocabulary=words,
        patterns_by_phrase=by_phrase,
        negating=frozenset(phrase.text for one in ready for phrase in one.phrases if phrase.negates),
        patterns=ready,
        excuses=excuses,
        lowered_by=lowered_by,
        yes=frozenset(context.yes),
        none=frozenset(context.none),
        often_misspelt=context.often_misspelt,
        reader_question=frozenset(context.reader_question),
        rhetorical=_phrases(context.rhetorical, words, problems, "rhetorical"),
        not_negations=_phrases(context.not_negations, words, problems, "not_negations"),
    )
    if problems:
        raise FileRefused(problems)
    return rules


File = TypeVar("File", bound=_Entry)


def _read(folder: Path, name: str, model: type[File], problems: list[Problem]) -> File | None:
    try:
        source: Source = read_shipped(folder / name, name=f"claims/{name}")
        return model.model_validate(source.data)
    except FileRefused as refused:
        problems.extend(refused.problems)
    except ValidationError as error:
        problems.extend(from_validation_error(error, source, model=model))
    return None


def _excuse(
    excuse: Excuse, words: Vocabulary, problems: list[Problem], promises: tuple[Phrase, ...] = ()
) -> ReadyExcuse:
    void = _phrases(excuse.void, words, problems, excuse.id)
    return ReadyExcuse(excuse, _phrases(excuse.phrases, words, problems, excuse.id), (*void, *promises))


def _phrases(written: Written, words: Vocabulary, problems: list[Problem], where: str) -> tuple[Phrase, ...]:
    ready = []
    for text in written:
        try:
            ready.append(words.phrase(text))
        except ValueError as error:
            problems.append(_problem(where, f"'{text}' cannot be read: {error}."))
    return tuple(ready)


def _problem(field: str, message: str) -> Problem:
    return Problem(file="claims", line=1, field=field, found="", allowed="", message=message)
