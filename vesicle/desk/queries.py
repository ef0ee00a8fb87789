"""What the staff's day needs, read in a fixed number of queries however full the day is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from vesicle.aftercare.models import Alert
from vesicle.candidacy.domain.clearance import Blocker, Clearance
from vesicle.candidacy.queries import clearances_of_day, waiting_count
from vesicle.clinic.models import Hours, Location, LotRecall, Resource
from vesicle.clinic.queries import locations
from vesicle.consent.models import SignedConsent
from vesicle.core.actor import Actor
from vesicle.core.models import AuditEntry
from vesicle.core.permissions import Role
from vesicle.desk.domain import Block, Column, Frame, Grid, closed_rows, frame_for, hours_of
from vesicle.desk.permissions import READ_AUDIT
from vesicle.people.models import Hold
from vesicle.people.permissions import SEE_PATIENTS
from vesicle.protocols.queries import offered_options
from vesicle.scheduling import queries as scheduling
from vesicle.scheduling.domain import local_moment
from vesicle.scheduling.models import Appointment, Claim

S = Appointment.State
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
_Until = dict[int, date]
"""Until when each appointment's clearance counts."""
_TONES = {
    S.BOOKED: "ok",
    S.HELD: "done",
    S.ARRIVED: "warn",
    S.IN_TREATMENT: "info",
    S.DONE: "done",
    S.NO_SHOW: "done",
}


@dataclass(slots=True)
class Day:
    """A location's day: the grid, the appointments behind it, what blocks each, and until when each is cleared."""

    location: Location
    date: date
    grid: Grid
    appointments: list[Appointment]
    blockers: dict[int, tuple[str, ...]] = field(default_factory=dict)
    cleared: _Until = field(default_factory=dict)

    def count(self, *states: str) -> int:
        """Return how many appointments are in one of the states."""
        return sum(appointment.state in states for appointment in self.appointments)


def day(actor: Actor, place: Location, on: date, *, by: str, now: datetime) -> Day:
    """Return a location's day by ``rooms``, ``providers`` or ``devices``."""
    appointments = scheduling.day(actor, place.pk, on, now=now)
    clearances = _clearances(actor, appointments, on)
    blockers = _blockers(actor, appointments, clearances, on)
    cleared = _cleared(appointments, clearances)
    resources = _columns(place, by)
    hours = list(Hours.objects.filter(location=place, weekday=on.weekday()))
    zone = ZoneInfo(place.time_zone)
    house = [_span(row, on, place) for row in hours if row.resource_id is None]
    claims = [claim for appointment in appointments for claim in appointment.claims.all() if claim.is_active]
    opens = min((start for start, _ in house), default=local_moment(on, time(9), place.time_zone))
    closes = max((end for _, end in house), default=local_moment(on, time(17), place.time_zone))
    frame = frame_for(
        opens.astimezone(zone),
        closes.astimezone(zone),
        [(claim.phase_starts_at.astimezone(zone), claim.phase_ends_at.astimezone(zone)) for claim in claims],
    )
    by_resource: dict[int, list[Claim]] = {}
    for claim in claims:
        by_resource.setdefault(claim.resource_id, []).append(claim)
    names = {offer.option.id: offer.option.title for offer in offered_options(actor.clinic_id)}
    with_id = {appointment.pk: appointment for appointment in appointments}
    seen = _Seen(with_id, blockers, cleared, names)
    columns = [
        _column(resource, by_resource.get(resource.pk, []), seen, frame, zone, hours, house, on, place)
        for resource in resources
    ]
    local_now = now.astimezone(zone)
    row = frame.row(local_now) if frame.begins <= local_now < frame.ends else None
    return Day(place, on, Grid(hours_of(frame), tuple(columns), row), appointments, blockers, cleared)


def _columns(place: Location, by: str) -> list[Resource]:
    rows = Resource.objects.filter(is_active=True).select_related("staff")
    if by == "providers":
        rows = rows.filter(kind=Resource.Kind.PROVIDER, hours__location=place).distinct()
    else:
        kind = Resource.Kind.DEVICE if by == "devices" else Resource.Kind.ROOM
        rows = rows.filter(kind=kind, location=place)
    return sorted(rows, key=lambda row: (row.name, row.pk))


