"""Time as bits, the plan of an appointment, and calendars on days when the clock changes. The search: test_search."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vesicle.scheduling.domain import (
    Candidate,
    Opening,
    PhasePlan,
    Window,
    build_plan,
    find_starts,
    free_mask,
    grid_mask,
    local_moment,
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

    def test_hours_of_the_day_before_reach_over_midnight_into_the_window(self) -> None:
        window = Window.of_days(date(2026, 7, 2), date(2026, 7, 2), "Asia/Kathmandu")
        nights = (Opening(2, time(22), time(6)),)  # July 1, 2026 is a Wednesday
        assert open_mask(window, "Asia/Kathmandu", nights) == (1 << 6 * 12) - 1

    @pytest.mark.parametrize(("clock", "expected"), [(time(2, 30), 7), (time(3), 7), (time(1, 59), 6)])
    def test_a_time_that_the_clock_skips_is_the_moment_of_the_skip(self, clock: time, expected: int) -> None:
        assert local_moment(date(2026, 3, 8), clock, "America/New_York").hour == expected

    def test_a_grid_of_an_hour_has_the_repeated_hour_twice_and_the_skipped_one_not(self) -> None:
        for day, hours in ((date(2026, 3, 8), 23), (date(2026, 11, 1), 25)):
            window = Window.of_days(day, day, "America/New_York")
            assert grid_mask(window, 60, "America/New_York").bit_count() == hours

    def test_stretches_that_reach_out_of_the_window_are_cut_and_those_outside_ignored(self) -> None:
        window = Window(1000, 100)
        assert free_mask(window, [(0, 1010), (1090, 5000), (1020, 1030)], [(2000, 2010), (0, 1000)]) == (
            window.mask(1010, 1020) | window.mask(1030, 1090)
        )
        assert free_mask(window, [(0, 5000)]) == 0

    def test_a_day_in_spring_has_23_hours_and_one_in_autumn_25(self) -> None:
        zone = "America/Los_Angeles"
        assert Window.of_days(date(2026, 3, 8), date(2026, 3, 8), zone).ticks == 23 * 12
        assert Window.of_days(date(2026, 11, 1), date(2026, 11, 1), zone).ticks == 25 * 12

    def test_a_moment_between_ticks_rounds_up_for_notice_and_down_for_occupation(self) -> None:
        moment = datetime(2026, 5, 1, 9, 2, 30, tzinfo=UTC)
        assert tick_after(moment) == tick_of(moment) + 1


class TestFindStarts:
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
