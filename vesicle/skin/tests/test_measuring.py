"""One photograph in, its measures out, or why not."""

import json
from dataclasses import replace

import numpy as np
import pytest

from vesicle.skin.errors import Refused
from vesicle.skin.face import locate
from vesicle.skin.image import as_image
from vesicle.skin.measuring import MEASURES, METHODS, facing, measure
from vesicle.skin.regions import REGIONS
from vesicle.skin.repeatability import of_series
from vesicle.skin.trial.drawn import Drawing, face
from vesicle.skin.trial.effects import darkened, scene

COLOURS = ("spots", "spot_area", "spot_count", "evenness", "ita", "melanin", "erythema", "radiance_lightness")
DRAWN = Drawing(px_per_mm=8.3)


@pytest.fixture(scope="module")
def picture():
    return face(DRAWN)


@pytest.fixture(scope="module")
def report(picture):
    return measure(picture, refused_too=True)


def test_every_measure_of_every_region_has_a_value_or_a_reason(report):
    assert report.regions == tuple(REGIONS)
    for region in REGIONS:
        assert set(report.measures[region]) | set(report.not_measured[region]) == set(MEASURES)
        assert not set(report.measures[region]) & set(report.not_measured[region])
    assert set(report.measures["forehead"]) == set(MEASURES)


def test_a_value_says_how_it_was_made(report):
    one = report.measures["forehead"]["wrinkles"]
    assert one.method == METHODS["wrinkles"] == "wrinkles/2"
    assert one.unit == MEASURES["wrinkles"].unit
    assert one.basis == "published"
    assert one.sdc == pytest.approx(2.77 * one.repeatability, rel=0.01)
    assert report.measures["forehead"]["evenness"].basis == "unknown"
    assert "a*" in report.measures["forehead"]["erythema"].extra


def test_the_machine_form(report):
    plain = json.loads(json.dumps(report.as_dict(), allow_nan=False))
    one = plain["measures"]["forehead"]["wrinkles"]
    assert {"value", "unit", "repeatability", "method"} <= set(one)
    assert set(plain["quality"]) >= {"accepted", "problems"}


def test_what_the_resolution_cannot_carry_is_not_measured():
    small = measure(face(Drawing(px_per_mm=4)), regions=["forehead", "chin"], refused_too=True)
    assert set(small.measures["forehead"]) == {*COLOURS, "radiance_shine"}
    assert "needs 5 pixels a millimetre" in small.not_measured["chin"]["wrinkles"]
    assert "needs 8 pixels a millimetre" in small.not_measured["chin"]["pores"]


def test_a_region_that_is_turned_away_is_not_seen(picture):
    points = locate(as_image(picture)).points
    assert all(facing(points, region) > 0.5 for region in REGIONS)
    turn = np.radians(70)
    about = np.array([[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]], np.float32)
    turned = points @ about.T
    seen = {region for region in REGIONS if facing(turned, region) > 0.35}
    assert "crows-feet-left" in seen or "crows-feet-right" in seen
    assert not {"crows-feet-left", "crows-feet-right"} <= seen


def test_another_exposure_changes_no_contrast(picture):
    light = np.arange(256) / 255
    linear = np.where(light <= 0.04045, light / 12.92, ((light + 0.055) / 1.055) ** 2.4) * 0.85
    back = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    dimmer = np.round(back * 255).astype(np.uint8)[picture]
    one, other = (measure(each, regions=["forehead"], refused_too=True) for each in (picture, dimmer))
    for name in ("wrinkles", "texture", "melanin", "erythema"):
        before, after = (each.measures["forehead"][name].value for each in (one, other))
        assert after == pytest.approx(before, rel=0.03), name


def test_a_crop_changes_nothing(picture):
    whole, part = (
        measure(each, regions=["cheek-left"], refused_too=True) for each in (picture, picture[200:-160, 90:-70])
    )
    for name in ("wrinkles", "melanin", "erythema", "ita"):
        before, after = (each.measures["cheek-left"][name].value for each in (whole, part))
        assert after == pytest.approx(before, rel=0.05), name


@pytest.mark.parametrize("more", [0.25, 0.5])
def test_darker_skin_has_the_same_lines_and_redness(picture, report, more):
    darker = measure(darkened(scene(picture), more), regions=["forehead"], refused_too=True)
    before, after = report.measures["forehead"], darker.measures["forehead"]
    assert after["melanin"].value - before["melanin"].value == pytest.approx(33 * more, rel=0.05)
    assert after["erythema"].value == pytest.approx(before["erythema"].value, rel=0.03)
    assert after["wrinkles"].value == pytest.approx(before["wrinkles"].value, rel=0.1)
    assert after["wrinkles"].sdc / after["wrinkles"].value >= before["wrinkles"].sdc / before["wrinkles"].value


def test_a_clinics_own_retest_replaces_published_figures(picture):
    series = [[[10.0, 10.2], [20.0, 20.2], [15.0, 15.1], [12.0, 12.3], [11.0, 11.2]]]
    own = of_series("wrinkles", series, unit="mOD", method="wrinkles/2", basis="retest:1")
    retested = measure(picture, regions=["chin"], repeatability={"wrinkles": own}, refused_too=True)
    assert retested.measures["chin"]["wrinkles"].basis == "retest:1"
    assert retested.measures["chin"]["wrinkles"].sdc == pytest.approx(own.sdc)
    older = replace(own, method="wrinkles/0")
    old = measure(picture, regions=["chin"], repeatability={"wrinkles": older}, refused_too=True)
    assert old.measures["chin"]["wrinkles"].basis == "published"


def test_a_refused_photograph_gives_no_number(picture):
    dark = (picture.astype(np.float32) * 0.2).astype(np.uint8)
    assert any(measure(dark).measures.values()), "the values of a refused photograph say so beside them"
    report = measure(dark, refused_too=False)
    assert not report.quality.accepted
    assert not any(report.measures.values())
    assert report.not_measured["chin"]["ita"].startswith("The photograph was refused: ")


def test_what_there_is_not_is_said(picture):
    with pytest.raises(ValueError, match="no region 'nose'"):
        measure(picture, regions=["nose"])
    with pytest.raises(Refused):
        measure(np.full((400, 400, 3), 120, np.uint8))
