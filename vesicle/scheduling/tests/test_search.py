"""The search against availability worked out by hand, on random calendars of awkward zones and days."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from random import Random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from vesicle.scheduling.domain import (
    DAY_TICKS,
    Candidate,
    Opening,
    PhasePlan,
    Plan,
    Starts,
    Taken,
    Weights,
    Window,
    build_plan,
    claims_of,
    find_starts,
    free_mask,
    grid_mask,
    open_mask,
    part_label,
    sequence,
)
from vesicle.scheduling.tests import by_hand

DAYS = [
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Asia/Kathmandu", date(2026, 12, 31)),
    ("Pacific/Apia", date(2011, 12, 30)),  # a day that never was
    ("America/Sao_Paulo", date(2018, 11, 4)),  # a day without a midnight
    ("America/Los_Angeles", date(2028, 2, 29)),
]
NEEDS = ["room", "room", "room:laser", "provider", "provider", "device", "device:pen", "device:pen|laser"]
RESOURCES = [
    ("room",), ("room",), ("room", "room:laser"), ("provider",), ("provider",), ("device:pen",), ("device:laser",),
]  # fmt: skip


class Case:
    """A random house with a random visit, told once and handed to the search and to the work by hand."""

    def __init__(self, seed: int) -> None:
        """Draw everything from ``seed``."""
        self.random = random = Random(seed)  # noqa: S311  # a case, not a secret
        self.zone, day = random.choice(DAYS)
        self.first = day - timedelta(days=random.randint(0, 1))
        self.last = self.first + timedelta(days=random.randint(0, 1))
        self.grid = random.choice([5, 10, 15, 15, 20, 30, 60])
        parts = random.choice([1, 1, 2])
        self.plan = self._plan() if parts == 1 else sequence(
            [self._plan() for _ in range(parts)], random.choice([0, 0, 10]), rooms=random.choice(["one", "each"])
        )  # fmt: skip
        self.house = by_hand.House(self.zone, self._hours(), tuple(self._stretches(2, 300)), tuple(self._things(parts)))

    def _five(self, most: int) -> int:
        return self.random.randint(0, most) * 5

    def _plan(self) -> Plan:
        phases = tuple(
            PhasePlan(f"p{number}", 5 + self._five(8), tuple(self.random.sample(NEEDS, self.random.randint(1, 3))))
            for number in range(self.random.randint(1, 3))
        )
        buffers = {kind: (self._five(3), self._five(3)) for kind in ("room", "provider", "device")}
        return build_plan(phases, 0, ["pen"], buffers)

    def _clock(self) -> time:
        return time(self.random.randrange(24), self.random.choice([0, 0, 15, 30, 45, 52]))

    def _hours(self) -> tuple[by_hand.Hours, ...]:
        spans: list[by_hand.Hours] = []
        for weekday in range(7):
            for _ in range(self.random.choice([0, 1, 1, 2])):
                opens, closes = self._clock(), self._clock()
                ends = [None, None, None, self.first, self.last, self.first - timedelta(days=1)]
                begins = [None, None, None, self.first, self.last]
                spans.append((weekday, opens, closes, self.random.choice(begins), self.random.choice(ends)))
            if self.random.random() < 0.7:
                spans.append((weekday, time(0), time(0), None, None))
        return tuple(spans)

    def _stretches(self, most: int, longest: int) -> Iterator[tuple[int, int]]:
        beginning = by_hand.wall_clock(self.zone, self.first, self.last)[0][0]
        for _ in range(self.random.randint(0, most)):
            begins = beginning + self.random.randrange(5 * 24 * 60)
            yield begins, begins + self.random.randint(1, longest)

    def _things(self, parts: int) -> Iterator[by_hand.Thing]:
        some = [one for one in RESOURCES if self.random.random() < 0.8]
        for number, plain in enumerate([*some, *self.random.choices(RESOURCES, k=self.random.randint(0, 1))]):
            serves = [part for part in range(1, parts + 1) if self.random.random() < 0.9]
            labels = set(plain) if parts == 1 else {part_label(one, [part]) for one in plain for part in serves}
            if parts > 1 and len(serves) == parts:
                labels |= {part_label(one, serves) for one in plain}
            before, after = self.random.choice([(0, 0), (0, 0), (5, 20), (15, 0)])
            hours = self._hours() if plain[0] == "provider" else None
            for place in range(self.random.choice([1, 1, 2, 3]) if plain[0] == "room" else 1):
                taken = tuple(self._stretches(10, 200))
                yield by_hand.Thing(number, place, frozenset(labels), before, after, hours, taken)

    def by_hand(self) -> dict[int, list[by_hand.Served]]:
        """Work it out by hand."""
        wanted = [
            by_hand.Wanted(need.key, frozenset(need.any_of), need.start, need.end, need.before, need.after)
            for need in self.plan.needs
        ]
        return dict(by_hand.starts(self.house, wanted, self.first, self.last, self.grid))

    def search(self, weights: Weights) -> tuple[Window, Starts]:
        """Ask the search."""
        window = Window.of_days(self.first, self.last, self.zone, before=DAY_TICKS, after=DAY_TICKS)
        asked = Window.of_days(self.first, self.last, self.zone)
        opening = open_mask(window, self.zone, _openings(self.house.hours)) & free_mask(
            window, _ticks(self.house.closed)
        )
        candidates = []
        for thing in self.house.things:
            there = opening
            if thing.hours is not None:
                there &= open_mask(window, self.zone, _openings(thing.hours))
            free = there & free_mask(window, _ticks(thing.taken))
            load = (there & ~free).bit_count()
            candidates.append(
                Candidate(thing.number, thing.labels, free, thing.place, thing.before, thing.after, float(load))
            )
        allowed = grid_mask(window, self.grid, self.zone) & window.mask(asked.origin, asked.end)
        return window, find_starts(self.plan, candidates, allowed, weights=weights)


def _openings(hours: tuple[by_hand.Hours, ...]) -> tuple[Opening, ...]:
    return tuple(Opening(*span) for span in hours)


def _ticks(stretches: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    return [(begins // 5, -(-ends // 5)) for begins, ends in stretches]


def _place(taken: Taken) -> tuple[int, int]:
    return taken.id, taken.place


class TestAgainstTheWorkByHand:
    @settings(max_examples=100, deadline=None, database=None)
    @given(st.integers(0, 2**32))
    @example(6037)
    @example(94721)  # a long buffer reaches past the short phase after it
    def test_finds_exactly_the_same_starts_and_takes_what_could_be_taken(self, seed: int) -> None:
        case = Case(seed)
        expected = case.by_hand()
        weights = Weights(gap=case.random.choice([0, 10]), load=case.random.choice([0, 0.1]), shortest=30)
        window, found = case.search(weights)
        minutes = [(window.origin + bit) * 5 for bit in found.bits()]
        assert minutes == list(expected)
        columns = found.columns(lambda _, taken: taken)
        for row, (minute, bit) in enumerate(zip(minutes, found.bits(), strict=True)):
            start = found.at(bit)
            assert start is not None
            way = {key: _place(taken) for key, taken in start.taken.items()}
            assert way in expected[minute]
            assert way == {key: _place(column[row]) for key, column in columns.items()}
            if not row % 5:
                self.claims_are_apart_and_whole(case, start.taken)

    def claims_are_apart_and_whole(self, case: Case, taken: dict[str, Taken]) -> None:
        """Claims of one place never overlap; together they cover each need with its buffers."""
        spans = claims_of(case.plan, taken)
        covered: dict[tuple[int, int], set[int]] = {}
        for span in spans:
            ticks = set(range(span.low, span.high, 5))
            assert ticks
            assert not ticks & covered.setdefault(_place(span.taken), set())
            assert ticks >= set(range(span.need.start, span.need.end, 5))
            covered[_place(span.taken)] |= ticks
        whole: dict[tuple[int, int], set[int]] = {}
        for need in case.plan.needs:
            who = taken[need.key]
            low, high = need.start - max(need.before, who.before), need.end + max(need.after, who.after)
            whole.setdefault(_place(who), set()).update(range(low, high, 5))
        assert covered == whole

    def test_the_cases_are_worth_it(self) -> None:
        """Most have starts, some have none, and every kind of difficulty occurs."""
        cases = [Case(seed) for seed in range(60)]
        with_starts = [case for case in cases if len(case.search(Weights())[1])]
        assert 30 < len(with_starts) < 60
        assert any(thing.place for case in with_starts for thing in case.house.things)
        assert any("@" in need.key for case in with_starts for need in case.plan.needs)
        assert any(len(need.any_of) > 1 for case in with_starts for need in case.plan.needs)
        assert len({case.zone for case in with_starts}) > 5
