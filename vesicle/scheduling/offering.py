"""Making offers: to whom a freed time goes next, keeping it meanwhile, and what happens when nobody answers.

Everything is decided in transactions against stored moments, so a worker that was down, or a clock that jumped, gives
no time twice and skips nobody: an offer counts until somebody ends it here, whatever the clock says.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from vesicle.clinic.models import Location
from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Blocked, Invalid, JustTaken, NotFound
from vesicle.core.scope import clinic_scope
from vesicle.people.domain import is_quiet
from vesicle.people.identity import patient_actor
from vesicle.people.models import Patient
from vesicle.scheduling import availability, offer_letters, queries
from vesicle.scheduling.bookable import bookable
from vesicle.scheduling.domain.waiting import Wish, clock_for, waking
from vesicle.scheduling.gates import require_bookable
from vesicle.scheduling.models import Appointment, FreedTime, Offer, WaitlistEntry
from vesicle.scheduling.states import locked
from vesicle.scheduling.taking import Wanted, begun, give_back, take_time

logger = logging.getLogger(__name__)
_AT_ONCE = 200
_SEARCH_DAYS = 2
OFFERED = audit.define("waiting.offered", "offered a time")
ENDED = audit.define("waiting.offer-ended", "ended an offer of a time")


@dataclass(frozen=True, slots=True)
class Found:
    """A time that would do for somebody who waits, and what it takes."""

    starts_at: datetime
    resources: tuple[int, ...]
    location: Location


def run_due(*, now: datetime) -> int:
    """End offers whose clock has run out and offer freed times to whoever is next; return how many offers were made."""
    made = 0
    for offer_id, clinic_id in list(
        Offer.objects.filter(state=Offer.State.OPEN, expires_at__lte=now).values_list("pk", "clinic_id")[:_AT_ONCE]
    ):
        with _apart(f"offer {offer_id}", clinic_id) as by:
            offer = locked_offer(offer_id)
            if offer.state == Offer.State.OPEN and offer.expires_at <= now:
                end(offer, Offer.State.LAPSED, by=by, now=now)
    # What is offered already waits for its answer, so that it does not keep the others from their turn.
    waiting = FreedTime.objects.filter(closed_at=None).exclude(offers__state=Offer.State.OPEN)
    for freed_id, clinic_id in list(waiting.order_by("pk").values_list("pk", "clinic_id")[:_AT_ONCE]):
        with _apart(f"freed time {freed_id}", clinic_id) as by:
            rows = FreedTime.objects.select_for_update(skip_locked=True, of=("self",)).select_related("location")
            freed = rows.filter(pk=freed_id, closed_at=None).first()
            if freed is not None:
                made += _pass_on(freed, by=by, now=now)
    _end_entries(now)
    return made


@contextmanager
def _apart(what: str, clinic_id: int) -> Iterator[Actor]:
    """Work on one row in a transaction of its own: one that goes wrong must not hold up the others."""
    try:
        with clinic_scope(clinic_id), transaction.atomic():
            yield Actor.system(clinic_id, "waiting list")
    except Exception:
        logger.exception("The waiting list could not go on with %s", what)


def _pass_on(freed: FreedTime, *, by: Actor, now: datetime) -> int:
    """Offer a freed time to whoever is next, or to everybody at once; close it when there is nobody left to ask."""
    if freed.offers.filter(state=Offer.State.OPEN).exists():
        return 0
    rules = queries.booking_rules(freed.clinic_id)
    made = asleep = 0
    taken = freed.offers.filter(state=Offer.State.ACCEPTED).exists()
    for entry in [] if taken else _by_turn(freed):
        if is_quiet(now, entry.patient.time_zone):
            asleep += 1
            continue
        found = find(entry, freed, now=now)
        if found is None:
            continue
        keep = not rules.offers_to_all_at_once
        if offer_to(entry, found, freed=freed, minutes=rules.offer_minutes, keep=keep, by=by, now=now) is None:
            continue
        made += 1
        if keep:
            return made
    # Whoever sleeps is asked in the morning; until then the time stays open for them.
    if not made and not asleep:
        freed.closed_at = now
        freed.save(update_fields=["closed_at"])
    return made


def _by_turn(freed: FreedTime) -> Iterator[WaitlistEntry]:
    """Yield who waits and was not asked about this time yet: whoever waits longest comes first."""
    rows = WaitlistEntry.objects.select_for_update(of=("self",), no_key=True).select_related("patient", "location")
    asked = freed.offers.exclude(entry=None).values_list("entry_id", flat=True)
    rows = rows.filter(clinic_id=freed.clinic_id, state=WaitlistEntry.State.OPEN).exclude(pk__in=list(asked))
    rows = rows.exclude(offers__state=Offer.State.OPEN)
    for entry in rows.order_by("joined_at", "pk"):
        if entry.location_id in (None, freed.location_id):
            yield entry


def wish_of(entry: WaitlistEntry) -> Wish:
    """Return when somebody who waits could come."""
    return Wish(
        entry.first_day,
        entry.last_day,
        tuple(entry.weekdays),
        entry.earliest,
        entry.latest,
        timedelta(minutes=entry.notice_minutes),
    )


def find(entry: WaitlistEntry, freed: FreedTime, *, now: datetime) -> Found | None:
    """Return the first time that uses a freed stretch, suits the person, and that they may book. Gates included."""
    place = freed.location
    zone = ZoneInfo(place.time_zone)
    begins = datetime.fromtimestamp(freed.low * 300, zone)
    ends = datetime.fromtimestamp(freed.high * 300, zone)
    wish = wish_of(entry)
    if ends <= now or not wish.first_day - timedelta(days=1) <= begins.date() <= wish.last_day:
        return None
    try:
        what = bookable(entry.clinic_id, entry.option)
        found = availability.search(
            what,
            entry.areas,
            place,
            first=max(begins.date(), clock.day_in(place.time_zone, now)),
            last=max(ends.date(), clock.day_in(place.time_zone, now)),
            now=now,
            provider_id=entry.provider_id,
        )
    except (NotFound, Invalid):
        return None
    length = timedelta(minutes=found.plan.minutes)
    for bit in found.starts.bits():
        start = found.window.moment(bit)
        if start < ends and start + length > begins and wish.fits(start.astimezone(zone), now):
            taken = found.at(start)
            if taken is not None and _may_book(entry, start, place, now=now):
                return Found(start, tuple({one.id for one in taken.taken.values()}), place)
    return None


def _may_book(entry: WaitlistEntry, start: datetime, place: Location, *, now: datetime) -> bool:
    me = patient_actor(entry.patient)
    would_be = begun(me, bookable(entry.clinic_id, entry.option), entry.areas, place, now, None)
    would_be.starts_at = start
    try:
        require_bookable(me, entry.patient, would_be)
    except Blocked:
        return False
    return True


def offer_to(
    entry: WaitlistEntry,
    found: Found,
    *,
    freed: FreedTime | None,
    minutes: int,
    keep: bool,
    by: Actor,
    now: datetime,
) -> Offer | None:
    """Put a time before somebody who waits; ``keep`` holds it for them meanwhile. ``None`` when that cannot be."""
    by_day = clock_for(now, found.starts_at, minutes)
    if by_day is None:
        return None
    # Nobody answers at night; but where the time itself is near, the clock cannot stand still.
    expires_at = min(waking(now, by_day - now, entry.patient.time_zone), max(by_day, found.starts_at - (by_day - now)))
    what = bookable(entry.clinic_id, entry.option)
    hold = None
    if keep:
        hold = begun(by, what, entry.areas, found.location, now, None)
        hold.hold_expires_at = expires_at
        try:
            take_time(hold, what, found.starts_at, by=by, now=now, wanted=Wanted(resource_ids=found.resources))
        except JustTaken:
            return None
    offer = Offer.objects.create(
        clinic_id=entry.clinic_id,
        entry=entry,
        freed=freed,
        hold=hold,
        location=found.location,
        starts_at=found.starts_at,
        resources=list(found.resources),
        made_at=now,
        made_by=by.name,
        expires_at=expires_at,
    )
    audit.record(OFFERED, by=by, about=offer, patient_id=entry.patient_id, detail={"start": found.starts_at})
    offer_letters.send_offer(by=by, offer=offer, patient=entry.patient, title=what.title, now=now)
    return offer


def locked_with_its_time(offer: Offer) -> Offer:
    """Return an offer as ``locked_offer`` does, after the freed time it is about: rivals for one time wait here."""
    if offer.freed_id is not None:
        FreedTime.objects.select_for_update(of=("self",)).get(pk=offer.freed_id)
    return locked_offer(offer.pk)


def locked_offer(offer_id: int) -> Offer:
    """Return an offer as it stands, locked. Raises ``NotFound``."""
    rows = Offer.objects.select_for_update(of=("self",), no_key=True)
    rows = rows.select_related(
        "location",
        "hold",
        "entry__patient",
        "entry__location",
        "appointment__patient",
        "appointment__location",
        "freed",
    )
    offer = rows.filter(pk=offer_id).first()
    if offer is None:
        raise NotFound(_("We could not find that offer. It may have been withdrawn; call us and we will look."))
    return offer


def end(offer: Offer, state: str, *, by: Actor, now: datetime, reason: str = "") -> None:
    """End an open offer and give its kept time back."""
    offer.state, offer.answered_at, offer.reason = state, now, reason[:200]
    offer.save(update_fields=["state", "answered_at", "reason"])
    if offer.hold is not None:
        hold = locked(offer.hold)
        if hold.state == Appointment.State.HELD:
            give_back(hold, by=by, now=now, reason="offer ended")
    audit.record(ENDED, by=by, about=offer, patient_id=person_of(offer).pk, detail={"state": state})


def person_of(offer: Offer) -> Patient:
    """Return whom an offer is for."""
    row = offer.entry or offer.appointment
    if row is None or row.patient is None:
        raise NotFound(_("This offer is for nobody."))
    return row.patient


def _end_entries(now: datetime) -> None:
    """Take off the list whoever's days have passed everywhere on earth."""
    over = WaitlistEntry.objects.filter(state=WaitlistEntry.State.OPEN, last_day__lt=(now - timedelta(hours=12)).date())
    over.update(state=WaitlistEntry.State.OVER, ended_at=now)
