"""Pictures that show what was counted: outlines over a photograph, two visits side by side, a map of change.

All are RGB uint8 arrays (rows x columns x 3). Colours are those of Okabe & Ito, which people who see red and green
alike tell apart; nothing is said by colour alone.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vesicle.skin.face import locate
from vesicle.skin.frame import COARSE, Frame, Mask, face_frame
from vesicle.skin.image import Image, Source, as_image, to_srgb
from vesicle.skin.landmarks import Bytes, Floats
from vesicle.skin.lettering import BAR_PX, bar, label, stacked
from vesicle.skin.matching import equally_sharp, lit_alike, outside, sharpness
from vesicle.skin.measures import METHODS, Method, Prepared, prepare
from vesicle.skin.regions import REGIONS, outline
from vesicle.skin.registration import Registration
from vesicle.skin.report import Report

SHOWN_PX_PER_MM = COARSE
OUTLINE = (255, 255, 255)
COUNTED = (230, 159, 0)
LESS, MORE = (0, 114, 178), (213, 94, 0)
_SMOOTH_MM, _FINEST_SHOWN, _STRONG = 2.0, 1e-9, 3
# No part of the skin is counted more than another.
_OF_ALL_SKIN = ("erythema", "evenness", "radiance_lightness")


def overlay(source: Source | Image, report: Report, measure: str) -> Bytes:
    """Return a photograph's face with what one measure counted drawn into it.

    Parameters
    ----------
    source : source
        The photograph the report is of.
    report : Report
    measure : str
        A key of ``METHODS``.

    Returns
    -------
    ndarray of uint8, rows x columns x 3
        The upright face at 4 pixels a millimetre, regions outlined and named with their value, a legend below.

    Raises
    ------
    KeyError
        For a measure there is not.
    """
    method = METHODS[measure]
    image = as_image(source)
    prepared = prepare(image, locate(image), px_per_mm=method.px_per_mm)
    signal = _at_shown(method.map(prepared), method.px_per_mm)
    frame = face_frame(image, locate(image), px_per_mm=SHOWN_PX_PER_MM)
    picture = to_srgb(frame.linear)
    skin = _at_shown(prepared.skin.astype(np.float32), method.px_per_mm) > 0.5
    measured = [region for region in report.regions if measure in report.measures.get(region, {})]
    inside = np.zeros(frame.shape, bool)
    for region in measured:
        inside |= frame.region(region) & skin
    counts = _counts(signal, method, inside)
    if counts is not None:
        _outline(picture, counts[0] & inside, COUNTED)
    for region in report.regions:
        corners = [np.round(outline(frame.points, region)).astype(np.int32)]
        cv2.polylines(picture, corners, True, OUTLINE, 1, cv2.LINE_AA)
    for region in measured:
        found = report.measures[region][measure]
        middle = outline(frame.points, region).mean(0)
        label(picture, f"{found.value:.3g}", (int(middle[0]), int(middle[1])))
    legend = [(OUTLINE, "region measured, with its value in " + method.unit)]
    if counts is not None:
        legend.append((COUNTED, counts[1]))
    return stacked(picture, f"{method.label} ({method.version})", legend)


def _counts(signal: Floats, method: Method, where: Mask) -> tuple[Mask, str] | None:
    """Return what a measure counted, in words too; ``None`` when it is of all skin alike."""
    if method.better == "neither" or method.name in _OF_ALL_SKIN or not where.any():
        return None
    if (signal[where] <= 0).mean() > 0.2:
        level = method.parameters.get("edge", 0.0) if method.name == "spot_count" else 0.0
        over = max(float(level) if isinstance(level, int | float) else 0.0, _FINEST_SHOWN)
        return np.asarray(signal > over), f"counted: {method.label.lower()}"
    strong = float(_STRONG * signal[where].mean())
    return np.asarray(signal > strong), f"{method.label.lower()}: more than {_STRONG} times the mean of this face"


def _outline(picture: Bytes, mask: Mask, colour: tuple[int, int, int]) -> None:
    found, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    kept = [one for one in found if cv2.contourArea(one) >= 2]
    cv2.drawContours(picture, kept, -1, colour, 1, cv2.LINE_8)


def _at_shown(values: Floats, px_per_mm: float) -> Floats:
    if px_per_mm == SHOWN_PX_PER_MM:
        return values
    factor = SHOWN_PX_PER_MM / px_per_mm
    return cv2.resize(values, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)


def side_by_side(before: Source | Image, after: Source | Image, registration: Registration) -> Bytes:
    """Return two visits beside each other: one frame, one zoom, one light.

    Parameters
    ----------
    before, after : source
        As they were registered.
    registration : Registration

    Returns
    -------
    ndarray of uint8, rows x columns x 3
        The first visit on the left; the light of the second is that of the first on skin outside the regions.
    """
    pictures = pair(before, after, registration)
    first = pictures[0]
    gap = np.full((first.shape[0], 8, 3), 255, np.uint8)
    both = np.concatenate([pictures[0], gap, pictures[1]], axis=1)
    for text, left in (("before", 0), ("after", first.shape[1] + 8)):
        label(both, text, (left + 50, 24))
    bar(both, SHOWN_PX_PER_MM * 10, "10 mm")
    return both


def pair(before: Source | Image, after: Source | Image, registration: Registration) -> tuple[Bytes, Bytes]:
    """Return two visits on the same pixels: one frame, one zoom, one light, one sharpness, and nothing written on them.

    Parameters
    ----------
    before, after : source
        As they were registered.
    registration : Registration

    Returns
    -------
    tuple of ndarray of uint8, rows x columns x 3
        The light of the second is that of the first on skin outside the regions.
    """
    first, second = _pair(before, after, registration)
    return to_srgb(first.linear), to_srgb(second.linear)


def _pair(before: Source | Image, after: Source | Image, registration: Registration) -> tuple[Frame, Frame]:
    image = as_image(before)
    first = registration.warp_first(image, px_per_mm=SHOWN_PX_PER_MM)
    second = registration.warp(after, px_per_mm=SHOWN_PX_PER_MM)
    where = outside(first) & registration.valid_at(first.shape)
    first, second = equally_sharp(first, second, sharpness(first, second, where))
    return first, lit_alike(first, second, where, level=True)


def change_map(
    before: Source | Image, after: Source | Image, registration: Registration, measure: str, *, sdc: float | None = None
) -> Bytes:
    """Return where a measure changed: blue less, orange more, hatched where it is no more than noise.

    Parameters
    ----------
    before, after : source
        As they were registered.
    registration : Registration
    measure : str
        A key of ``METHODS``.
    sdc : float, optional
        Smallest detectable change of the local signal, in its unit; without, 1.96 times what skin outside the
        regions seems to change by.

    Returns
    -------
    ndarray of uint8, rows x columns x 3

    Raises
    ------
    KeyError
        For a measure there is not.
    """
    method = METHODS[measure]
    first, second = _pair(before, after, registration)
    pair = [_shown(frame, method) for frame in (first, second)]
    skin = pair[0].skin & pair[1].skin & registration.valid_at(first.shape)
    inside = np.zeros(first.shape, bool)
    for region in REGIONS:
        inside |= first.region(region)
    change = _local(method.map(pair[1]), skin) - _local(method.map(pair[0]), skin)
    beside = change[outside(first) & skin]
    noise = sdc if sdc is not None else 1.96 * 1.48 * float(np.median(np.abs(beside))) if beside.size else 0.0
    noise = max(noise, 1e-9)
    shown = np.repeat(to_srgb(first.linear).mean(axis=2, keepdims=True), 3, axis=2)
    where = inside & skin
    _tint(shown, where & (change < -noise), np.abs(change) / noise, LESS)
    _tint(shown, where & (change > noise), np.abs(change) / noise, MORE)
    picture = shown.astype(np.uint8)
    _hatch(picture, where & (np.abs(change) <= noise))
    for region in REGIONS:
        corners = [np.round(outline(first.points, region)).astype(np.int32)]
        cv2.polylines(picture, corners, True, OUTLINE, 1, cv2.LINE_AA)
    legend = [
        (LESS, "less than before, beyond noise"), (MORE, "more than before, beyond noise"),
        (None, f"hatched: within noise (about {noise:.3g})"),
    ]  # fmt: skip
    return stacked(picture, f"{method.label}: change ({method.version})", legend)


def _shown(frame: Frame, method: Method) -> Prepared:
    return prepare(None, None, frame=frame)


def _local(signal: Floats, skin: Mask) -> Floats:
    """Return the mean of a signal over the skin within 2 mm."""
    sigma = _SMOOTH_MM * SHOWN_PX_PER_MM
    weight = cv2.GaussianBlur(skin.astype(np.float32), (0, 0), sigma)
    total = cv2.GaussianBlur(np.where(skin, signal, 0).astype(np.float32), (0, 0), sigma)
    return total / np.maximum(weight, 1e-3)


def _tint(shown: NDArray[np.floating], where: Mask, times: Floats, colour: tuple[int, int, int]) -> None:
    # Twice the smallest detectable change is shown in full.
    strength = np.clip(0.25 + 0.5 * (times[where] - 1), 0.25, 0.75)[:, None]
    shown[where] = shown[where] * (1 - strength) + np.array(colour) * strength


def _hatch(picture: Bytes, where: Mask) -> None:
    rows, columns = (np.arange(side) for side in where.shape)
    lines = where & ((rows[:, None] + columns[None, :]) % BAR_PX == 0)
    picture[lines] = (picture[lines] * 0.6 + np.array((150, 150, 150)) * 0.4).astype(np.uint8)
