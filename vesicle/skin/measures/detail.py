"""What is left of the skin's density when everything wider than a few millimetres is taken away."""

from __future__ import annotations

import cv2
import numpy as np

from vesicle.skin.landmarks import Floats
from vesicle.skin.mask import local_mean
from vesicle.skin.measures.prepared import Prepared
from vesicle.skin.once import once

AROUND_MM = 5.0
# Relief darkens all channels alike; red shows melanin and blood least, and has the least noise on skin.
WEIGHTS = (0.6, 0.3, 0.1)


@once
def detail(prepared: Prepared) -> Floats:
    """Return density less its mean over the skin within 5 mm, 0 outside the skin (rows x columns of float32).

    Lips, brows and nostrils are so taken out before any filter can smear their edges into the skin beside them, and
    a slope of light goes with the mean.
    """
    grey = cv2.transform(prepared.density, np.array([WEIGHTS], np.float32))
    grey -= local_mean(grey, prepared.skin, AROUND_MM * prepared.px_per_mm)
    grey *= prepared.skin
    return grey
