"""Results over weeks: when a change is expected, how long it holds, and where knowledge ends.

Past the last week that trials looked at, the curve is broken and says so.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from vesicle.core.drawing import svg
from vesicle.core.drawing.axes import Axes, week_axis

WEEKS_A_MONTH: Final = 52 / 12
_SAMPLES: Final = 30


@dataclass(frozen=True, slots=True)
class Window:
    """When a result is expected, counted in weeks from the first session.

    ``onset`` is the window in which the first change shows; ``peak`` the week of the best result, if known;
    ``lasts_months`` how long it holds, as (least, most), or ``None`` where nobody knows; ``measured_until`` the last
    week that any trial looked at; ``sessions`` the weeks of the sessions.
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


def result_window(
    window: Window,
    *,
    width: float = svg.WIDE,
    horizon_weeks: float | None = None,
    title: str = "",
) -> svg.Svg:
    """Draw the expected course of a result: first change, best result, how long it holds, and where knowledge ends.

    The height of the curve has no unit: it says earlier and later, more and less. ``horizon_weeks`` widens the axis.
    """
    narrow = svg.is_narrow(width)
    title = title or _("When a result shows and how long it lasts")
    lasts = (window.lasts_months or (0, 0))[1] * WEEKS_A_MONTH
    last = max(window.best + 8, window.measured_until or 0, lasts, horizon_weeks or 26)
    labels, head = _labels(window, last, width)
    height = head + (190.0 if narrow else 270.0) + 46
    axes = Axes(6, width - 6, head, height - 46, last)
    body = week_axis(axes, narrow=narrow, start=_("Start"), weeks=_("weeks"))
    body += _sessions(window, axes)
    body += _outcome(window, axes)
    for mark in labels:
        body.append(svg.line(mark.x, mark.y - 10, mark.x, axes.bottom, "mk"))
        body.append(svg.label(mark.left, mark.y, mark.head, class_="lb"))
        body.append(svg.label(mark.left, mark.y + (16 if narrow else 19), mark.words, class_="sm"))
    return svg.picture(body, width=width, height=height, title=title, description=_told(window), class_="dw-result")


def _sessions(window: Window, axes: Axes) -> list[str]:
    """A small mark on the axis for every session."""
    weeks = (week for week in window.sessions if week <= axes.weeks)
    return [svg.path("session", "M", axes.x(week), axes.bottom - 9, "l-4 9h8Z") for week in weeks]


def _outcome(window: Window, axes: Axes) -> list[str]:
    """The window of the first change, the curve with its contour lines, and the broken part that nobody measured."""
    weeks = [axes.weeks * index / _SAMPLES for index in range(_SAMPLES + 1)]
    curve = [(axes.x(week), axes.y(_height(window, week))) for week in weeks]
    known = axes.weeks if window.measured_until is None else min(window.measured_until, axes.weeks)
    first, second = (axes.x(week) for week in window.onset)
    parts = [svg.box("win", first, axes.top - 14, max(3.0, second - first), axes.bottom - axes.top + 14)]
    inside, outside = _split(curve, axes.x(known))
    if len(inside) > 1:
        line = svg.rising(inside)
        foot = svg.data("L", inside[-1][0], axes.bottom, "L", inside[0][0], axes.bottom, "Z")
        parts.append(svg.tag("path", d=line + foot, class_="ar"))
        for share in (0.75, 0.5, 0.25):
            lower = [(x, axes.bottom - (axes.bottom - y) * share) for x, y in inside]
            parts.append(svg.tag("path", d=svg.rising(lower), class_="ct"))
        parts.append(svg.tag("path", d=line, class_="ln"))
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
    most = max(window.lasts_months[1] * WEEKS_A_MONTH, window.best + 4)
    gone = (week - window.best) / (most - window.best)
    return max(0.12, risen * (1 - 0.5 * gone * gone))


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
    marks: list[tuple[float, str, str]] = [
        ((window.onset[0] + window.onset[1]) / 2, _("First change"), _span(window.onset, _WEEKS))
    ]
    if window.peak is not None:
        marks.append((window.peak, _("Best result"), _("about week %(week)s") % {"week": f"{window.peak:g}"}))
    if window.lasts_months:
        marks.append((window.lasts_months[1] * WEEKS_A_MONTH, _("Holds for"), _span(window.lasts_months, _MONTHS)))
    if window.measured_until is not None and window.measured_until < weeks:
        marks.append(
            (
                window.measured_until,
                _("Beyond week %(week)s") % {"week": f"{window.measured_until:g}"},
                _("not measured in trials we found"),
            )
        )
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


_WEEKS, _MONTHS = noop("%(span)s weeks"), noop("%(span)s months")


def _span(pair: tuple[float, float], unit: str) -> str:
    low, high = pair
    return _(unit) % {"span": f"{low:g}" if low == high else f"{low:g}–{high:g}"}


def _told(window: Window) -> str:
    """The drawing in sentences."""
    onset = _span(window.onset, _WEEKS)
    told = [_("The first change is expected within %(span)s of the first session.") % {"span": onset}]
    if window.peak is not None:
        told.append(_("The best result is expected about week %(week)s.") % {"week": f"{window.peak:g}"})
    lasts = window.lasts_months
    if lasts:
        told.append(_("It holds for %(span)s.") % {"span": _span(lasts, _MONTHS)})
    else:
        told.append(_("How long it holds is not known."))
    if window.measured_until is not None:
        until = {"week": f"{window.measured_until:g}"}
        told.append(_("Trials measured until week %(week)s; what is drawn beyond is an assumption.") % until)
    return " ".join(told)
