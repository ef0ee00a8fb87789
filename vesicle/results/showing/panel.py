"""The pairs on a treatment's page, and where a patient's own stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from vesicle.consent.hooks import ShownPlace
from vesicle.core import languages
from vesicle.core.actor import Actor
from vesicle.core.spoken import filled
from vesicle.protocols.queries import OfferedOption
from vesicle.protocols.words import option_named
from vesicle.results.models import ShownPair
from vesicle.results.showing import queries, wording
from vesicle.website.panels import Panel


@dataclass(frozen=True, slots=True)
class Side:
    """One picture with its sizes."""

    alt: str
    title: str
    src: str
    srcset: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A pair with the words that stand below it."""

    sides: tuple[Side, Side]
    when: str
    area: str
    typical: str
    how: str


def shown_pairs(actor: Actor, offered: OfferedOption) -> Panel | None:
    """Return the panel of an option's pairs, ``None`` while none is shown."""
    found = queries.on_page(actor, offered.option.id)
    if not found:
        return None
    # The photo library is heavy to load, and most pages show no pair.
    from vesicle.results.showing.typical import standing_of

    pairs = [
        Shown(
            (_side(pair, "before", _("Before")), _side(pair, "after", wording.when(pair))),
            wording.when(pair),
            wording.area(pair),
            wording.typical(standing_of(actor, offered, pair)),
            wording.how(pair),
        )
        for pair in found
    ]
    return Panel(_("Before and after"), "results/showing/panel.html", {"pairs": pairs})


def _side(pair: ShownPair, side: str, title: str) -> Side:
    sizes = sorted((one for one in pair.pictures.all() if one.side == side), key=lambda one: one.width)
    urls = [(picture_url(pair, side, one.width), one.width) for one in sizes]
    return Side(
        pair.alt_before if side == "before" else pair.alt_after,
        title,
        urls[0][0],
        ", ".join(f"{url} {width}w" for url, width in urls),
        sizes[-1].width,
        sizes[-1].height,
    )


def picture_url(pair: ShownPair, side: str, width: int) -> str:
    """Return the address of a shown picture: a random name, which says nothing of anybody."""
    return reverse("shown:picture", args=[pair.token, f"{side}-{width}.webp"])


def smallest(pair: ShownPair) -> list[str]:
    """Return the addresses of the smallest picture of each side, before first; none where it came down."""
    sizes = sorted(pair.pictures.all(), key=lambda one: (one.side != "before", one.width))
    first = {one.side: one for one in reversed(sizes)}
    return [picture_url(pair, side, first[side].width) for side in ("before", "after") if side in first]


def places(actor: Actor) -> Sequence[ShownPlace]:
    """Return where photographs of the patient who asks are shown now."""
    if not actor.is_patient:
        return ()
    return [
        ShownPlace(
            filled(_("The page of %(option)s"), {"option": option_named(pair.option, languages.active())}),
            f"/treatments/{pair.option.partition('/')[0]}/#results",
            _("%(view)s, before and %(when)s") % {"view": pair.get_view_display(), "when": wording.when(pair)},
            pair.shown_at,
        )
        for pair in queries.of_patient(actor)
    ]
