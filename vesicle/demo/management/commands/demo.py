"""``vesicle demo load``: fill an empty installation with the demo clinic."""

import sys
from typing import Any, ClassVar

from django.core.management.base import CommandParser
from django.db import transaction

from vesicle.core import clock
from vesicle.core.commands import VesicleCommand
from vesicle.demo.loader import load
from vesicle.demo.logins import logins


class Command(VesicleCommand):
    """Load the demo, all of it or nothing. Refuses a database that holds a clinic."""

    help = "Fill an empty installation with the demo clinic."
    group: ClassVar[str] = "Running"

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the subcommand."""
        what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
        what.add_parser("load", help="load the demo clinic")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load with a progress bar on standard error; one transaction, so a failure leaves nothing."""
        with transaction.atomic():
            clinic = load(now=clock.now(), say=self._say, progress=self._bar)
        people = [{"name": login.name, "email": login.email, "password": login.password} for login in logins(clinic.pk)]
        self.emit({"clinic": clinic.slug, "logins": people}, human=lambda: f"{clinic.name} is open.")

    def _say(self, what: str) -> None:
        self.stderr.write(f"  {what}")

    def _bar(self, done: int, of: int, what: str) -> None:
        if not sys.stderr.isatty():
            if done and done % 40 == 0:
                self.stderr.write(f"  {done} of {of} {what}")
            return
        filled = 30 * done // max(of, 1)
        end = "\n" if done == of else ""
        self.stderr.write(f"\r  [{'#' * filled}{'.' * (30 - filled)}] {done} of {of} {what}{end}", ending="")
