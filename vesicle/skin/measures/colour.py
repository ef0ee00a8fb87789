"""Colour of a region: ITA, melanin, erythema, lightness, evenness, shine."""

from __future__ import annotations

import cv2
import numpy as np

from vesicle.skin.cielab import lab
from vesicle.skin.frame import COARSE, Mask
from vesicle.skin.landmarks import Floats
from vesicle.skin.mask import local_mean
from vesicle.skin.measures.method import Method
from vesicle.skin.measures.pigments import BLOOD, BLOOD_ROW, MELANIN, MELANIN_ROW
from vesicle.skin.measures.prepared import Prepared
from vesicle.skin.measures.regional import NOTHING, middle, unplaned
from vesicle.skin.once import once

COLOUR_PX_PER_MM = 3.0
SMOOTH_MM = 1.5
# Skin without melanin sends back about 63 % of red light (vitiligo): 20 on the scale of 100 log10(1/R).
BARE_SKIN = 0.20
# Erythema is given as it would look in skin of this much melanin, a medium brown.
STANDARD_MELANIN = 1.0
SHINE_AROUND_MM = 12.0

LUMINANCE = (0.2126, 0.7152, 0.0722)


@once
def _smooth_lab(prepared: Prepared) -> Floats:
    return lab(cv2.GaussianBlur(prepared.frame.linear, (0, 0), 0.5 * prepared.px_per_mm))


def typology_angle(prepared: Prepared) -> Floats:
    """Return the individual typology angle in degrees (Chardon et al., Int J Cosmet Sci 13, 1991)."""
    seen = _smooth_lab(prepared)
    return np.degrees(np.arctan2(seen[..., 0] - 50, seen[..., 2])).astype(np.float32)


def lightness(prepared: Prepared) -> Floats:
    """Return CIE L*."""
    return _smooth_lab(prepared)[..., 0]


def melanin(prepared: Prepared) -> Floats:
    """Return the melanin index: 100 log10(1/R) of this melanin in skin of standard blood and light."""
    share = np.array(MELANIN_ROW) * np.float32(100 * MELANIN[0])
    return prepared.density @ share + np.float32(100 * BARE_SKIN)


def erythema(prepared: Prepared) -> Floats:
    """Return the erythema index: 100 (log10 R - log10 G) of this blood in skin of standard melanin."""
    share = np.array(BLOOD_ROW) * np.float32(100 * (BLOOD[1] - BLOOD[0]))
    return prepared.density @ share + np.float32(100 * STANDARD_MELANIN * (MELANIN[1] - MELANIN[0]))


def patches(prepared: Prepared) -> Floats:
    """Return L* of skin without its fine detail."""
    light = prepared.frame.linear @ np.array(LUMINANCE, np.float32)
    even = local_mean(light, prepared.skin, SMOOTH_MM * prepared.px_per_mm)
    return (116 * np.cbrt(np.maximum(even, 0.009)) - 16).astype(np.float32)


def spread(signal: Floats, mask: Mask) -> float:
    """Return the standard deviation of a signal over a region, without its plane."""
    rest = unplaned(signal, mask)
    return float(rest.std()) if rest.size else NOTHING


def gloss(prepared: Prepared) -> Floats:
    """Return by how many per cent light exceeds that of the skin around."""
    light = prepared.frame.linear @ np.array(LUMINANCE, np.float32)
    around = local_mean(light, prepared.bare, SHINE_AROUND_MM * prepared.px_per_mm)
    return (100 * (light / np.maximum(around, np.float32(1e-3)) - 1)).astype(np.float32)


def brightest(signal: Floats, mask: Mask) -> float:
    """Return how far the lightest twentieth of a region stands above its middle."""
    if not mask.any():
        return NOTHING
    high, half = np.percentile(signal[mask], (95, 50))
    return float(high - half)


def beside(prepared: Prepared, mask: Mask) -> dict[str, float]:
    """Return mean L*, a*, b* of a region, and its erythema and melanin indices as Takiwaki (1998) has them."""
    seen = prepared.frame.linear[mask].mean(axis=0, dtype=np.float64).astype(np.float32)
    star = lab(np.clip(seen, 0, 1)[None, None])[0, 0]
    red, green, _ = np.maximum(seen, 1e-3)
    return {
        "L*": float(star[0]),
        "a*": float(star[1]),
        "b*": float(star[2]),
        "classical_EI": float(100 * np.log10(red / green)),
        "classical_MI": float(-100 * np.log10(red)),
    }


ITA = Method(
    name="ita",
    unit="°",
    better="neither",
    label="Skin tone (ITA)",
    explanation="Individual typology angle: 55° and more is very light, 28° to 41° intermediate, below -30° dark.",
    version="ita/1",
    px_per_mm=COARSE,
    least_px_per_mm=COLOUR_PX_PER_MM,
    map=typology_angle,
    value=middle,
    parameters={"smooth_mm": 0.5, "white": "D65"},
    beside=("L*", "b*"),
    needs_card=True,
)
MELANIN_INDEX = Method(
    name="melanin",
    unit="MI",
    better="neither",
    label="Melanin index",
    explanation="How much melanin the skin's colour shows, whatever its redness and the light; higher is darker.",
    version="melanin/1",
    px_per_mm=COARSE,
    least_px_per_mm=COLOUR_PX_PER_MM,
    map=melanin,
    value=middle,
    parameters={"melanin": MELANIN, "blood": BLOOD, "bare_skin": BARE_SKIN},
    beside=("classical_MI",),
    needs_card=True,
)
ERYTHEMA = Method(
    name="erythema",
    unit="EI",
    better="lower",
    label="Redness",
    explanation="Erythema index: how much blood the skin's colour shows, whatever its melanin; higher is redder.",
    version="erythema/1",
    px_per_mm=COARSE,
    least_px_per_mm=COLOUR_PX_PER_MM,
    map=erythema,
    value=middle,
    parameters={"melanin": MELANIN, "blood": BLOOD, "standard_melanin": STANDARD_MELANIN},
    beside=("a*", "classical_EI"),
    needs_card=True,
)
EVENNESS = Method(
    name="evenness",
    unit="L*",
    better="lower",
    label="Unevenness of tone",
    explanation="Spread of lightness over the region beyond fine detail; lower is more even.",
    version="evenness/1",
    px_per_mm=COARSE,
    least_px_per_mm=COLOUR_PX_PER_MM,
    map=patches,
    value=spread,
    parameters={"smooth_mm": SMOOTH_MM},
    needs_card=True,
)
LIGHTNESS = Method(
    name="radiance_lightness",
    unit="L*",
    better="neither",
    label="Lightness",
    explanation="Mean CIE lightness L* of the region.",
    version="radiance_lightness/1",
    px_per_mm=COARSE,
    least_px_per_mm=COLOUR_PX_PER_MM,
    map=lightness,
    value=middle,
    parameters={"smooth_mm": 0.5},
    needs_card=True,
)
SHINE = Method(
    name="radiance_shine",
    unit="%",
    better="neither",
    label="Shine",
    explanation="How much lighter the region's brightest twentieth is than its middle; oily skin has more.",
    version="radiance_shine/1",
    px_per_mm=COARSE,
    least_px_per_mm=COLOUR_PX_PER_MM,
    map=gloss,
    value=brightest,
    parameters={"around_mm": SHINE_AROUND_MM},
    shine=True,
)
METHODS = (ITA, MELANIN_INDEX, ERYTHEMA, EVENNESS, LIGHTNESS, SHINE)
