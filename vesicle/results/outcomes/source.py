"""Where an outcome comes from: a scale or device and who used it, or a measure of the photo library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from vesicle.core import languages
from vesicle.core.spoken import filled
from vesicle.protocols.bank import load_bank
from vesicle.protocols.translating import bank_in
from vesicle.results.outcomes.domain import Kind
from vesicle.skin.measuring import MEASURES
from vesicle.skin.regions import REGIONS

PHOTO = "photo"
RELATIVE = frozenset({"OM-GAIS"})
"""Scales that speak of a change themselves: nought is no change, and there is no value before."""
OF_THE_RESULT = frozenset({"OM-VAS-SAT"})
"""Scales about the result itself, which nobody can score before there is one."""


@dataclass(frozen=True, slots=True)
class Source:
    """What was measured, and by whom (``photo``, or one of ``Measurement.ScoredBy``). Written ``by:measure``."""

    by: str
    measure: str

    @classmethod
    def read(cls, key: str) -> Source | None:
        """Return the source a key names, ``None`` where it names none."""
        by, _sign, measure = key.partition(":")
        if by == PHOTO:
            return cls(by, measure) if measure in MEASURES else None
        known = load_bank().measures.get(measure)
        return cls(by, measure) if known is not None and by in ("patient", "clinician", "device") else None

    @property
    def key(self) -> str:
        """How it stands in addresses and in the switch."""
        return f"{self.by}:{self.measure}"

    @property
    def is_photo(self) -> bool:
        """Whether the photo library measured it."""
        return self.by == PHOTO

    @property
    def kind(self) -> Kind:
        """Whether people are compared with before."""
        return "level" if self.measure in RELATIVE | OF_THE_RESULT else "change"

    @property
    def tells_change(self) -> bool:
        """Whether a value above or below nought is a change for the better or worse."""
        return self.measure not in OF_THE_RESULT

    @property
    def unit(self) -> str:
        """The unit, empty for scores."""
        if self.is_photo:
            return MEASURES[self.measure].unit
        return bank_in(languages.active()).measures[self.measure].unit or ""

    @property
    def better(self) -> Literal["higher", "lower", "neither"]:
        """Which way is better."""
        return MEASURES[self.measure].better if self.is_photo else load_bank().measures[self.measure].better

    @property
    def name(self) -> str:
        """What it is called, with who scored it."""
        if self.is_photo:
            return _("%(measure)s, measured in photographs") % {"measure": _(MEASURES[self.measure].label)}
        name = bank_in(languages.active()).measures[self.measure].name
        if self.by == "patient":
            return filled(_("%(measure)s, scored by the patient"), {"measure": name})
        if self.by == "clinician":
            return filled(_("%(measure)s, scored by the clinician"), {"measure": name})
        return name


def region_name(region: str) -> str:
    """Return an area of skin in words; an empty one is the treated area as a whole."""
    if not region:
        return _("the treated area as a whole")
    bank = bank_in(languages.active())
    return bank.areas[region].name if region in bank.areas else REGIONS.get(region, region)
