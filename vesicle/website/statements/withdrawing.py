"""Taking sentences out of what a page prints: the rest of the paragraph stays, and what is left empty goes with it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar

from pydantic import BaseModel

from vesicle.protocols.overlay import Overlay
from vesicle.website.claims.sentences import of_text
from vesicle.website.statements.own_words import digest

Model = TypeVar("Model", bound=BaseModel)


def without(text: str, withdrawn: Collection[str]) -> str:
    """Return a text without the sentences whose fingerprints are given; as it is where none of them stands in it."""
    gone = [one for one in of_text(text) if digest(one.text) in withdrawn]
    if not gone:
        return text
    for one in reversed(gone):
        text = f"{text[: one.start].rstrip(' ')} {text[one.end :].lstrip(' ')}"
    return text.strip()  # not before: every place is counted from the first letter


def overlay_without(overlay: Overlay, withdrawn: Collection[str]) -> Overlay:
    """Return a clinic's part without these sentences.

    A question goes with its answer, and a picture with its description: neither says anything by itself.
    """
    intro = (without(one, withdrawn) for one in overlay.intro)
    sections = {section: without(text, withdrawn) for section, text in overlay.sections.items()}
    questions = (
        one.model_copy(update={"question": without(one.question, withdrawn), "answer": without(one.answer, withdrawn)})
        for one in overlay.questions
    )
    pictures = (
        one.model_copy(update={"alt": without(one.alt, withdrawn), "caption": without(one.caption, withdrawn)})
        for one in overlay.pictures
    )
    return overlay.model_copy(
        update={
            "headline": without(overlay.headline, withdrawn),
            "intro": tuple(one for one in intro if one),
            "note": without(overlay.note, withdrawn),
            "sections": {section: text for section, text in sections.items() if text},
            "questions": tuple(one for one in questions if one.question and one.answer),
            "pictures": tuple(one for one in pictures if one.alt),
        }
    )


def model_without(model: Model, withdrawn: Collection[str]) -> Model:
    """Return a part of a protocol without these sentences; entries of a list that say nothing any more are left out."""
    changed: Model | None = _without(model, withdrawn)
    return model if changed is None else changed


def _without(node: Any, withdrawn: Collection[str]) -> Any:
    """Return the changed value, or ``None`` where nothing changes."""
    if isinstance(node, str):
        text = without(node, withdrawn) if len(node.split()) > 1 else node
        return None if text == node else text
    if isinstance(node, tuple):
        parts = [_without(one, withdrawn) for one in node]
        if all(part is None for part in parts):
            return None
        kept = (old if new is None else new for old, new in zip(node, parts, strict=True))
        return tuple(one for one in kept if not _is_mute(one))
    if isinstance(node, BaseModel):
        update = {
            name: new
            for name in type(node).model_fields
            if (new := _without(getattr(node, name), withdrawn)) is not None
        }
        return node.model_copy(update=update) if update else None
    return None


def _is_mute(one: Any) -> bool:
    if isinstance(one, str):
        return not one
    return isinstance(one, BaseModel) and any(getattr(one, name, None) == "" for name in _SAYING)


_SAYING = ("text", "wording", "answer", "question", "title", "effect", "because")
"""The fields without which an entry of a list says nothing."""
