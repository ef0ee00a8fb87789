"""What statements rest on: the reference list and the grades of evidence."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from vesicle.protocols.bank.entry import Entry, PatientLabel, PatientSentence, Sentence
from vesicle.protocols.schema.common import Grade, ReferenceKey

Mark = Literal["V", "S", "C"]
"""V: read in the abstract or at the publisher or regulator. S: the number comes from a digest that links the
source. C: a clinic's, vendor's, law firm's or consumer page, which shows a habit and proves nothing."""

SourceKind = Literal[
    "trial",
    "cohort",
    "case-report",
    "review",
    "meta-analysis",
    "guideline",
    "laboratory",
    "instrument",
    "regulator",
    "law",
    "label",
    "commentary",
    "press",
    "clinic-page",
    "standard",
]


class Reference(Entry):
    """One source. `basis` of a statement cannot be stronger than the mark of what it cites."""

    key: ReferenceKey
    number: int = Field(ge=1)
    mark: Mark
    kind: SourceKind
    citation: Sentence
    year: int | None = Field(default=None, ge=1950, le=2100)
    doi: Annotated[str, StringConstraints(pattern=r"^10\.\d{4,9}/\S+$")] | None = None
    pmid: Annotated[str, StringConstraints(pattern=r"^\d{6,8}$")] | None = None
    pmcid: Annotated[str, StringConstraints(pattern=r"^PMC\d+$")] | None = None
    urls: tuple[Annotated[str, StringConstraints(pattern=r"^https?://\S+$")], ...] = ()
    note: Sentence | None = None

    @property
    def id(self) -> str:
        """The key; every bank entry answers to `id`."""
        return self.key

    @property
    def url(self) -> str | None:
        """The best address to open, if there is one."""
        return f"https://doi.org/{self.doi}" if self.doi else next(iter(self.urls), None)


class EvidenceGrade(Entry):
    """How sure one can be, with the sentence that explains it to a patient."""

    id: Grade
    label: PatientLabel
    meaning: PatientSentence
    stands_for: Sentence
    rank: int = Field(ge=0, le=4)
