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
from vesicle.skin.cielab import lab
from vesicle.skin.face import Face
from vesicle.skin.grey import REFLECTANCE, GreyCard, find_grey
from vesicle.skin.image import Image, to_linear
from vesicle.skin.landmarks import Floats

Doubles = NDArray[np.float64]
Kind = Literal["card", "grey", "none"]

# Patches of skin (1, 2) and skin's neighbours (7, 9, 12, 15) and the six greys carry the fit.
_WEIGHTS = np.array([4, 4, 0.5, 0.5, 0.5, 0.5, 1.5, 0.3, 1.5, 0.5, 0.7, 1.5] + [0.3, 0.3, 1, 1, 0.7, 0.3] + [2] * 6)
_LEAST_PATCHES = 12
_WORST_RESIDUAL = 9.0
_ROUNDS = 4
# How much the logarithm of the light changes over one patch in rooms that photographs are taken in.
_SLOPE_PRIOR = 0.01
_TRUTH: Doubles = to_linear(PATCHES).astype(np.float64)


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
    slope : tuple of float
        Logarithm of the light's rise per pixel of the photograph, to the right and downwards.
    origin : tuple of float
        Where in the photograph ``matrix`` holds: the middle of the cheeks.
    turned : float or None
        Degrees by which the card is turned about the vertical: how much narrower its columns are than its rows.
    why : str
        One sentence: what was used, or why nothing was.
    """

    kind: Kind = "none"
    matrix: NDArray[np.float64] = field(default_factory=lambda: np.eye(3))
    residual: float | None = None
    gains: tuple[float, float, float] = (1.0, 1.0, 1.0)
    slope: tuple[float, float] = (0.0, 0.0)
    origin: tuple[float, float] = (0.0, 0.0)
    turned: float | None = None
    why: str = "No colour or grey card was found: colours are relative to untreated skin of the same photo."

    def apply(self, linear: Floats, *, to_frame: Doubles | None = None) -> Floats:
        """Return calibrated linear light, same shape; not cut at 0 or 1.

        Parameters
        ----------
        linear : ndarray of float32, (..., 3)
        to_frame : ndarray of float64, 2 x 3, optional
            For a frame (rows x columns x 3): from pixels of the photograph to its pixels. The slope of the light that
            the card shows is then taken out of the face too.
        """
        if self.kind == "none":
            return linear
        flat = linear.reshape(1, -1, 3) if linear.ndim != 3 else linear
        done = cv2.transform(flat, self.matrix).reshape(linear.shape)
        if to_frame is not None and any(self.slope):
            rows, columns = linear.shape[:2]
            there = np.linalg.inv(to_frame[:, :2])
            across, down = np.array(self.slope) @ there
            left, top = to_frame[:, :2] @ np.array(self.origin) + to_frame[:, 2]
            done *= np.exp(-across * (np.arange(columns) - left)).astype(np.float32)[:, None]
            done *= np.exp(-down * (np.arange(rows) - top)).astype(np.float32)[:, None, None]
        return np.asarray(done, np.float32)


def calibrate(image: Image, face: Face | None = None, *, grey: float = REFLECTANCE) -> Calibration:
    """Return how to calibrate a photograph by the card in it.

    Parameters
    ----------
    image : Image
    face : Face, optional
        Without, no plain grey card is looked for: it is known by its size and place beside a face.
    grey : float
        Reflectance of a plain grey card, 0 to 1. Where there is a 24-patch card, that one is used.
    """
    card = find_card(image, face)
    if card is not None:
        return by_card(card, face)
    plain = find_grey(image, face) if face is not None else None
    return by_grey(plain, face, reflectance=grey) if plain is not None and face is not None else Calibration()


def by_grey(card: GreyCard, face: Face, *, reflectance: float = REFLECTANCE) -> Calibration:
    """Return the three gains that make a plain card grey; how the camera mixes colours, it cannot tell.

    Raises
    ------
    ValueError
        For a reflectance that no grey card has.
    """
    if not 0.05 <= reflectance <= 0.5:
        raise ValueError(f"A grey card reflects a share of the light between 0.05 and 0.5, not {reflectance}.")
    gains = reflectance / card.linear
    middle = card.corners.mean(0).astype(np.float64)
    origin = face.points[[50, 280], :2].mean(0).astype(np.float64)
    there = float(np.exp(-(origin - middle) @ card.slope))
    return Calibration(
        "grey", np.diag(gains * there), None, (float(gains[0]), float(gains[1]), float(gains[2])),
        why=f"White balance and exposure follow the grey card in the photograph, taken for {reflectance:.0%} grey.",
        slope=(float(card.slope[0]), float(card.slope[1])), origin=(float(origin[0]), float(origin[1])),
    )  # fmt: skip


def by_card(card: Card, face: Face | None = None) -> Calibration:
    """Return the calibration that a card gives; of kind "none" when its patches fit badly."""
    keep = card.usable
    if keep.sum() < _LEAST_PATCHES:
        return Calibration(why="The colour card is partly covered or over-exposed: its colours cannot be used.")
    middle = card.centres.mean(0).astype(np.float64)
    steps = (card.centres - middle) / card.patch_px
    matrix, slope = _fitted(card.linear, steps, keep)
    even = card.linear * np.exp(-(steps @ slope))[:, None]
    residual = float(np.mean(_difference(even[keep] @ matrix.T, _TRUTH[keep])))
    if residual > _WORST_RESIDUAL:
        return Calibration(why="Something like a colour card was found, but its colours do not fit: it was not used.")
    origin = middle
    if face is not None:
        origin = face.points[[50, 280], :2].mean(0).astype(np.float64)
        matrix = matrix * np.exp(-float((origin - middle) @ slope) / card.patch_px)
    gains = (even[19:23] @ matrix.T)[keep[19:23]] / np.maximum(even[19:23][keep[19:23]], 1e-6)
    mean = np.mean(gains, axis=0) if len(gains) else np.diag(matrix)
    return Calibration(
        "card", matrix, residual, (float(mean[0]), float(mean[1]), float(mean[2])),
        why="Colours follow the 24-patch card in the photograph.",
        slope=(float(slope[0] / card.patch_px), float(slope[1] / card.patch_px)),
        origin=(float(origin[0]), float(origin[1])),
        turned=card.turned,
    )  # fmt: skip


def _fitted(seen: Doubles, steps: Doubles, keep: NDArray[np.bool_]) -> tuple[Doubles, Doubles]:
    """Return the matrix, and the slope of the light across the card (logarithmic, per patch, x and y).

    Three gains are fitted first; the rest of the matrix only as far as patches left out are predicted better with it.
    """
    slope = np.zeros(2)
    # One half step of an 8-bit value, and a hundredth for the print: relative, since measures are logarithms.
    error = 0.35 / 255 * 2.2 * np.maximum(_TRUTH, 0.002) ** 0.545 + 0.004 * _TRUTH
    weight = np.sqrt(_WEIGHTS * keep)[:, None] / error
    matrix, sure = np.eye(3), np.ones(2)
    for _ in range(_ROUNDS):
        light = seen * np.exp(-(steps @ slope))[:, None]
        matrix = _matrix(light, weight)
        fitted = light @ matrix.T
        # A patch without light of a colour tells nothing of the slope.
        even_weight = np.where(fitted > 0.01, fitted / error, 0.0) * np.sqrt(keep)[:, None]
        off = np.log(np.maximum(fitted, 1e-4) / _TRUTH)
        # A tone curve that is not quite undone looks like a slope, since the greys lie in a row: it is fitted beside.
        tone = np.log(_TRUTH.mean(1))
        design = np.stack([steps[:, 0], steps[:, 1], np.ones(24), tone - tone.mean()], 1)
        rows = (design[:, None, :] * even_weight[..., None]).reshape(-1, 4)
        off_rows = (off * even_weight).reshape(-1)
        found, *_ = np.linalg.lstsq(rows, off_rows, rcond=None)
        left = off_rows - rows @ found
        spread = np.linalg.inv(rows.T @ rows) * float(left @ left) / max(3 * int(keep.sum()) - 13, 1)
        sure = _SLOPE_PRIOR**2 / (_SLOPE_PRIOR**2 + np.diag(spread)[:2] * 3)
        slope = slope + found[:2]
    slope = slope * sure
    return _matrix(seen * np.exp(-(steps @ slope))[:, None], weight), slope


def _matrix(light: Doubles, weight: Doubles) -> Doubles:
    """Return the 3 x 3 matrix from light (24 x 3) to the chart, drawn towards gains as far as that predicts better."""
    gains = (weight**2 * light * _TRUTH).sum(0) / (weight**2 * light**2).sum(0)
    scaled = light * gains
    best, least = np.diag(gains), np.inf
    for strength in (1e9, 3e4, 3e3, 300.0, 30.0, 1.0):
        total, rows = 0.0, []
        for channel in range(3):
            w = weight[:, channel : channel + 1]
            design = scaled * w
            target = (_TRUTH[:, channel] - scaled[:, channel]) * w[:, 0]
            inverse = np.linalg.inv(design.T @ design + strength * np.eye(3))
            solved = inverse @ design.T @ target
            hat = np.einsum("ij,jk,ik->i", design, inverse, design)
            used = w[:, 0] > 0
            # Left-one-out errors of a ridge fit in closed form.
            total += float((((target - design @ solved) / np.maximum(1 - hat, 0.05))[used] ** 2).sum())
            rows.append(solved)
        if total < least * 0.97:
            least, best = total, (np.eye(3) + np.array(rows)) * gains
    return np.asarray(best)


def _difference(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.norm(lab(one.astype(np.float32)) - lab(other.astype(np.float32)), axis=-1))
