"""What was measured in one person over weeks, beside what is expected.

Between measured points there are straight lines: a curve would suggest values that nobody measured. A point is filled
only when it differs from the baseline by more than measurement error.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from vesicle.core.drawing import svg
from vesicle.core.drawing.axes import Axes, week_axis
from vesicle.core.drawing.comparison import nice_step
from vesicle.core.spoken import put_together

_LINE, _LETTER = 18.0, 7.0
"""Height of a line of words, and about how wide a letter is."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One measured value: weeks after the first session, the value, and half the width of its error.

    ``counts`` is false for a value that must not be judged: it is drawn hollow and no line leads to it. ``is_real`` is
    the verdict on it where it has one of its own; else what is beyond the noise around the baseline is a change.
    """

    week: float
    value: float
    error: float = 0.0
    counts: bool = True
    is_real: bool | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """What was measured in one person.

    ``noise`` is the smallest change of ``baseline`` that is more than measurement error, ``None`` where nobody has
    measured that: then no point counts as a change. ``expected`` holds
    (week, low, high) of the band other people's results lie in.
    """

    measure: str
    unit: str
    baseline: float
    readings: tuple[Reading, ...]
    noise: float | None = 0.0
    expected: tuple[tuple[float, float, float], ...] = ()
    lower_is_better: bool = False
    is_judged: bool = True
    """Whether less or more is better at all."""


def measured_course(course: Course, *, width: float = svg.NARROW, title: str = "") -> svg.Svg:
    """Draw a person's own values over weeks, with their errors, the noise around the baseline and the expected band.

    Raises ``ValueError`` without any reading.
    """
    if not course.readings:
        raise ValueError(f"{course.measure}: nothing was measured yet, so there is nothing to draw.")
    narrow = svg.is_narrow(width)
    low, high, step = _scale(course)
    weeks = max([r.week for r in course.readings] + [week for week, _, _ in course.expected] + [4.0])
    height = 286.0 if narrow else 360.0
    name = put_together([course.measure, ", ", course.unit]) if course.unit else course.measure
    wish = _("lower is better") if course.lower_is_better else _("higher is better")
    # A long name leaves no room beside it: the wish then stands in a line of its own, and all else moves down.
    lower = _LINE if course.is_judged and _LETTER * (len(name) + len(wish) + 2) > width else 0.0
    axes = Axes(46 if narrow else 60, width - 10, 58 + lower, height - 40 + lower, weeks, low, high)
    body = [svg.label(0, 15, name, class_="lb")]
    if course.is_judged:
        body.append(svg.label(width - 10, 15 + lower, wish, class_="sm", anchor="end"))
    for index in range(round((high - low) / step) + 1):
        value = low + step * index
        body.append(svg.line(axes.left, axes.y(value), axes.right, axes.y(value), "gr"))
        body.append(svg.label(axes.left - 8, axes.y(value) + 4, f"{value:g}", class_="sm", anchor="end"))
    body += [
        *_legend(course, 0 if narrow else axes.left, lower),
        *_bands(course, axes),
        *week_axis(axes, narrow=narrow, start=_("Start"), weeks=_("weeks")),
        *_readings(course, axes),
    ]
    title = title or _("%(measure)s over time") % {"measure": course.measure}
    described = _told(course)
    return svg.picture(body, width=width, height=height + lower, title=title, description=described, class_="dw-course")


def _scale(course: Course) -> tuple[float, float, float]:
    """Round values for the lower and upper edge, and the distance of the lines between."""
    noise = course.noise or 0.0
    values = [course.baseline - noise, course.baseline + noise]
    values += [value for r in course.readings for value in (r.value - r.error, r.value + r.error)]
    values += [value for _, low, high in course.expected for value in (low, high)]
    step = nice_step((max(values) - min(values)) or abs(course.baseline) or 1, 4)
    low, high = step * (min(values) // step), step * -(-max(values) // step)
    return (low, high, step) if low < high else (low - step, high + step, step)


def _told(course: Course) -> str:
    """The drawing in a sentence."""
    readings = sorted(course.readings, key=lambda r: r.week)
    told = "; ".join(
        _("week %(week)s") % {"week": f"{r.week:g}"}
        + f": {r.value:g}"
        + (f" ± {r.error:g}" if r.error else "")
        + ("" if r.counts else f" ({_('does not count')})")
        for r in readings
    )
    names = {"measure": course.measure, "unit": course.unit or _("points"), "baseline": f"{course.baseline:g}"}
    return f"{_('%(measure)s in %(unit)s. Baseline %(baseline)s.') % names} {told}."


def _legend(course: Course, left: float, lower: float) -> list[str]:
    """What the broken line and the bands mean, in a row above the values."""
    marks: list[tuple[str, str]] = [("base", _("before"))]
    if course.noise:
        marks.append(("noise", _("measurement error")))
    if len(course.expected) > 1:
        marks.append(("bd", _("expected")))
    parts: list[str] = []
    for class_, words in marks:
        if class_ == "base":
            parts.append(svg.line(left, 34 + lower, left + 20, 34 + lower, class_))
        else:
            parts.append(svg.box(class_, left, 28 + lower, 20, 12))
        parts.append(svg.label(left + 26, 39 + lower, words, class_="sm"))
        left += 26 + 6.9 * len(words) + 14
    return parts


def _bands(course: Course, axes: Axes) -> list[str]:
    parts = []
    if len(course.expected) > 1:
        upper = [(axes.x(w), axes.y(high)) for w, _, high in course.expected]
        lower = [(axes.x(w), axes.y(low)) for w, low, _ in reversed(course.expected)]
        parts.append(svg.tag("path", d=svg.polyline([*upper, *lower], closed=True), class_="bd"))
    if course.noise:
        top, low = axes.y(course.baseline + course.noise), axes.y(course.baseline - course.noise)
        parts.append(svg.box("noise", axes.left, top, axes.right - axes.left, low - top))
    parts.append(svg.line(axes.left, axes.y(course.baseline), axes.right, axes.y(course.baseline), "base"))
    return parts


def _readings(course: Course, axes: Axes) -> list[str]:
    readings = sorted(course.readings, key=lambda r: r.week)
    points = [(axes.x(r.week), axes.y(r.value)) for r in readings]
    line = [point for reading, point in zip(readings, points, strict=True) if reading.counts]
    parts = [svg.tag("path", d=svg.polyline(line), class_="ln")] if len(line) > 1 else []
    for reading, (x, y) in zip(readings, points, strict=True):
        if reading.error:
            up, down = axes.y(reading.value + reading.error), axes.y(reading.value - reading.error)
            parts.append(svg.path("err", "M", x, up, "V", down, "m-4 0h8", "M", x - 4, up, "h8"))
        parts.append(svg.tag("circle", cx=x, cy=y, r=4.5, class_="pt on" if _is_real(course, reading) else "pt"))
    return parts


def _is_real(course: Course, reading: Reading) -> bool:
    if reading.is_real is not None:
        return reading.is_real
    return reading.counts and course.noise is not None and abs(reading.value - course.baseline) > course.noise


def sparkline(values: Sequence[float], *, title: str, width: float = 96, height: float = 24) -> svg.Svg:
    """Draw a few values as a small line without axes, the last one as a dot. The title says what they are.

    Raises ``ValueError`` without values.
    """
    if not values:
        raise ValueError("A sparkline needs at least one value.")
    low, high = min(values), max(values)
    reach = (high - low) or 1
    step = (width - 8) / max(1, len(values) - 1)
    points = [
        (4 + step * index, height - 4 - (height - 8) * (value - low) / reach) for index, value in enumerate(values)
    ]
    body = [svg.tag("path", d=svg.polyline(points), class_="ln")] if len(points) > 1 else []
    body.append(svg.tag("circle", cx=points[-1][0], cy=points[-1][1], r=2.6, class_="pt on"))
    described = ", ".join(f"{value:g}" for value in values)
    return svg.picture(body, width=width, height=height, title=title, description=described, class_="dw-spark")
