"""Outcomes in words, numbers and drawings: the page, the panel and the paper say the same."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils import formats
from django.utils.translation import gettext as _

from vesicle.core.drawing import NARROW, WIDE, Mean, Promise, Svg, outcome_curve
from vesicle.protocols.schema.sections import Results
from vesicle.results.outcomes.domain import Comparison, Curve, Loss, Point
from vesicle.results.outcomes.source import Source, region_name


@dataclass(frozen=True, slots=True)
class Line:
    """One planned week as a row of the table. Without a point its cells say so."""

    week: int
    estimate: str
    interval: str
    meaning: str
    people: int
    due: int
    lost: str
    if_unchanged: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A curve ready to print."""

    title: str
    unit: str
    kind: str
    lines: tuple[Line, ...]
    narrow: Svg | str
    wide: Svg | str
    treated: int
    with_before: int
    period: str
    method: str
    missing: tuple[str, ...]
    promise: str


def shown(found: Curve, source: Source, region: str, promise: Results) -> Shown:
    """Return a curve in words and as drawings."""
    title = f"{source.name}, {region_name(region)}"
    say = _saying(found)
    points = {point.week: point for point in found.points}
    lines = tuple(_line(loss, points.get(loss.week), found, source, say) for loss in found.losses)
    narrow, wide = _drawn(found, source, title, promise, lines) if found.points else ("", "")
    missing = tuple(
        _(
            "Of those due at week %(week)s, the %(lost)s who were not seen had %(of_lost)s at week %(earlier)s; "
            "the %(kept)s who were seen had %(of_kept)s."
        )
        % {
            "week": one.week,
            "earlier": one.earlier,
            "lost": one.lost,
            "kept": one.kept,
            "of_lost": say(one.of_lost),
            "of_kept": say(one.of_kept),
        }
        for one in found.missing
    )
    return Shown(
        title,
        source.unit,
        found.kind,
        lines,
        narrow,
        wide,
        found.treated,
        found.with_before,
        period_words(found),
        _METHODS.get(found.method, lambda: "")(),
        missing,
        promise_words(promise),
    )


_METHODS: dict[str, Callable[[], str]] = {
    "mixed": lambda: _(
        "Means are those of a mixed model over repeated measures with one level for each person, which also uses what "
        "was seen of people before they were lost. Intervals are never narrower than those of the plain changes."
    ),
    "paired": lambda: _("Means are plain means of the people seen; a model over all times could not be fitted."),
}


def period_words(found: Curve) -> str:
    """Return between which months people were treated; months and not days, because days would point at people."""
    if found.period is None:
        return ""
    first, last = (formats.date_format(day, "YEAR_MONTH_FORMAT") for day in found.period)
    return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}


def promise_words(promise: Results) -> str:
    """Return what the page says about when, in a sentence."""
    first = _span(promise.onset_weeks.min, promise.onset_weeks.max)
    if promise.peak_weeks is None:
        return _("The page says: a first change after %(first)s weeks.") % {"first": first}
    best = _span(promise.peak_weeks.min, promise.peak_weeks.max)
    return _("The page says: a first change after %(first)s weeks, the best after %(best)s weeks.") % {
        "first": first,
        "best": best,
    }


def _span(low: float, high: float | None) -> str:
    if high is None or high == low:
        return f"{low:g}"
    return _("%(low)s to %(high)s") % {"low": f"{low:g}", "high": f"{high:g}"}


def _saying(found: Curve) -> Callable[[float], str]:
    """Return how values of a curve are written: as many places as their intervals carry, and a sign for changes."""
    width = min((point.high - point.low for point in found.points if point.high > point.low), default=1.0)
    places = min(max(1 - math.floor(math.log10(width)), 0), 4)

    def say(value: float) -> str:
        text = formats.number_format(abs(round(value, places)), decimal_pos=places)
        if found.kind == "level":
            return f"−{text}" if round(value, places) < 0 else text
        sign = "" if round(value, places) == 0 else "+" if value > 0 else "−"
        return f"{sign}{text}"

    return say


def interval_words(point: Point, say: Callable[[float], str]) -> str:
    """Return an interval."""
    return _("%(low)s to %(high)s") % {"low": say(point.low), "high": say(point.high)}


