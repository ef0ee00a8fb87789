"""Gates about what comes before: a patch test or consultation, and the days between treatments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vesicle.candidacy import queries as candidacy
from vesicle.core import clock
from vesicle.protocols.queries import gap_between
from vesicle.protocols.spacing import overlap
from vesicle.scheduling.bookable import of_appointment
from vesicle.scheduling.domain.before import Before, Earlier, Near, Needed, stand, that_count, too_near
from vesicle.scheduling.gates.kinds import Asked, Gate, Standing
from vesicle.scheduling.models import Appointment, OpenService, VisitResult
from vesicle.scheduling.permissions import LET_THROUGH

S = Appointment.State
STILL_COUNTS = (S.BOOKED, S.ARRIVED, S.IN_TREATMENT, S.DONE)
LONGEST_GAP = timedelta(days=366)
NEEDS_RESULT = (OpenService.Kind.PATCH_TEST,)
_NAMES: dict[str, Callable[[], str]] = {
    "patch-test": lambda: _("patch test"),
    "consultation": lambda: _("consultation"),
}


def visits(asked: Asked) -> Standing | None:
    """Return the first visit that is missing before a treatment; open when all have been."""
    if not asked.appointment.treats:
        return None
    rows = _needed_before(asked)
    if not rows:
        return None
    found = [_one(asked, row) for row in rows]
    worst = next((one for one in found if one.state == "closed"), None)
    return worst or next((one for one in found if one.state == "due"), found[0])


def _needed_before(asked: Asked) -> list[Any]:
    """Return the protocol's visits before that this person needs for this appointment."""
    return [row for row in _of_protocol(asked.appointment) if _is_needed(asked, row)]


def _of_protocol(appointment: Appointment) -> Sequence[Any]:
    """Return all of them; none for releases of protocols from before there were any."""
    offer = of_appointment(appointment).offer
    return getattr(offer.option.sections, "prerequisites", ()) if offer else ()


def _is_needed(asked: Asked, row: Any) -> bool:
    """Whether a visit before is needed by this person: also where the condition for it cannot be decided."""
    clinic_id, patient_id = asked.appointment.clinic_id, asked.patient.pk
    if row.first_time and _had_before(asked):
        return False
    return row.when is None or candidacy.may_hold(clinic_id, patient_id, row.when, on=asked.on)


def _had_before(asked: Asked) -> bool:
    rows = Appointment.objects.filter(clinic_id=asked.appointment.clinic_id, patient=asked.patient, state=S.DONE)
    return rows.filter(option=asked.appointment.option, starts_at__lt=asked.appointment.starts_at).exists()


def _one(asked: Asked, row: Any) -> Standing:
    name, kind = _NAMES[row.visit](), str(row.visit)
    label, named = name.capitalize(), {"visit": name}
    needed = Needed(row.min_days_before, row.valid_days, kind in NEEDS_RESULT)
    option = asked.appointment.option
    earlier = _earlier(asked, kind)
    state = stand(that_count(earlier, lambda made_for: row.counts(option, made_for)), needed, on=asked.on)
    if state == Before.MET:
        return Standing("prerequisite", label, "open", _("The %(visit)s is done and counts for this visit.") % named)
    if state == Before.REACTION:
        return Standing(
            "prerequisite",
            label,
            "closed",
            _("The %(visit)s showed something that a provider has to look at before this can be booked.") % named,
            mend=_("A provider looks at it, and books with a reason or repeats the test."),
            code="prerequisite-reaction",
        )
    if state in (Before.UNREAD, Before.PLANNED) and (asked.by.is_staff or not asked.is_new):
        if state == Before.PLANNED:
            says = _("The %(visit)s is planned; it has to be clear before the treatment.") % named
        else:
            says = _("The %(visit)s has not been read yet; it has to be clear before the treatment.") % named
        return Standing("prerequisite", label, "due", says)
    if state == Before.UNREAD:
        says = _("Your %(visit)s has not been read yet. As soon as it is, you can book this.") % named
        return Standing("prerequisite", label, "closed", says, mend=_("Call the clinic."), code="prerequisite-unread")
    mend = _("Book the %(visit)s for %(day)s or earlier, or choose a later day.") % {
        "visit": name,
        "day": _day(needed.last_day(asked.on)),
    }
    if asked.by.is_staff and any(not one.made_for for one in earlier):
        mend += (
            " "
            + _("One is on record without its treatment: whoever reads it says what the %(visit)s was made for.")
            % named
        )
    days = row.min_days_before
    if not days:
        says = _("A %(visit)s first is needed for this treatment.") % named
    elif days == 1:
        says = _("A %(visit)s at least 1 day before is needed for this treatment.") % named
    else:
        says = _("A %(visit)s at least %(days)d days before is needed for this treatment.") % {
            "visit": name,
            "days": days,
        }
    return Standing(
        "prerequisite",
        label,
        "closed",
        says,
        mend=mend,
        code="prerequisite-missing",
        first=kind,
    )


