"""``vesicle bench placement``: the same people, placed ranked and placed as they come, over many seeds.

Each difference is taken within a seed (the same people ring), and its interval is over the seeds.
"""

from collections.abc import Callable, Mapping, Sequence
from math import sqrt
from random import Random
from statistics import fmean, stdev
from typing import Any

from vesicle.core.benchmarks import Benchmark
from vesicle.core.errors import Invalid
from vesicle.scheduling.domain import HOUSE, PLAIN
from vesicle.scheduling.domain.placement import Outcome, arrivals, simulate

_MEASURES: Mapping[str, Callable[[Outcome], float]] = {
    "served": lambda outcome: outcome.served,
    "turned_away": lambda outcome: outcome.turned_away,
    "utilisation": lambda outcome: outcome.utilisation,
    "wishes_met": lambda outcome: outcome.wishes_met / outcome.requests,
    "spread_hours": lambda outcome: outcome.spread,
}
_NORMAL_95 = 1.96


def run(options: Mapping[str, Any], say: Callable[[str], None]) -> dict[str, Any]:
    """Simulate each seed twice; return means of both ways, and of the difference with its 95 % interval."""
    seeds, days, a_day = options["seeds"], options["days"], options["arrivals"]
    if seeds < 2 or days < 5 or not 1 <= a_day <= 60:
        raise Invalid("Ask for at least 2 seeds and 5 days, and for 1 to 60 arrivals a day.")
    as_they_come, ranked = [], []
    for seed in range(seeds):
        requests = arrivals(Random(seed), days, a_day)  # noqa: S311  # a simulation
        as_they_come.append(simulate(requests, days, PLAIN))
        ranked.append(simulate(requests, days, HOUSE))
        say(f"seed {seed + 1} of {seeds}")
    return {
        "seeds": seeds,
        "days": days,
        "requests": round(fmean(outcome.requests for outcome in ranked), 1),
        "as_they_come": _means(as_they_come),
        "ranked": _means(ranked),
        "difference": {name: _difference(ranked, as_they_come, of) for name, of in _MEASURES.items()},
    }


def _means(outcomes: Sequence[Outcome]) -> dict[str, float]:
    return {name: round(fmean(map(of, outcomes)), 4) for name, of in _MEASURES.items()}


def _difference(
    ranked: Sequence[Outcome], as_they_come: Sequence[Outcome], of: Callable[[Outcome], float]
) -> dict[str, float]:
    pairs = [of(one) - of(other) for one, other in zip(ranked, as_they_come, strict=True)]
    mean, half = fmean(pairs), _NORMAL_95 * stdev(pairs) / sqrt(len(pairs))
    return {"mean": round(mean, 4), "low": round(mean - half, 4), "high": round(mean + half, 4)}


def in_words(result: Mapping[str, Any]) -> str:
    """Say what came out."""
    lines = [f"{result['requests']} people over {result['days']} working days, {result['seeds']} seeds:"]
    for name in _MEASURES:
        apart = result["difference"][name]
        lines.append(
            f"{name.replace('_', ' ')}: {result['ranked'][name]} ranked, {result['as_they_come'][name]} as they come; "
            f"difference {apart['mean']} ({apart['low']} to {apart['high']})."
        )
    return "\n".join(lines)


PLACEMENT = Benchmark(
    "placement",
    "a simulated book with ranked placement, against placement as people come",
    {
        "seeds": (20, "how many simulated books"),
        "days": (60, "how many working days"),
        "arrivals": (40, "how many people ring on an average day"),
    },
    run,
    in_words,
)
