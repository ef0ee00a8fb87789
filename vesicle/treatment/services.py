"""The visit: start behind its gates, chart, use a product, sign and lock, amend."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from vesicle.candidacy import queries as candidacy
from vesicle.clinic import queries as stock
from vesicle.clinic import services as stock_services
from vesicle.clinic.models import Lot
from vesicle.consent import queries as consents
from vesicle.consent.domain import is_signature_of
from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Blocked, Conflict, Invalid, NotFound
from vesicle.people import queries as people
from vesicle.people.models import Staff
from vesicle.protocols.bank import load_bank
from vesicle.protocols.queries import OfferedOption, option_of_edition
from vesicle.protocols.schema.recording import Unacceptable, read_value
from vesicle.protocols.schema.sections import ProductNeed, Record, Step
from vesicle.scheduling import services as scheduling
from vesicle.scheduling.gates import visits_before
from vesicle.scheduling.models import Appointment
from vesicle.treatment import hooks, queries
from vesicle.treatment.domain import CHARTED_KINDS, areas_of, signed_content
from vesicle.treatment.gates import Gate
from vesicle.treatment.models import Amendment, Encounter, ProductUse, StepEntry
from vesicle.treatment.permissions import CHART, SIGN

STARTED = audit.define("visit.started", "started a visit")
CHARTED = audit.define("visit.charted", "charted a step")
USED = audit.define("visit.product-used", "used a product in a visit")
VOIDED = audit.define("visit.product-voided", "took back the record of a product")
INSTRUCTED = audit.define("visit.instructed", "added personal instructions")
SIGNED = audit.define("visit.signed", "signed a visit")
AMENDED = audit.define("visit.amended", "amended a signed visit")


def gates(*, by: Actor, appointment: Appointment, now: datetime) -> list[Gate]:
    """Return everything that must be so before this visit can start, each with what clears it."""
    on = clock.day_in(appointment.location.time_zone, now)
    offered = option_of_edition(appointment.treated_under, appointment.option)
    return [
        _here(appointment, on),
        _cleared(by, appointment, on),
        _consented(by, appointment, on),
        _qualified(by, offered, on),
        _not_on_hold(by, appointment),
        *_came_before(by, appointment),
    ]


def _here(appointment: Appointment, on: Any) -> Gate:
    day = clock.day_in(appointment.location.time_zone, appointment.starts_at)
    arrived = appointment.state in (Appointment.State.ARRIVED, Appointment.State.IN_TREATMENT)
    if day != on:
        return Gate("arrived", "Patient is here", False, f"This appointment is on {day:%B} {day.day}.")
    return Gate("arrived", "Patient is here", arrived, "" if arrived else "Check the patient in first.")


def _cleared(by: Actor, appointment: Appointment, on: Any) -> Gate:
    try:
        candidacy.require_clearance(
            by, patient_id=appointment.patient_id or 0, option_id=appointment.option, on=on, purpose="treat"
        )
    except Blocked as blocked:
        return Gate("cleared", "Cleared for this treatment", False, " ".join([blocked.message, *blocked.reasons]))
    return Gate("cleared", "Cleared for this treatment", True)


def _consented(by: Actor, appointment: Appointment, on: Any) -> Gate:
    consent = consents.for_appointment(by, appointment, on)
    if consent is None:
        remedy = "There is no valid consent for these areas. Ask for a signature."
        return Gate("consent", "Consent signed", False, remedy)
    return Gate("consent", "Consent signed", True, f"until {consent.valid_until}")


def _qualified(by: Actor, offered: OfferedOption, on: Any) -> Gate:
    allowed = offered.option.sections.qualifications.perform
    staff = Staff.objects.filter(pk=by.person_id).first() if by.is_staff else None
    label = "You may perform it"
    if staff is None or staff.licence not in allowed:
        return Gate("licence", label, False, f"This protocol allows: {', '.join(allowed).upper()}.")
    if staff.licence_expires_on is not None and staff.licence_expires_on < on:
        return Gate("licence", label, False, f"Your license expired on {staff.licence_expires_on}.")
    return Gate("licence", label, True)


def _not_on_hold(by: Actor, appointment: Appointment) -> Gate:
    holds = people.active_holds(by, appointment.patient_id or 0)
    return Gate("hold", "No hold on the patient", not holds, "; ".join(hold.reason for hold in holds))


def _came_before(by: Actor, appointment: Appointment) -> list[Gate]:
    """Return the gate of the patch test or consultation that has to come first, where one has to."""
    if appointment.patient is None:
        return []
    found = visits_before(by, appointment.patient, appointment)
    return [] if found is None else [Gate("before", found.label, found.state == "open", found.says)]


def start_visit(*, by: Actor, appointment: Appointment, now: datetime) -> Encounter:
    """Open the visit of an appointment. Raises ``Blocked`` with every gate that is closed."""
    by.require(CHART)
    with transaction.atomic():
        row = (
            Appointment.objects.select_for_update(of=("self",))
            .select_related("location", "patient")
            .get(pk=appointment.pk, clinic_id=by.clinic_id)
        )
        opened = Encounter.objects.filter(appointment=row).first()
        if opened is not None:
            return opened
        closed = [gate for gate in gates(by=by, appointment=row, now=now) if not gate.is_open]
        if closed:
            raise Blocked("This visit cannot start yet.", reasons=[f"{gate.label}: {gate.remedy}" for gate in closed])
        consent = consents.for_appointment(by, row, clock.day_in(row.location.time_zone, now))
        if consent is None or row.patient is None:
            raise Blocked("This visit cannot start without a valid consent.")
        if row.state == Appointment.State.ARRIVED:
            scheduling.change_state(by=by, appointment=row, state=Appointment.State.IN_TREATMENT, now=now)
        encounter = Encounter.objects.create(
            clinic_id=by.clinic_id,
            appointment=row,
            patient=row.patient,
            consent=consent,
            edition_id=row.treated_under,
            option=row.option,
            protocol_version=option_of_edition(row.treated_under, row.option).option.version,
            areas=row.areas,
            provider_id=by.person_id,
            started_at=now,
        )
        audit.record(STARTED, by=by, about=encounter, patient_id=encounter.patient_id)
    return encounter


def record_step(
    *, by: Actor, encounter: Encounter, step_id: str, values: Mapping[tuple[str, str], object], now: datetime
) -> list[StepEntry]:
    """Chart values of one step: ``(record id, area)`` to what was typed; area is empty where it is asked once.

    All or nothing: with one value that does not fit, ``Invalid`` names each field (``record`` or
    ``record.area``) and nothing is stored. Unchanged values add nothing.
    """
    by.require(CHART)
    step = _step(encounter, step_id)
    records = {record.id: record for record in step.records}
    problems: dict[str, str] = {}
    accepted: list[tuple[Record, str, object]] = []
    for (record_id, area), raw in values.items():
        record = records.get(record_id)
        if record is None or record.kind not in CHARTED_KINDS or area not in areas_of(record, encounter.areas):
            raise NotFound(f"This step records nothing called '{record_id}'.")
        record = _with_scale(record)
        try:
            value = read_value(record, raw)
        except Unacceptable as error:
            problems[f"{record_id}.{area}" if area else record_id] = str(error)
            continue
        if value is not None:
            accepted.append((record, area, value))
    if problems:
        raise Invalid("Nothing was charted yet. Please look at what is marked.", fields=problems)
    with transaction.atomic():
        _lock_open(encounter)
        known = queries.latest_entries(encounter)
        new = [
            StepEntry.objects.create(
                clinic_id=by.clinic_id,
                encounter=encounter,
                step=step_id,
                record=record.id,
                area=area,
                value=value,
                unit=record.unit or "",
                recorded_at=now,
                recorded_by_id=by.person_id,
            )
            for record, area, value in accepted
            if (step_id, record.id, area) not in known or known[step_id, record.id, area].value != value
        ]
        if new:
            detail = {"step": step_id, "records": [f"{entry.record} {entry.area}".strip() for entry in new]}
            audit.record(CHARTED, by=by, about=encounter, patient_id=encounter.patient_id, detail=detail)
    return new


def use_product(
    *,
    by: Actor,
    encounter: Encounter,
    step_id: str,
    need_id: str,
    quantity: Decimal,
    route: str,
    now: datetime,
    lot: Lot | None = None,
    code: str = "",
    scan: str = "",
) -> ProductUse:
    """Record a lot used at a step, picked (``lot``), typed (``code``) or scanned (``scan``).

    Raises ``Blocked`` with every reason when it may not be used: unknown, expired, recalled, used
    up, at another location, not what the step needs, a route that is not permitted, or a category
    not allowed here.
    """
    by.require(CHART)
    need = _need(encounter, step_id, need_id)
    location_id = encounter.appointment.location_id
    if lot is None:
        found = stock.find_lot(by, code=code or None, scan=scan or None, location_id=location_id)
        lot = found.lot
    if route not in need.routes:
        raise Blocked(
            "This product was not charted.",
            reasons=[f"This step gives {need.name} only by: {', '.join(need.routes)}."],
            code="route-not-in-protocol",
        )
    on = clock.day_in(encounter.appointment.location.time_zone, now)
    against = stock.refusals(by, lot, need=need, route=route, on=on, location_id=location_id)
    if against:
        raise Blocked(
            "This product was not charted.", reasons=[found.sentence for found in against], code=against[0].code
        )
    if quantity <= 0:
        raise Invalid("Say how much was used.", fields={"quantity": "A quantity above zero."})
    with transaction.atomic():
        _lock_open(encounter)
        stock_services.take(by=by, lot=lot, quantity=quantity, reason=f"visit {encounter.pk}", at=now)
        use = ProductUse.objects.create(
            clinic_id=by.clinic_id,
            encounter=encounter,
            step=step_id,
            need=need_id,
            lot=lot,
            quantity=quantity,
            route=route,
            scan=scan[:200],
            used_at=now,
            recorded_by_id=by.person_id,
        )
        detail = {"lot": lot.code, "quantity": str(quantity), "route": route}
        audit.record(USED, by=by, about=use, patient_id=encounter.patient_id, detail=detail)
    return use


def void_use(*, by: Actor, use: ProductUse, reason: str, now: datetime) -> None:
    """Take back a product charted by mistake in a visit that is still open; the stock returns."""
    by.require(CHART)
    if not reason.strip():
        raise Invalid("Say why.", fields={"reason": "Say why it is taken back."})
    with transaction.atomic():
        _lock_open(use.encounter)
        if use.voided_at is not None:
            raise Conflict("This was taken back already.")
        use.voided_at, use.void_reason = now, reason.strip()
        use.save(update_fields=["voided_at", "void_reason"])
        stock_services.put_back(by=by, lot=use.lot, quantity=use.quantity, reason=reason.strip(), at=now)
        audit.record(VOIDED, by=by, about=use, patient_id=use.encounter.patient_id, detail={"reason": reason})


def add_instructions(*, by: Actor, encounter: Encounter, text: str) -> None:
    """Set the provider's own additions to the aftercare plan, while the visit is open."""
    by.require(CHART)
    with transaction.atomic():
        row = _lock_open(encounter)
        row.provider_instructions = text.strip()
        row.save(update_fields=["provider_instructions"])
        audit.record(INSTRUCTED, by=by, about=row, patient_id=row.patient_id)
    encounter.provider_instructions = row.provider_instructions


