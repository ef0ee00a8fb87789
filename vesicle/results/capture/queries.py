"""Reads for taking photographs, beginning with who is asking."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from vesicle.consent import queries as consents
from vesicle.consent.models import PhotoConsent
from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound
from vesicle.protocols.bank import load_bank
from vesicle.protocols.queries import option_of_edition
from vesicle.results.capture.domain import AT_HOME, IN_THE_CLINIC, Area, Shot, day_after, next_shot, shots, week_of
from vesicle.results.models import Capture
from vesicle.results.permissions import READ
from vesicle.treatment.models import Encounter, Photo

SAW_CAPTURES = audit.define("capture.read", "saw which photographs of a visit are taken")

SITTING = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Session:
    """Photographs of one visit or one week after it: asked for, taken, and what comes next.

    ``week`` is ``None`` before the visit is signed: those are the photographs from before the treatment.
    """

    encounter: Encounter
    week: int | None
    day: int
    asked: tuple[Shot, ...]
    taken: dict[Shot, int]
    kept_only: dict[Shot, int]
    wanted: int
    may_store: bool

    @property
    def next(self) -> Shot | None:
        """The photograph to take next."""
        return next_shot(self.asked, self.taken, wanted=self.wanted)

    @property
    def is_complete(self) -> bool:
        """Whether every photograph that is asked for is there."""
        return self.next is None


def session(actor: Actor, encounter: Encounter, *, now: datetime) -> Session:
    """Return what is asked for now, and how far it is. The read is audited."""
    actor.require(READ)
    _own(actor, encounter)
    sections = option_of_edition(encounter.edition_id, encounter.option).option.sections
    zone = encounter.appointment.location.time_zone
    day = day_after(clock.day_in(zone, encounter.started_at), clock.day_in(zone, now))
    planned = [(one.week, one.opens_days_before, one.closes_days_after) for one in sections.follow_ups]
    week = None if encounter.signed_at is None else week_of(day, planned)
    asked = _asked(encounter) if any(one.photographs for one in sections.follow_ups) else ()
    rows = Capture.objects.filter(clinic_id=actor.clinic_id, photo__encounter=encounter, photo__week=week)
    taken: Counter[Shot] = Counter()
    kept_only: Counter[Shot] = Counter()
    for view, area, measured in rows.values_list("photo__view", "photo__area", "is_for_measuring"):
        shot = Shot(view, area)
        (taken if measured or shot.documents else kept_only)[shot] += 1
    audit.record(SAW_CAPTURES, by=actor, about=encounter, patient_id=encounter.patient_id, detail={"week": week})
    return Session(
        encounter,
        week,
        day,
        asked,
        dict(taken),
        dict(kept_only),
        AT_HOME if actor.is_patient else IN_THE_CLINIC,
        consents.photo_consent(actor, encounter.patient_id, PhotoConsent.Use.CLINICAL),
    )


def _asked(encounter: Encounter) -> tuple[Shot, ...]:
    known = {area.id: Area(area.id, area.kind, tuple(area.sites)) for area in load_bank().areas.values()}
    return shots([known[area] for area in encounter.areas if area in known], known=known)


def _own(actor: Actor, encounter: Encounter) -> None:
    if encounter.clinic_id != actor.clinic_id or (actor.is_patient and encounter.patient_id != actor.id):
        raise NotFound


def shot_of(encounter: Encounter, key: str) -> Shot:
    """Return a photograph that is asked for, by its name in addresses. Raises ``NotFound``."""
    found = next((shot for shot in _asked(encounter) if shot.key == key), None)
    if found is None:
        raise NotFound("This visit asks for no such photograph.")
    return found


def earlier(actor: Actor, encounter: Encounter, shot: Shot) -> Photo | None:
    """Return the patient's last photograph of the same view that may be measured, to be shown as a ghost.

    One taken without the guide (of an older visit, or charted by hand) serves until there is one. Nothing is audited:
    whoever looks at the picture itself leaves an entry.
    """
    actor.require(READ)
    _own(actor, encounter)
    rows = Photo.objects.filter(
        clinic_id=actor.clinic_id, patient_id=encounter.patient_id, view=shot.view, area=shot.area
    ).select_related("capture")
    latest = rows.order_by("-taken_at")
    return latest.filter(capture__is_for_measuring=True).first() or latest.filter(capture=None).first()


def skin_just_said(actor: Actor, encounter: Encounter, *, now: datetime) -> str:
    """Return what was said of the skin with the photograph before, within the hour; empty otherwise."""
    actor.require(READ)
    _own(actor, encounter)
    rows = Capture.objects.filter(
        clinic_id=actor.clinic_id, photo__encounter=encounter, checked_at__gte=now - SITTING, checked_at__lte=now
    )
    return rows.order_by("-checked_at").values_list("skin", flat=True).first() or ""


def captures_of(actor: Actor, encounter: Encounter) -> Sequence[Capture]:
    """Return the guided photographs of a visit and its follow-ups, oldest first."""
    actor.require(READ)
    _own(actor, encounter)
    rows = Capture.objects.filter(clinic_id=actor.clinic_id, photo__encounter=encounter)
    return list(rows.select_related("photo").order_by("photo__taken_at"))
