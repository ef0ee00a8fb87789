"""The ways into the site: treatments, concerns, and the first page."""

from collections.abc import Sequence
from dataclasses import dataclass

from vesicle.core.drawing import Svg
from vesicle.protocols.bank import Bank
from vesicle.protocols.schema.common import Grade
from vesicle.website import domain, drawings, queries
from vesicle.website.presenters import words
from vesicle.website.presenters.evidence import GradeMeaning, grade_meanings
from vesicle.website.presenters.facts import Facts, facts_of, taken_together, treatment_comparison, treatment_url
from vesicle.website.presenters.notes import Notes, Said, Source


@dataclass(frozen=True, slots=True)
class TreatmentEntry:
    """One treatment in a list."""

    id: str
    title: str
    tagline: str
    ways: str
    facts: Facts
    art: Svg


def treatment_entries(treatments: Sequence[queries.Treatment]) -> tuple[TreatmentEntry, ...]:
    """Return the treatments as a list prints them."""
    return tuple(
        TreatmentEntry(
            one.id,
            one.title,
            one.overlay.headline or one.protocol.tagline,
            words.in_a_row(words.as_list([each.option.name for each in one.offered]), "or"),
            taken_together([facts_of(each) for each in one.offered]),
            drawings.hero(one.id),
        )
        for one in treatments
    )


# --- concerns -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ConcernEntry:
    """One concern in a list, with the most certain help there is."""

    id: str
    name: str
    description: str
    best: Grade
    count: int


def concern_entries(treatments: Sequence[queries.Treatment], bank: Bank) -> tuple[ConcernEntry, ...]:
    """Return the concerns that anything offered here speaks of, in the order of the catalogue."""
    helps = domain.help_by_concern(each.option for one in treatments for each in one.offered)
    return tuple(
        ConcernEntry(
            concern.id,
            concern.name,
            concern.description,
            helps[concern.id][0].grade,
            sum(each.grade != "none" for each in helps[concern.id]),
        )
        for concern in bank.concerns.values()
        if concern.id in helps
    )


@dataclass(frozen=True, slots=True)
class RankedHelp:
    """What one option does for the concern."""

    title: str
    name: str
    url: str
    said: Said
    grade: Grade
    seen_by: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class ConcernPage:
    """A concern and everything offered for it, the most certain first."""

    id: str
    name: str
    description: str
    synonyms: tuple[str, ...]
    medical_note: str
    helps: tuple[RankedHelp, ...]
    not_shown: tuple[RankedHelp, ...]
    compare_url: str
    grades: tuple[GradeMeaning, ...]
    sources: tuple[Source, ...]


def concern_page(concern_id: str, treatments: Sequence[queries.Treatment], bank: Bank) -> ConcernPage | None:
    """Return the page of a concern, or ``None`` when nothing offered here speaks of it."""
    concern = bank.concerns.get(concern_id)
    offered = {each.option.id: each for one in treatments for each in one.offered}
    helps = domain.help_by_concern(each.option for each in offered.values()).get(concern_id, ())
    if concern is None or not helps:
        return None
    notes = Notes(bank)
    ranked = [
        RankedHelp(
            offered[each.option].option.title,
            offered[each.option].option.name,
            treatment_url(each.option),
            notes.say(each.effect, each.refs, each.basis),
            each.grade,
            bank.measures[each.measure].what,
            facts_of(offered[each.option]),
        )
        for each in helps
    ]
    return ConcernPage(
        id=concern.id,
        name=concern.name,
        description=concern.description,
        synonyms=concern.synonyms,
        medical_note=concern.medical_note or "",
        helps=tuple(each for each in ranked if each.grade != "none"),
        not_shown=tuple(each for each in ranked if each.grade == "none"),
        compare_url=treatment_comparison(each.option for each in helps if each.grade != "none"),
        grades=grade_meanings(bank),
        sources=notes.sources(),
    )


# --- the first page -----------------------------------------------------------------------------


def home_art() -> Svg:
    """Return the picture at the head of the first page."""
    return drawings.hero("")


def home_skin(treatments: Sequence[queries.Treatment]) -> drawings.Pair | None:
    """Return one column of skin for each treatment: the deepest that any of its ways reaches."""
    return drawings.depths([(one.title, [each.option for each in one.offered]) for one in treatments])
