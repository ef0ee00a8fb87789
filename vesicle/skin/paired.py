"""How much one measure differs between two visits, and how far this very pair can be trusted.

The pair says itself how noisy it is: parts of a region disagree (a jackknife over patches), skin nobody treated seems
to change (patches outside the regions), and sharpness is made equal only as well as it could be estimated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, special

from vesicle.skin.frame import Mask
from vesicle.skin.landmarks import Floats
from vesicle.skin.matching import blocks

PATCHES = 14
"""About so many patches a region is cut into; fewer where it is small."""
SMALLEST_MM, PATCH_MM = 4.0, 14.0

LEAST: dict[str, tuple[float, float]] = {
    "wrinkles": (0.008, 0.01), "texture": (0.004, 0.01), "pores": (0.007, 0.004), "spots": (0.005, 0.01),
    "spot_area": (0.01, 0.04), "spot_count": (0.08, 0.3), "ita": (0.0, 0.25), "melanin": (0.0, 0.15),
    "erythema": (0.0, 0.15), "evenness": (0.009, 0.01), "radiance_lightness": (0.0, 0.1),
    "radiance_shine": (0.02, 0.1),
}  # fmt: skip
"""Standard error that no pair is believed to be below: a share of the value, and an amount in its unit.

What captures drawn from one photograph differed by beyond what the pairs showed themselves. Real captures differ more;
this is the floor, not the error.
"""
LEAST_BY_CARD: dict[str, dict[str, float]] = {
    "card": {"ita": 0.8, "melanin": 0.27, "erythema": 0.26, "radiance_lightness": 0.5},
    "grey": {"ita": 0.9, "melanin": 0.55, "erythema": 0.75, "radiance_lightness": 0.5},
}
"""The same where a card beside the face gives the light: chest and face are not lit alike. One grey is rounded and
compressed as one; what 24 patches are wrong by differs from patch to patch."""
LEAST_BY_TONE = {"light": 1.0, "medium": 1.4, "dark": 1.8}
WIDER: dict[str, dict[str, float]] = {"spots": {"light": 1.1, "medium": 1.2, "dark": 1.3}, "wrinkles": {"dark": 1.1}}
"""By how much patches of a region understate the error, by tone group: a few spots or lines hold most of the sum.

From unchanged pairs of a trial drawn by other rules than ours, whose false alarms were above 5 % without it.
"""
Value = Callable[[Floats, Mask], float]


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure in one region at both visits, on the same skin.

    Attributes
    ----------
    before, after : float
        In the measure's unit.
    local : float
        Standard error of ``after - before`` that patches of the region disagree by, same unit.
    shared : float
        Standard deviation by which skin nobody treated seems to change from place to place, same unit.
    matched : float
        Standard error left by what was made equal (sharpness), same unit.
    least : float
        Standard error no pair is believed to be below, same unit.
    patches : int
        Patches the region was cut into.
    area : float
        Skin that was compared, in square millimetres.
    """

    before: float
    after: float
    local: float
    shared: float
    matched: float
    least: float
    patches: int
    area: float

    @property
    def change(self) -> float:
        """``after - before``."""
        return self.after - self.before

    @property
    def error(self) -> float:
        """Standard error of the change, same unit."""
        return float(np.sqrt(self.local**2 + self.shared**2 + self.matched**2 + self.least**2))

    def chance(self, sdc: float) -> float:
        """Return how likely so large a change is where nothing changed, if 95 % of such are within ``sdc``."""
        if not sdc > 0:
            return 1.0
        return float(2 * special.stdtr(max(self.patches - 1, 1), -abs(self.change) / sdc * self.quantile))

    @property
    def quantile(self) -> float:
        """How many standard errors hold 95 %, for so few patches (Student's t)."""
        return float(special.stdtrit(max(self.patches - 1, 1), 0.975))


def least_error(measure: str, value: float, tone: str, *, light: str) -> float:
    """Return the standard error no pair is believed to be below, in the measure's unit, for skin of a tone group.

    ``light`` is ``"card"``, ``"grey"`` or ``"relative"``.
    """
    share, amount = LEAST.get(measure, (0.05, 0.0))
    amount = LEAST_BY_CARD.get(light, {}).get(measure, amount)
    return LEAST_BY_TONE[tone] * float(np.hypot(share * abs(value), amount))


def darkest(first: Floats, second: Floats) -> Floats:
    """Return how much each pixel of spots counts: by the square of the darker visit.

    The faintest spots are as often a shadow or a pore. The darker of both, so that a spot that went away counts like
    one that stayed; and taken from both alike, so that noise is not taken for a change.
    """
    return np.maximum(first, second) ** 2


