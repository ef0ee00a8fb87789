"""The captures of two visits, brought into one frame, one sharpness and one light."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import cv2
import numpy as np

from vesicle.skin.colour import calibrate
from vesicle.skin.compression import as_coarse, quality
from vesicle.skin.face import Face, locate
from vesicle.skin.frame import Frame, Mask, face_frame
from vesicle.skin.image import Image
from vesicle.skin.landmarks import Floats
from vesicle.skin.matching import Sharpness, lit_alike, outside, sharpness, softened
from vesicle.skin.measures import Calibration, Prepared, prepare
from vesicle.skin.measures.prepared import density_of
from vesicle.skin.once import once
from vesicle.skin.paired import Quarter, cropped, quartered
from vesicle.skin.regions import REGIONS
from vesicle.skin.registration import Registration, register_faces


@dataclass(frozen=True, slots=True)
class Capture:
    """One photograph of a visit: its picture, face and calibration."""

    image: Image
    face: Face
    calibration: Calibration


@dataclass(frozen=True, slots=True)
class Together:
    """Two visits on one grid.

    Attributes
    ----------
    before, after : tuple of Prepared
        The captures of each visit in the frame of the first capture of all.
    skin, bare : ndarray of bool, rows x columns
        Skin that can be measured in every capture, and the same with highlights.
    outside : ndarray of bool, rows x columns
        Skin outside every region.
    sharpness : Sharpness
        How much softer the second visit was, before both were made as soft as the softest capture.
    registrations : tuple of Registration
        Of every capture but the first.
    light : str
        ``"card"`` or ``"grey"`` when every capture was calibrated alike, else ``"relative"``.
    kept : dict
        What several measures ask of it (``once.once``).
    """

    before: tuple[Prepared, ...]
    after: tuple[Prepared, ...]
    skin: Mask
    bare: Mask
    outside: Mask
    sharpness: Sharpness
    registrations: tuple[Registration, ...]
    light: str
    kept: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def between(self, share: float) -> Prepared:
        """Return skin between both visits: 0 the first, 1 the second, 0.5 their mean.

        Where to look is chosen from the mean, never from one of them, and noise is smaller there.
        """
        first, second = (_mean_density(visit) for visit in (self.before, self.after))
        return _with_density(self.before[0], cv2.addWeighted(first, 1 - share, second, share, 0))

    @property
    @once
    def softer(self) -> Prepared:
        """The first capture, softer by one standard error of the sharpness."""
        first = self.before[0]
        linear = softened(first.frame.linear, self.sharpness.error_mm2 * first.px_per_mm**2)
        return replace(first, frame=replace(first.frame, linear=linear), density=density_of(linear))

    @property
    @once
    def places(self) -> dict[str, tuple[tuple[slice, slice], Mask]]:
        """Where each region lies: the rows and columns that hold it, and there its mask."""
        frame = self.before[0].frame
        wholes = {region: frame.region(region) for region in REGIONS}
        parts = {region: cropped(whole) for region, whole in wholes.items()}
        return {region: (part, wholes[region][part].copy()) for region, part in parts.items()}

    @property
    @once
    def quarters(self) -> list[Quarter]:
        """Skin outside every region, in patches that are held against each other."""
        return quartered(self.outside, self.before[0].px_per_mm)

    def forget(self) -> None:
        """Let go of what was kept for several measures."""
        self.kept.clear()
        for one in (*self.before, *self.after):
            one.kept.clear()

    def halved(self) -> Together:
        """Return the same visits at half the pixels a millimetre."""
        before = tuple(one.halved() for one in self.before)
        after = tuple(one.halved() for one in self.after)
        everywhere = [one.skin for one in before + after]
        bare = [one.bare for one in before + after]
        return replace(
            self, before=before, after=after, skin=np.logical_and.reduce(everywhere),
            bare=np.logical_and.reduce(bare), outside=outside(before[0].frame) & np.logical_and.reduce(everywhere),
        )  # fmt: skip


def _mean_density(visit: tuple[Prepared, ...]) -> Floats:
    if len(visit) == 1:
        return visit[0].density
    return np.mean([one.density for one in visit], axis=0, dtype=np.float32)


def _with_density(like: Prepared, density: Floats) -> Prepared:
    linear = cv2.exp(density * np.float32(-np.log(10)))
    return replace(like, frame=replace(like.frame, linear=linear), density=density)


def bring_together(before: Sequence[Capture], after: Sequence[Capture], *, px_per_mm: float) -> Together:
    """Return two visits in one frame, sharpness and light.

    Parameters
    ----------
    before, after : sequence of Capture
        At least one each; the first of ``before`` gives the frame.
    px_per_mm : float
        Of the frame.

    Raises
    ------
    Refused
        If a face cannot be laid over the first.
    """
    captures = _one_compression([*before, *after])
    reference = captures[0]
    registrations = tuple(
        register_faces(reference.image, reference.face, other.image, other.face) for other in captures[1:]
    )
    frames = [face_frame(reference.image, reference.face, px_per_mm=px_per_mm)]
    frames += [
        one.warp(other.image, px_per_mm=px_per_mm) for one, other in zip(registrations, captures[1:], strict=True)
    ]
    beside = outside(frames[0])
    for one in registrations:
        beside &= one.valid_at(frames[0].shape)
    frames, found = _one_sharpness(frames, beside, len(before))
    prepared = [prepare(None, None, one.calibration, frame=frame) for one, frame in zip(captures, frames, strict=True)]
    skin, bare = (np.logical_and.reduce([getattr(seen, kind) for seen in prepared]) for kind in ("skin", "bare"))
    for one in registrations:
        skin &= one.valid_at(skin.shape)
        bare &= one.valid_at(skin.shape)
    beside &= skin
    kinds = {seen.calibration for seen in prepared}
    light = kinds.pop() if len(kinds) == 1 and "none" not in kinds else "relative"
    lit = [prepared[0]]
    for other in prepared[1:]:
        frame = lit_alike(prepared[0].frame, other.frame, beside, level=light == "relative")
        lit.append(replace(other, frame=frame, density=density_of(frame.linear)))
    # They are as soft as the softest of them by now.
    blur = max(seen.blur_mm2 for seen in prepared)
    lit = [replace(seen, skin=skin, bare=bare, blur_mm2=blur) for seen in lit]
    return Together(
        tuple(lit[: len(before)]), tuple(lit[len(before) :]), skin, bare, beside, found, registrations, light
    )  # fmt: skip


def _one_compression(captures: list[Capture]) -> list[Capture]:
    """Return all captures compressed as hard as the hardest of them: what one lost, none shows."""
    hardest = min(quality(one.image) for one in captures)
    return [replace(one, image=as_coarse(one.image, hardest)) for one in captures]


# Where the truth was known, sharpness was wrong by this much (mm squared) and by this share of the difference.
_LEAST_ERROR_MM2, _ERROR_SHARE = 0.0006, 0.15


def _one_sharpness(frames: list[Frame], where: Mask, first: int) -> tuple[list[Frame], Sharpness]:
    """Return all frames as soft as the softest of them, and how much softer the second visit was."""
    px = frames[0].px_per_mm
    halves = [frame.halved() for frame in frames] if px > 4 else frames
    seen = where[::2, ::2][: halves[0].shape[0], : halves[0].shape[1]] if px > 4 else where
    found = [Sharpness(0.0, 0.0)] + [sharpness(halves[0], other, seen) for other in halves[1:]]
    softest = max(one.variance_mm2 for one in found)
    alike = [
        replace(frame, linear=softened(frame.linear, (softest - one.variance_mm2) * px**2))
        for frame, one in zip(frames, found, strict=True)
    ]
    change = np.mean([one.variance_mm2 for one in found[first:]]) - np.mean([one.variance_mm2 for one in found[:first]])
    chance = np.mean([one.error_mm2**2 for one in found[1:]])
    error = float(np.sqrt(chance + _LEAST_ERROR_MM2**2 + (_ERROR_SHARE * change) ** 2))
    return alike, Sharpness(float(change), error)


def capture(image: Image) -> Capture:
    """Return a photograph with its face and calibration; refuses when there is no face."""
    face = locate(image)
    return Capture(image, face, calibrate(image, face))
