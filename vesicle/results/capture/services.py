"""Look through the camera, and keep what may be measured."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import formats
from django.utils.translation import gettext as _

from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid, NotFound
from vesicle.people.throttle import uses
from vesicle.results.capture import gate, queries
from vesicle.results.capture.domain import Shot, taken_another_day
from vesicle.results.capture.gate import Found
from vesicle.results.models import Capture, FollowUp
from vesicle.treatment import photos
from vesicle.treatment.models import Encounter, Photo
from vesicle.treatment.permissions import PHOTOGRAPH

KEPT = audit.define("capture.kept", "kept a photograph for measuring")
DOCUMENTED = audit.define("capture.documented", "kept a photograph that cannot be measured")

FRAME_MAX_BYTES = 500_000
FRAMES_A_QUARTER = 1500
"""Frames looked at for one visit in a quarter of an hour: somewhat more than one a second for all of it."""
_LONGEST_LOOK = 10


class TooFast(Conflict):
    """Frames come faster than they can be looked at."""

    status = 429
    code = "too-fast"


def look(*, by: Actor, encounter: Encounter, shot: Shot, frame: UploadedFile[bytes], width: int) -> Found:
    """Say what the camera sees now. Nothing is stored, and nothing is written.

    ``width`` is how many pixels wide the photograph itself would be; a frame is a small copy of it. One frame of a
    visit is looked at at a time. Raises ``TooFast``, ``Invalid`` for what is no frame.
    """
    by.require(PHOTOGRAPH)
    before = queries.earlier(by, encounter, shot)
    if frame.size is None or frame.size > FRAME_MAX_BYTES:
        raise Invalid(_("This frame is larger than a guide needs."), code="frame-too-large")
    turn = f"capture-look:{by.clinic_id}:{encounter.pk}"
    if not cache.add(turn, 1, _LONGEST_LOOK):
        raise TooFast(_("The picture before is still being looked at."))
    try:
        if uses(turn) > FRAMES_A_QUARTER:
            raise TooFast(
                _("The guide has looked for a long time. Choose a photograph as a file, or wait a few minutes.")
            )
        if shot.documents:
            return gate.document()
        return gate.glance(frame.read(), view=shot.view, width=width, reference=_pose(before))
    finally:
        cache.delete(turn)


def _pose(photo: Photo | None) -> dict[str, Any] | None:
    capture = getattr(photo, "capture", None)
    return capture.quality.get("pose") if capture is not None else None


class NotMeasurable(Invalid):
    """A photograph that cannot be measured. ``sentences`` say why, the gravest first; nothing was kept."""

    code = "not-measurable"

    def __init__(self, sentences: Sequence[str]) -> None:
        text = " ".join(sentences)
        super().__init__(text, fields={"photo": text})
        self.sentences = tuple(sentences)


def keep(
    *,
    by: Actor,
    encounter: Encounter,
    shot: Shot,
    upload: UploadedFile[bytes],
    skin: str,
    now: datetime,
    follow_up: FollowUp | None = None,
    because: str = "",
) -> Capture:
    """Check a photograph and keep it with its day, its camera's facts and its quality.

    One that cannot be measured is refused with what is wrong; staff may keep it all the same, ``because`` of a reason,
    for documentation only. A close-up is always documentation. A patient sends photographs for a follow-up, while it
    is open.

    Raises ``NotMeasurable``, ``Invalid`` for a file that is no photograph or an unanswered question, ``Conflict`` for
    one that is kept already or outside the follow-up's window, ``Blocked`` without consent to photographs.
    """
    by.require(PHOTOGRAPH)
    if by.is_patient:
        _check_open(by, encounter, follow_up, now)
    if skin not in Capture.Skin.values:
        question = _("Say whether the skin is clean.")
        raise Invalid(question, fields={"skin": question})
    session = queries.session(by, encounter, now=now)
    original = photos.clean(upload)
    before = queries.earlier(by, encounter, shot)
    found = gate.document() if shot.documents else gate.check(original.data, view=shot.view, reference=_pose(before))
    sentences = list(found.sentences)
    if (day := taken_another_day(str(original.camera.get("taken_at", "")), now)) is not None:
        said = formats.date_format(day, "SHORT_DATE_FORMAT")
        sentences.insert(0, _("The camera says it took this photograph on %(day)s. Take a new one.") % {"day": said})
    if skin == Capture.Skin.COVERED:
        sentences.insert(0, _("Wash off make-up, sunscreen and cream, wait 15 minutes, and take the photograph again."))
    reason = "" if by.is_patient else because.strip()
    if sentences and not reason:
        raise NotMeasurable(sentences)
    photo = None
    try:
        with transaction.atomic():
            photo = photos.store(
                by=by,
                patient=encounter.patient,
                upload=original,
                view=shot.view,
                area=shot.area,
                taken_at=now,
                now=now,
                encounter=encounter,
                day=session.day,
                week=follow_up.week if follow_up is not None else session.week,
            )
            capture = Capture.objects.create(
                clinic_id=by.clinic_id,
                photo=photo,
                patient=encounter.patient,
                quality=found.report,
                skin=skin,
                is_for_measuring=not (sentences or shot.documents),
                kept_because=reason if sentences else gate.NO_WHOLE_FACE if shot.documents else "",
                sha256=photo.sha256,
                checked_at=now,
            )
            audit.record(
                KEPT if capture.is_for_measuring else DOCUMENTED,
                by=by,
                about=photo,
                patient_id=encounter.patient_id,
                detail={"view": shot.key, "problems": list(found.codes)},
            )
    except BaseException as error:
        if photo is not None:
            photos.forget(photo)
        if isinstance(error, IntegrityError) and "capture_is_no_copy" in str(error):
            raise Conflict(_("This photograph is kept already. Take a new one.")) from None
        raise
    return capture


def _check_open(by: Actor, encounter: Encounter, follow_up: FollowUp | None, now: datetime) -> None:
    if encounter.patient_id != by.id or follow_up is None or follow_up.encounter_id != encounter.pk:
        raise NotFound
    if not follow_up.opens_at <= now <= follow_up.closes_at:
        raise Conflict(_("This follow-up is not open now. If something worries you, call us."))
