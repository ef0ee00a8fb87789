"""Decisions, conditions, limits and figures in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from vesicle.candidacy.domain.authority import Authority
from vesicle.candidacy.domain.exam import grouped
from vesicle.candidacy.domain.metrics import Override, Pace
from vesicle.candidacy.models import ClearingLimit, ReviewDecision
from vesicle.candidacy.presenters.words import waited
from vesicle.candidacy.queries import ClearanceCondition, Metrics
from vesicle.people.models import Staff


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """A decision with its findings by item and its conditions, met ones marked."""

    row: ReviewDecision
    findings: list[tuple[str, list[tuple[str, str]]]]
    conditions: list[ClearanceCondition]
    open_conditions: list[ClearanceCondition]


def decision_record(row: ReviewDecision) -> DecisionRecord:
    """Return a decision as it is read and printed."""
    conditions = sorted(row.requirements.all(), key=lambda one: one.pk)
    still_open = [one for one in conditions if not hasattr(one, "met")]
    return DecisionRecord(row, grouped(row.findings), conditions, still_open)


def who_may(found: Authority, here: Sequence[Staff]) -> str:
    """Return who may decide, in a sentence: licenses, the director, and the people at this clinic."""
    licences = ", ".join(sorted(found.licences)).upper()
    others = found.is_open_to_director and found.exam - found.licences
    director = f"the medical director with {', '.join(sorted(found.exam)).upper()}" if others else ""
    names = ", ".join(row.name for row in here)
    may = " or ".join(part for part in (licences, director) if part)
    return f"May decide: {may or 'nobody'}. At this clinic: {names or 'nobody at present'}."


def limit_words(row: ClearingLimit, names: Mapping[str, str]) -> str:
    """Return a limit as one sentence."""
    licences = ", ".join(row.licences).upper()
    if row.kind == ClearingLimit.Kind.EXAM:
        where = names.get(row.option, row.option) if row.option else "every treatment"
        return f"Of those whom the protocol lets examine for {where}, only {licences}."
    if row.kind == ClearingLimit.Kind.RULE:
        return f"What {row.rule} gives to review is cleared only by {licences}."
    where = row.rule or "any rule"
    return f"The medical director has no privilege for {where}: their license has to be one that the rule names."


Table = list[list[str | int | float]]
_NO_RULE = "all together"


def metrics_table(found: Metrics, names: Mapping[str, str]) -> Table:
    """Return every figure as rows of a table, for a file: section, name, measure, count, of, value."""
    rows: Table = [["section", "name", "measure", "count", "of", "value"]]
    rows += [
        ["now", "", "waiting", found.waiting, "", ""],
        ["now", "", "overdue", found.overdue, found.waiting, ""],
        ["now", "", "longest wait in hours", "", "", _hours(found.oldest)],
    ]
    since = f"last {found.days} days"
    rows += _pace_rows(since, "all", [found.all], {})
    rows += _pace_rows(since, "by provider", found.by_provider, {})
    rows += _pace_rows(since, "by treatment", found.by_option, names)
    for one in (found.overridden, *found.by_rule):
        rows += _override_rows(since, one)
    rows.append([since, "", "clearances withdrawn", found.withdrawn, found.cleared, ""])
    return [[_harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]


def oldest(found: Metrics) -> str:
    """Return the longest wait in words."""
    return waited(found.oldest) if found.oldest is not None else "nobody waits"


def _harmless(cell: str) -> str:
    """Keep spreadsheets from running a cell that begins like a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _hours(span: timedelta | None) -> float | str:
    return round(span.total_seconds() / 3600, 1) if span is not None else ""


def _pace_rows(since: str, what: str, paces: Iterable[Pace], names: Mapping[str, str]) -> Table:
    return [
        [
            since,
            names.get(one.name, one.name),
            f"median hours to decision, {what}",
            one.timed,
            one.count,
            one.median_hours if one.median_hours is not None else "",
        ]
        for one in paces
    ]


def _override_rows(since: str, one: Override) -> Table:
    shares = {
        "cleared": one.cleared,
        "declined": one.declined,
        "deferred": one.deferred,
        "more information": one.more_information,
    }
    return [
        [since, one.name or _NO_RULE, f"passed on by a rule, {word}", share.count, share.of, _percent(share.percent)]
        for word, share in shares.items()
    ]


def _percent(value: int | None) -> str:
    return f"{value} %" if value is not None else ""