def _span(row: Hours, on: date, place: Location) -> tuple[datetime, datetime]:
    return local_moment(on, row.opens, place.time_zone), local_moment(on, row.closes, place.time_zone)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is known of the day's appointments, by number; and the options' names."""

    appointments: dict[int, Appointment]
    blockers: dict[int, tuple[str, ...]]
    cleared: _Until
    names: dict[str, str]


def _column(
    resource: Resource,
    claims: Sequence[Claim],
    seen: _Seen,
    frame: Frame,
    zone: ZoneInfo,
    hours: Sequence[Hours],
    house: list[tuple[datetime, datetime]],
    on: date,
    place: Location,
) -> Column:
    own = [_span(row, on, place) for row in hours if row.resource_id == resource.pk]
    spans = own if resource.kind == Resource.Kind.PROVIDER else house
    staff = resource.staff
    column = Column(resource.name, staff.title if staff else resource.get_kind_display())
    column.closed = closed_rows(frame, [(start.astimezone(zone), end.astimezone(zone)) for start, end in spans])
    for claim in sorted(claims, key=lambda claim: claim.phase_starts_at):
        appointment = seen.appointments[claim.appointment_id]
        start, end = claim.phase_starts_at.astimezone(zone), claim.phase_ends_at.astimezone(zone)
        first, rows = frame.span(start, end)
        found = seen.blockers.get(appointment.pk, ())
        tone = _TONES.get(S(appointment.state), "ok")
        if found and appointment.state in (S.BOOKED, S.ARRIVED):
            tone = "warn" if found == (CONFIRM,) else "bad"
        column.blocks.append(
            Block(
                appointment.pk,
                first,
                rows,
                appointment.patient.full_name if appointment.patient else "Held",
                f"{start.hour % 12 or 12}:{start:%M}",
                seen.names.get(appointment.option, appointment.option),
                tone,
                found if appointment.state in (S.BOOKED, S.ARRIVED) else (),
                _until(seen.cleared.get(appointment.pk)) if appointment.state in (S.BOOKED, S.ARRIVED) else "",
            )
        )
    return column


def _until(day: date | None) -> str:
    return f"Cleared to {day:%b} {day.day}, {day.year}" if day is not None else ""


_Clearances = Mapping[tuple[int, str], Clearance]


def _clearances(actor: Actor, appointments: Iterable[Appointment], on: date) -> _Clearances:
    """Return the clearance of everybody who comes; nothing for the owner, who sees the day but not this."""
    wanted = {(row.patient_id, row.option) for row in appointments if row.patient_id is not None and row.treats}
    return clearances_of_day(actor, wanted, on=on) if actor.may(SEE_PATIENTS) else {}


def _cleared(appointments: Iterable[Appointment], clearances: _Clearances) -> _Until:
    """Return until when a clearance counts, by appointment, where the patient may be treated on the day."""
    found = {row.pk: clearances.get((row.patient_id or 0, row.option)) for row in appointments}
    return {
        number: each.valid_until
        for number, each in found.items()
        if each is not None and each.may_treat and each.valid_until is not None
    }


def _blockers(
    actor: Actor, appointments: Iterable[Appointment], clearances: _Clearances, on: date
) -> dict[int, tuple[str, ...]]:
    """Return what stands in the way of each appointment, in a fixed number of queries for all of them."""
    rows = [appointment for appointment in appointments if appointment.patient_id and appointment.treats]
    patients = {appointment.patient_id for appointment in rows if appointment.patient_id is not None}
    consents = {
        (consent.patient_id, consent.option, consent.edition_id): set(consent.areas)
        for consent in SignedConsent.objects.filter(
            clinic_id=actor.clinic_id, patient_id__in=patients, valid_until__gte=on, withdrawal=None
        )
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
        clearance = clearances.get((row.patient_id or 0, row.option))
        if clearance is not None and not clearance.may_treat:
            reasons.append(_clearance_words(clearance))
        if signed is None or not set(row.areas) <= signed:
            reasons.append("Consent missing")
        found[row.pk] = tuple(reasons)
    return found


def _clearance_words(clearance: Clearance) -> str:
    """Return what has to happen before somebody may be treated, in two or three words."""
    if clearance.blocker == "rules" and clearance.verdict is not None:
        return _RULES_WORDS[clearance.verdict.verdict]
    return _CLEARANCE_WORDS.get(clearance.blocker, _DECIDE)


@dataclass(frozen=True, slots=True)
class Counts:
    """What waits for the clinic's staff."""

    reviews: int
    alerts: int
    recalls: int


def counts(actor: Actor) -> Counts:
    """Return what waits, in three queries; nothing for roles that cannot act on it."""
    clinical = actor.roles & {Role.PROVIDER, Role.MEDICAL_DIRECTOR, Role.FRONT_DESK}
    if not clinical:
        return Counts(0, 0, 0)
    alerts = Alert.objects.filter(clinic_id=actor.clinic_id, closed_at=None).count()
    recalls = LotRecall.objects.filter(clinic_id=actor.clinic_id).count()
    may_review = actor.roles & {Role.PROVIDER, Role.MEDICAL_DIRECTOR}
    return Counts(waiting_count(actor) if may_review else 0, alerts, recalls)


def chosen_location(actor: Actor, slug: str) -> tuple[Location | None, Sequence[Location]]:
    """Return the location asked for, else where the person works, else the clinic's oldest; and all of them."""
    places = locations(actor)
    asked = next((place for place in places if place.slug == slug), None)
    if asked is not None or not places:
        return asked, places
    own = set(Hours.objects.filter(resource__staff_id=actor.person_id).values_list("location_id", flat=True))
    return min(places, key=lambda place: (place.pk not in own, place.pk)), places


def audit_entries(actor: Actor, *, patient_id: int | None = None, code: str = "", limit: int = 200) -> list[AuditEntry]:
    """Return the newest entries of the audit trail; of one patient's chart, or all."""
    actor.require(READ_AUDIT)
    rows = AuditEntry.objects.filter(clinic_id=actor.clinic_id)
    if patient_id is not None:
        rows = rows.filter(patient_id=patient_id)
    if code:
        rows = rows.filter(Q(code=code) | Q(code__startswith=f"{code}."))
    return list(rows.order_by("-at", "-pk")[:limit])


def neighbors(on: date) -> tuple[date, date]:
    """Return the days before and after a day, for the calendar's arrows."""
    return on - timedelta(days=1), on + timedelta(days=1)
