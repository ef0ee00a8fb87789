"""The picture at the head of a page: the mapped profile, and over it the sign of the treatment.

Seeded: the same treatment always gets the same picture, two treatments never the same one.
"""

import math
import random
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as lazy

from vesicle.core.drawing import portrait, svg

Motif = Literal["vesicles", "plasma", "needles", "light", "peel", "layers"]

MOTIFS: Final[dict[str, Motif]] = {
    "exosome-therapy": "vesicles",
    "prp": "plasma",
    "microneedling": "needles",
    "laser-resurfacing": "light",
    "chemical-peel": "peel",
}
"""The motif of each treatment; anything else gets ``layers``."""

_VIEW: Final = (26.0, 22.0, 470.0, 570.0)


def hero_art(motif: Motif = "layers", *, seed: int = 1, title: str = "") -> svg.Svg:
    """Draw the portrait with a motif. It is made to be cropped: it fills whatever frame it is given."""
    told = title or gettext("A face in profile, drawn as the lines of a map")
    return _drawn(motif, seed, told, str(_TOLD[motif]))


@lru_cache(maxsize=32)
def _drawn(motif: Motif, seed: int, title: str, description: str) -> svg.Svg:
    chance = random.Random(f"{motif}{seed}")  # noqa: S311 - a drawing, not a secret
    phase = chance.uniform(0, math.tau)
    outside = (portrait.contour(-0.09 * k - 0.008 * k * k, phase=phase) for k in range(1, 10))
    inside = (portrait.contour((k / 15) ** 0.9, phase=phase) for k in range(1, 15))
    outline = _data(portrait.silhouette(), 4)
    body = [
        *(svg.tag("path", d=_data(line, 16), class_="map out") for line in outside),
        svg.tag("path", d=outline + "V700H0", class_="head"),
        *(svg.tag("path", d=_data(line, 8 + k // 2), class_="map") for k, line in enumerate(inside)),
        svg.tag("path", d=outline, class_="profile"),
        svg.tag("path", d="".join(portrait.FEATURES), class_="profile fine"),
        *_DRAW[motif](chance, phase),
    ]
    return svg.picture(body, view=_VIEW, title=title, description=description, class_="dw-hero")


def _data(points: Sequence[svg.Point], step: int) -> str:
    """A soft line through every ``step``-th point, in whole relative numbers: many lines must stay light."""
    chosen = [(round(x), round(y)) for x, y in points[::step]]
    end = (round(points[-1][0]), round(points[-1][1]))
    if chosen[-1] != end:
        chosen.append(end)
    data = [f"M{chosen[0][0]} {chosen[0][1]}"]
    for index, ((x0, y0), (x1, y1)) in enumerate(pairwise(chosen)):
        x2, y2 = chosen[min(index + 2, len(chosen) - 1)]
        bend = round(x1 - x0 - (x2 - x0) / 6), round(y1 - y0 - (y2 - y0) / 6)
        data.append(f"s{bend[0]} {bend[1]} {x1 - x0} {y1 - y0}")
    return "".join(data).replace(" -", "-")


def _dot(x: float, y: float, radius: float) -> str:
    return svg.tag("circle", cx=x, cy=y, r=radius, class_="sign full")


def _on_face(x: float, y: float) -> bool:
    """Whether a place lies over nose, lips or chin, which signs leave free."""
    return 96 < x < 182 and 280 < y < 448


def _vesicles(chance: random.Random, phase: float) -> list[str]:
    """Vesicles of all sizes drift in from below and gather at the cheek."""
    placed: list[tuple[float, float, float]] = []
    for _ in range(1500):
        share = chance.random() ** 0.75
        x = 40 + 205 * share + chance.gauss(0, 34 - 8 * share)
        y = 560 - 220 * share + chance.gauss(0, 30 + 26 * share)
        radius = chance.choice((3.0, 4.0, 5.5, 8.0, 12.0, 17.0)) * (1.15 - 0.45 * share)
        is_free = all(math.hypot(x - px, y - py) > radius + pr + 5 for px, py, pr in placed)
        if len(placed) < 36 and is_free and not _on_face(x, y) and x > 30 + radius:
            placed.append((x, y, radius))
    parts = []
    for x, y, radius in placed:
        if radius < 4.5:
            parts.append(_dot(x, y, radius))
            continue
        parts.append(svg.tag("circle", cx=x, cy=y, r=radius, class_="sign"))
        parts.append(svg.tag("circle", cx=x, cy=y, r=radius - 2.2, class_="sign thin"))
        for _ in range(2 + int(radius / 4)):
            angle, far = chance.uniform(0, math.tau), chance.uniform(0.1, 0.55) * radius
            parts.append(_dot(x + far * math.cos(angle), y + far * math.sin(angle), 1.3))
    return parts


def _plasma(chance: random.Random, phase: float) -> list[str]:
    """Platelets on rings, as a centrifuge sorts them: small ones inside, large ones outside."""
    parts = []
    for ring in range(1, 6):
        far = 17.0 * ring
        parts.append(svg.tag("circle", cx=250, cy=350, r=far, class_="sign thin"))
        turn = chance.uniform(0, math.tau)
        for index in range(2 + ring * 2):
            angle = turn + math.tau * index / (2 + ring * 2) + chance.uniform(-0.25, 0.25)
            place = 250 + far * math.cos(angle), 350 + far * math.sin(angle)
            if not _on_face(*place):
                parts.append(_dot(*place, 1.4 + 0.42 * ring))
    return parts


def _needles(chance: random.Random, phase: float) -> list[str]:
    """The lattice of fine channels that a row of needles leaves on cheek and temple."""
    parts = []
    for row in range(23):
        for column in range(14):
            x = 176 + column * 12 + (6.0 if row % 2 else 0)
            y = 222 + row * 10.4
            away = math.hypot((x - 252) / 76, (y - 334) / 108)
            if away < 1 and not _on_face(x, y):
                parts.append(_dot(x, y, 2.9 * (1 - away * 0.72) * chance.uniform(0.9, 1.1)))
    return parts


def _light(chance: random.Random, phase: float) -> list[str]:
    """Columns of light in even rows, each ending in a point at its own depth."""
    parts = []
    for index in range(13):
        x = 188 + index * 10.5
        away = abs(index - 6) / 7
        top = 236 + 62 * away**2 + chance.uniform(-5, 5)
        end = 452 - 74 * away**2 + chance.uniform(-34, 10)
        parts.append(svg.line(x, top, x, end, "sign beam"))
        parts.append(svg.line(x, top, x, end, "sign thin"))
        parts.append(_dot(x, end, 2.4))
    return parts


def _peel(chance: random.Random, phase: float) -> list[str]:
    """The outermost lines of the face come away from it and break into flakes."""
    parts = []
    for lift in (0.035, 0.07, 0.105):
        line = [point for point in portrait.contour(-lift, phase=phase) if point[0] < 230 and 96 < point[1] < 486]
        start = chance.randrange(6)
        while start < len(line) - 14:
            end = min(len(line), start + chance.randrange(18, 52))
            parts.append(svg.tag("path", d=_data(line[start:end], 5), class_="sign"))
            start = end + chance.randrange(6, 14)
    for _ in range(15):
        x, y = chance.uniform(34, 92), chance.uniform(120, 560)
        turn, far = chance.uniform(-0.7, 0.7), chance.uniform(8, 20)
        parts.append(svg.path("sign", "M", x, y, "q", far / 2, " ", 8 * turn - 7, " ", far, " ", far * turn))
    return parts


def _layers(chance: random.Random, phase: float) -> list[str]:
    """Some of the map's own lines, picked out from forehead to neck."""
    first = chance.choice((1, 2))
    shares = (((first + 2 * index) / 15) ** 0.9 for index in range(4))
    lines = ([p for p in portrait.contour(share, phase=phase) if p[0] < 306 and 84 < p[1] < 600] for share in shares)
    return [svg.tag("path", d=_data(line, 7), class_="sign") for line in lines]


_DRAW: Final = {
    "vesicles": _vesicles,
    "plasma": _plasma,
    "needles": _needles,
    "light": _light,
    "peel": _peel,
    "layers": _layers,
}
_TOLD: Final = {
    "vesicles": lazy("Small round vesicles drift towards the cheek."),
    "plasma": lazy("Platelets lie on rings over the cheek, as a centrifuge sorts them."),
    "needles": lazy("A lattice of fine points covers the cheek."),
    "light": lazy("Columns of light stand side by side on the cheek, each ending at its own depth."),
    "peel": lazy("The outermost lines of the face lift away in pieces."),
    "layers": lazy("Some of the lines are picked out from forehead to neck."),
}
