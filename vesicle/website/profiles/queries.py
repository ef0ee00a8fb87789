"""Reads of the words about team and locations: for those who write them, and for the public pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from vesicle.clinic.models import Location
from vesicle.core.actor import Actor
from vesicle.people.models import Staff
from vesicle.protocols.overlay import PlacedPicture
from vesicle.website import queries as pages
from vesicle.website import statement_queries
from vesicle.website.claims import jurisdictions, reports
from vesicle.website.claims.rules import BY_DEFAULT
from vesicle.website.models import Profile, ProfileVersion
from vesicle.website.permissions import WRITE_PROFILES
from vesicle.website.profiles.content import LocationWords, PersonWords, Words, parsed
from vesicle.website.statements.judging import Basis, Statement, judged
from vesicle.website.statements.own_words import OwnWords

Subject = Staff | Location
"""Whom or what the words are about."""


def kind_of(subject: Subject) -> type[PersonWords] | type[LocationWords]:
    """Return which words there are about a member of the team, or about a location."""
    return PersonWords if isinstance(subject, Staff) else LocationWords


def profile_of(actor: Actor, subject: Subject) -> Profile:
    """Return the profile of a person or a place; one that nobody has written yet is new and not saved."""
    actor.require(WRITE_PROFILES)
    key = {"staff": subject} if isinstance(subject, Staff) else {"location": subject}
    rows = Profile.objects.select_related("shown").filter(clinic_id=actor.clinic_id)
    return rows.filter(**key).first() or Profile(clinic_id=actor.clinic_id, **key)


def profiles(actor: Actor) -> Sequence[Profile]:
    """Return all profiles of the clinic."""
    actor.require(WRITE_PROFILES)
    return list(Profile.objects.select_related("staff", "shown").filter(clinic_id=actor.clinic_id))


def versions(actor: Actor, profile: Profile) -> Sequence[ProfileVersion]:
    """Return what was published, the newest first."""
    actor.require(WRITE_PROFILES)
    if profile._state.adding:
        return []
    rows = ProfileVersion.objects.select_related("published_by")
    return list(rows.filter(clinic_id=actor.clinic_id, profile=profile).order_by("-number"))


def words_of(profile: Profile, subject: Subject) -> Words:
    """Return what is being written: the draft, or what is on the pages, or nothing yet."""
    shown = profile.shown.content if profile.shown is not None else None
    return parsed(kind_of(subject), shown if profile.draft is None else profile.draft)


def check(clinic_id: int, own: Sequence[OwnWords], *, now: datetime) -> statement_queries.Check:
    """Judge words about people or places. They have no claims to rest on: what needs evidence cannot be said there."""
    country, on = statement_queries.country_and_day(clinic_id, now)
    basis = Basis((), on, country)
    try:
        law = jurisdictions.jurisdiction_of(country)
    except jurisdictions.UnknownJurisdiction as unknown:
        return statement_queries.Check((), (), basis, str(unknown) if own else "")
    statements = tuple(map(_left_to_people, judged(own, (), Basis((), on, law.id))))
    findings = [one.finding for one in statements]
    required = jurisdictions.required_statements(
        law, names_exosomes=reports.names_exosomes(findings), has_status=reports.states_the_status(findings)
    )
    needed = tuple(required) if own else ()
    return statement_queries.Check(statements, needed, Basis((), on, law.id))


def _left_to_people(statement: Statement) -> Statement:
    """Return a sentence in which no claim was found as one that whoever publishes it may judge."""
    found = {each.id for each in statement.finding.patterns if each.verdict != "note"}
    # "He speaks Czech" is no benefit of a treatment, and here no claim could ever be linked to say so.
    return replace(statement, state="ok") if statement.state == "unlinked" and found == {BY_DEFAULT} else statement


# --- for the public pages -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Published:
    """What the pages may say: of people by the number of their record, of places likewise, and the pictures."""

    people: Mapping[int, tuple[Staff, PersonWords]] = field(default_factory=dict)
    places: Mapping[int, LocationWords] = field(default_factory=dict)
    pictures: Mapping[PlacedPicture, pages.ShownPicture] = field(default_factory=dict)


def published(clinic_id: int, *, today: date) -> Published:
    """Return what is published; of people, those who work here today with a licence that has not run out.

    Three queries at most.
    """
    rows = Profile.objects.select_related("staff", "shown").filter(clinic_id=clinic_id, shown__isnull=False)
    return _laid([(row, row.shown.content) for row in rows if row.shown is not None], today)


def previewed(actor: Actor, *, today: date) -> Published:
    """Return what the pages would say with every draft published. For staff who may write them."""
    found = [(row, row.shown.content if row.draft is None and row.shown else row.draft) for row in profiles(actor)]
    return _laid([(row, content) for row, content in found if content is not None], today)


def _laid(contents: Iterable[tuple[Profile, Mapping[str, Any]]], today: date) -> Published:
    people: dict[int, tuple[Staff, PersonWords]] = {}
    places: dict[int, LocationWords] = {}
    for row, content in contents:
        if row.location_id is not None:
            places[row.location_id] = LocationWords.model_validate(content)
        elif row.staff is not None and pages.works_on(row.staff, today):
            people[row.staff.pk] = (row.staff, PersonWords.model_validate(content))
    by_place = sorted(people.items(), key=lambda one: (one[1][1].position, one[1][0].name))
    return Published(dict(by_place), places, _pictures([*places.values(), *(words for _, words in people.values())]))


def _pictures(words: Iterable[Words]) -> dict[PlacedPicture, pages.ShownPicture]:
    placed = [one.picture for one in words if one.picture is not None]
    return dict(pages.pictures_placed(placed))
