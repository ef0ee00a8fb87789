"""Days, waits and names in words."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import pgettext

from vesicle.core.spoken import alike, put_together
from vesicle.protocols.queries import OfferedOption
from vesicle.protocols.schema import Option


def in_full(day: date) -> str:
    """Return a day as "March 14, 2027"."""
    return date_format(day, pgettext("date with year", "F j, Y"))


def in_a_sentence(title: str) -> str:
    """Return a title as it stands inside a sentence: "exosome therapy", but "PRP"."""
    return alike(title, title[0].lower() + title[1:]) if title[1:2].islower() else title


def waited(since: timedelta) -> str:
    """Return how long somebody has waited, roughly."""
    hours = int(since.total_seconds() // 3600)
    if hours < 1:
        return "less than an hour"
    if hours < 48:
        return f"{hours} hour{'s' if hours > 1 else ''}"
    return f"{hours // 24} days"


def option_name(option: Option) -> str:
    """Return an option's name as printed."""
    return put_together([option.title, ": ", option.name])


def option_names(offers: Iterable[OfferedOption]) -> dict[str, str]:
    """Return the printed name of every option."""
    return {offer.option.id: option_name(offer.option) for offer in offers}
