"""Whether the light carries: enough, not too much, even, and without a colour of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vesicle.skin.gate.look import LUMINANCE, NAMES, REGIONS_OF_LIGHT, Look
from vesicle.skin.gate.quality import Problem
from vesicle.skin.landmarks import Floats

DARKEST_SKIN = 0.01
"""Linear light below which 8 bits leave too few steps."""
DIM_SKIN, DIM_EYES = 0.20, 0.23
"""Dark skin is no darkness: skin counts as too dark only where the white of the eyes is dark too."""
MOST_BLOWN, MOST_BLOWN_CHANNEL, MOST_BLOWN_EYES = 0.03, 0.25, 0.06
MOST_GAIN, LEAST_GAIN = 2.2, 0.6
"""What a card's greys may have to be multiplied by."""
MOST_SIDES, MOST_TOP, MOST_ON_CARD = 1.26, 1.9, 1.2
"""Ratios of light: over 60 mm across the face, forehead to chin, over 60 mm on the card."""
MOST_CAST = 0.12
"""Decadic logarithm between the gains of two channels of a card."""
WARMEST_EYES, COOLEST_EYES, LEAST_RED_SKIN = 0.28, -0.04, 0.06
"""Decadic logarithm of red to blue in the white of the eyes, and of red to green of skin of any tone."""
LEAST_COLOURS = 0.012
"""Standard deviation of the decadic logarithm of red to blue over the face; drawn and real ones have 0.03 and more."""
_CLIPPED = 0.98
_OPEN_LIDS = 0.07
_SPAN_MM = 60.0
_PAIRS = ("cheek", "under-eye", "nasolabial", "crows-feet")


@dataclass(frozen=True, slots=True)
class _Light:
    skin: dict[str, Floats]
    level: dict[str, float]
    eyes: Floats


def check(look: Look, facts: dict[str, float], *, covered: bool = False) -> list[Problem]:
    """Return what is wrong with exposure, evenness and colour of the light."""
    skin = {region: look.skin(region) for region in REGIONS_OF_LIGHT if not (covered and region == "chin")}
    skin = {region: pixels for region, pixels in skin.items() if len(pixels) >= 20}
    if not skin:
        return []
    level = {region: float(np.median(pixels @ LUMINANCE)) for region, pixels in skin.items()}
    facts.update({f"light_{region}": value for region, value in level.items()})
    seen = _Light(skin, level, look.eye_white())
    bright = _bright(look, seen, facts)
    uneven, cast = _uneven(look, seen, facts), _cast(look, seen, facts)
    if not bright:
        return _dark(look, seen, facts) + uneven + cast
    # The cause first: a lamp at one side or of one colour drives its side or its channel into the white.
    if facts["blown"] <= MOST_BLOWN:
        return cast + uneven + bright
    return uneven + bright + cast


def _bright(look: Look, seen: _Light, facts: dict[str, float]) -> list[Problem]:
    # Clipped red alone is common on bright skin: it costs the pixel, two clipped channels cost the photograph.
    blown = {r: float((np.sort(pixels, axis=1)[:, 1] > _CLIPPED).mean()) for r, pixels in seen.skin.items()}
    channel = {r: float((pixels.max(1) > _CLIPPED).mean()) for r, pixels in seen.skin.items()}
    every = np.concatenate(list(seen.skin.values()))
    total = float((np.sort(every, axis=1)[:, 1] > _CLIPPED).mean())
    single = float((every.max(1) > _CLIPPED).mean())
    eyes = float((seen.eyes.max(1) > _CLIPPED).mean()) if len(seen.eyes) else 0.0
    facts.update(blown=total, blown_channel=single, blown_eyes=eyes)
    gain = look.calibration.gains[1] if look.calibration.kind != "none" else 1.0
    if total > MOST_BLOWN or single > MOST_BLOWN_CHANNEL:
        worst = max(blown, key=lambda region: (blown[region], channel[region]))
        share = max(blown[worst], channel[worst])
        return [Problem(
            "over-exposed", f"Over-exposed {NAMES[worst]}: {share:.0%} of the skin is blown out.",
            "Lower the exposure.", worst, share, MOST_BLOWN,
        )]  # fmt: skip
    if gain < LEAST_GAIN or eyes > MOST_BLOWN_EYES:
        return [Problem(
            "over-exposed", "Over-exposed: the brightest parts of the face are blown out.", "Lower the exposure.", None,
            eyes, MOST_BLOWN_EYES,
        )]  # fmt: skip
    return []


def _dark(look: Look, seen: _Light, facts: dict[str, float]) -> list[Problem]:
    eyes = float(np.percentile(seen.eyes @ LUMINANCE, 90)) if len(seen.eyes) else 1.0
    facts["light_eyes"] = eyes
    worst = min(seen.level, key=lambda region: seen.level[region])
    value = seen.level[worst]
    if look.calibration.kind != "none":
        facts["gain"] = look.calibration.gains[1]
        dim = look.calibration.gains[1] > MOST_GAIN
    else:
        dim = np.median(list(seen.level.values())) < DIM_SKIN and eyes < DIM_EYES
    if dim or value < DARKEST_SKIN:
        return [Problem(
            "too-dark", f"Too dark {NAMES[worst]}.", "Add light from the front or expose longer.", worst, value,
            DIM_SKIN if dim else DARKEST_SKIN,
        )]  # fmt: skip
    return []


