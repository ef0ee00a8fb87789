"""A drawn face at two visits, measured and compared: a result in the demo that nobody had to lend a face for.

The drawing says in its corner that it is one. What changes between the visits is known: its lines are drawn fainter.
"""

from datetime import datetime

import cv2
from django.core.files.uploadedfile import SimpleUploadedFile

from vesicle.core.actor import Actor
from vesicle.demo.world import World
from vesicle.people.identity import patient_actor
from vesicle.results.capture import services as capturing
from vesicle.results.capture.domain import Shot
from vesicle.results.comparing import services as comparing
from vesicle.results.measuring import services as measuring
from vesicle.results.models import FollowUp, PhotoComparison
from vesicle.skin.trial import drawn, recapture
from vesicle.treatment.models import Encounter, Photo

WEEK = 12
_LINES = {"before": 0.12, "after": 0.07}
_PX_PER_MM = 8.0
"""Enough for lines and pores."""


def _upload(when: str, seed: int) -> SimpleUploadedFile:
    picture = drawn.face(drawn.Drawing(px_per_mm=_PX_PER_MM, lines=_LINES[when]))
    rows = picture.shape[0]
    cv2.putText(picture, "DRAWN", (160, rows - 40), cv2.FONT_HERSHEY_SIMPLEX, 2.0, (30, 30, 30), 5)
    data = recapture.jpeg(picture, recapture.Conditions(), seed=seed)
    return SimpleUploadedFile("drawn.jpg", data, "image/jpeg")


def before(by: Actor, encounter: Encounter, now: datetime) -> None:
    """Photograph the drawn face before the treatment."""
    _keep(by, encounter, None, _upload("before", 1), now)


def after(world: World, follow_up: FollowUp, now: datetime) -> None:
    """Photograph it again weeks later, as the patient would at home, and do at once what workers do."""
    encounter = follow_up.encounter
    _keep(patient_actor(follow_up.patient), encounter, follow_up, _upload("after", 2), now)
    for photo in Photo.objects.filter(encounter=encounter, capture__is_for_measuring=True):
        measuring.measure_photo(by=world.system, photo_id=photo.pk, now=now)
    comparing.queue_due(now=now)
    for row in PhotoComparison.objects.filter(encounter=encounter):
        comparing.compare_visits(by=world.system, comparison_id=row.pk, now=now)


def _keep(
    by: Actor, encounter: Encounter, follow_up: FollowUp | None, upload: SimpleUploadedFile, now: datetime
) -> None:
    capturing.keep(
        by=by, encounter=encounter, shot=Shot("front"), upload=upload, skin="clean", now=now, follow_up=follow_up
    )
