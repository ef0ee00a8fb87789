"""Queue photographs that are due, measure one, settle how well a camera repeats itself."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from vesicle import skin
from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict
from vesicle.core.scope import every_clinic
from vesicle.people.queries import named_staff_id
from vesicle.results.measuring import retesting
from vesicle.results.measuring.queries import captures_again, retest_of
from vesicle.results.models import Capture, PhotoMeasure, PhotoMeasuring, Retest
from vesicle.results.permissions import SETTLE_RETEST
from vesicle.treatment import photos
from vesicle.treatment.models import Photo

MEASURED = audit.define("photo.measured", "measured a photograph")
SETTLED = audit.define("results.retest-settled", "settled how well a camera repeats itself")

MOST_WAITING, A_BATCH = 2_000, 20
"""Photographs that wait at one time, and how many a worker takes at once: an archive is a stream, not a flood."""
LOST_AFTER = timedelta(hours=1)
"""Whoever took a photograph and has not measured it by then has died."""
State = PhotoMeasuring.State


def methods_today() -> str:
    """Return one short name for the versions of all methods together."""
    versions = ",".join(f"{name}={version}" for name, version in sorted(skin.METHODS.items()))
    return hashlib.sha256(versions.encode()).hexdigest()[:16]


def queue_due(*, now: datetime, most: int = MOST_WAITING) -> int:
    """Hand photographs that are not measured by the methods of today to the workers; return how many.

    Safe to repeat, and to interrupt: what a worker lost is due again after an hour, what is done stays done.
    """
    from vesicle.results.measuring.tasks import measure_photographs

    today = methods_today()
    lost = Q(state=State.QUEUED, queued_at__lt=now - LOST_AFTER)
    with every_clinic("one worker keeps the archives of the whole installation measured"):
        waiting = PhotoMeasuring.objects.filter(methods=today, state=State.QUEUED).exclude(lost).count()
        # Asked of each photograph by its own key: a list of all that are done would outgrow the database's memory.
        standing = PhotoMeasuring.objects.filter(photo=OuterRef("photo"), methods=today).exclude(lost)
        due = Capture.objects.filter(~Exists(standing), is_for_measuring=True)
        found = list(due.order_by("pk").values_list("clinic_id", "photo_id")[: max(0, most - waiting)])
        by_clinic: dict[int, list[int]] = defaultdict(list)
        for clinic_id, photo_id in found:
            by_clinic[clinic_id].append(photo_id)
        for clinic_id, numbers in by_clinic.items():
            for first in range(0, len(numbers), A_BATCH):
                batch = numbers[first : first + A_BATCH]
                with transaction.atomic():
                    _mark(clinic_id, batch, today, now)
                    measure_photographs.enqueue(clinic_id, batch)
    return len(found)


def _mark(clinic_id: int, batch: list[int], today: str, now: datetime) -> None:
    rows = [
        PhotoMeasuring(clinic_id=clinic_id, photo_id=number, methods=today, state=State.QUEUED, queued_at=now)
        for number in batch
    ]
    PhotoMeasuring.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["photo"],
        update_fields=["methods", "state", "queued_at", "ended_at", "why"],
    )


def measure_photo(*, by: Actor, photo_id: int, now: datetime) -> PhotoMeasuring:
    """Measure a stored photograph by the methods of today and keep each value with its error, beside older ones.

    Safe to repeat. A photograph the library refuses is marked with the reason; it is not tried again before a method
    changes. Raises ``NotFound``.
    """
    photo = photos.photo(by, photo_id)
    today = methods_today()
    standing = PhotoMeasuring.objects.filter(photo=photo, methods=today).exclude(state=State.QUEUED).first()
    if standing is not None:
        return standing
    rows: list[PhotoMeasure] = []
    state, why = State.DONE, ""
    try:
        report = skin.measure(
            photos.read_out(by, photo_id),
            view=photo.view,
            repeatability=retest_of(by, retesting.camera_name(photo.camera)),
            refused_too=False,
        )
    except skin.Refused as refused:
        state, why = State.REFUSED, refused.message
    else:
        rows = _rows(photo, report, now)
        if not report.quality.accepted:
            state, why = State.REFUSED, " ".join(one.sentence for one in report.quality.problems)
    with transaction.atomic():
        PhotoMeasure.objects.bulk_create(rows, ignore_conflicts=True)
        ended, _ = PhotoMeasuring.objects.update_or_create(
            photo=photo,
            defaults={
                "clinic_id": photo.clinic_id, "methods": today, "state": state, "why": why[:300], "queued_at": now,
                "ended_at": now,
            },
        )  # fmt: skip
        audit.record(MEASURED, by=by, about=photo, patient_id=photo.patient_id, detail={"methods": today})
    return ended


def _rows(photo: Photo, report: skin.Report, now: datetime) -> list[PhotoMeasure]:
    same = {
        "clinic_id": photo.clinic_id, "photo": photo, "patient_id": photo.patient_id, "px_per_mm": report.px_per_mm,
        "calibration": report.calibration, "measured_at": now,
    }  # fmt: skip
    found = [
        PhotoMeasure(
            **same,
            region=region,
            measure=name,
            method=one.method,
            value=one.value,
            unit=one.unit,
            sem=_known(one.repeatability),
            sdc=_known(one.sdc),
            basis=one.basis,
            parameters=one.as_dict()["parameters"],
        )
        for region, measures in report.measures.items()
        for name, one in measures.items()
    ]
    missing = [
        PhotoMeasure(
            **same,
            region=region,
            measure=name,
            method=skin.METHODS[name],
            unit=skin.MEASURES[name].unit,
            reason=reason[:300],
        )
        for region, reasons in report.not_measured.items()
        for name, reason in reasons.items()
    ]
    return found + missing


def _known(value: float) -> float | None:
    return None if value != value else value


def settle_retest(*, by: Actor, camera: str, now: datetime) -> Retest:
    """Compute how well a camera repeats each measure and use it for every photograph measured from now on.

    Raises ``Conflict`` while fewer than ``retesting.FEWEST_PEOPLE`` people were photographed twice the same day.
    """
    by.require(SETTLE_RETEST)
    again = captures_again(by).get(camera, {})
    if len(again) < retesting.FEWEST_PEOPLE:
        raise Conflict(
            f"Only {len(again)} people were photographed twice or more on one day with {camera or 'this camera'}; "
            f"{retesting.FEWEST_PEOPLE} are the fewest, {retesting.PEOPLE} with three photographs each are asked for."
        )
    found = skin.repeatability(again, basis=f"retest:{now:%Y-%m-%d}")
    with transaction.atomic():
        row = Retest.objects.create(
            clinic_id=by.clinic_id,
            camera=camera,
            people=len(again),
            captures=sum(map(len, again.values())),
            figures=retesting.as_stored(found),
            settled_at=now,
            settled_by_id=named_staff_id(by),
        )
        audit.record(SETTLED, by=by, about=row, detail={"camera": camera, "people": row.people})
    return row
