"""Whole texts and pages: every sentence judged, what the page still lacks, and what was checked with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from vesicle.protocols.bank.law import Jurisdiction
from vesicle.website.claims.auditing import audit
from vesicle.website.claims.findings import STRICTEST, Finding, Verdict
from vesicle.website.claims.jurisdictions import (
    Required,
    is_stated,
    jurisdiction_of,
    required_statements,
    speaks_of_another,
)
from vesicle.website.claims.rules import EXOSOME_WORD, VERSION
from vesicle.website.claims.sentences import Sentence, of_html, of_text


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked, with which version, under whose law, on which day."""

    findings: tuple[Finding, ...]
    checked_on: date
    jurisdiction: str
    required: tuple[Required, ...] = ()
    version: str = VERSION
    note: str = "A prompt for review by people. It is no legal verdict and no legal advice."
    language: str = "en"
    """Of the text, where somebody looked; the rules know English alone."""

    def counts(self) -> dict[Verdict, int]:
        """Return how many sentences have each verdict."""
        return {verdict: sum(one.verdict == verdict for one in self.findings) for verdict in STRICTEST}

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain data, for ``--json``."""
        return {
            "checked_on": self.checked_on.isoformat(),
            "version": self.version,
            "jurisdiction": self.jurisdiction,
            "note": self.note,
            "language": self.language,
            "counts": self.counts(),
            "required": [one.as_dict() for one in self.required],
            "sentences": [finding.as_dict() for finding in self.findings],
        }


def audit_lines(text: str, *, on: date, jurisdiction: str = "US") -> Report:
    """Judge a text of one sentence a line; a line is judged as a whole. Empty lines are left out.

    Raises `UnknownJurisdiction`, as all that take a jurisdiction do.
    """
    return _report([line.strip() for line in text.splitlines() if line.strip()], on, jurisdiction)


def audit_text(text: str, *, on: date, jurisdiction: str = "US") -> Report:
    """Judge a running text, sentence by sentence."""
    return _report(of_text(text), on, jurisdiction)


def audit_html(html: str, *, on: date, jurisdiction: str = "US") -> Report:
    """Judge the sentences of a page."""
    return _report(of_html(html), on, jurisdiction)


def names_exosomes(findings: Iterable[Finding]) -> bool:
    """Return whether any sentence names exosomes, which statements may be required beside."""
    return any(_names_exosomes(finding) for finding in findings)


def states_the_status(findings: Sequence[Finding], law: Jurisdiction) -> bool:
    """Return whether sentences say where exosomes stand in a country: in its statement's words, or in their own."""
    if any(_states_the_status(finding) and not speaks_of_another(law, finding.text) for finding in findings):
        return True
    return is_stated(law, (finding.text for finding in findings))


def _report(sentences: Iterable[Sentence | str], on: date, jurisdiction: str) -> Report:
    law = jurisdiction_of(jurisdiction)
    findings: list[Finding] = []
    before = ""
    for one in sentences:
        findings.append(audit(one, jurisdiction=law.id, context=before))
        before = findings[-1].text
    required = required_statements(
        law,
        names_exosomes=names_exosomes(findings),
        has_status=states_the_status(findings, law),
    )
    return Report(tuple(findings), on, law.id, tuple(required))


def _states_the_status(finding: Finding) -> bool:
    """Return whether a sentence says that exosomes are not approved: it names approval and denies it."""
    denied = any(one.id in _ASSENT and one.by in ("negation", "law", "only-if-approved") for one in finding.excused)
    return finding.verdict != "block" and denied and _names_exosomes(finding)


_ASSENT = frozenset({"approved", "assent-given"})
"""Patterns of a regulator's yes, whose denial says where a product stands."""


def _names_exosomes(finding: Finding) -> bool:
    return EXOSOME_WORD in {*(one.id for one in finding.patterns), *(one.id for one in finding.excused)}
