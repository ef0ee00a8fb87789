"""A plain grey card in a photograph: found only where nothing else can be meant, and read in linear light.

Walls, shirts and backdrops are grey too. What makes a card is that it ends: four straight edges inside the picture with
something else behind each of them, beside the jaw or on the chest, at a card's size.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vesicle.skin.face import Face
from vesicle.skin.frame import Mask
from vesicle.skin.image import Image, to_linear
from vesicle.skin.landmarks import Floats
from vesicle.skin.measures.prepared import density_of
from vesicle.skin.once import once
from vesicle.skin.regions import OVAL

REFLECTANCE = 0.18
"""Of a photographer's grey card."""
SEARCH_PX_PER_MM = 2.0
AROUND_MM, BELOW_MM = 190.0, 260.0
"""Beside the middle of the face, and below the chin: how far away a card may be and still be in the face's light."""
FACE_MM = 4.0
SHORTEST_MM, LONGER_MM, LONGEST_MM = 25.0, 40.0, 225.0
"""Shorter and longer side: from a credit card held at an angle to A5."""
MOST_OBLONG = 2.2
LEAST_RECTANGULAR = 0.9
MOST_UNEVEN = 0.02
"""Share of its light by which a card may vary beyond a slope."""
MOST_SLOPE = 0.06
"""Decadic logarithm of the light from one end of a card to the other."""
MOST_CAST = 0.12
"""Decadic logarithm between two channels: what the gate allows a light to have."""
DARKEST, BRIGHTEST = 0.06, 0.42
"""Linear light of a card of 18 % in a photograph that is neither too dark nor blown out."""
LEAST_CONTRAST = 0.05
"""Density by which all that lies behind an edge differs."""
DARKEST_SKIN, LIGHTEST_SKIN = 0.02, 0.75
LEAST_RED, MOST_RED = 0.04, 0.5
"""What skin may be once the card is taken for grey: its luminance, and the decadic logarithm of red to green."""

_SMOOTH_MM = 0.35
_FLAT = (0.006, 0.012, 0.024)
_ALONG, _STRAIGHT_MM, _STEP_MM, _OUT_MM = 0.84, 0.6, 0.25, (-2.0, 4.0)
# Share of one side and of all sides that is straight and ends: the finger that holds a card covers the rest.
_LEAST_OF_A_SIDE, _LEAST_OF_ALL = 0.5, 0.85
_COVERED, _LEAST_BARE = 0.04, 0.88
_CORE = 0.8


@dataclass(frozen=True, slots=True)
class GreyCard:
    """A plain card that was found.

    Attributes
    ----------
    corners : ndarray of float32, 4 x 2
        In pixels of the photograph.
    linear : ndarray of float64, 3
        Linear light in its middle.
    slope : ndarray of float64, 2
        Logarithm of the light's rise per pixel of the photograph, to the right and downwards.
    """

    corners: Floats
    linear: NDArray[np.float64]
    slope: NDArray[np.float64]


@once
def find_grey(image: Image, face: Face) -> GreyCard | None:
    """Return the grey card of a photograph, or None; also where two places could be one.

    Parameters
    ----------
    image : Image
    face : Face
        Gives the size and the place where a card is looked for, and the skin that must look like skin by it.
    """
    window = _window(image, face)
    left, top, right, bottom = window
    if min(right - left, bottom - top) < SHORTEST_MM * face.px_per_mm:
        return None
    scale = min(1.0, SEARCH_PX_PER_MM / face.px_per_mm)
    part = to_linear(cv2.resize(image.srgb[top:bottom, left:right], None, fx=scale, fy=scale, interpolation=3))
    px = face.px_per_mm * scale
    points = ((face.points[:, :2] - (left, top) + 0.5) * scale - 0.5).astype(np.float32)
    found: list[Floats] = []
    density = density_of(cv2.GaussianBlur(part, (0, 0), _SMOOTH_MM * px))
    steep = _steepness(density)
    grey = _greyish(part) & ~_face(part.shape[:2], points, px)
    for flat in _FLAT:
        for corners in _quads((steep < flat) & grey, px):
            placed = _edges(density, corners, px)
            if placed is not None and _even(density, placed) and not any(_same(placed, other) for other in found):
                found.append(placed)
    if len(found) != 1:
        return None
    corners = np.asarray((found[0] + 0.5) / scale - 0.5 + np.array((left, top), np.float32), np.float32)
    card = _read(image, corners)
    return card if card is not None and _is_skin_by(card, image, face) else None


def _window(image: Image, face: Face) -> tuple[int, int, int, int]:
    width, height = image.size
    x, above = face.points[list(OVAL), 0].mean(), face.points[10, 1]
    side, below = AROUND_MM * face.px_per_mm, BELOW_MM * face.px_per_mm
    return (
        max(0, round(float(x - side))), max(0, round(float(above))), min(width, round(float(x + side))),
        min(height, round(float(face.points[152, 1] + below))),
    )  # fmt: skip


