"""The picture that goes along when a page is shared: our own drawing and the page's own words, as a PNG.

Nothing but what stands on the page is written on it: its title, its headline, the clinic's name. The drawing is the one
at the head of the page (`core.drawing.hero`), its SVG laid on with Pillow: paths are read by fontTools, curves become
short strokes, and the whole is drawn twice as large and shrunk. The address carries a checksum of all that is on the
picture, so it may be kept for good.

Sources: the Open Graph protocol (``og:image``); 1200 × 630 is the size that large previews are cut to.
"""

import hashlib
import io
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

from django.utils.translation import gettext
from fontTools.pens.basePen import BasePen
from fontTools.svgLib.path import parse_path
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

from vesicle.core import drawing
from vesicle.website import drawings

SIZE: Final = (1200, 630)
_DRAWN: Final = "1"
"""Raised when the drawing of the picture changes, so that every address changes too."""
_SCALE: Final = 2
_FONTS: Final = Path(drawing.__file__).resolve().parents[1] / "static/vesicle/fonts"

_PAPER, _CARD, _INK, _QUIET, _LINE, _CLAY = "#fbf9f5", "#fffdfa", "#1b2320", "#58625b", "#2c4a3e", "#974a2e"
_STROKES: Final[dict[str, tuple[str, float, float]]] = {
    # class: colour, opacity and width as in public.css
    "map": (_LINE, 0.34, 0.8),
    "out": (_LINE, 0.2, 0.8),
    "profile": (_LINE, 1.0, 1.9),
    "fine": (_LINE, 1.0, 1.5),
    "sign": (_CLAY, 1.0, 1.2),
    "thin": (_CLAY, 0.7, 0.7),
    "beam": (_CLAY, 0.22, 3.5),
}
_VIEW: Final = re.compile(r'viewBox="([^"]+)"')


@dataclass(frozen=True, slots=True)
class SharePicture:
    """What one picture shows. ``treatment`` chooses the drawing and may be empty."""

    name: str
    treatment: str
    title: str
    line: str
    clinic: str

    @property
    def version(self) -> str:
        """A checksum of everything on it."""
        told = "\n".join((_DRAWN, self.treatment, self.title, self.line, self.clinic, drawings.hero(self.treatment)))
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    @property
    def alt(self) -> str:
        """What it shows, in words."""
        drawn = gettext("Beside it a face in profile, drawn as the lines of a map.")
        return f"{self.title}. {self.line} {self.clinic}. {drawn}"


@lru_cache(maxsize=64)
def png(picture: SharePicture) -> bytes:
    """Return the picture. Takes about a third of a second the first time, and is remembered."""
    canvas = Image.new("RGB", (SIZE[0] * _SCALE, SIZE[1] * _SCALE), _PAPER)
    _draw_hero(canvas, picture.treatment)
    page = canvas.resize(SIZE, Image.Resampling.LANCZOS)
    _write(page, picture)
    kept = io.BytesIO()
    page.quantize(192, dither=Image.Dither.NONE).save(kept, "PNG", optimize=True)
    return kept.getvalue()


# --- the drawing --------------------------------------------------------------------------------


class _Strokes(BasePen):  # type: ignore[misc]  # its library ships no types
    """Collects path data as lines of points; curves in twelve steps."""

    def __init__(self) -> None:
        super().__init__(None)
        self.lines: list[list[tuple[float, float]]] = []

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 - fontTools' names
        self.lines.append([pt])

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self.lines[-1].append(pt)

    def _curveToOne(self, pt1: Any, pt2: Any, pt3: Any) -> None:  # noqa: N802
        x0, y0 = self.lines[-1][-1]
        for step in range(1, 13):
            t = step / 12
            a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
            self.lines[-1].append(
                (a * x0 + b * pt1[0] + c * pt2[0] + d * pt3[0], a * y0 + b * pt1[1] + c * pt2[1] + d * pt3[1])
            )


