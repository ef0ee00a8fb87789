"""Two visits on the same skin: what was drawn is found, what was not is not."""

import numpy as np
import pytest

from vesicle.skin.change import Change, Why, discovered
from vesicle.skin.comparing import compare
from vesicle.skin.duplicates import of_null_changes
from vesicle.skin.paired import differ, elsewhere, quartered
from vesicle.skin.regions import REGIONS
from vesicle.skin.trial import effects
from vesicle.skin.trial.drawn import Drawing, face
from vesicle.skin.trial.recapture import Conditions, capture

PX = 6.0
CHEEK = "cheek-left"


@pytest.fixture(scope="module")
def skin():
    return effects.scene(face(Drawing(px_per_mm=PX)))


@pytest.fixture(scope="module")
def before(skin):
    return capture(skin.srgb, Conditions(), seed=1)


def again(picture, seed=2, **how):
    return capture(picture, Conditions(roll=1.5, yaw=1.0, shift=(6.3, -4.2), exposure=1.04, **how), seed=seed)


@pytest.fixture(scope="module")
def nothing(skin, before):
    return compare(before, again(skin.srgb), refused_too=True)


@pytest.fixture(scope="module")
def paler(skin, before):
    weight = effects.where(skin, (CHEEK,))
    changed = effects.with_pigment(skin, -0.06, weight)
    changed = effects.with_fewer_lines(effects.scene(changed), 0.5, effects.where(skin, ("forehead",)))
    return compare(before, again(changed), refused_too=True)


def test_nothing_drawn_is_mostly_noise(nothing):
    verdicts = [change.verdict for found in nothing.changes.values() for change in found.values()]
    assert verdicts.count("real-change") <= 0.05 * len(verdicts)


def test_the_face_is_the_mean_of_its_regions_and_surer_than_each(nothing, paler):
    lines = [found["wrinkles"] for found in nothing.changes.values() if np.isfinite(found["wrinkles"].percent)]
    face = nothing.face["wrinkles"]
    assert face.verdict == "within-noise"
    assert min(one.before for one in lines) < face.before < max(one.before for one in lines)
    assert face.sdc < np.median([one.sdc for one in lines])
    assert paler.face["wrinkles"].verdict == "real-change", "the forehead's lines are a good part of the face's"
    assert 0 > paler.face["melanin"].percent > paler.changes[CHEEK]["melanin"].percent
    assert paler.as_dict()["face"]["melanin"]["verdict"] == paler.face["melanin"].verdict


def test_less_pigment_is_found_where_it_was_drawn(paler):
    change = paler.changes[CHEEK]["melanin"]
    assert change.verdict == "real-change"
    assert change.percent < 0
    assert change.low < change.percent < change.high < 0
    assert abs(paler.changes["cheek-right"]["melanin"].percent) < 1


def test_paler_lines_are_found_where_they_were_drawn(paler):
    assert paler.changes["forehead"]["wrinkles"].verdict == "real-change"
    assert paler.changes["forehead"]["wrinkles"].percent < -10
    assert paler.changes["chin"]["wrinkles"].verdict == "within-noise"


def test_a_tenth_off_every_line_is_told_and_harder_compression_is_not(before, nothing):
    fainter = face(Drawing(px_per_mm=PX, lines=1 - 0.9**0.9))
    change = compare(before, again(fainter, quality=88), refused_too=True).changes["forehead"]["wrinkles"]
    assert change.percent == pytest.approx(-10, abs=5)
    assert change.verdict == "real-change"
    same = compare(before, again(face(Drawing(px_per_mm=PX)), seed=9, quality=88), refused_too=True)
    assert same.changes["forehead"]["wrinkles"].verdict == "within-noise"
    assert nothing.changes["forehead"]["wrinkles"].verdict == "within-noise"


def test_paler_skin_has_no_fewer_lines(paler):
    change = paler.changes[CHEEK]["wrinkles"]
    assert change.verdict == "within-noise"


def test_a_softer_second_photograph_has_no_fewer_lines(skin, before):
    soft = compare(before, again(skin.srgb, blur_px=1.2), refused_too=True)
    assert soft.blur_mm == pytest.approx(1.2 / PX, rel=0.15)
    assert soft.changes["forehead"]["wrinkles"].verdict == "within-noise"
    assert abs(soft.changes["forehead"]["wrinkles"].percent) < 10


def test_what_is_too_coarse_is_not_measurable():
    small = face(Drawing(px_per_mm=3.5))
    found = compare(small, small, refused_too=True)
    change = found.changes["forehead"]["wrinkles"]
    assert change.verdict == "not-measurable"
    assert "pixels a millimetre" in change.why
    assert (change.why.code, change.why.facts["native"]) == ("too-coarse", pytest.approx(3.5, rel=0.1))
    assert np.isnan(change.percent)
    assert found.as_dict()["changes"]["forehead"]["wrinkles"]["percent"] is None


