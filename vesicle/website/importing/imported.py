"""What a page says, as plain data: each value with the words it was read from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from vesicle.website.claims import Finding
from vesicle.website.importing.exclusions import Exclusion
from vesicle.website.importing.figures import NotTaken
from vesicle.website.importing.roles import ROLES

Range = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value was read: its words, the sentence they stand in, the elements around it."""

    words: str
    sentence: str = ""
    path: str = ""
    note: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the source as plain data; empty parts left out."""
        parts = {"words": self.words, "sentence": self.sentence, "path": self.path, "note": self.note}
        return {name: value for name, value in parts.items() if value}


@dataclass(frozen=True, slots=True)
class ImportedPage:
    """What a page says. ``read_from`` maps a value's path (``sessions``, ``concerns.fine-lines``) to its source."""

    treatment: str | None = None
    modalities: tuple[str, ...] = ()
    figures: dict[str, Range | None] = field(default_factory=dict)
    contraindications: tuple[Exclusion, ...] = ()
    concerns: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    sections: dict[str, str] = field(default_factory=dict)
    questions: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = ()
    unread: tuple[NotTaken, ...] = ()
    notes: tuple[str, ...] = ()
    read_from: dict[str, Source] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    heading: str = ""
    language: str = "en"
    price_from: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the page as plain data, for ``--json``."""
        return {
            "treatment": self.treatment,
            "modalities": list(self.modalities),
            **{role: list(value) if value else None for role in ROLES for value in (self.figures.get(role),)},
            "contraindications": [{"text": one.text, "question": one.question} for one in self.contraindications],
            "concerns": list(self.concerns),
            "alternatives": list(self.alternatives),
            "sections": dict(self.sections),
            "sentences": [finding.as_dict() for finding in self.findings],
            "unread": [{"text": one.text, "why": one.why} for one in self.unread],
            "price_from": self.price_from,
            "questions": [{"question": question, "answer": answer} for question, answer in self.questions],
            "read_from": {path: source.as_dict() for path, source in self.read_from.items()},
            "notes": list(self.notes),
            "left_out": dict(self.left_out),
            "language": self.language,
        }