def _draw_hero(canvas: Image.Image, treatment: str) -> None:
    """Lay the drawing over the right of the picture, cut off at its edges as on the page."""
    text = drawings.hero(treatment)
    found = _VIEW.search(text)
    left, top, width, height = map(float, found[1].split()) if found else (0.0, 0.0, 470.0, 570.0)
    room_x, room_w, room_h = 690 * _SCALE, 510 * _SCALE, SIZE[1] * _SCALE
    scale = max(room_w / width, room_h / height)
    plate = Image.new("RGBA", (room_w, room_h), "#eae2d5")
    shift = (room_w - width * scale) / 2, (room_h - height * scale) / 2

    def at(point: tuple[float, float]) -> tuple[float, float]:
        return (point[0] - left) * scale + shift[0], (point[1] - top) * scale + shift[1]

    for part in ElementTree.fromstring(text):  # noqa: S314 - our own drawing
        kind = part.tag.rpartition("}")[2]
        classes = (part.get("class") or "").split()
        if kind not in ("path", "circle"):
            continue
        over = Image.new("RGBA", plate.size, (0, 0, 0, 0))
        pen = ImageDraw.Draw(over)
        if kind == "circle":
            x, y = at((float(part.get("cx", 0)), float(part.get("cy", 0))))
            radius = float(part.get("r", 0)) * scale
            around = (x - radius, y - radius, x + radius, y + radius)
            if "full" in classes:
                pen.ellipse(around, fill=_CLAY)
            else:
                colour, opacity, stroke = _stroke(classes)
                pen.ellipse(around, outline=_with(colour, opacity), width=max(1, round(stroke * scale)))
        else:
            strokes = _Strokes()
            parse_path(part.get("d", ""), strokes)
            for line in strokes.lines:
                points = [at(point) for point in line]
                if "head" in classes:
                    pen.polygon(points, fill=_with(_CARD, 0.42))
                else:
                    colour, opacity, stroke = _stroke(classes)
                    pen.line(points, fill=_with(colour, opacity), width=max(1, round(stroke * scale)), joint="curve")
        plate.alpha_composite(over)
    canvas.paste(plate.convert("RGB"), (room_x, 0))


def _stroke(classes: list[str]) -> tuple[str, float, float]:
    """Return colour, opacity and width: those of the last class that says something, as in a style sheet."""
    return next((_STROKES[name] for name in reversed(classes) if name in _STROKES), _STROKES["map"])


def _with(colour: str, opacity: float) -> tuple[int, int, int, int]:
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return red, green, blue, round(255 * opacity)


# --- the words ----------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def _font(name: str, size: int, weight: int = 0) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(_FONTS / f"{name}.woff2", size)
    if weight:
        font.set_variation_by_axes([weight])
    return font


@lru_cache(maxsize=8)
def _letters(name: str) -> frozenset[int]:
    with TTFont(_FONTS / f"{name}.woff2") as font:
        return frozenset(font.getBestCmap())


def _runs(text: str, name: str) -> list[tuple[str, str]]:
    """Cut a text into pieces by the file of the font that has their letters."""
    runs: list[tuple[str, str]] = []
    for sign in text:
        file = name if ord(sign) in _letters(name) else f"{name}-more"
        if runs and runs[-1][0] == file:
            runs[-1] = (file, runs[-1][1] + sign)
        else:
            runs.append((file, sign))
    return runs


def _length(text: str, name: str, size: int, weight: int = 0) -> float:
    return sum(_font(file, size, weight).getlength(run) for file, run in _runs(text, name))


def _cut(word: str, name: str, size: int, room: float, weight: int) -> str:
    if _length(word, name, size, weight) <= room:
        return word
    while word and _length(f"{word}…", name, size, weight) > room:
        word = word[:-1]
    return f"{word}…"


def _lines(text: str, name: str, size: int, room: float, most: int, weight: int = 0) -> list[str]:
    """Break a text into at most ``most`` lines; what does not fit ends in an ellipsis, and so does too wide a word."""
    lines = [""]
    for word in (_cut(each, name, size, room, weight) for each in text.split()):
        longer = f"{lines[-1]} {word}".strip()
        if not lines[-1] or _length(longer, name, size, weight) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > most:
        last = lines[most - 1]
        while last and _length(f"{last}…", name, size, weight) > room:
            last = last.rpartition(" ")[0]
        lines = [*lines[: most - 1], f"{last}…"]
    return lines


def _fits(title: str, size: int, room: float) -> bool:
    """Whether a title has three lines at most in a size, and no word of it is cut."""
    lines = _lines(title, "newsreader-display", size, room, 9)
    return len(lines) <= 3 and not any(line.endswith("…") for line in lines)


def _write(page: Image.Image, picture: SharePicture) -> None:
    pen, room = ImageDraw.Draw(page), 570
    size = next((size for size in (76, 66, 56, 48) if _fits(picture.title, size, room)), 40)
    (clinic,) = _lines(picture.clinic, "figtree", 28, room, 1, 560)
    _put(pen, 64, 62, clinic, "figtree", 28, _QUIET, 560)
    title = _lines(picture.title, "newsreader-display", size, room, 4)
    line = _lines(picture.line, "figtree", 30, room, 4, 400)
    y = 630 - 70 - len(line) * 42 - 28 - len(title) * round(size * 1.1)
    for row in title:
        _put(pen, 64, y, row, "newsreader-display", size, _INK)
        y += round(size * 1.1)
    y += 28
    for row in line:
        _put(pen, 64, y, row, "figtree", 30, _QUIET, 400)
        y += 42


def _put(
    pen: ImageDraw.ImageDraw, x: float, y: float, text: str, name: str, size: int, colour: str, weight: int = 0
) -> None:
    for file, run in _runs(text, name):
        font = _font(file, size, weight)
        pen.text((x, y), run, font=font, fill=colour)
        x += font.getlength(run)
