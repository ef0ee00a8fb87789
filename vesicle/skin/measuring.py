"""One photograph in, its measures out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from vesicle.skin import published
from vesicle.skin.card import find_card
from vesicle.skin.colour import Calibration, calibrate
from vesicle.skin.edges import blur_variance
from vesicle.skin.face import Face, locate
from vesicle.skin.frame import FINE, Mask
from vesicle.skin.gate import VIEWS, judge
from vesicle.skin.grey import REFLECTANCE
from vesicle.skin.image import Image, Source, as_image
from vesicle.skin.landmarks import Floats
from vesicle.skin.matching import outside
from vesicle.skin.measures import METHODS as ALL
from vesicle.skin.measures import Method, Prepared, prepare
from vesicle.skin.measures.colour import beside
from vesicle.skin.measures.method import Better
from vesicle.skin.regions import REGIONS, outline
from vesicle.skin.repeatability import TO_SDC, Repeatability
from vesicle.skin.report import Measurement, Report

RESOLUTION_TOLERANCE = 0.97
"""Share of the pixels a millimetre asked for that still counts: the distance of the eyes is nominal."""
LEAST_FACING = 0.35
"""Cosine between a region and the camera below which the region is seen too flat."""
LEAST_SHARE, LEAST_CM2 = 0.3, 0.3
"""Of a region that must be bare skin: share of its outline, and square centimetres."""
RELATIVE = ("ita", "melanin", "erythema", "radiance_lightness")
"""Colours that without a card are held against untreated skin of the same photo as well."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What a measure is, for people and programs.

    Attributes
    ----------
    better : str
        ``"lower"``, ``"higher"`` or ``"neither"``.
    method : str
        Current version.
    needs_card : bool
        Whether values can be compared only where a card calibrated the colours of both photographs. A grey card
        does as far as three gains go: of one person and camera, since it leaves the camera's mixing of colours.
    """

    unit: str
    better: Better
    label: str
    explanation: str
    method: str
    least_px_per_mm: float
    needs_card: bool


MEASURES: dict[str, Measure] = {
    name: Measure(one.unit, one.better, one.label, one.explanation, one.version, one.least_px_per_mm, one.needs_card)
    for name, one in ALL.items()
}
METHODS: dict[str, str] = {name: one.version for name, one in ALL.items()}
"""The current version of each measure's method."""


def measure(
    source: Source | Image,
    *,
    view: str = "front",
    regions: Iterable[str] | None = None,
    card: bool = True,
    grey: float = REFLECTANCE,
    repeatability: Mapping[str, Repeatability] | None = None,
    refused_too: bool = True,
) -> Report:
    """Return what one photograph says of the skin.

    Parameters
    ----------
    source : path, bytes, file, PIL image, ndarray of uint8 (rows x columns x 3, RGB) or Image
    view : str
        One of ``gate.VIEWS``.
    regions : iterable of str, optional
        Ids of ``REGIONS``; all by default.
    card : bool
        Whether to look for a colour or grey card.
    grey : float
        Reflectance of a plain grey card, should there be one.
    repeatability : mapping of str to Repeatability, optional
        The clinic's own retest; without, published figures stand for it.
    refused_too : bool
        Measure what the quality gate refuses as well: the report says that it was refused, and whoever reads the values
        has to. Without, a refused photograph gives reasons in the place of values.

    Returns
    -------
    Report

    Raises
    ------
    Refused
        If it is no picture, or there is no face in it.
    ValueError
        For a region or view there is not.

    Examples
    --------
    >>> from vesicle.skin.trial.drawn import Drawing, face
    >>> report = measure(face(Drawing(px_per_mm=4)), regions=["forehead"], refused_too=True)
    >>> report.measures["forehead"]["melanin"].unit
    'MI'
    >>> report.not_measured["forehead"]["wrinkles"]
    'Lines and wrinkles needs 5 pixels a millimetre; this photograph has 4.0. Come closer or use a finer camera.'
    """
    chosen = tuple(REGIONS) if regions is None else tuple(dict.fromkeys(regions))
    for region in chosen:
        if region not in REGIONS:
            raise ValueError(f"There is no region {region!r}; choose from {', '.join(REGIONS)}.")
    if view not in VIEWS:
        raise ValueError(f"There is no view {view!r}; choose one of {', '.join(VIEWS)}.")
    image = as_image(source)
    face = locate(image)
    calibration = calibrate(image, face, grey=grey) if card else Calibration()
    seen = find_card(image, face) if card else None
    quality = judge(image, face, calibration, view=view)
    if not quality.accepted and not refused_too:
        said = " ".join(problem.sentence for problem in quality.problems)
        reasons = dict.fromkeys(ALL, f"The photograph was refused: {said}")
        return Report(
            quality, chosen, {region: {} for region in chosen}, {region: dict(reasons) for region in chosen},
            "none", face.px_per_mm, view,
        )  # fmt: skip
    fine = prepare(
        image, face, calibration, px_per_mm=FINE, blur_px2=blur_variance(image, seen) if seen is not None else None
    )
    measures, missing = _measured(fine, face, chosen, repeatability or {})
    return Report(quality, chosen, measures, missing, calibration.kind, face.px_per_mm, view)