def _earlier(asked: Asked, kind: str) -> list[Earlier]:
    """Return the person's visits of a kind, each with the latest result recorded for it.

    Who read it knows better than who booked it what it was made for.
    """
    rows = Appointment.objects.filter(
        clinic_id=asked.appointment.clinic_id, patient=asked.patient, service__kind=kind, state__in=STILL_COUNTS
    ).select_related("location")
    results = VisitResult.objects.filter(clinic_id=asked.appointment.clinic_id, patient=asked.patient, kind=kind)
    latest = {result.appointment_id: result for result in results.order_by("at", "pk")}
    return [_as_earlier(row, latest.get(row.pk)) for row in rows]


def _as_earlier(row: Appointment, read: VisitResult | None) -> Earlier:
    on = clock.day_in(row.location.time_zone, row.starts_at)
    if read is None:
        return Earlier(on, row.state == S.DONE, made_for=row.made_for)
    return Earlier(on, row.state == S.DONE, read.outcome, read.made_for)


def _spacing(asked: Asked) -> Standing | None:
    """Look at the days to the same treatment and to the person's other treatments here."""
    if not asked.appointment.treats:
        return None
    near = too_near(asked.on, _others(asked))
    if near is None:
        return Standing("spacing", _("Time between treatments"), "open", _("Far enough from other treatments here."))
    latest = near.on - timedelta(days=near.days)
    if near.on <= asked.on:
        mend = _("Choose %(day)s or later.") % {"day": _day(near.earliest())}
    else:
        mend = _("Choose %(day)s or earlier.") % {"day": _day(latest)}
    return Standing(
        "spacing",
        _("Time between treatments"),
        "closed",
        _("%(days)d days have to lie between this and %(name)s on %(day)s.")
        % {"days": near.days, "name": near.name, "day": _day(near.on)},
        mend=mend,
        code="too-near",
    )


def _others(asked: Asked) -> list[Near]:
    """Return the person's other treatments here, with the days that the later one asks for after the earlier.

    What belongs to the same visit follows at once: whoever put it together has settled that.
    """
    mine = asked.appointment
    rows = Appointment.objects.filter(clinic_id=mine.clinic_id, patient=asked.patient, service=None)
    near = (mine.starts_at - LONGEST_GAP, mine.starts_at + LONGEST_GAP)
    rows = rows.filter(state__in=STILL_COUNTS, starts_at__range=near)
    if mine.visit is not None:
        rows = rows.exclude(visit=mine.visit)
    found = []
    for row in rows.exclude(pk=mine.pk).select_related("location", "service"):
        earlier, later = (row, mine) if row.starts_at <= mine.starts_at else (mine, row)
        if days := days_between(earlier, later):
            name = _(of_appointment(row).title).lower()
            found.append(Near(clock.day_in(row.location.time_zone, row.starts_at), name, days))
    return found


def days_between(earlier: Appointment, later: Appointment) -> int:
    """Return the days that have to lie between two treatments, as the later one's protocol reads; 0 for none."""
    gap = gap_between(later.treated_under, later.option, earlier.option)
    if gap is None or (gap.per_area and not overlap(earlier.areas, later.areas)):
        return 0
    return gap.days


def _day(day: date) -> str:
    return date_format(day, pgettext("date with year", "F j, Y"))


GATES = (
    Gate("prerequisite", "Visits before", visits, exception=LET_THROUGH),
    Gate("spacing", "Time between treatments", _spacing, exception=LET_THROUGH),
)
