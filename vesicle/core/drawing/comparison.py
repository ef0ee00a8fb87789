"""Ranges side by side: downtime, sessions, minutes, duration of several options on one scale."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext

from vesicle.core.drawing import svg


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: from ``low`` to ``high`` on the scale.

    ``low`` None means nobody knows: the row says ``note`` (default "not measured") instead of showing a length.
    ``is_chosen`` marks the row the page is about. ``one`` is what the unit is called after the number one.
    """

    label: str
    low: float | None
    high: float | None = None
    note: str = ""
    is_chosen: bool = False
    one: str = ""

    def __post_init__(self) -> None:
        """Refuse a range that runs backwards."""
        if self.low is not None and self.high is not None and self.high < self.low:
            raise ValueError(f"{self.label}: {self.high} is less than {self.low}; give the smaller number first.")

    def words(self, unit: str) -> str:
        """Return the range in words: "1–2 days", "3 sessions", or the note."""
        if self.low is None:
            return self.note or gettext("not measured")
        low, high = svg.number(self.low), svg.number(self.high if self.high is not None else self.low)
        text = low if low == high else f"{low}–{high}"
        unit = self.one if self.one and text == "1" and not self.note else unit
        return " ".join(filter(None, (text, unit, f"({self.note})" if self.note else "")))


_NAMES: Final = 300.0
_LETTER: Final = 7.0
"""Room for the names of options beside a wide drawing, and for each letter of a longer one."""
_STEPS: Final = (1, 2, 2.5, 5, 10)


def comparison_bars(bars: Sequence[Bar], *, unit: str, title: str, width: float = svg.WIDE) -> svg.Svg:
    """Draw one row an option, in the order given, on a scale from zero. Raises ``ValueError`` without rows."""
    if not bars:
        raise ValueError("A comparison needs at least one row.")
    narrow = svg.is_narrow(width)
    # Where nothing is known, or all is zero, the scale still has an end.
    top = max(bar.high if bar.high is not None else bar.low or 0 for bar in bars) or 1
    step = nice_step(top, 4 if narrow else 7)
    ticks = [step * index for index in range(int(top / step + 0.999) + 1)]
    # Some languages need longer names: the scale begins beside the longest.
    left = 0.0 if narrow else max(_NAMES, _LETTER * max(len(bar.label) for bar in bars) + 6)
    right = width - (14 if narrow else 200)
    row, head = (58.0, 26.0) if narrow else (44.0, 30.0)
    height = head + row * len(bars) + 4

    def x(value: float) -> float:
        return left + 6 + (right - left - 6) * value / ticks[-1]

    body = []
    for tick in ticks:
        for top_end, low_end in _clear(len(bars), head, row, height, narrow=narrow):
            body.append(svg.line(x(tick), top_end, x(tick), low_end, "ax" if tick == 0 else "gr"))
        words = svg.number(tick) if tick != ticks[-1] else f"{svg.number(tick)} {unit}"
        anchor = "" if narrow and tick == 0 else ("end" if narrow and tick == ticks[-1] else "middle")
        body.append(svg.label(x(tick), 13, words, class_="sm", anchor=anchor))
    for index, bar in enumerate(bars):
        body += _row(bar, unit, head + row * index, row, x, width=width)
    described = "; ".join(f"{bar.label}: {bar.words(unit)}" for bar in bars)
    return svg.picture(body, width=width, height=height, title=title, description=described, class_="dw-bars")


def _clear(count: int, head: float, row: float, height: float, *, narrow: bool) -> list[tuple[float, float]]:
    """Where the lines of the scale may run: all the way, or on a phone only beside the bars, not through the words."""
    if not narrow:
        return [(head - 6, height)]
    return [(head + row * index + row - 24, head + row * index + row - 4) for index in range(count)]


def _row(bar: Bar, unit: str, top: float, row: float, x: Callable[[float], float], *, width: float) -> list[str]:
    narrow = svg.is_narrow(width)
    middle = top + (row - 14 if narrow else row / 2)
    chosen = " on" if bar.is_chosen else ""
    parts = [svg.line(0, top, width, top, "gr")]
    if narrow:
        parts.append(svg.label(0, top + 23, bar.label, class_=f"lb{chosen}"))
        parts.append(svg.label(width, top + 23, bar.words(unit), class_="sm", anchor="end"))
    else:
        parts.append(svg.label(0, middle + 5, bar.label, class_=f"lb{chosen}"))
        parts.append(svg.label(width, middle + 5, bar.words(unit), class_="sm", anchor="end"))
    if bar.low is None:
        return parts
    start, end = x(bar.low), x(bar.high if bar.high is not None else bar.low)
    if end > start:
        parts.append(svg.line(start, middle, end, middle, f"br{chosen}"))
        parts.append(svg.tag("circle", cx=start, cy=middle, r=3.5, class_=f"pt{chosen}"))
    parts.append(svg.tag("circle", cx=end, cy=middle, r=5 if end == start else 3.5, class_=f"pt{chosen}"))
    return parts


def nice_step(top: float, wanted: int) -> float:
    """Return a round distance between ticks so that about ``wanted`` of them reach ``top``."""
    rough = top / wanted
    power = 1.0
    while power * 10 <= rough:
        power *= 10
    while power > rough:
        power /= 10
    return next(step * power for step in _STEPS if step * power >= rough)
