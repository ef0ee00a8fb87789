"""How wide a sharp edge comes out in a photograph: told by the edges of the colour card's grey patches.

A printed edge is sharper than any lens, so its width in the picture is the picture's own blur. With it the filters for
fine detail are made narrower by just as much, and a slightly softer photograph gives the same number.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vesicle.skin.card import COLUMNS, Card
from vesicle.skin.image import Image, to_linear
from vesicle.skin.landmarks import Floats

Doubles = NDArray[np.float64]

# The four lightest greys: no colour, so that the coarser colour of a JPEG file does not soften them.
_GREYS = (18, 19, 20, 21)
_ALONG = 0.28
_FEWEST, _LEAST_PITCH_PX = 6, 16.0
_REACH_PX = 4
WIDEST_PX = 4.0


def blur_variance(image: Image, card: Card) -> float | None:
    """Return the variance of a photograph's blur, in squares of its own pixels.

    Parameters
    ----------
    image : Image
    card : Card
        The 24-patch card in it.

    Returns
    -------
    float or None
        A pixel's own width included; None where too few edges are clean, or none is sharp.

    Notes
    -----
    The second moment of the slopes across an edge, as ISO 12233 takes them, without its Fourier transform: for filters
    much wider than the blur the variance is all that counts.
    """
    if card.kind != "card" or card.patch_px < _LEAST_PITCH_PX:
        return None
    grid = card.centres.reshape(-1, COLUMNS, 2).astype(np.float64)
    steps = np.median(np.diff(grid, axis=1), axis=(0, 1)), np.median(np.diff(grid, axis=0), axis=(0, 1))
    found = [
        variance
        for patch in _GREYS
        for step in steps
        for way in (-1.0, 1.0)
        if (variance := _edge(image, card.centres[patch].astype(np.float64), np.asarray(way * step))) is not None
    ]
    if len(found) < _FEWEST:
        return None
    variance = float(np.median(found))
    return variance if variance < WIDEST_PX**2 else None


def _edge(image: Image, centre: Doubles, step: Doubles) -> float | None:
    """Return the summed squared slopes across the edge between a patch and the gap beside it, for a step of one."""
    across = int(abs(step[1]) > abs(step[0]))
    pitch = float(abs(step[across]))
    # Only edges that run nearly along the pixels are read: no resampling may soften them.
    if abs(step[1 - across]) > 0.2 * pitch:
        return None
    start, end = sorted((centre[across] + 0.18 * step[across], centre[across] + 0.5 * step[across]))
    low, high = round(float(start)), round(float(end)) + 1
    other = centre[1 - across] + step[1 - across] * 0.4
    first, last = round(float(other - _ALONG * pitch)), round(float(other + _ALONG * pitch)) + 1
    rows, columns = ((first, last), (low, high)) if across == 0 else ((low, high), (first, last))
    width, height = image.size
    if rows[0] < 0 or columns[0] < 0 or rows[1] > height or columns[1] > width:
        return None
    part: Floats = to_linear(image.srgb[rows[0] : rows[1], columns[0] : columns[1]]).mean(axis=2)
    lines = (part if across == 0 else part.T).astype(np.float64)
    if step[across] < 0:
        lines = lines[:, ::-1]
    return _spread(lines)


def _spread(lines: Doubles) -> float | None:
    """Return the variance of falling edges in pixels, one a row, each beginning on the patch and ending in the gap."""
    length = lines.shape[1]
    flat = max(3, int(0.3 * length))
    height = lines[:, :flat].mean() - lines[:, -2:].mean()
    if height < 0.1 or length < 2 * _REACH_PX + 3:
        return None
    slopes = -np.diff(lines, axis=1) / height
    places = np.arange(slopes.shape[1]) + 0.0
    middle = places[flat:][np.argmax(slopes[:, flat:].mean(axis=0))] + np.zeros(len(lines))
    for _ in range(3):
        window = np.clip(_REACH_PX + 0.5 - np.abs(places - middle[:, None]), 0, 1)
        inside = slopes * window
        total = inside.sum(axis=1)
        middle = np.clip((inside * places).sum(axis=1) / np.maximum(total, 0.3), flat - 1, slopes.shape[1])
    moment = (inside * (places - middle[:, None]) ** 2).sum(axis=1).mean() / max(float(total.mean()), 0.3)
    return float(moment)
