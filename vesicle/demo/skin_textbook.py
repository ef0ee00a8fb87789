"""The textbook way to measure skin in a photograph, for comparison only.

Hessian ridges (Frangi et al., MICCAI 1998) for lines, a grey-level co-occurrence matrix (Haralick et al., IEEE Trans
SMC 3, 1973) for texture, a Laplacian of Gaussian for spots, and CIELAB for colour, in the pixels of the photograph as
they are: no card, no millimetres, no registration.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vesicle.skin.face import locate
from vesicle.skin.image import Image
from vesicle.skin.regions import contours, outline

MEASURES = ("wrinkles", "texture", "spots", "erythema", "melanin")
_LEVELS = 32


def measure(srgb: NDArray[np.uint8], regions: tuple[str, ...]) -> dict[str, dict[str, float]]:
    """Return values by region and measure. ``srgb`` is uint8, rows x columns x 3.

    Raises ``ImportError`` where scikit-image, which only tests and benchmarks need, is not installed.
    """
    from skimage.color import rgb2lab
    from skimage.feature import graycomatrix, graycoprops
    from skimage.filters import frangi

    face = locate(Image(srgb))
    covered = np.zeros(srgb.shape[:2], np.uint8)
    for contour, _ in contours(face.points):
        cv2.fillPoly(covered, [np.round(contour).astype(np.int32)], 1)
    found = {}
    for region in regions:
        corners = np.round(outline(face.points, region)).astype(np.int32)
        left, top, width, height = cv2.boundingRect(corners)
        here = (slice(top, top + height), slice(left, left + width))
        inside = np.zeros(srgb.shape[:2], np.uint8)
        cv2.fillPoly(inside, [corners], 1)
        mask = (inside[here] & (1 - covered[here])).astype(bool)
        if not mask.any():
            continue
        seen = rgb2lab(srgb[here])
        grey = seen[..., 0] / 100
        levels = np.clip(grey * _LEVELS, 0, _LEVELS - 1).astype(np.uint8)
        matrix = graycomatrix(levels, [1, 2], [0, np.pi / 4, np.pi / 2, 3 * np.pi / 4], _LEVELS, True, True)
        blobs = np.maximum(cv2.Laplacian(cv2.GaussianBlur(grey, (0, 0), 4.0), cv2.CV_64F), 0)
        found[region] = {
            "wrinkles": float(frangi(grey, sigmas=range(1, 4), black_ridges=True)[mask].mean()),
            "texture": float(graycoprops(matrix, "contrast").mean()),
            "spots": float(blobs[mask].mean()),
            "erythema": float(seen[..., 1][mask].mean()),
            "melanin": float(100 - seen[..., 0][mask].mean()),
        }
    return found
