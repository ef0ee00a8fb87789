"""What pages work out from protocols: which reasons against a treatment belong together, what helps most, what expired.

Plain Python over the protocol schema.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from vesicle.protocols.bank.law import Jurisdiction
from vesicle.protocols.schema import Option, OptionRule
from vesicle.protocols.schema.common import Grade
from vesicle.protocols.schema.rules import Condition, Effect
from vesicle.protocols.schema.sections import Claim, Reach
from vesicle.website.claims.jurisdictions import lacks_status, speaks_of_exosomes

GRADES: tuple[Grade, ...] = ("high", "moderate", "low", "very-low", "none")
"""Most certain first."""

_STRICT_FIRST: tuple[Effect, ...] = ("exclude", "defer", "review", "note")


def certainty(grade: Grade) -> int:
    """Return how certain a grade is: 4 for high, 0 for none. Sorts and compares."""
    return len(GRADES) - 1 - GRADES.index(grade)


# --- who should not ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Barrier:
    """One reason against a treatment as a page tells it, and the options it holds for."""

    when: Condition
    effect: Effect
    sentence: str
    refs: tuple[str, ...]
    basis: str
    options: tuple[str, ...]


def barriers(options: Sequence[Option]) -> tuple[Barrier, ...]:
    """Return the reasons against these options, in the order of the protocol, each said once.

    Where several rules of one option look at the same answer, as after combining two treatments, the strictest is
    told: that is the one that decides. What several options say alike is told once, with the options it holds for.
    """
    told: dict[tuple[Condition, Effect, str], Barrier] = {}
    for option in options:
        for item in _strictest(option.rules):
            rule = item.rule
            key = (rule.when, rule.effect, rule.patient)
            known = told.get(key)
            holds_for = (*(known.options if known else ()), option.id)
            told[key] = Barrier(rule.when, rule.effect, rule.patient, rule.refs, rule.basis, holds_for)
    return tuple(told.values())


def _strictest(rules: Iterable[OptionRule]) -> list[OptionRule]:
    """Return one rule for each condition: the strictest, of two waits the longer one, of equals the first."""
    chosen: dict[Condition, OptionRule] = {}
    for item in rules:
        key = item.rule.when
        known = chosen.get(key)
        if known is None or _weight(item) < _weight(known):
            chosen[key] = item
    return list(chosen.values())


def _weight(item: OptionRule) -> tuple[int, int]:
    return _STRICT_FIRST.index(item.rule.effect), -(item.rule.wait.days if item.rule.wait else 0)


# --- what helps -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Help:
    """What one option does for a concern, and how sure one can be."""

    option: str
    effect: str
    grade: Grade
    measure: str
    refs: tuple[str, ...]
    basis: str


def help_by_concern(options: Iterable[Option]) -> Mapping[str, tuple[Help, ...]]:
    """Return for every concern that any option speaks of what each does for it, the most certain first."""
    found: dict[str, list[Help]] = {}
    for option in options:
        for one in option.sections.concerns:
            help_ = Help(option.id, one.effect, one.grade, one.measure, one.refs, one.basis)
            found.setdefault(one.concern, []).append(help_)
    return {concern: tuple(sorted(each, key=lambda h: -certainty(h.grade))) for concern, each in found.items()}


# --- claims -----------------------------------------------------------------------------------


_OWN_BLOOD = "autologous-platelet"


def prints_statement(options: Iterable[Option], law: Jurisdiction) -> bool:
    """Return whether a page prints the statement of a country on exosomes: its protocol names them and does not.

    A protocol says it where it speaks of regulators, or of exosomes as an alternative.
    """
    texts = (
        text
        for option in options
        for text in (
            *(one.text for one in option.sections.regulation),
            *(one.because for one in option.sections.alternatives),
        )
    )
    return lacks_status(law, texts)


def prints_statement_on_own_blood(options: Iterable[Option], law: Jurisdiction) -> bool:
    """Return whether a page prints the statement of a country on PRP: it uses it, and its protocol is silent on it."""
    ways = tuple(options)
    uses = any(_OWN_BLOOD in need.categories for option in ways for need in option.sections.products)
    return uses and all(one.jurisdiction != law.id for option in ways for one in option.sections.regulation)


def has_own_position(options: Iterable[Option], law: Jurisdiction) -> bool:
    """Return whether a protocol says itself what the regulator of a country holds of exosomes."""
    positions = (one for option in options for one in option.sections.regulation)
    return any(one.jurisdiction == law.id and speaks_of_exosomes(one.text) for one in positions)


def claims_in_force(claims: Iterable[Claim], *, on: date, jurisdiction: str) -> tuple[Claim, ...]:
    """Return the claims that a page may print: made for this country, and not past their review date.

    A claim whose review date has gone by is withdrawn until somebody has looked at it again.
    """
    return tuple(claim for claim in claims if claim.review_by >= on and jurisdiction in claim.jurisdictions)


# --- how deep ---------------------------------------------------------------------------------


def ends_at(reach: Reach) -> float:
    """Return the greatest depth in millimeters, whichever way round the protocol gives the two."""
    return max(reach.from_mm, reach.to_mm)
