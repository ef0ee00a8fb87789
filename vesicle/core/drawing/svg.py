"""The pen: small helpers that write SVG text.

Nothing here knows what is drawn. Colours come from the style sheet through classes, never from a ``style`` attribute,
so a drawing follows day and night, print and forced colours, and the content policy has nothing to object to.
"""

import zlib
from collections.abc import Iterable, Sequence
from html import escape
from itertools import pairwise
from typing import Final

from vesicle.core.spoken import InEnglish, Mixed, alike

Point = tuple[float, float]

NARROW: Final = 360
"""Width of a drawing for a phone, in its own units: about one unit per pixel."""

WIDE: Final = 1040
"""Width of a drawing for a desk."""

_NARROW_BELOW: Final = 640
_CHARACTER: Final = 0.53  # mean width of a letter of Figtree, in ems


class Svg(str):
    """SVG text that templates may print as it is: everything put into it was escaped when it was drawn."""

    __slots__ = ()

    def __html__(self) -> str:
        """Return the text unchanged; template engines ask for this before they escape."""
        return str(self)


def is_narrow(width: float) -> bool:
    """Whether a drawing of this width is meant for a phone."""
    return width < _NARROW_BELOW


def text_size(width: float) -> float:
    """Return the size of small text in drawing units: it must not fall below 12 px where the drawing is shown."""
    return 13.0 if is_narrow(width) else 15.0


def number(value: float) -> str:
    """Return a coordinate with at most one decimal and no useless zeros."""
    text = f"{value:.1f}"
    text = text.removesuffix(".0")
    return "0" if text == "-0" else text


def tag(name: str, *children: str, **attributes: str | float | None) -> str:
    """Return one element. ``class_`` becomes ``class``, other underscores hyphens; ``None`` leaves an attribute out."""
    written = []
    for key, value in attributes.items():
        if value is None:
            continue
        text = value if isinstance(value, str) else number(value)
        written.append(f' {key.rstrip("_").replace("_", "-")}="{escape(text)}"')
    inner = "".join(children)
    return f"<{name}{''.join(written)}>{inner}</{name}>" if inner else f"<{name}{''.join(written)}/>"


def label(
    x: float, y: float, text: str | Sequence[str], *, class_: str = "", anchor: str = "", leading: float = 18
) -> str:
    """Return words at a place; a sequence becomes lines below each other. ``anchor`` is ``middle`` or ``end``."""
    lines = [text] if isinstance(text, str) else list(text)
    words = [_words(text) for text in lines]
    if len(words) > 1:
        words = [tag("tspan", text, x=x, dy=leading if index else None) for index, text in enumerate(words)]
    return tag("text", *words, x=x, y=y, class_=class_ or None, text_anchor=anchor or None)


def _words(text: str) -> str:
    """Return words escaped; English ones in a drawing of another language say so."""
    pieces = text.pieces if isinstance(text, Mixed) else (text,)
    return "".join(
        tag("tspan", escape(one), lang="en") if isinstance(one, InEnglish) else escape(one) for one in pieces
    )


def wrap(text: str, width: float, size: float) -> list[str]:
    """Break ``text`` into lines of about ``width`` units at text ``size``. A word longer than a line stays whole."""
    room = max(4, int(width / (size * _CHARACTER)))
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return [alike(text, line) for line in lines] or [""]


def data(*pieces: str | float) -> str:
    """Return path data: letters stay, numbers are shortened and kept apart."""
    written = ""
    for piece in pieces:
        text = piece if isinstance(piece, str) else number(piece)
        apart = written and written[-1].isdigit() and text[0].isdigit()
        written += f" {text}" if apart else text
    return written


def path(class_: str, *pieces: str | float) -> str:
    """Return a path; the pieces are those of ``data``."""
    return tag("path", d=data(*pieces), class_=class_)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> str:
    """Return a straight line."""
    return path(class_, "M", x1, y1, "L", x2, y2)


def box(class_: str, x: float, y: float, width: float, height: float) -> str:
    """Return an upright rectangle."""
    return tag("rect", x=x, y=y, width=width, height=height, class_=class_)


def polyline(points: Iterable[Point], *, closed: bool = False) -> str:
    """Return path data of straight strokes through ``points``."""
    pieces = [data(x, y) for x, y in points]
    return "M" + "L".join(pieces) + ("Z" if closed else "")


def smooth(points: Sequence[Point], *, closed: bool = False) -> str:
    """Return path data of a soft curve through ``points`` (Catmull-Rom, written as cubic Bézier pieces)."""
    if len(points) < 3:
        return polyline(points, closed=closed)
    count = len(points)

    def at(index: int) -> Point:
        return points[index % count] if closed else points[min(max(index, 0), count - 1)]

    pieces: list[str | float] = ["M", *points[0]]
    for index in range(count if closed else count - 1):
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = (at(index + step) for step in (-1, 0, 1, 2))
        pieces += ["C", x1 + (x2 - x0) / 6, y1 + (y2 - y0) / 6, x2 - (x3 - x1) / 6, y2 - (y3 - y1) / 6, x2, y2]
    return data(*pieces) + ("Z" if closed else "")


def rising(points: Sequence[Point]) -> str:
    """Return path data of a curve through ``points``, ordered by x, that never overshoots between them.

    Fritsch and Carlson's monotone cubic: a curve of measurements must not suggest values nobody measured.
    """
    if len(points) < 3:
        return polyline(points)
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points)]
    slopes = [dy / dx if dx else 0.0 for dx, dy in steps]
    tangents = [slopes[0]]
    for left, right in pairwise(slopes):
        tangents.append(0.0 if left * right <= 0 else 2 * left * right / (left + right))
    tangents.append(slopes[-1])
    pieces: list[str | float] = ["M", *points[0]]
    for (x0, y0), (x1, y1), (dx, _), (left, right) in zip(points, points[1:], steps, pairwise(tangents), strict=False):
        pieces += ["C", x0 + dx / 3, y0 + left * dx / 3, x1 - dx / 3, y1 - right * dx / 3, x1, y1]
    return data(*pieces)


def picture(
    body: Iterable[str],
    *,
    title: str,
    description: str,
    width: float = 0,
    height: float = 0,
    view: tuple[float, float, float, float] | None = None,
    class_: str = "",
) -> Svg:
    """Return the whole drawing: named and described for people who do not see it.

    ``class_`` adds to ``dw`` (every drawing) and ``dw-narrow`` (for a phone). ``view`` is given by a drawing that fills
    any frame and may be cropped. Ids are made from the words and the width, so that the narrow and the wide form can
    stand on one page.
    """
    key = f"d{zlib.crc32(f'{title}|{description}|{width}'.encode()):x}"
    narrow = view is None and is_narrow(width)
    return Svg(
        tag(
            "svg",
            tag("title", escape(title), id=f"{key}t"),
            tag("desc", escape(description), id=f"{key}d"),
            *body,
            xmlns="http://www.w3.org/2000/svg",
            class_=" ".join(filter(None, ("dw", "dw-narrow" if narrow else "", class_))),
            viewBox=" ".join(map(number, view or (0, 0, width, height))),
            preserveAspectRatio="xMidYMid slice" if view else None,
            role="img",
            aria_labelledby=f"{key}t",
            aria_describedby=f"{key}d",
        )
    )