def _measured(
    fine: Prepared,
    face: Face,
    regions: tuple[str, ...],
    retest: Mapping[str, Repeatability],
) -> tuple[dict[str, dict[str, Measurement]], dict[str, dict[str, str]]]:
    coarse = fine.halved()
    unseen = {region: reason for region in regions if (reason := _unseen(region, face, coarse))}
    found: dict[str, dict[str, float]] = {region: {} for region in regions}
    missing: dict[str, dict[str, str]] = {region: {} for region in regions}
    masks: dict[tuple[float, bool], dict[str, Mask]] = {}
    relative: dict[str, dict[str, float]] = {region: {} for region in regions}
    untreated = outside(coarse.frame) & coarse.skin if fine.calibration == "none" else None
    for name, method in ALL.items():
        reason = _too_coarse(method, face)
        signal: Floats | None = None
        for region in regions:
            if problem := unseen.get(region) or reason:
                missing[region][name] = problem
                continue
            here = fine if method.px_per_mm == FINE else coarse
            signal = method.map(here) if signal is None else signal
            kept = masks.setdefault((method.px_per_mm, method.shine), {})
            if region not in kept:
                kept[region] = here.region(region, shine=method.shine)
            value = method.value(signal, kept[region])
            if untreated is not None and method.name in RELATIVE:
                relative[region][name] = value - method.value(signal, untreated)
            if np.isfinite(value):
                found[region][name] = value
            else:
                missing[region][name] = "Too little bare skin is seen here."
    extra = {region: beside(coarse, coarse.region(region)) for region in regions if found[region]}
    return {
        region: {
            name: _with_error(
                ALL[name],
                value,
                region,
                values.get("ita"),
                face.px_per_mm,
                retest,
                extra[region] | _named(relative[region].get(name)),
            )
            for name, value in values.items()
        }
        for region, values in found.items()
    }, missing


def _named(relative: float | None) -> dict[str, float]:
    return {} if relative is None or not np.isfinite(relative) else {"relative": relative}


def _too_coarse(method: Method, face: Face) -> str | None:
    if face.px_per_mm >= RESOLUTION_TOLERANCE * method.least_px_per_mm:
        return None
    return (
        f"{method.label} needs {method.least_px_per_mm:.0f} pixels a millimetre; this photograph has "
        f"{face.px_per_mm:.1f}. Come closer or use a finer camera."
    )


_OTHER_WAY_ROUND = ("cheek", "under-eye")


def facing(points: Floats, region: str) -> float:
    """Return how much a region faces the camera: 1 is straight on, 0 edge on, negative turned away.

    Parameters
    ----------
    points : ndarray of float32, 468 x 3
        The mesh.
    region : str
    """
    flat = outline(points, region)
    deep = outline(points[:, [2, 2, 2]], region)[:, :1]
    corners = np.column_stack([flat, deep]).astype(np.float64)
    corners -= corners.mean(0)
    # Newell's normal of a polygon that need not be plane.
    normal = np.cross(corners, np.roll(corners, -1, axis=0)).sum(0)
    # Left outlines are mirror images of right ones, and two kinds were written the other way round.
    turns = region.endswith("-left") + region.startswith(_OTHER_WAY_ROUND)
    return float((-1) ** (turns + 1) * normal[2] / max(float(np.linalg.norm(normal)), 1e-9))


def _unseen(region: str, face: Face, coarse: Prepared) -> str | None:
    label = REGIONS[region]
    if facing(face.points, region) < LEAST_FACING:
        return f"{label}: turned too far from the camera in this view."
    whole = int(coarse.frame.region(region).sum())
    bare = int(coarse.region(region).sum())
    if bare < LEAST_SHARE * whole:
        return f"{label}: only {100 * bare / max(whole, 1):.0f} % is bare skin without hair, shadow or shine."
    if bare < LEAST_CM2 * 100 * coarse.px_per_mm**2:
        return f"{label}: too small a patch of skin is seen."
    return None


def _with_error(
    method: Method,
    value: float,
    region: str,
    ita: float | None,
    px_per_mm: float,
    retest: Mapping[str, Repeatability],
    extra: Mapping[str, float],
) -> Measurement:
    own = retest.get(method.name)
    part = own.at(region, published.tone(ita) if ita is not None else None) if own is not None else None
    if part is not None and part.method == method.version and not part.paired:
        sdc, basis = part.sdc, part.basis
    else:
        known = published.smallest_change(method.name, value, ita=ita, px_per_mm=px_per_mm)
        sdc, basis = (known, "published") if known is not None else (float("nan"), "unknown")
    return Measurement(
        value, method.unit, sdc / TO_SDC, sdc, method.version, method.parameters, basis,
        {name: number for name, number in extra.items() if name in (*method.beside, "relative")},
    )  # fmt: skip
