"""Which photographs are compared with which."""

from hypothesis import given
from hypothesis import strategies as st

from vesicle.results.comparing.domain import MOST_CAPTURES, Taken, pairs_of


def taken(number, week=None, day=-1, view="front", **more):
    return Taken(number, view, week, day, **more)


def test_all_captures_of_a_visit_are_compared_with_all_of_the_baseline():
    (only,) = pairs_of([taken(2), taken(1), taken(5, 12, 84), taken(4, 12, 84)])
    assert (only.before, only.after, only.week, only.day) == ((1, 2), (4, 5), 12, 84)


def test_views_and_days_are_not_mixed():
    found = pairs_of([taken(1), taken(2, view="left"), taken(3, 12, 84), taken(4, 12, 85), taken(5, 12, 84, "left")])
    assert [(one.view, one.before, one.after) for one in found] == [
        ("front", (1,), (3,)), ("left", (2,), (5,)), ("front", (1,), (4,)),
    ]  # fmt: skip


def test_of_several_days_before_the_last_counts():
    (only,) = pairs_of([taken(1, day=-30), taken(2, day=0), taken(3, 4, 28)])
    assert only.before == (2,)


def test_without_a_photograph_from_before_nothing_is_compared():
    assert pairs_of([taken(1, 4, 28)]) == []


def test_more_captures_than_are_averaged_leave_out_the_first():
    (only,) = pairs_of([taken(number) for number in range(1, 6)] + [taken(9, 4, 28)])
    assert only.before == (3, 4, 5)
    assert len(only.before) == MOST_CAPTURES


def test_a_capture_that_is_not_measured_yet_holds_its_visit_back():
    (only,) = pairs_of([taken(1), taken(2, 4, 28), taken(3, 4, 28, is_measured=False)])
    assert not only.is_measured


def test_the_last_day_of_the_swelling_window_is_inside_it():
    (only,) = pairs_of([taken(1), taken(2, 2, 14)])
    assert only.is_swollen(14)
    assert not only.is_swollen(13)


@given(
    st.lists(
        st.tuples(st.sampled_from(["front", "left"]), st.none() | st.integers(0, 8), st.integers(0, 3)), max_size=30
    )
)
def test_every_later_visit_of_a_view_with_a_baseline_is_compared_once_and_no_photograph_twice(rows):
    photographs = [
        Taken(number, view, week, day - 5 if week is None else 7 * week + day)
        for number, (view, week, day) in enumerate(rows)
    ]
    found = pairs_of(photographs)
    based = {one.view for one in photographs if one.week is None}
    visits = {(one.view, one.week, one.day) for one in photographs if one.week is not None and one.view in based}
    assert {(one.view, one.week, one.day) for one in found} == visits
    after = [number for one in found for number in one.after]
    assert len(after) == len(set(after))
    assert all(not set(one.before) & set(one.after) for one in found)
