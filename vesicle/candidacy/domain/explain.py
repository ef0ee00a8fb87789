"""Reasons in words, and the merging of reasons that say the same to a reader."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from vesicle.candidacy.domain.catalogue import Catalogue
from vesicle.candidacy.domain.conditions import Cause
from vesicle.candidacy.domain.verdict import Reason, Until, Why
from vesicle.core.words import joined, said
from vesicle.protocols.schema.rules import Wait
from vesicle.protocols.schema.treatment import OptionRule

_WHY: dict[str, Why] = {"unsure": "unsure", "undated": "undated", "follow-up": "unanswered", "named": "named"}

_TO_PATIENT: dict[Why, str] = {
    "unsure": said("You were not sure about “{ask}” A provider will go through it with you."),
    "undated": said("We do not have the date that goes with “{ask}” A provider will work it out with you."),
    "unanswered": said("This is still open: “{ask}” You can answer it, or a provider will ask you."),
    "named": said("You named {words}. A provider will ask how that fits with your answer to “{ask}”"),
}
_TO_CLINICIAN: dict[Why, str] = {
    "unsure": "Patient unsure: {label}.",
    "undated": "Yes, but no date: {label}.",
    "unanswered": "Not answered: {label}.",
    "named": "Named {words}, against the answer given: {label}.",
}
_IF_SO = " If so "
STILL_GOING_ON = said("this is over")
"""Completes "until …" where a wait runs from a date and the person said that it still goes on."""


def explain_fired(rule: OptionRule, questions: tuple[str, ...], ends: date | None) -> Reason:
    """Return the reason that a rule gives when it fires. ``ends`` is the first day after its wait, if known."""
    what = rule.rule
    return Reason(
        rule=rule.id,
        effect=what.effect,
        patient=what.patient,
        clinician=what.clinician,
        questions=questions,
        sources=what.refs,
        earliest=ends,
        until=_event_of(what.wait, ends) if what.wait else None,
        cleared_by=what.cleared_by,
    )


def _event_of(wait: Wait, ends: date | None) -> Until | None:
    """Return what has to happen before a wait can end: its event, or the end of what is dated and still goes on.

    ``None`` where the day is known: the event has happened, and the days after it are said instead.
    """
    return Until(wait.event or STILL_GOING_ON, wait.days) if ends is None else None


def explain_unknown(rule: OptionRule, why: Sequence[Cause], catalogue: Catalogue) -> Reason:
    """Return the reason for a review that a rule gives when somebody has to ask before it can be decided."""
    by_place = sorted(why, key=lambda cause: catalogue.place_of(cause.question))
    kinds = [(cause, _WHY[cause.kind]) for cause in by_place]
    open_points = [
        _TO_CLINICIAN[kind].format(label=_label(cause, catalogue), words=cause.words) for cause, kind in kinds
    ]
    asks = [said(_TO_PATIENT[kind], ask=catalogue.text_of(cause.question), words=cause.words) for cause, kind in kinds]
    # What was written is part of the ground: who clears this has seen those words, and others are seen anew.
    behind = [name for cause in by_place for name in (cause.question, cause.source) if name]
    what = rule.rule
    return Reason(
        rule=rule.id,
        effect="review",
        patient=joined(asks),
        clinician=f"{' '.join(open_points)}{_IF_SO}({what.effect}): {what.clinician}",
        questions=tuple(dict.fromkeys(behind)),
        sources=what.refs,
        why=kinds[0][1],
        cleared_by=what.cleared_by,
    )


def _label(cause: Cause, catalogue: Catalogue) -> str:
    known = catalogue.asked.get(cause.question)
    return known.clinician if known else cause.question


def from_both_parts(reasons: Iterable[Reason]) -> list[Reason]:
    """Merge what two combined treatments say alike: same questions, same effect.

    Of two waits for the same thing the longer one is said; it contains the shorter. Rules of one treatment are never
    merged with each other: what it says twice it means twice.
    """
    groups: dict[tuple[object, ...], list[list[Reason]]] = {}
    for reason in sorted(reasons, key=_longest_first):
        key = (reason.questions, reason.effect, reason.until is None)
        for group in groups.setdefault(key, []):
            if all(_treatment(reason) != _treatment(known) for known in group):
                group.append(reason)
                break
        else:
            groups[key].append([reason])
    return [_merged(group) for alike in groups.values() for group in alike]


def one_per_question(reasons: Iterable[Reason]) -> list[Reason]:
    """Merge undecided rules that wait for the same questions; the clinician reads what each of them would mean."""
    groups: dict[tuple[object, ...], list[Reason]] = {}
    for reason in reasons:
        groups.setdefault((reason.questions, reason.why, reason.patient), []).append(reason)
    return [
        replace(_merged(group), clinician=_consequences(group)) if len(group) > 1 else group[0]
        for group in groups.values()
    ]


def _consequences(group: Sequence[Reason]) -> str:
    """Return the open point once, then what each rule would make of it."""
    meant = dict.fromkeys(reason.clinician.partition(_IF_SO)[2] for reason in group)
    return group[0].clinician.partition(_IF_SO)[0] + "".join(f"{_IF_SO}{words}" for words in meant)


def _merged(group: Sequence[Reason]) -> Reason:
    first, *others = group
    if not others:
        return first
    return replace(
        first,
        also=tuple(reason.rule for reason in others),
        sources=tuple(dict.fromkeys(source for reason in group for source in reason.sources)),
        cleared_by=_clearable_by(group),
    )


def _clearable_by(group: Sequence[Reason]) -> tuple[str, ...]:
    """Return the licenses that may clear every reason of the group; empty leaves it to the qualifications."""
    named = [reason.cleared_by for reason in group if reason.cleared_by]
    if not named:
        return ()
    return tuple(licence for licence in named[0] if all(licence in others for others in named[1:])) or named[0]


def _longest_first(reason: Reason) -> tuple[int, int]:
    # Sorting is stable: of equal waits the option's own rule stays first.
    return (
        -(reason.earliest.toordinal() if reason.earliest else 0),
        -(reason.until.days if reason.until else 0),
    )


def _treatment(reason: Reason) -> str:
    return reason.rule.partition(".")[0]
