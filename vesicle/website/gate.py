"""What the website adds to the editor of editions: words judged beside them, what keeps a draft back, the report."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.periodic import PeriodicJob
from vesicle.protocols.hooks import Beside, Fault
from vesicle.protocols.models import Edition
from vesicle.protocols.permissions import CHANGE
from vesicle.website import services, telling
from vesicle.website import statement_queries as queries
from vesicle.website.claims.jurisdictions import UnknownJurisdiction
from vesicle.website.claims.reports import audit_text
from vesicle.website.presenters import statements as shown


def faults(by: Actor, edition: Edition) -> Sequence[Fault]:
    """Return what keeps an edition from being submitted or signed, as of the day it takes force."""
    del by
    now = clock.now()
    return shown.faults(queries.check(edition, now=max(now, edition.takes_force_at or now)), edition)


def keep(by: Actor, edition: Edition, before: Edition | None) -> None:
    """Keep what was checked with the edition that is in force from now on."""
    del before
    services.keep_report(by=by, edition=edition)


_PROMISES = frozenset({"disease", "status", "safety", "guarantee", "testimonial", "minors"})
"""Classes of pattern that are no more allowed in words on where a product comes from; others hold there of its name."""


def refusal_of(words: str, jurisdiction: str, is_origin: bool) -> str:
    """Return why a page may not print words that no edition carries: a tagline, where a product comes from.

    A country that the claims do not know lets nothing be said against it here; its editions are held back anyway.
    """
    try:
        found = audit_text(words, on=clock.now().date(), jurisdiction=jurisdiction).findings
    except UnknownJurisdiction:
        return ""
    matches = (one for finding in found for one in finding.patterns if one.verdict == "block")
    for one in shown.gravest_first(one for one in matches if not is_origin or one.class_ in _PROMISES):
        safer = "Say only what it is made of." if is_origin else one.safer
        return f"“{one.words}” cannot be said: {one.why} {safer}"
    return ""


_WORDS = re.compile(
    r"headline|intro|note|s-[a-z-]{1,20}|q\d{1,3}-(?:question|answer)|(?:p\d{1,18}|new)-(?:alt|caption)"
)


def is_words(name: str) -> bool:
    """Return whether a field of the forms for words or pictures holds words of the page."""
    return _WORDS.fullmatch(name) is not None


def beside(by: Actor, edition: Edition, typed: Mapping[str, str]) -> Beside:
    """Return what is to be shown beside the words of a draft, as they are typed."""
    del by
    typed = {name: text for name, text in typed.items() if is_words(name)}
    found = shown.check_typed(edition, typed, now=clock.now())
    fields = shown.by_field(found)
    return Beside(
        summary=_html("website/statements/_summary.html", found=shown.summary(found), edition=edition),
        by_field={
            name: _html("website/statements/_field.html", rows=fields.get(name, ()), edition=edition) for name in typed
        },
        url=reverse("statements:check", args=[edition.pk]),
        evidence_url=reverse("statements:edition", args=[edition.pk]),
        script="website/statements.js",
        style="website/statements.css",
    )


def beside_found(found: queries.Check, names: Sequence[str], *, url: str = "") -> Beside:
    """Return what is to be shown beside words that are no part of an edition."""
    fields = shown.by_field(found)
    return Beside(
        summary=_html("website/statements/_summary.html", found=shown.summary(found)),
        by_field={name: _html("website/statements/_field.html", rows=fields.get(name, ())) for name in names},
        url=url,
        script="website/statements.js",
        style="website/statements.css",
    )


def on_edition(by: Actor, edition: Edition) -> SafeString:
    """Return what the page of an edition says of its own words."""
    if edition.status in (Edition.Status.DRAFT, Edition.Status.IN_REVIEW):
        found = shown.summary(queries.check(edition, now=clock.now()))
        return _html("website/statements/_card.html", found=found, edition=edition, report=None)
    report = next(iter(queries.reports(by, edition)), None)
    # Of one that waits it is asked what will have fallen by the moment it takes force.
    now = clock.now()
    stands = edition.status in (Edition.Status.APPROVED, Edition.Status.SCHEDULED)
    fallen = queries.check(edition, now=max(now, edition.takes_force_at or now)).fallen if stands else ()
    return _html(
        "website/statements/_card.html",
        found=None,
        edition=edition,
        report=report,
        off=queries.withdrawn_in(report),
        stays=queries.unproven_in(report),
        fallen=fallen,
    )


def on_overview(by: Actor) -> SafeString:
    """Return a notice for those who can mend it while sentences are withdrawn."""
    if not by.may(CHANGE):
        return mark_safe("")
    rows = shown.fallen_rows(queries.fallen(by.clinic_id, now=clock.now()))
    refused = queries.refused_today(by.clinic_id)
    return _html("website/statements/_fallen.html", rows=rows, refused=refused) if rows or refused else mark_safe("")


def _html(template: str, **context: object) -> SafeString:
    return mark_safe(render_to_string(template, context))  # noqa: S308 - made by a template of ours


def _tell() -> None:
    telling.tell_fallen(now=clock.now())


def _look_again() -> None:
    telling.look_ahead(now=clock.now())
    telling.look_again(now=clock.now())


def _look_ahead() -> None:
    now = clock.now()
    telling.look_ahead(now=now, until=now + timedelta(minutes=3))


LOOK_AHEAD = PeriodicJob("words of editions whose moment is near", timedelta(seconds=30), _look_ahead)
LOOK_AGAIN = PeriodicJob("words judged by new rules", timedelta(minutes=30), _look_again)
TELL_FALLEN = PeriodicJob("sentences that lost their evidence", timedelta(minutes=10), _tell)
