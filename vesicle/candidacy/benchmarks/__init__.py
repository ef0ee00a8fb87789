"""Measuring candidacy: how fast verdicts are, and how short the questionnaire.

What measures is imported when it is run: every other command starts without the simulated people.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from vesicle.core.benchmarks import Benchmark


def _from(module: str, name: str, words: str, options: Mapping[str, tuple[int, str]]) -> Benchmark:
    def run(chosen: Mapping[str, int], say: Callable[[str], None]) -> Mapping[str, Any]:
        found: Mapping[str, Any] = import_module(module).run(chosen, say)
        return found

    def in_words(result: Mapping[str, Any]) -> str:
        return str(import_module(module).in_words(result))

    return Benchmark(name, words, options, run, in_words)


SCREEN = _from(
    f"{__name__}.screen",
    "screen",
    "verdicts for one person and for a population, beside a general rules engine",
    {
        "people": (1_000_000, "how many people in the population"),
        "alone": (2_000, "how many people one by one"),
        "check": (20_000, "for how many people to compare planes and engine"),
    },
)
QUESTIONNAIRE = _from(
    f"{__name__}.questionnaire",
    "questionnaire",
    "how many questions simulated people are asked, against asking everything",
    {"people": (10_000, "how many people")},
)
