"""What was measured in one photograph: values with their error, and what could not be measured and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vesicle.skin.gate import Quality


@dataclass(frozen=True, slots=True)
class Measurement:
    """One value of one region.

    Attributes
    ----------
    value : float
        In ``unit``.
    repeatability : float
        Standard error of one capture (SEM), in ``unit``; NaN where nobody has published one and no retest was given.
    sdc : float
        Smallest change between two captures that is more than noise (1.96 * sqrt(2) * SEM), in ``unit``.
    method : str
        Name and version, e.g. ``"wrinkles/1"``. Values of different versions are never compared.
    parameters : mapping
        What the method was run with.
    basis : str
        Where ``repeatability`` comes from: ``"published"``, ``"retest:<id>"`` or ``"unknown"``.
    extra : mapping of str to float
        Values that help to read this one, e.g. a* beside the erythema index. ``relative`` is the value less that of
        untreated skin of the same photo (outside every region), for colours without a card.
    """

    value: float
    unit: str
    repeatability: float
    sdc: float
    method: str
    parameters: Mapping[str, Any]
    basis: str
    extra: Mapping[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON; None for what is not known."""
        return {
            "value": self.value,
            "unit": self.unit,
            "repeatability": _known(self.repeatability),
            "sdc": _known(self.sdc),
            "method": self.method,
            "basis": self.basis,
            "parameters": {name: list(one) if isinstance(one, tuple) else one for name, one in self.parameters.items()},
            "extra": dict(self.extra),
        }


@dataclass(frozen=True, slots=True)
class Report:
    """What one photograph says of the skin.

    Attributes
    ----------
    quality : Quality
        Of a refused photograph nothing is measured.
    regions : tuple of str
        Asked for; each is in ``measures`` and ``not_measured``.
    measures : mapping of region to mapping of measure to Measurement
    not_measured : mapping of region to mapping of measure to str
        One sentence each.
    calibration : str
        ``"card"``, ``"grey"`` or ``"none"``; ``colours`` says it in a sentence.
    px_per_mm : float
        Of the photograph; nominal, from the distance of the eyes.
    view : str
    """

    quality: Quality
    regions: tuple[str, ...]
    measures: Mapping[str, Mapping[str, Measurement]]
    not_measured: Mapping[str, Mapping[str, str]]
    calibration: str
    px_per_mm: float
    view: str = "front"

    @property
    def colours(self) -> str:
        """What colours are held against, in one sentence."""
        return _COLOURS[self.calibration]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON, in the form of the command ``vesicle measure``."""
        return {
            "quality": self.quality.as_dict(),
            "view": self.view,
            "calibration": self.calibration,
            "colours": self.colours,
            "px_per_mm": self.px_per_mm,
            "measures": {
                region: {name: one.as_dict() for name, one in found.items()} for region, found in self.measures.items()
            },
            "not_measured": {region: dict(reasons) for region, reasons in self.not_measured.items() if reasons},
        }


_COLOURS = {
    "card": "Colours follow the 24-patch card in the photograph.",
    "grey": "White balance and exposure follow the grey card in the photograph; how the camera mixes colours does not.",
    "none": "No card was found: values are as the camera saw them; only their `relative` part, the difference from "
    "untreated skin of the same photo, can be held against another photo.",
}


def _known(value: float) -> float | None:
    return None if value != value else value
