"""Drawn patches of skin with obvious answers."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from vesicle.skin.cielab import lab
from vesicle.skin.frame import COARSE, FINE, Frame
from vesicle.skin.measures import METHODS, Prepared
from vesicle.skin.measures.pigments import BLOOD, MELANIN
from vesicle.skin.measures.prepared import density_of

SKIN = (0.18, 0.40, 0.55)
DARK_SKIN = tuple(np.array(SKIN) + 0.9 * np.array(MELANIN))
SIDE_MM = 30


def patch(density, px_per_mm):
    """A patch of skin of this density (rows x columns x 3, or what numpy can widen to it), all of it to be measured."""
    side = round(SIDE_MM * px_per_mm)
    density = np.ascontiguousarray(np.broadcast_to(density, (side, side, 3)), np.float32)
    linear = (10**-density).astype(np.float32)
    frame = Frame(linear, np.zeros((468, 3), np.float32), px_per_mm, px_per_mm, np.eye(2, 3))
    every = np.ones((side, side), bool)
    return Prepared(frame, density_of(linear), every, every, 0.0, "none")


def value(name, density, *, inner=4):
    method = METHODS[name]
    prepared = patch(density, method.px_per_mm)
    mask = np.zeros(prepared.skin.shape, bool)
    edge = round(inner * method.px_per_mm)
    mask[edge:-edge, edge:-edge] = True
    return method.value(method.map(prepared), mask)


def grid(px_per_mm):
    """Millimetres from the middle to every pixel, across and down."""
    side = round(SIDE_MM * px_per_mm)
    along = (np.arange(side) - side / 2 + 0.5) / px_per_mm
    return np.meshgrid(along, along)


def line(depth, angle=0.0, width=0.3):
    x, y = grid(METHODS["wrinkles"].px_per_mm)
    turn = np.radians(angle)
    away = y * np.cos(turn) - x * np.sin(turn)
    return (depth * np.exp(-(away**2) / (2 * width**2)))[..., None]


def spots(centres, *, radius=1.5, amount=0.15, px_per_mm=COARSE):
    x, y = grid(px_per_mm)
    drawn = np.zeros_like(x)
    for across, down in centres:
        drawn[np.hypot(x - across, y - down) < radius] = amount
    return cv2.GaussianBlur(drawn, (0, 0), 0.2 * px_per_mm)[..., None] * np.array(MELANIN)


FIVE = [(-7, -7), (7, -6), (0, 0), (-6, 7), (7, 6)]


@pytest.mark.parametrize("tone", [SKIN, DARK_SKIN])
def test_a_line_counts_as_deep_as_it_is(tone):
    shallow, deep = (value("wrinkles", np.array(tone) + line(depth)) for depth in (0.05, 0.10))
    assert value("wrinkles", np.array(tone)) == pytest.approx(0, abs=0.01)
    # 22 mm of line, about a millimetre wide, on 22 x 22 mm.
    assert 0.3 < shallow < 1.5
    assert 1.9 < deep / shallow < 2.7


@pytest.mark.parametrize("angle", [22.5, 35, 45, 90, 130])
def test_a_line_counts_the_same_in_every_direction(angle):
    straight, turned = (np.array(SKIN) + line(0.08, turn) for turn in (0, angle))
    px = METHODS["wrinkles"].px_per_mm
    x, y = grid(px)
    circle = np.hypot(x, y) < 9
    one, other = (
        METHODS["wrinkles"].value(METHODS["wrinkles"].map(patch(drawn, px)), circle) for drawn in (straight, turned)
    )
    assert other == pytest.approx(one, rel=0.12)


def test_a_round_spot_is_hardly_a_line():
    spot = value("wrinkles", np.array(SKIN) + spots([(0, 0)], amount=0.1))
    drawn = value("wrinkles", np.array(SKIN) + line(0.1 * np.mean(MELANIN)))
    assert spot < 0.15 * drawn


def test_the_border_of_the_skin_is_no_line():
    x, _ = grid(METHODS["wrinkles"].px_per_mm)
    # Skin in the shadow of a lid, and the lid itself cut out.
    shade = 0.2 * np.exp(-((x - 2) ** 2) / (2 * 3.0**2))
    prepared = patch(np.array(SKIN) + shade[..., None], METHODS["wrinkles"].px_per_mm)
    prepared = replace(prepared, skin=x < 2)
    assert METHODS["wrinkles"].value(METHODS["wrinkles"].map(prepared), prepared.skin) < 0.05


@pytest.mark.parametrize("share", [0.05, 0.1, 0.2, 0.4])
def test_a_line_fades_by_its_share(share):
    whole, less = (value("wrinkles", np.array(SKIN) + line(depth)) for depth in (0.1, 0.1 * (1 - share)))
    # What texture answers with, too, is taken off, so the rest of a thin line fades faster.
    assert share < 1 - less / whole < 1.5 * share


def test_spots_are_counted():
    square_cm = ((SIDE_MM - 8) / 10) ** 2
    assert value("spot_count", np.array(SKIN) + spots(FIVE)) == pytest.approx(5 / square_cm)
    assert value("spot_count", np.array(DARK_SKIN) + spots(FIVE)) == pytest.approx(5 / square_cm)
    assert value("spot_count", np.array(SKIN)) == 0


def test_the_area_of_spots_is_theirs():
    share = 100 * 5 * np.pi * 1.5**2 / (SIDE_MM - 8) ** 2
    # Blurred by half a millimetre, a spot is a little wider than it was drawn.
    assert share < value("spot_area", np.array(SKIN) + spots(FIVE)) < 1.5 * share


def test_half_the_pigment_is_half_the_spots():
    whole, half = (value("spots", np.array(SKIN) + spots(FIVE, amount=amount)) for amount in (0.2, 0.1))
    assert 0.3 < half / whole < 0.5


def test_lines_are_no_spots():
    assert value("spots", np.array(SKIN) + line(0.1)) == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize(("lightness", "b"), [(70.0, 15.0), (60.0, 20.0), (35.0, 14.0)])
def test_ita_of_a_flat_colour(lightness, b):
    wanted = np.array([lightness, 12.0, b], np.float32)
    linear = cv2.cvtColor(wanted[None, None], cv2.COLOR_LAB2LRGB)[0, 0]
    assert lab(linear[None, None])[0, 0] == pytest.approx(wanted, abs=0.3)
    angle = np.degrees(np.arctan2(lightness - 50, b))
    assert value("ita", -np.log10(linear)) == pytest.approx(angle, abs=1)
    assert value("radiance_lightness", -np.log10(linear)) == pytest.approx(lightness, abs=0.3)


@pytest.mark.parametrize("tone", [SKIN, DARK_SKIN])
def test_blood_and_melanin_are_told_apart(tone):
    plain, redder, browner, shaded = (
        np.array(tone), np.array(tone) + 0.1 * np.array(BLOOD), np.array(tone) + 0.1 * np.array(MELANIN),
        np.array(tone) + 0.1,
    )  # fmt: skip
    redness = [value("erythema", one) for one in (plain, redder, browner, shaded)]
    assert redness[1] - redness[0] == pytest.approx(100 * 0.1 * (BLOOD[1] - BLOOD[0]), rel=0.01)
    assert redness[2:] == pytest.approx([redness[0]] * 2, abs=0.01)
    melanin = [value("melanin", one) for one in (plain, redder, browner, shaded)]
    assert melanin[2] - melanin[0] == pytest.approx(100 * 0.1 * MELANIN[0], rel=0.01)
    assert [melanin[1], melanin[3]] == pytest.approx([melanin[0]] * 2, abs=0.01)


@pytest.mark.parametrize("name", ["wrinkles", "texture", "pores", "spots", "melanin", "erythema", "evenness"])
def test_light_that_falls_off_to_one_side_changes_nothing(name):
    px = METHODS[name].px_per_mm
    x, y = grid(px)
    detail = 0.02 * np.sin(2 * np.pi * x / 1.8) * np.cos(2 * np.pi * y / 2.3)
    drawn = np.array(SKIN) + detail[..., None]
    if px == COARSE:
        drawn = drawn + spots(FIVE) + (0.03 * np.sin(2 * np.pi * x / 15))[..., None]
    slope = (0.002 * x)[..., None]
    assert value(name, drawn + slope, inner=6) == pytest.approx(value(name, drawn, inner=6), rel=0.02, abs=0.02)


@pytest.mark.parametrize("tone", [SKIN, DARK_SKIN])
def test_smoother_skin_has_less_texture(tone):
    x, y = grid(FINE)
    wave = np.sin(2 * np.pi * x / 1.6) * np.sin(2 * np.pi * y / 1.6)
    rough, smooth = (value("texture", np.array(tone) + (depth * wave)[..., None]) for depth in (0.02, 0.01))
    assert smooth / rough == pytest.approx(0.5, abs=0.02)


def test_pores_are_round():
    x, y = grid(FINE)
    dots = 0.05 * np.exp(-((x % 3 - 1.5) ** 2 + (y % 3 - 1.5) ** 2) / (2 * 0.2**2))
    lines = 0.05 * np.exp(-((y % 3 - 1.5) ** 2) / (2 * 0.2**2))
    round_ones, long_ones = (value("pores", np.array(SKIN) + one[..., None]) for one in (dots, lines))
    assert round_ones > 0.2
    assert long_ones < 0.05 * round_ones
    # What lies below the threshold is lost to both.
    assert 0.3 < value("pores", np.array(SKIN) + 0.5 * dots[..., None]) / round_ones < 0.5


def test_shine_is_the_brightest_twentieth():
    x, y = grid(COARSE)
    glossy = np.array(SKIN) - 0.1 * (np.hypot(x, y) < 4)[..., None]
    assert value("radiance_shine", np.array(SKIN)) == pytest.approx(0, abs=0.1)
    assert value("radiance_shine", glossy) > 10


def test_an_empty_region_has_no_value():
    for method in METHODS.values():
        prepared = patch(np.array(SKIN), method.px_per_mm)
        assert np.isnan(method.value(method.map(prepared), np.zeros(prepared.skin.shape, bool))), method.name
