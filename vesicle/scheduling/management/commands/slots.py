"""``vesicle slots``: every bookable start, with the resources it would take."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django.core.management.base import CommandParser

from vesicle.clinic.queries import named_clinic
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.commands import VesicleCommand
from vesicle.core.scope import clinic_scope
from vesicle.scheduling import queries
from vesicle.scheduling.presenters import slot_as_json


class Command(VesicleCommand):
    """Print availability as a table, or as JSON in the form of the programming interface."""

    help = "Free times for an option: every start with provider, room and device."
    group: ClassVar[str] = "Appointments"

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the question."""
        parser.add_argument("--option", required=True, help="for example exosome-therapy/microneedling")
        parser.add_argument("--location", required=True, help="a location's short name, for example portland")
        parser.add_argument("--areas", nargs="*", default=["full-face"], help="area ids (default: full-face)")
        parser.add_argument("--from", dest="first", type=date.fromisoformat, help="first day (default: today there)")
        parser.add_argument("--to", dest="last", type=date.fromisoformat, help="last day (default: a week later)")
        parser.add_argument("--provider", type=int, help="only with this provider (a resource number)")
        parser.add_argument("--best", type=int, default=0, metavar="N", help="only the N best, the best first")
        parser.add_argument("--clinic", default="", help="a clinic's short name (default: the first)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer the question."""
        clinic = named_clinic(options["clinic"])
        with clinic_scope(clinic.pk):
            actor = Actor.visitor(clinic.pk)
            place = queries.location(actor, options["location"])
            now = clock.now()
            first = options["first"] or clock.day_in(place.time_zone, now)
            last = options["last"] or first + timedelta(days=6)
            asked = {
                "option_id": options["option"], "areas": options["areas"], "location_id": place.pk,
                "provider_id": options["provider"], "from_": first, "to": last, "now": now,
            }  # fmt: skip
            best = options["best"]
            found = queries.best_slots(actor, **asked, limit=best) if best else queries.slots(actor, **asked)
        slots = [slot_as_json(slot) for slot in found]
        data = {"option": options["option"], "location": place.slug, "zone": place.time_zone, "slots": slots}
        self.emit(data, human=lambda: "\n".join(map(_line, slots)) or "Nothing is free in these days.")


def _line(slot: dict[str, Any]) -> str:
    taken = ", ".join(str(slot[kind]) for kind in ("provider", "room", "device") if slot[kind])
    return f"{slot['start']}  to  {slot['end'][11:16]}  {taken}"
