"""What may change, when, for how long, how often one comes, and when we look again."""

from dataclasses import dataclass

from vesicle.protocols.bank import Bank
from vesicle.protocols.queries import OfferedOption
from vesicle.protocols.schema.common import Grade
from vesicle.protocols.schema.sections import SessionPlan
from vesicle.protocols.words import area_words
from vesicle.website.presenters import words
from vesicle.website.presenters.facts import NOT_KNOWN
from vesicle.website.presenters.notes import Notes, Said


@dataclass(frozen=True, slots=True)
class Look:
    """A time at which we look at the result, and what for."""

    when: str
    purpose: str
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WayResults:
    """What one way may bring."""

    said: Said
    grade: Grade
    onset: str
    best: str
    lasts: str
    plan: Said
    visits: str
    spacing: str
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
        best=words.span(found.peak_weeks, "week") or NOT_KNOWN,
        lasts=words.span(found.lasts_months, "month") or NOT_KNOWN,
        plan=notes.of(plan, plan.text, marked=True),
        visits=words.span(plan.sessions, "visit"),
        spacing=words.span(plan.spacing_weeks, "week"),
        again=_again(plan),
        swelling=_swelling(found.swelling_window_days),
        looks=tuple(
            Look(f"Week {each.week}", each.purpose, tuple(bank.measures[key].name for key in each.measures))
            for each in sections.follow_ups
        ),
    )


def _swelling(window: int) -> str:
    if window == 0:
        return ""
    days = "the first day" if window == 1 else f"the first {window} days"
    return f"Photographs of {days} are not used to judge the effect: the skin may still be swollen."


def _again(plan: SessionPlan) -> str:
    """Return the months between later visits; with the areas they are for, where they are not for all."""
    said = words.span(plan.maintenance_months, "month")
    return f"{said} ({area_words(plan.maintenance_areas)})" if said and plan.maintenance_areas else said
