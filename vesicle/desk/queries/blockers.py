"""What stands in the way of each appointment, and until when each patient is cleared, for all of them at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from vesicle.aftercare.models import Alert
from vesicle.candidacy.domain.clearance import Blocker, Clearance
from vesicle.candidacy.queries import clearances_on_days
from vesicle.consent.models import SignedConsent
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.people.models import Hold
from vesicle.people.permissions import SEE_PATIENTS
from vesicle.scheduling.models import Appointment

CONFIRM = "Confirm answers"
"""The one blocker that a question at the desk clears."""
_CLEARANCE_WORDS: Mapping[Blocker, str] = {
    "answers": CONFIRM,
    "condition": "Condition open",
    "expired": "Clearance ended",
    "screening": "Questions open",
}
_RULES_WORDS = {"defer": "Has to wait", "unsuitable": "Not suitable"}
"""Where the rules themselves close the door, nobody can decide otherwise, and the board does not ask them to."""
_DECIDE = "Provider decision due"
Until = dict[int, date]
"""Until when each appointment's clearance counts."""


Clearances = Mapping[int, Clearance]
"""Each appointment's clearance on its own day."""


def clearances_on(actor: Actor, appointments: Sequence[Appointment]) -> Clearances:
    """Return the clearance of everybody who comes; nothing for the owner, who sees the day but not this."""
    if not actor.may(SEE_PATIENTS):
        return {}
    asked = {row.pk: (row.patient_id, row.option, _day(row)) for row in appointments if row.patient_id and row.treats}
    found = clearances_on_days(actor, set(asked.values()))
    return {number: found[one] for number, one in asked.items()}


def _day(row: Appointment) -> date:
    return clock.day_in(row.location.time_zone, row.starts_at)


def cleared_until(clearances: Clearances) -> Until:
    """Return until when a clearance counts, by appointment, where the patient may be treated on the day."""
    return {
        number: each.valid_until
        for number, each in clearances.items()
        if each.may_treat and each.valid_until is not None
    }


def blockers_of(
    actor: Actor, appointments: Iterable[Appointment], clearances: Clearances
) -> dict[int, tuple[str, ...]]:
    """Return what stands in the way of each appointment, in a fixed number of queries for all of them."""
    rows = [appointment for appointment in appointments if appointment.patient_id and appointment.treats]
    patients = {appointment.patient_id for appointment in rows if appointment.patient_id is not None}
    first = min((_day(row) for row in rows), default=date.max)
    consents = {
        (consent.patient_id, consent.option, consent.edition_id): consent
        for consent in SignedConsent.objects.filter(
            clinic_id=actor.clinic_id, patient_id__in=patients, valid_until__gte=first, withdrawal=None
        ).order_by("valid_until", "pk")
    }
    held = set(Hold.objects.filter(patient_id__in=patients, released_at=None).values_list("patient_id", flat=True))
    alerted = set(Alert.objects.filter(patient_id__in=patients, closed_at=None).values_list("patient_id", flat=True))
    found = {}
    for row in rows:
        signed = consents.get((row.patient_id or 0, row.option, row.treated_under))
        reasons = []
        if row.patient_id in held:
            reasons.append("On hold")
        if row.patient_id in alerted:
            reasons.append("Open alert")
        clearance = clearances.get(row.pk)
        if clearance is not None and not clearance.may_treat:
            reasons.append(_clearance_words(clearance))
        if signed is None or signed.valid_until < _day(row) or not set(row.areas) <= set(signed.areas):
            reasons.append("Consent missing")
        found[row.pk] = tuple(reasons)
    return found


def _clearance_words(clearance: Clearance) -> str:
    """Return what has to happen before somebody may be treated, in two or three words."""
    if clearance.blocker == "rules" and clearance.verdict is not None:
        return _RULES_WORDS[clearance.verdict.verdict]
    return _CLEARANCE_WORDS.get(clearance.blocker, _DECIDE)
