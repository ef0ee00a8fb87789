"""Compares two visits of one person: the same skin, the same light, and a verdict on every change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

import numpy as np

from vesicle.skin import published
from vesicle.skin.change import NAN, Change, Comparison, Why, discovered, not_measurable
from vesicle.skin.errors import Refused
from vesicle.skin.frame import COARSE, FINE
from vesicle.skin.gate import check
from vesicle.skin.image import Image, Source, as_image
from vesicle.skin.landmarks import Floats
from vesicle.skin.matching import MOST_BLUR_MM
from vesicle.skin.measures import METHODS, Method, Prepared
from vesicle.skin.measuring import RESOLUTION_TOLERANCE, measure
from vesicle.skin.once import once
from vesicle.skin.paired import WIDER, Difference, darkest, differ, elsewhere, least_error, whole
from vesicle.skin.regions import REGIONS
from vesicle.skin.repeatability import Repeatability
from vesicle.skin.report import Report
from vesicle.skin.visits import Together, bring_together, capture

LEAST_MM2, LEAST_SHARE = 60.0, 0.3
"""Of a region's skin that must be seen at both visits."""
LEAST_ALIKE = 0.35
"""Likeness of two photographs below which they are not of the same skin."""
BY_DEPTH = {"wrinkles": 2, "pores": 1}
"""Power of the depth in the mean of both visits by which each line or pore counts in a change: bare skin adds
only noise, and what texture answers where lines are looked for is many times fainter than they."""
_PATCHES = 4
_FACE = "face"


def compare(
    before: Source | Image | Sequence[Source | Image],
    after: Source | Image | Sequence[Source | Image],
    *,
    view: str = "front",
    repeatability: Mapping[str, Repeatability] | None = None,
    day: int | None = None,
    swelling_window_days: int | None = None,
    primary: Sequence[str] = (),
    refused_too: bool = False,
) -> Comparison:
    """Return what changed between two visits, each change with its interval and verdict.

    Parameters
    ----------
    before, after : source, or sequence of sources
        One photograph of each visit, or several captures of it, repositioned in between; they are averaged.
    view : str
        Of all the photographs.
    repeatability : mapping of str to Repeatability, optional
        The clinic's own retest, by measure (``repeatability`` or ``repeatability_of_pairs``). Without, the pair's own
        noise decides, and the published figure for repeated real photographs is given beside it.
    day : int, optional
        Days from the treatment to the second visit.
    swelling_window_days : int, optional
        Days after treatment in which the skin may be swollen: nothing is counted up to and on that day.
    primary : sequence of str
        Outcomes named before treatment: a measure (``"wrinkles"``) or one of a region (``"forehead:wrinkles"``). All
        others are then held to a false-discovery rate of 5 %.
    refused_too : bool
        Compare what the quality gate refuses as well.

    Returns
    -------
    Comparison

    Raises
    ------
    Refused
        If a photograph cannot be used at all or shows no face.

    Notes
    -----
    A change is real when it is larger than the smallest detectable change, not when it is larger than nothing. It is
    not therefore due to the treatment: season, sleep, make-up and light change skin as well.

    Examples
    --------
    >>> from vesicle.skin.trial.drawn import Drawing, face
    >>> same = compare(face(Drawing(px_per_mm=4)), face(Drawing(px_per_mm=4)), refused_too=True)
    >>> same.changes["cheek-left"]["melanin"].verdict
    'within-noise'
    """
    visits = [[as_image(one) for one in _several(given)] for given in (before, after)]
    reports = [measure(visit[0], view=view, refused_too=refused_too) for visit in visits]
    counts = len(visits[0]), len(visits[1])

    def nothing(why: Why, together: Together | None = None) -> Comparison:
        registration = together.registrations[counts[0] - 1] if together else None
        return Comparison(
            _unmeasured(why), reports[0], reports[1], registration, "none", NAN, counts, tuple(primary), (why,), why,
            _unmeasured_face(why),
        )  # fmt: skip

    why = _window(day, swelling_window_days) or _refused(visits, reports, view, refused_too)
    if why is not None:
        return nothing(why)
    captures = [[capture(one) for one in visit] for visit in visits]
    native = min(one.face.px_per_mm for visit in captures for one in visit)
    fine = [method.least_px_per_mm for method in METHODS.values() if method.px_per_mm == FINE]
    needed = bool(fine) and native >= RESOLUTION_TOLERANCE * min(fine)
    together = bring_together(captures[0], captures[1], px_per_mm=FINE if needed else COARSE)
    if min(one.likeness for one in together.registrations) < LEAST_ALIKE:
        return nothing(Why("The photographs do not show the same face in the same view.", "not-same-face"), together)
    changes, face = _changes(together, native, repeatability)
    return Comparison(
        changes=discovered(changes, tuple(primary)), face=face,
        before=reports[0], after=reports[1], registration=together.registrations[counts[0] - 1],
        light=together.light, blur_mm=together.sharpness.blur_mm, captures=counts, primary=tuple(primary),
        notes=_notes(together, repeatability, primary),
    )  # fmt: skip