def test_swollen_skin_never_counts(before):
    for day, counted in ((3, False), (7, False), (8, True)):
        found = compare(before, before, day=day, swelling_window_days=7, refused_too=True)
        verdicts = {change.verdict for changes in found.changes.values() for change in changes.values()}
        assert (verdicts == {"not-measurable"}) is not counted
    assert "day 3" in compare(before, before, day=3, swelling_window_days=7).changes["chin"]["melanin"].why


def test_a_refused_photograph_is_not_compared(before):
    dark = capture(before, Conditions(exposure=0.12), seed=3)
    found = compare(before, dark)
    assert {change.verdict for changes in found.changes.values() for change in changes.values()} == {"not-measurable"}
    assert "refused" in found.changes["chin"]["ita"].why
    assert {change.verdict for change in found.face.values()} == {"not-measurable"}
    assert found.refused.code == "refused"
    assert (found.refused.facts["which"], found.refused.facts["problem"]) == ("second", "too-dark")


def test_a_clinics_own_retest_decides_and_is_named(skin, before):
    retest = {"melanin": of_null_changes("melanin", [40.0, -40.0] * 10, method="melanin/1", basis="retest:2031-04")}
    changed = again(effects.with_pigment(skin, -0.06, effects.where(skin, (CHEEK,))))
    change = compare(before, changed, repeatability=retest, refused_too=True).changes[CHEEK]["melanin"]
    assert change.basis == "retest:2031-04"
    assert change.verdict == "within-noise"
    assert change.sdc == pytest.approx(78.4)


def test_captures_of_a_visit_are_averaged(skin, before):
    several = compare([before, again(skin.srgb, 5)], [again(skin.srgb, 6), again(skin.srgb, 7)], refused_too=True)
    assert several.captures == (2, 2)
    assert several.changes[CHEEK]["melanin"].verdict == "within-noise"


def test_every_change_says_why(nothing):
    assert set(nothing.changes) == set(REGIONS)
    for found in nothing.changes.values():
        for change in found.values():
            assert change.why.endswith(".")
            assert change.method.split("/")[1].isdigit()


def one_change(p, verdict="real-change"):
    return Change(1, 2, 1, 100, 50, 150, 10, 5, p, "u", verdict, Why("More.", "beyond-noise"), "pair", "x/1")


def test_outcomes_nobody_named_are_held_to_false_discoveries():
    changes = {f"r{index}": {"x": one_change(0.04)} for index in range(20)}
    changes["named"] = {"y": one_change(0.04)}
    changes["sure"] = {"x": one_change(1e-9)}
    kept = discovered(changes, ("y",))
    assert kept["named"]["y"].verdict == "real-change"
    assert kept["sure"]["x"].verdict == "real-change"
    alone = {f"r{index}": {"x": one_change(0.9, "within-noise")} for index in range(20)}
    alone["r0"] = {"x": one_change(0.04)}
    held = discovered(alone, ("y",))["r0"]["x"]
    assert (held.verdict, held.why.code, held.why.facts) == ("within-noise", "among-many", {"count": 20})
    assert discovered(alone, ())["r0"]["x"].verdict == "real-change"


def mean(signal, mask):
    return float(signal[mask].mean()) if mask.any() else float("nan")


def test_the_jackknife_knows_the_noise_it_is_given():
    chance = np.random.default_rng(1)
    mask = np.ones((160, 160), bool)
    errors, changes = [], []
    for _ in range(100):
        first, second = (10 + chance.standard_normal((160, 160)).astype(np.float32) for _ in range(2))
        one = differ(first, second, mask, mean, 4.0, shared=0.0, softer=first, least=0.0)
        errors.append(one.error)
        changes.append(one.change)
    assert np.mean(errors) == pytest.approx(np.std(changes), rel=0.25)


def test_skin_that_seems_to_change_elsewhere_widens_the_error():
    chance = np.random.default_rng(2)
    mask = np.ones((560, 560), bool)
    first = np.full(mask.shape, 10, np.float32)
    patches = np.repeat(np.repeat(chance.normal(0, 1, (10, 10)), 56, 0), 56, 1)
    second = (first + patches + chance.standard_normal(mask.shape)).astype(np.float32)
    assert elsewhere(first, second, quartered(mask, 4.0), mean) == pytest.approx(1.0, rel=0.4)
    assert elsewhere(first, first + 1, quartered(mask, 4.0), mean) == 0.0


def test_deep_lines_count_more_than_bare_skin():
    mask = np.ones((160, 160), bool)
    first = np.ones(mask.shape, np.float32)
    first[:, ::8] = 10
    second = np.where(first > 5, first * 0.8, first).astype(np.float32)
    plain = differ(first, second, mask, mean, 4.0, shared=0.0, softer=first, least=0.0)
    deep = differ(first, second, mask, mean, 4.0, shared=0.0, softer=first, least=0.0, weight=(first + second) / 2)
    assert deep.before == pytest.approx(plain.before)
    assert plain.change / plain.before == pytest.approx(-0.118, abs=0.002)
    assert deep.change / deep.before == pytest.approx(-0.186, abs=0.002)
