"""A patient's curve, its words, and photographs side by side, from plain data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as noop

from vesicle.core import languages
from vesicle.core.drawing import NARROW, WIDE, Course, Reading, Svg, Window, measured_course, result_window
from vesicle.core.spoken import put_together
from vesicle.protocols.bank import Measure, load_bank
from vesicle.protocols.schema.sections import Results
from vesicle.protocols.translating import bank_in
from vesicle.results import reasons
from vesicle.results.capture import wording
from vesicle.results.capture.domain import Shot
from vesicle.results.conditions import Conditions, obstacle, unknown
from vesicle.results.domain import NOT_MEASURABLE, REAL, Change, Repeatability, change, expected_weeks
from vesicle.results.models import Measurement
from vesicle.treatment.models import Photo

_VERDICTS = {
    "real-change": noop("Real change"),
    "within-noise": noop("Within measurement noise"),
    "not-measurable": noop("Not measurable"),
}
_FROM_ZERO = frozenset({"OM-GAIS"})
"""Scales that compare with before by themselves: their baseline is zero."""


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a curve in words."""

    week: int
    said: str
    by: str
    conditions: str


@dataclass(frozen=True, slots=True)
class Curve:
    """One measure over weeks, drawn and told. ``verdict`` is about the latest value."""

    name: str
    what: str
    part: str
    region: str
    points: tuple[Point, ...]
    narrow: Svg
    wide: Svg
    verdict: str
    tone: str
    why: str


def curves(
    measurements: Sequence[Measurement],
    known: Mapping[str, Repeatability | None],
    results: Results,
    treated_at: datetime,
) -> list[Curve]:
    """Return one curve for each measure, region and rater, in the order of the first value."""
    groups: dict[tuple[str, str, str, str], list[Measurement]] = {}
    for row in measurements:
        groups.setdefault((row.measure, row.part, row.region, row.scored_by), []).append(row)
    return [_curve(rows, known.get(key[0]), results, treated_at) for key, rows in groups.items()]


def _curve(rows: list[Measurement], known: Repeatability | None, results: Results, treated_at: datetime) -> Curve:
    bank = bank_in(languages.active())
    first, last = rows[0], rows[-1]
    measure = bank.measures[first.measure]
    before = [float(row.value) for row in rows if row.week == 0]
    has_baseline = bool(before) or measure.id in _FROM_ZERO
    baseline = sum(before) / len(before) if before else 0.0 if measure.id in _FROM_ZERO else float(first.value)
    by_week: dict[int, list[float]] = {}
    for row in rows:
        by_week.setdefault(row.week, []).append(float(row.value))
    weeks = max(by_week) or 4
    begins, ends = expected_weeks(results, max(weeks, 26))
    low, high = measure.min or 0.0, measure.max or 100.0
    course = Course(
        measure=measure.name,
        unit=measure.unit or "",
        baseline=baseline,
        readings=tuple(Reading(week, sum(values) / len(values)) for week, values in sorted(by_week.items())),
        noise=known.sdc if known else None,
        expected=((begins, low, high), (ends, low, high)),
        lower_is_better=measure.better == "lower",
    )
    latest = by_week[last.week]
    found, why = None, ""
    if has_baseline and last.week > 0:
        found = change(
            baseline=baseline,
            value=sum(latest) / len(latest),
            better=measure.better,
            known=known,
            day=(last.taken_at - treated_at).days,
            swelling_window_days=results.swelling_window_days,
        )
        why = reasons.said(found.why)
        if "device" in measure.scored_by:
            found, why = _under_their_conditions(found, measure, *(_taken_in(rows, week) for week in (0, last.week)))
    part = next((part.label for part in measure.parts if part.id == first.part), "")
    return Curve(
        measure.name,
        measure.what,
        part,
        wording.area_name(first.region),
        tuple(Point(row.week, _said(measure, row), _rater(row), _conditions(measure, row)) for row in rows),
        measured_course(course, width=NARROW),
        measured_course(course, width=WIDE),
        gettext(_VERDICTS[found.verdict]) if found else "",
        _tone(found),
        why,
    )


def _taken_in(rows: Sequence[Measurement], week: int) -> list[Conditions | None]:
    return [_noted(row) for row in rows if row.week == week]


