"""Which pairs may be offered, how they are cut, and when a change is called usual."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vesicle.results.showing.domain import (
    FEWEST_FOR_TYPICAL,
    PRESETS,
    Crop,
    Look,
    OutsidePicture,
    Visit,
    candidates,
    standing,
)

DAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
MINE, OTHER = "prp/injection", "chemical-peel/medium"


def look(number, week, *, view="front", is_good=True):
    return Look(number, view, "", DAY + timedelta(weeks=week), week <= 0, is_good)


def found(*looks, visits=((MINE, 0),)):
    rows = [Visit(option, DAY + timedelta(weeks=week)) for option, week in visits]
    pairs = candidates(looks, rows, option=MINE, window_days=14)
    return [(one.before, one.after, one.weeks, one.sessions) for one in pairs]


@pytest.mark.parametrize(
    ("looks", "visits", "pairs"),
    [
        ([look(1, -1), look(2, 12)], [(MINE, 0)], [(1, 2, 12, 1)]),
        # The last good one from before, whatever came before it.
        ([look(1, -9), look(2, -1), look(3, -0.5, is_good=False), look(4, 12)], [(MINE, 0)], [(2, 4, 12, 1)]),
        ([look(1, -1), look(2, 12, is_good=False)], [(MINE, 0)], []),
        ([look(1, -1), look(2, 12, view="left")], [(MINE, 0)], []),
        # Swollen skin, counted from the visit before it.
        ([look(1, -1), look(2, 2)], [(MINE, 0)], []),
        ([look(1, -1), look(2, 7)], [(MINE, 0), (MINE, 6)], []),
        ([look(1, -1), look(2, 16)], [(MINE, 0), (MINE, 4), (MINE, 8), (MINE, 30)], [(1, 2, 8, 3)]),
        # Another treatment in between: the pair would show both.
        ([look(1, -1), look(2, 12)], [(MINE, 0), (OTHER, 6)], []),
        ([look(1, -1), look(2, 12)], [(MINE, 0), (OTHER, 20)], [(1, 2, 12, 1)]),
        ([look(1, -1), look(2, 12)], [(OTHER, 0)], []),
    ],
)
def test_a_pair_is_of_one_view_from_before_and_after_one_treatment(looks, visits, pairs):
    assert found(*looks, visits=visits) == pairs


@given(*[st.integers(-20, 130)] * 4)
def test_a_crop_lies_inside_or_says_which_number_is_wrong(left, top, width, height):
    inside = 10 <= width <= 100 - left and 10 <= height <= 100 - top and left >= 0 and top >= 0
    if not inside:
        with pytest.raises(OutsidePicture) as outside:
            Crop(left, top, width, height)
        assert outside.value.field in ("left", "top", "width", "height")
        return
    crop = Crop(left, top, width, height)
    box = crop.pixels(624, 760)
    assert 0 <= box[0] < box[2] <= 624
    assert 0 <= box[1] < box[3] <= 760


def test_only_the_whole_face_shows_the_eyes():
    assert {name for name, crop in PRESETS.items() if crop.shows_eyes} == {"whole"}
    assert Crop(0, 30, 100, 70).shows_eyes


@pytest.mark.parametrize(
    ("own", "others", "wanted", "kind"),
    [
        (-10.0, [-10.0 + n for n in range(-10, 10)], -1, "usual"),
        (-30.0, [-10.0] * FEWEST_FOR_TYPICAL, -1, "more"),
        (5.0, [-10.0] * FEWEST_FOR_TYPICAL, -1, "less"),
        (30.0, [10.0] * FEWEST_FOR_TYPICAL, 1, "more"),
        (-30.0, [-10.0] * (FEWEST_FOR_TYPICAL - 2), -1, "unknown"),
        (-30.0, [-10.0] * 50, 0, "unknown"),
        (None, [-10.0] * 50, -1, "unknown"),
    ],
)
def test_a_change_is_called_usual_only_among_enough_people(own, others, wanted, kind):
    assert standing(own, others, wanted=wanted).kind == kind
