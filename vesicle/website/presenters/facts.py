"""The figures of one option that every page shows alike: time, price, visits, downtime, when and how long."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext

from vesicle.core import addresses
from vesicle.protocols.duration import appointment_minutes
from vesicle.protocols.queries import OfferedOption
from vesicle.protocols.schema.common import Range
from vesicle.website.presenters import words

NOT_KNOWN = gettext_lazy("not known")


@dataclass(frozen=True, slots=True)
class Facts:
    """Ranges of one option, or of several taken together."""

    minutes: Range
    downtime: Range
    visits: Range
    onset: Range
    lasts: Range | None
    price_from: int
    currency: str

    @property
    def time_words(self) -> str:
        """``60–90``; the unit is printed apart."""
        return words.bounds(self.minutes.min, self.minutes.max)

    @property
    def minutes_words(self) -> str:
        """``60–90 minutes``."""
        return words.span(self.minutes, "minute")

    @property
    def downtime_words(self) -> str:
        """``1–2 days``, or ``none`` where nobody needs to stay at home."""
        return pgettext("downtime", "none") if self.downtime.max == 0 else words.span(self.downtime, "day")

    @property
    def visits_words(self) -> str:
        """``3 visits``."""
        return words.span(self.visits, "visit")

    @property
    def onset_words(self) -> str:
        """``4–12 weeks``."""
        return words.span(self.onset, "week")

    @property
    def lasts_words(self) -> str:
        """``6–12 months``, or that nobody knows."""
        return words.span(self.lasts, "month") or str(NOT_KNOWN)

    @property
    def price_words(self) -> str:
        """``$400``."""
        return words.money(self.price_from, self.currency)


def facts_of(one: OfferedOption) -> Facts:
    """Return the figures of one option."""
    sections = one.option.sections
    minutes = [appointment_minutes(sections.timing, sections.areas, [area.area]) for area in sections.areas]
    return Facts(
        minutes=Range(min=min(minutes), max=max(minutes)),
        downtime=sections.downtime.days,
        visits=sections.sessions.sessions,
        onset=sections.results.onset_weeks,
        lasts=sections.results.lasts_months,
        price_from=one.price_from,
        currency=sections.price.currency,
    )


def taken_together(facts: Sequence[Facts]) -> Facts:
    """Return the widest range of each figure; how long a result lasts counts as unknown where one of them is."""
    lasts = None if any(one.lasts is None for one in facts) else words.widest(one.lasts for one in facts)
    return Facts(
        minutes=_widest(one.minutes for one in facts),
        downtime=_widest(one.downtime for one in facts),
        visits=_widest(one.visits for one in facts),
        onset=_widest(one.onset for one in facts),
        lasts=lasts,
        price_from=min(one.price_from for one in facts),
        currency=facts[0].currency,
    )


def _widest(ranges: Iterable[Range]) -> Range:
    return words.widest(ranges) or Range(min=0, max=0)


@dataclass(frozen=True, slots=True)
class Way:
    """One way a treatment is given, as pages name it. ``index`` counts from 1 and gives it its mark."""

    index: int
    id: str
    name: str
    summary: str
    facts: Facts
    book_url: str
    ask_url: str


def ways_of(offered: Sequence[OfferedOption]) -> tuple[Way, ...]:
    """Return the ways in the order of the protocol."""
    return tuple(
        Way(
            index,
            one.option.id,
            one.option.name,
            one.option.sections.summary,
            facts_of(one),
            addresses.onward(f"/book/?option={one.option.id}"),
            addresses.onward(f"/candidacy/?option={one.option.id}"),
        )
        for index, one in enumerate(offered, 1)
    )


def treatment_url(option_id: str, anchor: str = "") -> str:
    """Return the page of the treatment an option belongs to."""
    treatment = option_id.partition("/")[0]
    return reverse("website:treatment", args=[treatment]) + (f"#{anchor}" if anchor else "")


def treatment_comparison(options: Iterable[str]) -> str:
    """Return the comparison of these options."""
    return reverse("website:compare") + "?" + "&".join(f"option={option}" for option in options)