def _changes(
    together: Together, native: float, repeatability: Mapping[str, Repeatability] | None
) -> tuple[dict[str, dict[str, Change]], dict[str, Change]]:
    """Return the changes by region and measure, and those of the whole face by measure."""
    coarse = together.halved() if together.before[0].px_per_mm == FINE else together
    skin_tone = _tone(coarse)
    changes: dict[str, dict[str, Change]] = {region: {} for region in (*REGIONS, _FACE)}
    # Fine frames first: what was kept for them is large, and let go before the others begin.
    for method in sorted(METHODS.values(), key=lambda one: -one.px_per_mm):
        here = together if method.px_per_mm == FINE else coarse
        if here is not together:
            together.forget()
        reason = _too_coarse(method, native) or _too_soft(method, here)
        found: dict[str, Difference | Why] = (
            dict.fromkeys(REGIONS, reason) if reason else _differences(method, here, skin_tone)
        )
        parts = [one for one in found.values() if isinstance(one, Difference)]
        found[_FACE] = whole(parts) if parts else reason or _TOO_LITTLE_SKIN
        for region, one in found.items():
            changes[region][method.name] = (
                _judged(region, method, one, repeatability, skin_tone, native, here)
                if isinstance(one, Difference)
                else not_measurable(one, unit=method.unit, method=method.version)
            )
    ordered = {region: {name: found[name] for name in METHODS} for region, found in changes.items()}
    face = ordered.pop(_FACE)
    return ordered, face


def _several(sources: Source | Image | Sequence[Source | Image]) -> list[Source | Image]:
    given: list[Source | Image] = list(sources) if isinstance(sources, list | tuple) else [cast(Source, sources)]
    if not given:
        raise Refused("too-few", "Each visit needs at least one photograph.")
    return given


def _window(day: int | None, days: int | None) -> Why | None:
    if day is None or days is None or day > days or day < 0:
        return None
    said = f"Taken on day {day}: skin may be swollen until day {days}, so nothing is counted yet."
    return Why(said, "swelling-window", day=day, until=days)


def _refused(visits: list[list[Image]], reports: list[Report], view: str, refused_too: bool) -> Why | None:
    """Return why two visits cannot be compared by what the quality gate says of them."""
    held = check(visits[1][0], view=view, reference=visits[0][0])
    for problem in held.problems:
        if problem.code == "mirrored":
            return Why(f"The photographs cannot be compared: {problem.sentence}", "mirrored")
    if refused_too:
        return None
    for name, report in zip(("first", "second"), reports, strict=True):
        if not report.quality.accepted:
            said = " ".join(problem.sentence for problem in report.quality.problems)
            first = report.quality.problems[0]
            return Why(
                f"The {name} photograph was refused: {said}", "refused", which=name, problem=first.code,
                region=first.region or "", value=first.value or 0.0,
            )  # fmt: skip
    return None


def _unmeasured(why: Why) -> dict[str, dict[str, Change]]:
    return {region: _unmeasured_face(why) for region in REGIONS}


def _unmeasured_face(why: Why) -> dict[str, Change]:
    return {name: not_measurable(why, unit=one.unit, method=one.version) for name, one in METHODS.items()}


