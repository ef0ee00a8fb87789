"""Recovery by day: a ribbon that is as thick as the reaction is strong, and thins out as the skin calms down."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext, pgettext_lazy

from vesicle.core.drawing import svg

_STRENGTH: Final = (
    pgettext_lazy("reaction", "none"),
    pgettext_lazy("reaction", "slight"),
    pgettext_lazy("reaction", "moderate"),
    pgettext_lazy("reaction", "strong"),
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of days and what is normal in it. ``intensity`` runs from 0 (nothing to see) to 3 (strong)."""

    day_from: int
    day_to: int
    label: str
    intensity: float

    def __post_init__(self) -> None:
        """Refuse days in the wrong order and intensities off the scale."""
        if self.day_to < self.day_from:
            raise ValueError(f"day_to {self.day_to} is before day_from {self.day_from}: give the earlier day first.")
        if not 0 <= self.intensity <= 3:
            raise ValueError(f"intensity {self.intensity} is off the scale: it runs from 0 to 3.")

    @property
    def days(self) -> str:
        """The stretch in words: "Day 0", "Days 2–3"."""
        if self.day_from == self.day_to:
            return gettext("Day %(day)s") % {"day": self.day_from}
        return gettext("Days %(first)s–%(last)s") % {"first": self.day_from, "last": self.day_to}


def recovery_timeline(days: Sequence[Stretch], *, width: float = svg.WIDE, title: str = "") -> svg.Svg:
    """Draw the expected course: one column a stretch on a wide drawing, one row a stretch on a narrow one.

    Stretches are drawn in the order given, each equally large whatever its length, because the first days matter most.
    Raises ``ValueError`` without any stretch.
    """
    if not days:
        raise ValueError("A recovery timeline needs at least one stretch of days.")
    described = "; ".join(f"{s.days}: {s.label} ({_strength(s)})" for s in days)
    body, height = _down(days, width) if svg.is_narrow(width) else _across(days, width)
    return svg.picture(
        body,
        width=width,
        height=height,
        title=title or gettext("Recovery by day"),
        description=described,
        class_="dw-recovery",
    )


def _strength(stretch: Stretch) -> str:
    """The intensity in a word; anything above nothing is at least slight."""
    return str(_STRENGTH[math.ceil(stretch.intensity)])


def _across(days: Sequence[Stretch], width: float) -> tuple[list[str], float]:
    middle, thickest = 94.0, 60.0
    column = width / len(days)
    lines = [svg.wrap(stretch.label, column - 22, svg.text_size(width)) for stretch in days]
    knots = _knots([(i + 0.5) * column for i in range(len(days))], width, days)
    body = [svg.line(0, middle, width, middle, "ax")]
    body += _ribbon(knots, middle, thickest)
    for index, stretch in enumerate(days):
        left = index * column
        if index:
            body.append(svg.line(left, 4, left, 168, "gr"))
        inset = left + (14 if index else 0)
        body.append(svg.label(inset, 16, _strength(stretch), class_="sm"))
        body.append(svg.label(inset, 192, stretch.days, class_="hd"))
        body.append(svg.label(inset, 218, lines[index], leading=20))
    return body, 218 + 20 * (max(map(len, lines)) - 1) + 10


def _down(days: Sequence[Stretch], width: float) -> tuple[list[str], float]:
    size, gap, middle, thickest = svg.text_size(width), 17.0, 38.0, 30.0
    left = 92.0
    lines = [svg.wrap(stretch.label, width - left, size) for stretch in days]
    tops: list[float] = []
    y = 4.0
    for text in lines:
        tops.append(y)
        y += max(62.0, 40 + gap * len(text))
    height = y
    middles = [(top + bottom) / 2 for top, bottom in zip(tops, [*tops[1:], height], strict=True)]
    knots = _knots(middles, height, days)
    body = [svg.line(middle, 0, middle, height, "ax"), *_ribbon(knots, middle, thickest, turned=True)]
    for stretch, top, text in zip(days, tops, lines, strict=True):
        if top > 4:
            body.append(svg.line(left, top, width, top, "gr"))
        body.append(svg.label(left, top + 22, stretch.days, class_="hd"))
        body.append(svg.label(width, top + 22, _strength(stretch), class_="sm", anchor="end"))
        body.append(svg.label(left, top + 41, text, leading=gap))
    return body, height


def _knots(middles: Sequence[float], end: float, days: Sequence[Stretch]) -> list[svg.Point]:
    """How strong the reaction is at each place: it comes within hours, then follows the stretches."""
    first, last = days[0].intensity, days[-1].intensity
    inside = zip(middles, (stretch.intensity for stretch in days), strict=True)
    return [(0.0, first * 0.2), (middles[0] * 0.5, first), *inside, (end, last)]


def _ribbon(knots: Sequence[svg.Point], middle: float, thickest: float, *, turned: bool = False) -> list[str]:
    """Nested outlines around the middle line, the outer one as thick as the intensity says; ``turned``: downwards."""
    shapes = []
    for share in (1.0, 0.74, 0.48, 0.22):
        half = [(place, max(1.5, strength / 3 * thickest) * share) for place, strength in knots]
        there = svg.rising([(place, middle - thick) for place, thick in half])
        back = svg.rising([(place, middle + thick) for place, thick in reversed(half)])
        # Turning about the diagonal makes a drawing across run down.
        shapes.append(
            svg.tag("path", d=f"{there}L{back[1:]}Z", class_="rb", transform="matrix(0 1 1 0 0 0)" if turned else None)
        )
    return shapes
