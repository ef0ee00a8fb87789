"""Reads of follow-ups and measurements, beginning with who is asking."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound
from vesicle.results.domain import Repeatability, repeatability
from vesicle.results.models import FollowUp, Measurement, PhotoMeasure
from vesicle.results.permissions import READ
from vesicle.treatment.models import Encounter, Photo

READ_RESULTS = audit.define("results.read", "read results")


def follow_ups_of(actor: Actor, encounter_id: int) -> Sequence[FollowUp]:
    """Return the follow-ups of a visit, by week."""
    actor.require(READ)
    rows = FollowUp.objects.filter(clinic_id=actor.clinic_id, encounter_id=encounter_id)
    if actor.is_patient:
        rows = rows.filter(patient_id=actor.person_id)
    return list(rows.order_by("week"))


def follow_up(actor: Actor, encounter_id: int, week: int) -> FollowUp:
    """Return one follow-up. Raises ``NotFound``."""
    actor.require(READ)
    rows = FollowUp.objects.filter(clinic_id=actor.clinic_id, encounter_id=encounter_id, week=week)
    if actor.is_patient:
        rows = rows.filter(patient_id=actor.person_id)
    found = rows.select_related("encounter__appointment__location", "patient").first()
    if found is None:
        raise NotFound(_("We could not find that follow-up."))
    return found


def open_follow_ups(actor: Actor, *, patient_id: int, now: datetime) -> Sequence[FollowUp]:
    """Return a patient's follow-ups that can be answered now."""
    actor.require(READ)
    rows = FollowUp.objects.filter(clinic_id=actor.clinic_id, patient_id=patient_id, answered_at=None)
    return list(rows.filter(opens_at__lte=now, closes_at__gte=now).select_related("encounter").order_by("due_at"))


def measurements_of(actor: Actor, encounter: Encounter) -> Sequence[Measurement]:
    """Return the measurements that count (corrected ones are replaced), by measure and week; the read is audited."""
    actor.require(READ)
    if encounter.clinic_id != actor.clinic_id or (actor.is_patient and encounter.patient_id != actor.id):
        raise NotFound
    audit.record(READ_RESULTS, by=actor, about=encounter, patient_id=encounter.patient_id)
    rows = Measurement.objects.filter(encounter=encounter, corrected_by=None)
    rows = rows.select_related("staff", "conditions")
    return list(rows.order_by("measure", "part", "region", "week", "taken_at"))


def repeatabilities(actor: Actor, measures: Sequence[str]) -> dict[str, Repeatability | None]:
    """Return how well each measure repeats in this clinic, from all repeated readings; one query."""
    rows = Measurement.objects.filter(clinic_id=actor.clinic_id, measure__in=measures, corrected_by=None)
    groups: dict[str, dict[tuple[object, ...], list[float]]] = {measure: {} for measure in measures}
    for measure, *key, value in rows.exclude(scored_by=Measurement.ScoredBy.PATIENT).values_list(
        "measure", "encounter_id", "part", "region", "week", "method", "value"
    ):
        groups[measure].setdefault(tuple(key), []).append(float(value))
    return {measure: repeatability(found.values()) for measure, found in groups.items()}


def photos_of(actor: Actor, encounter: Encounter) -> Sequence[Photo]:
    """Return the photographs of a visit and its follow-ups, baseline first."""
    actor.require(READ)
    rows = Photo.objects.filter(clinic_id=actor.clinic_id, encounter=encounter)
    if actor.is_patient:
        rows = rows.filter(patient_id=actor.person_id)
    return list(rows.select_related("capture").order_by("view", "taken_at"))


def photo_measures_of(actor: Actor, encounter: Encounter) -> Sequence[PhotoMeasure]:
    """Return what the visit's photographs show, oldest first, all versions of the methods; the read is audited."""
    actor.require(READ)
    if encounter.clinic_id != actor.clinic_id or (actor.is_patient and encounter.patient_id != actor.id):
        raise NotFound
    rows = PhotoMeasure.objects.filter(clinic_id=actor.clinic_id, photo__encounter=encounter)
    found = list(rows.select_related("photo").order_by("photo__taken_at", "region", "measure"))
    if found:
        detail = {"photographs": len({row.photo_id for row in found})}
        audit.record(READ_RESULTS, by=actor, about=encounter, patient_id=encounter.patient_id, detail=detail)
    return found


def due_for_staff(actor: Actor, *, now: datetime) -> Sequence[FollowUp]:
    """Return follow-ups that are open and not answered, the soonest to close first."""
    actor.require(READ)
    rows = FollowUp.objects.filter(clinic_id=actor.clinic_id, answered_at=None, due_at__lte=now, closes_at__gte=now)
    return list(rows.select_related("patient", "encounter__appointment__location").order_by("closes_at"))