def _too_coarse(method: Method, native: float) -> Why | None:
    if native >= method.least_px_per_mm * RESOLUTION_TOLERANCE:
        return None
    return Why(
        f"{method.label} needs {method.least_px_per_mm:.0f} pixels a millimetre; these photographs have {native:.1f}. "
        "Come closer or use a better camera.",
        "too-coarse", least=method.least_px_per_mm, native=round(native, 2),
    )  # fmt: skip


def _too_soft(method: Method, here: Together) -> Why | None:
    if abs(here.sharpness.blur_mm) <= MOST_BLUR_MM or method.least_px_per_mm < FINE / 2:
        return None
    which = "second" if here.sharpness.blur_mm > 0 else "first"
    said = f"The {which} photograph is much softer than the other one; {method.label.lower()} cannot be compared."
    return Why(said, "too-soft", which=which)


def _tone(together: Together) -> float | None:
    """Return the ITA of the first visit's cheeks, degrees; ``None`` without a card."""
    if together.light == "relative" or "ita" not in METHODS:
        return None
    first = together.before[0]
    signal = METHODS["ita"].map(first)
    values = [
        METHODS["ita"].value(signal, first.region(name) & together.skin) for name in ("cheek-left", "cheek-right")
    ]
    known = [value for value in values if np.isfinite(value)]
    return float(np.mean(known)) if known else None


def _differences(method: Method, here: Together, ita: float | None) -> dict[str, Difference | Why]:
    """Return for each region how the measure differs, or why it cannot be told."""
    first, second, softer = _signals(method, here)
    weight = _weight(method, first, second)
    skin = here.bare if method.shine else here.skin
    px = here.before[0].px_per_mm
    # Skin outside has lines and spots of its own, and fewer of them where a whole face was treated: that is no noise.
    apart = method.name == "wrinkles" or method.at is not None
    shared = 0.0 if apart else elsewhere(first, second, here.quarters, method.value)
    found: dict[str, Difference | Why] = {}
    for region in REGIONS:
        part, whole = here.places[region]
        mask = whole & skin[part]
        area = mask.sum() / px**2
        if area < LEAST_MM2 or area < LEAST_SHARE * whole.sum() / px**2:
            found[region] = _TOO_LITTLE_SKIN
            continue
        group = published.tone(ita) if ita is not None else "dark"
        least = least_error(method.name, method.value(first[part], mask), group, light=here.light)
        one = differ(
            first[part], second[part], mask, method.value, px, shared=shared, softer=softer[part], least=least,
            wider=WIDER.get(method.name, {}).get(group, 1.0),
            weight=None if weight is None else weight[part],
        )  # fmt: skip
        found[region] = one if one.patches >= _PATCHES and one.before != 0 else _TOO_LITTLE
    return found


_TOO_LITTLE_SKIN = Why(
    "Too little of this skin is seen at both visits: hair, shadow, shine or the picture's edge.", "too-little-skin"
)
_TOO_LITTLE = Why("Too little is there to be compared.", "too-little")


def _weight(method: Method, first: Floats, second: Floats) -> Floats | None:
    if method.name == "spots":
        return darkest(first, second)
    depth = BY_DEPTH.get(method.name, 0)
    return (np.maximum(first + second, 0) / 2) ** depth if depth else None


def _signals(method: Method, here: Together) -> tuple[Floats, Floats, Floats]:
    """Return the measure's signal at both visits, and of the first visit a little softer.

    A signal that is cut off below a threshold grows with noise in either photograph. So it is taken a little way to
    both sides of the mean of the two visits, where noise is least, and drawn out to their full distance: what is
    below the threshold in the mean counts in neither. A measure that can be told where to look (``Method.at``) is.
    """
    if method.at is not None:
        mean, before, after = _kept_at(here)
        chosen = method.at(mean)
        return chosen(before), chosen(after), chosen(here.softer)
    first = method.map(here.before[0])
    softer = method.map(here.softer)
    if (first == 0).mean() < _SPARSE and method.name not in BY_DEPTH:
        if len(here.before) > 1:
            first = _mean([method.map(one) for one in here.before])
        return first, _mean([method.map(one) for one in here.after]), softer
    low, high = map(method.map, _near_the_mean(here))
    middle, half = (low + high) / 2, (high - low) / np.float32(2 * _NEAR)
    return middle - half, middle + half, middle - half + softer - first


