"""Photographs: checked before they are decoded, stripped of metadata, encrypted at rest, never altered.

What is stored is the picture as it came from the camera, turned upright and written anew without
any metadata. The file is sealed with the photo key; its place in the store is random.
"""

import hashlib
import io
import secrets
import warnings
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from vesicle.consent import queries as consents
from vesicle.consent.models import PhotoConsent
from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import Blocked, Invalid, NotFound
from vesicle.people import vault
from vesicle.people.models import Patient
from vesicle.treatment import hooks
from vesicle.treatment.models import Encounter, Photo
from vesicle.treatment.permissions import PHOTOGRAPH, READ

STORED = audit.define("photo.stored", "stored a photograph")
SEEN = audit.define("photo.seen", "looked at a photograph")
READ_OUT = audit.define("photo.read-out", "read a photograph as it was stored, to measure it")

View = Photo.View
FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 60_000_000
SHORTEST_SIDE = 200
_QUALITY = 95


def clean(upload: UploadedFile[bytes]) -> tuple[bytes, int, int]:
    """Return an uploaded picture as an upright JPEG without metadata, with width and height.

    Size, kind and number of pixels are read before anything is decoded. Raises ``Invalid``.
    """
    limit = settings.PHOTO_MAX_BYTES
    if upload.size is None or upload.size > limit:
        raise _refused(f"This file is larger than {limit // 2**20} MB. Send the photograph in a smaller size.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(upload, formats=FORMATS)
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise _refused(f"This picture has {width} by {height} points, more than we can use.")
            if min(width, height) < SHORTEST_SIDE:
                raise _refused(f"This picture is only {width} by {height} points. Take the photograph again.")
            if getattr(picture, "n_frames", 1) > 1:
                raise _refused("This is a moving picture. Send a single photograph.")
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except UnidentifiedImageError:
        raise _refused("This file is not a photograph we can read. Send a JPEG, PNG or WebP picture.") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _refused("This picture has more points than we can use.") from None
    except (OSError, ValueError, SyntaxError):
        raise _refused("This picture is damaged or incomplete. Take or send it again.") from None
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=_QUALITY, subsampling=0)
    return out.getvalue(), *upright.size


def _refused(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"photo": sentence}, code="photo-refused")


def store(
    *,
    by: Actor,
    patient: Patient,
    upload: UploadedFile[bytes],
    view: str,
    taken_at: datetime,
    now: datetime,
    encounter: Encounter | None = None,
    area: str = "",
    day: int | None = None,
    week: int | None = None,
) -> Photo:
    """Check, strip, encrypt and store a photograph. Nothing is kept of one that is refused.

    Raises ``Blocked`` where the patient has not agreed to clinical photographs, ``Invalid`` for a
    file that is no usable picture, ``NotFound`` for somebody else's patient.
    """
    by.require(PHOTOGRAPH)
    if patient.clinic_id != by.clinic_id or (by.is_patient and patient.pk != by.id):
        raise NotFound
    if view not in Photo.View.values:
        raise Invalid("Choose one of the views listed.", fields={"view": "Choose one of the views listed."})
    if not consents.photo_consent(by, patient.pk, PhotoConsent.Use.CLINICAL):
        raise Blocked("The patient has not agreed to photographs in their record, so none can be stored.")
    data, width, height = clean(upload)
    path = f"{by.clinic_id}/{secrets.token_hex(16)}"
    file = _place(path)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.write_bytes(vault.seal(data, context=path))
    try:
        with transaction.atomic():
            photo = Photo.objects.create(
                clinic_id=by.clinic_id,
                patient=patient,
                encounter=encounter,
                view=view,
                area=area,
                day=day,
                week=week,
                path=path,
                sha256=hashlib.sha256(data).hexdigest(),
                width=width,
                height=height,
                taken_at=taken_at,
                stored_at=now,
                by_name=by.name,
            )
            audit.record(STORED, by=by, about=photo, patient_id=patient.pk, detail={"view": view, "week": week})
            for done in hooks.after_photo:
                done(by, photo, now)
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    return photo


def photo(actor: Actor, photo_id: int) -> Photo:
    """Return a photograph's record: staff of the clinic, or the patient's own. Raises ``NotFound``."""
    actor.require(READ)
    rows = Photo.objects.filter(clinic_id=actor.clinic_id)
    if actor.is_patient:
        rows = rows.filter(patient_id=actor.person_id)
    found = rows.filter(pk=photo_id).first()
    if found is None:
        raise NotFound("We could not find that photograph.")
    return found


def look_at(actor: Actor, photo_id: int) -> bytes:
    """Return a photograph as JPEG bytes and note who looked. Raises ``NotFound``."""
    found = photo(actor, photo_id)
    audit.record(SEEN, by=actor, about=found, patient_id=found.patient_id)
    return vault.open_sealed(_place(found.path).read_bytes(), context=found.path)


def read_out(actor: Actor, photo_id: int) -> bytes:
    """Return a photograph exactly as it was stored, for measuring, and note who read it. Raises ``NotFound``."""
    found = photo(actor, photo_id)
    audit.record(READ_OUT, by=actor, about=found, patient_id=found.patient_id)
    return vault.open_sealed(_place(found.path).read_bytes(), context=found.path)


def _place(path: str) -> Path:
    return Path(settings.PHOTO_ROOT) / path
