"""What was found in a sentence: the patterns that count, those that do not and why, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from vesicle.website.claims.sentences import Kind

Verdict = Literal["block", "needs-evidence", "ok"]
STRICTEST: tuple[Verdict, ...] = ("ok", "needs-evidence", "block")
"""Verdicts, the mildest first."""


@dataclass(frozen=True, slots=True)
class Match:
    """A pattern that counts, and the words it was found in."""

    id: str
    class_: str
    verdict: Literal["block", "needs-evidence", "note"]
    why: str
    safer: str
    jurisdictions: tuple[str, ...]
    words: str
    start: int
    end: int

    def as_dict(self) -> dict[str, Any]:
        """Return the match as plain data, for ``--json``."""
        return {
            "id": self.id,
            "class": self.class_,
            "verdict": self.verdict,
            "why": self.why,
            "safer": self.safer,
            "jurisdictions": list(self.jurisdictions),
            "words": self.words,
            "start": self.start,
            "end": self.end,
        }


@dataclass(frozen=True, slots=True)
class Excused:
    """A pattern that was found and does not count, or counts less, and why."""

    id: str
    by: str
    why: str
    words: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found in one sentence."""

    text: str
    kind: Kind
    verdict: Verdict
    patterns: tuple[Match, ...] = ()
    excused: tuple[Excused, ...] = ()
    context: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as plain data, for ``--json``."""
        return {
            "text": self.text,
            "kind": self.kind,
            "verdict": self.verdict,
            "patterns": [match.as_dict() for match in self.patterns],
            "excused": [{"id": one.id, "by": one.by, "why": one.why, "words": one.words} for one in self.excused],
        }
