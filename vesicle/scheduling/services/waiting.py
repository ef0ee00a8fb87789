"""The waiting list, and answering offers."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from vesicle.clinic.models import Location
from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid, JustTaken
from vesicle.people.models import Patient
from vesicle.people.queries import require_same_clinic
from vesicle.scheduling import offer_letters
from vesicle.scheduling.bookable import bookable
from vesicle.scheduling.charges import CLINIC
from vesicle.scheduling.models import Appointment, Offer, WaitlistEntry
from vesicle.scheduling.offering import Found, end, locked_offer, locked_with_its_time, offer_to, person_of
from vesicle.scheduling.permissions import BOOK, RUN_DAY
from vesicle.scheduling.queries import booking_rules
from vesicle.scheduling.services.bookings import book, book_at, move
from vesicle.scheduling.states import locked
from vesicle.scheduling.taking import give_back

State = Offer.State
JOINED = audit.define("waiting.joined", "joined the waiting list")
LEFT = audit.define("waiting.left", "left the waiting list")
ACCEPTED = audit.define("waiting.accepted", "accepted an offered time")


def join_waitlist(
    *,
    by: Actor,
    patient: Patient,
    option_id: str,
    areas: Sequence[str],
    location: Location | None,
    first_day: date,
    last_day: date,
    now: datetime,
    weekdays: Collection[int] = (),
    earliest: time | None = None,
    latest: time | None = None,
    provider_id: int | None = None,
    notice_minutes: int = 120,
) -> WaitlistEntry:
    """Put somebody on the waiting list, once for each option; doing it again changes the wish and keeps the turn.

    Raises ``Invalid`` for days or hours in the wrong order, ``NotFound`` for what is not offered.
    """
    by.require(BOOK)
    require_same_clinic(by, patient)
    bookable(by.clinic_id, option_id).plan(areas)
    problems = {}
    if last_day < first_day or last_day < now.date():
        problems["last_day"] = _("Choose a later day: the days have to lie ahead, the first before the last.")
    if earliest is not None and latest is not None and latest < earliest:
        problems["latest"] = _("Choose a later hour than the earliest.")
    if any(not 0 <= day <= 6 for day in weekdays):
        problems["weekdays"] = "Weekdays go from 0 (Monday) to 6 (Sunday)."
    if problems:
        raise Invalid(_("Please check when you could come."), fields=problems)
    wish = {
        "areas": list(areas),
        "location": location,
        "provider_id": provider_id,
        "first_day": first_day,
        "last_day": last_day,
        "weekdays": sorted(set(weekdays)),
        "earliest": earliest,
        "latest": latest,
        "notice_minutes": notice_minutes,
    }
    with transaction.atomic():
        entry = WaitlistEntry.objects.update_or_create(
            clinic_id=by.clinic_id,
            patient=patient,
            option=option_id,
            state=WaitlistEntry.State.OPEN,
            defaults=wish,
            create_defaults={**wish, "joined_at": now, "joined_by": by.name},
        )[0]
        audit.record(JOINED, by=by, about=entry, patient_id=patient.pk, detail={"option": option_id})
    return entry


def leave_waitlist(*, by: Actor, entry: WaitlistEntry, now: datetime) -> None:
    """Take somebody off the list; an open offer of theirs goes to the next. Does nothing when they left before."""
    by.require(BOOK)
    require_same_clinic(by, entry)
    with transaction.atomic():
        row = WaitlistEntry.objects.select_for_update(of=("self",), no_key=True).get(pk=entry.pk)
        if row.state != WaitlistEntry.State.OPEN:
            return
        for offer_id in row.offers.filter(state=State.OPEN).values_list("pk", flat=True):
            end(locked_offer(offer_id), State.WITHDRAWN, by=by, now=now, reason="left the list")
        row.state, row.ended_at = WaitlistEntry.State.LEFT, now
        row.save(update_fields=["state", "ended_at"])
        audit.record(LEFT, by=by, about=row, patient_id=row.patient_id, detail={"option": row.option})


def offer_by_hand(
    *,
    by: Actor,
    entry: WaitlistEntry,
    location: Location,
    start: datetime,
    now: datetime,
    resource_ids: Collection[int] = (),
) -> Offer:
    """Keep a time for somebody who waits and put it before them. Raises ``Conflict`` when it is taken or too near."""
    by.require(RUN_DAY)
    require_same_clinic(by, entry)
    try:
        with transaction.atomic():
            minutes = booking_rules(by.clinic_id).offer_minutes
            found = Found(start, tuple(resource_ids), location)
            made = offer_to(entry, found, freed=None, minutes=minutes, keep=True, by=by, now=now)
            if made is None:
                raise Conflict("This time is taken or too near to be offered. Call them, and book it at the desk.")
    except IntegrityError:
        raise Conflict("They have an open offer already. Wait for the answer, or withdraw it.") from None
    return made


def accept_offer(
    *, by: Actor, offer: Offer, now: datetime, policy_accepted: int | None = None, language: str = "en"
) -> Appointment:
    """Take an offered time: book it, or move the appointment that could not stay. Doing it again returns the same.

    A booking needs the clinic's policy, as ``book`` does; a deposit may follow, because the time is kept for them. A
    move is at the clinic's wish and costs nothing. Raises ``Conflict`` when the offer has ended, ``JustTaken`` when
    somebody else was faster, ``Blocked`` by the gates of booking.
    """
    by.require(BOOK)
    try:
        with transaction.atomic():
            row = locked_with_its_time(offer)
            if row.state == State.ACCEPTED and row.entry is not None:
                return Appointment.objects.get(idempotency_key=_key(row))
            if row.state == State.ACCEPTED and row.appointment is not None:
                return row.appointment
            _require_open(row, now)
            agreed = (policy_accepted, language)
            booking = row.entry is not None
            made = _book_offered(row, agreed, by=by, now=now) if booking else _move_offered(row, by=by, now=now)
            row.state, row.answered_at = State.ACCEPTED, now
            row.save(update_fields=["state", "answered_at"])
            audit.record(ACCEPTED, by=by, about=row, patient_id=made.patient_id, detail={"appointment": made.pk})
            if row.entry is not None:
                row.entry.state, row.entry.ended_at = WaitlistEntry.State.BOOKED, now
                row.entry.save(update_fields=["state", "ended_at"])
            _tell_the_others(row, by=by, now=now)
    except JustTaken:
        with transaction.atomic():
            row = locked_offer(offer.pk)
            if row.state == State.OPEN:
                end(row, State.TAKEN, by=by, now=now)
        raise JustTaken(
            _("Somebody else was faster with this time. You stay on the list, and we write again.")
        ) from None
    return made


def decline_offer(*, by: Actor, offer: Offer, now: datetime, reason: str = "") -> None:
    """Say no: the time goes to the next. Does nothing when the offer has ended."""
    by.require(BOOK)
    with transaction.atomic():
        row = locked_offer(offer.pk)
        if row.state == State.OPEN:
            end(row, State.DECLINED, by=by, now=now, reason=reason)


def withdraw_offer(*, by: Actor, offer: Offer, now: datetime, reason: str = "") -> None:
    """Take an offer back; its kept time is free again. Does nothing when it has ended."""
    by.require(RUN_DAY)
    with transaction.atomic():
        row = locked_offer(offer.pk)
        if row.state == State.OPEN:
            end(row, State.WITHDRAWN, by=by, now=now, reason=reason)


def _require_open(offer: Offer, now: datetime) -> None:
    if offer.state == State.TAKEN:
        raise JustTaken(_("Somebody else was faster with this time. You stay on the list, and we write again."))
    if offer.state != State.OPEN or offer.starts_at <= now:
        raise Conflict(_("This offer has ended. Call us, and we look for another time together."))
    if offer.expires_at <= now and offer.hold is None:
        raise Conflict(_("This offer has ended. Call us, and we look for another time together."))


def _book_offered(offer: Offer, agreed: tuple[int | None, str], *, by: Actor, now: datetime) -> Appointment:
    patient = person_of(offer)
    policy, language = agreed
    if offer.hold is not None:
        hold = locked(offer.hold)
        hold.idempotency_key = _key(offer)
        hold.save(update_fields=["idempotency_key"])
        return book(
            by=by,
            appointment=hold,
            patient=patient,
            now=now,
            policy_accepted=policy,
            language=language,
            pay_later=True,
        )
    entry = offer.entry
    if entry is None:
        raise Conflict("This offer is for nobody who waits.")
    return book_at(
        by=by,
        option_id=entry.option,
        areas=entry.areas,
        location_id=offer.location,
        start=offer.starts_at,
        patient=patient,
        resource_ids=offer.resources,
        idempotency_key=_key(offer),
        policy_accepted=policy,
        language=language,
        pay_later=True,
        now=now,
    )


def _move_offered(offer: Offer, *, by: Actor, now: datetime) -> Appointment:
    if offer.appointment is None:
        raise Conflict("This offer is for no appointment.")
    if offer.hold is not None:
        hold = locked(offer.hold)
        if hold.state == Appointment.State.HELD:
            give_back(hold, by=by, now=now, reason="taken by whom it was kept for")
    return move(
        by=by,
        appointment=offer.appointment,
        start=offer.starts_at,
        resource_ids=offer.resources,
        at_wish_of=CLINIC,
        now=now,
    )


def _tell_the_others(offer: Offer, *, by: Actor, now: datetime) -> None:
    """Where all were asked at once: tell the others kindly, and that they stay on the list."""
    if offer.freed is None:
        return
    offer.freed.closed_at = now
    offer.freed.save(update_fields=["closed_at"])
    for other_id in offer.freed.offers.filter(state=State.OPEN).exclude(pk=offer.pk).values_list("pk", flat=True):
        other = locked_offer(other_id)
        end(other, State.TAKEN, by=by, now=now)
        title = bookable(other.clinic_id, other.entry.option).title if other.entry else ""
        offer_letters.send_too_late(by=by, offer=other, patient=person_of(other), title=title, now=now)


def _key(offer: Offer) -> str:
    return f"offer:{offer.pk}"
