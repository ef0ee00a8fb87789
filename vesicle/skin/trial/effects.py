"""Known effects, drawn into a photograph inside regions of the face.

All work on optical density (-log10 of linear light) in the photograph's own pixels, with soft borders, so that an
effect of strength 0 leaves every value as it was.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from vesicle.skin.face import Face, locate
from vesicle.skin.image import Image, to_linear, to_srgb
from vesicle.skin.landmarks import Bytes, Floats
from vesicle.skin.regions import REGIONS, contours, outline

MELANIN = np.array([0.33, 0.48, 0.81], np.float32)
BLOOD = np.array([0.30, 0.68, 0.67], np.float32)
"""Unit optical density of the two pigments in red, green and blue (imaging notes, after Tsumura 1999)."""

_DARKEST = 1e-4


@dataclass(frozen=True, slots=True)
class Scene:
    """A photograph with its face and its optical density (float32, rows x columns x 3)."""

    srgb: Bytes
    face: Face
    density: Floats

    @property
    def px_per_mm(self) -> float:
        """Nominal pixels a millimetre."""
        return self.face.px_per_mm


def scene(srgb: Bytes) -> Scene:
    """Return a photograph (uint8, rows x columns x 3) ready for drawing effects into it."""
    density = -np.log10(np.maximum(to_linear(srgb), _DARKEST))
    return Scene(srgb, locate(Image(srgb)), density)


def where(scene: Scene, regions: tuple[str, ...] = tuple(REGIONS), *, soft_mm: float = 2.0) -> Floats:
    """Return how much of an effect each pixel gets, 0 to 1: the regions without what is no skin, soft at the border."""
    rows, columns = scene.density.shape[:2]
    inside = np.zeros((rows, columns), np.uint8)
    for region in regions:
        cv2.fillPoly(inside, [np.round(outline(scene.face.points, region)).astype(np.int32)], 1)
    for contour, wider in contours(scene.face.points):
        corners = np.round(contour).astype(np.int32)
        cv2.fillPoly(inside, [corners], 0)
        cv2.polylines(inside, [corners], True, 0, max(1, round(2 * wider * scene.px_per_mm)))
    return cv2.GaussianBlur(inside.astype(np.float32), (0, 0), soft_mm * scene.px_per_mm / 2)


def face_weight(scene: Scene) -> Floats:
    """Return the whole visible skin of the face, soft at the border, 0 to 1."""
    rows, columns = scene.density.shape[:2]
    hull = cv2.convexHull(np.round(scene.face.points[:, :2]).astype(np.int32))
    inside = np.zeros((rows, columns), np.uint8)
    cv2.fillPoly(inside, [hull], 1)
    for contour, _ in contours(scene.face.points):
        cv2.fillPoly(inside, [np.round(contour).astype(np.int32)], 0)
    return cv2.GaussianBlur(inside.astype(np.float32), (0, 0), 1.0 * scene.px_per_mm)


def _shown(density: Floats) -> Bytes:
    return to_srgb(np.power(np.float32(10.0), -density))


def with_pigment(scene: Scene, amount: float, weight: Floats) -> Bytes:
    """Return the photograph with melanin added evenly: ``amount`` of unit optical density times ``weight``."""
    return _shown(scene.density + np.float32(amount) * weight[..., None] * MELANIN)


def with_redness(scene: Scene, amount: float, weight: Floats) -> Bytes:
    """Return the photograph with blood added evenly: ``amount`` of unit optical density times ``weight``."""
    return _shown(scene.density + np.float32(amount) * weight[..., None] * BLOOD)


def _blur(values: Floats, sigma_mm: float, px_per_mm: float) -> Floats:
    return cv2.GaussianBlur(values, (0, 0), max(sigma_mm * px_per_mm, 0.3))


def with_fewer_lines(scene: Scene, share: float, weight: Floats) -> Bytes:
    """Return the photograph with dark lines made shallower by ``share`` (0 to 1) of their depth."""
    grey = scene.density.mean(axis=2)
    depth = _lines(grey, scene.px_per_mm)
    return _shown(scene.density - (np.float32(share) * weight * depth)[..., None])


def _lines(grey: Floats, px_per_mm: float) -> Floats:
    """Return the depth of dark lines in optical density: the dark part of the 0.2 to 2.5 mm band along ridges."""
    band = _blur(grey, 0.12, px_per_mm) - _blur(grey, 2.0, px_per_mm)
    smooth = _blur(grey, 0.3, px_per_mm)
    step = px_per_mm
    xx = cv2.Sobel(smooth, cv2.CV_32F, 2, 0, ksize=3) * step**2
    yy = cv2.Sobel(smooth, cv2.CV_32F, 0, 2, ksize=3) * step**2
    xy = cv2.Sobel(smooth, cv2.CV_32F, 1, 1, ksize=3) * step**2
    half, root = (xx + yy) / 2, np.sqrt(((xx - yy) / 2) ** 2 + xy**2)
    strong, weak = half - root, half + root
    # Dark ridges of density bend downwards across and hardly along.
    is_line = np.clip((-strong - 2.0 * np.abs(weak)) / (np.abs(strong) + 1e-6), 0, 1)
    is_line = _blur(is_line.astype(np.float32), 0.25, px_per_mm)
    return np.maximum(band, 0) * np.clip(2 * is_line, 0, 1)


def with_smoother_texture(scene: Scene, share: float, weight: Floats) -> Bytes:
    """Return the photograph with its contrast between 0.1 and 0.8 mm lowered by ``share`` (0 to 1)."""
    grey = scene.density.mean(axis=2)
    band = _blur(grey, 0.1, scene.px_per_mm) - _blur(grey, 0.5, scene.px_per_mm)
    return _shown(scene.density - (np.float32(share) * weight * band)[..., None])


def spots_of(scene: Scene) -> Floats:
    """Return the melanin of spots, in unit optical density: what stands out of the 5 mm surroundings."""
    pigment = scene.density @ (MELANIN / float(MELANIN @ MELANIN))
    raised = _blur(pigment, 0.4, scene.px_per_mm) - _blur(pigment, 4.0, scene.px_per_mm)
    return np.maximum(raised - np.float32(0.015), 0)


def with_fewer_spots(scene: Scene, share: float, weight: Floats) -> Bytes:
    """Return the photograph with the melanin of its spots lowered by ``share`` (0 to 1)."""
    less = np.float32(share) * weight * spots_of(scene)
    return _shown(scene.density - less[..., None] * MELANIN)


def with_smaller_pores(scene: Scene, share: float, weight: Floats) -> Bytes:
    """Return the photograph with small dark dots made shallower by ``share`` (0 to 1)."""
    grey = scene.density.mean(axis=2)
    dots = _blur(grey, 0.12, scene.px_per_mm) - _blur(grey, 0.45, scene.px_per_mm)
    depth = np.maximum(dots, 0) * (1 - np.clip(4 * _lines(grey, scene.px_per_mm) / (np.abs(dots) + 1e-3), 0, 1))
    return _shown(scene.density - (np.float32(share) * weight * depth)[..., None])


def darkened(scene: Scene, amount: float) -> Bytes:
    """Return the photograph of somebody with ``amount`` more melanin (unit optical density) all over the face."""
    return with_pigment(scene, amount, face_weight(scene))


def enlarged(srgb: Bytes, factor: float, *, seed: int, lines: float = 2.5) -> Bytes:
    """Return a photograph enlarged, with pores and fine lines drawn where enlarging has none to show.

    Parameters
    ----------
    srgb : ndarray of uint8, rows x columns x 3
    factor : float
        How many times larger.
    seed : int
        Of the drawing.
    lines : float
        Depth of the drawn lines; 1 is about 4 % of the light.
    """
    large = cv2.resize(srgb, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    here = scene(large)
    chance = np.random.default_rng(seed)
    rows, columns = here.density.shape[:2]
    px = here.px_per_mm
    low = here.face.points[:, :2].min(0) - 10 * px
    high = here.face.points[:, :2].max(0) + 10 * px
    left, top = (int(v) for v in np.maximum(low, 0))
    right, bottom = (int(v) for v in np.minimum(high, (columns, rows)))
    shape = (bottom - top, right - left)
    drawn = _grain(shape, px, chance) + np.float32(lines) * _creases(shape, px, chance) + _pores(shape, px, chance)
    added = np.zeros((rows, columns), np.float32)
    added[top:bottom, left:right] = drawn
    return _shown(here.density + (added * face_weight(here))[..., None])


def _grain(shape: tuple[int, int], px: float, chance: np.random.Generator) -> Floats:
    noise = chance.standard_normal(shape).astype(np.float32)
    band = _blur(noise, 0.12, px) - _blur(noise, 0.4, px)
    return band * np.float32(0.006 / max(float(band.std()), 1e-9))


def _pores(shape: tuple[int, int], px: float, chance: np.random.Generator) -> Floats:
    dots = np.zeros(shape, np.float32)
    count = int(shape[0] * shape[1] / px**2 * 0.35)
    rows, columns = chance.integers(0, shape[0], count), chance.integers(0, shape[1], count)
    np.add.at(dots, (rows, columns), chance.uniform(0.3, 1.0, count).astype(np.float32))
    spread = _blur(dots, 0.16, px)
    return spread * np.float32(0.03 * 2 * np.pi * (0.16 * px) ** 2)


def _creases(shape: tuple[int, int], px: float, chance: np.random.Generator) -> Floats:
    drawn = np.zeros(shape, np.float32)
    for _ in range(int(shape[0] * shape[1] / px**2 / 60)):
        start = chance.uniform((0, 0), (shape[1], shape[0]))
        along = chance.normal(0.0, 0.5) + (np.pi / 2 if chance.random() < 0.2 else 0.0)
        steps = np.arange(0, chance.uniform(4, 18) * px, px / 2)
        bend = chance.normal(0, 0.03) / px
        angles = along + bend * steps
        points = start + np.cumsum(np.stack([np.cos(angles), np.sin(angles)], 1) * px / 2, axis=0)
        width = max(1, round(chance.uniform(0.12, 0.3) * px))
        cv2.polylines(
            drawn, [np.round(points * 16).astype(np.int32)], False, float(chance.uniform(0.4, 1.0)), width,
            cv2.LINE_AA, 4,
        )  # fmt: skip
    return np.float32(0.04) * _blur(drawn, 0.12, px)
