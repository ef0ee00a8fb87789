"""A face drawn by rule, so that tests need nobody's photograph. The mesh model takes it for a face."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from vesicle.skin.image import to_srgb
from vesicle.skin.landmarks import Bytes, Floats
from vesicle.skin.trial.effects import BLOOD, MELANIN

EYES_APART = 63.0
# Optical density of the lightest skin drawn, in red, green and blue.
_BASE = np.array([0.16, 0.27, 0.36], np.float32)


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn. Amounts of pigment are unit optical density; lines and pores are shares of the light."""

    px_per_mm: float = 8.0
    melanin: float = 0.0
    blood: float = 0.0
    spots: float = 0.12
    lines: float = 0.10
    pores: float = 0.08
    smile: float = 0.0
    seed: int = 1


def face(how: Drawing = Drawing()) -> Bytes:
    """Return a drawn face, looking straight ahead (uint8, rows x columns x 3, 150 x 250 mm)."""
    return to_srgb(light(how))


def light(how: Drawing) -> Floats:
    """Return the drawn face in linear light (float32, rows x columns x 3)."""
    px = how.px_per_mm
    rows, columns = round(250 * px), round(200 * px)
    chance = np.random.default_rng(how.seed)
    # Shapes are drawn small and enlarged: they are smooth. Only skin detail needs every pixel.
    shape_px = min(px, 4.0)
    shapes = _shapes(shape_px, how.smile)
    shapes = {name: cv2.resize(one, (columns, rows), interpolation=cv2.INTER_CUBIC) for name, one in shapes.items()}
    skin = shapes["skin"][..., None]
    density = _BASE + np.float32(how.melanin) * MELANIN + np.float32(how.blood) * BLOOD
    density = np.broadcast_to(density, (rows, columns, 3)).copy()
    density += shapes["shade"][..., None]
    density += _spots((rows, columns), px, how, chance)[..., None] * MELANIN
    density += (_lines((rows, columns), px, how) + _pores((rows, columns), px, how, chance))[..., None]
    density += shapes["lips"][..., None] * BLOOD * np.float32(0.28)
    background = np.array([0.32, 0.31, 0.30], np.float32)
    picture = skin * np.power(np.float32(10), -density) + (1 - skin) * background
    for name, colour in (
        ("hair", (0.02, 0.015, 0.012)), ("brows", (0.03, 0.022, 0.018)), ("white", (0.6, 0.58, 0.56)),
        ("iris", (0.05, 0.03, 0.02)), ("dark", (0.008, 0.008, 0.008)),
    ):  # fmt: skip
        cover = np.clip(shapes[name], 0, 1)[..., None]
        picture = picture * (1 - cover) + cover * np.array(colour, np.float32)
    return picture.astype(np.float32)


def _shapes(px: float, smile: float) -> dict[str, Floats]:
    rows, columns = round(250 * px), round(200 * px)
    mid, eyes = columns / 2, 105 * px
    half = EYES_APART / 2 * px

    def ellipse(x: float, y: float, a: float, b: float, angle: float = 0.0, soft: float = 0.6) -> Floats:
        drawn = np.zeros((rows, columns), np.float32)
        box = (round(x * 16), round(y * 16)), (round(a * px * 16), round(b * px * 16))
        cv2.ellipse(drawn, *box, angle, 0, 360, 1.0, -1, cv2.LINE_8, 4)
        return cv2.GaussianBlur(drawn, (0, 0), soft * px)

    def curve(points: list[tuple[float, float]], width: float, soft: float = 0.5) -> Floats:
        drawn = np.zeros((rows, columns), np.float32)
        steps = np.linspace(0, 1, 40)[:, None]
        a, b, c = (np.array(point) * px for point in points)
        path = (1 - steps) ** 2 * a + 2 * (1 - steps) * steps * b + steps**2 * c + np.array([mid, eyes])
        cv2.polylines(drawn, [np.round(path * 16).astype(np.int32)], False, 1.0, round(width * px), cv2.LINE_8, 4)
        return cv2.GaussianBlur(drawn, (0, 0), soft * px)

    skin = np.maximum(ellipse(mid, eyes + 10 * px, 70, 98), ellipse(mid, eyes + 120 * px, 48, 60))
    hair = np.clip(ellipse(mid, eyes - 22 * px, 80, 84) - 2 * ellipse(mid, eyes + 14 * px, 66, 88), 0, 1)
    white = ellipse(mid - half, eyes, 14, 5.2, 0, 0.3) + ellipse(mid + half, eyes, 14, 5.2, 0, 0.3)
    iris = ellipse(mid - half, eyes, 5.6, 5.4, 0, 0.3) + ellipse(mid + half, eyes, 5.6, 5.4, 0, 0.3)
    lid, brows = np.zeros_like(skin), np.zeros_like(skin)
    shade = np.zeros_like(skin)
    for side in (-1, 1):
        x = side * EYES_APART / 2
        lid += curve([(x - 14, 1), (x, -12.5), (x + 14, 1)], 1.4, 0.3)
        brows += curve([(side * 14, -19), (side * 30, -27), (side * 50, -17)], 5.0, 0.9)
        shade += 0.10 * curve([(side * 7, -10), (side * 9, 15), (side * 10, 34)], 6, 4)
        shade += 0.08 * curve([(side * 18, 38), (side * 28, 48), (side * 32, 62)], 1.2, 1.2)
        shade += 0.06 * curve([(x - 13, 8), (x, 13), (x + 13, 8)], 1.0, 1.0)
        shade += 0.16 * curve([(x - 15, -2), (x, -14), (x + 15, -3)], 1.4, 1.2)
        shade += 0.18 * curve([(side * 17, 34), (side * 19, 41), (side * 13, 44)], 2.0, 1.2)
    lift = 7 * smile
    wide = 25 + 6 * smile
    lips = curve([(-wide, 70 - lift), (0, 62 + lift * 0.3), (wide, 70 - lift)], 9, 1.0)
    lips = np.maximum(lips, curve([(-wide * 0.8, 72 - lift), (0, 86), (wide * 0.8, 72 - lift)], 9, 1.0))
    mouth = curve([(-wide, 70 - lift), (0, 72 + lift * 0.8), (wide, 70 - lift)], 1.4 + 5 * smile, 0.4)
    nostrils = ellipse(mid - 7 * px, eyes + 43 * px, 4, 2, 0, 0.6) + ellipse(mid + 7 * px, eyes + 43 * px, 4, 2, 0, 0.6)
    shade += 0.12 * curve([(-16, 46), (0, 52), (16, 46)], 2.5, 1.6) + 0.10 * curve([(-14, 93), (0, 97), (14, 93)], 4, 3)
    across = (np.arange(columns) - mid)[None, :] / (70 * px)
    down = (np.arange(rows) - eyes - 10 * px)[:, None] / (98 * px)
    shade += 0.35 * np.clip(across**2 + 0.6 * down**2, 0, 2) ** 2
    shade += 0.5 * ellipse(mid, eyes + 122 * px, 46, 14, 0, 8)
    pupils = ellipse(mid - half, eyes, 2.2, 2.2) + ellipse(mid + half, eyes, 2.2, 2.2)
    return {
        "skin": skin, "hair": hair, "white": white, "iris": np.minimum(iris, white), "lips": lips,
        "dark": lid + 0.9 * mouth + 0.8 * nostrils + pupils,
        "brows": brows, "shade": shade.astype(np.float32),
    }  # fmt: skip


