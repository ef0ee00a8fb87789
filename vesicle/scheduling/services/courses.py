"""A course booked, moved or cancelled as one: all or nothing, one letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from vesicle.candidacy.models import Screening
from vesicle.clinic.models import Location
from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid
from vesicle.people.models import Patient
from vesicle.scheduling import availability, courses, queries
from vesicle.scheduling.bookable import Bookable, bookable
from vesicle.scheduling.charges import PATIENT, charge, wish_of
from vesicle.scheduling.course_letters import tell_together
from vesicle.scheduling.domain import Spacing, gaps_hold
from vesicle.scheduling.domain.fees import Lapse
from vesicle.scheduling.gates import require_bookable
from vesicle.scheduling.idempotency import fingerprint, once
from vesicle.scheduling.models import Appointment, Notice, Series
from vesicle.scheduling.permissions import BOOK
from vesicle.scheduling.policy import accept, in_force
from vesicle.scheduling.services.bookings import MOVED, cancel, follow_up, remember_exceptions
from vesicle.scheduling.services.holds import refresh_hold
from vesicle.scheduling.states import locked, note_status, set_state
from vesicle.scheduling.taking import begun, wait_and_lock
from vesicle.scheduling.taking_courses import move_all, take_all

S = Appointment.State

COURSE_BOOKED = audit.define("course.booked", "booked a course of several sessions")
COURSE_MOVED = audit.define("course.moved", "moved sessions of a course")
COURSE_CANCELLED = audit.define("course.cancelled", "cancelled the rest of a course")


@dataclass(frozen=True, slots=True)
class Agreed:
    """What goes with booking a course, as with booking one visit: see ``services.book_at``."""

    screening: Screening | None = None
    note: str = ""
    policy_accepted: int | None = None
    language: str = "en"
    exceptions: Mapping[str, str] | None = None


NOTHING = Agreed()


def book_course(
    *,
    by: Actor,
    patient: Patient,
    option_id: str,
    areas: Sequence[str],
    location_id: int | str | Location,
    starts: Sequence[datetime],
    now: datetime,
    same_provider: bool = True,
    provider_id: int | None = None,
    held: Appointment | None = None,
    idempotency_key: str = "",
    agreed: Agreed = NOTHING,
) -> Series:
    """Book every session of a course in one transaction, or none.

    ``starts`` are the sessions in order; the first is ``held`` where the person holds it already. With
    ``same_provider`` one provider does all: ``provider_id``, the one of the hold, or somebody who is free every time.
    The first session has to lie within the clinic's horizon; the later ones may reach beyond it, by the protocol's
    longest spacing. A retry with the same ``idempotency_key`` returns the course booked the first time.

    Raises ``Invalid`` for a number of sessions or gaps the protocol does not have, ``SessionTaken`` when one of them is
    not free, a closed gate's ``Blocked``.
    """
    by.require(BOOK)
    what = bookable(by.clinic_id, option_id)
    terms = courses.required_terms(what)
    place = queries.location(by, location_id)
    _check(what, terms, starts, place)
    asked = ("course", patient.pk, option_id, sorted(areas), place.pk, [start.timestamp() for start in starts])

    def make() -> Appointment:
        with transaction.atomic():
            first = locked(held) if held is not None else None
            if first is not None:
                if first.state == S.BOOKED and first.patient_id == patient.pk and first.series_id:
                    return first
                # A hold that lapsed a moment ago and was not given away must not lapse on the way.
                first = refresh_hold(by=by, appointment=first, now=now)
            series = _made(by, patient, what, areas, terms, len(starts), same_provider, now)
            rows = []
            for position, start in enumerate(starts, start=1):
                row = (
                    first
                    if position == 1 and first is not None
                    else begun(by, what, areas, place, now, agreed.screening)
                )
                row.series, row.position, row.patient, row.note = series, position, patient, agreed.note
                if row._state.adding:
                    row.state, row.hold_expires_at, row.starts_at = S.BOOKED, None, start
                if position == 1 and idempotency_key:
                    row.idempotency_key, row.idempotency_print = idempotency_key, fingerprint(asked)
                rows.append(row)
            policy = in_force(by.clinic_id, now)
            passed = [require_bookable(by, patient, row, policy=policy, exceptions=agreed.exceptions) for row in rows]
            days = [clock.day_in(place.time_zone, start) for start in starts]
            wait_and_lock(place, days, availability.suitable_resources(what, place), by=by, now=now)
            take_all(rows, what, starts, terms, by=by, now=now, provider_id=provider_id)
            for row, let_through in zip(rows, passed, strict=True):
                if row.state == S.HELD:
                    row.hold_expires_at = None
                    set_state(row, S.BOOKED, by=by, now=now)
                    row.claims.filter(is_active=True).update(held_until=None)
                accept(row, policy, agreed.policy_accepted, by=by, now=now, language=agreed.language)
                follow_up(row, policy, let_through, by=by, now=now, letters_later=False, told_apart=True)
            detail = {"option": option_id, "sessions": len(rows)}
            audit.record(COURSE_BOOKED, by=by, about=series, patient_id=patient.pk, detail=detail)
            tell_together(by=by, appointments=rows, kind=Notice.Kind.BOOKED, now=now)
        return rows[0]

    first = once(by, idempotency_key, asked, make)
    return courses.series_of(first)


def move_course(
    *,
    by: Actor,
    series: Series,
    starts: Mapping[int, datetime],
    now: datetime,
    at_wish_of: str = "",
    exceptions: Mapping[str, str] | None = None,
) -> list[Appointment]:
    """Move sessions of a course, ``starts`` by appointment, in one transaction: all go, or all stay.

    The old times are free only once all new ones are taken. Every gap of the course has to lie within its spacing
    afterwards. Returns all sessions. Raises ``Invalid`` for a gap, ``SessionTaken``, a gate's ``Blocked``, or
    ``Conflict`` when one of them can no longer be moved.
    """
    by.require(BOOK)
    wish = wish_of(by, at_wish_of)
    with transaction.atomic():
        rows = _locked_sessions(by, series)
        moving = [row for row in rows if row.pk in starts]
        if len(moving) != len(starts):
            raise Conflict(_("One of these sessions is not part of the course any more. Look at the course again."))
        if any(row.state != S.BOOKED or row.starts_at <= now for row in moving):
            raise Conflict(_("One of these sessions can no longer be moved. Call the clinic and we will find a way."))
        place = rows[0].location
        after = sorted(starts.get(row.pk, row.starts_at) for row in rows)
        _check_gaps(after, courses.spacing_of(series), place)
        what = bookable(by.clinic_id, series.option)
        before = {row.pk: row.starts_at for row in moving}
        days = [clock.day_in(place.time_zone, moment) for moment in [*before.values(), *starts.values()]]
        wait_and_lock(place, days, availability.suitable_resources(what, place), by=by, now=now)
        move_all(moving, what, starts, series, by=by, now=now)
        for row in moving:
            if row.patient is not None:
                passed = require_bookable(by, row.patient, row, exceptions=exceptions)
                remember_exceptions(row, passed, by=by, now=now)
            old = before[row.pk]
            if wish == PATIENT:
                charge(row, Lapse.LATE_MOVE, by=by, now=now, starts_at=old)
            note_status(row, by=by, now=now, reason=f"moved from {old:%Y-%m-%d %H:%M} UTC, with its course")
            moved = {"from": old, "to": row.starts_at, "at_wish_of": wish}
            audit.record(MOVED, by=by, about=row, patient_id=row.patient_id, detail=moved)
        detail = {"sessions": len(moving)}
        audit.record(COURSE_MOVED, by=by, about=series, patient_id=series.patient_id, detail=detail)
        tell_together(by=by, appointments=moving, kind=Notice.Kind.MOVED, now=now, moved_from=before)
    return sorted(rows, key=lambda row: row.starts_at)


def cancel_course(
    *, by: Actor, series: Series, now: datetime, reason: str = "", at_wish_of: str = ""
) -> list[Appointment]:
    """Cancel every session of a course that is still to come, with one letter; return them.

    Fees are settled session by session, by what was agreed. Raises ``Conflict`` when nothing is left to cancel.
    """
    by.require(BOOK)
    with transaction.atomic():
        rows = [row for row in _locked_sessions(by, series) if row.state == S.BOOKED and row.starts_at > now]
        if not rows:
            raise Conflict(_("Nothing of this course is left to cancel."))
        gone = [
            cancel(by=by, appointment=row, now=now, reason=reason, at_wish_of=at_wish_of, told_apart=True)
            for row in rows
        ]
        detail = {"sessions": len(gone)}
        audit.record(COURSE_CANCELLED, by=by, about=series, patient_id=series.patient_id, detail=detail)
        tell_together(by=by, appointments=gone, kind=Notice.Kind.CANCELLED, now=now)
    return gone


# --- the steps ------------------------------------------------------------------------------


def _check(what: Bookable, terms: courses.Terms, starts: Sequence[datetime], place: Location) -> None:
    if len(starts) not in terms.counts:
        fewest, most = terms.counts[0], terms.counts[-1]
        many = f"{fewest}" if fewest == most else _("%(least)d to %(most)d") % {"least": fewest, "most": most}
        message = _("A course of %(title)s has %(many)s sessions; %(count)d were asked for.")
        raise Invalid(
            message % {"title": _(what.title), "many": many, "count": len(starts)},
            fields={"sessions": _("Choose %(many)s.") % {"many": many}},
        )
    _check_gaps(starts, terms.spacing, place)


def _check_gaps(starts: Sequence[datetime], spacing: Spacing, place: Location) -> None:
    days: list[date] = [clock.day_in(place.time_zone, start) for start in starts]
    number = gaps_hold(days, spacing)
    if number is not None:
        gap = (days[number - 1] - days[number - 2]).days
        said = {"number": number, "gap": gap, "least": spacing.least, "most": spacing.most, "before": number - 1}
        raise Invalid(
            _(
                "Session %(number)d would be %(gap)d days after the one before; this course needs %(least)d to "
                "%(most)d days. Nothing was changed."
            )
            % said,
            fields={"starts": _("Choose %(least)d to %(most)d days after session %(before)d.") % said},
            code="course-spacing",
        )


def _made(
    by: Actor,
    patient: Patient,
    what: Bookable,
    areas: Sequence[str],
    terms: courses.Terms,
    sessions: int,
    same_provider: bool,
    now: datetime,
) -> Series:
    return Series.objects.create(
        clinic_id=by.clinic_id,
        patient=patient,
        edition_id=_edition_of(what),
        option=what.id,
        areas=list(areas),
        sessions=sessions,
        least_days=terms.spacing.least,
        most_days=terms.spacing.most,
        same_provider=same_provider,
        made_at=now,
        made_by_kind=by.kind,
        made_by_id=by.id,
        made_by_name=by.name,
    )


def _edition_of(what: Bookable) -> int:
    if what.offer is None:
        raise Invalid(f"{what.title} treats nothing, so there is no course of it.")
    return what.offer.edition_id


def _locked_sessions(by: Actor, series: Series) -> list[Appointment]:
    """Return the sessions that count, locked in the order that everybody keeps."""
    return [
        locked(row) for row in sorted(courses.sessions_of(by, courses.series(by, series.pk)), key=lambda row: row.pk)
    ]
