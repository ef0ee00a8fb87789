"""How large changes of nothing are: a clinic's retest in the way ``compare`` measures, on the same skin of a pair."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vesicle.skin.errors import Refused
from vesicle.skin.repeatability import Repeatability, interval


class Compared(Protocol):
    """A comparison of two captures of one person, nothing having changed (``change.Comparison``)."""

    @property
    def changes(self) -> Mapping[str, Mapping[str, Changed]]: ...


class Changed(Protocol):
    """One change of it (``change.Change``)."""

    @property
    def percent(self) -> float: ...
    @property
    def method(self) -> str: ...


def of_null_changes(
    measure: str, changes: NDArray[np.floating] | Sequence[float], *, method: str, basis: str, people: int | None = None
) -> Repeatability:
    """Return the repeatability of changes of nothing, in per cent (paired mode): ``SDC = 1.96 RMS``, bias apart.

    >>> pairs = of_null_changes("wrinkles", [1.0, -1.0, 1.0, -1.0], method="wrinkles/2", basis="retest")
    >>> pairs.sdc, pairs.bias
    (1.96, 0.0)
    """
    found = np.asarray(changes, np.float64)
    found = found[np.isfinite(found)]
    if not len(found):
        raise Refused("too-few", "No pair of duplicate captures could be compared.")
    freedom = people or len(found)
    spread = float(np.sqrt(np.mean(found**2)))
    low, high = interval(freedom)
    nan = float("nan")
    return Repeatability(
        measure=measure, unit="%", sem=spread / float(np.sqrt(2)), sdc=1.96 * spread, sdc_low=1.96 * spread * low,
        sdc_high=1.96 * spread * high, wcv=spread / float(np.sqrt(2)), icc=nan, icc_low=nan, icc_high=nan,
        bias=float(found.mean()), people=freedom, captures=2 * freedom, method=method, basis=basis, paired=True,
    )  # fmt: skip


def repeatability_of_pairs(
    duplicates: Mapping[str, Compared], *, tones: Mapping[str, str] | None = None, basis: str = "retest"
) -> dict[str, Repeatability]:
    """Return how large changes of nothing are when pairs are compared on the same skin.

    Parameters
    ----------
    duplicates : mapping of str to Comparison
        For each person two captures of one visit, compared (``compare``).
    tones : mapping of str to str, optional
        The tone group of each person.
    basis : str
        What the figures are to be called, e.g. ``"retest:2031-04"``.

    Returns
    -------
    dict of str to Repeatability
        By measure, in per cent, with parts by region and tone group.

    Raises
    ------
    Refused
        If no pair could be compared, or they come from different versions of a method.
    """
    groups = dict(tones or {})
    found: dict[str, dict[tuple[str, str], list[float]]] = defaultdict(lambda: defaultdict(list))
    methods: dict[str, str] = {}
    for person, pair in duplicates.items():
        group = groups.get(person, "all")
        for region, changes in pair.changes.items():
            for measure, change in changes.items():
                if not np.isfinite(change.percent):
                    continue
                if methods.setdefault(measure, change.method) != change.method:
                    raise Refused("mixed-methods", f"The pairs hold {measure} by more than one method version.")
                for key in {(region, "all"), ("all", "all"), (region, group), ("all", group)}:
                    found[measure][key].append(change.percent)
    if not found:
        raise Refused("too-few", "No pair of duplicate captures could be compared.")
    done = {}
    for measure, series in sorted(found.items()):
        parts = []
        for (region, group), percents in sorted(series.items()):
            # One pair's regions share its errors: people are counted, not regions.
            people = sum(group in ("all", groups.get(person, "all")) for person in duplicates)
            one = of_null_changes(
                measure, percents, method=methods[measure], basis=basis, people=min(people, len(percents))
            )
            parts.append(replace(one, region=region, tone=group))
        whole = next(part for part in parts if (part.region, part.tone) == ("all", "all"))
        rest = tuple(part for part in parts if (part.region, part.tone) != ("all", "all"))
        done[measure] = replace(whole, parts=rest)
    return done
