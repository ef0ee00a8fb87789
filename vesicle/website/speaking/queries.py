"""Reads of what the clinic says in other languages of itself: for whoever writes it, and for the public pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from vesicle.clinic.models import Product
from vesicle.clinic.queries import clinic_by_id
from vesicle.core.actor import Actor
from vesicle.core.languages import ENGLISH
from vesicle.core.spoken import InEnglish
from vesicle.people.models import Staff
from vesicle.protocols.language_queries import OwnLine
from vesicle.protocols.overlay import own_digest
from vesicle.website.models import SiteTranslation
from vesicle.website.permissions import PUBLISH_PROFILES
from vesicle.website.profiles import queries as profiles
from vesicle.website.profiles.content import FIELDS, LocationWords, PersonWords, own_words
from vesicle.website.profiles.queries import Published, words_of
from vesicle.website.queries import StockedProduct

Kind = TypeVar("Kind", PersonWords, LocationWords)
Said = Mapping[str, str]
"""What is said in a language, by the fingerprint of its English."""


def lines(actor: Actor, code: str) -> tuple[OwnLine, ...]:
    """Return every text of the site with what it says in a language; a stale translation is that of its place."""
    actor.require(PUBLISH_PROFILES)
    rows = list(SiteTranslation.objects.filter(clinic_id=actor.clinic_id, language=code))
    by_place = {row.place: row for row in rows}
    found = []
    for place, label, english in _texts(actor):
        kept = by_place.get(place)
        if kept is None or not kept.text:
            found.append(OwnLine(place, label, english, "", "missing"))
        else:
            fits = kept.of == own_digest(english)
            found.append(OwnLine(place, label, english, kept.text, "said" if fits else "stale"))
    return tuple(found)


def _texts(actor: Actor) -> Iterator[tuple[str, str, str]]:
    """Yield place, label and English: what is on the pages, or else what is being written."""
    clinic = clinic_by_id(actor.clinic_id)
    if clinic is not None and clinic.tagline:
        yield "tagline", f"{clinic.name} in one line", clinic.tagline
    for product in Product.objects.filter(clinic_id=actor.clinic_id, is_active=True).order_by("name", "pk"):
        if product.source:
            yield f"products.{product.pk}.source", f"{product.name}: where it comes from", product.source
    for row in profiles.profiles(actor):
        subject = row.profile.subject
        words = row.shown or words_of(row.profile, subject)
        kind = "people" if isinstance(subject, Staff) else "locations"
        for own in own_words(words):
            yield f"{kind}.{subject.pk}.{own.place}", f"{subject.name}: {own.label}", own.text


def revision(actor: Actor, code: str) -> int:
    """Return a number that grows with whatever anybody says in a language, so that nobody overwrites the unseen."""
    actor.require(PUBLISH_PROFILES)
    rows = SiteTranslation.objects.filter(clinic_id=actor.clinic_id, language=code)
    latest = rows.order_by("-changed").values_list("changed", flat=True).first()
    return latest or 0


# --- for the public pages -----------------------------------------------------------------------


def said(clinic_id: int, language: str) -> Said:
    """Return what the clinic says in a language; nothing, and no query, for English."""
    if language == ENGLISH:
        return {}
    rows = SiteTranslation.objects.filter(clinic_id=clinic_id, language=language).exclude(text="")
    return dict(rows.values_list("of", "text"))


def tagline(words: str, found: Said, language: str) -> str:
    """Return the clinic in one line in a language; in English, as ``InEnglish``, where nothing was said."""
    return words if language == ENGLISH or not words else _say(words, found)


def in_language(page: Published, found: Said, language: str) -> Published:
    """Return what is published of people and places in a language, and as ``InEnglish`` what is not said in it."""
    if language == ENGLISH:
        return page
    return Published(
        {key: (staff, _spoken(words, found)) for key, (staff, words) in page.people.items()},
        {key: _spoken(words, found) for key, words in page.places.items()},
        {placed: replace(shown, alt=str(_say(shown.alt, found))) for placed, shown in page.pictures.items()},
    )


def _spoken(words: Kind, found: Said) -> Kind:
    """Return words in a language; their picture stays what it is found by."""
    names = [told.name for told in FIELDS[type(words)] if getattr(words, told.name)]
    return words.model_copy(update={name: _say(getattr(words, name), found) for name in names})


def of_products(
    stocked: Mapping[str, tuple[StockedProduct, ...]], found: Said, language: str
) -> Mapping[str, tuple[StockedProduct, ...]]:
    """Return products on the shelf with where each comes from in a language, as ``InEnglish`` where it is not said."""
    if language == ENGLISH:
        return stocked
    return {
        need: tuple(replace(one, source=_say(one.source, found)) for one in products)
        for need, products in stocked.items()
    }


def _say(words: str, found: Said) -> str:
    return found.get(own_digest(words)) or InEnglish(words)
