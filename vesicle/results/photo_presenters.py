"""What photographs show, in words and drawings, in the language in force."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from vesicle.core.drawing import NARROW, WIDE, Course, Reading, Svg, measured_course
from vesicle.protocols.schema import Option
from vesicle.results.comparing.queries import Compared
from vesicle.results.comparing.wording import why
from vesicle.results.domain import NOT_MEASURABLE, expected_weeks
from vesicle.results.models import PhotoChange, PhotoMeasure
from vesicle.results.photo_courses import (
    PAIR,
    SWOLLEN,
    Occasion,
    PhotoChanged,
    PhotoCourse,
    PhotoValue,
    Step,
    courses,
    matter,
    primary,
)
from vesicle.skin import MEASURES, REGIONS

_Z = 1.96
_MOST_DRAWN = 4
"""As many of a treatment's outcomes are drawn whatever they say."""
_COUNTED = frozenset({"wrinkles", "pores", "spots", "spot_count"})
"""Measures whose name is of many things: there are fewer of them, not less."""


@dataclass(frozen=True, slots=True)
class PhotoPoint:
    """One occasion in words."""

    when: str
    said: str
    note: str


@dataclass(frozen=True, slots=True)
class PhotoCurve:
    """One photo measure of one region over weeks, drawn and told."""

    title: str
    chip: str
    tone: str
    sentence: str
    fading: str
    is_compared: bool
    """Whether changes are drawn; else values of single photographs, of which nothing is said."""
    narrow: Svg | None
    wide: Svg | None
    points: tuple[PhotoPoint, ...]
    method: str
    basis: str
    older: int


@dataclass(frozen=True, slots=True)
class PhotoCurves:
    """Of those that could show what the treatment is for, the drawn ones and the quiet ones; and the rest.

    Quiet are those that did not change, could not be measured or wait: told in a line each, unless they are few.
    ``summary`` counts all that the treatment is for, so that nothing is only folded away.
    """

    first: tuple[PhotoCurve, ...]
    quiet: tuple[PhotoCurve, ...]
    rest: tuple[PhotoCurve, ...]
    summary: str


def photo_curves(
    compared: Iterable[Compared],
    rows: Iterable[PhotoMeasure],
    option: Option,
    areas: Sequence[str],
    treated_at: datetime,
) -> PhotoCurves:
    """Return the curves of a visit's photographs; ``areas`` are those that were treated."""
    first, rest = that_matter(compared, rows, option, areas, treated_at)
    drawn = [one for one in first if _speaks(one)] if len(first) > _MOST_DRAWN else first
    quiet = [one for one in first if one not in drawn]
    return PhotoCurves(
        tuple(_curve(one, option) for one in drawn),
        tuple(_curve(one, None) for one in quiet),
        tuple(_curve(one, None) for one in rest),
        _summary(first),
    )


def that_matter(
    compared: Iterable[Compared],
    rows: Iterable[PhotoMeasure],
    option: Option,
    areas: Sequence[str],
    treated_at: datetime,
) -> tuple[list[PhotoCourse], list[PhotoCourse]]:
    """Return the courses that could show what the treatment is for, its first concern first, and the others."""
    window = option.sections.results.swelling_window_days
    found = courses(
        [_occasion(one, window) for one in compared],
        [
            PhotoValue(
                row.region, row.measure, row.photo.view, _day(row, treated_at), row.photo.week, row.method, row.value,
                row.unit, row.sem,
            )
            for row in rows
            if row.value is not None and _is_known(row)
        ],
    )  # fmt: skip
    return matter(found, primary(option.sections, areas))


def _speaks(one: PhotoCourse) -> bool:
    change = one.latest.change if one.latest is not None else None
    return change is not None and (change.is_real or change.is_unconfirmed)


def _summary(first: Sequence[PhotoCourse]) -> str:
    latest = [one.latest.change if one.latest is not None else None for one in first]
    measured = [change for change in latest if change is not None and change.percent is not None]
    if not measured:
        return ""
    real = sum(change.is_real for change in measured)
    counts = {"all": len(first), "real": real, "noise": len(measured) - real, "open": len(first) - len(measured)}
    said = _(
        "Of %(all)s outcomes the treatment is for, %(real)s changed by more than measurement noise and %(noise)s did "
        "not; %(open)s could not be measured or are not compared yet."
    )
    return said % counts


