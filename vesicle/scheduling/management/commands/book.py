"""``vesicle book``: one booking, with the same gates as the pages."""

from typing import Any, ClassVar

from django.core.management.base import CommandParser

from vesicle.clinic.queries import named_clinic
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.commands import VesicleCommand
from vesicle.core.errors import Conflict, JustTaken
from vesicle.core.scope import clinic_scope
from vesicle.people import queries as people
from vesicle.scheduling import courses, queries, registration, services
from vesicle.scheduling.bookable import bookable
from vesicle.scheduling.domain import NoPlan


class Command(VesicleCommand):
    """Book a time for a patient the clinic knows. Refused when they are not cleared or the time is taken."""

    help = "Book a time for a known patient (the gates of the pages apply)."
    group: ClassVar[str] = "Appointments"

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the booking."""
        parser.add_argument("--option", required=True)
        parser.add_argument("--location", required=True)
        parser.add_argument("--areas", nargs="+", default=["full-face"])
        parser.add_argument("--start", required=True, type=registration.moment, help="ISO 8601 with an offset")
        parser.add_argument("--patient", required=True, type=int, help="the patient's number")
        parser.add_argument("--provider", type=int)
        parser.add_argument("--sessions", type=int, default=1, help="book a course of so many, planned from the start")
        parser.add_argument("--key", default="", help="idempotency key: a retry with it never books twice")
        parser.add_argument("--clinic", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Book, and say what was booked."""
        clinic = named_clinic(options["clinic"])
        with clinic_scope(clinic.pk):
            actor = Actor.system(clinic.pk, "command line")
            if options["sessions"] > 1:
                self._book_course(actor, options)
                return
            booked = services.book_at(
                by=actor,
                option_id=options["option"],
                areas=options["areas"],
                location_id=options["location"],
                start=options["start"],
                patient=people.patient(actor, options["patient"]),
                now=clock.now(),
                provider_id=options["provider"],
                idempotency_key=options["key"],
            )
            data = {
                "appointment": booked.pk,
                "option": booked.option,
                "start": booked.starts_at,
                "end": booked.ends_at,
                "provider": booked.provider.name,
                "state": booked.state,
            }
        self.emit(
            data, human=lambda: f"Booked: appointment {booked.pk}, {booked.starts_at} with {booked.provider.name}."
        )

    def _book_course(self, actor: Actor, options: dict[str, Any]) -> None:
        now, what = clock.now(), bookable(actor.clinic_id, options["option"])
        place = queries.location(actor, options["location"])
        asked: dict[str, Any] = {"sessions": options["sessions"], "now": now}
        first = courses.first_session(
            actor, what, options["areas"], place, options["start"], same_provider=True, **asked
        )
        if first is None:
            raise JustTaken("That time is not free. Choose another; nothing was booked.")
        plan = courses.propose(actor, what, options["areas"], place, first=first, **asked)
        if isinstance(plan, NoPlan):
            raise Conflict(courses.why_none(plan, options["sessions"]))
        series = services.book_course(
            by=actor,
            patient=people.patient(actor, options["patient"]),
            option_id=what.id,
            areas=options["areas"],
            location_id=place,
            starts=[session.start for session in plan],
            now=now,
            idempotency_key=options["key"],
        )
        starts = [session.start for session in plan]
        self.emit(
            {"course": series.pk, "option": series.option, "starts": starts},
            human=lambda: f"Booked: course {series.pk}, {', '.join(str(start) for start in starts)}.",
        )
