"""What changed between two overlays, in the words of the people who have to approve it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vesicle.core.languages import name_in_english
from vesicle.protocols.differences import Change
from vesicle.protocols.overlay import (
    PAGE_SECTIONS,
    AreaTerms,
    ModalityTerms,
    Overlay,
    own_digest,
    own_text_of,
    own_texts,
)
from vesicle.protocols.schema import Option
from vesicle.protocols.translating import places

PAGE = "page"
"""Where a change stands that concerns the whole page rather than one option."""


def overlay_changes(before: Overlay, after: Overlay, options: Sequence[Option]) -> list[Change]:
    """Return every difference between two overlays, the page first; empty when they say the same.

    ``options`` are those of the protocol under ``after``: they give modalities and areas their names and tell what
    an absent value means.
    """
    found = [
        *_line("headline", "Headline", before.headline, after.headline),
        *_words("intro", "Introduction, paragraph {}", before.intro, after.intro),
        *_words(
            "questions",
            "Question {}",
            [f"{one.question} {one.answer}" for one in before.questions],
            [f"{one.question} {one.answer}" for one in after.questions],
        ),
        *_pictures(before, after),
        *_line("note", "Note", before.note, after.note),
        *_sections(before, after),
        *_translations(before, after, options),
        *_links(before, after),
    ]
    for option in options:
        found += _terms(before, after, option)
    return found


def _line(kind: str, label: str, before: str, after: str, where: str = PAGE) -> Iterator[Change]:
    if before == after:
        return
    if not before:
        text = f"{label} added: “{after}”"
    elif not after:
        text = f"{label} taken out: “{before}”"
    else:
        text = f"{label} reworded: “{before}” became “{after}”"
    yield Change(where, kind, label, text)


def _sections(before: Overlay, after: Overlay) -> Iterator[Change]:
    for section, label in PAGE_SECTIONS.items():
        old, new = (each.sections.get(section, "") for each in (before, after))
        yield from _line("sections", f"Words under “{label}”", old, new)


def _translations(before: Overlay, after: Overlay, options: Sequence[Option]) -> Iterator[Change]:
    """Compare what is said in other languages, a text under the fingerprint of its English; where any is."""
    if not before.translations and not after.translations:
        return
    labels = {own_digest(place.text): own_text_of(place).label for one in options for place in places(one)}
    labels |= {own_digest(one.text): one.label for overlay in (before, after) for one in own_texts(overlay)}
    for language in sorted({*before.translations, *after.translations}):
        old, new = ({one.of: one.text for one in side.translations.get(language, ())} for side in (before, after))
        for of in dict.fromkeys((*old, *new)):
            if of in labels:
                label = f"{labels[of]} in {name_in_english(language)}"
                yield from _line("translations", label, old.get(of, ""), new.get(of, ""))


def _words(kind: str, label: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    """Compare two lists of texts; one that only moved is said to have moved."""
    removed, added = [text for text in before if text not in after], [text for text in after if text not in before]
    for index in range(max(len(removed), len(added))):
        old = removed[index] if index < len(removed) else ""
        new = added[index] if index < len(added) else ""
        number = (list(after).index(new) if new else list(before).index(old)) + 1
        yield from _line(kind, label.format(number), old, new)
    if not removed and not added and list(before) != list(after):
        yield Change(PAGE, f"{kind}-order", kind, f"{label.split(',')[0].removesuffix(' {}')}: in another order.")


def _pictures(before: Overlay, after: Overlay) -> Iterator[Change]:
    old, new = {one.picture: one for one in before.pictures}, {one.picture: one for one in after.pictures}
    for number, one in old.items():
        if number not in new:
            yield Change(PAGE, "picture-removed", str(number), f"Picture taken out: {one.alt}")
    for number, one in new.items():
        if number not in old:
            yield Change(PAGE, "picture-added", str(number), f"Picture added: {one.alt}")
        elif old[number] != one:
            yield from _line("picture-words", f"Picture {number}, description", old[number].alt, one.alt)
            yield from _line("picture-words", f"Picture {number}, caption", old[number].caption, one.caption)
            if old[number].crop != one.crop:
                yield Change(PAGE, "picture-crop", str(number), f"Picture {number}: another part of it is shown.")
    kept_before = [number for number in old if number in new]
    if kept_before != [number for number in new if number in old]:
        yield Change(PAGE, "picture-order", "pictures", "Pictures: in another order.")


def _links(before: Overlay, after: Overlay) -> Iterator[Change]:
    """Tell how many sentences were linked to a claim, claim by claim: the sentences themselves stand above."""
    old, new = ({(one.sentence, one.claim, one.says) for one in each.links} for each in (before, after))
    for claim in sorted({claim for _, claim, _ in old ^ new}):
        for kind, found in (("linked", new - old), ("unlinked", old - new)):
            if count := sum(name == claim for _, name, _ in found):
                sentences = "One sentence" if count == 1 else f"{count} sentences"
                rests = "rests" if count == 1 else "rest"
                now = "now" if kind == "linked" else "no longer"
                yield Change(PAGE, kind, claim, f"Evidence: {sentences} {now} {rests} on the claim “{claim}”.")


def _terms(before: Overlay, after: Overlay, option: Option) -> Iterator[Change]:
    for kind, label, was, now in own_terms(before, after, option):
        if was == now:
            continue
        text = f"{option.name} is {now}." if kind == "offered" else f"{label}: {was} became {now}."
        yield Change(option.id, kind, option.name if kind == "offered" else label, text)


def own_terms(before: Overlay, after: Overlay, option: Option) -> Iterator[tuple[str, str, str, str]]:
    """Yield what two overlays say of an option: kind, label, and both values in words, whether they differ or not."""
    old, new = before.terms(option.modality), after.terms(option.modality)
    yield "offered", f"{option.name}, offer", _offer(old), _offer(new)
    price = option.sections.price
    yield _number("price-from", f"{option.name}, price from", old.price_from, new.price_from, price.currency)
    for area in option.sections.areas:
        was, now = old.areas.get(area.area, AreaTerms()), new.areas.get(area.area, AreaTerms())
        where = f"{option.name}, {area.area.replace('-', ' ')}"
        yield _number("minutes", f"{where}, minutes", was.minutes, now.minutes, "min")
        yield _number("price", f"{where}, price", was.price, now.price, price.currency)


def _offer(terms: ModalityTerms) -> str:
    return "offered" if terms.offered else "no longer offered"


def _number(kind: str, label: str, before: int | None, after: int | None, unit: str) -> tuple[str, str, str, str]:
    old, new = (f"{one:,} {unit}" if one is not None else "the protocol’s" for one in (before, after))
    return kind, label, old, new
