"""How well a clinic's own camera repeats a measure: the retest of 20 people, three captures each.

The smallest detectable change printed beside a result comes from here; it has an error of its own, which is printed
beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from scipy import special

from vesicle.skin.errors import Refused
from vesicle.skin.published import tone

TO_SDC = float(1.96 * np.sqrt(2))
"""Smallest detectable change in standard errors of measurement."""
FEWEST = 5
"""People below which a group has no figure of its own."""

Series = Sequence[Sequence[float]]


class Measured(Protocol):
    """One measured value (``report.Measurement``)."""

    @property
    def value(self) -> float: ...
    @property
    def unit(self) -> str: ...
    @property
    def method(self) -> str: ...


class Reported(Protocol):
    """One photograph's measures (``report.Report``)."""

    @property
    def measures(self) -> Mapping[str, Mapping[str, Measured]]: ...


@dataclass(frozen=True, slots=True)
class Repeatability:
    """How well one measure repeats.

    Attributes
    ----------
    sem, sdc : float
        Standard error of measurement and smallest detectable change (1.96 * sqrt(2) * SEM), in ``unit``.
    sdc_low, sdc_high : float
        95 % interval of ``sdc`` (chi-square).
    wcv : float
        Within-person coefficient of variation, per cent.
    icc, icc_low, icc_high : float
        ICC(1,1) and its 95 % interval; never to be read without ``sem``.
    bias : float
        Mean change of nothing between first and last capture, in ``unit``.
    people, captures : int
        How many people, and photographs in all.
    paired : bool
        Whether it is of changes measured on the same skin (``compare``), in per cent of the first value.
    parts : tuple of Repeatability
        The same by region and tone group.
    """

    measure: str
    unit: str
    sem: float
    sdc: float
    sdc_low: float
    sdc_high: float
    wcv: float
    icc: float
    icc_low: float
    icc_high: float
    bias: float
    people: int
    captures: int
    method: str
    basis: str
    region: str = "all"
    tone: str = "all"
    paired: bool = False
    parts: tuple[Repeatability, ...] = field(default=(), repr=False)

    def at(self, region: str, group: str | None = None) -> Repeatability | None:
        """Return the figures for a region and tone group, or the next wider; ``None`` for a tone never retested.

        A group of fewer than five people is answered for by everybody, unless none of it was retested at all.
        """
        if group is not None and any(part.tone != "all" for part in self.parts):
            seen = [part for part in self.parts if part.tone == group]
            if not seen:
                return None
            for where in (region, "all"):
                for part in seen:
                    if part.region == where and part.people >= FEWEST:
                        return part
        for part in self.parts:
            if part.region == region and part.tone == "all":
                return part
        return self

    def as_dict(self) -> dict[str, object]:
        """Return the figures as plain values, with ``None`` for what could not be computed."""
        names = (
            "measure", "region", "tone", "unit", "sem", "sdc", "sdc_low", "sdc_high", "wcv", "icc", "icc_low",
            "icc_high", "bias", "people", "captures", "paired", "method", "basis",
        )  # fmt: skip
        plain = {name: getattr(self, name) for name in names}
        return {name: None if value != value else value for name, value in plain.items()}


def repeatability(
    captures: Mapping[str, Sequence[Reported]], *, tones: Mapping[str, str] | None = None, basis: str = "retest"
) -> dict[str, Repeatability]:
    """Return how well each measure repeats, from reports of the same people photographed again.

    Parameters
    ----------
    captures : mapping of str to sequence of Report
        For each person two or more reports: repositioned, same day, no treatment. Three are best.
    tones : mapping of str to str, optional
        The tone group of each person; without, from the mean ITA of their reports.
    basis : str
        What the figures are to be called, e.g. ``"retest:2031-04"``.

    Returns
    -------
    dict of str to Repeatability
        By measure, with parts by region and tone group.

    Raises
    ------
    Refused
        If nobody has two reports, or the reports come from different versions of a method.

    Notes
    -----
    MSW = pooled within-person variance; SEM = sqrt(MSW); SDC = 1.96 sqrt(2) SEM (Bland & Altman, BMJ 313, 1996;
    de Vet et al., J Clin Epidemiol 59, 2006). One photograph's errors are shared by its regions, so pooling regions
    adds no degrees of freedom. ICC(1,1) after Shrout & Fleiss (Psychol Bull 86, 1979).
    """
    people = {person: list(reports) for person, reports in captures.items() if len(reports) >= 2}
    if not people:
        raise Refused("too-few", "Repeatability needs at least two photographs of the same person.")
    groups = dict(tones) if tones is not None else {person: _tone(reports) for person, reports in people.items()}
    values: dict[str, dict[str, dict[str, list[float]]]] = defaultdict(lambda: defaultdict(dict))
    units: dict[str, tuple[str, str]] = {}
    for person, reports in people.items():
        for region in {region for report in reports for region in report.measures}:
            for measure in {name for report in reports for name in report.measures.get(region, {})}:
                found = [report.measures[region][measure] for report in reports
                         if measure in report.measures.get(region, {})]  # fmt: skip
                for one in found:
                    if units.setdefault(measure, (one.unit, one.method))[1] != one.method:
                        raise Refused("mixed-methods", f"The reports hold {measure} by more than one method version.")
                row = [one.value for one in found if np.isfinite(one.value)]
                if len(row) >= 2:
                    values[measure][region][person] = row
    return {
        measure: _with_parts(measure, regions, groups, units[measure], basis)
        for measure, regions in sorted(values.items())
    }


