"""Take a photograph again: another pose, light, focus, sensor noise and compression; with a colour card if wished."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from vesicle.skin.card import PATCHES
from vesicle.skin.face import locate
from vesicle.skin.image import Image, to_linear, to_srgb
from vesicle.skin.landmarks import Bytes, Floats


@dataclass(frozen=True, slots=True)
class Conditions:
    """How one capture differs. The defaults differ in nothing but the camera's noise and JPEG quality."""

    exposure: float = 1.0
    balance: tuple[float, float, float] = (1.0, 1.0, 1.0)
    blur_px: float = 0.0
    motion_px: float = 0.0
    noise: float = 0.004
    quality: int = 95
    roll: float = 0.0
    yaw: float = 0.0
    pitch: float = 0.0
    scale: float = 1.0
    shift: tuple[float, float] = (0.0, 0.0)
    side_light: float = 0.0
    top_light: float = 0.0


def ordinary(chance: np.random.Generator) -> Conditions:
    """Return the conditions of a careful clinic's next capture."""
    return Conditions(
        exposure=float(np.exp(chance.normal(0, 0.06))),
        balance=tuple(float(v) for v in np.exp(chance.normal(0, 0.025, 3))),  # type: ignore[arg-type]
        blur_px=float(chance.uniform(0.0, 0.7)),
        noise=float(chance.uniform(0.003, 0.008)),
        quality=int(chance.integers(88, 97)),
        roll=float(chance.normal(0, 1.5)),
        yaw=float(chance.normal(0, 2.0)),
        pitch=float(chance.normal(0, 1.5)),
        scale=float(np.exp(chance.normal(0, 0.02))),
        shift=(float(chance.normal(0, 8)), float(chance.normal(0, 8))),
        side_light=float(chance.normal(0, 0.03)),
        top_light=float(chance.normal(0, 0.03)),
    )


def spoiled(reason: str, chance: np.random.Generator) -> Conditions:
    """Return ordinary conditions with one thing clearly wrong.

    ``reason`` is one of ``defocus motion under over one-sided top-light colour-cast roll yaw compressed``.
    """
    base = ordinary(chance)
    sign = 1 if chance.random() < 0.5 else -1
    match reason:
        case "defocus":
            return replace(base, blur_px=float(chance.uniform(3, 6)))
        case "motion":
            return replace(base, motion_px=float(chance.uniform(10, 20)))
        case "under":
            return replace(base, exposure=float(chance.uniform(0.12, 0.25)))
        case "over":
            return replace(base, exposure=float(chance.uniform(2.2, 3.5)))
        case "one-sided":
            return replace(base, side_light=sign * float(chance.uniform(0.5, 0.9)))
        case "top-light":
            return replace(base, top_light=float(chance.uniform(0.6, 1.0)))
        case "colour-cast":
            return replace(base, balance=(1.35, 1.0, 0.6) if sign > 0 else (0.7, 1.0, 1.4))
        case "roll":
            return replace(base, roll=sign * float(chance.uniform(14, 22)))
        case "yaw":
            return replace(base, yaw=sign * float(chance.uniform(16, 25)))
        case "compressed":
            return replace(base, quality=int(chance.integers(8, 20)))
    raise ValueError(f"No way to spoil a capture is called {reason}.")


def card(srgb: Bytes) -> Bytes:
    """Return the photograph with a 24-patch card on the chest, as wide as the distance of the outer eye corners."""
    face = locate(Image(srgb))
    px = face.px_per_mm
    side, gap = round(9 * px), round(1.6 * px)
    rows, columns = 4 * side + 5 * gap, 6 * side + 7 * gap
    drawn = np.full((rows, columns, 3), 18, np.uint8)
    for index, colour in enumerate(PATCHES):
        row, column = divmod(index, 6)
        top, left = gap + row * (side + gap), gap + column * (side + gap)
        drawn[top : top + side, left : left + side] = colour
    chin = face.points[152, :2]
    top = round(float(chin[1]) + 28 * px)
    left = round(float(chin[0]) - columns / 2)
    placed = srgb
    if top + rows + gap > srgb.shape[0]:
        more = top + rows + gap - srgb.shape[0]
        placed = cv2.copyMakeBorder(srgb, 0, more, 0, 0, cv2.BORDER_REPLICATE)
    placed = placed.copy()
    placed[top : top + rows, left : left + columns] = drawn
    return placed


