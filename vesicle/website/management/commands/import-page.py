# ruff: noqa: N999 - the name of the command
"""``vesicle import-page``: an old treatment page in the protocols' terms, without a database."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import CommandError, CommandParser

from vesicle.core.commands import VesicleCommand
from vesicle.website.claims.jurisdictions import UnknownJurisdiction
from vesicle.website.importing import Unreadable, read_page
from vesicle.website.importing.contradictions import contradictions
from vesicle.website.importing.report import report_lines
from vesicle.website.importing.source import MOST_BYTES


class Command(VesicleCommand):
    """Read a treatment page saved from a site: treatment, sections, figures with their meaning, whom it excludes.

    Every value points to the words it was read from; what the page does not say stays empty. Navigation, shop,
    reviews, scripts and footers are left out. Every sentence is judged as ``vesicle claims`` does, and figures that
    differ from the protocol are listed. Nothing is fetched and nothing is stored.
    """

    help = "Read an existing treatment page (HTML) and show what a draft could take from it."
    group: ClassVar[str] = "Treatments"
    needs_database: ClassVar[bool] = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", metavar="FILE", help="a page saved as HTML; - for standard input")
        parser.add_argument(
            "--jurisdiction", default="US", metavar="CODE", help="whose law: US (default), EU, UK, CA, KR …"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read. Raises ``CommandError`` (exit 2) with one sentence for input that cannot be read."""
        name = options["file"]
        where = "Standard input" if name == "-" else name
        try:
            with sys.stdin.buffer if name == "-" else Path(name).open("rb") as stream:
                raw = stream.read(MOST_BYTES + 1)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else error
            raise CommandError(f"{where} cannot be read: {reason}.") from error
        try:
            page = read_page(raw, name=where, jurisdiction=options["jurisdiction"])
        except (Unreadable, UnknownJurisdiction) as refused:
            raise CommandError(str(refused)) from refused
        against = contradictions(page)
        data = page.as_dict() | {"contradictions": [one.as_dict() for one in against]}
        self.emit(data, human=lambda: "\n".join(report_lines(page, against)))