def sign_encounter(*, by: Actor, encounter: Encounter, signature: str, now: datetime) -> Encounter:
    """Sign and lock a visit; aftercare and follow-ups begin in the same transaction.

    Raises ``Blocked`` with everything still missing, ``Invalid`` for a signature that is not the signer's name.
    """
    by.require(SIGN)
    if not is_signature_of(signature, by.name):
        raise Invalid("The visit is not signed.", fields={"signature": f"Type your name as we have it: {by.name}."})
    with transaction.atomic():
        row = _lock_open(encounter)
        lacking = queries.missing_records(row)
        if lacking:
            reasons = [f"{m.step_title}: {m.label}{f' ({m.area})' if m.area else ''}" for m in lacking]
            raise Blocked("Something required is not charted yet.", reasons=reasons, code="chart-incomplete")
        row.content_hash = signed_content(queries.content(row))
        row.signed_at, row.signed_by_id, row.signature = now, by.person_id, signature.strip()
        row.save(update_fields=["content_hash", "signed_at", "signed_by", "signature"])
        scheduling.change_state(by=by, appointment=row.appointment, state=Appointment.State.DONE, now=now)
        audit.record(SIGNED, by=by, about=row, patient_id=row.patient_id, detail={"hash": row.content_hash})
        for then in hooks.after_signing:
            then(by, row, now)
    return row


