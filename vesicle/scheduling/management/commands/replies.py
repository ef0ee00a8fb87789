"""``vesicle replies``: take what patients answered by e-mail."""

import sys
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import CommandParser

from vesicle.core import clock
from vesicle.core.commands import VesicleCommand
from vesicle.core.errors import Invalid
from vesicle.scheduling import mail


class Command(VesicleCommand):
    """Read a mailbox from a file or standard input. Reading the same mailbox again changes nothing."""

    help = "Take what patients answered by e-mail: read FILE, or standard input."
    group: ClassVar[str] = "Appointments"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the act and the file."""
        acts = parser.add_subparsers(dest="act", required=True)
        read = acts.add_parser("read", help="read a mailbox (mbox) or one message")
        read.add_argument("file", nargs="?", default="-", help="the file (default: standard input)")

    def handle(self, *, file: str = "-", **options: Any) -> None:
        """Read, and say what became of it."""
        found = mail.read(_data(file), now=clock.now())
        counted = ", ".join(f"{name} {count}" for name, count in found.outcomes.items())
        self.emit(found, human=lambda: f"{found.messages} read{': ' if counted else ''}{counted}.")


def _data(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise Invalid(f"The file '{file}' cannot be read: {error.strerror}.") from None
