"""A seeded calendar of a busy location, in the form that ``scenario`` loads: what the slot benchmark asks about.

Every day from Monday to Saturday is filled at random: first what takes a provider, a room and a device, until the
devices are as full as wished, then what takes a provider and a room, then providers alone. Near days are fuller than
far ones, as in any book.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

_STEP = 15
_LENGTHS = (15, 30, 30, 45, 60, 60, 90)
_TRIES = 300
_TAPER = 0.25
_KINDS = ("device", "room", "provider")


@dataclass(frozen=True, slots=True)
class Size:
    """How big the location is and how full: counts of things, the share of their time, buffers, opening minutes."""

    provider: int = 10
    room: int = 6
    device: int = 3
    fill: float = 0.7
    buffer: int = 15
    opens: int = 9 * 60
    closes: int = 19 * 60


def full_calendar(first: date, days: int, *, history: int, seed: int, size: Size = Size()) -> dict[str, Any]:
    """Return a scenario of ``days`` days from ``first``, with ``history`` times as many bookings, the others past."""
    random = Random(seed)  # noqa: S311  # a calendar, not a secret
    ahead = [
        booking
        for day in range(days)
        for booking in _filled(random, first + timedelta(days=day), size, _TAPER * (1 - 2 * day / max(days - 1, 1)))
    ]
    past: list[dict[str, Any]] = []
    day = first
    while len(past) < (history - 1) * len(ahead):
        day -= timedelta(days=1)
        past += _filled(random, day, size, 0)
    meta = {
        "providers": size.provider, "rooms": size.room, "devices": size.device,
        "open": size.opens, "close": size.closes, "closed_weekdays": [6], "tz": "America/New_York",
        "start": first.isoformat(), "days": days, "service": 60, "grid": _STEP,
        "buffer_before": size.buffer, "buffer_after": size.buffer,
    }  # fmt: skip
    return {"meta": meta, "bookings": past[: (history - 1) * len(ahead)] + ahead}


def _filled(random: Random, day: date, size: Size, more: float) -> Iterator[dict[str, Any]]:
    if day.weekday() == 6:
        return
    minutes = size.closes - size.opens
    counts = {"device": size.device, "room": size.room, "provider": size.provider}
    busy: dict[str, list[list[tuple[int, int]]]] = {kind: [[] for _ in range(counts[kind])] for kind in _KINDS}
    used = dict.fromkeys(_KINDS, 0)
    for number, kind in enumerate(_KINDS):
        tries = 0
        while used[kind] < (size.fill + more) * minutes * counts[kind] and tries < _TRIES:
            length = random.choice(_LENGTHS)
            whole = length + 2 * size.buffer
            begins = size.opens + random.randrange((minutes - whole) // _STEP + 1) * _STEP
            chosen = {one: _free(random, busy[one], begins, begins + whole) for one in _KINDS[number:]}
            if None in chosen.values():
                tries += 1
                continue
            for one, index in chosen.items():
                if index is not None:
                    busy[one][index].append((begins, begins + whole))
                    used[one] += whole
            yield {
                "date": day.isoformat(),
                "start": begins + size.buffer, "end": begins + size.buffer + length,
                "occ_start": begins, "occ_end": begins + whole,
                **{one: chosen.get(one) for one in _KINDS},
            }  # fmt: skip


def _free(random: Random, calendars: list[list[tuple[int, int]]], begins: int, ends: int) -> int | None:
    free = [
        index for index, taken in enumerate(calendars) if not any(low < ends and begins < high for low, high in taken)
    ]
    return random.choice(free) if free else None
