"""What may change, when, for how long, how often one comes, and when we look again."""

from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from vesicle.protocols.bank import Bank
from vesicle.protocols.queries import OfferedOption
from vesicle.protocols.schema.common import Grade
from vesicle.protocols.schema.sections import SessionPlan
from vesicle.website.presenters import words
from vesicle.website.presenters.facts import NOT_KNOWN
from vesicle.website.presenters.notes import Notes, Said


@dataclass(frozen=True, slots=True)
class Look:
    """A time at which we look at the result, and what for."""

    when: str
    purpose: str


@dataclass(frozen=True, slots=True)
class WayResults:
    """What one way may bring."""

    said: Said
    grade: Grade
    onset: str
    best: str
    lasts: str
    plan: Said
    course: str
    again: str
    swelling: str
    looks: tuple[Look, ...]


def way_results(one: OfferedOption, bank: Bank, notes: Notes) -> WayResults:
    """Return the results of one option in words."""
    sections = one.option.sections
    found, plan = sections.results, sections.sessions
    return WayResults(
        said=notes.of(found, found.text, marked=True),
        grade=found.grade,
        onset=words.span(found.onset_weeks, "week"),
        best=words.span(found.peak_weeks, "week") or str(NOT_KNOWN),
        lasts=words.span(found.lasts_months, "month") or str(NOT_KNOWN),
        plan=notes.of(plan, plan.text, marked=True),
        course=_course(plan),
        again=_again(plan, bank),
        swelling=_swelling(found.swelling_window_days),
        looks=tuple(Look(gettext("Week %(week)s") % {"week": each.week}, each.purpose) for each in sections.follow_ups),
    )


def _swelling(window: int) -> str:
    if window == 0:
        return ""
    return ngettext(
        "Photographs of the first day are not used to judge the effect: the skin may still be swollen.",
        "Photographs of the first %(count)s days are not used to judge the effect: the skin may still be swollen.",
        window,
    ) % {"count": window}


def _course(plan: SessionPlan) -> str:
    """Return how many visits a course takes and how far apart they are."""
    visits = words.span(plan.sessions, "visit")
    if plan.spacing_weeks is None:
        return visits
    return gettext("%(visits)s, %(weeks)s apart") % {"visits": visits, "weeks": words.span(plan.spacing_weeks, "week")}


def _again(plan: SessionPlan, bank: Bank) -> str:
    """Return the months between later visits; with the areas they are for, where they are not for all."""
    said = words.span(plan.maintenance_months, "month")
    if not said:
        return str(NOT_KNOWN)
    areas = words.in_a_row([words.small(bank.area(area).name) for area in plan.maintenance_areas])
    return f"{said} ({areas})" if areas else said
