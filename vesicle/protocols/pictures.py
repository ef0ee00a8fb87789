"""Pictures of the clinic for its pages: accepted, made safe and small, kept by their checksum, given out again.

Whatever arrives is decoded and written anew as WebP: metadata (where a photograph was taken, by whom) is gone, and
nothing that is not a picture survives. A checksum names the file, so its address never changes its content.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Iterable
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Invalid, NotFound
from vesicle.protocols import hooks
from vesicle.protocols.models import Picture, PictureSize
from vesicle.protocols.overlay import PictureCrop, PlacedPicture
from vesicle.protocols.permissions import CHANGE, SEE

ADDED = audit.define("picture.added", "added a picture for the clinic's pages")

FORMATS: Final = ("JPEG", "PNG", "WEBP")
LARGEST_FILE: Final = 10 * 2**20
LARGEST_AREA: Final = 40_000_000
"""Pixels of the largest picture we open. A small file may unfold into gigabytes."""
LEAST_SIDE: Final = 200
LONGEST_SIDE: Final = 1400
WIDTHS: Final = (480, 960, LONGEST_SIDE)
"""Pixels: a phone with two points to a pixel takes the second, a desk with one as well."""


def add_picture(*, by: Actor, upload: UploadedFile[bytes], alt: str, caption: str = "") -> Picture:
    """Keep a picture for the clinic's pages, or find the same one again.

    Args:
        by: somebody who may change editions.
        upload: the file as it arrived; never trusted by its name or announced type.
        alt: what the picture shows, for somebody who cannot see it.
        caption: words to print below it.

    Raises:
        Invalid: with ``fields`` ``file`` or ``alt`` for what is no picture, too large, too small or not described.
    """
    by.require(CHANGE)
    if not alt.strip():
        raise Invalid("Describe the picture.", fields={"alt": "Say what it shows, for people who cannot see it."})
    data, size = remade(upload)
    sha = hashlib.sha256(data).hexdigest()
    with transaction.atomic():
        known = Picture.objects.filter(clinic_id=by.clinic_id, sha256=sha).first()
        if known is not None:
            return known
        picture = Picture(
            clinic_id=by.clinic_id, alt=alt.strip(), caption=caption.strip(), sha256=sha, added_at=clock.now()
        )
        picture.file.save(f"{sha}.webp", ContentFile(data), save=False)
        picture.width, picture.height = size
        picture.save()
        audit.record(ADDED, by=by, about=picture, detail={"sha256": sha})
    return picture


def remade(upload: UploadedFile[bytes]) -> tuple[bytes, tuple[int, int]]:
    """Return the picture in ``upload`` as WebP without metadata, and its width and height. Raises ``Invalid``."""
    if (upload.size or 0) > LARGEST_FILE:
        raise _refused(f"This file is larger than {LARGEST_FILE // 2**20} MB. Save it smaller and send it again.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(upload, formats=FORMATS) as image:
                width, height = image.size
                if width * height > LARGEST_AREA:
                    raise _refused(f"This picture has {width} × {height} pixels, more than we open. Make it smaller.")
                if min(width, height) < LEAST_SIDE:
                    raise _refused(
                        f"This picture has {width} × {height} pixels; on a page it would be blurred. "
                        f"Choose one with at least {LEAST_SIDE} on its shorter side."
                    )
                return _written(image)
    except UnidentifiedImageError as error:
        raise _refused("This is not a JPEG, PNG or WebP picture. Save it as one of these.") from error
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _refused("This picture has more pixels than we open. Make it smaller.") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise _refused("This picture is damaged: we could not read it to its end. Save it again.") from error


def _written(image: Image.Image) -> tuple[bytes, tuple[int, int]]:
    upright = ImageOps.exif_transpose(image)
    has_alpha = "A" in upright.getbands() or "transparency" in upright.info
    plain = upright.convert("RGBA" if has_alpha else "RGB")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    fresh = Image.new(plain.mode, plain.size)
    fresh.paste(plain)
    target = io.BytesIO()
    fresh.save(target, "WEBP", quality=78, method=4)
    return target.getvalue(), fresh.size


def _refused(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"file": sentence})


def make_sizes(clinic_id: int, placed: Iterable[PlacedPicture]) -> None:
    """Make the sizes of every placed picture, of the part that is shown, where they are not there yet.

    A picture whose file is missing gets none; the page then leaves it to the picture's own address.
    """
    for one in placed:
        picture = Picture.objects.filter(clinic_id=clinic_id, pk=one.picture).first()
        if picture is None or _has_sizes(picture, one.crop):
            continue
        try:
            with picture.file.open("rb") as file, Image.open(io.BytesIO(file.read()), formats=("WEBP",)) as whole:
                part = whole.crop(_pixels(one.crop, *whole.size))
        except FileNotFoundError:
            continue
        for width in sorted({min(width, part.width) for width in WIDTHS}):
            _keep_size(picture, one.crop, part, width)


def _of(crop: PictureCrop) -> dict[str, int]:
    return {"left": crop.left, "top": crop.top, "crop_width": crop.width, "crop_height": crop.height}


def _has_sizes(picture: Picture, crop: PictureCrop) -> bool:
    return PictureSize.objects.filter(clinic_id=picture.clinic_id, picture=picture, **_of(crop)).exists()


def _pixels(crop: PictureCrop, width: int, height: int) -> tuple[int, int, int, int]:
    right, bottom = crop.left + crop.width, crop.top + crop.height
    edges = ((crop.left, width), (crop.top, height), (right, width), (bottom, height))
    left, top, right, bottom = (round(share * side / 100) for share, side in edges)
    return left, top, right, bottom


def _keep_size(picture: Picture, crop: PictureCrop, part: Image.Image, width: int) -> None:
    height = max(1, round(part.height * width / part.width))
    target = io.BytesIO()
    part.resize((width, height), Image.Resampling.LANCZOS).save(target, "WEBP", quality=78, method=4)
    data = target.getvalue()
    sha = hashlib.sha256(data).hexdigest()
    row = PictureSize(clinic_id=picture.clinic_id, picture=picture, **_of(crop), width=width, height=height, sha256=sha)
    row.file.save(f"{sha}.webp", ContentFile(data), save=False)
    row.save()


def public_verdicts(clinic_id: int, number: int) -> list[bool | None]:
    """Return what each room says to a picture being public today; any ``False`` keeps it off the pages."""
    return [ask(clinic_id, number) for ask in hooks.on_pictures]


def picture_bytes(by: Actor, sha: str) -> tuple[bytes, bool]:
    """Return the picture of a clinic, or a size of one, with this checksum, and whether it stays public for good.

    One that may be public only for now, as a portrait may, is given out while it may; staff see it all the same.
    Raises ``NotFound``.
    """
    row: Picture | PictureSize | None = (
        Picture.objects.filter(clinic_id=by.clinic_id, sha256=sha).first()
        or PictureSize.objects.filter(clinic_id=by.clinic_id, sha256=sha).first()
    )
    if row is None:
        raise NotFound("There is no such picture here.")
    number = row.picture_id if isinstance(row, PictureSize) else row.pk
    verdicts = public_verdicts(by.clinic_id, number)
    if False in verdicts and not by.may(SEE):
        raise NotFound("There is no such picture here.")
    try:
        with row.file.open("rb") as file:
            return bytes(file.read()), all(verdict is None for verdict in verdicts)
    except FileNotFoundError as error:
        raise NotFound("There is no such picture here.") from error
