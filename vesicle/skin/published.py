"""What others found when they photographed the same faces again: used until a clinic has its own retest.

None of these figures comes from a simulated capture. They are for rigs that hold head, lamp and camera; a telephone
in a treatment room is no better.
"""

from __future__ import annotations

from dataclasses import dataclass

MEDIUM_ITA, DARK_ITA = 28.0, 10.0
"""Degrees of ITA below which skin is of the medium and of the dark group."""
TONES = ("light", "medium", "dark")


@dataclass(frozen=True, slots=True)
class Figure:
    """A smallest detectable change somebody found.

    Attributes
    ----------
    sdc : float
        1.96 * sqrt(2) standard errors of one capture, or 1.96 root mean square changes of nothing.
    unit : str
        ``"%"`` of the first value, or the measure's own unit.
    people : int
        Photographed at least twice.
    light_px_per_mm : float
        What the rig resolved.
    dark : float
        How many times wider it is in dark skin.
    source : str
    """

    measure: str
    sdc: float
    unit: str
    people: int
    px_per_mm: float
    dark: float
    source: str

    def widened(self, *, ita: float | None, px_per_mm: float) -> float:
        """Return the figure for skin of this tone and a photograph of this resolution.

        Medium skin gets half of what dark skin gets more; an unknown tone is taken for dark.
        """
        group = "dark" if ita is None else tone(ita)
        wider = {"light": 1.0, "medium": (1 + self.dark) / 2, "dark": self.dark}[group]
        return self.sdc * wider * max(1.0, self.px_per_mm / max(px_per_mm, 1.0)) ** _LOSS.get(self.measure, 0.0)


# How the smallest change grows with the size of a pixel: 3.7 % at 8 pixels a millimetre, 5.5 % at 5, 15 % at 3.3 for
# lines (imaging notes, section 2). Colour does not depend on it.
_LOSS = {"wrinkles": 1.2, "texture": 1.2, "pores": 1.2, "spots": 0.5, "spot_area": 0.5, "spot_count": 0.5}

_SECOND = (
    "102 people photographed twice in one rig, minutes apart, neutral then smiling; forehead; pairs compared on the "
    "same skin (imaging notes, section 5)"
)
_VISIA_2024 = "VISIA rig, 8 people (Henseler 2024): standard deviation of repeated photographs"

FIGURES: dict[str, Figure] = {
    figure.measure: figure
    for figure in (
        Figure("wrinkles", 25.0, "%", 102, 8.0, 1.3, _SECOND + "; 18 % without the worst pairs"),
        Figure("texture", 23.0, "%", 102, 8.0, 2.0, _SECOND),
        Figure("erythema", 2.7, "EI", 102, 3.0, 1.84, _SECOND),
        Figure("ita", 13.0, "°", 102, 3.0, 1.77, _SECOND + "; 6° without the worst pairs"),
        Figure("pores", 11.1, "%", 8, 8.0, 2.0, _VISIA_2024 + " 2 to 4 %"),
        Figure("spots", 16.6, "%", 8, 3.0, 3.0, _VISIA_2024 + " about 6 %"),
        Figure("spot_area", 16.6, "%", 8, 3.0, 3.0, _VISIA_2024 + " about 6 %"),
        Figure("spot_count", 16.6, "%", 8, 3.0, 3.0, _VISIA_2024 + " about 6 %"),
        Figure("radiance_lightness", 1.9, "L*", 0, 3.0, 1.77, "Telephone with a guide: smallest difference seen "
               "(Hashimoto 2024)"),
    )
}  # fmt: skip
"""By measure; a measure without a figure (melanin, evenness, shine) has only what the pair itself shows."""


def tone(ita: float) -> str:
    """Return the tone group of a skin: ``"light"``, ``"medium"`` or ``"dark"``.

    >>> [tone(40.0), tone(15.0), tone(-20.0)]
    ['light', 'medium', 'dark']
    """
    return "light" if ita > MEDIUM_ITA else "medium" if ita >= DARK_ITA else "dark"


def smallest_change(measure: str, value: float, *, ita: float | None, px_per_mm: float) -> float | None:
    """Return the published smallest detectable change of a value, in its own unit; ``None`` where none is known.

    >>> round(smallest_change("wrinkles", 20.0, ita=40.0, px_per_mm=8.0), 1)
    5.0
    """
    figure = FIGURES.get(measure)
    if figure is None:
        return None
    width = figure.widened(ita=ita, px_per_mm=px_per_mm)
    return width / 100 * abs(value) if figure.unit == "%" else width