def _line(one: Loss, point: Point | None, found: Curve, source: Source, say: Callable[[float], str]) -> Line:
    week = one.week
    lost = _("%(lost)s of %(due)s (%(share)s %%)") % {
        "lost": one.lost,
        "due": one.due,
        "share": round(100 * one.share),
    }
    if point is None:
        people = found.too_few.get(week, 0)
        return Line(week, "–", "–", _("too few to say"), people, one.due, lost if one.due else "–", "–")
    unchanged = "–" if point.if_lost_unchanged is None else say(point.if_lost_unchanged)
    return Line(
        week,
        say(point.estimate),
        interval_words(point, say),
        meaning(point, source),
        point.people,
        one.due,
        lost if one.due else "–",
        unchanged,
    )


def meaning(point: Point, source: Source) -> str:
    """Return in two words what an interval says of a change."""
    if not source.tells_change:
        return "–"
    if point.low <= 0 <= point.high:
        return _("no change can be told")
    if source.better == "neither":
        return _("higher than before") if point.estimate > 0 else _("lower than before")
    return _("better than before") if (point.estimate > 0) == (source.better == "higher") else _("worse than before")


def _drawn(found: Curve, source: Source, title: str, promise: Results, lines: Sequence[Line]) -> tuple[Svg, Svg]:
    means = [Mean(point.week, point.estimate, point.low, point.high, point.people) for point in found.points]
    told = "; ".join(
        _("week %(week)s: %(estimate)s (%(interval)s), %(people)s people")
        % {"week": line.week, "estimate": line.estimate, "interval": line.interval, "people": line.people}
        for line in lines
        if line.estimate != "–"
    )
    onset, peak = promise.onset_weeks, promise.peak_weeks
    window = Promise(
        (onset.min, onset.max or onset.min), (peak.min, peak.max or peak.min) if peak is not None else None
    )
    words = {
        "none": _("no change") if source.tells_change else "",
        "promise": _("as the page says"),
        "first": _("first change"),
        "best": _("best"),
        "people": _("people"),
        "start": _("Start"),
        "weeks": _("weeks"),
    }
    given = {
        "title": title,
        "description": f"{told}. {promise_words(promise)}",
        "unit": _unit(found, source),
        "starts_at_nought": found.kind == "change",
        "words": words,
    }
    return (
        outcome_curve(means, window, width=NARROW, **given),  # type: ignore[arg-type]  # each as the drawing names it
        outcome_curve(means, window, width=WIDE, **given),  # type: ignore[arg-type]
    )


def _unit(found: Curve, source: Source) -> str:
    what = _("change from before") if found.kind == "change" else _("mean score")
    return f"{what}, {source.unit}" if source.unit else what


def why_no_curve(found: Curve, fewest: int) -> str:
    """Return what is missing for a curve."""
    most = max(found.too_few.values(), default=0)
    seen = _("People seen at the time most came: %(count)s.") % {"count": most}
    need = _("A curve needs %(fewest)s; with fewer, the interval is wider than what it is about.") % {"fewest": fewest}
    return f"{seen} {need}"


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group of a comparison."""

    name: str
    people: int
    lost: str
    estimate: str
    interval: str
    apart: str
    meaning: str


def group_lines(found: Comparison, curve: Curve) -> list[GroupLine]:
    """Return the groups compared."""
    say = _saying(curve)
    return [
        GroupLine(
            one.name,
            one.people,
            _("%(lost)s of %(due)s") % {"lost": one.loss.lost, "due": one.loss.due},
            say(one.estimate),
            _("%(low)s to %(high)s") % {"low": say(one.low), "high": say(one.high)},
            _("%(apart)s (%(low)s to %(high)s)")
            % {"apart": say(one.apart), "low": say(one.apart_low), "high": say(one.apart_high)},
            _("differs from the others") if one.differs else _("cannot be told from the others"),
        )
        for one in found.groups
    ]


def left_out_words(found: Comparison, fewest: int) -> list[str]:
    """Return why each group that is not compared is not."""
    return [
        _("%(name)s: %(lost)s of %(due)s due were not seen; those who were may be no fair sample.")
        % {"name": one.name, "lost": one.loss.lost, "due": one.loss.due}
        if one.lost
        else _(
            "%(name)s: %(people)s people seen at week %(week)s; a comparison needs %(fewest)s in each of two groups."
        )
        % {"name": one.name, "people": one.people, "week": found.week, "fewest": fewest}
        for one in found.left_out
    ]
