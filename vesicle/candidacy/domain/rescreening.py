"""Whom a change of rules affects: the same answers under the rules of before and of now, for everybody at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

import numpy as np

from vesicle.candidacy.domain.planes import Day, Verdicts, members
from vesicle.candidacy.domain.verdict import STRICTEST_FIRST, VerdictName
from vesicle.protocols.schema.treatment import Option


@dataclass(frozen=True, slots=True)
class Affected:
    """Somebody, by their place among the sheets, with the verdict of before and of now."""

    place: int
    before: VerdictName
    after: VerdictName


def newly_affected(day: Day, before: Option, after: Option) -> Iterator[Affected]:
    """Yield everybody whom ``after`` judges more strictly than ``before``, or lets a provider see for another reason.

    A review for a reason that was there before is no change: whoever cleared it has seen it.
    """
    old, new = day.verdicts((before, after))
    stricter = day.people.nobody
    allowed = day.people.nobody
    for name in STRICTEST_FIRST:
        # Whoever was judged more mildly than ``name`` before and is judged so now.
        stricter = stricter | (new.planes[name] & ~(allowed | old.planes[name]))
        allowed = allowed | old.planes[name]
    found = stricter | (new.planes["review"] & old.planes["review"] & _new_reasons(old, new, day))
    was, now = old.names(), new.names()
    yield from (Affected(place, was[place], now[place]) for place in map(int, members(found, old.count)))


def _new_reasons(old: Verdicts, new: Verdicts, day: Day) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    """Return for whom a rule counts now that did not before."""
    nobody = day.people.nobody
    fresh = (plane & ~old.active.get(rule, nobody) for rule, plane in new.active.items())
    return reduce(np.bitwise_or, fresh, nobody)
