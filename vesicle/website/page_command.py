"""What the commands share that read a page of somebody else: the file, whose law, one sentence for what is wrong."""

import sys
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import CommandError, CommandParser

from vesicle.core.commands import VesicleCommand
from vesicle.website import importing
from vesicle.website.claims import source as claims_source
from vesicle.website.claims.jurisdictions import UnknownJurisdiction


class PageCommand(VesicleCommand):
    """A command that reads a file, or standard input for ``-``, and stores nothing."""

    group: ClassVar[str] = "Treatments"
    needs_database: ClassVar[bool] = False
    file_help: ClassVar[str]
    most_bytes: ClassVar[int]

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", metavar="FILE", help=f"{self.file_help}; - for standard input")
        parser.add_argument(
            "--jurisdiction", default="US", metavar="CODE", help="whose law: US (default), EU, UK, CA, KR …"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read and report. Raises ``CommandError`` (exit 2) with one sentence for input that cannot be read."""
        name = options["file"]
        where = "Standard input" if name == "-" else name
        try:
            if name != "-" and _is_named_pipe(name):
                raise CommandError(f"{where} is a pipe. Give a file, or - for standard input.")
            with sys.stdin.buffer if name == "-" else Path(name).open("rb") as stream:
                raw = stream.read(self.most_bytes + 1)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else error
            raise CommandError(f"{where} cannot be read: {reason}.") from error
        try:
            self.report(raw, name=name, where=where, jurisdiction=options["jurisdiction"])
        except (claims_source.Unreadable, importing.Unreadable, UnknownJurisdiction) as refused:
            raise CommandError(str(refused)) from refused

    def report(self, raw: bytes, *, name: str, where: str, jurisdiction: str) -> None:
        """Say what the command found. Raises ``Unreadable`` and ``UnknownJurisdiction``."""
        raise NotImplementedError


def _is_named_pipe(name: str) -> bool:
    """Return whether a file is a pipe that may have no writer, so that reading it never ends; a shell's own has one."""
    return Path(name).is_fifo() and not name.startswith(("/dev/", "/proc/"))
