"""What somebody may not want at all: needles, and products of certain sources. A wish, not a contraindication."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vesicle.candidacy.domain.fit_line import Line
from vesicle.candidacy.domain.verdict import in_words
from vesicle.candidacy.domain.wishes import SOURCES, Preferences
from vesicle.core.spoken import lowered
from vesicle.core.words import joined, said
from vesicle.protocols.bank import Bank, ProductCategory
from vesicle.protocols.schema.treatment import Option

NEEDLE_KINDS = ("needles", "injection", "blood-draw")
"""What goes through the skin with a needle, by the kinds of the section ``involves``."""
_NEEDLE_REACH = ("needle", "injection")
_NEEDLE_ROUTES = frozenset({"intradermal-injection", "needle-channel-device", "topical-after-microneedling"})


def needles_line(option: Option, preferences: Preferences) -> Line:
    """Return what the protocol states about needles, and whether that is what the person wants.

    A protocol that says nothing is never taken to be free of needles.
    """
    refuses = preferences.needles == "no"
    parts = [part for part in option.sections.involves if part.kind in NEEDLE_KINDS]
    always = [part for part in parts if part.when == "always"]
    if parts:
        refs = tuple(dict.fromkeys(ref for part in parts for ref in part.refs))
        states = joined(part.text for part in (always or parts))
        if not always:
            return Line(
                "needles",
                said("Needles"),
                states,
                said("Only some visits have it; say beforehand that you want no needle.") if refuses else "",
                "partly" if refuses else "",
                basis=parts[0].basis,
                refs=refs,
            )
        return _needled(states, refuses, always[0].basis, refs)
    if option.sections.involves:
        states = said("What the protocol lists for a visit has no needle in it.")
        bases = {part.basis for part in option.sections.involves}
        weakest = next(name for name in ("to-confirm", "convention", "secondary", "verified") if name in bases)
        words = said("As you wish.") if refuses else ""
        return Line("needles", said("Needles"), states, words, "fully" if refuses else "", basis=weakest)
    if words := _shown_needles(option):
        return _needled(words, refuses, "", ())
    states = said("The protocol does not state whether needles are used.")
    words = joined([states, said("Ask us before you choose it.")]) if refuses else ""
    return Line("needles", said("Needles"), states, words, "unknown" if refuses else "", sets_apart=refuses)


def _needled(states: str, refuses: bool, basis: str, refs: tuple[str, ...]) -> Line:
    if not refuses:
        return Line("needles", said("Needles"), states, basis=basis, refs=refs)
    words = said("You want no needles, and it does not work without.")
    return Line("needles", said("Needles"), states, words, "misses", basis=basis, refs=refs, sets_apart=True)


def _shown_needles(option: Option) -> str:
    """Return where else a protocol without ``involves`` shows a needle: the drawing, or the way a product goes in."""
    shown = [reach.label for reach in option.sections.reaches if reach.kind in _NEEDLE_REACH]
    used = [need.name for need in option.sections.products if _NEEDLE_ROUTES & set(need.routes)]
    if not shown and not used:
        return ""
    return said("The protocol shows needles: {what}.", what=in_words(dict.fromkeys(shown or used)))


def source_line(option: Option, preferences: Preferences, bank: Bank) -> Line:
    """Return where the products that a visit needs come from, by their categories, and whether that is wanted."""
    declined = preferences.declined
    needed = [need for need in option.sections.products if need.required]
    known = {
        need.id: [bank.product_categories[one] for one in need.categories if one in bank.product_categories]
        for need in needed
    }
    living = [need for need in needed if any(one.origin in (*SOURCES, "own-body") for one in known[need.id])]
    sources = list(dict.fromkeys(one.origin for need in living for one in known[need.id]))
    refs = tuple(dict.fromkeys(ref for need in living for one in known[need.id] for ref in one.refs))
    states = _sources_said(sources)
    # A product is out of the question where every category that may serve is declined, or none is known.
    barred = [need for need in needed if declined and not _accepted(known[need.id], declined)]
    if barred:
        words = said("You do not want what it needs: {what}.", what=in_words(lowered(need.name) for need in barred))
        return Line("source", said("Source of products"), states, words, "misses", refs=refs, sets_apart=True)
    if declined & set(sources):
        left = in_words(SOURCES.get(name, name) for name in sources if name not in declined)
        words = said("Only with a product from {source}; ask us which one we have.", source=left)
        return Line("source", said("Source of products"), states, words, "partly", refs=refs)
    return Line(
        "source",
        said("Source of products"),
        states,
        said("As you wish.") if declined else "",
        "fully" if declined else "",
        refs=refs,
    )


def _accepted(categories: Iterable[ProductCategory], declined: frozenset[str]) -> list[ProductCategory]:
    return [one for one in categories if one.origin not in declined]


def _sources_said(sources: Sequence[str]) -> str:
    if not sources:
        return said("Nothing that it needs comes from people, animals, plants or bacteria.")
    if sources == ["own-body"]:
        return said("Made from your own blood; nothing comes from anybody else.")
    foreign = [SOURCES[name] for name in sources if name in SOURCES]
    *start, last = foreign
    source = said("{start} or {last}", start=joined(start, ", "), last=last) if start else last
    return said("It needs a product from {source}.", source=source)
