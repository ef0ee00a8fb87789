"""The regions of a face, as shapes between mesh points.

Each corner is a mesh point moved a share of the way towards another: ``(from, towards, share)``. Only the person's
right side is written; the left is its mirror image. The numbers were placed by eye on the mesh.
"""

from __future__ import annotations

import numpy as np

from vesicle.skin.landmarks import Floats, mirror

Corner = tuple[int, int, float]


def _at(point: int) -> Corner:
    return (point, point, 0.0)


_MIDDLE: dict[str, tuple[Corner, ...]] = {
    # From the middle line, over the person's right half, back to the middle line.
    "forehead": (
        _at(10), _at(109), _at(67), (103, 104, 0.2), _at(68), (63, 68, 0.45), (105, 104, 0.4), (66, 69, 0.35),
        (107, 108, 0.35), (9, 151, 0.25),
    ),
    "perioral": (
        (164, 2, 0.35), (167, 97, 0.35), (165, 167, 0.25), (92, 165, 0.15), (186, 185, 0.3), (57, 61, 0.5),
        (202, 43, 0.5), (204, 106, 0.5), (194, 182, 0.5), (83, 201, 0.4), (18, 200, 0.4),
    ),
    "chin": (
        (200, 18, 0.35), (201, 83, 0.35), (194, 32, 0.15), (204, 211, 0.5), _at(211), _at(170), _at(140), _at(171),
        _at(175),
    ),
}  # fmt: skip
_SIDES: dict[str, tuple[Corner, ...]] = {
    "crows-feet": (
        _at(113), _at(124), (156, 124, 0.5), _at(143), (111, 35, 0.5), (31, 226, 0.5), _at(226),
    ),
    "under-eye": (
        (226, 31, 0.75), _at(228), _at(229), _at(230), _at(231), _at(232), (121, 232, 0.5), _at(120), _at(119),
        _at(118), (117, 118, 0.4), (111, 31, 0.5),
    ),
    "cheek": (
        (117, 50, 0.35), (101, 50, 0.2), (101, 36, 0.15), _at(36), (205, 203, 0.4), (206, 207, 0.55), _at(207),
        _at(187), (123, 50, 0.35),
    ),
    "nasolabial": (
        (129, 203, 0.45), (36, 203, 0.5), (206, 205, 0.35), (216, 206, 0.2), (212, 57, 0.4), (57, 61, 0.35),
        (186, 92, 0.3), (92, 165, 0.3), (165, 203, 0.2),
    ),
}  # fmt: skip
_LABELS = {
    "forehead": "Forehead",
    "crows-feet": "Outer corner of the {side} eye",
    "under-eye": "Under the {side} eye",
    "cheek": "{Side} cheek",
    "nasolabial": "{Side} fold from nose to mouth",
    "perioral": "Around the mouth",
    "chin": "Chin",
}

REGIONS: dict[str, str] = {
    **{name: _LABELS[name] for name in ("forehead",)},
    **{
        f"{name}-{side}": _LABELS[name].format(side=side, Side=side.capitalize())
        for name in _SIDES
        for side in ("left", "right")
    },
    **{name: _LABELS[name] for name in ("perioral", "chin")},
}
"""Region ids and their names for people; left and right are the person's own."""

# What is no skin: contours, widened by millimetres.
BROW = (70, 63, 105, 66, 107, 55, 65, 52, 53, 46)
EYE = (226, 247, 30, 29, 27, 28, 56, 190, 243, 112, 26, 22, 23, 24, 110, 25)
LIPS = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)
NOSTRIL = (79, 237, 239, 238, 242, 97, 99, 60, 75, 166, 218)
OVAL = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150,
    136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip


def _corner(points: Floats, corner: Corner) -> Floats:
    start, towards, share = corner
    return points[start, :2] * np.float32(1 - share) + points[towards, :2] * np.float32(share)


def _mirrored(corner: Corner) -> Corner:
    opposite = mirror()
    return int(opposite[corner[0]]), int(opposite[corner[1]]), corner[2]


def outline(points: Floats, region: str) -> Floats:
    """Return the outline of a region (corners x 2) in the pixels of ``points`` (468 x 3).

    Raises
    ------
    KeyError
        For a region that is not in ``REGIONS``.
    """
    if region in _MIDDLE:
        right = _MIDDLE[region]
        left = tuple(_mirrored(corner) for corner in reversed(right))
        return np.stack([_corner(points, corner) for corner in right + left])
    name, _, side = region.rpartition("-")
    corners = _SIDES[name]
    if side == "left":
        corners = tuple(_mirrored(corner) for corner in corners)
    return np.stack([_corner(points, corner) for corner in corners])


def contours(points: Floats) -> list[tuple[Floats, float]]:
    """Return what is no skin as contours (corners x 2) with the millimetres each is widened by."""
    opposite = mirror()
    both = [(BROW, 2.0), (EYE, 1.0), (NOSTRIL, 1.0)]
    found = [(points[list(shape), :2], wider) for shape, wider in both]
    found += [(points[opposite[list(shape)], :2], wider) for shape, wider in both]
    found.append((points[list(LIPS), :2], 1.5))
    return found