def _face(shape: tuple[int, ...], points: Floats, px: float) -> Mask:
    mask = np.zeros(shape, np.uint8)
    oval = [np.round(cv2.convexHull(points[list(OVAL)])).astype(np.int32)]
    cv2.fillPoly(mask, oval, 1)
    cv2.polylines(mask, oval, True, 1, round(2 * FACE_MM * px))
    return mask.astype(bool)


def _steepness(density: Floats) -> Floats:
    """Return how fast density changes, a pixel, in the channel where it changes fastest."""
    across, down = (cv2.Sobel(density, cv2.CV_32F, *way, ksize=3, scale=1 / 8) for way in ((1, 0), (0, 1)))
    steep: Floats = cv2.magnitude(across, down).max(axis=2)
    return steep


def _greyish(linear: Floats) -> Mask:
    light = np.maximum(linear, np.float32(1e-3))
    low, high = light.min(axis=2), light.max(axis=2)
    return (high < low * np.float32(10**MOST_CAST)) & (low > DARKEST / 10**MOST_CAST) & (high < BRIGHTEST)


def _quads(flat: Mask, px: float) -> list[Floats]:
    """Return corners (4 x 2) of even areas that are four-cornered and as large as a card."""
    opened = cv2.morphologyEx(flat.view(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=4)
    rows, columns = flat.shape
    found = []
    for number, (left, top, width, height, area) in enumerate(stats[1:], start=1):
        inside = left > 0 and top > 0 and left + width < columns and top + height < rows
        if not inside or not 0.6 * SHORTEST_MM * LONGER_MM <= area / px**2 <= LONGEST_MM * LONGEST_MM / 1.2:
            continue
        box = np.s_[top : top + height, left : left + width]
        contours, _ = cv2.findContours(
            (labels[box] == number).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
        )
        hull = cv2.convexHull(max(contours, key=len))
        # A thumb on a corner leaves five: then it is the rectangle around that counts.
        for corners in (_four(hull), cv2.boxPoints(cv2.minAreaRect(hull))):
            if corners is not None and area > LEAST_RECTANGULAR * cv2.contourArea(corners) and _is_card(corners, px):
                found.append(np.asarray(corners + np.array((left, top), np.float32), np.float32))
                break
    return found


def _four(hull: NDArray[np.int32]) -> Floats | None:
    around = cv2.arcLength(hull, True)
    for share in (0.02, 0.03, 0.04, 0.06, 0.08):
        corners = cv2.approxPolyDP(hull, share * around, True)
        if len(corners) == 4:
            return corners[:, 0].astype(np.float32)
    return None


def _is_card(corners: Floats, px: float) -> bool:
    sides = np.roll(corners, -1, axis=0) - corners
    long = np.linalg.norm(sides, axis=1)
    cosines = [abs(float(sides[i] @ sides[(i + 1) % 4])) / float(long[i] * long[(i + 1) % 4]) for i in range(4)]
    pairs = sorted(((long[0] + long[2]) / 2 / px, (long[1] + long[3]) / 2 / px))
    alike = min(long[0], long[2]) > 0.85 * max(long[0], long[2]) and min(long[1], long[3]) > 0.85 * max(
        long[1], long[3]
    )
    # A millimetre is nominal, and the even area ends a little before the card does.
    return bool(
        max(cosines) < 0.3 and alike and pairs[0] > 0.85 * SHORTEST_MM and 0.85 * LONGER_MM < pairs[1] < LONGEST_MM
        and pairs[1] < MOST_OBLONG * pairs[0]
    )  # fmt: skip


def _edges(density: Floats, corners: Floats, px: float) -> Floats | None:
    """Return the corners where four straight edges meet, each with something else behind it; None without."""
    middle = corners.mean(0)
    lines, shares = [], []
    outward = np.arange(*_OUT_MM, _STEP_MM) * px
    for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along = (b - a) / np.linalg.norm(b - a)
        out = np.array([along[1], -along[0]])
        out *= np.sign(out @ ((a + b) / 2 - middle))
        count = max(12, int(np.linalg.norm(b - a) / px))
        steps = np.linspace((1 - _ALONG) / 2, (1 + _ALONG) / 2, count)
        at = (a + steps[:, None] * (b - a))[:, None] + outward[None, :, None] * out
        at = at.astype(np.float32)
        rows, columns = density.shape[:2]
        if at.min() < 0 or at[..., 0].max() > columns - 1 or at[..., 1].max() > rows - 1:
            return None
        seen = cv2.remap(density, at[..., 0], at[..., 1], cv2.INTER_LINEAR)
        before = seen[:, : int(1 / _STEP_MM)].mean(axis=1, keepdims=True)
        behind = np.abs(seen - before).max(axis=2)
        step = behind[:, -int(1.5 / _STEP_MM) :].min(axis=1)
        ends = step > LEAST_CONTRAST
        if ends.mean() < _LEAST_OF_A_SIDE:
            return None
        # Where half the way to what lies behind is done.
        where = outward[(behind > np.maximum(step, LEAST_CONTRAST)[:, None] / 2).argmax(axis=1)]
        off = steps - 0.5
        slope, level = _line(off[ends], where[ends])
        shares.append(float((ends & (np.abs(where - level - slope * off) < _STRAIGHT_MM * px)).mean()))
        lines.append((a + (level - slope / 2) * out, b + (level + slope / 2) * out))
    if min(shares) < _LEAST_OF_A_SIDE or sum(shares) / 4 < _LEAST_OF_ALL:
        return None
    return np.array([_meet(lines[i - 1], lines[i]) for i in range(4)], np.float32)


def _line(at: NDArray[np.float64], values: NDArray[np.float64]) -> tuple[float, float]:
    """Return slope and level of the line that most values lie on (Theil and Sen)."""
    apart = at[:, None] - at[None, :]
    far = apart > 0.2
    slope = float(np.median((values[:, None] - values[None, :])[far] / apart[far]))
    return slope, float(np.median(values - slope * at))


def _meet(one: tuple[Floats, Floats], other: tuple[Floats, Floats]) -> Floats:
    way, across = one[1] - one[0], other[1] - other[0]
    share = np.linalg.solve(np.column_stack([way, -across]), other[0] - one[0])[0]
    return np.asarray(one[0] + share * way, np.float32)


def _inner(corners: Floats) -> NDArray[np.int32]:
    return np.round(corners.mean(0) + _CORE * (corners - corners.mean(0))).astype(np.int32)


def _even(density: Floats, corners: Floats) -> bool:
    mask = np.zeros(density.shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, _inner(corners), 1)
    rows, columns = np.nonzero(mask)
    design = np.column_stack([np.ones(len(rows)), columns, rows])
    seen = density[rows, columns]
    bare = (np.abs(seen - np.median(seen, axis=0)) < _COVERED + MOST_SLOPE / 2).all(axis=1)
    for _ in range(3):
        plane, *_ = np.linalg.lstsq(design[bare], seen[bare], rcond=None)
        off = seen - design @ plane
        bare = (np.abs(off) < _COVERED).all(axis=1)
        if bare.mean() < _LEAST_BARE:
            return False
    uneven = off[bare].std(axis=0) * np.log(10)
    rise = np.ptp(corners @ plane[1:], axis=0)
    return bool(uneven.max() < MOST_UNEVEN and rise.max() < MOST_SLOPE)


def _same(one: Floats, other: Floats) -> bool:
    return cv2.pointPolygonTest(other, [float(v) for v in one.mean(0)], False) >= 0


def _read(image: Image, corners: Floats) -> GreyCard | None:
    left, top = np.floor(corners.min(0)).astype(int)
    right, bottom = np.ceil(corners.max(0)).astype(int) + 1
    mask = np.zeros((bottom - top, right - left), np.uint8)
    cv2.fillConvexPoly(mask, _inner(corners - np.array((left, top), np.float32)), 1)
    rows, columns = np.nonzero(mask)
    light = to_linear(image.srgb[top:bottom, left:right])[rows, columns].astype(np.float64)
    usual = np.median(light, axis=0)
    kept = (np.abs(light - usual) < 0.15 * usual).all(axis=1)
    if kept.mean() < _LEAST_BARE:
        return None
    linear = light[kept].mean(axis=0)
    if not DARKEST < linear.mean() < BRIGHTEST or np.log10(linear.max() / linear.min()) > MOST_CAST:
        return None
    middle = columns.mean(), rows.mean()
    steps = np.column_stack([columns - middle[0], rows - middle[1]])[kept]
    rise, *_ = np.linalg.lstsq(steps, (light[kept] / linear).mean(axis=1) - 1, rcond=None)
    return GreyCard(corners, linear, rise)


def _is_skin_by(card: GreyCard, image: Image, face: Face) -> bool:
    """Return whether the cheeks look like skin where the card is taken for grey."""
    reach = max(1, round(3 * face.px_per_mm))
    lights = []
    for x, y in face.points[[50, 280], :2].round().astype(int):
        spot = image.srgb[max(0, y - reach) : y + reach, max(0, x - reach) : x + reach]
        if spot.size:
            lights.append(np.median(to_linear(spot).reshape(-1, 3), axis=0))
    if not lights:
        return False
    red, green, blue = np.mean(lights, axis=0) * REFLECTANCE / card.linear
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    redness = float(np.log10(max(red, 1e-4) / max(green, 1e-4)))
    return bool(DARKEST_SKIN < luminance < LIGHTEST_SKIN and LEAST_RED < redness < MOST_RED and green > blue)