def _is_known(row: PhotoMeasure | PhotoChange) -> bool:
    """Whether the library still has the measure; one that it gave up is kept and has no curve any more."""
    return row.measure in MEASURES and row.region in REGIONS


def _day(row: PhotoMeasure, treated_at: datetime) -> int:
    return row.photo.day if row.photo.day is not None else (row.photo.taken_at - treated_at).days


def _occasion(one: Compared, window: int) -> Occasion:
    pair, row = one.pair, one.comparison
    captures = (len(pair.before), len(pair.after))
    changes = {(change.region, change.measure): _changed(change) for change in one.changes if _is_known(change)}
    code, facts = (row.code, row.facts) if row is not None else ("", {})
    if pair.is_swollen(window):
        changes, code, facts = {}, SWOLLEN, {"day": pair.day, "until": window}
    return Occasion(pair.view, pair.week, pair.day, captures, changes, code, facts)


def _changed(row: PhotoChange) -> PhotoChanged:
    half = (row.high - row.low) / 2 if row.high is not None and row.low is not None else 0.0
    return PhotoChanged(
        row.verdict, row.percent, half, row.sdc or 0.0, row.published, row.basis, row.method, row.code, row.facts
    )


def _curve(one: PhotoCourse, option: Option | None) -> PhotoCurve:
    """Return a course in words, and with ``option``, whose expected weeks are drawn, as a drawing."""
    name, region = _(MEASURES[one.measure].label), _(REGIONS[one.region])
    title = f"{name}, {region[:1].lower()}{region[1:]}"
    is_compared = one.latest is not None
    narrow, wide = (_drawing(one, option, name, width) if option else None for width in (NARROW, WIDE))
    return PhotoCurve(
        title,
        _chip(one),
        _tone(one),
        " ".join(part for part in (_sentence(one, title), _newer(one)) if part),
        _fading(one),
        is_compared,
        narrow,
        wide,
        tuple(_step(step) for step in one.steps) if one.steps else tuple(_value(value) for value in one.values),
        one.method,
        _basis(one),
        one.older,
    )


def _drawing(one: PhotoCourse, option: Option, name: str, width: float) -> Svg | None:
    """Draw changes from before with their intervals, or until there are any the values of single photographs."""
    measured = one.measured
    noise = None
    if measured:
        unit, baseline = _("change in %"), 0.0
        # Nothing differs from itself: the line begins at before, which has no error of its own.
        readings = [Reading(0, 0.0)]
        for step, change, percent in measured:
            readings.append(Reading(max(0, step.day) / 7, percent, change.half, is_real=change.is_real))
        noise = float(f"{measured[-1][1].noise:.3g}")
    elif one.latest is None and one.values:
        unit = one.values[0].unit
        before = [value.value for value in one.values if value.week is None]
        baseline = before[-1] if before else one.values[0].value
        readings = [
            Reading(0.0 if value.week is None else max(0, value.day) / 7, value.value, _Z * (value.sem or 0), False)
            for value in one.values
        ]
    else:
        return None
    readings = [
        Reading(
            round(reading.week, 1), float(f"{reading.value:.3g}"), float(f"{reading.error:.2g}"), reading.counts,
            reading.is_real,
        )
        for reading in readings
    ]  # fmt: skip
    low = min(baseline - (noise or 0), *(reading.value - reading.error for reading in readings))
    high = max(baseline + (noise or 0), *(reading.value + reading.error for reading in readings))
    last = max(26.0, *(reading.week for reading in readings))
    begins, ends = expected_weeks(option.sections.results, last)
    course = Course(
        measure=name,
        unit=unit,
        baseline=float(f"{baseline:.3g}"),
        readings=tuple(readings),
        noise=noise,
        expected=((begins, low, high), (max(begins, min(ends, last)), low, high)),
        lower_is_better=MEASURES[one.measure].better == "lower",
        is_judged=MEASURES[one.measure].better != "neither",
    )
    return measured_course(course, width=width)


def _chip(one: PhotoCourse) -> str:
    latest = one.latest
    if latest is None:
        return _("Not compared yet") if one.waits else ""
    if latest.change is None or latest.change.verdict == NOT_MEASURABLE:
        return _("Not measurable")
    return _("Real change") if latest.change.is_real else _("Within measurement noise")


