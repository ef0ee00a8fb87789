"""CIELAB of linear light."""

from __future__ import annotations

import numpy as np

from vesicle.skin.landmarks import Floats

# sRGB to CIE XYZ for D65 (IEC 61966-2-1), each row divided by the white point.
_TO_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]], np.float32
) / np.array([[0.9505], [1.0], [1.089]], np.float32)


def lab(linear: Floats) -> Floats:
    """Return CIELAB (D65) of linear sRGB (0 to 1), same shape (CIE 15:2004).

    >>> import numpy as np
    >>> lab(np.ones((1, 1, 3), np.float32)).round(1).tolist()
    [[[100.0, 0.0, 0.0]]]
    """
    xyz = np.maximum(linear @ _TO_XYZ.T, 0)
    root = np.where(xyz > 216 / 24389, np.cbrt(xyz), xyz * np.float32(24389 / 27 / 116) + np.float32(16 / 116))
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    answer: Floats = np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1).astype(np.float32)
    return answer
