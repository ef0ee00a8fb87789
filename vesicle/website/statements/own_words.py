"""Where a clinic speaks in its own words: its part of an edition, and where its own text differs from the release."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from vesicle.protocols.overlay import Overlay, own_texts
from vesicle.website.claims.sentences import Kind, Sentence, of_text

NOT_ON_THE_PAGE = frozenset(
    {"exam", "check_ins", "consent", "follow_ups", "red_flags", "equipment", "qualifications", "without_rules"}
)
"""Sections of a protocol that its public page does not print."""
NO_SENTENCES = frozenset(
    {"id", "refs", "basis", "concern", "measure", "grade", "option", "jurisdiction", "jurisdictions", "kind",
     "clinician", "when", "version", "released", "review_by", "area"}
)  # fmt: skip
"""Fields that hold ids, codes and words for clinicians."""
_HEADINGS = frozenset({"title", "name", "tagline"})
"""Fields that the page prints large, even where they are a single word."""
_CODE = re.compile(r"[a-z0-9][a-z0-9_./:-]*")
OWN_CLAIM = "claims"
"""A claim's own fields: it is what sentences rest on, so it need not rest on another."""


@dataclass(frozen=True, slots=True)
class OwnWords:
    """A stretch of the clinic's own words: ``place`` is its path, ``label`` says it in words, ``before`` leads to it.

    ``is_claim`` marks the parts of a claim of the clinic's own protocol text.
    """

    place: str
    label: str
    text: str
    kind: Kind = "sentence"
    before: str = ""
    is_claim: bool = False

    def sentences(self) -> tuple[Sentence, ...]:
        """Return its sentences, with the kind the place gives them."""
        found = of_text(self.text)
        if self.kind == "sentence":
            return found
        return tuple(one if one.kind == "testimonial" else replace(one, kind=self.kind) for one in found)


def digest(sentence: str) -> str:
    """Return the fingerprint of a sentence's exact words; only white space does not count."""
    return hashlib.sha256(" ".join(sentence.split()).encode()).hexdigest()


def of_overlay(overlay: Overlay) -> tuple[OwnWords, ...]:
    """Return the words of a clinic's part, in the order of the page."""
    return tuple(_overlay(overlay))


_KINDS: Mapping[str, Kind] = {"headline": "heading", "pictures": "caption"}


def _overlay(overlay: Overlay) -> Iterator[OwnWords]:
    question = ""
    for one in own_texts(overlay):
        kind = _KINDS.get(one.place.partition(".")[0], "sentence")
        is_answer = one.place.endswith(".answer")
        yield OwnWords(one.place, one.label, one.text, kind, before=question if is_answer else "")
        question = one.text


def of_text_of_its_own(content: Mapping[str, Any], released: Mapping[str, Any]) -> tuple[OwnWords, ...]:
    """Return what a clinic's own text of a protocol says on the page that its release does not say anywhere."""
    known = {text for _, text in _strings(released)}
    sentences = {digest(one.text) for text in known for one in of_text(text)}
    found: dict[str, OwnWords] = {}
    for path, text in _strings(content):
        if text in known or text in found:
            continue
        new = [one for one in of_text(text) if digest(one.text) not in sentences]
        if new:
            section = next((part for part in path if not isinstance(part, int) and part != "modalities"), "")
            found[text] = OwnWords(
                "text:" + ".".join(map(str, path)),
                _label(path),
                "\n".join(one.text for one in new),
                is_claim=section == OWN_CLAIM,
            )
    return tuple(found.values())


def all_strings(content: Mapping[str, Any]) -> tuple[str, ...]:
    """Return every text of a protocol that its page may print."""
    return tuple(dict.fromkeys(text for _, text in _strings(content)))


def _strings(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key not in NOT_ON_THE_PAGE and key not in NO_SENTENCES:
                yield from _strings(value, (*path, key))
    elif isinstance(node, str):
        if node.strip() and ((path and path[-1] in _HEADINGS) or not _CODE.fullmatch(node)):
            yield path, node
    elif isinstance(node, Sequence):
        for index, value in enumerate(node):
            yield from _strings(value, (*path, index))


def _label(path: Sequence[str | int]) -> str:
    """Return a path of the protocol in words: ``Protocol: benefits 2, text``."""
    parts = list(path[2:] if path[:1] == ("modalities",) else path)
    words: list[str] = []
    for part in parts:
        if isinstance(part, int) and words:
            words[-1] += f" {part + 1}"
        else:
            words.append(str(part).replace("_", " "))
    way = f"way {int(path[1]) + 1}, " if path[:1] == ("modalities",) else ""
    return f"Protocol, {way}{', '.join(words)}"
