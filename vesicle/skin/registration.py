"""The same patch of skin in two photographs.

A homography carries the mesh of one photograph onto that of the other; what it leaves, half a millimetre of the
mesh's own error and the face's depth, a flow takes away. Only brightness relative to its surroundings is compared, so
that neither light nor an even change of pigment moves anything.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from vesicle.skin.errors import Refused
from vesicle.skin.face import Face, locate
from vesicle.skin.flow import SMOOTH_MM, carried, feature, grid, inverse, refined, searched
from vesicle.skin.frame import COARSE, FINE, Frame, Mask, upright
from vesicle.skin.image import Image, Source, as_image, to_linear
from vesicle.skin.landmarks import Bytes, Floats, mirror
from vesicle.skin.regions import EYE, LIPS, OVAL

METHOD = "registration/2"
UNSURE_MM = 0.5
"""Where going there and back misses by more than this, nothing is compared."""

_RANSAC_MM, _AGREED_MM = 1.5, 0.4
_BOTH_WAYS_PX = 0.08
_BACK_LINEAR = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
_BACK_CUBIC = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Registration:
    """Where each point of one photograph lies in another.

    Attributes
    ----------
    to_frame : ndarray of float64, 2 x 3
        From pixels of the first photograph to pixels of its upright frame.
    px_per_mm : float
        Of that frame.
    native_px_per_mm : tuple of float
        Nominal pixels a millimetre of both photographs.
    mesh : ndarray of float32, 468 x 3
        The first photograph's mesh in the frame.
    flow : ndarray of float32, rows x columns x 2
        Displacement in pixels of the frame.
    matrix : ndarray of float64, 3 x 3
        From displaced pixels of the frame to pixels of the second photograph.
    error : ndarray of float32, rows x columns
        Millimetres missed when going there and back.
    likeness : float
        Correlation of what is compared, 0 to 1: high for the same skin, low for another person's.
    valid : ndarray of bool, rows x columns
        Inside the face, seen in both photographs, and not unsure.
    """

    to_frame: Matrix
    px_per_mm: float
    native_px_per_mm: tuple[float, float]
    mesh: Floats
    flow: Floats
    matrix: Matrix
    error: Floats
    likeness: float
    valid: Mask
    method: str = METHOD

    @property
    def residual_mm(self) -> float:
        """Estimated mean error on the face, in millimetres.

        What going there and back misses is shared by both ways; errors both ways agree on do not show in it, and were
        0.08 pixels of the coarser photograph where the truth was known.
        """
        if not self.valid.any():
            return float("nan")
        return float(np.hypot(self.error[self.valid].mean() / np.sqrt(2), _BOTH_WAYS_PX / min(self.native_px_per_mm)))

    def valid_at(self, shape: tuple[int, int]) -> Mask:
        """Return ``valid`` for a frame of another resolution (rows, columns)."""
        size = (shape[1], shape[0])
        return cv2.resize(self.valid.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST).astype(bool)

    def points(self, before: ArrayLike) -> Matrix:
        """Return where points of the first photograph (n x 2, its pixels) lie in the second (n x 2, its pixels)."""
        given = np.asarray(before, np.float64).reshape(-1, 2)
        placed = given @ self.to_frame[:, :2].T + self.to_frame[:, 2]
        return _through(self.matrix, placed + _sampled(self.flow, placed))

    def warp(self, after: Source | Image, *, px_per_mm: float = FINE) -> Frame:
        """Return the second photograph in the first's upright frame, resampled once, in linear light.

        Parameters
        ----------
        after : source
            The second photograph, as it was registered.
        px_per_mm : float
            Of the frame; shrinking averages, enlarging interpolates.
        """
        image, factor = as_image(after), px_per_mm / self.px_per_mm
        rows, columns = (round(side * factor) for side in self.flow.shape[:2])
        # One row and column more: the last pixels of a finer frame lie beyond the last of this one.
        flow = cv2.copyMakeBorder(self.flow, 0, 1, 0, 1, cv2.BORDER_REPLICATE)
        where = _through(self.matrix, grid(flow.shape[:2]) + flow).astype(np.float32)
        finer = np.array([[1 / factor, 0, 0], [0, 1 / factor, 0]])
        where = cv2.warpAffine(where, finer, (columns, rows), flags=_BACK_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return self._frame(_resampled(image, where), self.native_px_per_mm[1], px_per_mm)

    def warp_first(self, before: Source | Image, *, px_per_mm: float = FINE) -> Frame:
        """Return the first photograph in its own upright frame, on the same pixels as ``warp`` gives."""
        image, factor = as_image(before), px_per_mm / self.px_per_mm
        rows, columns = (round(side * factor) for side in self.flow.shape[:2])
        back = np.linalg.inv(np.vstack([self.to_frame, [0, 0, 1]]))
        where = _through(back, grid((rows, columns)) / factor)
        return self._frame(_resampled(image, where.astype(np.float32)), self.native_px_per_mm[0], px_per_mm)

    def _frame(self, linear: Floats, native_px_per_mm: float, px_per_mm: float) -> Frame:
        # As ``frame.upright`` lays it: the same origin at every resolution.
        factor = px_per_mm / self.px_per_mm
        return Frame(linear, self.mesh * np.float32(factor), px_per_mm, native_px_per_mm, self.to_frame * factor)

    def drawn_onto_first(self, after: Source | Image, size: tuple[int, int]) -> Floats:
        """Return the second photograph in the pixels of the first (``size``: width, height), in linear light."""
        columns, rows = size
        where = self.points(grid((rows, columns)).reshape(-1, 2)).reshape(rows, columns, 2)
        return _resampled(as_image(after), where.astype(np.float32))


def register(before: Source | Image, after: Source | Image) -> Registration:
    """Return where each point of a face lies in a second photograph of it.

    Parameters
    ----------
    before, after : source
        Photographs of one person in one view.

    Returns
    -------
    Registration

    Raises
    ------
    Refused
        If one of them cannot be used or shows no face.

    Notes
    -----
    Homography by RANSAC on the 468 mesh points; dense inverse search (Kroeger et al., ECCV 2016) at 2 pixels a
    millimetre; then Lucas-Kanade steps with Gaussian windows of 5 to 2.5 mm, each drawn towards the step before it
    where the skin has little to hold on to.

    Examples
    --------
    >>> from vesicle.skin.trial.drawn import Drawing, face
    >>> picture = face(Drawing(px_per_mm=3))
    >>> same = register(picture, picture)
    >>> bool(abs(same.points([[300.0, 400.0]]) - [[300.0, 400.0]]).max() < 0.1)
    True
    """
    first, second = as_image(before), as_image(after)
    return register_faces(first, locate(first), second, locate(second))


def register_faces(first: Image, face: Face, second: Image, other: Face) -> Registration:
    """Return the registration of two faces already found; see ``register``."""
    px = COARSE
    to_frame, shape = upright(face, px)
    from_second, _ = upright(other, px)
    mesh = _placed(face.points, to_frame, px / face.px_per_mm)
    opposite = _placed(other.points, from_second, px / other.px_per_mm)
    cv2.setRNGSeed(1)
    start, _ = cv2.findHomography(mesh[:, :2], opposite[:, :2], cv2.RANSAC, _RANSAC_MM * px)
    if start is None:
        raise Refused("unlike", "The two photographs do not show the same face in the same view.")
    here = feature(_grey(first, to_frame, shape), px)
    there_grey = _grey(second, from_second, shape)
    weight = _compared(mesh, shape, px)
    for again in (True, False):
        there = feature(cv2.warpPerspective(there_grey, start, (shape[1], shape[0]), flags=_BACK_CUBIC), px)
        first_flow = searched(here, there, px)
        if again:
            # Parallel lines match their neighbours; the whole face, matched once, says which is which.
            start = _through_all(start, first_flow, weight, px)
    flow = refined(here, there, first_flow, weight, px)
    back = refined(there, here, inverse(first_flow), weight, px, last=2)
    error = np.linalg.norm(flow + carried(back, flow), axis=2) / np.float32(px)
    error = cv2.GaussianBlur(error, (0, 0), px)
    matrix = np.linalg.inv(np.vstack([from_second, [0, 0, 1]])) @ start
    in_first = _inside(first, _through(np.linalg.inv(np.vstack([to_frame, [0, 0, 1]])), grid(shape)))
    in_second = _inside(second, _through(matrix, grid(shape) + flow))
    valid = (weight > 0) & in_first & in_second & (error < UNSURE_MM)
    likeness = _correlation(here, carried(there, flow), valid)
    return Registration(to_frame, px, (face.px_per_mm, other.px_per_mm), mesh, flow, matrix, error, likeness, valid)


def _through_all(start: Matrix, flow: Floats, weight: Floats, px: float) -> Matrix:
    """Return the homography that most of the flow agrees on."""
    step = round(SMOOTH_MM * px)
    places = grid(flow.shape[:2])[::step, ::step]
    used = weight[::step, ::step] > 0
    there = _through(start, places + flow[::step, ::step])
    cv2.setRNGSeed(1)
    found, _ = cv2.findHomography(places[used], there[used], cv2.RANSAC, _AGREED_MM * px)
    return start if found is None else found


def _inside(image: Image, places: Matrix) -> Mask:
    return np.asarray(((places > 1) & (places < np.array(image.size) - 2)).all(axis=2))


def _placed(points: Floats, to_frame: Matrix, scale: float) -> Floats:
    placed = points * np.float32(scale)
    placed[:, :2] = points[:, :2] @ to_frame[:, :2].T + to_frame[:, 2]
    return placed


def _through(matrix: Matrix, points: NDArray[np.floating]) -> Matrix:
    moved = points @ matrix[:, :2].T + matrix[:, 2]
    return moved[..., :2] / moved[..., 2:]


def _sampled(flow: Floats, points: Matrix) -> Matrix:
    # Rows of 16,000 at most: OpenCV's maps cannot be longer.
    parts = [points[start : start + 16000].astype(np.float32) for start in range(0, len(points), 16000)]
    found = [
        cv2.remap(flow, part[None, :, 0], part[None, :, 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)[0]
        for part in parts
    ]
    return np.concatenate(found) if found else np.zeros((0, 2))


def _resampled(image: Image, where: Floats) -> Floats:
    """Return the picture at ``where`` (rows x columns x 2), averaged first when it shrinks."""
    low = np.maximum(np.floor(where.reshape(-1, 2).min(0)).astype(int) - 4, 0)
    high = np.minimum(np.ceil(where.reshape(-1, 2).max(0)).astype(int) + 5, image.size)
    low = np.minimum(low, np.array(image.size) - 1)
    high = np.maximum(high, low + 1)
    part = to_linear(image.srgb[low[1] : high[1], low[0] : high[0]])
    middle = where[where.shape[0] // 3 : -where.shape[0] // 3, where.shape[1] // 3 : -where.shape[1] // 3]
    across, down = np.diff(middle, axis=1)[:-1], np.diff(middle, axis=0)[:, :-1]
    area = np.median(np.abs(across[..., 0] * down[..., 1] - across[..., 1] * down[..., 0]))
    shrink = float(np.sqrt(area))
    if shrink > 1:
        part = cv2.GaussianBlur(part, (0, 0), 0.5 * float(np.sqrt(shrink**2 - 1)) + 0.05)
    places = where - low.astype(np.float32)
    return cv2.remap(part, places, None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def _grey(image: Image, to_frame: Matrix, shape: tuple[int, int]) -> Bytes:
    back = cv2.invertAffineTransform(to_frame)
    corners = np.array([[0, 0], [shape[1], 0], [0, shape[0]], [shape[1], shape[0]]]) @ back[:, :2].T + back[:, 2]
    low = np.maximum(np.floor(corners.min(0)).astype(int) - 8, 0)
    high = np.minimum(np.ceil(corners.max(0)).astype(int) + 9, image.size)
    grey = cv2.cvtColor(np.ascontiguousarray(image.srgb[low[1] : high[1], low[0] : high[0]]), cv2.COLOR_RGB2GRAY)
    moved = to_frame.copy()
    moved[:, 2] += to_frame[:, :2] @ low
    times = int(1 / np.sqrt(abs(np.linalg.det(to_frame[:, :2]))))
    if times > 1:
        # Whole blocks are averaged, so that one pixel of the small picture is the middle of its block.
        grey = grey[: grey.shape[0] // times * times, : grey.shape[1] // times * times]
        grey = cv2.resize(grey, None, fx=1 / times, fy=1 / times, interpolation=cv2.INTER_AREA)
        moved[:, 2] += moved[:, :2] @ np.full(2, (times - 1) / 2)
        moved[:, :2] *= times
    return cv2.warpAffine(grey, moved, (shape[1], shape[0]), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def _compared(mesh: Floats, shape: tuple[int, int], px: float) -> Floats:
    """Return the face without what moves by itself: eyes and lips."""
    inside = np.zeros(shape, np.uint8)
    cv2.fillPoly(inside, [np.round(mesh[list(OVAL), :2]).astype(np.int32)], 1)
    opposite = mirror()
    for contour in (EYE, tuple(int(v) for v in opposite[list(EYE)]), LIPS):
        cv2.fillPoly(inside, [np.round(mesh[list(contour), :2]).astype(np.int32)], 0)
    return inside.astype(np.float32)


def _correlation(here: Floats, there: Floats, where: Mask) -> float:
    if where.sum() < 100:
        return 0.0
    return float(np.corrcoef(here[where], there[where])[0, 1])