def _spots(shape: tuple[int, int], px: float, how: Drawing, chance: np.random.Generator) -> Floats:
    drawn = np.zeros(shape, np.float32)
    count = round(shape[0] * shape[1] / px**2 / 120)
    for x, y, size, deep in zip(
        chance.uniform(0, shape[1], count), chance.uniform(0, shape[0], count), chance.uniform(0.5, 1.8, count),
        chance.uniform(0.3, 1.0, count), strict=True,
    ):  # fmt: skip
        cv2.circle(drawn, (round(x * 16), round(y * 16)), round(size * px * 16), float(deep), -1, cv2.LINE_AA, 4)
    return np.float32(how.spots) * cv2.GaussianBlur(drawn, (0, 0), 0.35 * px)


def _lines(shape: tuple[int, int], px: float, how: Drawing) -> Floats:
    drawn = np.zeros(shape, np.float32)
    mid, eyes = shape[1] / 2, 105 * px
    across = np.linspace(-45, 45, 60)
    for rise in (-36, -42, -48, -54):
        path = np.stack([mid + across * px, eyes + (rise - 2 * np.cos(across / 18)) * px], 1)
        cv2.polylines(
            drawn, [np.round(path * 16).astype(np.int32)], False, 1.0, max(1, round(0.35 * px)), cv2.LINE_8, 4
        )
    for side in (-1, 1):
        for turn in (-0.35, -0.1, 0.15, 0.4):
            out = np.linspace(17, 30, 20)
            path = np.stack([mid + side * (EYES_APART / 2 + out) * px, eyes + (4 + np.sin(turn) * (out - 12)) * px], 1)
            cv2.polylines(
                drawn, [np.round(path * 16).astype(np.int32)], False, 0.8, max(1, round(0.3 * px)), cv2.LINE_8, 4
            )
    return np.float32(-np.log10(max(1 - how.lines, 1e-3))) * cv2.GaussianBlur(drawn, (0, 0), 0.15 * px)


def _pores(shape: tuple[int, int], px: float, how: Drawing, chance: np.random.Generator) -> Floats:
    dots = np.zeros(shape, np.float32)
    count = int(shape[0] * shape[1] / px**2 * 0.5)
    rows, columns = chance.integers(0, shape[0], count), chance.integers(0, shape[1], count)
    np.add.at(dots, (rows, columns), chance.uniform(0.3, 1.0, count).astype(np.float32))
    peak = np.float32(2 * np.pi * (0.16 * px) ** 2)
    drawn = np.float32(how.pores * 0.5) * peak * cv2.GaussianBlur(dots, (0, 0), 0.16 * px)
    grain = chance.standard_normal(shape).astype(np.float32)
    band = cv2.GaussianBlur(grain, (0, 0), 0.12 * px) - cv2.GaussianBlur(grain, (0, 0), 0.4 * px)
    return drawn + band * np.float32(0.004 / float(band.std()))
