"""Skin in cross-section, and how deep each way of treating it reaches.

Layers differ a hundredfold in thickness, so each has a scale of its own; the depths at their borders are written
beside them. They are usual values for the face and vary with place and person.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as lazy

from vesicle.core.drawing import reaches, svg
from vesicle.core.drawing.reaches import Reach


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: its name, how deep its lower border lies, and how much room it gets in the drawing."""

    key: Literal["corneum", "epidermis", "papillary", "reticular", "subcutis"]
    name: Promise
    to_mm: float
    room: float


FACE: Final = (
    Layer("corneum", lazy("Stratum corneum"), 0.02, 22),
    Layer("epidermis", lazy("Epidermis"), 0.1, 62),
    Layer("papillary", lazy("Papillary dermis"), 0.3, 70),
    Layer("reticular", lazy("Reticular dermis"), 2.0, 168),
    Layer("subcutis", lazy("Fat below the skin"), 4.0, 84),
)


def depth_place(depth_mm: float) -> float:
    """Return how far below the surface a depth is drawn; deeper than the drawing is its lower edge."""
    top_mm, place = 0.0, 0.0
    for layer in FACE:
        if depth_mm <= layer.to_mm:
            return place + layer.room * (depth_mm - top_mm) / (layer.to_mm - top_mm)
        top_mm, place = layer.to_mm, place + layer.room
    return place


def skin_layers(items: Sequence[Reach], *, width: float = svg.WIDE, title: str = "") -> svg.Svg:
    """Draw the skin once for up to three (narrow) or six (wide) ways side by side; more become further strips below.

    Raises ``ValueError`` without anything to show.
    """
    if not items:
        raise ValueError("Say what reaches the skin: at least one Reach.")
    sheet = _sheet(items, width)
    body: list[str] = []
    y = 0.0
    for start in range(0, len(items), sheet.per_strip):
        strip = items[start : start + sheet.per_strip]
        names = [svg.wrap(item.label, sheet.column - 12, svg.text_size(width)) for item in strip]
        surface = y + 19 * max(map(len, names)) + 48
        body += _strip(strip, names, surface, sheet)
        y = surface + sheet.place(FACE[-1].to_mm) + 26
    described = "; ".join(f"{item.label}: {item.words}" for item in items)
    return svg.picture(
        body,
        width=width,
        height=y - 22,
        title=title or gettext("What reaches which layer of the skin"),
        description=described,
        class_="dw-skin",
    )


@dataclass(frozen=True, slots=True)
class _Sheet:
    """How the drawing is divided: room for names at the left, columns, and how much depth is squeezed."""

    width: float
    left: float
    column: float
    per_strip: int
    squeeze: float

    @property
    def is_narrow(self) -> bool:
        return svg.is_narrow(self.width)

    def place(self, depth_mm: float) -> float:
        return depth_place(depth_mm) * self.squeeze


def _sheet(items: Sequence[Reach], width: float) -> _Sheet:
    """Three columns on a phone if the longest word allows it, else two; several strips are drawn a little flatter."""
    narrow = svg.is_narrow(width)
    left = 78.0 if narrow else 196.0
    longest = max(len(word) for item in items for word in item.label.split())
    fits_three = longest * svg.text_size(width) * 0.57 < (width - left) / 3 - 12
    most = min(len(items), (3 if fits_three else 2) if narrow else 6)
    # Strips of the same length: two and two, not three and one.
    per_strip = math.ceil(len(items) / math.ceil(len(items) / most))
    return _Sheet(width, left, (width - left) / per_strip, per_strip, 0.8 if narrow and len(items) > per_strip else 1.0)


def _strip(items: Sequence[Reach], names: Sequence[list[str]], surface: float, sheet: _Sheet) -> list[str]:
    body = _ground(surface, sheet, sheet.left + sheet.column * len(items))
    for index, item in enumerate(items):
        x0 = sheet.left + index * sheet.column
        lines = names[index]
        inset = x0 + (10 if index else 0)
        body.append(svg.label(inset, surface - 48 - 19 * (len(lines) - 1), lines, class_="lb", leading=19))
        body.append(svg.label(inset, surface - 29, item.words, class_="sm"))
        if index:
            body.append(svg.line(x0, surface - 22, x0, surface + sheet.place(9), "cut"))
        body += reaches.draw(item, x0, sheet.column, lambda depth: surface + sheet.place(depth))
    return body


def _ground(surface: float, sheet: _Sheet, right: float) -> list[str]:
    """The five layers with their names and the depth of each border."""
    tops = [surface, *(surface + sheet.place(layer.to_mm) for layer in FACE)]
    borders = [_border(layer.key, top, sheet.left, right) for layer, top in zip(FACE, tops, strict=False)]
    body: list[str] = []
    for layer, border in zip(FACE, borders, strict=True):
        down = svg.data("L", right, tops[-1], "L", sheet.left, tops[-1], "Z")
        body.append(svg.tag("path", d=border + down, class_=f"sk {layer.key}"))
    body += _texture(tops, sheet.left, right)
    for index, (layer, border) in enumerate(zip(FACE, borders, strict=True)):
        body.append(svg.tag("path", d=border, class_="edge" if index else "edge skin"))
        body += _named(layer, tops[index], tops[index + 1], sheet)
    return body


