"""What there is to choose from when a clinic is set up: what can be booked, kinds of device, licences, people."""

from vesicle.clinic import queries as clinic
from vesicle.clinic.models import Resource
from vesicle.core.actor import Actor
from vesicle.people import queries as people
from vesicle.protocols.bank import load_bank
from vesicle.protocols.library_files import load_library
from vesicle.protocols.queries import offered_options
from vesicle.scheduling import queries as scheduling
from vesicle.scheduling.models import OpenService

Choices = list[tuple[str, str]]


def bookable(actor: Actor, *, besides: list[str] | None = None) -> Choices:
    """Return everything that can be booked, by name; ``besides`` are chosen already and stay choosable."""
    found = [(offer.option.id, offer.option.label) for offer in offered_options(actor.clinic_id)]
    found += [(service.slug, service.name) for service in scheduling.open_services(actor)]
    return found + [(option, option) for option in besides or () if option not in dict(found)]


def device_kinds(actor: Actor) -> Choices:
    """Return the kinds of device that protocols ask for, and any other that stands here already."""
    asked = {need.kind: need.name for option in load_library().options() for need in option.sections.equipment}
    here = {row.device_kind for row in clinic.resources(actor, kind=Resource.Kind.DEVICE, with_retired=True)}
    found = sorted(asked.items(), key=lambda item: item[1])
    return found + [(kind, kind.replace("-", " ").capitalize()) for kind in sorted(here - asked.keys())]


def needs(actor: Actor, service: OpenService | None) -> Choices:
    """Return what a visit may need besides a provider; what it needs already stays choosable, however written."""
    kinds = [("room", "A room")]
    rooms = {row.room_kind for row in clinic.resources(actor, kind=Resource.Kind.ROOM) if row.room_kind}
    kinds += [(f"room:{kind}", f"A room of the kind “{kind}”") for kind in sorted(rooms)]
    kinds += [(f"device:{kind}", name) for kind, name in device_kinds(actor)]
    known = {"provider", *dict(kinds)}
    return kinds + [
        (need, need.replace("|", " or ")) for need in (service.needs if service else ()) if need not in known
    ]


def licences() -> Choices:
    """Return every licence of the house."""
    return [(licence.id, licence.name) for licence in load_bank().licences.values()]


def without_column(actor: Actor) -> Choices:
    """Return the staff with a licence who are not in the calendar yet."""
    taken = {row.staff_id for row in clinic.resources(actor, kind=Resource.Kind.PROVIDER, with_retired=True)}
    return [(str(one.pk), one.name) for one in people.staff(actor) if one.licence and one.pk not in taken]
