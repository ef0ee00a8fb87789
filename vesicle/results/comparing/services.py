"""Queue visits whose photographs are due to be compared, and compare one."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from vesicle import skin
from vesicle.consent.models import PhotoConsent
from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import Blocked, NotFound
from vesicle.core.scope import every_clinic
from vesicle.protocols.queries import option_of_edition
from vesicle.results.comparing.domain import MOST_CAPTURES, Pair
from vesicle.results.comparing.queries import CLOSE_UP, agrees, pairs_in
from vesicle.results.measuring import retesting
from vesicle.results.measuring.queries import retest_of
from vesicle.results.measuring.services import LOST_AFTER
from vesicle.results.measuring.services import methods_today as measured_today
from vesicle.results.models import PhotoChange, PhotoComparison, PhotoMeasuring
from vesicle.results.photo_courses import primary
from vesicle.treatment import photos
from vesicle.treatment.models import Encounter, Photo

COMPARED = audit.define("photo.compared", "compared photographs of two visits")

MOST_WAITING, A_BATCH = 500, 5
"""Comparisons that wait at one time, and how many a worker takes at once, one after another."""
State = PhotoComparison.State


def methods_today() -> str:
    """Return one short name for the versions of all measures and of comparing itself."""
    return hashlib.sha256(f"{measured_today()},{skin.PAIRED}".encode()).hexdigest()[:16]


def queue_due(*, now: datetime, most: int = MOST_WAITING) -> int:
    """Hand visits whose photographs are measured and not compared by the methods of today to the workers.

    Return how many. Safe to repeat and to interrupt, as with measuring. Photographs in which skin may be swollen are
    marked so and never compared.
    """
    from vesicle.results.comparing.tasks import compare_photographs

    today = methods_today()
    lost = Q(state=State.QUEUED, queued_at__lt=now - LOST_AFTER)
    with every_clinic("one worker keeps the archives of the whole installation compared"):
        standing = PhotoComparison.objects.filter(methods=today).exclude(lost)
        room = max(0, most - standing.filter(state=State.QUEUED).count())
        found = list(_due(standing)[:room])
        by_clinic: dict[int, list[PhotoComparison]] = defaultdict(list)
        for row in _rows(found, today, now):
            by_clinic[row.clinic_id].append(row)
        queued = 0
        for clinic_id, rows in by_clinic.items():
            for first in range(0, len(rows), A_BATCH):
                with transaction.atomic():
                    waiting = _mark(rows[first : first + A_BATCH])
                    if waiting:
                        compare_photographs.enqueue(clinic_id, waiting)
                    queued += len(waiting)
    return queued


def _due(standing: QuerySet[PhotoComparison]) -> QuerySet[Encounter]:
    """Return visits with a photograph from after that stands in no comparison, although all are measured."""
    may = Photo.objects.filter(capture__is_for_measuring=True, area="").exclude(view=CLOSE_UP)
    done = may.filter(measuring__methods=measured_today(), measuring__state=PhotoMeasuring.State.DONE)
    same = may.filter(encounter=OuterRef("encounter"), view=OuterRef("view"))
    course = Q(encounter__appointment__series=OuterRef("encounter__appointment__series"))
    before = may.filter(Q(encounter=OuterRef("encounter")) | course, view=OuterRef("view"))
    ended = Q(measuring__methods=measured_today()) & ~Q(measuring__state=PhotoMeasuring.State.QUEUED)
    decided = PhotoConsent.objects.filter(patient=OuterRef("patient"), use=PhotoConsent.Use.CLINICAL)
    later = done.filter(
        Exists(before.filter(week=None, pk__in=done.values("pk"))),
        ~Exists(same.exclude(ended)),
        ~Exists(standing.filter(encounter=OuterRef("encounter"), after__contains=[OuterRef("pk")])),
        # More captures than are averaged: the first ones stand in no comparison and are not missing.
        ~Exists(
            standing.filter(
                encounter=OuterRef("encounter"), view=OuterRef("view"), week=OuterRef("week"), day=OuterRef("day"),
                after__len=MOST_CAPTURES, after__0__gt=OuterRef("pk"),
            )
        ),
        week__isnull=False,
    ).annotate(agreed=Subquery(decided.order_by("-at", "-pk").values("is_given")[:1]))  # fmt: skip
    due = later.filter(agreed=True).values("encounter")
    return Encounter.objects.filter(pk__in=due).select_related("appointment").order_by("pk")


def _rows(encounters: list[Encounter], today: str, now: datetime) -> Iterator[PhotoComparison]:
    pairs = pairs_in(encounters, measured_today())
    for encounter in encounters:
        window = _window_days(encounter)
        for pair in pairs.get(encounter.pk, ()):
            if pair.is_measured:
                yield _row(encounter, pair, window, today, now)


def _window_days(encounter: Encounter) -> int:
    option = option_of_edition(encounter.edition_id, encounter.option).option
    return option.sections.results.swelling_window_days


def _row(encounter: Encounter, pair: Pair, window: int, today: str, now: datetime) -> PhotoComparison:
    row = PhotoComparison(
        clinic_id=encounter.clinic_id, encounter=encounter, patient_id=encounter.patient_id, view=pair.view,
        week=pair.week, day=pair.day, before=list(pair.before), after=list(pair.after), methods=today,
        state=State.QUEUED, queued_at=now,
    )  # fmt: skip
    if pair.is_swollen(window):
        row.state, row.ended_at = State.REFUSED, now
        row.code, row.facts = "swelling-window", {"day": pair.day, "until": window}
    return row


def _mark(rows: list[PhotoComparison]) -> list[int]:
    """Store what is not stored yet, take up again what was lost; return the numbers of those that wait."""
    waiting = []
    for row in rows:
        standing, is_new = PhotoComparison.objects.select_for_update().get_or_create(
            before=row.before, after=row.after, methods=row.methods,
            defaults={
                name: getattr(row, name)
                for name in (
                    "clinic_id", "encounter", "patient_id", "view", "week", "day", "state", "queued_at", "ended_at",
                    "code", "facts",
                )
            },
        )  # fmt: skip
        if standing.state != State.QUEUED:
            continue
        if not is_new:
            if standing.queued_at >= row.queued_at - LOST_AFTER:
                continue
            standing.queued_at = row.queued_at
            standing.save(update_fields=["queued_at"])
        waiting.append(standing.pk)
    return waiting


def compare_visits(*, by: Actor, comparison_id: int, now: datetime) -> PhotoComparison:
    """Compare the photographs of two visits and keep each change with its interval, verdict and reason.

    Safe to repeat. What the library refuses is marked with the reason and not tried again before a method changes.
    Raises ``NotFound``, ``Blocked`` where the patient no longer agrees to photographs in their record.
    """
    row = PhotoComparison.objects.filter(clinic_id=by.clinic_id, pk=comparison_id).select_related("encounter").first()
    if row is None:
        raise NotFound
    if row.state != State.QUEUED:
        return row
    if not agrees(by, row.encounter):
        raise Blocked("The patient no longer agrees to photographs in their record, so none are compared.")
    try:
        found = _compared(by, row)
    except skin.Refused as refused:
        return _ended(by, row, now, code=refused.code, facts={})
    if found.refused is not None:
        return _ended(by, row, now, code=found.refused.code, facts=found.refused.facts)
    return _ended(by, row, now, found=found)


def _compared(by: Actor, row: PhotoComparison) -> skin.Comparison:
    visits = [[photos.photo(by, number) for number in numbers] for numbers in (row.before, row.after)]
    cameras = {retesting.camera_name(photo.camera) for visit in visits for photo in visit}
    first, second = ([photos.read_out(by, photo.pk) for photo in visit] for visit in visits)
    sections = option_of_edition(row.encounter.edition_id, row.encounter.option).option.sections
    return skin.compare(
        first,
        second,
        view=row.view,
        # One camera's retest says nothing of two cameras.
        repeatability=retest_of(by, cameras.pop()) if len(cameras) == 1 else None,
        day=row.day,
        swelling_window_days=sections.results.swelling_window_days,
        primary=primary(sections, row.encounter.areas),
    )


def _ended(
    by: Actor, row: PhotoComparison, now: datetime, *, code: str = "", facts: dict[str, float | str] | None = None,
    found: skin.Comparison | None = None,
) -> PhotoComparison:  # fmt: skip
    with transaction.atomic():
        standing = PhotoComparison.objects.select_for_update().get(pk=row.pk)
        if standing.state != State.QUEUED:
            return standing
        standing.state = State.REFUSED if found is None else State.DONE
        standing.ended_at, standing.code, standing.facts = now, code[:40], facts or {}
        if found is not None:
            standing.light = found.light
            PhotoChange.objects.bulk_create(_changes(standing, found))
        standing.save(update_fields=["state", "ended_at", "code", "facts", "light"])
        audit.record(
            COMPARED, by=by, about=standing.encounter, patient_id=standing.patient_id,
            detail={"comparison": standing.pk, "methods": standing.methods, "state": standing.state},
        )  # fmt: skip
    return standing


_NUMBERS = ("before", "after", "percent", "low", "high", "sdc", "published", "p")


def _changes(row: PhotoComparison, found: skin.Comparison) -> list[PhotoChange]:
    return [
        PhotoChange(
            clinic_id=row.clinic_id, comparison=row, region=region, measure=name,
            method=f"{change.method}+{skin.PAIRED}", unit=change.unit, verdict=change.verdict, basis=change.basis,
            code=change.why.code, facts=change.why.facts,
            **{number: _known(getattr(change, number)) for number in _NUMBERS},
        )
        for region, changes in found.changes.items()
        for name, change in changes.items()
    ]  # fmt: skip


def _known(value: float) -> float | None:
    return None if value != value else value
