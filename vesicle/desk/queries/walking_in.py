"""What somebody who stands at the desk could have now."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from vesicle.candidacy.queries import clearances
from vesicle.clinic.models import Location
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.people.models import Patient
from vesicle.scheduling import queries as scheduling
from vesicle.scheduling.models import Appointment, OpenService
from vesicle.scheduling.queries import Slot


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to book: its id and words, the areas it has, and whether this person may have it today."""

    id: str
    words: str
    areas: tuple[str, ...] = ()
    is_cleared: bool = True


@dataclass(frozen=True, slots=True)
class WalkIn:
    """The choices for a person, the one that is likely meant with its areas, and today's free times for it."""

    patient: Patient
    choices: tuple[Choice, ...]
    chosen: Choice | None
    areas: tuple[str, ...] = ()
    slots: tuple[Slot, ...] = field(default=())


def walk_in(
    actor: Actor,
    place: Location,
    patient: Patient,
    *,
    wanted: str,
    areas: Sequence[str],
    last_option: str,
    now: datetime,
) -> WalkIn:
    """Return what ``patient`` could have now at ``place``.

    Unless ``wanted`` says what: their latest treatment that they are cleared for, else what the desk booked last for a
    walk-in, else the first visit that treats nothing, else the first treatment.
    """
    today = clock.day_in(place.time_zone, now)
    choices = _choices(actor, patient, today)
    earlier = list(
        Appointment.objects.filter(patient=patient).order_by("-starts_at").values_list("option", "areas")[:20]
    )
    by_id = {choice.id: choice for choice in choices}
    likely = [wanted, *(option for option, _ in earlier), last_option, *by_id]
    ready = [by_id[each] for each in likely if each in by_id and (by_id[each].is_cleared or each == wanted)]
    chosen = ready[0] if ready else next(iter(choices), None)
    if chosen is None:
        return WalkIn(patient, (), None)
    before = next((list(given) for option, given in earlier if option == chosen.id), [])
    picked = tuple(area for area in (areas or before) if area in chosen.areas) or chosen.areas[:1]
    slots = scheduling.slots(
        actor, option_id=chosen.id, areas=picked, location_id=place.pk, from_=today, to=today, now=now
    )
    return WalkIn(patient, choices, chosen, picked, tuple(slots[:6]))


def _choices(actor: Actor, patient: Patient, today: date) -> tuple[Choice, ...]:
    services = OpenService.objects.filter(clinic_id=actor.clinic_id, is_active=True).order_by("name")
    treatments = clearances(actor, patient_id=patient.pk, on=today)
    return (
        *(Choice(service.slug, service.name) for service in services),
        *(
            Choice(
                offer.option.id,
                offer.option.label,
                tuple(area.area for area in offer.option.sections.areas),
                is_cleared=clearance.may_treat,
            )
            for offer, clearance in treatments
        ),
    )
