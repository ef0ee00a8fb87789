"""Reads for judging an edition's own words: what they may rest on, what was found, and which links have fallen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from vesicle.clinic.models import Clinic
from vesicle.clinic.queries import clinic_by_id, latest_day
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.protocols import in_force
from vesicle.protocols import queries as protocols
from vesicle.protocols.language_queries import said_by_the_clinic
from vesicle.protocols.models import Edition
from vesicle.protocols.overlay import Overlay
from vesicle.protocols.permissions import CHANGE, SEE
from vesicle.protocols.schema import Option
from vesicle.website.claims import audit_text
from vesicle.website.claims.jurisdictions import Required, UnknownJurisdiction, jurisdiction_of, required_statements
from vesicle.website.claims.reports import Report, names_exosomes, states_the_status
from vesicle.website.claims.rules import VERSION
from vesicle.website.domain import has_own_position, prints_statement
from vesicle.website.models import ProfileReport, StatementReport
from vesicle.website.statements.judging import Basis, State, Statement, claims_made, fingerprint, judged
from vesicle.website.statements.own_words import OwnWords, all_strings, of_overlay, of_text_of_its_own

NOTE = Report.__dataclass_fields__["note"].default


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A text of the clinic's own in a language that the rules do not know: people judge it, and nobody else did."""

    language: str
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Check:
    """What was checked of an edition: every sentence of its own words, and the page as a whole.

    ``unknown`` says why nothing could be judged: there are no rules for the clinic's country. ``unchecked`` is what is
    said in other languages, which no rule of ours can read.
    """

    statements: tuple[Statement, ...]
    required: tuple[Required, ...]
    basis: Basis
    unknown: str = ""
    unchecked: tuple[Unchecked, ...] = ()

    @property
    def refused(self) -> tuple[Statement, ...]:
        """The sentences that keep the edition from being approved."""
        return tuple(one for one in self.statements if one.is_refused)

    @property
    def fallen(self) -> tuple[Statement, ...]:
        """The sentences whose evidence has fallen away."""
        return tuple(one for one in self.statements if one.state == "fallen")

    @property
    def blocked(self) -> tuple[Statement, ...]:
        """The sentences that may not be said at all."""
        return tuple(one for one in self.statements if one.state == "block")

    @property
    def held_back(self) -> tuple[Statement, ...]:
        """The sentences that keep an edition from taking force at its moment; what lost its evidence does not."""
        return tuple(one for one in self.refused if one.state != "fallen")

    @property
    def missing(self) -> tuple[Required, ...]:
        """The statements that the page needs here and has not."""
        return tuple(one for one in self.required if not one.is_there)

    @property
    def is_ready(self) -> bool:
        """Whether nothing keeps the edition from being approved."""
        return not (self.refused or self.missing or self.unknown)

    def as_dict(self) -> dict[str, Any]:
        """Return what was checked as plain data, to be kept with the edition."""
        return {
            "checked_on": self.basis.on.isoformat(),
            "version": VERSION,
            "jurisdiction": self.basis.jurisdiction,
            "protocol": self.basis.version,
            "note": NOTE,
            "required": [one.as_dict() for one in self.required],
            "unchecked": [asdict(one) for one in self.unchecked],
            "sentences": [
                one.finding.as_dict()
                | {"where": one.label, "place": one.place, "state": one.state, "digest": one.digest}
                | ({"link": one.link.model_dump(mode="json")} if one.link else {})
                | ({"wording": one.claim.wording, "grade": one.claim.grade} if one.claim else {})
                for one in self.statements
            ],
        }


def country_and_day(clinic_id: int, now: datetime) -> tuple[str, date]:
    """Return whose law decides over a clinic's pages, and which day it is for them.

    All locations of a clinic are in one country; the day is the latest that it is at any of them.
    """
    clinic = clinic_by_id(clinic_id)
    country = clinic.jurisdiction if clinic else Clinic.objects.values_list("jurisdiction", flat=True).get(pk=clinic_id)
    return country, latest_day(clinic_id, now)


def basis_of(edition: Edition, offered: Sequence[Option], *, on: date, jurisdiction: str, version: str) -> Basis:
    """Return what sentences of an edition may rest on. ``offered`` are the options it offers."""
    newest = protocols.latest_release(edition.treatment)
    is_newest = newest.pk == edition.release_id
    return Basis(
        claims_made(offered),
        on,
        jurisdiction,
        version,
        frozenset() if is_newest else _says(edition.release_id),
        None if is_newest else _says(newest.pk),
        newest.version,
    )


