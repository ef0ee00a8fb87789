"""Measure a photograph, and have an archive measured again when a method changes."""

import math
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.results.measuring import queries
from vesicle.results.measuring.tasks import measure_photos
from vesicle.results.models import PhotoMeasure
from vesicle.results.permissions import MEASURE
from vesicle.skin import Refused
from vesicle.skin.measuring import METHODS, measure
from vesicle.skin.report import Report
from vesicle.treatment import photos
from vesicle.treatment.models import Photo

MEASURED = audit.define("results.photo-measured", "measured a photograph")
QUEUED = audit.define("results.measuring-queued", "had stored photographs measured")

BATCH = 20
"""Photographs a worker takes at a time: some ten seconds of work, and little to repeat when it is stopped."""


def measure_photo(*, by: Actor, photo_id: int, now: datetime) -> int:
    """Measure a stored photograph by every current method that has not seen it, and return how many rows were added.

    Safe to repeat: done already, it does not even read the picture. What cannot be measured is stored with the reason.
    Raises ``NotFound``.
    """
    by.require(MEASURE)
    photo = photos.photo(by, photo_id)
    missing = frozenset(METHODS) - queries.measured(by, photo)
    if not missing:
        return 0
    rows = _rows(by, photo, missing, now)
    with transaction.atomic():
        # Another worker may have been faster; its rows say the same.
        PhotoMeasure.objects.bulk_create(rows, ignore_conflicts=True)
        detail = {"rows": len(rows), "methods": sorted(METHODS[name] for name in missing)}
        audit.record(MEASURED, by=by, about=photo, patient_id=photo.patient_id, detail=detail)
    return len(rows)


def _rows(by: Actor, photo: Photo, missing: frozenset[str], now: datetime) -> list[PhotoMeasure]:
    capture = getattr(photo, "capture", None)
    if capture is not None and not capture.is_for_measuring:
        return _refused(photo, missing, f"Kept for documentation only: {capture.kept_because}", now)
    try:
        report = measure(photos.read_out(by, photo.pk), view=photo.view)
    except Refused as refused:
        return _refused(photo, missing, str(refused), now)
    return [*_values(photo, report, missing, now), *_reasons(photo, report, missing, now)]


def _row(photo: Photo, region: str, name: str, now: datetime) -> PhotoMeasure:
    return PhotoMeasure(
        clinic_id=photo.clinic_id,
        patient_id=photo.patient_id,
        photo=photo,
        region=region,
        measure=name,
        method=METHODS[name],
        measured_at=now,
    )


def _refused(photo: Photo, missing: Iterable[str], why: str, now: datetime) -> list[PhotoMeasure]:
    rows = [_row(photo, "", name, now) for name in sorted(missing)]
    for row in rows:
        row.why_not = why[:1000]
    return rows


def _values(photo: Photo, report: Report, missing: frozenset[str], now: datetime) -> list[PhotoMeasure]:
    rows = []
    for region, found in report.measures.items():
        for name, one in found.items():
            if name not in missing:
                continue
            row = _row(photo, region, name, now)
            row.value, row.unit, row.method = one.value, one.unit, one.method
            row.sem, row.sdc = _known(one.repeatability), _known(one.sdc)
            row.basis, row.calibration = one.basis, report.calibration
            row.parameters = one.as_dict()["parameters"]
            rows.append(row)
    return rows


def _reasons(photo: Photo, report: Report, missing: frozenset[str], now: datetime) -> list[PhotoMeasure]:
    rows = []
    for region, reasons in report.not_measured.items():
        for name, why in reasons.items():
            if name in missing:
                row = _row(photo, region, name, now)
                row.why_not, row.calibration = why[:1000], report.calibration
                rows.append(row)
    return rows


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def queue_photo(by: Actor, photo: Photo, now: datetime) -> None:
    """Have a photograph that was just stored measured by a worker. Called in the transaction that stores it."""
    measure_photos.enqueue(photo.clinic_id, [photo.pk])


def queue_archive(*, by: Actor, most: int | None = None, batch: int = BATCH) -> int:
    """Have every photograph measured that a current method has not seen; return how many were queued.

    Takes up where an earlier run ended, because what is measured is no longer asked for.
    """
    by.require(MEASURE)
    queued, after = 0, 0
    while most is None or queued < most:
        size = batch if most is None else min(batch, most - queued)
        ids = queries.unmeasured(by, METHODS, after=after, most=size)
        if not ids:
            break
        measure_photos.enqueue(by.clinic_id, ids)
        queued, after = queued + len(ids), ids[-1]
    audit.record(QUEUED, by=by, detail={"photographs": queued, "methods": sorted(METHODS.values())})
    return queued
