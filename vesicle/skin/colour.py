"""From the camera's colours to the colours of the scene, by what is known to be in it.

Best to worst: a 24-patch card (a 3 x 3 matrix in linear light), a grey card (three gains), nothing (identity, and
values are then only comparable within one photograph).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from vesicle.skin.card import PATCHES, Card, find_card
from vesicle.skin.face import Face
from vesicle.skin.image import Image, to_linear
from vesicle.skin.landmarks import Floats

Doubles = NDArray[np.float64]
Kind = Literal["card", "grey", "none"]

# Patches of skin (1, 2) and skin's neighbours (7, 9, 12, 15) and the six greys carry the fit.
_WEIGHTS = np.array([4, 4, 0.5, 0.5, 0.5, 0.5, 1.5, 0.3, 1.5, 0.5, 0.7, 1.5] + [0.3, 0.3, 1, 1, 0.7, 0.3] + [2] * 6)
_LEAST_PATCHES = 12
_WORST_RESIDUAL = 9.0
_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Calibration:
    """How a photograph's linear light becomes comparable.

    Attributes
    ----------
    kind : str
        ``"card"``, ``"grey"`` or ``"none"``.
    matrix : ndarray of float64, 3 x 3
        Applied to linear RGB at the face.
    residual : float or None
        Mean CIE 1976 colour difference of the card's patches after calibration; None without card.
    gains : tuple of float
        What grey had to be multiplied by in red, green, blue: the colour and the strength of the light.
    why : str
        One sentence: what was used, or why nothing was.
    """

    kind: Kind = "none"
    matrix: NDArray[np.float64] = field(default_factory=lambda: np.eye(3))
    residual: float | None = None
    gains: tuple[float, float, float] = (1.0, 1.0, 1.0)
    why: str = "No colour card was found: colours are only comparable within this photograph."

    def apply(self, linear: Floats) -> Floats:
        """Return calibrated linear light, same shape (..., 3); not cut at 0 or 1."""
        if self.kind == "none":
            return linear
        return (linear @ self.matrix.T.astype(np.float32)).astype(np.float32)


def calibrate(image: Image, face: Face | None = None) -> Calibration:
    """Return how to calibrate a photograph by the card in it."""
    card = find_card(image, face)
    if card is None:
        return Calibration()
    return by_card(card, face)


def by_card(card: Card, face: Face | None = None) -> Calibration:
    """Return the calibration that a card gives; of kind "none" when its patches fit badly."""
    truth = to_linear(PATCHES).astype(np.float64)
    keep = card.usable
    if keep.sum() < _LEAST_PATCHES:
        return Calibration(why="The colour card is partly covered or over-exposed: its colours cannot be used.")
    matrix, slope = _fitted(card, truth, keep)
    middle = card.centres.mean(0)
    steps = (card.centres - middle) / card.patch_px
    even = card.linear * np.exp(-(steps @ slope))[:, None]
    residual = float(np.mean(_difference(even[keep] @ matrix.T, truth[keep])))
    if residual > _WORST_RESIDUAL:
        return Calibration(why="Something like a colour card was found, but its colours do not fit: it was not used.")
    if face is not None:
        towards = (face.points[[50, 280], :2].mean(0) - middle) / card.patch_px
        matrix = matrix * np.exp(-float(towards @ slope))
    grey = slice(19, 23)
    gains = np.median(truth[grey] / np.maximum(even[grey], 1e-6), axis=0)
    return Calibration(
        "card", matrix, residual, (float(gains[0]), float(gains[1]), float(gains[2])),
        "Colours follow the 24-patch card in the photograph.",
    )  # fmt: skip


def _fitted(card: Card, truth: NDArray[np.float64], keep: NDArray[np.bool_]) -> tuple[Doubles, Doubles]:
    """Return the matrix and the logarithmic slope of the light across the card (per patch, x and y)."""
    steps = ((card.centres - card.centres.mean(0)) / card.patch_px).astype(np.float64)
    slope = np.zeros(2)
    # Relative errors count: what is measured later is a logarithm.
    weight = np.sqrt(_WEIGHTS * keep) / (truth.mean(1) + 0.02)
    matrix = np.eye(3)
    for _ in range(_ROUNDS):
        seen = card.linear * np.exp(-(steps @ slope))[:, None]
        solved, *_ = np.linalg.lstsq(seen * weight[:, None], truth * weight[:, None], rcond=None)
        matrix = solved.T
        off = np.log(np.maximum((seen @ matrix.T).mean(1), 1e-4) / truth.mean(1))
        reliable = np.sqrt(keep * np.minimum(truth.mean(1) / 0.1, 1))
        design = np.column_stack([steps, np.ones(24)]) * reliable[:, None]
        found, *_ = np.linalg.lstsq(design, off * reliable, rcond=None)
        slope = slope + found[:2]
    return matrix, slope


def lab(linear: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return CIELAB (D65) of linear RGB, same shape (..., 3)."""
    flat = np.clip(np.asarray(linear, np.float32), 0, None).reshape(1, -1, 3)
    return cv2.cvtColor(flat, cv2.COLOR_LRGB2LAB).reshape(np.shape(linear)).astype(np.float64)


def _difference(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.norm(lab(one) - lab(other), axis=-1))