def _tone(reports: Sequence[Reported]) -> str:
    found = [region["ita"].value for report in reports for region in report.measures.values() if "ita" in region]
    found = [value for value in found if np.isfinite(value)]
    return tone(float(np.median(found))) if found else "all"


def _with_parts(
    measure: str, regions: dict[str, dict[str, list[float]]], groups: Mapping[str, str], unit: tuple[str, str],
    basis: str,
) -> Repeatability:  # fmt: skip
    def pooled(chosen: Iterable[str], group: str) -> Repeatability | None:
        series = [
            [row for person, row in regions[region].items() if group in ("all", groups.get(person))]
            for region in chosen
        ]
        series = [rows for rows in series if rows]
        if not series:
            return None
        counted = len({person for region in chosen for person in regions[region]
                       if group in ("all", groups.get(person))})  # fmt: skip
        return of_series(measure, series, unit=unit[0], method=unit[1], basis=basis, people=counted)

    whole = pooled(regions, "all")
    if whole is None:
        raise Refused("too-few", "Repeatability needs at least two photographs of the same person.")
    parts = []
    named = sorted({group for group in groups.values() if group != "all"})
    for region in [*regions, "all"]:
        for group in ["all", *named]:
            if (region, group) != ("all", "all"):
                part = pooled(regions if region == "all" else [region], group)
                if part is not None:
                    parts.append(replace(part, region=region, tone=group))
    return replace(whole, parts=tuple(parts))


def interval(freedom: int) -> tuple[float, float]:
    """Return what a standard error of so many degrees of freedom is multiplied by for its 95 % interval (chi-square).

    >>> [round(one, 2) for one in interval(40)]
    [0.82, 1.28]
    """
    low, high = (float(np.sqrt(freedom / special.chdtri(freedom, above))) for above in (0.025, 0.975))
    return low, high


def of_series(
    measure: str, regions: Sequence[Series], *, unit: str, method: str, basis: str, people: int | None = None
) -> Repeatability:
    """Return the repeatability of repeated values.

    Parameters
    ----------
    measure, unit, method, basis : str
    regions : sequence of (sequence of (sequence of float))
        For each region, for each person, two or more values.
    people : int, optional
        Different people; by default as many as the largest region has.

    Examples
    --------
    >>> two = of_series("x", [[[10.0, 12.0], [20.0, 22.0]]], unit="u", method="x/1", basis="retest")
    >>> round(two.sem, 3), round(two.sdc, 2), round(two.icc, 2)
    (1.414, 3.92, 0.96)
    """
    people = people or max(len(rows) for rows in regions)
    rows = [np.asarray(row, np.float64) for series in regions for row in series]
    captures = max(sum(len(row) for row in series) for series in regions)
    spare = sum(len(row) - 1 for row in rows)
    within = sum(float(((row - row.mean()) ** 2).sum()) for row in rows) / spare
    # Errors of one photograph are shared by its regions: the degrees of freedom are those of one region.
    freedom = max(captures - people, 1)
    sem = float(np.sqrt(within))
    low, high = interval(freedom)
    relative = [row.std(ddof=1) / abs(row.mean()) for row in rows if row.mean() != 0]
    icc = _icc(regions, within, freedom)
    return Repeatability(
        measure=measure, unit=unit, sem=sem, sdc=TO_SDC * sem, sdc_low=TO_SDC * sem * low,
        sdc_high=TO_SDC * sem * high, wcv=100 * float(np.sqrt(np.mean(np.square(relative)))) if relative else np.nan,
        icc=icc[0], icc_low=icc[1], icc_high=icc[2], bias=float(np.mean([row[-1] - row[0] for row in rows])),
        people=people, captures=captures, method=method, basis=basis,
    )  # fmt: skip


def _icc(regions: Sequence[Series], within: float, freedom: int) -> tuple[float, float, float]:
    squares, spare, sizes = 0.0, 0, []
    for series in regions:
        if len(series) < 2:
            continue
        means = np.array([np.mean(row) for row in series])
        counts = np.array([len(row) for row in series], np.float64)
        squares += float((counts * (means - np.average(means, weights=counts)) ** 2).sum())
        spare += len(series) - 1
        sizes.append((counts.sum() - (counts**2).sum() / counts.sum()) / (len(series) - 1))
    if not spare or within == 0:
        return (float("nan"),) * 3 if not spare else (1.0, 1.0, 1.0)
    each = float(np.mean(sizes))
    between = squares / spare
    most = max(len(series) for series in regions) - 1
    ratio = between / within
    low = ratio / special.fdtri(most, freedom, 0.975)
    high = ratio * special.fdtri(freedom, most, 0.975)

    def share(f: float) -> float:
        return float((f - 1) / (f + each - 1))

    return share(ratio), share(low), share(high)