def capture(srgb: Bytes, how: Conditions, *, seed: int) -> Bytes:
    """Return a photograph as taken again under other conditions, through JPEG and back (uint8, same shape)."""
    return cv2.imdecode(np.frombuffer(jpeg(srgb, how, seed=seed), np.uint8), cv2.IMREAD_COLOR_RGB)


def jpeg(srgb: Bytes, how: Conditions, *, seed: int) -> bytes:
    """Return the JPEG file of a photograph taken again under other conditions."""
    chance = np.random.default_rng(seed)
    light = _posed(to_linear(srgb), srgb, how)
    light *= np.float32(how.exposure) * np.array(how.balance, np.float32)
    if how.side_light or how.top_light:
        light *= _gradient(light.shape[:2], how)[..., None]
    if how.motion_px > 1:
        length = max(3, round(how.motion_px))
        kernel = np.zeros((length, length), np.float32)
        kernel[length // 2] = 1 / length
        turn = cv2.getRotationMatrix2D((length / 2 - 0.5, length / 2 - 0.5), float(chance.uniform(0, 180)), 1)
        kernel = cv2.warpAffine(kernel, turn, (length, length))
        light = cv2.filter2D(light, -1, kernel / kernel.sum())
    if how.blur_px > 0.1:
        light = cv2.GaussianBlur(light, (0, 0), how.blur_px)
    spread = np.sqrt(np.maximum(light, 0) * 0.5 + 0.02) * np.float32(how.noise)
    light += chance.standard_normal(light.shape, np.float32) * spread
    done, data = cv2.imencode(".jpg", to_srgb(light)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, how.quality])
    if not done:
        raise RuntimeError("The picture could not be compressed.")
    return data.tobytes()


def warp_of(srgb: Bytes, how: Conditions) -> NDArray[np.float64]:
    """Return the homography (3 x 3) from pixels of a photograph to those of its capture: everything as one plane."""
    rows, columns = srgb.shape[:2]
    focal = 3.0 * max(rows, columns)
    middle = np.array([[1, 0, -columns / 2], [0, 1, -rows / 2], [0, 0, 1.0]])
    a, b, c = np.radians([how.pitch, how.yaw, how.roll])
    about_x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    about_y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    about_z = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    turned = about_z @ about_y @ about_x
    lens = np.array([[focal * how.scale, 0, 0], [0, focal * how.scale, 0], [0, 0, 1.0]])
    flat = np.column_stack([turned[:, 0], turned[:, 1], np.array([0, 0, focal])])
    back = np.array([[1, 0, columns / 2 + how.shift[0]], [0, 1, rows / 2 + how.shift[1]], [0, 0, 1.0]])
    matrix = back @ lens @ flat @ middle
    return np.asarray(matrix / matrix[2, 2])


def _posed(light: Floats, srgb: Bytes, how: Conditions) -> Floats:
    if not (how.roll or how.yaw or how.pitch or how.scale != 1 or any(how.shift)):
        return light.copy()
    size = (srgb.shape[1], srgb.shape[0])
    return cv2.warpPerspective(light, warp_of(srgb, how), size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def _gradient(shape: tuple[int, int], how: Conditions) -> Floats:
    rows, columns = shape
    across = np.linspace(-1, 1, columns, dtype=np.float32)[None, :] * 2
    down = np.linspace(1, -1, rows, dtype=np.float32)[:, None] * 2
    return np.exp(np.float32(how.side_light) * across + np.float32(how.top_light) * down).astype(np.float32)
