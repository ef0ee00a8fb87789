"""Open follow-ups, take the patient's answers, record what staff and devices measure."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.utils.translation import gettext as _

from vesicle.core import audit, clock, languages
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid, NotFound
from vesicle.protocols.bank import Measure, load_bank
from vesicle.protocols.queries import option_of_edition
from vesicle.results import letters
from vesicle.results.conditions import Conditions, faults
from vesicle.results.domain import window
from vesicle.results.models import FollowUp, Measurement, ReadingConditions
from vesicle.results.permissions import ANSWER, MEASURE
from vesicle.treatment.models import Encounter
from vesicle.treatment.queries import latest_entries

OPENED = audit.define("results.opened", "planned the follow-ups of a visit")
ANSWERED = audit.define("results.answered", "answered a follow-up")
MEASURED = audit.define("results.measured", "recorded a measurement")
CORRECTED = audit.define("results.corrected", "corrected a measurement")

By = Measurement.ScoredBy


def open_follow_ups(by: Actor, encounter: Encounter, now: datetime) -> None:
    """Plan the follow-ups of a signed visit, and keep what was measured before it as the baseline. Safe to repeat."""
    language = languages.supported(encounter.patient.language)
    sections = option_of_edition(encounter.edition_id, encounter.option, language).option.sections
    place = encounter.appointment.location
    treated_on = clock.day_in(place.time_zone, encounter.started_at)
    with transaction.atomic():
        for planned in sections.follow_ups:
            when = window(planned, treated_on, encounter.patient.time_zone)
            follow_up, is_new = FollowUp.objects.get_or_create(
                encounter=encounter,
                week=planned.week,
                defaults={
                    "clinic_id": by.clinic_id,
                    "patient": encounter.patient,
                    "opens_at": when.opens_at,
                    "due_at": when.due_at,
                    "closes_at": when.closes_at,
                },
            )
            if is_new:
                letters.send_follow_up(by=by, follow_up=follow_up, purpose=planned.purpose, now=now)
        _keep_baseline(by, encounter)
        audit.record(OPENED, by=by, about=encounter, patient_id=encounter.patient_id)


def _keep_baseline(by: Actor, encounter: Encounter) -> None:
    """Copy what the follow-ups measure again, as charted at the visit, into the curve as week 0."""
    sections = option_of_edition(encounter.edition_id, encounter.option).option.sections
    again = {measure for planned in sections.follow_ups for measure in planned.measures}
    measures = {
        (step.id, record.id): record.measure
        for step in sections.steps
        for record in step.records
        if record.measure in again
    }
    for (step, record, area), entry in latest_entries(encounter).items():
        measure_id = measures.get((step, record))
        if measure_id is None:
            continue
        measure = load_bank().measures[measure_id]
        scored_by = _scorer(measure)
        Measurement.objects.create(
            clinic_id=by.clinic_id,
            patient_id=encounter.patient_id,
            encounter=encounter,
            measure=measure_id,
            region=area,
            week=0,
            value=Decimal(str(entry.value)),
            unit=measure.unit or "",
            method=measure.name,
            scored_by=scored_by,
            staff_id=None if scored_by == By.PATIENT else entry.recorded_by_id,
            taken_at=entry.recorded_at,
        )


def _scorer(measure: Measure) -> str:
    if "device" in measure.scored_by:
        return By.DEVICE
    return By.CLINICIAN if "clinician" in measure.scored_by else By.PATIENT


def answer_follow_up(
    *, by: Actor, follow_up: FollowUp, values: Mapping[str, object], now: datetime, note: str = ""
) -> FollowUp:
    """Take the patient's own scores, once, while the follow-up is open.

    Raises ``Invalid`` for values that are missing or out of range, ``Conflict`` outside its window.
    """
    by.require(ANSWER)
    if by.kind != "system" and follow_up.patient_id != by.id:
        raise NotFound
    asked = [load_bank().measures[measure] for measure in patient_measures(follow_up)]
    numbers: dict[str, Decimal] = {}
    problems: dict[str, str] = {}
    for measure in asked:
        try:
            numbers[measure.id] = _number(measure, values.get(measure.id))
        except Invalid as error:
            problems[measure.id] = error.message
    if problems:
        raise Invalid(_("Please look at what is marked; nothing was sent yet."), fields=problems)
    with transaction.atomic():
        row = FollowUp.objects.select_for_update(of=("self",)).select_related("encounter").get(pk=follow_up.pk)
        if row.answered_at is not None:
            raise Conflict(_("You have answered this already, thank you."))
        if not row.opens_at <= now <= row.closes_at:
            raise Conflict(_("This follow-up is not open now. If something worries you, call us."))
        row.answered_at, row.note = now, note.strip()
        row.save(update_fields=["answered_at", "note"])
        for measure in asked:
            _store(by, row.encounter, measure, numbers[measure.id], row.week, now, By.PATIENT, follow_up=row)
        audit.record(ANSWERED, by=by, about=row, patient_id=row.patient_id, detail={"week": row.week})
    return row


def patient_measures(follow_up: FollowUp) -> list[str]:
    """Return the measures of a follow-up that the patient scores."""
    encounter = follow_up.encounter
    sections = option_of_edition(encounter.edition_id, encounter.option).option.sections
    planned = next(planned for planned in sections.follow_ups if planned.week == follow_up.week)
    bank = load_bank()
    return [m for m in planned.measures if "patient" in bank.measures[m].scored_by and not bank.measures[m].parts]


def record_measurement(
    *,
    by: Actor,
    encounter: Encounter,
    measure_id: str,
    value: object,
    week: int,
    now: datetime,
    part: str = "",
    region: str = "",
    method: str = "",
    conditions: Conditions | None = None,
    corrects: Measurement | None = None,
) -> Measurement:
    """Record a clinician's score or a device reading; a correction points at the row it replaces.

    Raises ``Invalid`` for a value out of range, a part the measure does not have, and conditions that miss what the
    measure depends on.
    """
    by.require(MEASURE)
    measure = load_bank().measures.get(measure_id)
    if measure is None or not measure.shipped:
        raise Invalid("Choose one of the measures listed.", fields={"measure": "Choose one of the measures listed."})
    scored_by = _scorer(measure)
    if scored_by == By.PATIENT:
        raise Invalid("Only the patient can score this.", fields={"measure": "Only the patient can score this."})
    problems = faults(conditions, measure.climate) if conditions is not None else {}
    if part not in ({one.id for one in measure.parts} or {""}):
        problems["measure"] = "Choose which of its values this is."
    try:
        number = _number(measure, value)
    except Invalid as error:
        problems["value"] = error.message
    if problems:
        raise Invalid("Nothing was recorded yet.", fields=problems)
    with transaction.atomic():
        row = _store(
            by,
            encounter,
            measure,
            number,
            week,
            now,
            scored_by,
            part=part,
            region=region,
            method=method,
            conditions=conditions,
            corrects=corrects,
            staff_id=by.person_id,
        )
        code = CORRECTED if corrects else MEASURED
        audit.record(code, by=by, about=row, patient_id=row.patient_id, detail={"measure": measure_id, "week": week})
    return row


def _number(measure: Measure, raw: object) -> Decimal:
    unit = f" {measure.unit}" if measure.unit else ""
    low, high = measure.min, measure.max
    span = _("a number%(unit)s") % {"unit": unit}
    if low is not None and high is not None:
        span = _("from %(low)s to %(high)s%(unit)s") % {"low": f"{low:g}", "high": f"{high:g}", "unit": unit}
    try:
        value = Decimal(str(raw).strip().replace(",", "."))
    except InvalidOperation:
        raise Invalid(_("Give a value %(span)s.") % {"span": span}) from None
    if not value.is_finite() or (low is not None and value < Decimal(str(low))):
        raise Invalid(_("Give a value %(span)s.") % {"span": span})
    if high is not None and value > Decimal(str(high)):
        raise Invalid(_("Give a value %(span)s.") % {"span": span})
    return value


def _store(
    by: Actor,
    encounter: Encounter,
    measure: Measure,
    value: Decimal,
    week: int,
    now: datetime,
    scored_by: str,
    *,
    part: str = "",
    region: str = "",
    method: str = "",
    conditions: Conditions | None = None,
    follow_up: FollowUp | None = None,
    corrects: Measurement | None = None,
    staff_id: int | None = None,
) -> Measurement:
    taken_in = None
    if conditions is not None:
        taken_in = ReadingConditions.objects.create(
            clinic_id=by.clinic_id,
            device=conditions.device.strip(),
            temperature_c=conditions.temperature_c,
            humidity_percent=conditions.humidity_percent,
            rested_minutes=conditions.rested_minutes,
        )
    return Measurement.objects.create(
        clinic_id=by.clinic_id,
        patient_id=encounter.patient_id,
        encounter=encounter,
        follow_up=follow_up,
        measure=measure.id,
        part=part,
        region=region,
        week=week,
        value=value,
        unit=measure.unit or "",
        method=method or (conditions.device.strip() if conditions else measure.name),
        scored_by=scored_by,
        staff_id=staff_id,
        conditions=taken_in,
        corrects=corrects,
        taken_at=now,
    )
