"""Photographs: checked before they are decoded, rid of metadata, encrypted at rest, never altered.

What is stored is the picture as it came from the camera, without what the file says beside it (see ``originals``).
The file is sealed with the photo key; its place in the store is random. Screens get copies of a size that suits them,
made when they are asked for.
"""

import hashlib
import secrets
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from vesicle.consent import queries as consents
from vesicle.consent.models import PhotoConsent
from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import Blocked, Invalid, NotFound
from vesicle.people import vault
from vesicle.people.models import Patient
from vesicle.treatment.models import Encounter, Photo
from vesicle.treatment.originals import Original, Unusable, receive, rendition
from vesicle.treatment.permissions import PHOTOGRAPH, PUBLISH, READ

STORED = audit.define("photo.stored", "stored a photograph")
SEEN = audit.define("photo.seen", "looked at a photograph")
READ_FOR_PUBLIC = audit.define("photo.read-for-public", "looked at a photograph that may be shown in public")
READ_OUT = audit.define("photo.read-out", "read a photograph as it was stored, to measure it")

View = Photo.View
SCREEN = 1600


def clean(upload: UploadedFile[bytes]) -> Original:
    """Return an uploaded picture as it will be kept: its own data, without metadata.

    Size, kind and number of pixels are read before anything is decoded. Raises ``Invalid``.
    """
    limit = settings.PHOTO_MAX_BYTES
    if upload.size is None or upload.size > limit:
        raise _refused(
            _("This file is larger than %(most)s MB. Send the photograph in a smaller size.") % {"most": limit // 2**20}
        )
    upload.seek(0)
    try:
        return receive(upload.read())
    except Unusable as unusable:
        raise _refused(unusable.sentence) from None


def _refused(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"photo": sentence}, code="photo-refused")


def store(
    *,
    by: Actor,
    patient: Patient,
    upload: UploadedFile[bytes] | Original,
    view: str,
    taken_at: datetime,
    now: datetime,
    encounter: Encounter | None = None,
    area: str = "",
    day: int | None = None,
    week: int | None = None,
) -> Photo:
    """Check, strip, encrypt and store a photograph. Nothing is kept of one that is refused.

    An ``Original`` has been through ``clean`` already. Called inside a transaction, the file is left behind if that is
    rolled back later: whoever opened it calls ``forget``.

    Raises ``Blocked`` where the patient has not agreed to clinical photographs, ``Invalid`` for a
    file that is no usable picture, ``NotFound`` for somebody else's patient.
    """
    by.require(PHOTOGRAPH)
    if patient.clinic_id != by.clinic_id or (by.is_patient and patient.pk != by.id):
        raise NotFound
    if view not in Photo.View.values:
        raise Invalid(_("Choose one of the views listed."), fields={"view": _("Choose one of the views listed.")})
    if not consents.photo_consent(by, patient.pk, PhotoConsent.Use.CLINICAL):
        raise Blocked(_("The patient has not agreed to photographs in their record, so none can be stored."))
    original = upload if isinstance(upload, Original) else clean(upload)
    path = f"{by.clinic_id}/{secrets.token_hex(16)}"
    file = _place(path)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.write_bytes(vault.seal(original.data, context=path))
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
                sha256=hashlib.sha256(original.data).hexdigest(),
                media_type=original.media_type,
                width=original.width,
                height=original.height,
                camera=original.camera,
                taken_at=taken_at,
                stored_at=now,
                by_name=by.name,
            )
            audit.record(STORED, by=by, about=photo, patient_id=patient.pk, detail={"view": view, "week": week})
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    return photo


def forget(photo: Photo) -> None:
    """Remove the file of a photograph whose record was rolled back; a record that stands keeps its file."""
    _place(photo.path).unlink(missing_ok=True)


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


def look_at(actor: Actor, photo_id: int, *, longest: int = SCREEN) -> bytes:
    """Return a photograph as a JPEG for screens and note who looked. Raises ``NotFound``.

    ``longest`` bounds its longest side; what is stored stays as it is.
    """
    found = photo(actor, photo_id)
    audit.record(SEEN, by=actor, about=found, patient_id=found.patient_id)
    return rendition(_opened(found), longest=longest)


def read_out(actor: Actor, photo_id: int) -> bytes:
    """Return a photograph exactly as it was stored, for measuring, and note who read it. Raises ``NotFound``."""
    found = photo(actor, photo_id)
    audit.record(READ_OUT, by=actor, about=found, patient_id=found.patient_id)
    return _opened(found)


def read_for_public(actor: Actor, photo_id: int) -> bytes:
    """Return a photograph as it was stored, to choose it for a public page, and note who read it.

    Only of a patient who agrees to public use and to photographs in their record now. Raises ``NotFound``, ``Blocked``.
    """
    actor.require(PUBLISH)
    found = Photo.objects.filter(clinic_id=actor.clinic_id, pk=photo_id).first()
    if found is None:
        raise NotFound("We could not find that photograph.")
    if not consents.may_be_public(actor, found.patient_id):
        raise Blocked(_("The patient does not agree to photographs on public pages, so this one cannot be shown."))
    audit.record(READ_FOR_PUBLIC, by=actor, about=found, patient_id=found.patient_id)
    return _opened(found)


def _opened(found: Photo) -> bytes:
    return vault.open_sealed(_place(found.path).read_bytes(), context=found.path)


def _place(path: str) -> Path:
    return Path(settings.PHOTO_ROOT) / path
