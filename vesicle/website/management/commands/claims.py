"""``vesicle claims``: which sentences of a text or page may be published, without a database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from django.core.management.base import CommandError

from vesicle.core import clock
from vesicle.website.claims import Report, audit_html, audit_lines
from vesicle.website.claims.source import MOST_BYTES, is_html, text_from
from vesicle.website.importing.language import language_in
from vesicle.website.page_command import PageCommand


class Command(PageCommand):
    """Judge every sentence of a file: block, needs-evidence or ok, with what was found, why, and a safer wording.

    A text has one sentence a line; a line is judged as a whole. A page (HTML) is taken apart into its sentences.
    Nothing is fetched and nothing is stored. The report is a prompt for review by people, no legal advice.
    """

    help = "Audit the claims of a text (one sentence a line) or an HTML page."
    file_help: ClassVar[str] = "sentences, one a line, or an HTML page"
    most_bytes: ClassVar[int] = MOST_BYTES

    def report(self, raw: bytes, *, name: str, where: str, jurisdiction: str) -> None:
        """Audit."""
        text = text_from(raw, where)
        check = audit_html if is_html(text, name) else audit_lines
        report = check(text, on=clock.now().date(), jurisdiction=jurisdiction)
        if not report.findings:
            raise CommandError(f"{where} is empty: there is no sentence in it.")
        if language := language_in(one.text for one in report.findings):
            report = replace(report, language=language)
        self.emit(report.as_dict(), human=lambda: "\n".join(_lines(report)))


def _lines(report: Report) -> Iterator[str]:
    if report.language != "en":
        yield f"The text seems to be in {report.language}. The rules know English alone: “ok” tells nothing here, and"
        yield "somebody who reads that language has to look."
        yield ""
    for finding in report.findings:
        yield f"{finding.verdict:<15} {finding.text}"
        for match in finding.patterns:
            yield f"    {match.class_}, “{match.words}”: {match.why}"
            yield f"    Safer: {match.safer}"
        for one in finding.excused:
            yield f"    Not counted, “{one.words}” ({one.id}): {one.why}"
    for required in report.required:
        if not required.is_there:
            yield f"missing         {required.rule.says} “{required.statement}”"
    counts = report.counts()
    yield ""
    yield (
        f"{counts['block']} to take out, {counts['needs-evidence']} in need of evidence, "
        f"{counts['ok']} without a claim we know of."
    )
    for required in report.required:
        checked = required.rule.checked
        if required.is_there:
            yield f"Where exosomes stand is said. What the rule rests on was read on {checked}."
    yield (
        f"Checked on {report.checked_on.isoformat()} with version {report.version} of the rules, "
        f"for {report.jurisdiction}. {report.note}"
    )
