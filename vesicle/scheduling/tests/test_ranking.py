"""Which resources a start takes and which start is the better one; how far places are; a book filled two ways."""

from dataclasses import replace
from datetime import date, time
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vesicle.scheduling.domain import (
    HOUSE,
    PLAIN,
    Candidate,
    LocalDays,
    Need,
    Opening,
    PhasePlan,
    Point,
    Taken,
    Weights,
    Window,
    bits_of,
    build_plan,
    find_starts,
    free_mask,
    kilometers,
    nearest,
    open_mask,
    starts_for,
)
from vesicle.scheduling.domain.placement import arrivals, simulate
from vesicle.scheduling.domain.ranking import strain, strain_at

WINDOW = Window.of_days(date(2026, 7, 1), date(2026, 7, 2), "UTC")
HOUR = build_plan((PhasePlan("hour", 60, ("provider",)),), 0, [], {})
OPEN = open_mask(WINDOW, "UTC", tuple(Opening(day, time(9), time(17)) for day in range(7)))


def provider(number: int, *taken: tuple[int, int], load: float = 0.0, against: float = 0.0) -> Candidate:
    """Return a provider taken on the first day between these minutes of the day."""
    stretches = [(WINDOW.origin + low // 5, WINDOW.origin + high // 5) for low, high in taken]
    free = OPEN & free_mask(WINDOW, stretches)
    return Candidate(number, frozenset(["provider"]), free, load=load, against=against)


def at(hour: float) -> int:
    """Return the bit of an hour of the first day."""
    return int(hour * 12)


class TestWhoIsTaken:
    def test_the_one_beside_whose_other_work_no_unusable_gap_is_left(self) -> None:
        torn, tight = provider(1, (11 * 60 + 20, 12 * 60)), provider(2, (11 * 60, 12 * 60))
        found = find_starts(HOUR, [torn, tight], 1 << at(10), weights=Weights(gap=1))
        start = found.at(at(10))
        assert start is not None
        assert start.taken["provider"].id == 2
        assert [who.id for who in start.choices["provider"]] == [1, 2]

    def test_the_one_whose_day_is_broken_already(self) -> None:
        whole, broken = provider(1), provider(2, (10 * 60, 12 * 60))
        found = find_starts(HOUR, [whole, broken], 1 << at(9), weights=Weights(tear=1))
        start = found.at(at(9))
        assert start is not None
        assert start.taken["provider"].id == 2

    def test_the_one_with_less_to_do_and_the_one_wished_for(self) -> None:
        busy, idle = provider(1, load=600), provider(2, load=60)
        assert _who([busy, idle], Weights(load=1)) == 2
        assert _who([busy, idle], PLAIN) == 1
        assert _who([busy, replace(idle, against=20.0)], Weights(load=1)) == 1

    def test_who_serves_one_part_serves_the_next_where_that_is_possible(self) -> None:
        from vesicle.scheduling.domain import sequence

        both = {"provider@1", "provider@2"}
        plan = sequence([HOUR, HOUR])
        leaving = replace(provider(1, (10 * 60, 11 * 60)), labels=frozenset(both))
        staying = replace(provider(2), labels=frozenset(both))
        start = find_starts(plan, [leaving, staying], 1 << at(9)).at(at(9))
        assert start is not None
        assert {who.id for who in start.taken.values()} == {2}

    def test_more_layers_than_a_byte_counts_are_told_apart(self) -> None:
        many = [replace(provider(number), free=0b111111111111 << number % 150) for number in range(300)]
        found = find_starts(HOUR, many, (1 << WINDOW.ticks) - 1)
        columns = found.columns(lambda _, taken: taken.id)
        assert columns["provider"] == list(range(150))
        apart = [replace(provider(number), free=0b111111111111 << number) for number in range(280)]
        assert find_starts(HOUR, apart, (1 << WINDOW.ticks) - 1).columns(lambda _, taken: taken.id)["provider"] == list(
            range(280)
        )


def _who(providers: list[Candidate], weights: Weights) -> int:
    start = find_starts(HOUR, providers, 1 << at(9), weights=weights).at(at(9))
    assert start is not None
    return start.taken["provider"].id


class TestBestFirst:
    days = LocalDays(WINDOW, "UTC")

    def test_the_sooner_day_then_the_wish_then_the_hour(self) -> None:
        found = find_starts(HOUR, [provider(1)], sum(1 << at(hour) for hour in (9, 14, 33, 38)), weights=HOUSE)
        begins = [day.begins - WINDOW.origin for day in self.days.days]
        afternoon = self.days.wanted_mask(earliest=time(12))
        order = [bit for _, bit in found.best_first([(~afternoon, HOUSE.wish)], begins)]
        assert order == [at(14), at(9), at(38), at(33)]
        assert [bit for _, bit in found.best_first([], begins)] == [at(9), at(14), at(33), at(38)]

    def test_wishes_for_weekdays_and_times_include_their_ends(self) -> None:
        wanted = self.days.wanted_mask([2], time(10), time(11))  # July 1, 2026 is a Wednesday
        assert wanted == sum(1 << bit for bit in range(at(10), at(11) + 1))


class TestNearest:
    def test_distances_on_earth(self) -> None:
        portland, phoenix = Point(45.5152, -122.6784), Point(33.4484, -112.0740)
        assert kilometers(portland, phoenix) == pytest.approx(1622, rel=0.005)
        assert kilometers(Point(0, 179.5), Point(0, -179.5)) == pytest.approx(111.2, rel=0.005)
        assert kilometers(portland, portland) == 0

    def test_places_that_nobody_located_come_last(self) -> None:
        here = Point(45.5, -122.7)
        found = nearest([("lost", None), ("far", Point(33.4, -112.1)), ("near", Point(45.6, -122.6))], here)
        assert [name for name, _ in found] == ["near", "far", "lost"]
        assert found[-1][1] is None


class TestPlacement:
    def test_ranking_spreads_work_and_turns_nobody_away_for_it(self) -> None:
        requests = arrivals(Random(1), 15, 30)  # noqa: S311  # a simulation
        plain, ranked = simulate(requests, 15, PLAIN), simulate(requests, 15, HOUSE)
        assert plain.requests == ranked.requests == len(requests)
        assert ranked.served + ranked.turned_away == len(requests)
        assert ranked.spread < plain.spread / 2
        assert abs(ranked.served - plain.served) <= 0.02 * len(requests)

    def test_is_the_same_again_for_the_same_seed(self) -> None:
        one, again = (arrivals(Random(3), 8, 20) for _ in range(2))  # noqa: S311  # a simulation
        assert one == again
        assert simulate(one, 8, HOUSE) == simulate(again, 8, HOUSE)


@given(
    free=st.integers(0, 2**200 - 1),
    width=st.integers(0, 2**40 - 1),
    kind=st.sampled_from(["room", "device:laser"]),
    before=st.sampled_from([0, 10]),
    after=st.sampled_from([0, 15]),
)
def test_one_start_has_the_points_it_has_among_all(free, width, kind, before, after):
    free |= width << 60
    need = Need(kind, "one", 0, 30, before, after)
    taken, weights = Taken(1), Weights(gap=1.0, tear=10.0)
    starts = starts_for(need, free, taken)
    among = {
        bit: points for points, where in strain([need], free, taken, weights, among=starts) for bit in bits_of(where)
    }
    assert among == {bit: strain_at([need], free, taken, weights, bit) for bit in bits_of(starts)}
