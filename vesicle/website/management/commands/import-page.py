# ruff: noqa: N999 - the name of the command
"""``vesicle import-page``: an old treatment page in the protocols' terms, without a database."""

from __future__ import annotations

from typing import ClassVar

from vesicle.core import clock
from vesicle.website.claims.jurisdictions import jurisdiction_of
from vesicle.website.claims.rules import VERSION
from vesicle.website.importing import read_page
from vesicle.website.importing.contradictions import contradictions
from vesicle.website.importing.report import report_lines
from vesicle.website.importing.source import MOST_BYTES
from vesicle.website.page_command import PageCommand
from vesicle.website.presenters.statements import checked_words


class Command(PageCommand):
    """Read a treatment page saved from a site: treatment, sections, figures with their meaning, whom it excludes.

    Every value points to the words it was read from; what the page does not say stays empty. Navigation, shop,
    reviews, scripts and footers are left out. Every sentence is judged as ``vesicle claims`` does, and figures that
    differ from the protocol are listed. Nothing is fetched and nothing is stored.
    """

    help = "Read an existing treatment page (HTML) and show what a draft could take from it."
    file_help: ClassVar[str] = "a page saved as HTML"
    most_bytes: ClassVar[int] = MOST_BYTES

    def report(self, raw: bytes, *, name: str, where: str, jurisdiction: str) -> None:
        """Read the page."""
        page = read_page(raw, name=where, jurisdiction=jurisdiction)
        against = contradictions(page)
        data = page.as_dict() | {"contradictions": [one.as_dict() for one in against]}
        checked = checked_words(clock.now().date(), VERSION, jurisdiction_of(jurisdiction).id)
        self.emit(data, human=lambda: "\n".join((*report_lines(page, against), checked)))
