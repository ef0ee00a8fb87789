"""Which texts of a protocol or of the bank patients read, found by the schema's own marks, and how to replace them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar, get_args

from pydantic import BaseModel

from vesicle.protocols.schema.common import ReadByPatients

Model = TypeVar("Model", bound=BaseModel)
Translate = Callable[[str, str], str]
"""Given the name of a field and its English text, return the text to show."""


@dataclass(frozen=True, slots=True)
class Place:
    """A text that patients read: the way to it, the name of its field, and its words."""

    way: tuple[str, ...]
    field: str
    text: str

    @property
    def name(self) -> str:
        """The way in one word: ``modalities.topical.aftercare.0.do.2``."""
        return ".".join(self.way)


def places(model: BaseModel, *way: str) -> Iterator[Place]:
    """Yield every text below ``model`` that patients read, in the order of the schema."""
    texts = _marked(type(model))
    for name in type(model).model_fields:
        value = getattr(model, name)
        here = (*way, name)
        if name in texts:
            for part, text in _texts(value):
                yield Place((*here, *part), name, text)
        elif isinstance(value, BaseModel):
            yield from places(value, *here)
        elif isinstance(value, tuple):
            for index, one in enumerate(value):
                if isinstance(one, BaseModel):
                    yield from places(one, *here, _name(one, index))


def _texts(value: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, str):
        yield (), value
    elif isinstance(value, tuple):
        yield from (((str(index),), text) for index, text in enumerate(value))


def _name(entry: BaseModel, index: int) -> str:
    """Return what an entry of a list is called: its id where it has one, so that a new neighbour renames nothing."""
    for key in ("id", "jurisdiction", "concern", "risk", "option"):
        if isinstance(found := getattr(entry, key, None), str):
            return found
    return str(index)


def replaced(model: Model, translate: Translate) -> Model:
    """Return ``model`` with every text that patients read replaced by what ``translate`` makes of it.

    Nothing else changes, and nothing is checked anew: the limits of the format are meant for its English. Where no
    text changed the very same object is returned.
    """
    texts = _marked(type(model))
    changed: dict[str, Any] = {}
    for name in type(model).model_fields:
        value = getattr(model, name)
        new = value
        if name in texts:
            new = _said(name, value, translate)
        elif isinstance(value, BaseModel):
            new = replaced(value, translate)
        elif isinstance(value, tuple) and any(isinstance(one, BaseModel) for one in value):
            new = tuple(replaced(one, translate) if isinstance(one, BaseModel) else one for one in value)
            new = value if all(a is b for a, b in zip(new, value, strict=True)) else new
        if new is not value:
            changed[name] = new
    return model.model_copy(update=changed) if changed else model


def _said(name: str, value: Any, translate: Translate) -> Any:
    if isinstance(value, str):
        return translate(name, value)
    if isinstance(value, tuple):
        new = tuple(translate(name, text) for text in value)
        return value if all(a is b for a, b in zip(new, value, strict=True)) else new
    return value


@lru_cache(maxsize=256)
def _marked(model: type[BaseModel]) -> frozenset[str]:
    """Return the fields of a model that hold a text for patients, or a list of them."""
    return frozenset(
        name
        for name, info in model.model_fields.items()
        if any(isinstance(one, ReadByPatients) for one in info.metadata) or _is_marked(info.annotation)
    )


def _is_marked(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return False
    return any(isinstance(one, ReadByPatients) or _is_marked(one) for one in get_args(annotation))
