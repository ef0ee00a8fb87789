"""Availability against looking at every slot by hand, across daylight saving and midnight."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vesicle.scheduling.domain import (
    Candidate,
    Need,
    Opening,
    PhasePlan,
    Plan,
    Window,
    build_plan,
    find_starts,
    grid_mask,
    open_mask,
    runs_of,
    tick_after,
    tick_of,
)

ZONES = ["America/Los_Angeles", "America/Phoenix", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]
MICRONEEDLING = (
    PhasePlan("numbing", 30, ("room",)),
    PhasePlan("treatment", None, ("room", "provider", "device")),
    PhasePlan("recovery", 10, ("room",)),
)


class TestPlan:
    def test_room_is_one_need_through_all_phases_and_provider_is_free_while_the_cream_works(self) -> None:
        plan = build_plan(MICRONEEDLING, 30, ["microneedling-pen"], {"room": (0, 10), "provider": (0, 5)})
        needs = {need.key: (need.start, need.end, need.before, need.after) for need in plan.needs}
        assert plan.minutes == 70
        assert needs == {
            "room": (0, 70, 0, 10),
            "provider": (30, 60, 0, 5),
            "device:microneedling-pen": (30, 60, 0, 0),
        }

    def test_a_kind_needed_twice_with_a_pause_keeps_the_pause_free(self) -> None:
        phases = (PhasePlan("a", 10, ("provider",)), PhasePlan("b", 20, ("room",)), PhasePlan("c", 10, ("provider",)))
        plan = build_plan(phases, 0, [], {})
        assert [(n.start, n.end) for n in plan.needs if n.kind == "provider"] == [(0, 10), (30, 40)]


class TestBits:
    @given(free=st.integers(0, 2**80), length=st.integers(1, 20))
    def test_runs_begin_exactly_where_that_many_bits_follow_each_other(self, free: int, length: int) -> None:
        run = (1 << length) - 1
        expected = sum(1 << bit for bit in range(82) if (free >> bit) & run == run)
        assert runs_of(free, length) == expected

    @pytest.mark.parametrize("zone", ZONES)
    @pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 11, 1), date(2026, 4, 5), date(2028, 2, 29)])
    def test_opening_hours_follow_the_wall_clock_on_days_when_it_changes(self, zone: str, day: date) -> None:
        window = Window.of_days(day - timedelta(days=1), day + timedelta(days=1), zone)
        mask = open_mask(window, zone, tuple(Opening(weekday, time(9), time(17)) for weekday in range(7)))
        for bit in range(window.ticks):
            local = window.moment(bit).astimezone(ZoneInfo(zone))
            assert bool(mask >> bit & 1) == (time(9) <= local.time() < time(17)), local

    @pytest.mark.parametrize("zone", ZONES)
    def test_the_grid_of_starts_follows_the_wall_clock_after_a_change_of_the_clock(self, zone: str) -> None:
        window = Window.of_days(date(2026, 10, 31), date(2026, 11, 2), zone)
        mask = grid_mask(window, 15, zone)
        after_six = [
            window.moment(bit).astimezone(ZoneInfo(zone))
            for bit in range(window.ticks)
            if mask >> bit & 1 and window.moment(bit).astimezone(ZoneInfo(zone)).hour >= 6
        ]
        assert after_six
        assert all(moment.minute % 15 == 0 for moment in after_six)

    def test_a_day_in_spring_has_23_hours_and_one_in_autumn_25(self) -> None:
        zone = "America/Los_Angeles"
        assert Window.of_days(date(2026, 3, 8), date(2026, 3, 8), zone).ticks == 23 * 12
        assert Window.of_days(date(2026, 11, 1), date(2026, 11, 1), zone).ticks == 25 * 12

    def test_a_moment_between_ticks_rounds_up_for_notice_and_down_for_occupation(self) -> None:
        moment = datetime(2026, 5, 1, 9, 2, 30, tzinfo=UTC)
        assert tick_after(moment) == tick_of(moment) + 1


intervals = st.lists(st.tuples(st.integers(0, 600), st.integers(1, 60)), max_size=12)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Plan, list[Candidate], Window]:
    """Random resources over two days, with a random three-phase plan and buffers."""
    zone = draw(st.sampled_from(ZONES))
    first = draw(st.sampled_from([date(2026, 3, 7), date(2026, 10, 31), date(2026, 7, 1), date(2026, 12, 31)]))
    window = Window.of_days(first, first + timedelta(days=1), zone)
    five = st.integers(0, 4).map(lambda n: n * 5)
    plan = build_plan(
        tuple(
            PhasePlan(f"p{index}", draw(st.integers(1, 8)) * 5, tuple(needs))
            for index, needs in enumerate(
                draw(
                    st.lists(
                        st.lists(st.sampled_from(["room", "provider", "device"]), min_size=1, max_size=3, unique=True),
                        min_size=1,
                        max_size=3,
                    )
                )
            )
        ),
        0,
        ["laser"],
        {kind: (draw(five), draw(five)) for kind in ("room", "provider", "device")},
    )
    resources = []
    for number in range(draw(st.integers(1, 7))):
        kind = draw(st.sampled_from(["room", "provider", "device:laser"]))
        free = (1 << window.ticks) - 1
        for start, length in draw(intervals):
            free &= ~window.mask(window.origin + start, window.origin + start + length)
        resources.append(Candidate(number, frozenset([kind]), free))
    return plan, resources, window


def by_hand(plan: Plan, resources: list[Candidate], window: Window) -> dict[int, dict[str, set[int]]]:
    """Try every start and every resource, minute by minute."""
    found = {}
    kinds = {need.key for need in plan.needs}
    for bit in range(window.ticks):
        usable = {
            kind: {
                resource.id
                for resource in resources
                if kind in resource.labels
                and all(_is_free(resource, need, bit) for need in plan.needs if need.key == kind)
            }
            for kind in kinds
        }
        if all(usable.values()):
            found[bit] = usable
    return found


def _is_free(resource: Candidate, need: Need, bit: int) -> bool:
    low, high = bit + (need.start - need.before) // 5, bit + (need.end + need.after) // 5
    return low >= 0 and all(resource.free >> tick & 1 for tick in range(low, high))


class TestFindStarts:
    @settings(max_examples=200, deadline=None)
    @given(calendars())
    def test_finds_exactly_the_starts_and_resources_found_by_hand(
        self, calendar: tuple[Plan, list[Candidate], Window]
    ) -> None:
        plan, resources, window = calendar
        found = find_starts(plan, resources, (1 << window.ticks) - 1)
        could = {
            bit: {key: {one.id for one in found.who_could(key, bit)} for key in plan.by_key} for bit in found.bits()
        }
        assert could == by_hand(plan, resources, window)

    def test_a_provider_can_treat_somebody_else_while_the_cream_works(self) -> None:
        window = Window.of_days(date(2026, 7, 1), date(2026, 7, 1), "UTC")
        plan = build_plan(MICRONEEDLING, 30, [], {})
        nine = 9 * 12
        busy_until_half_past = window.mask(window.origin + nine, window.origin + nine + 6)
        everything = (1 << window.ticks) - 1
        resources = [
            Candidate(1, frozenset(["room"]), everything),
            Candidate(2, frozenset(["provider"]), everything & ~busy_until_half_past),
        ]
        assert find_starts(plan, resources, 1 << nine).bits() == [nine]
