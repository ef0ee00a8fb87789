"""The curves of photo measures in words and drawings, in the language in force."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from vesicle.core.drawing import NARROW, WIDE, Course, Reading, Svg, measured_course
from vesicle.protocols.bank import load_bank
from vesicle.protocols.schema import Option
from vesicle.results.domain import NOT_MEASURABLE, REAL, expected_weeks
from vesicle.results.models import PhotoMeasure
from vesicle.results.photo_courses import PhotoCourse, PhotoValue, Verdict, courses, matter
from vesicle.skin import MEASURES, REGIONS

_Z = 1.96


@dataclass(frozen=True, slots=True)
class PhotoPoint:
    """One value in words."""

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
    narrow: Svg | None
    wide: Svg | None
    points: tuple[PhotoPoint, ...]
    method: str
    basis: str
    older: int


@dataclass(frozen=True, slots=True)
class PhotoCurves:
    """Those that could show what the treatment is for, and the rest."""

    first: tuple[PhotoCurve, ...]
    rest: tuple[PhotoCurve, ...]


def photo_curves(
    rows: Iterable[PhotoMeasure], option: Option, areas: Sequence[str], treated_at: datetime
) -> PhotoCurves:
    """Return the curves of a visit's photographs; ``areas`` are those that were treated."""
    first, rest = that_matter(rows, option, areas, treated_at)
    return PhotoCurves(tuple(_curve(one, option) for one in first), tuple(_curve(one, option) for one in rest))


def that_matter(
    rows: Iterable[PhotoMeasure], option: Option, areas: Sequence[str], treated_at: datetime
) -> tuple[list[PhotoCourse], list[PhotoCourse]]:
    """Return the courses that could show what the treatment is for, its first concern first, and the others."""
    sections = option.sections
    bank = load_bank()
    # A measure that the library has given up is kept in its rows and has no curve any more.
    known_rows = (row for row in rows if row.measure in MEASURES and row.region in REGIONS)
    found = courses((_plain(row, treated_at) for row in known_rows), sections.results.swelling_window_days)
    sites = [site for area in areas if area in bank.areas for site in bank.areas[area].sites]
    known = (bank.concerns[addressed.concern] for addressed in sections.concerns)
    return matter(found, [measure for concern in known for measure in concern.photo_measures], sites)


def _plain(row: PhotoMeasure, treated_at: datetime) -> PhotoValue:
    return PhotoValue(
        row.region,
        row.measure,
        row.photo.view,
        (row.photo.taken_at - treated_at).days,
        row.photo.week,
        row.method,
        row.value,
        row.unit,
        row.sem,
        row.sdc,
        row.basis,
        row.calibration,
        row.reason,
    )


def _curve(one: PhotoCourse, option: Option) -> PhotoCurve:
    name, region = _(MEASURES[one.measure].label), _(REGIONS[one.region])
    title = f"{name}, {region[:1].lower()}{region[1:]}"
    verdict = one.verdict
    narrow, wide = (_drawing(one, option, name, width) for width in (NARROW, WIDE))
    return PhotoCurve(
        title,
        _chip(verdict),
        _tone(one, verdict),
        _sentence(one, title, verdict),
        _fading(one),
        narrow,
        wide,
        tuple(_point(one, value) for value in one.values),
        one.method,
        _basis(one),
        one.older,
    )


def _drawing(one: PhotoCourse, option: Option, name: str, width: float) -> Svg | None:
    measured = [value for value in one.values if value.value is not None]
    if not measured:
        return None
    before = one.before
    errors = [_Z * (value.sem or 0) for value in measured]
    amounts = [value.value or 0.0 for value in measured]
    low = min(amount - error for amount, error in zip(amounts, errors, strict=True))
    high = max(amount + error for amount, error in zip(amounts, errors, strict=True))
    weeks = [0.0 if value.is_before else max(0, value.day) / 7 for value in measured]
    begins, ends = expected_weeks(option.sections.results, max(26.0, *weeks))
    ends = max(begins, min(ends, max(26.0, *weeks)))
    course = Course(
        measure=name,
        unit=measured[0].unit,
        baseline=before.value if before and before.value is not None else amounts[0],
        readings=tuple(
            Reading(round(week, 1), float(f"{amount:.4g}"), float(f"{error:.2g}"), one.counts(value))
            for week, amount, error, value in zip(weeks, amounts, errors, measured, strict=True)
        ),
        noise=before.sdc if before else None,
        expected=((begins, low, high), (ends, low, high)),
        lower_is_better=MEASURES[one.measure].better == "lower",
        is_judged=MEASURES[one.measure].better != "neither",
    )
    return measured_course(course, width=width)


def _chip(verdict: Verdict | None) -> str:
    if verdict is None:
        return ""
    if verdict.verdict == NOT_MEASURABLE:
        return _("Not measurable")
    return _("Real change") if verdict.verdict == REAL else _("Within measurement noise")


def _tone(one: PhotoCourse, verdict: Verdict | None) -> str:
    better = MEASURES[one.measure].better
    if verdict is None or verdict.verdict != REAL or verdict.percent is None or better == "neither":
        return "neutral"
    return "ok" if (verdict.percent < 0) == (better == "lower") else "warn"


def _sentence(one: PhotoCourse, title: str, verdict: Verdict | None) -> str:
    if verdict is None:
        swollen = any(not value.is_before for value in one.values)
        if swollen:
            return _("Only photographed while skin may still be swollen, so nothing is said yet.")
        return _("Nothing to compare yet.")
    if verdict.verdict == NOT_MEASURABLE:
        return _("%(title)s: could not be measured: %(reason)s") % {
            "title": title,
            "reason": _(verdict.reason).rstrip(".") + ".",
        }
    if verdict.verdict != REAL:
        return _("%(title)s: within what two photographs of unchanged skin differ by.") % {"title": title}
    if verdict.percent is None:
        return _("%(title)s: changed by more than measurement noise.") % {"title": title}
    names = {"title": title, "percent": f"{abs(verdict.percent):.0f}"}
    if verdict.percent < 0:
        return _("%(title)s: %(percent)s %% less, more than measurement noise.") % names
    return _("%(title)s: %(percent)s %% more, more than measurement noise.") % names


def _fading(one: PhotoCourse) -> str:
    found = one.fading
    if found is None or found.return_week is None or found.low is None or found.high is None:
        return ""
    return _(
        "If it goes on like this, it may be as before around week %(week)s (between weeks %(low)s and %(high)s)."
    ) % {"week": f"{found.return_week:.0f}", "low": f"{found.low:.0f}", "high": f"{found.high:.0f}"}


def _point(one: PhotoCourse, value: PhotoValue) -> PhotoPoint:
    when = _("before") if value.is_before else _("week %(week)s") % {"week": value.week}
    if value.value is None:
        return PhotoPoint(when, "–", value.reason)
    error = f" ± {_Z * value.sem:.2g}" if value.sem else ""
    note = "" if one.counts(value) else _("Skin may still be swollen: does not count.")
    return PhotoPoint(when, f"{value.value:.3g}{error} {value.unit}".strip(), note)


def _basis(one: PhotoCourse) -> str:
    found = {value.basis for value in one.values if value.basis}
    if not found:
        return _("The error of this measure is not known yet.")
    if all(basis.startswith("retest") for basis in found):
        return _("The error comes from repeated photographs of unchanged skin at this clinic.")
    return _("The error comes from published figures, not from this clinic's own photographs.")