def _named(layer: Layer, top: float, bottom: float, sheet: _Sheet) -> list[str]:
    """The name of a layer beside its middle, and on a wide drawing the depth of its lower border."""
    middle = (top + bottom) / 2
    if sheet.is_narrow:
        lines = svg.wrap(str(layer.name), sheet.left - 12, svg.text_size(sheet.width))
        first = middle + 5 - 8 * (len(lines) - 1)
        return [] if layer.key == "corneum" else [svg.label(0, first, lines, class_="sm", leading=16)]
    depth = f"{layer.to_mm:g} mm"
    y = bottom + 5
    if layer is FACE[-1]:
        depth, y = gettext("and deeper"), bottom - 6
    return [
        svg.label(0, middle + 5, str(layer.name), class_="lb"),
        svg.label(sheet.left - 14, y, depth, class_="sm", anchor="end"),
    ]


# How far apart the waves of each layer's upper edge are, and how high: fine relief of the surface, papillae below the
# epidermis, calmer lines deeper.
_EDGES: Final = {
    "corneum": (84.0, 2.5),
    "epidermis": (84.0, 1.6),
    "papillary": (34.0, 11.0),
    "reticular": (120.0, 5.0),
    "subcutis": (64.0, 9.0),
}


def _border(key: str, y: float, left: float, right: float) -> str:
    return _wave(y, left, right, *_EDGES[key])


def _wave(y: float, left: float, right: float, period: float, height: float) -> str:
    """A row of even waves, written as one curve and its reflections; the last one ends at ``right``."""
    count = max(2, round((right - left) / (period / 2)))
    half = (right - left) / count
    return svg.data("M", left, y, "q", half / 2, -height * 2, " ", half, " 0") + svg.data("t", half, " 0") * (count - 1)


def _texture(tops: Sequence[float], left: float, right: float) -> list[str]:
    """What each layer is made of: flakes, rows of cells, fine and coarse fibres, lobules of fat."""
    corneum, epidermis, papillary, reticular, subcutis, bottom = tops

    def rows(
        top: float, low: float, shares: Sequence[float], wave: Callable[[float], tuple[float, float]], class_: str
    ) -> list[str]:
        return [svg.tag("path", d=_wave(top + (low - top) * s, left, right, *wave(s)), class_=class_) for s in shares]

    return [
        *rows(corneum, epidermis, (0.3, 0.62), lambda share: (84, 2.2), "tx"),
        *rows(epidermis, papillary, (0.2, 0.4, 0.6, 0.8), lambda share: (34, 1.5 + 9 * share), "tx"),
        *rows(papillary, reticular, (0.25, 0.5, 0.75), lambda share: (34 + 50 * share, 13 - 10 * share), "tx faint"),
        _loops(papillary, papillary + (reticular - papillary) * 0.72, left, right),
        *_bundles(reticular, subcutis, left, right),
        *_lobules(subcutis, bottom, left, right),
    ]


def _bundles(top: float, bottom: float, left: float, right: float) -> list[str]:
    """Collagen of the reticular dermis: long strands that cross and drift like contour lines."""
    strands = []
    for index in range(9):
        base = top + (bottom - top) * (index + 0.8) / 9.6
        points = []
        for step in range(int((right - left) / 60) + 2):
            x = min(left + step * 60, right)
            drift = 9 * math.sin(x / 97 + index * 1.7) + 5 * math.sin(x / 41 + index * 2.9)
            points.append((x, min(bottom - 9, max(top + 7, base + drift))))
        strands.append(svg.tag("path", d=svg.smooth(points), class_="tx faint" if index % 2 else "tx"))
    return strands


def _lobules(top: float, bottom: float, left: float, right: float) -> list[str]:
    """Fat: rounded lobules in two rows, packed like bricks."""
    room = bottom - top
    count = max(2, round((right - left) / 46))
    step = (right - left) / count
    shapes = []
    for row in (0, 1):
        for index in range(count - row):
            x = left + step * (index + 0.5 + 0.5 * row)
            y = top + room * (0.37 + 0.4 * row) + 2 * math.sin(index * 2.3 + row)
            ry = room * (0.2 + 0.015 * math.cos(index * 1.9))
            shapes.append(svg.tag("ellipse", cx=x, cy=y, rx=step * 0.45, ry=ry, class_="tx faint"))
    return shapes


def _loops(top: float, bottom: float, left: float, right: float) -> str:
    """The capillary that rises into every papilla and turns back."""
    count = max(2, round((right - left) / 17))
    half = (right - left) / count
    height = bottom - top - 6
    up: list[str | float] = [
        "c0",
        -height * 0.6,
        "-2",
        -height,
        " 3.5",
        -height,
        "s3.5 ",
        height * 0.4,
        " 3.5 ",
        height,
    ]
    data = [svg.data("M", left + half * (index + 0.5) - 3.5, bottom, *up) for index in range(0, count, 2)]
    return svg.tag("path", d="".join(data), class_="vessel")


def named_layer(depth_mm: float) -> str:
    """Return the name of the layer a depth lies in."""
    borders = [0.0, *(layer.to_mm for layer in FACE)]
    for layer, (_, low) in zip(FACE, pairwise(borders), strict=True):
        if depth_mm <= low:
            return str(layer.name)
    return str(FACE[-1].name)