@lru_cache(maxsize=64)
def _says(release_id: int) -> frozenset[tuple[str, str]]:
    """Return the claims of a release that is installed, which never changes, with what they say."""
    options = protocols.release_options(release_id)
    return frozenset((claim.id, fingerprint(claim)) for option in options for claim in option.sections.claims)


def check(edition: Edition, *, now: datetime, overlay: Overlay | None = None) -> Check:
    """Check an edition as it is saved, or with another overlay."""
    found = Overlay.model_validate(edition.overlay) if overlay is None else overlay
    own = [*of_overlay(found), *own_text(edition)]
    return check_words(edition, own, found, now=now)


def own_text(edition: Edition) -> tuple[OwnWords, ...]:
    """Return where an edition's own text says something else than its release."""
    if edition.content is None:
        return ()
    return of_text_of_its_own(edition.content, edition.release.content)


def check_words(edition: Edition, own: Sequence[OwnWords], overlay: Overlay, *, now: datetime) -> Check:
    """Check words as an edition would have them, with the links of its overlay."""
    protocol, options = protocols.text_of(edition)
    unchecked = unchecked_in(edition, overlay)
    country, on = country_and_day(edition.clinic_id, now)
    try:
        law = jurisdiction_of(country)
    except UnknownJurisdiction as unknown:
        empty = Basis((), on, country, protocol.version)
        words = str(unknown) if any(one.sentences() for one in own) else ""
        return Check((), (), empty, words, unchecked=unchecked)
    offered = [option for option in options if overlay.terms(option.modality).offered]
    basis = basis_of(edition, offered, on=on, jurisdiction=law.id, version=protocol.version)
    statements = judged(own, overlay.links, basis)
    findings = [one.finding for one in statements]
    key = f"{edition.pk}.{edition.revision}" if edition.content is not None else ""
    named, stated = _of_protocol(edition.release_id, key, law.id, edition.content)
    stated = stated or prints_statement(offered, law) or has_own_position(offered, law)
    required = required_statements(
        law,
        names_exosomes=named or names_exosomes(findings),
        has_status=stated or states_the_status(findings, law),
    )
    return Check(statements, tuple(required), basis, unchecked=unchecked)


def unchecked_in(edition: Edition, overlay: Overlay) -> tuple[Unchecked, ...]:
    """Return what patients read of the clinic's own words in other languages, those within the protocol too."""
    return tuple(
        Unchecked(language, line.place, line.translation)
        for language in overlay.translations
        for line in said_by_the_clinic(edition, language, overlay)
    )


_OF_PROTOCOL: dict[tuple[int, str, str], tuple[bool, bool]] = {}


def _of_protocol(release_id: int, key: str, jurisdiction: str, content: dict[str, Any] | None) -> tuple[bool, bool]:
    """Return whether a protocol's page names exosomes, and whether it says where they stand in a country.

    Judging a whole protocol takes a tenth of a second, so it is remembered by release, or by revision of an own text.
    """
    found = _OF_PROTOCOL.get((release_id, key, jurisdiction))
    if found is None:
        if content is None:
            content = protocols.release_protocol(release_id).model_dump(mode="json", by_alias=True, exclude_unset=True)
        found = _of_words("\n".join(all_strings(content)), jurisdiction)
        if len(_OF_PROTOCOL) >= 64:
            _OF_PROTOCOL.clear()
        _OF_PROTOCOL[release_id, key, jurisdiction] = found
    return found


@lru_cache(maxsize=32)
def _of_words(text: str, jurisdiction: str) -> tuple[bool, bool]:
    """Judge the words of a protocol; a clinic's own text mostly comes back with the same ones."""
    findings = audit_text(text, on=clock.now().date(), jurisdiction=jurisdiction).findings
    return names_exosomes(findings), states_the_status(findings, jurisdiction_of(jurisdiction))


def fallen(clinic_id: int, *, now: datetime) -> list[tuple[Edition, tuple[Statement, ...]]]:
    """Return the sentences withdrawn from a clinic's pages, by edition in force; one query where nothing is linked."""
    return _fallen(in_force.latest(_in_force(clinic_id, now)), now)


def _in_force(clinic_id: int, now: datetime) -> QuerySet[Edition]:
    return Edition.objects.filter(in_force.at(now), clinic_id=clinic_id).select_related("release").order_by("pk")


def _fallen(editions: Iterable[Edition], now: datetime) -> list[tuple[Edition, tuple[Statement, ...]]]:
    found = ((row, check(row, now=now).fallen) for row in editions if row.overlay.get("links"))
    return [(row, statements) for row, statements in found if statements]


