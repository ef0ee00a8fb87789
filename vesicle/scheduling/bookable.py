"""What can be booked, in one shape: an option of an approved edition, or a visit that treats nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from vesicle.core import languages
from vesicle.core.errors import Invalid, NotFound
from vesicle.protocols.duration import hands_on_minutes
from vesicle.protocols.queries import OfferedOption, in_words_of, offered, offered_options, option_of_edition
from vesicle.scheduling import calendars
from vesicle.scheduling.domain import PhasePlan, Plan, build_plan, keys_of, labels_of
from vesicle.scheduling.models import Appointment, OpenService

Buffers = Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Bookable:
    """Something a person can take a time for. ``licences`` empty: any provider; ``areas`` maps ids to minutes.

    Exactly one of ``offer`` (a treatment) and ``service`` (treats nothing, asks for no clearance) is there.
    """

    id: str
    title: str
    name: str
    licences: tuple[str, ...]
    device_kinds: tuple[str, ...]
    areas: Mapping[str, int]
    phases: tuple[PhasePlan, ...]
    buffers: Buffers
    offer: OfferedOption | None = None
    service: OpenService | None = None

    @property
    def accepted(self) -> frozenset[str]:
        """The labels of everything that some phase of it accepts."""
        keys = (key for phase in self.phases for key in keys_of(phase.needs, self.device_kinds))
        return frozenset(label for key in keys for label in labels_of(key))

    @property
    def is_open(self) -> bool:
        """Whether it can be booked without clearance, because nothing is done to the skin."""
        return self.offer is None

    def plan(self, areas: Sequence[str]) -> Plan:
        """Return how an appointment on ``areas`` is built.

        Raises ``Invalid`` when a treatment is given no area, or anything an area it does not offer.
        """
        unknown = sorted(set(areas) - self.areas.keys())
        if unknown or (self.areas and not areas):
            allowed = ", ".join(self.areas) or "none, leave them out"
            found = f"'{unknown[0]}' is not one of them" if unknown else "none was given"
            raise Invalid(
                f"Choose at least one area that this treatment offers ({allowed}); {found}.",
                fields={"areas": f"Choose from: {allowed}."},
            )
        return build_plan(self.phases, self._hands_on(areas), self.device_kinds, self.buffers)

    def _hands_on(self, areas: Sequence[str]) -> int:
        if self.offer is None:
            return 0
        share = self.offer.option.sections.timing.further_area_share
        return hands_on_minutes(self.areas, areas, share)


def bookable(clinic_id: int, option_id: str) -> Bookable:
    """Return what ``option_id`` names at a clinic now. Raises ``NotFound`` for what it does not offer."""
    if "/" in option_id:
        return of_offer(offered(clinic_id, option_id))
    service = calendars.standing(clinic_id).services.get(option_id)
    if service is None or not service.is_active:
        raise NotFound(_("This clinic does not offer that. Choose one of its treatments or visits."))
    return of_service(service)


MADE_BEFORE = (OpenService.Kind.PATCH_TEST, OpenService.Kind.CONSULTATION)
"""The kinds of visits that treatments may ask for beforehand, and that therefore are made for one."""


def require_purpose(clinic_id: int, service: OpenService | None, made_for: str) -> None:
    """Let pass a visit that can be made for a treatment the clinic offers. Raises ``Invalid``, ``NotFound``."""
    if service is None or service.kind not in MADE_BEFORE:
        raise Invalid("Only a patch test or a consultation is made for a treatment.", fields={"made_for": "Leave it."})
    offered(clinic_id, made_for)


def purposes(clinic_id: int, service: OpenService | None, made_for: str = "") -> list[tuple[str, str]]:
    """Return id and name of the treatments a visit may be made for: those that ask for one, and ``made_for``."""
    if service is None or service.kind not in MADE_BEFORE:
        return []
    return [
        (one.option.id, one.option.label)
        for one in offered_options(clinic_id, languages.active())
        if one.option.id == made_for or any(row.visit == service.kind for row in one.option.sections.prerequisites)
    ]


def of_appointment(appointment: Appointment) -> Bookable:
    """Return what an appointment is for, as it was when it was booked: a treatment by its edition."""
    if appointment.service is not None:
        return of_service(appointment.service)
    return of_offer(option_of_edition(appointment.treated_under, appointment.option))


def of_service(service: OpenService) -> Bookable:
    """Return an open service as something to book."""
    return Bookable(
        id=service.slug,
        title=service.name,
        name=service.description or service.get_kind_display(),
        licences=tuple(service.licences),
        device_kinds=(),
        areas={},
        phases=(PhasePlan(service.slug, service.minutes, tuple(service.needs)),),
        buffers={
            "room": (service.room_before, service.room_after),
            "provider": (service.provider_before, service.provider_after),
            "device": (service.device_before, service.device_after),
        },
        service=service,
    )


def of_offer(offer: OfferedOption) -> Bookable:
    """Return an option that a clinic offers as something to book."""
    sections = offer.option.sections
    timing = sections.timing
    said = in_words_of(offer, languages.active()).option
    return Bookable(
        id=offer.option.id,
        title=said.title,
        name=said.name,
        licences=sections.qualifications.perform,
        device_kinds=tuple(need.kind for need in sections.equipment),
        areas={area.area: area.minutes for area in sections.areas},
        phases=tuple(PhasePlan(phase.id, phase.minutes, phase.needs) for phase in timing.phases),
        buffers={
            "room": (timing.room_buffer.before, timing.room_buffer.after),
            "provider": (timing.provider_buffer.before, timing.provider_buffer.after),
            "device": (timing.device_buffer.before, timing.device_buffer.after),
        },
        offer=offer,
    )
