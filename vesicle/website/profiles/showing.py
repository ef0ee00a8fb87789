"""Words about team and locations as pages print them: for the staff who write them, and for the public."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.text import slugify

from vesicle.people.models import Staff
from vesicle.protocols.bank import Bank, load_bank
from vesicle.website import queries as pages
from vesicle.website.presenters.places import Person, PlaceEntry, role
from vesicle.website.profiles import queries
from vesicle.website.profiles.content import FIELDS, LocationWords, PersonWords, parsed
from vesicle.website.profiles.queries import Published, Subject, kind_of


@dataclass(frozen=True, slots=True)
class Row:
    """One person or place in the list: what is on the pages, and what waits."""

    subject: Subject
    role: str
    standing: queries.Standing | None

    @property
    def state(self) -> tuple[str, str]:
        """Tone and words."""
        if self.standing is None or self.standing.profile.shown is None:
            return "neutral", "Not shown"
        return "ok", "On the pages"

    @property
    def missing(self) -> str:
        """What was published and is not on the pages, in words; empty where all of it is."""
        if self.standing is None:
            return ""
        off = len(self.standing.withdrawn)
        parts = [f"{off} sentence{'s' if off > 1 else ''} taken off"] if off else []
        return "; ".join([*parts, *(["Portrait not shown"] if self.standing.lacks_agreement else [])])

    @property
    def draft(self) -> str:
        """What is being written, in words."""
        if self.standing is None or self.standing.profile.draft is None:
            return ""
        return "Waits to be published" if self.standing.profile.is_submitted else "Draft"


def rows(subjects: Iterable[Subject], standings: Iterable[queries.Standing]) -> list[Row]:
    """Return the list of people, or of places."""
    known = {row.profile.subject: row for row in standings}
    return [Row(one, person_facts(one), known.get(one)) for one in subjects]


def person_facts(subject: Subject) -> str:
    """Return title and licence as recorded; empty for a place."""
    return _role(subject, "", load_bank()) if isinstance(subject, Staff) else ""


def told(content: Mapping[str, Any], subject: Subject) -> list[tuple[str, str]]:
    """Return what a version says, field by field."""
    words = parsed(kind_of(subject), content)
    found = [(field.label, getattr(words, field.name)) for field in FIELDS[type(words)]]
    if words.picture is not None:
        found.append(("Picture", words.picture.alt))
    return [(label, text) for label, text in found if text]


def _role(staff: Staff, title: str, bank: Bank) -> str:
    return role(pages.Provider(staff.name, title or staff.title, staff.licence, (), staff.pk), bank)


# --- for the public pages -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the team as the page shows them."""

    slug: str
    name: str
    role: str
    biography: str
    picture: pages.ShownPicture | None


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """What the page says of a location beside its address and hours; ``ways`` are heading and text."""

    description: str
    ways: tuple[tuple[str, str], ...]
    picture: pages.ShownPicture | None


@dataclass(frozen=True, slots=True)
class TeamPage:
    """The page of the locations with what the clinic says of them, and of the people who work there."""

    places: tuple[tuple[PlaceEntry, PlaceWords | None], ...]
    team: tuple[Member, ...]


def team_page(
    entries: Sequence[PlaceEntry], places: Sequence[pages.Place], published: Published, bank: Bank
) -> TeamPage:
    """Return the locations with what is published. As soon as anybody is shown, nobody else is named."""
    members = _members(published, bank)
    laid = []
    for entry, place in zip(entries, places, strict=True):
        if members:
            here = {provider.staff_id for provider in place.providers}
            named = [Person(one.name, one.role, one.slug) for key, one in members.items() if key in here]
            entry = replace(entry, people=tuple(named))
        words = published.places.get(place.location.pk)
        laid.append((entry, None if words is None else _place_words(words, published)))
    return TeamPage(tuple(laid), tuple(members.values()))


def _members(published: Published, bank: Bank) -> dict[int, Member]:
    found: dict[int, Member] = {}
    taken: set[str] = set()
    for key, (staff, words) in published.people.items():
        slug = f"team-{slugify(staff.name) or key}"
        slug = f"{slug}-{len(found) + 1}" if slug in taken else slug
        taken.add(slug)
        found[key] = Member(
            slug, staff.name, _role(staff, words.title, bank), words.biography, _picture(words, published)
        )
    return found


def _place_words(words: LocationWords, published: Published) -> PlaceWords:
    ways = [
        (field.name, text)
        for field in FIELDS[LocationWords]
        if field.name != "description" and (text := getattr(words, field.name))
    ]
    return PlaceWords(words.description, tuple(ways), _picture(words, published))


def _picture(words: PersonWords | LocationWords, published: Published) -> pages.ShownPicture | None:
    return published.pictures.get(words.picture) if words.picture is not None else None
