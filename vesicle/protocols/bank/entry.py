"""What all bank entries have in common."""

from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from vesicle.protocols.schema.common import Basis, ReadByPatients

Sentence = Annotated[str, StringConstraints(min_length=5, pattern=r"[.?!]$")]
"""A sentence for people; it ends with a stop, a question mark or an exclamation mark."""

Label = Annotated[str, StringConstraints(min_length=1, max_length=120)]
"""A few words for a heading, a button or a table cell."""

PatientSentence = Annotated[Sentence, ReadByPatients()]
PatientLabel = Annotated[Label, ReadByPatients()]


class Entry(BaseModel):
    """Frozen and strict: an unknown field is an error, so a slip of the pen never passes for an omission."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class SourcedEntry(Entry):
    """An entry that says where it comes from.

    `refs` are keys of the reference list. `basis` says how far to trust it; `to-confirm` marks a default that
    the medical director has to set.
    """

    refs: tuple[str, ...] = ()
    basis: Basis = Field(default="to-confirm")


class Listed(Protocol):
    """Anything that stands in a bank under an id."""

    @property
    def id(self) -> str:
        """The name protocols and records know it by."""
