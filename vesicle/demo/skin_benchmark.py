"""``vesicle bench skin``: our measures of skin against the textbook's, on the same captures in the same run.

Faces drawn by rule, light and dark, are photographed again and again as a careful clinic would, with a colour card;
known effects are drawn into them. Told for both: how far a value moves when nothing changed (within-person CV), how
well it follows the dose of an effect (Spearman), and CPU time. Simulated captures understate the noise of real ones,
for lines several times over.
"""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vesicle.core.benchmarks import Benchmark
from vesicle.core.errors import Conflict, Invalid

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Say = Callable[[str], None]
Values = Mapping[str, Mapping[str, float]]
DOSES = (0.0, 0.05, 0.1, 0.2, 0.4)
REGIONS = ("forehead", "cheek-left", "cheek-right", "chin")
_EFFECTS = {"wrinkles": "lines", "texture": "texture", "spots": "spots", "erythema": "redness", "melanin": "pigment"}
_FULL_DOSE = 0.1
"""Optical density that pigment or redness has at dose 1."""


def run(options: Mapping[str, Any], say: Say) -> dict[str, Any]:
    """Measure repeated captures and rising doses both ways; return CVs, correlations and seconds of CPU."""
    import cv2
    import numpy as np

    from vesicle.demo import skin_textbook
    from vesicle.skin.trial import drawn, effects

    cv2.setNumThreads(1)
    if options["captures"] < 2:
        raise Invalid("A value has to be taken at least twice: give --captures 2 or more.")
    faces = [drawn.face(drawn.Drawing(px_per_mm=8, seed=options["seed"]))]
    if options["photo"]:
        picture = cv2.imread(str(Path(options["photo"])))
        if picture is None:
            raise Invalid(f"{options['photo']} is no photograph that can be read.")
        faces = [np.ascontiguousarray(picture[..., ::-1])]
    faces.append(effects.darkened(effects.scene(faces[0]), 0.35))
    ways: dict[str, Callable[[NDArray[np.uint8]], Values]] = {
        "ours": _ours,
        "textbook": lambda srgb: skin_textbook.measure(srgb, REGIONS),
    }
    seconds: dict[str, list[float]] = defaultdict(list)
    spread: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    follows: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    chance = np.random.default_rng(options["seed"])
    try:
        for number, face in enumerate(faces):
            say(f"face {number + 1} of {len(faces)}: {options['captures']} captures of nothing changed")
            repeats = [_captured(face, chance) for _ in range(options["captures"])]
            for way, measure in ways.items():
                for measured, values in _collect([_timed(measure, one, seconds[way]) for one in repeats]).items():
                    spread[way][measured] += [_cv(series) for series in values if len(series) > 1]
            for measured, effect in _EFFECTS.items():
                say(f"face {number + 1}: doses of {effect}")
                doses = [_captured(_with(effect, face, dose), chance) for dose in DOSES]
                for way, measure in ways.items():
                    series = _collect([_timed(measure, one, seconds[way]) for one in doses]).get(measured, [])
                    follows[way][measured] += [_rank(row) for row in series if len(row) == len(DOSES)]
    except ImportError as error:
        raise Conflict("The textbook's filters come with the packages for tests: run `make test` once.") from error
    return {
        "captures": options["captures"], "faces": len(faces), "regions": REGIONS, "doses": DOSES,
        **{
            way: {
                "cpu_seconds_a_photo": round(statistics.median(seconds[way]), 3),
                "cv_percent": {name: _middle(spread[way][name]) for name in _EFFECTS},
                "spearman": {name: _middle(follows[way][name]) for name in _EFFECTS},
            }
            for way in ways
        },
        "times_faster": round(statistics.median(seconds["textbook"]) / statistics.median(seconds["ours"]), 2),
    }  # fmt: skip


def _captured(srgb: NDArray[np.uint8], chance: np.random.Generator) -> NDArray[np.uint8]:
    from vesicle.skin.trial import recapture

    seed = int(chance.integers(2**31))
    return recapture.capture(recapture.card(srgb), recapture.ordinary(chance), seed=seed)


def _with(effect: str, srgb: NDArray[np.uint8], dose: float) -> NDArray[np.uint8]:
    from vesicle.skin.trial import effects

    scene = effects.scene(srgb)
    weight = effects.face_weight(scene)
    drawn = {
        "lines": effects.with_fewer_lines,
        "texture": effects.with_smoother_texture,
        "spots": effects.with_fewer_spots,
        "redness": lambda *given: effects.with_redness(given[0], _FULL_DOSE * given[1], given[2]),
        "pigment": lambda *given: effects.with_pigment(given[0], _FULL_DOSE * given[1], given[2]),
    }
    return drawn[effect](scene, dose, weight)


def _ours(srgb: NDArray[np.uint8]) -> Values:
    from vesicle import skin

    report = skin.measure(srgb, regions=REGIONS)
    return {region: {name: one.value for name, one in found.items()} for region, found in report.measures.items()}


def _timed(measure: Callable[[NDArray[np.uint8]], Values], srgb: NDArray[np.uint8], into: list[float]) -> Values:
    began = time.process_time()
    found = measure(srgb)
    into.append(time.process_time() - began)
    return found


def _collect(captures: list[Values]) -> dict[str, list[list[float]]]:
    """Return, by measure, one series for each region that has a value."""
    series: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for capture in captures:
        for region, found in capture.items():
            for name, value in found.items():
                series[name][region].append(value)
    return {name: list(regions.values()) for name, regions in series.items()}


def _cv(values: list[float]) -> float:
    mean = statistics.fmean(values)
    return 100 * statistics.stdev(values) / abs(mean) if mean else 0.0


def _rank(values: list[float]) -> float:
    from scipy.stats import spearmanr

    found = float(spearmanr(DOSES, values).statistic)
    return abs(found) if found == found else 0.0


def _middle(values: list[float]) -> float | None:
    return round(statistics.median(values), 3) if values else None


def _in_words(result: Mapping[str, Any]) -> str:
    ours, theirs = (result[way]["cpu_seconds_a_photo"] for way in ("ours", "textbook"))
    lines = [
        f"{result['faces']} faces, {result['captures']} captures each; medians over regions.",
        f"CPU a photograph: {ours} s ours, {theirs} s textbook ({result['times_faster']} times).",
        f"{'':12} {'CV ours':>9} {'textbook':>9}   {'Spearman ours':>14} {'textbook':>9}",
    ]
    for name in _EFFECTS:
        row = [result[way][what][name] for what in ("cv_percent", "spearman") for way in ("ours", "textbook")]
        said = ["none" if one is None else f"{one:.2f}" for one in row]
        lines.append(f"{name:12} {said[0]:>7} % {said[1]:>7} %   {said[2]:>14} {said[3]:>9}")
    return "\n".join(lines)


SKIN = Benchmark(
    name="skin",
    help="Measures of skin: how far they move by themselves and how they follow an effect, against the textbook's.",
    options={
        "captures": (6, "captures of each unchanged face"),
        "seed": (1, "of everything drawn by chance"),
        "photo": ("", "a photograph to draw into instead of a drawn face"),
    },
    run=run,
    in_words=_in_words,
)