def _tone(one: PhotoCourse) -> str:
    better, latest = MEASURES[one.measure].better, one.latest
    change = latest.change if latest is not None else None
    if change is None or not change.is_real or change.percent is None or better == "neither":
        return "neutral"
    return "ok" if (change.percent < 0) == (better == "lower") else "warn"


def _sentence(one: PhotoCourse, title: str) -> str:
    latest = one.latest
    if latest is None:
        return _waiting(one)
    change = latest.change
    if change is None or change.percent is None:
        reason = why(latest.code, latest.facts).rstrip(".") + "."
        return _("%(title)s: could not be measured: %(reason)s") % {"title": title, "reason": reason}
    names = {"title": title, "percent": f"{abs(change.percent):.0f}"}
    if change.is_unconfirmed:
        amount = _("%(title)s: %(percent)s %% more.") if change.percent > 0 else _("%(title)s: %(percent)s %% less.")
        doubt = _(
            "That is more than these photographs' own noise. But elsewhere two real photographs of unchanged skin "
            "differed by up to %(noise)s %%, so it is not called a change until this clinic has repeated photographs "
            "of its own."
        )
        return f"{amount % names} {doubt % {'noise': f'{change.noise:.0f}'}}"
    if not change.is_real:
        said = _("%(title)s: within what two photographs of unchanged skin differ by.") % {"title": title}
        return f"{said} {why(change.code, change.facts)}".strip()
    if change.percent > 0:
        return _("%(title)s: %(percent)s %% more, more than measurement noise.") % names
    if one.measure in _COUNTED:
        return _("%(title)s: %(percent)s %% fewer, more than measurement noise.") % names
    return _("%(title)s: %(percent)s %% less, more than measurement noise.") % names


def _waiting(one: PhotoCourse) -> str:
    """Return what is said while nothing was compared: why, and what is shown instead."""
    if one.waits is not None:
        return _(
            "Measured, but not yet compared with the photographs from before. What is drawn are values of single "
            "photographs, which differ by much more than skin does; nothing is said of them."
        )
    if one.steps:
        return _("Only photographed while skin may still be swollen, so nothing is said yet.")
    if any(value.week is None for value in one.values):
        return _("Nothing to compare yet.")
    return _("There is no photograph of this view from before that can be measured, so nothing can be compared.")


def _newer(one: PhotoCourse) -> str:
    if one.waits is None or one.latest is None:
        return ""
    return _("The photographs of week %(week)s are not compared yet.") % {"week": one.waits.week}


def _fading(one: PhotoCourse) -> str:
    found = one.fading
    if found is None or found.return_week is None or found.low is None or found.high is None:
        return ""
    return _(
        "If it goes on like this, it may be as before around week %(week)s (between weeks %(low)s and %(high)s)."
    ) % {"week": f"{found.return_week:.0f}", "low": f"{found.low:.0f}", "high": f"{found.high:.0f}"}


def _step(step: Step) -> PhotoPoint:
    when = _("week %(week)s") % {"week": step.week}
    change, percent = step.change, step.percent
    if change is None or percent is None:
        return PhotoPoint(when, "–", why(step.code, step.facts))
    reason = why(change.code, change.facts)
    return PhotoPoint(when, f"{percent:+.1f} % ± {change.half:.1f}", f"{_captures(step)} {reason}".strip())


def _captures(step: Step) -> str:
    before, after = step.captures
    return _("Photographs: %(before)s from before, %(after)s from this week.") % {"before": before, "after": after}


def _value(value: PhotoValue) -> PhotoPoint:
    when = _("before") if value.week is None else _("week %(week)s") % {"week": value.week}
    error = f" ± {_Z * value.sem:.2g}" if value.sem else ""
    return PhotoPoint(when, f"{value.value:.3g}{error} {value.unit}".strip(), "")


def _basis(one: PhotoCourse) -> str:
    measured = one.measured
    if not measured:
        return ""
    change = measured[-1][1]
    if change.basis != PAIR:
        return _("The error comes from repeated photographs of unchanged skin at this clinic.")
    said = _("The error comes from these photographs themselves: this clinic has no repeated photographs yet.")
    if change.published is None:
        return said
    known = _("Elsewhere, two real photographs of unchanged skin differed by up to %(percent)s %%.")
    return f"{said} {known % {'percent': f'{change.published:.0f}'}}"
