"""One booking, or one closure, as the calendar draws it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from vesicle.clinic.models import Closure
from vesicle.desk.domain import Act, Band, Block, Frame, Shut, clock_of, minutes_into
from vesicle.desk.queries.blockers import CONFIRM, Until
from vesicle.scheduling import stages
from vesicle.scheduling.domain.flow import Phase
from vesicle.scheduling.models import Appointment, Claim

S = Appointment.State
_TO_COME = (S.BOOKED, S.ARRIVED)
_STATES: dict[str, tuple[str, str, str]] = {
    S.HELD: ("done", "clock", "Being booked"),
    S.BOOKED: ("ok", "", ""),
    S.ARRIVED: ("warn", "user-check", "Checked in"),
    S.IN_TREATMENT: ("info", "user", "With the provider"),
    S.DONE: ("done", "check", "Done"),
    S.NO_SHOW: ("done", "x-circle", "Did not come"),
}
"""For each state its tone, and the icon and words that say it without color."""
_STAGES = {"arrived": "user-check", "in-room": "door", "phase": "clock", "with-provider": "user", "done": "check"}


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of the appointments shown, by number; claims' keys; options' names; the zone; the time it is."""

    appointments: dict[int, Appointment]
    blockers: dict[int, tuple[str, ...]]
    cleared: Until
    keys: dict[int, str]
    names: dict[str, str]
    zone: ZoneInfo
    now: datetime


def block_of(claim: Claim, on: date, frame: Frame, seen: Seen) -> Block:
    """Return the booking behind a claim as it stands in its column."""
    row, zone = seen.appointments[claim.appointment_id], seen.zone
    phases = stages.phases_of(row)
    starts = minutes_into(on, claim.phase_starts_at.astimezone(zone))
    ends = minutes_into(on, claim.phase_ends_at.astimezone(zone))
    start, rows = frame.span(starts, ends)
    found = seen.blockers.get(row.pk, ()) if row.state in _TO_COME else ()
    tone, icon, words = state_of(row, phases, zone)
    if found:
        tone = "warn" if found == (CONFIRM,) else "bad"
    patient_at = minutes_into(on, row.starts_at.astimezone(zone))
    is_today = row.starts_at.astimezone(zone).date() == seen.now.astimezone(zone).date()
    ahead = stages.next_of(row, phases) if is_today else []
    until = seen.cleared.get(row.pk) if row.state in _TO_COME else None
    return Block(
        row.pk,
        seen.keys[claim.pk],
        start,
        rows,
        (starts - patient_at) // 5,
        row.patient.full_name if row.patient else "Held",
        clock_of(starts),
        clock_of(ends),
        row.service.name if row.service else seen.names.get(row.option, row.option),
        tone,
        icon,
        words,
        is_movable=row.state == S.BOOKED and row.starts_at > seen.now,
        bands=_bands(claim, row, phases, on, frame, zone),
        act=Act(ahead[0].value, ahead[0].words) if ahead else None,
        blockers=found,
        visit=str(row.visit or ""),
        cleared=f"Cleared to {until:%b} {until.day}, {until.year}" if until is not None else "",
    )


def state_of(row: Appointment, phases: list[Phase], zone: ZoneInfo) -> tuple[str, str, str]:
    """Return tone, icon and words for where the patient stands: ``Numbing since 12:05``."""
    tone, icon, words = _STATES[row.state]
    stage = stages.stage_of(row)
    if stage is None or row.state not in (S.ARRIVED, S.IN_TREATMENT):
        return tone, icon, words
    local = stage.since.astimezone(zone)
    since = clock_of(local.hour * 60 + local.minute)
    phase = next((phase.name for phase in phases if phase.id == stage.phase), "")
    said = {
        "arrived": f"Checked in {since}",
        "in-room": f"In {stage.room.name if stage.room else 'the room'} since {since}",
        "phase": f"{phase or 'Under way'} since {since}",
        "with-provider": f"With the provider since {since}",
        "done": f"Done {since}",
    }[stage.kind]
    return ("info" if stage.kind in ("phase", "with-provider") else tone), _STAGES[stage.kind], said


def stage_words(row: Appointment, phases: list[Phase]) -> str:
    """Return where the patient stands, in the location's time; empty before they have come."""
    return state_of(row, phases, ZoneInfo(row.location.time_zone))[2]


def _bands(
    claim: Claim, row: Appointment, phases: list[Phase], on: date, frame: Frame, zone: ZoneInfo
) -> tuple[Band, ...]:
    """Return the phases of a booking within a claim, and the time around it that the column needs."""
    found = []

    def add(kind: str, start: datetime, end: datetime, words: str) -> None:
        low, high = minutes_into(on, start.astimezone(zone)), minutes_into(on, end.astimezone(zone))
        if frame.row(high) > frame.row(low):
            found.append(Band(kind, *frame.span(low, high), words))

    add("buffer", claim.period.lower, claim.phase_starts_at, "Getting ready")
    for phase in phases:
        begins = max(row.starts_at + timedelta(minutes=phase.start), claim.phase_starts_at)
        ends = min(row.starts_at + timedelta(minutes=phase.end), claim.phase_ends_at)
        if begins < ends:
            add("work" if phase.with_provider else "wait", begins, ends, phase.name)
    add("buffer", claim.phase_ends_at, claim.period.upper, "Clearing up")
    return tuple(found)


def shut_of(closure: Closure, on: date, frame: Frame, zone: ZoneInfo) -> Shut | None:
    """Return what a closure takes of a day, or ``None`` where it does not touch what is shown of it."""
    low = max(minutes_into(on, closure.period.lower.astimezone(zone)), frame.first)
    high = min(minutes_into(on, closure.period.upper.astimezone(zone)), frame.first + frame.rows * 5)
    if low >= high:
        return None
    words = f"{closure.get_kind_display()}: {closure.reason}"
    return Shut(closure.pk, *frame.span(low, high), words, of_house=closure.resource_id is None)