def amend(
    *,
    by: Actor,
    encounter: Encounter,
    text: str,
    reason: str,
    signature: str,
    now: datetime,
    corrects: StepEntry | None = None,
) -> Amendment:
    """Add a signed correction to a signed visit; what it corrects stays readable. Raises ``Invalid``."""
    by.require(SIGN)
    fields = {}
    if not text.strip():
        fields["text"] = "Write what is right."
    if not reason.strip():
        fields["reason"] = "Say why it has to be corrected."
    if not is_signature_of(signature, by.name):
        fields["signature"] = f"Type your name as we have it: {by.name}."
    if fields:
        raise Invalid("The amendment is not stored yet.", fields=fields)
    if encounter.signed_at is None:
        raise Conflict("This visit is still open: correct it directly.")
    if corrects is not None and corrects.encounter_id != encounter.pk:
        raise NotFound
    with transaction.atomic():
        amendment = Amendment.objects.create(
            clinic_id=by.clinic_id,
            encounter=encounter,
            corrects=corrects,
            text=text.strip(),
            reason=reason.strip(),
            at=now,
            by_id=by.person_id,
            signature=signature.strip(),
        )
        audit.record(AMENDED, by=by, about=amendment, patient_id=encounter.patient_id, detail={"reason": reason})
    return amendment


def _lock_open(encounter: Encounter) -> Encounter:
    row = Encounter.objects.select_for_update(of=("self",)).select_related("appointment__location").get(pk=encounter.pk)
    if row.signed_at is not None:
        raise Conflict("This visit is signed. It cannot be changed any more; add an amendment instead.")
    return row


def _step(encounter: Encounter, step_id: str) -> Step:
    sections = option_of_edition(encounter.edition_id, encounter.option).option.sections
    found = next((step for step in sections.steps if step.id == step_id), None)
    if found is None:
        raise NotFound("This visit has no such step.")
    return found


def _need(encounter: Encounter, step_id: str, need_id: str) -> ProductNeed:
    if not any(record.need == need_id for record in _step(encounter, step_id).records):
        raise NotFound("This step uses no such product.")
    sections = option_of_edition(encounter.edition_id, encounter.option).option.sections
    return next(need for need in sections.products if need.id == need_id)


def _with_scale(record: Record) -> Record:
    """Give a record of a measure the measure's unit and range, which stand in the shared bank."""
    if record.measure is None:
        return record
    measure = load_bank().measures[record.measure]
    return record.model_copy(
        update={"unit": measure.unit, "min": measure.min, "max": measure.max, "step": measure.step}
    )
