"""Claims: what a text says a treatment does, and whether that may be said. Plain Python, without Django.

A text becomes sentences (`sentences`), a sentence words (`words`), words are looked through for phrases (`phrases`)
that the data files make up patterns of (`rules`, `data/`), and a pattern found is weighed (`negation`, `auditing`).
`support` asks whether a claim of a protocol carries a sentence.
"""

from vesicle.website.claims.auditing import audit
from vesicle.website.claims.findings import Finding, Match
from vesicle.website.claims.reports import Report, audit_html, audit_lines, audit_text
from vesicle.website.claims.sentences import Sentence

__all__ = ["Finding", "Match", "Report", "Sentence", "audit", "audit_html", "audit_lines", "audit_text"]
