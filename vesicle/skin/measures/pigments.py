"""Melanin and blood told apart by three channels of optical density.

Density is taken as ``OD = m M + h H + s (1, 1, 1)`` with fixed vectors; ``s`` is shape and light, which dims all
channels alike. The three rows below are those of the inverse, so each is blind to the two others by construction.

``M`` is melanin's absorption, which falls with the 3.33rd power of the wavelength (Jacques, Phys Med Biol 58, 2013,
doi:10.1088/0031-9155/58/11/R37), at 600, 540 and 460 nm: (.34, .48, .81). ``H`` is blood as seen through skin, by
independent components of photographs (Tsumura et al., ACM Trans Graph 22, 2003, doi:10.1145/882262.882344).

How much the choice matters: as much melanin as would raise the melanin index by 2 moves the erythema index by 0.0 %,
by 0.3 % with the power law's own vector, by 0.5 % with a change as grey as the one between light and dark people, and
by -5.5 % with the melanin of Tsumura's components. A change as grey as that hardly moves the melanin index, which is
the price of an index that no change of light moves; ``classical_MI`` is printed beside it for that.
"""

from __future__ import annotations

import numpy as np

from vesicle.skin.landmarks import Floats

MELANIN = (0.33, 0.48, 0.81)
BLOOD = (0.30, 0.68, 0.67)
_SHADE = (1.0, 1.0, 1.0)


def _rows() -> tuple[Floats, Floats, Floats]:
    inverse = np.linalg.inv(np.array([MELANIN, BLOOD, _SHADE]).T).astype(np.float32)
    return inverse[0], inverse[1], inverse[2]


MELANIN_ROW, BLOOD_ROW, SHADE_ROW = _rows()
"""Weights of the channels' densities that give the amount of melanin, of blood, and of shade."""
