"""Reads of compared photographs, beginning with who is asking."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from vesicle.consent import queries as consents
from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound
from vesicle.results.comparing.domain import Pair, Taken, pairs_of
from vesicle.results.models import Capture, PhotoChange, PhotoComparison, PhotoMeasuring
from vesicle.results.permissions import READ
from vesicle.treatment.models import Encounter

READ_COMPARED = audit.define("results.compared-read", "read what changed between photographs")

CLOSE_UP = "close-up"
State = PhotoMeasuring.State


@dataclass(frozen=True, slots=True)
class Compared:
    """One pair of visits with its comparison, once there is one; ``changes`` are empty where it was refused."""

    pair: Pair
    comparison: PhotoComparison | None
    changes: Sequence[PhotoChange]


def agrees(actor: Actor, encounter: Encounter) -> bool:
    """Return whether the patient agrees to photographs in their record; without, nothing is compared or shown."""
    return consents.photo_consent(actor, encounter.patient_id, consents.Use.CLINICAL)


def pairs_in(encounters: Iterable[Encounter], measured_by: str) -> Mapping[int, list[Pair]]:
    """Return what is compared with what, by visit. ``measured_by`` names the methods a photograph is measured with.

    Before is before the whole course: the first of its visits that has photographs of the view. Left out are
    photographs that the gate or the library refused, and close-ups.
    """
    known = {encounter.pk: encounter for encounter in encounters}
    course = {pk: encounter.appointment.series_id for pk, encounter in known.items()}
    rows = Capture.objects.filter(
        Q(photo__encounter__in=known)
        | Q(photo__encounter__appointment__series__in=set(course.values()) - {None}, photo__week=None),
        is_for_measuring=True,
        photo__area="",
    )
    rows = rows.exclude(photo__view=CLOSE_UP).exclude(photo__measuring__state=State.REFUSED)
    taken: dict[int, list[Taken]] = defaultdict(list)
    begun: dict[tuple[int, str], list[tuple[Encounter, Taken]]] = defaultdict(list)
    for capture in rows.select_related("photo__measuring", "photo__encounter__appointment"):
        photo, encounter = capture.photo, capture.photo.encounter
        if encounter is None:
            continue
        standing = getattr(photo, "measuring", None)
        is_measured = standing is not None and standing.state == State.DONE and standing.methods == measured_by
        day = photo.day if photo.day is not None else (photo.taken_at - encounter.started_at).days
        one = Taken(photo.pk, photo.view, photo.week, day, is_measured)
        series = encounter.appointment.series_id
        if series is not None and photo.week is None:
            begun[series, photo.view].append((encounter, one))
        else:
            taken[encounter.pk].append(one)
    for pk, series in course.items():
        for view in {one.view for one in taken[pk]}:
            before = begun.get((series, view), []) if series is not None else []
            first = min([known[pk].started_at, *(visit.started_at for visit, _ in before)])
            taken[pk] += [one for visit, one in before if visit.started_at == first]
    return {number: pairs_of(found) for number, found in taken.items() if number in known}


def compared(actor: Actor, encounter: Encounter) -> list[Compared]:
    """Return what the visit's photographs show beside those from before, in order of days; the read is audited.

    Of several versions of the methods the one that ended last counts. A comparison whose photographs are not those
    that would be compared today, because one was taken away or refused since, is none. Nothing is shown to anybody
    once the patient no longer agrees to photographs in their record.
    """
    actor.require(READ)
    if encounter.clinic_id != actor.clinic_id or (actor.is_patient and encounter.patient_id != actor.id):
        raise NotFound
    if not agrees(actor, encounter):
        return []
    pairs = pairs_in([encounter], "").get(encounter.pk, [])
    rows = PhotoComparison.objects.filter(clinic_id=actor.clinic_id, encounter=encounter, ended_at__isnull=False)
    ended = {(tuple(row.before), tuple(row.after)): row for row in rows.order_by("ended_at", "pk")}
    found = [(pair, ended.get((pair.before, pair.after))) for pair in pairs]
    changes: dict[int, list[PhotoChange]] = defaultdict(list)
    shown = [row.pk for _, row in found if row is not None]
    for change in PhotoChange.objects.filter(comparison__in=shown).order_by("region", "measure"):
        changes[change.comparison_id].append(change)
    if shown:
        audit.record(
            READ_COMPARED, by=actor, about=encounter, patient_id=encounter.patient_id, detail={"comparisons": shown}
        )
    return [Compared(pair, row, changes[row.pk] if row is not None else ()) for pair, row in found]
