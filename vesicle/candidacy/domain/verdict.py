"""The verdict on one option: what, why, from when, and what is not known; for people and as data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from vesicle.core.words import Said, joined, said
from vesicle.protocols.schema.rules import Effect

VerdictName = Literal["unsuitable", "defer", "review", "incomplete", "suitable"]
Why = Literal["fired", "unsure", "undated", "unanswered", "named"]

STRICTEST_FIRST: tuple[VerdictName, ...] = ("unsuitable", "defer", "review", "incomplete", "suitable")


@dataclass(frozen=True, slots=True, order=True)
class Until:
    """Something that has to happen first (completes "until …"), and the days to wait after it."""

    event: str
    days: int

    @property
    def sentence(self) -> str:
        """The wait in words, without a full stop."""
        if not self.days:
            return said("until {event}", event=self.event)
        if self.days == 1:
            return said("until {event}, then 1 day more", event=self.event)
        return said("until {event}, then {days} days more", event=self.event, days=self.days)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, for both sides of the desk.

    ``rule`` decided; ``also`` are rules of combined treatments that say the same. ``effect`` is what the reason does
    to the verdict: a rule that would exclude but cannot be decided has the effect ``review``. ``why`` says whether
    the rule fired or what it lacks. ``earliest`` and ``until`` belong to ``defer``.
    """

    rule: str
    effect: Effect
    patient: str
    clinician: str
    questions: tuple[str, ...]
    sources: tuple[str, ...]
    why: Why = "fired"
    also: tuple[str, ...] = ()
    earliest: date | None = None
    until: Until | None = None
    cleared_by: tuple[str, ...] = ()

    @property
    def rules(self) -> tuple[str, ...]:
        """Every rule behind this reason."""
        return (self.rule, *self.also)

    def as_json(self) -> dict[str, Any]:
        """Return the reason as ``vesicle screen`` writes it."""
        return {
            "rule": self.rule,
            "effect": self.effect,
            "patient": self.patient,
            "clinician": self.clinician,
            "questions": list(self.questions),
            "sources": list(self.sources),
            "why": self.why,
            "also": list(self.also),
            "earliest": self.earliest.isoformat() if self.earliest else None,
            "until": self.until.sentence if self.until else None,
            "cleared_by": list(self.cleared_by),
        }


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that would change a verdict: a ``day``, an ``event``, another ``answer``, or a provider's ``decision``.

    ``text`` is for the patient; ``on`` belongs to a day.
    """

    kind: Literal["day", "event", "answer", "decision"]
    text: str
    questions: tuple[str, ...] = ()
    on: date | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as ``vesicle screen`` writes it."""
        on = self.on.isoformat() if self.on else None
        return {"kind": self.kind, "text": self.text, "questions": list(self.questions), "on": on}


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would change a verdict, and the day to ask again.

    ``ask_again`` is the earliest day for ``defer``, today for ``incomplete``, the day after which the first answer has
    to be confirmed for ``suitable``, and ``None`` where nobody can name a day.
    """

    turns: tuple[Turn, ...] = ()
    ask_again: date | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The engine's decision about one option on one day.

    ``reasons`` decide; ``other`` also fired but something stricter decided; ``notes`` never decide. ``earliest`` is
    the first day on which the same answers no longer defer, ``None`` where something in ``until`` has to happen first.
    ``missing`` are questions to answer (or whose date is), ``unasked`` those among them that were never answered at
    all, ``optional`` ones that may stay open. ``outlook`` says what would change the verdict, and when.
    """

    option: str
    protocol: str
    on: date
    verdict: VerdictName
    earliest: date | None = None
    until: tuple[Until, ...] = ()
    not_before: date | None = None
    reasons: tuple[Reason, ...] = ()
    other: tuple[Reason, ...] = ()
    notes: tuple[Reason, ...] = ()
    missing: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    outlook: Outlook = Outlook()

    @property
    def strictness(self) -> int:
        """Smaller is stricter; sorts verdicts."""
        return STRICTEST_FIRST.index(self.verdict)

    @property
    def for_review(self) -> tuple[Reason, ...]:
        """Every reason for which a provider has to decide, deciding or not."""
        return tuple(reason for reason in (*self.reasons, *self.other) if reason.effect == "review")

    def as_json(self) -> dict[str, Any]:
        """Return the verdict as ``vesicle screen`` writes it."""
        return {
            "option": self.option,
            "protocol": self.protocol,
            "verdict": self.verdict,
            "earliest": self.earliest.isoformat() if self.earliest else None,
            "until": [until.sentence for until in self.until],
            "not_before": self.not_before.isoformat() if self.not_before else None,
            "reasons": [reason.as_json() for reason in self.reasons],
            "other": [reason.as_json() for reason in self.other],
            "notes": [reason.as_json() for reason in self.notes],
            "missing": list(self.missing),
            "unasked": list(self.unasked),
            "optional": list(self.optional),
            "would_change": [turn.as_json() for turn in self.outlook.turns],
            "ask_again": self.outlook.ask_again.isoformat() if self.outlook.ask_again else None,
        }


def in_words(parts: Iterable[str]) -> str:
    """Return ``parts`` as "a", "a and b" or "a, b and c"."""
    *start, last = parts
    return said("{start} and {last}", start=joined(start, ", "), last=last) if start else last


def all_of(waits: Iterable[str]) -> Said:
    """Return waits of which every one has to end: "until a, then 3 days more and until b"."""
    first, *others = waits
    if not others:
        return joined([first])
    return said("{start} and {last}", start=all_of([first, *others[:-1]]), last=others[-1])
