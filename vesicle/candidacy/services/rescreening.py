"""When the rules change: look at everybody they may concern, and put whoever is newly affected before a person.

Nothing is cancelled here and no clearance withdrawn: the gate judges everybody by the rules in force anyway. The list
says whom that will stop, while there is time to talk with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from vesicle.candidacy import hooks, queries
from vesicle.candidacy.domain import Answers, evaluate, standard_catalogue
from vesicle.candidacy.domain.planes import Population
from vesicle.candidacy.domain.rescreening import newly_affected
from vesicle.candidacy.domain.sheets import standard_layout
from vesicle.candidacy.domain.verdict import VerdictName
from vesicle.candidacy.models import ReviewDecision, RuleChange, RuleChangeClosed, Screening
from vesicle.candidacy.permissions import CLOSE_RULE_CHANGE
from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid, NotFound
from vesicle.people.models import Staff
from vesicle.protocols.models import Edition
from vesicle.protocols.queries import OfferedOption, options_in_edition

RESCREENED = audit.define("candidacy.rescreened", "judged everybody again after a change of rules")
AFFECTED = audit.define("candidacy.affected", "is affected by a change of rules")
CLOSED = audit.define("candidacy.affected-closed", "dealt with somebody whom a change of rules affects")

Standing = RuleChange.Standing


@dataclass(frozen=True, slots=True)
class _Case:
    """Somebody the rules of one option matter to, and the day to judge."""

    patient_id: int
    option: str
    on: date
    standing: RuleChange.Standing


def rescreen(by: Actor, edition: Edition, replaced: Edition | None) -> None:
    """Judge again everybody with a valid clearance or an appointment to come, once an edition replaces another.

    Runs in the transaction of the approval: an edition in force has its list. Whoever is judged more strictly than by
    the edition before, or has to be seen for a reason nobody has cleared, is put on it with both verdicts.
    """
    if replaced is None:
        return
    at = clock.now()
    today = queries.clinic_day(by.clinic_id, at)
    before, after = options_in_edition(replaced.pk), options_in_edition(edition.pk)
    cases = _cases(by.clinic_id, tuple(before), today, at)
    sheets = _sheets(by.clinic_id, {case.patient_id for case in cases})
    cases = [case for case in cases if case.patient_id in sheets]
    rows = [
        RuleChange(
            clinic_id=by.clinic_id,
            edition=edition,
            replaced=replaced,
            patient_id=case.patient_id,
            screening_id=sheets[case.patient_id][0],
            option=case.option,
            standing=case.standing,
            on=case.on,
            before=was,
            after=now,
            reasons=reasons,
            found_at=at,
        )
        for case, was, now, reasons in _affected(cases, sheets, before, after)
    ]
    RuleChange.objects.bulk_create(rows)
    detail = {"treatment": edition.treatment, "judged": len(cases), "affected": len(rows)}
    audit.record(RESCREENED, by=by, about=edition, detail=detail, at=at)
    for row in rows:
        told = {"option": row.option, "before": row.before, "after": row.after}
        audit.record(AFFECTED, by=by, about=row, patient_id=row.patient_id, detail=told, at=at)


def close_rule_change(*, by: Actor, change: RuleChange, note: str, now: datetime | None = None) -> RuleChangeClosed:
    """Record what was done about somebody on the list.

    Raises:
        Invalid: nothing is said.
        Conflict: a colleague was faster.
    """
    by.require(CLOSE_RULE_CHANGE)
    if not note.strip():
        raise Invalid("Say what was done.", fields={"note": "Say what was done, for whoever looks later."})
    at = now or clock.now()
    with transaction.atomic():
        row = RuleChange.objects.select_for_update().filter(clinic_id=by.clinic_id, pk=change.pk).first()
        if row is None:
            raise NotFound("We could not find that entry.")
        if RuleChangeClosed.objects.filter(change=row).exists():
            raise Conflict("A colleague has dealt with this already. The list below is up to date.")
        staff = Staff.objects.get(clinic_id=by.clinic_id, pk=by.person_id)
        closed = RuleChangeClosed.objects.create(
            clinic_id=by.clinic_id, change=row, note=note.strip(), closed_by=staff, closed_at=at
        )
        audit.record(CLOSED, by=by, about=row, patient_id=row.patient_id, detail={"option": row.option}, at=at)
    return closed


# --- the parts ------------------------------------------------------------------------------------------


def _cases(clinic_id: int, options: tuple[str, ...], today: date, at: datetime) -> list[_Case]:
    """Return everybody with a clearance in force, and everybody expected, each once with the day that comes first."""
    found = {
        (patient_id, option): _Case(patient_id, option, today, Standing.CLEARANCE)
        for patient_id, option in _cleared(clinic_id, options, today)
    }
    expected = (each for ask in hooks.expected for each in ask(clinic_id, options, at))
    for each in sorted(expected, key=lambda one: one.on, reverse=True):
        case = _Case(each.patient_id, each.option, max(each.on, today), Standing.APPOINTMENT)
        found[each.patient_id, each.option] = case
    return list(found.values())


def _cleared(clinic_id: int, options: tuple[str, ...], today: date) -> Iterator[tuple[int, str]]:
    rows = ReviewDecision.objects.filter(clinic_id=clinic_id, review__option__in=options)
    latest = rows.order_by("review__patient_id", "review__option", "-decided_at", "-pk")
    for row in latest.distinct("review__patient_id", "review__option").select_related("review"):
        if row.outcome == ReviewDecision.Outcome.CLEARED and row.expires_on and row.expires_on >= today:
            yield row.review.patient_id, row.review.option


def _sheets(clinic_id: int, patient_ids: set[int]) -> dict[int, tuple[int, bytes]]:
    """Return each patient's latest finished screening: its number and its sheet, in one read for most of them."""
    layout = standard_layout()
    rows = Screening.objects.filter(clinic_id=clinic_id, patient_id__in=patient_ids, completed_at__isnull=False)
    latest = rows.order_by("patient_id", "-completed_at", "-pk").distinct("patient_id")
    found, old = {}, []
    for row in latest:
        if row.sheet is None or row.sheet_layout != layout.id:
            old.append(row)
        elif row.patient_id is not None:
            found[row.patient_id] = (row.pk, bytes(row.sheet))
    told = queries.said_of(old)
    found |= {row.patient_id: (row.pk, layout.write(told[row.pk].answers)) for row in old if row.patient_id is not None}
    return found


