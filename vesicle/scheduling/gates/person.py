"""Gates about the person: a hold on the record, the clearance for the treatment, the age."""

from datetime import date

from django.utils.translation import gettext as _

from vesicle.candidacy import queries as candidacy
from vesicle.core.actor import Actor
from vesicle.core.errors import Blocked
from vesicle.people import queries as people
from vesicle.scheduling.gates.kinds import Asked, Gate, Standing


def _hold(asked: Asked) -> Standing:
    if not people.is_on_hold(asked.appointment.clinic_id, asked.patient.pk):
        return Standing("hold", _("Record"), "open", _("Nobody has stopped it."))
    holds = people.active_holds(asked.by, asked.patient.pk)
    return Standing(
        "hold",
        _("Record"),
        "closed",
        _("We cannot book this online right now. Please call the clinic."),
        mend="Lift the hold on the patient's record." if asked.by.is_staff else _("Call the clinic."),
        reasons=tuple(hold.reason for hold in holds) if asked.by.is_staff else (),
        code="patient-on-hold",
    )


def _clearance(asked: Asked) -> Standing | None:
    if not asked.appointment.treats:
        return None
    try:
        found = candidacy.require_clearance(
            asked.by, patient_id=asked.patient.pk, option_id=asked.appointment.option, on=asked.on, purpose="book"
        )
    except Blocked as refused:
        if asked.appointment.is_later_session and _ends_before(asked):
            says = _("The provider's clearance ends before this session; they examine again in time.")
            return Standing("clearance", _("Health questions"), "due", says, reasons=refused.reasons)
        mend = _("Answer the health questions, or ask a provider to look at them.")
        return Standing(
            "clearance",
            _("Health questions"),
            "closed",
            refused.message,
            mend=mend,
            reasons=refused.reasons,
            code=refused.code,
        )
    if found.may_treat:
        return Standing("clearance", _("Health questions"), "open", _("Checked by a provider."))
    return Standing("clearance", _("Health questions"), "due", found.not_treat[0], reasons=tuple(found.not_treat[1:]))


def _ends_before(asked: Asked) -> bool:
    """Whether all that stands in the way of a session months ahead is a clearance that will have ended by then.

    The sessions before it are asked for on their own days, so the course begins with one that holds.
    """
    reader = Actor.system(asked.appointment.clinic_id, "Gates of booking")
    found = candidacy.clearance(reader, patient_id=asked.patient.pk, option_id=asked.appointment.option, on=asked.on)
    return found.blocker == "expired" and len(found.not_book) == 1


def _age(asked: Asked) -> Standing | None:
    """Ages for treatments are among the protocol's rules and asked with the health questions."""
    service = asked.appointment.service
    if service is None or not service.minimum_age:
        return None
    if age_on(asked.patient.date_of_birth, asked.on) >= service.minimum_age:
        return Standing("age", _("Age"), "open", _("%(age)d or older.") % {"age": service.minimum_age})
    return Standing(
        "age",
        _("Age"),
        "closed",
        _("%(visit)s is for people of %(age)d and over on the day of the visit.")
        % {"visit": _(service.name), "age": service.minimum_age},
        mend=_("Choose a later day, or call the clinic."),
        code="too-young",
    )


def age_on(born: date, on: date) -> int:
    """Return completed years on a day; somebody born on February 29 is a year older on March 1 of common years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


GATES = (
    Gate("hold", "Record", _hold),
    Gate("clearance", "Health questions", _clearance),
    Gate("age", "Age", _age),
)
