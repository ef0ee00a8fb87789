"""What the file says of the camera, as plain values: what is kept before the rest of the metadata is stripped."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

_MAKE, _MODEL, _LENS = 0x010F, 0x0110, 0xA434
_EXPOSURE, _F_NUMBER, _ISO, _FLASH, _BALANCE = 0x829A, 0x829D, 0x8827, 0x9209, 0xA403
_FOCAL, _FOCAL_35, _TAKEN = 0x920A, 0xA405, 0x9003


@dataclass(frozen=True, slots=True)
class Camera:
    """The camera and its settings; None where the file does not say.

    Attributes
    ----------
    make, model, lens : str or None
    focal_length_mm : float or None
        Of the lens.
    focal_length_35mm : float or None
        Of the lens that shows as much on 36 x 24 mm film: it gives the distance to the face.
    exposure_s, f_number, iso : float or None
    flash : bool or None
        Whether it fired.
    white_balance : str or None
        ``"auto"`` or ``"manual"``.
    taken_at : datetime or None
        By the camera's clock, without time zone.
    """

    make: str | None = None
    model: str | None = None
    lens: str | None = None
    focal_length_mm: float | None = None
    focal_length_35mm: float | None = None
    exposure_s: float | None = None
    f_number: float | None = None
    iso: float | None = None
    flash: bool | None = None
    white_balance: str | None = None
    taken_at: datetime | None = None


def camera_of(exif: Mapping[int, object]) -> Camera:
    """Return the camera that EXIF tags (number to value) tell of.

    Examples
    --------
    >>> camera_of({0x0110: "Pixel 9 ", 0x9209: 1}).model
    'Pixel 9'
    """
    flash = _number(exif.get(_FLASH))
    balance = _number(exif.get(_BALANCE))
    return Camera(
        make=_text(exif.get(_MAKE)),
        model=_text(exif.get(_MODEL)),
        lens=_text(exif.get(_LENS)),
        focal_length_mm=_positive(exif.get(_FOCAL)),
        focal_length_35mm=_positive(exif.get(_FOCAL_35)),
        exposure_s=_positive(exif.get(_EXPOSURE)),
        f_number=_positive(exif.get(_F_NUMBER)),
        iso=_positive(exif.get(_ISO)),
        flash=None if flash is None else bool(int(flash) & 1),
        white_balance=None if balance is None else ("manual" if balance else "auto"),
        taken_at=_moment(exif.get(_TAKEN)),
    )


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    text = value.replace("\0", "").strip() if isinstance(value, str) else ""
    return text[:100] or None


def _number(value: object) -> float | None:
    if isinstance(value, tuple) and value:
        value = value[0]
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        return None
    return number if math.isfinite(number) else None


def _positive(value: object) -> float | None:
    number = _number(value)
    return number if number is not None and number > 0 else None


def _moment(value: object) -> datetime | None:
    try:
        return datetime.strptime(_text(value) or "", "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007  (a camera names no zone)
    except ValueError:
        return None
