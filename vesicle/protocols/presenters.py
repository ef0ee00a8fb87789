"""Words for the edition pages, from plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from vesicle.protocols.bank import load_bank
from vesicle.protocols.differences import Change, changes, identity_changes
from vesicle.protocols.models import Edition
from vesicle.protocols.overlay import Overlay
from vesicle.protocols.overlay_changes import PAGE, overlay_changes
from vesicle.protocols.queries import release_options, release_protocol, text_of
from vesicle.protocols.schema import Option, Protocol

TONES: Mapping[str, str] = {
    "draft": "info",
    "in-review": "warn",
    "scheduled": "info",
    "approved": "ok",
    "retired": "neutral",
}


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """Differences under one heading."""

    title: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TermsRow:
    """What an edition says of one area of an option; ``is_own`` marks what differs from the protocol."""

    area: str
    minutes: int
    minutes_are_own: bool
    price: str
    price_is_own: bool


@dataclass(frozen=True, slots=True)
class TermsTable:
    """What an edition says of one option."""

    name: str
    is_offered: bool
    price_from: str
    price_is_own: bool
    rows: tuple[TermsRow, ...]


def tone(edition: Edition) -> str:
    """Return the tone of an edition's chip."""
    return TONES[edition.status]


def area_names() -> dict[str, str]:
    """Return the names of the areas by id."""
    return {area.id: area.name for area in load_bank().areas.values()}


def licence_name(licence: str) -> str:
    """Return a licence as people write it."""
    found = load_bank().licences.get(licence)
    return found.short if found else licence.upper()


def terms_tables(released: Sequence[Option], overlay: Overlay) -> list[TermsTable]:
    """Return minutes and prices of an edition, option by option, the clinic's own marked."""
    return [_table(option, overlay) for option in released]


def _table(option: Option, overlay: Overlay) -> TermsTable:
    terms, names, price = overlay.terms(option.modality), area_names(), option.sections.price
    rows = []
    for area in option.sections.areas:
        own = terms.areas.get(area.area)
        minutes = own.minutes if own else None
        cost = own.price if own else None
        amount = cost if cost is not None else area.price_from
        rows.append(
            TermsRow(
                area=names.get(area.area, area.area),
                minutes=area.minutes if minutes is None else minutes,
                minutes_are_own=minutes is not None,
                price="" if amount is None else amount_words(amount, price.currency),
                price_is_own=cost is not None,
            )
        )
    from_ = price.per_session.min if terms.price_from is None else terms.price_from
    return TermsTable(
        option.name,
        terms.offered,
        amount_words(from_, price.currency),
        terms.price_from is not None,
        tuple(rows),
    )


def amount_words(amount: float, currency: str) -> str:
    """Return an amount with its currency: ``1,200 USD``."""
    return f"{amount:,.0f} {currency}"


@dataclass(frozen=True, slots=True)
class Side:
    """One of two editions that are compared: the release as it is, without the clinic's terms, and the overlay."""

    protocol: Protocol
    released: Sequence[Option]
    overlay: Overlay


def change_groups(before: Side, after: Side) -> list[ChangeGroup]:
    """Return what changed between two editions: the clinic's page, the treatment as a whole, then each option."""
    found = [
        *overlay_changes(before.overlay, after.overlay, after.released),
        *identity_changes(before.protocol, after.protocol),
        *changes(before.released, after.released),
    ]
    labels = {PAGE: "The page", after.protocol.id: after.protocol.title}
    labels |= {option.id: option.label for option in (*before.released, *after.released)}
    order = list(labels)
    found.sort(key=lambda change: order.index(change.option))
    return [
        ChangeGroup(labels[where], tuple(change.text for change in group))
        for where, group in groupby(found, key=_where)
    ]


def words_groups(before: Overlay, after: Overlay, side: Side) -> list[ChangeGroup]:
    """Return what changed between two states of the clinic's words, under the protocol of ``side``."""
    return change_groups(Side(side.protocol, side.released, before), Side(side.protocol, side.released, after))


def _where(change: Change) -> str:
    return change.option


def own_changes(edition: Edition, side: Side) -> list[ChangeGroup]:
    """Return what an edition's own text says otherwise than its release; empty for a release as it is."""
    if not edition.has_own_text:
        return []
    released = Side(release_protocol(edition.release_id), release_options(edition.release_id), side.overlay)
    return change_groups(released, side)


def left_behind(edition: Edition, before: Edition | None) -> list[ChangeGroup]:
    """Return the clinic's own changes of the edition before that a draft on another release does not have."""
    if before is None or not before.has_own_text or before.release_id == edition.release_id:
        return []
    return own_changes(before, Side(*text_of(before), Overlay.model_validate(before.overlay)))


@dataclass(frozen=True, slots=True)
class Preview:
    """Where one sees what a draft would show to people; ``key`` names it in the address of the preview.

    ``reasons`` is a page that says to staff where it comes from.
    """

    key: str
    label: str
    url: str
    reasons: str = ""


def previews(edition: Edition, options: Sequence[Option]) -> list[Preview]:
    """Return the pages that show a draft as patients would meet it. Later rooms answer under these addresses."""
    questions = f"/desk/candidacy/preview/{edition.pk}/"
    found = [
        Preview("page", "Page", f"/treatments/{edition.treatment}/?edition={edition.pk}"),
        Preview("questions", "Questions", f"{questions}asked/", reasons=questions),
    ]
    for room in ("consent", "aftercare"):
        for option in options:
            label = f"{room.capitalize()}, {option.name.lower()}" if len(options) > 1 else room.capitalize()
            url = f"/desk/{room}/preview/{edition.pk}/{option.modality}/"
            found.append(Preview(f"{room}-{option.modality}", label, url))
    return found
