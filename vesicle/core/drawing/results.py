"""Results over weeks: when a change is expected, and what was measured in one person.

Nobody's number is drawn where nobody measured: past the last week that trials looked at, the outcome curve is broken
and says so; between measured points there are straight lines and no curve.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from vesicle.core.drawing import svg
from vesicle.core.drawing.comparison import nice_step

WEEKS_A_MONTH: Final = 52 / 12


@dataclass(frozen=True, slots=True)
class Window:
    """When a result is expected, counted in weeks from the first session.

    ``onset`` is the window in which the first change shows; ``peak`` the week of the best result, if known;
    ``lasts_months`` how long it holds, as (least, most), or ``None`` where nobody knows; ``measured_until`` the last week
    that any trial looked at; ``sessions`` the weeks of the sessions.
    """

    onset: tuple[float, float]
    peak: float | None = None
    lasts_months: tuple[float, float] | None = None
    measured_until: float | None = None
    sessions: tuple[float, ...] = (0.0,)

    def __post_init__(self) -> None:
        """Refuse windows that run backwards."""
        if not 0 <= self.onset[0] <= self.onset[1]:
            raise ValueError(f"onset {self.onset}: give the earlier week first, from 0.")
        if self.lasts_months and self.lasts_months[0] > self.lasts_months[1]:
            raise ValueError(f"lasts_months {self.lasts_months}: give the smaller number first.")

    @property
    def best(self) -> float:
        """The week the curve reaches its top: the peak, or some weeks after the onset where no peak is known."""
        return max(self.peak if self.peak is not None else self.onset[1] + 4, self.onset[1] + 1)


@dataclass(frozen=True, slots=True)
class Reading:
    """One measured value: weeks after the first session, the value, and half the width of its error."""

    week: float
    value: float
    error: float = 0.0


@dataclass(frozen=True, slots=True)
class _Axes:
    left: float
    right: float
    top: float
    bottom: float
    weeks: float
    low: float = 0.0
    high: float = 1.0

    def x(self, week: float) -> float:
        return self.left + (self.right - self.left) * min(week, self.weeks) / self.weeks

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * (value - self.low) / (self.high - self.low)


def result_window(window: Window, *, width: float = svg.WIDE, horizon_weeks: float | None = None, title: str = "When a result shows and how long it lasts") -> svg.Svg:
    """Draw the expected course of a result: first change, best result, how long it holds, and where knowledge ends.

    The height of the curve has no unit: it says earlier and later, more and less. ``horizon_weeks`` widens the axis.
    """
    narrow = svg.is_narrow(width)
    lasts = (window.lasts_months or (0, 0))[1] * WEEKS_A_MONTH
    last = max(window.best + 8, window.measured_until or 0, lasts, horizon_weeks or 26)
    labels, head = _labels(window, last, width)
    height = head + (190.0 if narrow else 270.0) + 46
    axes = _Axes(6, width - 6, head, height - 46, last)
    body = _weeks(axes, narrow=narrow)
    body += _sessions(window, axes)
    body += _outcome(window, axes)
    for mark in labels:
        body.append(svg.line(mark.x, mark.y - 10, mark.x, axes.bottom, "mk"))
        body.append(svg.label(mark.left, mark.y, mark.head, class_="lb"))
        body.append(svg.label(mark.left, mark.y + (16 if narrow else 19), mark.words, class_="sm"))
    return svg.picture(body, width=width, height=height, title=title, description=_told(window), class_="dw-result")


def _weeks(axes: _Axes, *, narrow: bool) -> list[str]:
    """The axis of weeks along the bottom."""
    step = next(s for s in (2, 4, 6, 13, 26, 52) if axes.weeks / s <= (5 if narrow else 9))
    body = [svg.line(axes.left, axes.bottom, axes.right, axes.bottom, "ax")]
    for week in range(0, int(axes.weeks) + 1, step):
        body.append(svg.line(axes.x(week), axes.bottom, axes.x(week), axes.bottom + 5, "ax"))
        at_end = axes.right - axes.x(week) < 20
        anchor = "" if week == 0 else ("end" if at_end else "middle")
        text = "Start" if week == 0 else (f"{week} weeks" if week == step else str(week))
        body.append(svg.label(axes.right if at_end and week else axes.x(week), axes.bottom + 23, text, class_="sm", anchor=anchor))
    return body


def _sessions(window: Window, axes: _Axes) -> list[str]:
    return [svg.tag("path", d=f"M{svg.number(axes.x(week))} {svg.number(axes.bottom - 9)}l-4 9h8Z", class_="session") for week in window.sessions if week <= axes.weeks]


def _outcome(window: Window, axes: _Axes) -> list[str]:
    """The curve, a band around it that widens with ignorance, and the broken part that nobody measured."""
    first, second = window.onset
    count = 30
    weeks = [axes.weeks * index / count for index in range(count + 1)]
    curve = [(axes.x(week), axes.y(_height(window, week))) for week in weeks]
    known = axes.weeks if window.measured_until is None else min(window.measured_until, axes.weeks)
    parts = [svg.tag("rect", x=axes.x(first), y=axes.top - 14, width=max(3.0, axes.x(second) - axes.x(first)), height=axes.bottom - axes.top + 14, class_="win")]
    inside, outside = _split(curve, axes.x(known))
    if len(inside) > 1:
        for share in (1.0, 0.75, 0.5, 0.25):
            scaled = [(x, axes.bottom - (axes.bottom - y) * share) for x, y in inside]
            data = svg.rising(scaled)
            if share == 1.0:
                parts.append(svg.tag("path", d=f"{data}L{svg.number(scaled[-1][0])} {svg.number(axes.bottom)}L{svg.number(scaled[0][0])} {svg.number(axes.bottom)}Z", class_="ar"))
                parts.append(svg.tag("path", d=data, class_="ln"))
            else:
                parts.append(svg.tag("path", d=data, class_="ct"))
    if len(outside) > 1:
        parts.append(svg.tag("path", d=svg.rising(outside), class_="ln unknown"))
    return parts


def _height(window: Window, week: float) -> float:
    """How much of the result is there in a week, from 0 to 1: an S to the best result, then a slow fading.

    A picture of "earlier and later, more and less": the shape is a convention, only the weeks are statements.
    """
    first, second = window.onset
    middle = second + (window.best - second) * 0.25
    steep = math.log(14.0) / max(0.5, middle - first)
    risen = 0.94 / (1 + math.exp(-steep * (week - middle))) * min(1.0, week / max(first, 0.5))
    if week <= window.best or window.lasts_months is None:
        return risen * (1 if week <= window.best else 1 - 0.01 * (week - window.best))
    least, most = (max(months * WEEKS_A_MONTH, window.best + 1) for months in window.lasts_months)
    if week <= least:
        return risen * (1 - 0.1 * ((week - window.best) / (least - window.best)) ** 2)
    gone = min(2.0, (week - least) / max(4.0, most - least))
    return risen * (0.9 - 0.5 * gone * gone * (3 - gone) / 4)


def _split(curve: Sequence[svg.Point], x: float) -> tuple[list[svg.Point], list[svg.Point]]:
    """Cut a curve at x; both parts share the point of the cut."""
    before = [point for point in curve if point[0] <= x]
    after = [point for point in curve if point[0] > x]
    if before and after:
        (x0, y0), (x1, y1) = before[-1], after[0]
        share = (x - x0) / (x1 - x0)
        cut = (x, y0 + (y1 - y0) * share)
        if before[-1] != cut:
            before.append(cut)
        after.insert(0, cut)
    return before, after


@dataclass(frozen=True, slots=True)
class _Label:
    x: float
    left: float
    y: float
    head: str
    words: str


def _labels(window: Window, weeks: float, width: float) -> tuple[list[_Label], float]:
    """Words at the weeks that matter, on steps below each other so that they never collide, and the room they take."""
    narrow = svg.is_narrow(width)
    size, leading = svg.text_size(width), 38.0 if narrow else 44.0
    marks: list[tuple[float, str, str]] = [((window.onset[0] + window.onset[1]) / 2, "First change", _span(window.onset, "weeks"))]
    if window.peak is not None:
        marks.append((window.peak, "Best result", f"about week {window.peak:g}"))
    if window.lasts_months:
        marks.append((window.lasts_months[1] * WEEKS_A_MONTH, "Holds for", _span(window.lasts_months, "months")))
    if window.measured_until is not None and window.measured_until < weeks:
        marks.append((window.measured_until, f"Beyond week {window.measured_until:g}", "not measured in trials we found"))
    labels: list[_Label] = []
    ends: list[float] = []  # how far right each step is taken
    for week, head, words in sorted(marks, key=lambda mark: mark[0]):
        x = 6 + (width - 12) * week / weeks
        room = max(len(head) * 0.57, len(words) * 0.51) * size + 12
        left = min(x + 7, width - room)
        step = next((index for index, end in enumerate(ends) if left > end), len(ends))
        ends[step : step + 1] = [left + room]
        labels.append(_Label(x, left, 14 + step * leading, head, words))
    return labels, 26 + leading * len(ends)


def _span(pair: tuple[float, float], unit: str) -> str:
    low, high = pair
    return f"{low:g} {unit}" if low == high else f"{low:g}–{high:g} {unit}"


def _told(window: Window) -> str:
    """The drawing in sentences."""
    told = [f"The first change is expected within {_span(window.onset, 'weeks')} of the first session."]
    if window.peak is not None:
        told.append(f"The best result is expected about week {window.peak:g}.")
    told.append(f"It holds for {_span(window.lasts_months, 'months')}." if window.lasts_months else "How long it holds is not known.")
    if window.measured_until is not None:
        told.append(f"Trials measured until week {window.measured_until:g}; what is drawn beyond is an assumption.")
    return " ".join(told)


@dataclass(frozen=True, slots=True)
class Course:
    """What was measured in one person.

    ``noise`` is the smallest change of ``baseline`` that is more than measurement error. ``expected`` holds
    (week, low, high) of the band other people's results lie in.
    """

    measure: str
    unit: str
    baseline: float
    readings: tuple[Reading, ...]
    noise: float = 0.0
    expected: tuple[tuple[float, float, float], ...] = ()
    lower_is_better: bool = False
    window: Window | None = field(default=None)


def measured_course(course: Course, *, width: float = svg.NARROW, title: str = "") -> svg.Svg:
    """Draw a person's own values over weeks, with their errors, the noise around the baseline and the expected band.

    Raises ``ValueError`` without any reading.
    """
    if not course.readings:
        raise ValueError(f"{course.measure}: nothing was measured yet, so there is nothing to draw.")
    narrow = svg.is_narrow(width)
    values = [course.baseline - course.noise, course.baseline + course.noise]
    values += [v for r in course.readings for v in (r.value - r.error, r.value + r.error)]
    values += [v for _, low, high in course.expected for v in (low, high)]
    step = nice_step((max(values) - min(values)) or abs(course.baseline) or 1, 4)
    low, high = step * (min(values) // step), step * -(-max(values) // step)
    if low == high:
        low, high = low - step, high + step
    weeks = max([r.week for r in course.readings] + [w for w, _, _ in course.expected] + [4.0])
    height = 268.0 if narrow else 340.0
    axes = _Axes(46 if narrow else 60, width - 10, 40, height - 40, weeks, low, high)
    body = [svg.label(0, 15, f"{course.measure}, {course.unit}" if course.unit else course.measure, class_="lb")]
    body.append(svg.label(width - 10, 15, "lower is better" if course.lower_is_better else "higher is better", class_="sm", anchor="end"))
    for index in range(round((high - low) / step) + 1):
        value = low + step * index
        body.append(svg.line(axes.left, axes.y(value), axes.right, axes.y(value), "gr"))
        body.append(svg.label(axes.left - 8, axes.y(value) + 4, f"{value:g}", class_="sm", anchor="end"))
    body += _bands(course, axes)
    body += _weeks(axes, narrow=narrow)
    body += _readings(course, axes)
    told = "; ".join(f"week {r.week:g}: {r.value:g}" + (f" ± {r.error:g}" if r.error else "") for r in sorted(course.readings, key=lambda r: r.week))
    description = f"{course.measure} in {course.unit or 'points'}. Baseline {course.baseline:g}. {told}."
    return svg.picture(body, width=width, height=height, title=title or f"{course.measure} over time", description=description, class_="dw-course")


def _bands(course: Course, axes: _Axes) -> list[str]:
    parts = []
    if len(course.expected) > 1:
        upper = [(axes.x(w), axes.y(high)) for w, _, high in course.expected]
        lower = [(axes.x(w), axes.y(low)) for w, low, _ in reversed(course.expected)]
        parts.append(svg.tag("path", d=svg.polyline([*upper, *lower], closed=True), class_="bd"))
        last = course.expected[-1]
        parts.append(svg.label(axes.right - 4, axes.y((last[1] + last[2]) / 2) + 4, "expected", class_="sm", anchor="end"))
    if course.noise:
        top = axes.y(course.baseline + course.noise)
        parts.append(svg.tag("rect", x=axes.left, y=top, width=axes.right - axes.left, height=axes.y(course.baseline - course.noise) - top, class_="noise"))
    parts.append(svg.line(axes.left, axes.y(course.baseline), axes.right, axes.y(course.baseline), "base"))
    words = "before, with measurement error" if course.noise else "before"
    parts.append(svg.label(axes.left + 6, axes.y(course.baseline) - 6, words, class_="sm"))
    return parts


def _readings(course: Course, axes: _Axes) -> list[str]:
    readings = sorted(course.readings, key=lambda r: r.week)
    line = [(axes.x(r.week), axes.y(r.value)) for r in readings]
    parts = [svg.tag("path", d=svg.polyline(line), class_="ln")] if len(line) > 1 else []
    for reading, (x, y) in zip(readings, line, strict=True):
        if reading.error:
            up, down = axes.y(reading.value + reading.error), axes.y(reading.value - reading.error)
            parts.append(svg.tag("path", d=f"M{svg.number(x)} {svg.number(up)}V{svg.number(down)}m-4 0h8M{svg.number(x - 4)} {svg.number(up)}h8", class_="err"))
        is_real = abs(reading.value - course.baseline) > course.noise
        parts.append(svg.tag("circle", cx=x, cy=y, r=4.5, class_="pt on" if is_real else "pt"))
    return parts


def sparkline(values: Sequence[float], *, title: str, width: float = 96, height: float = 24) -> svg.Svg:
    """Draw a few values as a small line without axes, the last one as a dot. The title says what they are.

    Raises ``ValueError`` without values.
    """
    if not values:
        raise ValueError("A sparkline needs at least one value.")
    low, high = min(values), max(values)
    reach = (high - low) or 1
    step = (width - 8) / max(1, len(values) - 1)
    points = [(4 + step * index, height - 4 - (height - 8) * (value - low) / reach) for index, value in enumerate(values)]
    body = [svg.tag("path", d=svg.polyline(points), class_="ln")] if len(points) > 1 else []
    body.append(svg.tag("circle", cx=points[-1][0], cy=points[-1][1], r=2.6, class_="pt on"))
    described = ", ".join(f"{value:g}" for value in values)
    return svg.picture(body, width=width, height=height, title=title, description=described, class_="dw-spark")
