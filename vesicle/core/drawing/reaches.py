"""The marks a treatment leaves in the drawing of the skin: film, needles, light columns, acid, a depot."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext

from vesicle.core.drawing import svg

Kind = Literal["film", "needles", "heated-needles", "ablative", "non-ablative", "peel", "injection"]
Place = Callable[[float], float]
"""Turns a depth in millimeters into a y of the drawing."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How deep one way of treating the skin goes.

    ``deepest_mm`` is where it ends at most, ``shallowest_mm`` where it ends at least (for a range), ``starts_mm`` where
    its effect begins: light can pass the surface and leave it whole. ``carries`` draws the product that follows the
    channels. ``text`` replaces the depth in words, e.g. with the name of a layer.
    """

    label: str
    kind: Kind
    deepest_mm: float
    shallowest_mm: float | None = None
    starts_mm: float = 0.0
    carries: bool = False
    text: str = ""

    def __post_init__(self) -> None:
        """Refuse depths that run upwards."""
        if self.deepest_mm < 0 or not 0 <= self.starts_mm <= self.deepest_mm:
            raise ValueError(f"{self.label}: it must start between 0 mm and its deepest point, {self.deepest_mm} mm.")
        if self.shallowest_mm is not None and not self.starts_mm <= self.shallowest_mm <= self.deepest_mm:
            allowed = f"between {self.starts_mm} and {self.deepest_mm}"
            raise ValueError(f"{self.label}: shallowest_mm {self.shallowest_mm} must lie {allowed}.")

    @property
    def words(self) -> str:
        """The depth in words: "0.5–1.5 mm", "stays on the surface", or the given text."""
        if self.text:
            return self.text
        if self.deepest_mm == 0:
            return gettext("stays on the surface")
        if self.shallowest_mm is None or self.shallowest_mm == self.deepest_mm:
            return gettext("to %(depth)s mm") % {"depth": f"{self.deepest_mm:g}"}
        return f"{self.shallowest_mm:g}–{self.deepest_mm:g} mm"

    @property
    def least_mm(self) -> float:
        """The depth it reaches at least."""
        return self.deepest_mm if self.shallowest_mm is None else self.shallowest_mm


def draw(reach: Reach, x: float, width: float, place: Place) -> list[str]:
    """Return the marks of one reach within a column of the drawing."""
    marks = {
        "film": _film,
        "needles": _needles,
        "heated-needles": _needles,
        "ablative": _columns,
        "non-ablative": _columns,
        "peel": _peel,
        "injection": _injection,
    }[reach.kind](reach, x, width, place)
    return [svg.tag("g", *marks, class_=f"reach {reach.kind}")]


def _spread(x: float, width: float, apart: float) -> list[float]:
    """Places of equal distance across a column, with a margin."""
    count = max(2, min(7, int((width - 20) / apart)))
    step = (width - 28) / count
    return [x + 14 + step * (index + 0.5) for index in range(count)]


def _ending(reach: Reach, index: int) -> float:
    """Neighbours end at different depths when the depth is a range."""
    share = (0.0, 1.0, 0.4, 0.75)[index % 4]
    return reach.least_mm + (reach.deepest_mm - reach.least_mm) * share


def _vesicle(x: float, y: float, radius: float) -> str:
    return svg.tag("circle", cx=x, cy=y, r=radius, class_="ves")


def _oval(class_: str, x: float, y: float, rx: float, ry: float) -> str:
    return svg.tag("ellipse", cx=x, cy=y, rx=rx, ry=ry, class_=class_)


def _film(reach: Reach, x: float, width: float, place: Place) -> list[str]:
    """A layer on top of whole skin."""
    top = place(0.0)
    count = max(2, int((width - 24) / 13))
    step = (width - 28) / (count - 1)
    drops = [_vesicle(x + 14 + step * index, top - 9 - 3.5 * (index % 3), 2.6) for index in range(count)]
    return [svg.path("film", "M", x + 10, top - 5, "h", width - 20), *drops]


def _needles(reach: Reach, x: float, width: float, place: Place) -> list[str]:
    """Fine channels; heated ones end in a glow, open ones carry the product down."""
    marks = []
    top = place(0.0) - 4
    for index, centre in enumerate(_spread(x, width, 21)):
        end = place(_ending(reach, index))
        marks.append(svg.path("channel", "M", centre - 2, top, "L", centre, end, "L", centre + 2, top, "Z"))
        if reach.kind == "heated-needles":
            marks += [_oval("heat", centre, end - 6, radius * 0.72, radius) for radius in (13.0, 8.0, 3.5)]
        if reach.carries:
            apart = max(12.0, (end - top) / 5)
            places = [top + 6 + apart * step for step in range(int((end - top - 9) / apart) + 1)]
            marks += [_vesicle(centre + 5.2 * math.sin(y / 7 + index), y, 2.2) for y in places]
    return marks


def _columns(reach: Reach, x: float, width: float, place: Place) -> list[str]:
    """Light: ablative columns are open at the top, non-ablative ones leave the surface whole."""
    marks = []
    is_open = reach.kind == "ablative"
    for index, centre in enumerate(_spread(x, width, 27)):
        end = place(_ending(reach, index))
        start = place(0.0) - 2 if is_open else place(reach.starts_mm)
        for half, class_ in ((8.0, "light"), (4.5, "light core")):
            foot = f"a{half:g} {half:g} 0 0 0 {2 * half:g} 0"
            lid = "" if is_open else f"a{half:g} {half:g} 0 0 0 {-2 * half:g} 0"
            wall = svg.data("M", centre - half, start, "V", max(start, end - half), foot, "V", start)
            marks.append(svg.tag("path", d=wall + lid, class_=class_))
        marks.append(svg.line(centre, place(0.0) - 18, centre, start if is_open else end - 6, "ray"))
    return marks


def _peel(reach: Reach, x: float, width: float, place: Place) -> list[str]:
    """Acid loosens everything down to its depth: nested edges from the least to the most, and flakes that lift."""
    left, right = x + 5, x + width - 5
    quarter = (right - left) / 4
    top = place(0.0)
    marks = []
    for share in (1.0, 0.5, 0.0) if reach.least_mm < reach.deepest_mm else (1.0,):
        y = place(reach.least_mm + (reach.deepest_mm - reach.least_mm) * share) - 3
        again = svg.data("t", quarter, " 0") * 3
        marks.append(svg.path("acid", "M", left, top + 1, "V", y, "q", quarter / 2, 7, quarter, 0, again, "V", top + 1))
    flakes = max(2, int(width / 46))
    for index in range(flakes):
        start = left + (right - left) * (index + 0.25) / flakes
        marks.append(svg.path("curl", "M", start, top - 2, "c6 0 13-2 18-10c1 4-1 9-6 11"))
    return marks


def _injection(reach: Reach, x: float, width: float, place: Place) -> list[str]:
    """Fine needles, and the depots they leave."""
    marks = []
    for index, centre in enumerate(_spread(x, width, 44)):
        end = place(_ending(reach, index))
        marks.append(svg.line(centre - 18, place(0.0) - 17, centre, end, "ray"))
        marks += [_oval("depot", centre, end + 2, radius, radius * 0.66) for radius in (13.0, 8.5, 4.0)]
    return marks