def _noted(row: Measurement) -> Conditions | None:
    noted = row.conditions
    if noted is None:
        return None
    return Conditions(noted.device, noted.temperature_c, noted.humidity_percent, noted.rested_minutes)


def _conditions(measure: Measure, row: Measurement) -> str:
    noted = _noted(row)
    if noted:
        return reasons.conditions(noted)
    if row.scored_by != Measurement.ScoredBy.DEVICE:
        return ""
    return _as_read(row.method, load_bank().measures[measure.id].name, measure.name)


def _as_read(kept: str, english: str, said: str) -> str:
    """Return what is kept with a value: in the language in force where it is a word of the bank, else as it is."""
    return said if kept == english else kept


def _under_their_conditions(
    found: Change, measure: Measure, before: Sequence[Conditions | None], after: Sequence[Conditions | None]
) -> tuple[Change, str]:
    """Return the change of a device's readings with its reason; not measurable where device or room differ."""
    why = obstacle([one for one in before if one], [one for one in after if one], measure.climate)
    if why is not None:
        return replace(found, verdict=NOT_MEASURABLE, why=why), reasons.said(why)
    doubt = reasons.said(unknown([before, after], measure.climate))
    return found, f"{reasons.said(found.why)} {doubt}".strip()


def _tone(found: Change | None) -> str:
    if found is None or found.verdict != REAL:
        return "neutral"
    return "ok" if found.is_better else "warn"


def _said(measure: Measure, row: Measurement) -> str:
    level = next((level.label for level in measure.levels if level.value == row.value), None)
    value = f"{row.value.normalize():f}"
    if level:
        return put_together([level, f" ({value})"])
    unit = _as_read(row.unit, load_bank().measures[measure.id].unit or "", measure.unit or "")
    return put_together([value, " ", unit]) if unit else value


def _rater(row: Measurement) -> str:
    if row.scored_by == Measurement.ScoredBy.PATIENT:
        return gettext("you")
    return row.staff.name if row.staff else gettext("a device")


def window_drawing(results: Results) -> tuple[Svg, Svg]:
    """Return the drawing of the expected result over weeks, narrow and wide."""
    lasts = results.lasts_months
    window = Window(
        (results.onset_weeks.min, results.onset_weeks.max or results.onset_weeks.min),
        peak=results.peak_weeks.max if results.peak_weeks else None,
        lasts_months=(lasts.min, lasts.max) if lasts and lasts.max is not None else None,
    )
    return result_window(window, width=NARROW), result_window(window, width=WIDE)


@dataclass(frozen=True, slots=True)
class Pair:
    """The same view before and later. Where it does not count for the effect, ``why_not`` says so."""

    view: str
    before: Photo
    after: Photo
    when: str
    counts: bool
    why_not: str = ""


def pairs(photos: Sequence[Photo], swelling_window_days: int) -> list[Pair]:
    """Return each view's photograph from before beside one of every later week.

    Of several captures of a view in a week the first that may be measured is shown, else the first.
    """
    chosen: dict[tuple[str, str, int | None], Photo] = {}
    for photo in sorted(photos, key=lambda photo: (not _may_be_measured(photo), photo.taken_at)):
        chosen.setdefault((photo.view, photo.area, photo.week), photo)
    found = []
    for photo in sorted(chosen.values(), key=lambda photo: (photo.view, photo.area, photo.taken_at)):
        first = chosen.get((photo.view, photo.area, None))
        if photo.week is None or first is None:
            continue
        why_not = ""
        if (photo.taken_at - first.taken_at).days <= swelling_window_days:
            why_not = gettext("Taken while skin is still swollen, so it does not count for the result.")
        elif not (_may_be_measured(first) and _may_be_measured(photo)):
            why_not = gettext("Kept for documentation, not for measuring.")
        view = wording.title(Shot(photo.view, photo.area))
        when = gettext("Week %(week)s") % {"week": photo.week}
        found.append(Pair(view, first, photo, when, not why_not, why_not))
    return found


def _may_be_measured(photo: Photo) -> bool:
    """Whether the gate let a photograph pass; one from before there was a gate is not held against it."""
    capture = getattr(photo, "capture", None)
    return capture is None or capture.is_for_measuring