def _uneven(look: Look, seen: _Light, facts: dict[str, float]) -> list[Problem]:
    found = []
    across = _across(look)
    facts["light_left_right"] = across
    sides = max(across, 1 / across)
    top = seen.level.get("forehead", 1.0) / max(seen.level["chin"], 1e-4) if "chin" in seen.level else 1.0
    facts["light_top_bottom"] = top
    card = np.exp(np.array(look.calibration.slope) * look.face.px_per_mm * _SPAN_MM)
    facts.update(light_card_across=float(card[0]), light_card_down=float(card[1]))
    card_sides = max(card[0], 1 / card[0])
    if sides > MOST_SIDES or card_sides > MOST_ON_CARD:
        left = across > 1 if sides > MOST_SIDES else card[0] > 1
        dim = "right" if left else "left"
        found.append(Problem(
            "one-sided-light", f"The light is one-sided: too dark on the {dim} side of the face.",
            "Light both sides of the face alike.", f"cheek-{dim}", max(sides, float(card_sides)), MOST_SIDES,
        ))  # fmt: skip
    if top > MOST_TOP or 1 / card[1] > MOST_ON_CARD:
        found.append(Problem(
            "top-light", "The light comes from above: the lower face is too dark.",
            "Put the lamp at the height of the face.", "chin", top, MOST_TOP,
        ))  # fmt: skip
    return found


def _across(look: Look) -> float:
    """Return how much brighter the person's left is over 60 mm, from pairs of regions around the middle line."""
    slopes = []
    for name in _PAIRS:
        masks = [look.frame.region(f"{name}-{side}") for side in ("right", "left")]
        if min(mask.sum() for mask in masks) < 20:
            continue
        levels = [float(np.median(look.frame.linear[mask] @ LUMINANCE)) for mask in masks]
        apart = (np.nonzero(masks[1])[1].mean() - np.nonzero(masks[0])[1].mean()) / look.frame.px_per_mm
        slopes.append(np.log(max(levels[1], 1e-4) / max(levels[0], 1e-4)) / max(apart, 10.0))
    return float(np.exp(_SPAN_MM * np.median(slopes))) if slopes else 1.0


def _colourless(look: Look, facts: dict[str, float]) -> bool:
    """Return whether lips, eyes and skin have one colour: no light does that, only a filter."""
    pixels = look.frame.linear[look.frame.oval()]
    light = pixels @ LUMINANCE
    pixels = pixels[(light > 0.02) & (light < 0.9)]
    if len(pixels) < 100:
        return False
    spread = float(np.std(np.log10(np.maximum(pixels[:, 0], 1e-3) / np.maximum(pixels[:, 2], 1e-3))))
    facts["colours"] = spread
    return spread < LEAST_COLOURS


def _cast(look: Look, seen: _Light, facts: dict[str, float]) -> list[Problem]:
    if _colourless(look, facts):
        return [
            Problem("colour-cast", "The photo is black and white, or in shades of one colour.", "Take it in colour.")
        ]
    gains = np.log10(look.calibration.gains)
    if look.calibration.kind != "none":
        cast, limit = float(gains.max() - gains.min()), MOST_CAST
        facts["colour_cast"] = cast
        warm, strong = gains[2] > gains[0], cast > MOST_CAST
    else:
        points = look.face.points
        lids = np.linalg.norm(points[[159, 386]] - points[[145, 374]], axis=1).mean() / (63 * look.face.px_per_mm)
        every = np.median(np.concatenate(list(seen.skin.values())), axis=0)
        red = float(np.log10(max(every[0], 1e-3) / max(every[1], 1e-3)))
        cast, limit = 0.0, WARMEST_EYES
        if lids > _OPEN_LIDS and len(seen.eyes) >= 20:
            light = seen.eyes @ LUMINANCE
            white = np.median(seen.eyes[light > np.percentile(light, 75)], axis=0)
            cast = float(np.log10(max(white[0], 1e-3) / max(white[2], 1e-3)))
        facts.update(eyes_red_to_blue=cast, skin_red_to_green=red)
        warm = cast > 0
        clipped = facts["blown"] > MOST_BLOWN or facts["blown_eyes"] > MOST_BLOWN_EYES
        strong = not clipped and (cast > WARMEST_EYES or cast < COOLEST_EYES or red < LEAST_RED_SKIN)
    if not strong:
        return []
    return [Problem(
        "colour-cast", f"The light has a strong {'yellow' if warm else 'blue'} cast.",
        "Use white light, no coloured walls, or set the white balance on the card.", None, cast, limit,
    )]  # fmt: skip
