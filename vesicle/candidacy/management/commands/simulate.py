"""``vesicle simulate``: people who were never born, as JSON Lines; and the page of the figures they come from."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from vesicle.candidacy.simulation import Person, awkward, page_text, simulate
from vesicle.core import clock
from vesicle.core.commands import VesicleCommand
from vesicle.protocols.problems import FileRefused

PAGE = "prevalences.md"


class Command(VesicleCommand):
    """Write simulated people, one JSON object a line, in the form ``vesicle screen`` reads. Nothing is stored."""

    help = "Simulated people as JSON Lines, likely or awkward; or the page of their figures."
    group: ClassVar[str] = "Treatments"
    needs_database: ClassVar[bool] = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--count", type=int, default=10, help="how many people (10)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same people (1)")
        parser.add_argument("--on", type=date.fromisoformat, help="the day of asking, as in 2026-12-01 (today)")
        parser.add_argument("--awkward", action="store_true", help="people made to find where two engines disagree")
        parser.add_argument("--page", action="store_true", help="write docs/reference/prevalences.md instead")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the people or the page. Raises ``CommandError`` where the file of figures is refused."""
        try:
            if options["page"]:
                (Path(settings.BASE_DIR) / "docs" / "reference" / PAGE).write_text(page_text(), "utf-8")
                self.emit({"written": PAGE}, human=lambda: f"Written: {PAGE}.")
                return
            on = options["on"] or clock.now().date()
            make = awkward if options["awkward"] else simulate
            for person in make(options["count"], seed=options["seed"], on=on):
                self.stdout.write(json.dumps(_line(person, on)))
        except FileRefused as refused:
            raise CommandError(str(refused)) from refused


def _line(person: Person, on: date) -> dict[str, Any]:
    said = {name: value for name, value in person.answers.as_json().items() if value is not None}
    return {"on": on.isoformat(), **said, "concerns": person.concerns, "interested_in": person.interested_in}
