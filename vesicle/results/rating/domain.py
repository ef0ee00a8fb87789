"""Who sees which pair in which order, and what the answers say.

Every rater sees every pair once, in an order and with sides of their own; some pairs come again with sides changed, so
that a rater can be compared with themselves. A score says which side looks better; only here does it become better or
worse than before.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

SCORES = (-2, -1, 0, 1, 2)
"""From "left looks much better" over "no difference" to "right looks much better"."""
FEWEST_PAIRS = 5
"""Below this a round is not opened: its raters could not be told from chance."""
_REPEATED = 0.1
_RESAMPLED = 400


@dataclass(frozen=True, slots=True)
class Task:
    """One look of one rater at one pair. ``position`` counts from 1 within the rater."""

    pair: int
    rater: int
    position: int
    before_on_left: bool
    is_repeat: bool


def deal(pairs: Sequence[int], raters: Mapping[int, frozenset[int]], *, seed: int) -> list[Task]:
    """Return every rater's tasks.

    ``raters`` maps each rater to the pairs they must not see, because they treated or photographed the person. A tenth
    of a rater's pairs, at least one of five, comes again with the sides changed, as far from the first look as it can.
    """
    found: list[Task] = []
    for rater, unseen in raters.items():
        chance = random.Random(f"{seed}:{rater}")  # noqa: S311  # an order, not a secret
        order = [pair for pair in pairs if pair not in unseen]
        chance.shuffle(order)
        # As many on the left as on the right, so that a rater who favours a side favours neither visit.
        sides = [number % 2 == 0 for number in range(len(order))]
        chance.shuffle(sides)
        again = len(order) // FEWEST_PAIRS and max(1, round(len(order) * _REPEATED))
        looks = list(zip(order, sides, [False] * len(order), strict=True))
        looks += [(pair, not side, True) for pair, side, _ in looks[:again]]
        found += [Task(pair, rater, at, side, repeat) for at, (pair, side, repeat) in enumerate(looks, start=1)]
    return found


def improvement(score: int, *, before_on_left: bool) -> int:
    """Return how much better the later photograph was found, -2 to 2, from a score of sides."""
    return score if before_on_left else -score


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far raters agree beyond chance: quadratic weighted kappa with its 95 % interval.

    Of more than two raters it is the mean over their pairs (Light, Psychological Bulletin 76, 1971); the interval comes
    from resampling the people photographed. ``exact`` is the share of equal scores.
    """

    kappa: float
    low: float
    high: float
    exact: float
    pairs: int


Seen = Mapping[Any, int]


def agreement(raters: Sequence[Seen], *, seed: int = 1) -> Agreement | None:
    """Return the agreement of two or more raters from their improvements by pair.

    ``None`` where fewer than five pairs were scored by two raters, or all scores are the same: kappa says nothing then.
    """
    shared = [sorted(set(one) & set(other), key=repr) for one, other in combinations(raters, 2)]
    people = sorted({pair for pairs in shared for pair in pairs}, key=repr)
    if len(people) < FEWEST_PAIRS:
        return None
    scores = np.full((len(raters), len(people)), np.nan)
    for row, rater in enumerate(raters):
        for column, pair in enumerate(people):
            scores[row, column] = rater.get(pair, np.nan)
    whole = _light(scores)
    if whole is None:
        return None
    chance = np.random.default_rng(seed)
    drawn = (_light(scores[:, chance.integers(0, len(people), len(people))]) for _ in range(_RESAMPLED))
    kappas = [kappa for kappa in drawn if kappa is not None]
    low, high = np.percentile(kappas, [2.5, 97.5])
    equal = [one[pair] == other[pair] for one, other in combinations(raters, 2) for pair in set(one) & set(other)]
    return Agreement(whole, float(low), float(high), statistics.fmean(equal), len(people))


def _light(scores: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> float | None:
    # Here, because it takes seconds and much memory to load, and only a round that is closed needs it.
    from statsmodels.stats.inter_rater import cohens_kappa

    found = []
    for one, other in combinations(scores, 2):
        both = ~(np.isnan(one) | np.isnan(other))
        counts = np.zeros((len(SCORES), len(SCORES)))
        np.add.at(counts, ((one[both] + 2).astype(int), (other[both] + 2).astype(int)), 1)
        if (counts.sum(0) > 0).sum() < 2 and (counts.sum(1) > 0).sum() < 2:
            continue
        found.append(float(cohens_kappa(counts, wt="quadratic", return_results=False)))
    return statistics.fmean(found) if found else None


@dataclass(frozen=True, slots=True)
class Share:
    """A share of people with its 95 % interval (Wilson, JASA 22, 1927)."""

    count: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self.count / self.of


def share(count: int, of: int) -> Share | None:
    """Return a share with its interval, or ``None`` of nobody."""
    if not of:
        return None
    from statsmodels.stats.proportion import proportion_confint  # here, for the same reason

    low, high = proportion_confint(count, of, method="wilson")
    return Share(count, of, float(low), float(high))


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What a round found. ``told_apart`` is how often, of the pairs where a side was preferred, it was the later one.

    Half is what guessing gives.
    """

    better: Share | None
    same: Share | None
    worse: Share | None
    told_apart: Share | None
    between: Agreement | None
    within: Agreement | None
    cannot_judge: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A rater's latest answer to a task; ``score`` is ``None`` where they could not judge."""

    pair: int
    rater: int
    is_repeat: bool
    before_on_left: bool
    score: int | None


def verdicts(answers: Iterable[Answer]) -> Verdicts:
    """Return what all raters together found: a person counts as better where the median of the raters is above zero."""
    first: dict[int, dict[int, int]] = {}
    again: dict[int, dict[int, int]] = {}
    cannot = 0
    for answer in answers:
        if answer.score is None:
            cannot += 1
            continue
        looks = again if answer.is_repeat else first
        found = improvement(answer.score, before_on_left=answer.before_on_left)
        looks.setdefault(answer.rater, {})[answer.pair] = found
    people: dict[int, list[int]] = {}
    for looks_of in first.values():
        for pair, found in looks_of.items():
            people.setdefault(pair, []).append(found)
    medians = [statistics.median(found) for found in people.values()]
    count = len(medians)
    preferred = [median for median in medians if median]
    both = [
        {(rater, pair) for pair in looks} & {(rater, pair) for pair in again.get(rater, {})}
        for rater, looks in first.items()
    ]
    twice = [key for keys in both for key in keys]
    return Verdicts(
        better=share(sum(median > 0 for median in medians), count),
        same=share(sum(median == 0 for median in medians), count),
        worse=share(sum(median < 0 for median in medians), count),
        told_apart=share(sum(median > 0 for median in preferred), len(preferred)),
        between=agreement(list(first.values())),
        within=agreement(
            [
                {(rater, pair): first[rater][pair] for rater, pair in twice},
                {(rater, pair): again[rater][pair] for rater, pair in twice},
            ]
        ),
        cannot_judge=cannot,
    )