def _affected(
    cases: list[_Case],
    sheets: Mapping[int, tuple[int, bytes]],
    before: Mapping[str, OfferedOption],
    after: Mapping[str, OfferedOption],
) -> Iterator[tuple[_Case, str, str, list[dict[str, Any]]]]:
    """Yield who is affected, with both verdicts and the reasons that are new."""
    # One pass for each day: where somebody is expected, that day is judged.
    groups: dict[tuple[str, date], list[_Case]] = {}
    for case in cases:
        groups.setdefault((case.option, case.on), []).append(case)
    hit: list[tuple[_Case, str, str]] = []
    layout, catalogue = standard_layout(), standard_catalogue()
    for (option, on), group in groups.items():
        new = after.get(option)
        rows = layout.read(b"".join(sheets[case.patient_id][1] for case in group))
        people = Population(rows, layout, catalogue)
        if not before[option].is_offered:
            continue
        if new is None or not new.is_offered:
            gone: list[VerdictName] = people.at(on).verdicts([before[option].option])[0].names()
            hit += [(case, name, "unsuitable") for case, name in zip(group, gone, strict=True)]
            continue
        found = newly_affected(people.at(on), before[option].option, new.option)
        hit += [(group[each.place], each.before, each.after) for each in found]
    answers = _answers({sheets[case.patient_id][0] for case, _, _ in hit})
    for case, was, now in hit:
        said = answers[sheets[case.patient_id][0]]
        yield case, was, now, _reasons(case, said, before[case.option], after.get(case.option))


def _answers(screening_ids: Iterable[int]) -> dict[int, Answers]:
    rows = Screening.objects.filter(pk__in=list(screening_ids))
    return {pk: told.answers for pk, told in queries.said_of(rows).items()}


def _reasons(case: _Case, said: Answers, before: OfferedOption, after: OfferedOption | None) -> list[dict[str, Any]]:
    """Return what counts now and did not before, for whoever talks with the patient."""
    if after is None or not after.is_offered:
        words = "This treatment is not offered here any more."
        return [{"rule": "", "effect": "exclude", "patient": words, "clinician": words}]
    old, new = (evaluate(each.option, said, case.on) for each in (before, after))
    known = {(rule, reason.effect) for reason in (*old.reasons, *old.other) for rule in reason.rules}
    fresh = [r for r in (*new.reasons, *new.other) if any((rule, r.effect) not in known for rule in r.rules)]
    return [reason.as_json() for reason in (fresh or new.reasons)]