def cropped(mask: Mask) -> tuple[slice, slice]:
    """Return the smallest rows and columns that hold a mask."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return slice(0, 0), slice(0, 0)
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def differ(
    first: Floats, second: Floats, mask: Mask, value: Value, px_per_mm: float, *, shared: float, softer: Floats,
    least: float,
    wider: float = 1.0,
    weight: Floats | None = None,
) -> Difference:  # fmt: skip
    """Return how one measure differs over one region.

    Parameters
    ----------
    first, second : ndarray of float32, rows x columns
        The measure's signal at both visits.
    mask : ndarray of bool, rows x columns
        The region's skin seen at both.
    value : callable
        The measure's summary of a region.
    px_per_mm : float
    shared : float
        See ``elsewhere``.
    softer : ndarray of float32, rows x columns
        The first signal, of a frame softened by one standard error of its sharpness.
    least : float
        See ``least_error``.
    wider : float
        See ``WIDER``.
    weight : ndarray of float32, rows x columns, optional
        How much each pixel's change counts. ``before`` stays the plain value; ``after`` is it with the weighted
        change.
    """
    part = cropped(mask)
    one, two, soft, here = first[part], second[part], softer[part], mask[part]
    level = value(one, here)
    if weight is not None:
        share = weight[part]
        # Scaled to the plain value, so that the change keeps its unit.
        scale = np.float32(level / (value(one * share, here) or 1.0))
        one, two, soft = (each * share * scale for each in (one, two, soft))
    before, after = value(one, here), value(two, here)
    area = here.sum() / px_per_mm**2
    side = max(SMALLEST_MM, float(np.sqrt(area / PATCHES)))
    patches = blocks(here, px_per_mm, side_mm=side)
    count = int(patches.max(initial=-1)) + 1
    size = np.bincount(patches[here], minlength=count)
    # Slivers at the border are no patches of their own.
    kept = np.flatnonzero(size > 0.25 * size.mean()) if count else np.zeros(0, int)
    left_out = [here & (patches != number) for number in kept]
    pairs = np.array([(value(one, rest), value(two, rest)) for rest in left_out]).reshape(-1, 2)
    matched = abs(value(soft, here) - before)
    return Difference(before, after, wider * _local(pairs, before), shared, matched, least, len(pairs), float(area))


def whole(parts: Sequence[Difference]) -> Difference:
    """Return how one measure differs over several regions taken together, each weighted by its skin.

    What patches disagree by, and what seems to change from place to place, is another chance in each region and grows
    less; sharpness and light are the same mistake everywhere and stay.

    Parameters
    ----------
    parts : sequence of Difference
        At least one.
    """
    areas = np.array([one.area for one in parts])
    share = areas / areas.sum()

    def over(name: str) -> NDArray[np.float64]:
        return share * np.array([getattr(one, name) for one in parts], np.float64)

    before, after, matched, least = (float(over(name).sum()) for name in ("before", "after", "matched", "least"))
    local, shared = (float(np.sqrt((over(name) ** 2).sum())) for name in ("local", "shared"))
    return Difference(
        before, after, local, shared, matched, least, sum(one.patches for one in parts), float(areas.sum())
    )  # fmt: skip


def _local(pairs: NDArray[np.float64], level: float) -> float:
    """Return the jackknife's standard error, of the change or of the change's share of the level.

    An effect is the same amount everywhere (pigment) or the same share (lines); the one that patches agree on better
    is told from noise best.
    """
    if len(pairs) < 3:
        return float("inf")
    amount = _jackknife(pairs[:, 1] - pairs[:, 0])
    if not np.all(pairs[:, 0]):
        return amount
    return min(amount, _jackknife(pairs[:, 1] / pairs[:, 0]) * abs(level))


def _jackknife(left_out: NDArray[np.float64]) -> float:
    count = len(left_out)
    return float(np.sqrt((count - 1) / count * ((left_out - left_out.mean()) ** 2).sum()))


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of a patch of skin outside the regions: which patch, its rows and columns, and there its mask."""

    patch: tuple[int, int]
    part: tuple[slice, slice]
    mask: Mask


def quartered(mask: Mask, px_per_mm: float) -> list[Quarter]:
    """Return the skin of ``mask`` in quarters of patches of 14 mm, without slivers."""
    numbers = blocks(mask, px_per_mm, side_mm=PATCH_MM / 2)
    size = np.bincount(numbers[mask])
    whole, least = PATCH_MM * px_per_mm, 0.5 * (PATCH_MM / 2 * px_per_mm) ** 2
    found = []
    for index, part in enumerate(ndimage.find_objects(numbers + 1)):
        if size[index] >= least:
            patch = int(part[0].start // whole), int(part[1].start // whole)
            found.append(Quarter(patch, part, numbers[part] == index))
    return found


def elsewhere(first: Floats, second: Floats, quarters: Sequence[Quarter], value: Value) -> float:
    """Return by how much (standard deviation, the measure's unit) skin outside the regions seems to change.

    What four quarters of a patch disagree by is local noise, which a region's own patches show; only what whole
    patches differ by beyond it is returned (analysis of variance).
    """
    found: dict[tuple[int, int], list[float]] = {}
    for one in quarters:
        change = value(second[one.part], one.mask) - value(first[one.part], one.mask)
        if np.isfinite(change):
            found.setdefault(one.patch, []).append(change)
    groups = [np.array(group) for group in found.values() if len(group) >= 2]
    if len(groups) < 4:
        return 0.0
    within = float(np.mean([group.var(ddof=1) / len(group) for group in groups]))
    means = np.array([group.mean() for group in groups])
    # Robust: one patch with hair in it says nothing of the others.
    between = (1.48 * float(np.median(np.abs(means - np.median(means))))) ** 2
    return float(np.sqrt(max(between - within, 0.0)))
