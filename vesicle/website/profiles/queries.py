"""Reads of the words about team and locations: for those who write them, and for the public pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from vesicle.clinic.models import Location
from vesicle.core.actor import Actor
from vesicle.people.models import Staff
from vesicle.protocols.overlay import PlacedPicture
from vesicle.website import queries as pages
from vesicle.website import statement_queries
from vesicle.website.claims import jurisdictions, reports
from vesicle.website.claims.rules import BY_DEFAULT, VERSION
from vesicle.website.models import PortraitAgreement, Profile, ProfileReport, ProfileVersion
from vesicle.website.permissions import PUBLISH_PROFILES, WRITE_PROFILES
from vesicle.website.profiles.content import LocationWords, PersonWords, Words, parsed, words_without
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


@dataclass(frozen=True, slots=True)
class Standing:
    """A profile with what decides over the pages: the last check of what is shown, the last word on a portrait.

    ``sentences`` are those of the check, ``is_agreed`` whether an agreement to a portrait is in force.
    """

    profile: Profile
    sentences: Sequence[Mapping[str, Any]]
    is_agreed: bool

    @property
    def withdrawn(self) -> frozenset[str]:
        """The fingerprints of published sentences that may not be said any more."""
        return frozenset(one["digest"] for one in self.sentences if one["state"] == "block")

    @property
    def shown(self) -> Words | None:
        """What is published, without what was withdrawn; ``None`` where nothing is."""
        version = self.profile.shown
        if version is None:
            return None
        return words_without(parsed(kind_of(self.profile.subject), version.content), self.withdrawn)

    @property
    def lacks_agreement(self) -> bool:
        """Whether a portrait is published and not shown, for its person does not agree."""
        is_portrait = self.profile.staff_id is not None and self.shown is not None and self.shown.picture is not None
        return is_portrait and not self.is_agreed


def profiles(actor: Actor) -> Sequence[Standing]:
    """Return all profiles of the clinic."""
    actor.require(WRITE_PROFILES)
    return _standings(Profile.objects.filter(clinic_id=actor.clinic_id))


def withdrawn_count(actor: Actor) -> int:
    """Return how many sentences about team and locations are off the pages; 0 for those who cannot publish others."""
    if not actor.may(PUBLISH_PROFILES):
        return 0
    blocked = ProfileReport.objects.filter(statement_queries.BLOCKS)
    rows = Profile.objects.filter(
        Exists(blocked.filter(profile_version=OuterRef("shown_id"))), clinic_id=actor.clinic_id
    )
    return sum(len(row.withdrawn) for row in _standings(rows))


def _standings(rows: QuerySet[Profile]) -> list[Standing]:
    reports = ProfileReport.objects.filter(profile_version=OuterRef("shown_id")).order_by("-made_at", "-pk")
    said = PortraitAgreement.objects.filter(staff=OuterRef("staff_id")).order_by("-recorded_at", "-pk")
    found = rows.select_related("staff", "location", "shown").annotate(
        found=Subquery(reports.values("content__sentences")[:1]), agreed=Subquery(said.values("is_given")[:1])
    )
    return [Standing(row, row.found or (), bool(row.agreed)) for row in found]


def versions(actor: Actor, profile: Profile) -> Sequence[ProfileVersion]:
    """Return what was published, the newest first."""
    actor.require(WRITE_PROFILES)
    if profile._state.adding:
        return []
    rows = ProfileVersion.objects.select_related("published_by")
    return list(rows.filter(clinic_id=actor.clinic_id, profile=profile).order_by("-number"))


def last_report(actor: Actor, profile: Profile) -> ProfileReport | None:
    """Return the last check of what is on the pages; ``None`` where nothing is."""
    actor.require(WRITE_PROFILES)
    rows = ProfileReport.objects.filter(clinic_id=actor.clinic_id, profile_version=profile.shown_id)
    return rows.order_by("-made_at", "-pk").first() if profile.shown_id is not None else None


def not_looked_at(clinic_id: int) -> list[Profile]:
    """Return the profiles of a clinic whose published words were not judged by the rules of today."""
    judged = ProfileReport.objects.filter(profile_version=OuterRef("shown_id"), version=VERSION)
    rows = Profile.objects.filter(~Exists(judged), clinic_id=clinic_id, shown__isnull=False)
    return list(rows.select_related("staff", "location", "shown").order_by("pk"))


def agreements(actor: Actor, person: Staff) -> Sequence[PortraitAgreement]:
    """Return what somebody said about a portrait of them being public, the last first."""
    actor.require(WRITE_PROFILES)
    rows = PortraitAgreement.objects.filter(clinic_id=actor.clinic_id, staff=person).select_related("recorded_by")
    return list(rows.order_by("-recorded_at", "-pk"))


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
        law, names_exosomes=reports.names_exosomes(findings), has_status=reports.states_the_status(findings, law)
    )
    needed = tuple(required) if own else ()
    return statement_queries.Check(statements, needed, Basis((), on, law.id))


def _left_to_people(statement: Statement) -> Statement:
    """Return a sentence in which no claim was found as one that whoever publishes it may judge."""
    found = {each.id for each in statement.finding.patterns if each.verdict != "note"}
    # "He speaks Czech" is no benefit of a treatment, and here no claim could ever be linked to say so.
    return replace(statement, state="ok") if statement.state == "unlinked" and found == {BY_DEFAULT} else statement


def portrait_may_be_public(clinic_id: int, picture: int) -> bool | None:
    """Return whether a picture may be public today as far as portraits go; ``None`` for one that never was one."""
    here = {"picture": {"picture": picture}}
    versions = ProfileVersion.objects.filter(profile=OuterRef("pk"), content__contains=here)
    rows = Profile.objects.filter(clinic_id=clinic_id, staff__isnull=False)
    found = _standings(rows.filter(Exists(versions) | Q(draft__contains=here)))
    return all(row.is_agreed for row in found) if found else None


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
    rows = _standings(Profile.objects.filter(clinic_id=clinic_id, shown__isnull=False))
    return _laid([(row, row.shown) for row in rows], today)


def previewed(actor: Actor, *, today: date) -> Published:
    """Return what the pages would say with every draft published. For staff who may write them."""
    drafts = [(row, row.profile.draft) for row in profiles(actor)]
    return _laid(
        [(row, row.shown if draft is None else parsed(kind_of(row.profile.subject), draft)) for row, draft in drafts],
        today,
    )


def _laid(contents: Iterable[tuple[Standing, Words | None]], today: date) -> Published:
    people: dict[int, tuple[Staff, PersonWords]] = {}
    places: dict[int, LocationWords] = {}
    for row, words in contents:
        subject = row.profile.subject
        if isinstance(words, LocationWords):
            places[subject.pk] = words
        elif isinstance(words, PersonWords) and isinstance(subject, Staff) and pages.works_on(subject, today):
            people[subject.pk] = (subject, words if row.is_agreed else words.model_copy(update={"picture": None}))
    by_place = sorted(people.items(), key=lambda one: (one[1][1].position, one[1][0].name))
    return Published(dict(by_place), places, _pictures([*places.values(), *(words for _, words in people.values())]))


def _pictures(words: Iterable[Words]) -> dict[PlacedPicture, pages.ShownPicture]:
    placed = [one.picture for one in words if one.picture is not None]
    return dict(pages.pictures_placed(placed))
