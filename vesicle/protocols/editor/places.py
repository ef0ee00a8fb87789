"""Where a piece of text stands: for every way the treatment is given, or for one of them; and in which section."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from vesicle.protocols.editor.shape import Shape, in_words, protocol_shape
from vesicle.protocols.schema import SECTION_NAMES

SHARED = "all"
"""The place of what holds for every modality."""

IDENTITY = "identity"
"""The page of what a treatment or a modality says of itself."""

_IDENTITY_FIELDS = {True: ("title", "tagline", "synonyms", "not_the_same_as", "overview"), False: ("name", "combines")}
_ELSEWHERE = {"format", "id", "version", "released", "rules", "without_rules", "modalities"}

TITLES = {
    IDENTITY: "Name and overview",
    "summary": "Summary",
    "mechanism": "How it is thought to work",
    "reaches": "How deep it reaches",
    "regulation": "What regulators say",
    "candidates": "Who it suits",
    "benefits": "Benefits",
    "concerns": "Concerns it helps with",
    "claims": "Claims",
    "qualifications": "Who may do it",
    "prerequisites": "Visits before",
    "areas": "Areas and minutes",
    "timing": "How the appointment is built",
    "sessions": "Sessions",
    "price": "Price",
    "steps": "Steps of the visit",
    "course": "What is normal afterwards",
    "check_ins": "Check-ins",
    "red_flags": "Red flags",
    "aftercare": "Aftercare",
    "follow_ups": "Follow-ups",
    "results": "Results",
    "downtime": "Downtime",
    "consent": "Consent",
    "alternatives": "Alternatives",
    "questions": "Questions patients ask",
    "gaps": "What nobody knows yet",
}

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("The page", (IDENTITY, "summary", "mechanism", "reaches", "candidates", "benefits", "concerns", "claims")),
    ("Honest limits", ("regulation", "gaps", "alternatives", "questions")),
    ("Booking", ("areas", "timing", "sessions", "prerequisites", "price", "qualifications", "products", "equipment")),
    ("Consent and visit", ("consent", "steps")),
    ("Afterwards", ("course", "downtime", "aftercare", "check_ins", "red_flags", "follow_ups", "results")),
)
MORE = "More"


@dataclass(frozen=True, slots=True)
class Place:
    """``all``, or a modality: where it stands in the file and what it is called."""

    key: str
    name: str
    index: int | None

    @property
    def is_shared(self) -> bool:
        """Whether it holds for every modality."""
        return self.index is None

    @property
    def prefix(self) -> str:
        """The way to it in the file, as names of fields begin: empty, or ``modalities.1.``."""
        return "" if self.index is None else f"modalities.{self.index}."

    @property
    def label(self) -> str:
        """For whom it holds, in words."""
        if self.is_shared:
            return self.name
        # "With microneedling" goes on in small letters, "PRP gel" does not.
        name = self.name if self.name[:2].isupper() else f"{self.name[:1].lower()}{self.name[1:]}"
        return f"Only {name}"

    def holder(self, content: dict[str, Any]) -> dict[str, Any]:
        """Return the part of the text that stands here; changing it changes the text."""
        found: dict[str, Any] = content if self.index is None else content["modalities"][self.index]
        return found

    def shape(self, field: str) -> Shape:
        """Return the shape of one of its fields. Raises ``KeyError``."""
        whole = protocol_shape()
        return whole.part(field) if self.index is None else whole.part("modalities").part(field)


def places(content: dict[str, Any]) -> tuple[Place, ...]:
    """Return every place of a text: the shared one first, then the modalities in order."""
    names = [str(one["name"]) for one in content["modalities"]]
    shared = {1: "The treatment", 2: "For both ways"}.get(len(names), "For all ways")
    own = (Place(one["id"], names[index], index) for index, one in enumerate(content["modalities"]))
    return (Place(SHARED, shared, None), *own)


def sections() -> tuple[str, ...]:
    """Return the names of all pages but the rules: the identity, then every section of the schema."""
    known = {part.key for part in protocol_shape().parts} - _ELSEWHERE - set(_IDENTITY_FIELDS[True])
    return (IDENTITY, *(name for name in SECTION_NAMES if name in known), *sorted(known - set(SECTION_NAMES)))


def title_of(section: str) -> str:
    """Return what a section is called."""
    return TITLES.get(section) or in_words(section)


def groups() -> list[tuple[str, list[str]]]:
    """Return the sections under headings; what the headings do not know stands under the last."""
    told = {name for _, names in GROUPS for name in names}
    found = [(heading, [name for name in names if name in sections()]) for heading, names in GROUPS]
    more = [name for name in sections() if name not in told]
    return [*found, (MORE, more)] if more else found


def fields_of(place: Place, section: str) -> tuple[str, ...]:
    """Return the fields of a page."""
    return _IDENTITY_FIELDS[place.is_shared] if section == IDENTITY else (section,)


def section_of(field: str) -> str:
    """Return the page on which a field stands; ``rules`` for what belongs to the rules."""
    if field in _IDENTITY_FIELDS[True] or field in _IDENTITY_FIELDS[False]:
        return IDENTITY
    return "rules" if field in ("rules", "without_rules") else field


def standing_at(content: dict[str, Any], place: Place, section: str) -> str:
    """Return whether a section is ``own`` at a place, ``inherited`` there, or ``absent``."""
    if section == IDENTITY or place.holder(content).get(section) is not None:
        return "own"
    return "inherited" if not place.is_shared and content.get(section) is not None else "absent"


def with_fields(content: dict[str, Any], place: Place, values: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of the text with other values in some fields of a place; a field that is ``None`` is taken out."""
    changed = copy.deepcopy(content)
    holder = place.holder(changed)
    for field, value in values.items():
        if value is None:
            holder.pop(field, None)
        else:
            holder[field] = value
    return changed