def withdrawn_count(actor: Actor) -> int:
    """Return how many sentences are withdrawn from the clinic's pages; 0 for those who cannot mend it.

    Every page of the desk asks: one query where nothing is linked.
    """
    if not actor.may(CHANGE):
        return 0
    now = clock.now()
    reports = _reports_today(actor.clinic_id).filter(BLOCKS, edition=OuterRef("pk")).values("content__sentences")
    rows = in_force.latest(_in_force(actor.clinic_id, now).annotate(told=Subquery(reports[:1])))
    blocked = sum(one["state"] == "block" for row in rows for one in row.told or ())  # type: ignore[attr-defined]
    return blocked + sum(len(statements) for _, statements in _fallen(rows, now))


def without_a_doubt(edition_ids: Collection[int]) -> frozenset[int]:
    """Return the editions in force in which the rules of today have found nothing that may not be said.

    One that nobody has looked at since the rules changed is not among them. Neither such an edition nor a report ever
    changes, so what was found once is remembered and costs no query.
    """
    unknown = [pk for pk in edition_ids if (pk, VERSION) not in _CLEAN]
    if unknown:
        rows = StatementReport.objects.filter(edition__in=unknown, version=VERSION, revision=F("edition__revision"))
        if len(_CLEAN) > 10_000:
            _CLEAN.clear()
        _CLEAN.update((pk, VERSION) for pk in rows.exclude(BLOCKS).values_list("edition_id", flat=True))
    return frozenset(pk for pk in edition_ids if (pk, VERSION) in _CLEAN)


_CLEAN: set[tuple[int, str]] = set()


def reports(actor: Actor, edition: Edition) -> list[StatementReport]:
    """Return what was checked when an edition was approved, the newest first."""
    actor.require(SEE)
    rows = StatementReport.objects.filter(clinic_id=actor.clinic_id, edition_id=edition.pk)
    return list(rows.order_by("-made_at", "-pk"))


def not_looked_at(clinic_id: int) -> list[Edition]:
    """Return the approved editions of a clinic whose words were not judged by the rules of today."""
    rows = Edition.objects.filter(clinic_id=clinic_id, status=Edition.Status.APPROVED)
    judged = StatementReport.objects.filter(edition=OuterRef("pk"), revision=OuterRef("revision"), version=VERSION)
    return list(rows.filter(~Exists(judged)).select_related("release").order_by("pk"))


def waiting(*, until: datetime | None = None) -> list[Edition]:
    """Return the editions of the clinic in scope that wait for a moment, or for one that comes until then."""
    rows = Edition.objects.filter(status=Edition.Status.SCHEDULED)
    rows = rows if until is None else rows.filter(takes_force_at__lte=until)
    return list(rows.select_related("release").order_by("pk"))


def withdrawn_in(report: StatementReport | ProfileReport | None) -> tuple[str, ...]:
    """Return the sentences a report took off the pages, in words."""
    return _told_in(report, "block")


def unproven_in(report: StatementReport | ProfileReport | None) -> tuple[str, ...]:
    """Return what the rules of a report would not let be published again, though it stays on the pages, in words."""
    return (*_told_in(report, "unlinked"), *_missing_in(report))


def _told_in(report: StatementReport | ProfileReport | None, *states: State) -> tuple[str, ...]:
    """Return the sentences of which a report found one of these states, in words."""
    sentences = report.content["sentences"] if report is not None else ()
    return tuple(f"{one['where']}: “{one['text']}”" for one in sentences if one["state"] in states)


def _missing_in(report: StatementReport | ProfileReport | None) -> tuple[str, ...]:
    """Return the statements that words need in a country and a report did not find, in words."""
    required = report.content["required"] if report is not None else ()
    return tuple(f"Missing: {one['says']}" for one in required if not one["there"])


def refused_today(clinic_id: int) -> list[tuple[Edition, tuple[str, ...], tuple[str, ...]]]:
    """Return the editions in force whose words the rules of today would refuse: what is off the page, what stays."""
    rows = _reports_today(clinic_id).select_related("edition").order_by("edition_id")
    found = ((row.edition, withdrawn_in(row), unproven_in(row)) for row in rows)
    return [(edition, off, stays) for edition, off, stays in found if off or stays]


BLOCKS = Q(content__sentences__contains=[{"state": "block"}])
"""Reports that found what may not be said at all."""


def _reports_today(clinic_id: int) -> QuerySet[StatementReport]:
    """Return the reports by the rules of today on the editions in force."""
    return StatementReport.objects.filter(
        clinic_id=clinic_id, version=VERSION, revision=F("edition__revision"), edition__status=Edition.Status.APPROVED
    )
