"""Repeatability is what the formulas say on values whose spread is known."""

from dataclasses import dataclass

import numpy as np
import pytest

from vesicle.skin import published
from vesicle.skin.duplicates import of_null_changes, repeatability_of_pairs
from vesicle.skin.errors import Refused
from vesicle.skin.repeatability import of_series, repeatability


@dataclass
class One:
    value: float
    unit: str = "u"
    method: str = "lines/1"
    percent: float = 0.0


@dataclass
class Photo:
    measures: dict


@dataclass
class Pair:
    changes: dict


def retest(spread, people=20, captures=3, seed=1, ita=40.0):
    chance = np.random.default_rng(seed)
    return {
        f"p{person}": [
            Photo({"chin": {"lines": One(level + spread * chance.standard_normal()), "ita": One(ita, method="ita/1")}})
            for _ in range(captures)
        ]
        for person, level in enumerate(chance.normal(100, 20, people))
    }


def test_the_error_drawn_is_the_error_found():
    found = repeatability(retest(2.0, people=400))["lines"]
    assert found.sem == pytest.approx(2.0, rel=0.05)
    assert found.sdc == pytest.approx(2.77 * found.sem, rel=0.01)
    assert found.icc == pytest.approx(400 / 404, abs=0.005)
    assert found.wcv == pytest.approx(2.0, rel=0.2)
    assert (found.people, found.captures) == (400, 1200)


def test_twenty_people_three_times_leave_a_fifth_in_doubt():
    found = repeatability(retest(2.0))["lines"]
    assert found.sdc_low / found.sdc == pytest.approx(0.82, abs=0.01)
    assert found.sdc_high / found.sdc == pytest.approx(1.28, abs=0.01)
    assert found.icc_low < found.icc < found.icc_high


def test_the_interval_holds_the_truth_nineteen_times_in_twenty():
    held = [one.sdc_low < 2.77186 * 2 < one.sdc_high
            for one in (repeatability(retest(2.0, seed=seed))["lines"] for seed in range(200))]  # fmt: skip
    assert 0.9 < np.mean(held) < 0.99


def test_more_captures_than_two_and_unequal_ones_are_pooled():
    found = of_series("x", [[[1.0, 2.0, 3.0], [5.0, 5.0]]], unit="u", method="x/1", basis="b")
    assert found.sem == pytest.approx(np.sqrt(2 / 3))


def test_tone_groups_have_their_own_figures():
    both = {**retest(1.0), **{f"d{key}": value for key, value in retest(4.0, ita=-10.0).items()}}
    found = repeatability(both)["lines"]
    assert found.at("chin", "dark").sem > 3 * found.at("chin", "light").sem
    assert found.at("chin", "medium") is None
    assert found.at("forehead").sem == pytest.approx(found.sem)


def test_versions_are_not_mixed():
    captures = retest(1.0)
    captures["p0"][0].measures["chin"]["lines"].method = "lines/2"
    with pytest.raises(Refused) as refused:
        repeatability(captures)
    assert refused.value.code == "mixed-methods"


def test_one_photograph_each_is_refused():
    with pytest.raises(Refused) as refused:
        repeatability(retest(1.0, captures=1))
    assert refused.value.code == "too-few"


def test_pairs_of_nothing_give_their_root_mean_square():
    found = of_null_changes("x", [3.0, -3.0, float("nan")], method="x/1", basis="b")
    assert found.sdc == pytest.approx(1.96 * 3)
    assert found.bias == 0
    assert found.paired


def test_pairs_are_pooled_by_region_and_tone():
    pairs = {
        f"p{index}": Pair({"chin": {"x": One(0, percent=(-1) ** index * (1.0 if index < 10 else 5.0))},
                           "cheek-left": {"x": One(0, percent=float("nan"))}})
        for index in range(20)
    }  # fmt: skip
    tones = {person: "light" if int(person[1:]) < 10 else "dark" for person in pairs}
    found = repeatability_of_pairs(pairs, tones=tones)["x"]
    assert found.at("chin", "light").sdc == pytest.approx(1.96)
    assert found.at("chin", "dark").sdc == pytest.approx(9.8)
    assert found.people == 20


def test_plain_values_hold_no_nan():
    plain = of_null_changes("x", [1.0, -2.0], method="x/1", basis="b").as_dict()
    assert plain["icc"] is None
    assert plain["sdc"] > 0


def test_published_figures_are_wider_for_dark_skin_and_coarse_photographs():
    light = published.smallest_change("spots", 10.0, ita=40, px_per_mm=8)
    assert published.smallest_change("spots", 10.0, ita=-20, px_per_mm=8) > 2 * light
    assert published.smallest_change("spots", 10.0, ita=15, px_per_mm=8) > light
    lines = published.smallest_change("wrinkles", 10.0, ita=40, px_per_mm=8)
    assert published.smallest_change("wrinkles", 10.0, ita=40, px_per_mm=4) > 2 * lines
    assert published.smallest_change("nothing", 10.0, ita=40, px_per_mm=8) is None


def test_every_published_figure_has_its_source():
    for figure in published.FIGURES.values():
        assert figure.source
        assert figure.sdc > 0
