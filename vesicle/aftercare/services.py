"""Open aftercare, take a check-in's answers, close alerts, record adverse events."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from vesicle.aftercare import letters
from vesicle.aftercare.domain import EXPECTED, Finding, due_at, judge
from vesicle.aftercare.models import AdverseEvent, AdverseEventUpdate, Alert, CheckIn
from vesicle.aftercare.permissions import ANSWER, CLOSE_ALERT, RECORD_EVENT
from vesicle.clinic.models import Lot
from vesicle.core import audit, clock, languages
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid, NotFound
from vesicle.core.spoken import InEnglish
from vesicle.people import services as people
from vesicle.protocols.bank import Measure, load_bank
from vesicle.protocols.queries import option_of_edition
from vesicle.protocols.translating import bank_in
from vesicle.treatment.models import Encounter

OPENED = audit.define("aftercare.opened", "opened the aftercare of a visit")
ANSWERED = audit.define("aftercare.answered", "answered a check-in")
ALERTED = audit.define("aftercare.alerted", "raised an alert")
CLOSED = audit.define("aftercare.alert-closed", "closed an alert")
EVENT = audit.define("aftercare.adverse-event", "recorded an adverse event")
UPDATED = audit.define("aftercare.adverse-event-updated", "added to an adverse event")

OPEN_FOR = timedelta(days=10)
"""How long after its day a check-in can still be answered."""


def open_aftercare(by: Actor, encounter: Encounter, now: datetime) -> None:
    """Plan the check-ins of a signed visit and send the patient their plan. Safe to repeat."""
    language = languages.supported(encounter.patient.language)
    sections = option_of_edition(encounter.edition_id, encounter.option, language).option.sections
    place = encounter.appointment.location
    treated_on = clock.day_in(place.time_zone, encounter.started_at)
    with transaction.atomic():
        link = letters.plan_link(by=by, encounter=encounter, now=now)
        letters.send_plan(by=by, encounter=encounter, link=link, now=now)
        for planned in sections.check_ins:
            due = due_at(treated_on, planned.day, encounter.patient.time_zone, now)
            check_in, is_new = CheckIn.objects.get_or_create(
                encounter=encounter,
                day=planned.day,
                defaults={"clinic_id": by.clinic_id, "patient": encounter.patient, "due_at": due},
            )
            if is_new:
                letters.send_check_in(by=by, check_in=check_in, title=planned.title, link=link)
        audit.record(OPENED, by=by, about=encounter, patient_id=encounter.patient_id)


def answer_check_in(
    *,
    by: Actor,
    check_in: CheckIn,
    measures: Mapping[str, object],
    red_flags: Collection[str],
    now: datetime,
    note: str = "",
) -> CheckIn:
    """Take a patient's answers once. Anything outside the expected course, and any red flag, raises an alert.

    ``measures`` maps the check-in's measure ids to values. Raises ``Invalid`` for values that are
    missing or out of range, ``Conflict`` when it was answered already or is not due yet.
    """
    by.require(ANSWER)
    if by.kind != "system" and check_in.patient_id != by.id:
        raise NotFound
    encounter = check_in.encounter
    sections = option_of_edition(encounter.edition_id, encounter.option).option.sections
    planned = next(planned for planned in sections.check_ins if planned.day == check_in.day)
    bank = load_bank()
    values = _values(measures, [bank.measures[measure] for measure in planned.measures])
    unknown = set(red_flags) - set(sections.red_flags.ask)
    if unknown:
        raise Invalid(_("Choose from the signs shown."), fields={"red_flags": _("Choose from the signs shown.")})
    judgement = judge(
        day=check_in.day,
        course=sections.course,
        measures=values,
        red_flags=[bank.red_flags[flag] for flag in red_flags],
    )
    with transaction.atomic():
        row = CheckIn.objects.select_for_update(of=("self",)).get(pk=check_in.pk)
        if row.answered_at is not None:
            raise Conflict(_("You have answered this already, thank you. If something changed, call us."))
        if now < row.due_at - timedelta(hours=12):
            raise Conflict(_("This check-in is not due yet. If something worries you now, call us."))
        row.answered_at = now
        row.measures = values
        row.red_flags = sorted(red_flags)
        row.note = note.strip()
        row.outcome = judgement.outcome
        # What the patient is told is kept as they read it; staff read English.
        flags = {flag.id: flag.patient_now for flag in bank_in(languages.active()).red_flags.values()}
        row.findings = [_kept(f, flags.get(f.code) or languages.told(f.patient)) for f in judgement.findings]
        row.save()
        audit.record(ANSWERED, by=by, about=row, patient_id=row.patient_id, detail={"outcome": row.outcome})
        if judgement.outcome != EXPECTED:
            for finding in judgement.findings:
                alert = Alert.objects.create(
                    clinic_id=row.clinic_id,
                    patient_id=row.patient_id,
                    encounter_id=row.encounter_id,
                    check_in=row,
                    code=finding.code,
                    urgency=finding.urgency,
                    text=finding.staff[:400],
                    opened_at=now,
                    due_at=now + finding.due_within,
                )
                audit.record(ALERTED, by=by, about=alert, patient_id=row.patient_id, detail={"code": finding.code})
    return row


def _kept(finding: Finding, words: str) -> dict[str, str]:
    """Return a finding as it is kept: what the patient read, and in which language."""
    language = languages.ENGLISH if isinstance(words, InEnglish) else languages.active()
    return {"code": finding.code, "urgency": finding.urgency, "patient": words, "language": language}


def _values(given: Mapping[str, object], measures: Collection[Measure]) -> dict[str, float]:
    """Return the numbers to store; parts of a measure are named ``measure.part`` and its own value is their largest."""
    problems: dict[str, str] = {}
    values: dict[str, float] = {}
    for measure in measures:
        asked = [f"{measure.id}.{part.id}" for part in measure.parts] or [measure.id]
        for name in asked:
            try:
                value = float(str(given.get(name, given.get(measure.id, ""))))
            except ValueError:
                problems[name] = _("Please choose one.")
                continue
            if (measure.min is not None and value < measure.min) or (measure.max is not None and value > measure.max):
                problems[name] = _("Between %(low)s and %(high)s.") % {
                    "low": f"{measure.min:g}",
                    "high": f"{measure.max:g}",
                }
                continue
            values[name] = value
        own = [values[name] for name in asked if name in values]
        if own:
            values[measure.id] = max(own)
    if problems:
        raise Invalid(_("Please look at what is marked; nothing was sent yet."), fields=problems)
    return values


def close_alert(*, by: Actor, alert: Alert, action_taken: str, now: datetime) -> Alert:
    """Close an alert in one's own name, saying what was done. Raises ``Invalid`` without that."""
    by.require(CLOSE_ALERT)
    if not action_taken.strip():
        message = "Write what was done: whom you spoke to, what you advised."
        raise Invalid("The alert is still open.", fields={"action_taken": message})
    with transaction.atomic():
        row = Alert.objects.select_for_update(of=("self",)).get(pk=alert.pk)
        if row.closed_at is not None:
            raise Conflict("Somebody else closed this alert meanwhile.")
        row.closed_at, row.closed_by_id, row.action_taken = now, by.person_id, action_taken.strip()
        row.save(update_fields=["closed_at", "closed_by", "action_taken"])
        audit.record(CLOSED, by=by, about=row, patient_id=row.patient_id, detail={"code": row.code})
    return row


