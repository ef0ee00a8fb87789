"""What stands under a shown pair: made from the record, never typed."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vesicle.protocols.words import area_words
from vesicle.results.models import ShownPair
from vesicle.results.showing.domain import FEWEST_FOR_TYPICAL, Standing


def when(pair: ShownPair) -> str:
    """Return when the later photograph was taken: ``12 weeks after the treatment``."""
    if pair.sessions == 1:
        return ngettext("%(weeks)s week after one session", "%(weeks)s weeks after one session", pair.weeks) % {
            "weeks": pair.weeks
        }
    return ngettext(
        "%(weeks)s week after the last of %(sessions)s sessions",
        "%(weeks)s weeks after the last of %(sessions)s sessions",
        pair.weeks,
    ) % {"weeks": pair.weeks, "sessions": pair.sessions}


def area(pair: ShownPair) -> str:
    """Return what was treated, by name."""
    return area_words(pair.areas)


def typical(found: Standing) -> str:
    """Return whether this is a usual result, as far as the record knows."""
    match found.kind:
        case "usual":
            return _(
                "A usual change here: it lies in the middle half of %(people)s people measured in the same way at the "
                "same week."
            ) % {"people": found.people}
        case "more":
            return _(
                "Not a usual change: it is larger than in three quarters of %(people)s people measured here in the "
                "same way at the same week."
            ) % {"people": found.people}
        case "less":
            return _(
                "Not a usual change: it is smaller than in three quarters of %(people)s people measured here in the "
                "same way at the same week."
            ) % {"people": found.people}
    return _(
        "Whether this is a usual change is not known: fewer than %(fewest)s people were measured here in the same way."
    ) % {"fewest": FEWEST_FOR_TYPICAL}


def how(pair: ShownPair) -> str:
    """Return how the two were made comparable, or that they were not."""
    if pair.is_registered:
        return _(
            "Both photographs are laid over each other and brought to the same light and sharpness by a program, and "
            "cut in the same way. Nothing is retouched."
        )
    return _(
        "Both photographs are cut in the same way. Position and light may differ between them: no program could lay "
        "them over each other. Nothing is retouched."
    )
