"""Is the option given where the person wants it? A reason of its own, before any rule about the person."""

from __future__ import annotations

from vesicle.candidacy.domain.catalogue import Catalogue
from vesicle.candidacy.domain.verdict import Reason, in_words
from vesicle.core.words import said
from vesicle.protocols.schema.treatment import Option

NOWHERE = "not-for-this-area"
IN_PART = "not-for-every-area"


def about_areas(option: Option, asked: tuple[str, ...], catalogue: Catalogue) -> Reason | None:
    """Return why ``option`` cannot be had where it was asked for: nowhere (excludes), or not everywhere (a note).

    An area counts as covered where it shares a site with an area the protocol gives minutes for. Returns ``None``
    where all is covered, and where nothing was asked for: that is unknown, not refused.
    """
    given = [area.area for area in option.sections.areas]
    sites = catalogue.sites_of(given)
    left_out = [area for area in asked if sites.isdisjoint(catalogue.areas.get(area, frozenset()))]
    if not given or not left_out:
        return None
    nowhere = len(left_out) == len(asked)
    words = in_words(catalogue.label_of(area) for area in left_out)
    offered = in_words(catalogue.label_of(area) for area in given)
    return Reason(
        rule=f"{option.treatment}.{NOWHERE if nowhere else IN_PART}",
        effect="exclude" if nowhere else "note",
        patient=said(
            "We do not give this treatment there: {areas}. We give it here: {offered}.", areas=words, offered=offered
        ),
        clinician=f"The protocol has no such area: {words}. It has: {offered}.",
        questions=(),
        sources=(),
    )