def record_adverse_event(
    *,
    by: Actor,
    encounter: Encounter,
    term: str,
    onset_day: int,
    severity: int,
    is_serious: bool,
    action: str,
    outcome: str,
    now: datetime,
    lot: Lot | None = None,
    alert: Alert | None = None,
    area: str = "",
    reported_to: str = "",
    hold_reason: str = "",
) -> AdverseEvent:
    """Record a reaction, linked to its visit and lot; optionally place a hold on further treatment.

    ``severity`` is 1 (mild) to 5 (death), as in the common terminology criteria.
    """
    by.require(RECORD_EVENT)
    fields = {}
    if not term.strip():
        fields["term"] = "Name the reaction."
    if not 1 <= severity <= 5:
        fields["severity"] = "From 1 (mild) to 5 (death)."
    if not 0 <= onset_day <= 730:
        fields["onset_day"] = "Days after the treatment, 0 for the same day."
    if not action.strip():
        fields["action"] = "Say what was done."
    if lot is not None and not encounter.product_uses.filter(lot=lot, voided_at=None).exists():
        fields["lot"] = "This lot was not used in that visit."
    if fields:
        raise Invalid("The reaction is not recorded yet.", fields=fields)
    with transaction.atomic():
        event = AdverseEvent.objects.create(
            clinic_id=by.clinic_id,
            patient_id=encounter.patient_id,
            encounter=encounter,
            lot=lot,
            alert=alert,
            term=term.strip(),
            onset_day=onset_day,
            severity=severity,
            is_serious=is_serious,
            area=area,
            action=action.strip(),
            outcome=outcome.strip(),
            reported_to=reported_to.strip(),
            recorded_at=now,
            recorded_by_id=by.person_id,
        )
        detail: dict[str, Any] = {"term": event.term, "severity": severity, "lot": lot.code if lot else None}
        audit.record(EVENT, by=by, about=event, patient_id=event.patient_id, detail=detail)
        if hold_reason.strip():
            people.place_hold(by=by, patient=encounter.patient, reason=hold_reason.strip(), at=now)
    return event


def add_to_event(
    *, by: Actor, event: AdverseEvent, text: str, now: datetime, outcome: str = "", reported_to: str = ""
) -> AdverseEventUpdate:
    """Add what was learned later; the first record stays as it was."""
    by.require(RECORD_EVENT)
    if not text.strip():
        raise Invalid("Nothing was added yet.", fields={"text": "Write what was learned."})
    with transaction.atomic():
        row = AdverseEventUpdate.objects.create(
            clinic_id=by.clinic_id,
            event=event,
            text=text.strip(),
            outcome=outcome.strip(),
            reported_to=reported_to.strip(),
            at=now,
            by_id=by.person_id,
        )
        audit.record(UPDATED, by=by, about=row, patient_id=event.patient_id)
    return row
