"""Which photographs are asked for, in which order, and the day and week they belong to."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vesicle.protocols.bank import load_bank
from vesicle.results.capture.domain import (
    FACE_VIEWS,
    Area,
    Shot,
    day_after,
    next_shot,
    shots,
    taken_another_day,
    week_of,
)

KNOWN = {area.id: Area(area.id, area.kind, tuple(area.sites)) for area in load_bank().areas.values()}


def asked(*areas):
    return [shot.key for shot in shots([KNOWN[area] for area in areas], known=KNOWN)]


class TestShots:
    def test_a_whole_face_is_asked_from_five_sides(self):
        assert asked("full-face") == list(FACE_VIEWS)

    def test_a_part_of_the_face_is_asked_from_near_as_well(self):
        assert asked("around-eyes", "perioral") == [*FACE_VIEWS, "close-up-around-eyes", "close-up-perioral"]

    def test_what_lies_beyond_the_face_is_asked_by_itself(self):
        assert asked("face-neck-decollete") == [*FACE_VIEWS, "close-up-neck", "close-up-decollete"]
        assert asked("face-neck", "neck").count("close-up-neck") == 1

    def test_hands_are_not_asked_for_a_face(self):
        assert asked("hands") == ["close-up-hands"]

    @given(st.lists(st.sampled_from(sorted(KNOWN)), min_size=1, max_size=6))
    def test_every_treated_area_is_seen_and_nothing_is_asked_twice(self, areas):
        found = asked(*areas)
        assert found
        assert len(found) == len(set(found))
        for area in areas:
            if KNOWN[area].kind != "face":
                assert f"close-up-{area}" in found


class TestOrder:
    asked = (Shot("front"), Shot("left"), Shot("right"))

    def test_goes_round_so_that_the_person_is_repositioned_between_two_of_a_view(self):
        taken = {}
        order = []
        while (shot := next_shot(self.asked, taken, wanted=2)) is not None:
            order.append(shot.view)
            taken[shot] = taken.get(shot, 0) + 1
        assert order == ["front", "left", "right"] * 2

    @given(st.dictionaries(st.sampled_from(asked), st.integers(0, 5)), st.integers(1, 4))
    def test_ends_when_and_only_when_all_are_there(self, taken, wanted):
        is_done = all(taken.get(shot, 0) >= wanted for shot in self.asked)
        assert (next_shot(self.asked, taken, wanted=wanted) is None) == is_done


class TestDays:
    PLANNED = ((3, 3, 7), (12, 7, 14), (26, 14, 28))

    def test_a_day_inside_a_window_belongs_to_its_week(self):
        assert [week_of(day, self.PLANNED) for day in (18, 21, 28, 77, 98)] == [3, 3, 3, 12, 12]

    def test_any_other_day_belongs_to_the_nearest_week(self):
        assert [week_of(day, self.PLANNED) for day in (0, 2, 5, 45, 400)] == [0, 0, 1, 6, 57]

    @given(st.integers(-40, 900), st.dates(date(2020, 1, 1), date(2100, 1, 1)))
    def test_days_are_counted_on_the_calendar(self, days, treated_on):
        assert day_after(treated_on, treated_on + timedelta(days=days)) == days
        assert week_of(days, ()) >= 0

    @pytest.mark.parametrize(
        ("said", "day"),
        [
            ("", None),
            ("yesterday", None),
            ("2026-12-01T09:00:00", None),
            ("2026-12-02T02:00:00", None),
            ("2026-12-01T12:00:00-08:00", None),
            ("2026-11-28T09:00:00", date(2026, 11, 28)),
            ("2026-11-28T09:00:00+02:00", date(2026, 11, 28)),
        ],
    )
    def test_an_old_photograph_does_not_pass_for_one_of_today(self, said, day):
        assert taken_another_day(said, datetime(2026, 12, 1, 18, tzinfo=UTC)) == day
