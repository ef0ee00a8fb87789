"""Whether the light carries: enough, not too much, even, and without a colour of its own."""

from __future__ import annotations

import numpy as np

from vesicle.skin.gate.look import LUMINANCE, NAMES, REGIONS_OF_LIGHT, Look
from vesicle.skin.gate.quality import Problem

DARKEST_SKIN = 0.01
MOST_BLOWN = 0.03
MOST_SIDES = 1.6
MOST_TOP = 2.0
MOST_CAST = 0.12


def check(look: Look, facts: dict[str, float]) -> list[Problem]:
    """Return what is wrong with exposure, evenness and colour of the light."""
    found: list[Problem] = []
    level = {}
    for region in REGIONS_OF_LIGHT:
        skin = look.skin(region)
        if len(skin) < 20:
            continue
        level[region] = float(np.median(skin @ LUMINANCE))
        blown = float((skin.max(1) > 0.98).mean())
        facts[f"light_{region}"] = level[region]
        facts[f"blown_{region}"] = blown
        if blown > MOST_BLOWN:
            found.append(
                Problem("over-exposed", f"Over-exposed {NAMES[region]}: {100 * blown:.0f} % of the skin is blown out.",
                        "Lower the exposure.", region, blown, MOST_BLOWN)
            )  # fmt: skip
    white = look.eye_white()
    bright = float(np.percentile(white @ LUMINANCE, 90)) if len(white) else 1.0
    facts["eye_white"] = bright
    for region, value in level.items():
        if value < DARKEST_SKIN or (value < 0.1 and bright < 0.1):
            found.append(
                Problem("too-dark", f"Too dark {NAMES[region]}.", "Add light from the front.", region, value,
                        DARKEST_SKIN)
            )  # fmt: skip
    if {"cheek-left", "cheek-right"} <= level.keys():
        ratio = level["cheek-left"] / max(level["cheek-right"], 1e-4)
        facts["light_left_right"] = ratio
        if not 1 / MOST_SIDES < ratio < MOST_SIDES:
            side = "left" if ratio > 1 else "right"
            found.append(
                Problem("one-sided-light", f"The light comes from the {side} side of the face.",
                        "Light both sides of the face alike.", None, ratio, MOST_SIDES)
            )  # fmt: skip
    if {"forehead", "chin"} <= level.keys():
        ratio = level["forehead"] / max(level["chin"], 1e-4)
        facts["light_top_bottom"] = ratio
        if ratio > MOST_TOP:
            found.append(
                Problem("top-light", "The light comes from above.", "Put the lamp at the height of the face.", None,
                        ratio, MOST_TOP)
            )  # fmt: skip
    gains = np.log10(look.calibration.gains)
    if look.calibration.kind != "none":
        cast = float(gains.max() - gains.min())
        facts["colour_cast"] = cast
        if cast > MOST_CAST:
            found.append(
                Problem("colour-cast", "The light has a strong colour.", "Use white light or set the white balance.",
                        None, cast, MOST_CAST)
            )  # fmt: skip
    return found
