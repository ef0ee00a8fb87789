"""The facts, as plain values out of Exif tags that may claim anything."""

import math
import struct
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime

from PIL import Image

_MORE = 0x8769
_MAKE, _MODEL, _LENS_MAKE, _LENS = 0x010F, 0x0110, 0xA433, 0xA434
_EXPOSURE, _F_NUMBER, _ISO, _BIAS = 0x829A, 0x829D, 0x8827, 0x9204
_FOCAL, _FOCAL_35, _ZOOM = 0x920A, 0xA405, 0xA404
_FLASH, _BALANCE, _TAKEN, _OFFSET = 0x9209, 0xA403, 0x9003, 0x9011
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Camera:
    """The camera and its settings; None where the file does not say.

    Attributes
    ----------
    make, model, lens_make, lens : str or None
    focal_length_mm : float or None
        Of the lens.
    focal_length_35mm : float or None
        Of the lens that shows as much on 36 x 24 mm film: it gives the distance to the face.
    digital_zoom : float or None
    exposure_s, f_number, iso : float or None
    exposure_bias_ev : float or None
        By how much the person who took the picture made it lighter or darker.
    flash : bool or None
        Whether it fired.
    white_balance : str or None
        ``"auto"`` or ``"manual"``.
    taken_at : datetime or None
        By the camera's clock; with its distance from UTC where the camera says it.
    """

    make: str | None = None
    model: str | None = None
    lens_make: str | None = None
    lens: str | None = None
    focal_length_mm: float | None = None
    focal_length_35mm: float | None = None
    digital_zoom: float | None = None
    exposure_s: float | None = None
    f_number: float | None = None
    iso: float | None = None
    exposure_bias_ev: float | None = None
    flash: bool | None = None
    white_balance: str | None = None
    taken_at: datetime | None = None

    def said(self) -> dict[str, str | float | bool]:
        """Return what the file says, as JSON keeps it; what it does not say is left out."""
        told = {name: value for name, value in asdict(self).items() if value is not None}
        if self.taken_at is not None:
            told["taken_at"] = self.taken_at.isoformat()
        return told


def tags_of(picture: Image.Image) -> dict[int, object]:
    """Return the Exif tags of an opened picture; none where they are damaged."""
    try:
        exif = picture.getexif()
        return {**exif, **exif.get_ifd(_MORE)}
    except (ValueError, TypeError, SyntaxError, OSError, KeyError, struct.error):
        return {}


def camera_of(tags: Mapping[int, object]) -> Camera:
    """Return the camera that Exif tags (number to value) tell of.

    Examples
    --------
    >>> camera_of({0x0110: "Pixel 9 ", 0x9209: 1}).model
    'Pixel 9'
    """
    flash, balance = _number(tags.get(_FLASH)), _number(tags.get(_BALANCE))
    return Camera(
        make=_text(tags.get(_MAKE)),
        model=_text(tags.get(_MODEL)),
        lens_make=_text(tags.get(_LENS_MAKE)),
        lens=_text(tags.get(_LENS)),
        focal_length_mm=_positive(tags.get(_FOCAL)),
        focal_length_35mm=_positive(tags.get(_FOCAL_35)),
        digital_zoom=_positive(tags.get(_ZOOM)),
        exposure_s=_positive(tags.get(_EXPOSURE)),
        f_number=_positive(tags.get(_F_NUMBER)),
        iso=_positive(tags.get(_ISO)),
        exposure_bias_ev=_number(tags.get(_BIAS)),
        flash=None if flash is None else bool(int(flash) & 1),
        white_balance=None if balance is None else {0: "auto", 1: "manual"}.get(int(balance)),
        taken_at=_moment(tags.get(_TAKEN), tags.get(_OFFSET)),
    )


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    text = "".join(sign for sign in value if sign.isprintable()).strip() if isinstance(value, str) else ""
    return text[:_LONGEST] or None


def _number(value: object) -> float | None:
    if isinstance(value, tuple) and value:
        value = value[0]
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        return None
    return round(number, 6) if math.isfinite(number) else None


def _positive(value: object) -> float | None:
    number = _number(value)
    return number if number is not None and number > 0 else None


def _moment(value: object, offset: object) -> datetime | None:
    try:
        moment = datetime.strptime(_text(value) or "", "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007  # few cameras know a zone
    except ValueError:
        return None
    with suppress(ValueError):
        return datetime.fromisoformat(f"{moment.isoformat()}{_text(offset) or ''}")
    return moment