_SPARSE, _NEAR = 0.02, 0.2


def _near_the_mean(here: Together) -> Iterable[Prepared]:
    """Return skin a little to both sides of the mean; one after the other where frames are large."""
    if here.before[0].px_per_mm > COARSE:
        return (here.between(0.5 + side * _NEAR / 2) for side in (-1, 1))
    return _kept_near_the_mean(here)


@once
def _kept_at(here: Together) -> tuple[Prepared, Prepared, Prepared]:
    return here.between(0.5), here.between(0), here.between(1)


@once
def _kept_near_the_mean(here: Together) -> tuple[Prepared, ...]:
    return tuple(here.between(0.5 + side * _NEAR / 2) for side in (-1, 1))


def _mean(signals: Sequence[Floats]) -> Floats:
    return signals[0] if len(signals) == 1 else np.mean(signals, axis=0, dtype=np.float32)


def _judged(
    region: str, method: Method, found: Difference, repeatability: Mapping[str, Repeatability] | None,
    ita: float | None, native: float, here: Together,
) -> Change:  # fmt: skip
    level = abs(found.before)
    own = found.quantile * found.error
    counts = len(here.before), len(here.after)
    sdc, basis = own, "pair"
    retest = repeatability.get(method.name) if repeatability else None
    group = published.tone(ita) if ita is not None else None
    if retest is not None and retest.method.split("+")[0] == method.version:
        part = retest.at(region, group)
        if part is None:
            why = Why(f"The clinic's retest holds nobody of this skin tone ({group}).", "tone-not-retested")
            return not_measurable(why, unit=method.unit, method=method.version)
        fewer = float(np.sqrt((1 / counts[0] + 1 / counts[1]) / 2))
        measured = (part.sdc / 100 * level if part.paired else part.sdc) * fewer
        # A pair worse than the retest's is not made better by it.
        sdc, basis = max(measured, own), part.basis
    known = published.smallest_change(method.name, found.before, ita=ita, px_per_mm=native) if basis == "pair" else None
    percent, width = 100 * found.change / level, 100 * max(own, sdc) / level
    share = 100 * sdc / level
    return Change(
        before=found.before, after=found.after, difference=found.change, percent=percent, low=percent - width,
        high=percent + width, sdc=share, published=NAN if known is None else 100 * known / level,
        p=found.chance(sdc), unit=method.unit, verdict="real-change" if abs(percent) > share else "within-noise",
        why=_why(method, percent, share, known and 100 * known / level, basis, here.light), basis=basis,
        method=method.version,
    )  # fmt: skip


_COLOURS = ("ita", "melanin", "erythema", "radiance_lightness")


def _why(method: Method, percent: float, sdc: float, known: float | None, basis: str, light: str) -> Why:
    side = "less" if percent < 0 else "more"
    said = f"{method.label}: {abs(percent):.1f} % {side}; "
    said += "more than" if abs(percent) > sdc else "not more than"
    whose = "this pair's own noise" if basis == "pair" else "measurement noise by the clinic's retest"
    said += f" {whose} (smallest detectable change {sdc:.1f} %)."
    if known is not None:
        said += f" Repeated real photographs elsewhere differed by up to {known:.0f} %."
    is_relative = light == "relative" and method.name in _COLOURS
    if is_relative:
        said += " Without a card in every photograph it is relative to untreated skin of the same photo."
    return Why(said, "beyond-noise" if abs(percent) > sdc else "within-noise", relative=is_relative)


def _notes(together: Together, repeatability: object, primary: Sequence[str]) -> tuple[str, ...]:
    notes = []
    if repeatability is None:
        notes.append(
            "This clinic has no retest of its own: verdicts rest on the noise of the pair, beside published figures."
        )
    if together.light == "relative":
        notes.append(
            "There is no card of one kind in every photograph: colour is relative to untreated skin of the same photo, "
            "that is skin outside the regions."
        )
    if together.light == "grey":
        notes.append("A grey card gave white balance and exposure; how the camera mixes colours is not corrected.")
    if not primary:
        notes.append("No outcome was named before: one verdict in twenty is wrong by chance.")
    return tuple(notes)
