"""What a measure is: a signal in the frame and one number for a region."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from vesicle.skin.frame import Mask
from vesicle.skin.landmarks import Floats
from vesicle.skin.measures.prepared import Prepared

Better = Literal["lower", "higher", "neither"]


@dataclass(frozen=True, slots=True)
class Method:
    """One measure in one version.

    Attributes
    ----------
    version : str
        Name and number, e.g. ``"wrinkles/1"``. Any change to a number it gives is a new version.
    px_per_mm : float
        Of the frame it works in: ``COARSE`` or ``FINE``.
    least_px_per_mm : float
        Of the photograph, below which it is not measurable.
    parameters : mapping
        Every length (mm), weight and threshold of the method.
    map : callable
        ``map(prepared)`` gives the local signal in the frame, rows x columns of float32. Thresholds are fixed, never
        chosen from the photograph.
    value : callable
        ``value(signal, mask)`` sums a signal up over a region, as a number in ``unit``; NaN for an empty region.
    shine : bool
        Whether it looks at highlights, which all others leave out.
    beside : tuple of str
        Values of ``colour.beside`` to print with it.
    at : callable, optional
        ``at(where)`` gives a ``map`` whose choice of what counts was made in ``where``: for two visits in the mean
        of both, since a choice made in each of them would choose noise too.
    needs_card : bool
        Whether photographs can be compared only where a card calibrated the colours of both.
    """

    name: str
    unit: str
    better: Better
    label: str
    explanation: str
    version: str
    px_per_mm: float
    least_px_per_mm: float
    map: Callable[[Prepared], Floats]
    value: Callable[[Floats, Mask], float]
    parameters: Mapping[str, float | str | tuple[float, ...]] = field(default_factory=dict)
    shine: bool = False
    beside: tuple[str, ...] = ()
    at: Callable[[Prepared], Callable[[Prepared], Floats]] | None = None
    needs_card: bool = False
