"""What happened to many people over weeks: their mean with its interval, beside the weeks a page promises."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vesicle.core.drawing import svg
from vesicle.core.drawing.axes import Axes, week_axis
from vesicle.core.drawing.comparison import nice_step


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of many people at a week with its interval, and how many they are."""

    week: float
    value: float
    low: float
    high: float
    people: int


@dataclass(frozen=True, slots=True)
class Promise:
    """What the page says: a first change between ``begins`` weeks, the best between ``best``."""

    begins: tuple[float, float]
    best: tuple[float, float] | None = None


WORDS = {
    "none": "no change",
    "promise": "as the page says",
    "first": "first change",
    "best": "best",
    "people": "people",
    "start": "Start",
    "weeks": "weeks",
}
"""Words in the drawing; another language gives its own."""


def outcome_curve(
    means: Sequence[Mean],
    promise: Promise,
    *,
    title: str,
    description: str,
    unit: str = "",
    starts_at_nought: bool = True,
    words: Mapping[str, str] = WORDS,
    width: float = svg.NARROW,
) -> svg.Svg:
    """Draw means with intervals, the line of no change, and above them the weeks the page promises.

    Straight strokes join what was measured. With ``starts_at_nought`` they begin at no change before treatment.
    Raises ``ValueError`` without any mean.
    """
    if not means:
        raise ValueError(f"{title}: nothing to draw.")
    narrow = svg.is_narrow(width)
    values = [0.0, *(edge for one in means for edge in (one.low, one.high))]
    step = nice_step(max(values) - min(values) or 1, 4)
    low, high = step * (min(values) // step), step * -(-max(values) // step)
    low, high = (low, high) if low < high else (low - step, high + step)
    weeks = max([one.week for one in means] + [promise.begins[1], promise.best[1] if promise.best else 0, 4.0])
    height = 330.0 if narrow else 400.0
    axes = Axes(46 if narrow else 60, width - 14, 92, height - 62, weeks * 1.04, low, high)
    body = [svg.label(0, 15, unit, class_="lb")] if unit else []
    body += _promised(promise, axes, words)
    for index in range(round((high - low) / step) + 1):
        value = low + step * index
        body.append(svg.line(axes.left, axes.y(value), axes.right, axes.y(value), "base" if value == 0 else "gr"))
        body.append(svg.label(axes.left - 8, axes.y(value) + 4, f"{value:g}", class_="sm", anchor="end"))
    body.append(svg.label(axes.right, axes.y(0) - 6, words["none"], class_="sm", anchor="end"))
    body += week_axis(axes, narrow=narrow, start=words["start"], weeks=words["weeks"])
    body += _means(means, axes, starts_at_nought, words)
    return svg.picture(body, width=width, height=height, title=title, description=description, class_="dw-outcome")


def _promised(promise: Promise, axes: Axes, words: Mapping[str, str]) -> list[str]:
    """A line over the weeks of the promise, with the weeks themselves shaded down to the axis."""
    y = axes.top - 34
    first, last = axes.x(promise.begins[0]), axes.x((promise.best or promise.begins)[1])
    body = [
        svg.label(axes.left, y - 12, words["promise"], class_="sm"),
        svg.box("win", first, y, max(last - first, 2), axes.bottom - y),
        svg.line(first, y, last, y, "promise"),
        svg.label(first, y + 18, words["first"], class_="sm"),
    ]
    if promise.best is not None and last - first > 120:
        body.append(svg.label(last, y + 18, words["best"], class_="sm", anchor="end"))
    return body


def _means(means: Sequence[Mean], axes: Axes, from_nought: bool, words: Mapping[str, str]) -> list[str]:
    ordered = sorted(means, key=lambda one: one.week)
    line = [(axes.x(one.week), axes.y(one.value)) for one in ordered]
    start = [(axes.x(0), axes.y(0))] if from_nought else []
    parts = [svg.tag("path", d=svg.polyline([*start, *line]), class_="ln")] if len(start) + len(line) > 1 else []
    for one, (x, y) in zip(ordered, line, strict=True):
        up, down = axes.y(one.high), axes.y(one.low)
        parts.append(svg.path("err", "M", x - 5, up, "h10", "M", x, up, "V", down, "M", x - 5, down, "h10"))
        parts.append(svg.tag("circle", cx=x, cy=y, r=4.5, class_="pt on"))
        parts.append(svg.label(x, axes.bottom + 46, f"n {one.people}", class_="sm", anchor="middle"))
    parts.append(svg.label(0, axes.bottom + 46, words["people"], class_="sm"))
    return parts
