"""What is found once in a picture and asked for by several: its face, its colour card, its skin's detail."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

Given = ParamSpec("Given")
Found = TypeVar("Found")


class Keeps(Protocol):
    """Something that does not change and holds what was found in it."""

    @property
    def kept(self) -> dict[str, Any]:
        """By the name of what found it: what it was asked with, and the answer."""


Of = TypeVar("Of", bound=Keeps)


def once(find: Callable[Concatenate[Of, Given], Found]) -> Callable[Concatenate[Of, Given], Found]:
    """Make a function remember, in its first argument, what it found there when it was last asked with the rest.

    The same objects are meant, not equal ones: arrays are never compared. Nobody may write into what is returned.
    """
    name = f"{find.__module__}.{find.__qualname__}"

    @wraps(find)
    def found(of: Of, /, *args: Given.args, **named: Given.kwargs) -> Found:
        asked = (*args, *named.values())
        earlier: tuple[tuple[Any, ...], Found] | None = of.kept.get(name)
        if (
            earlier is None
            or len(earlier[0]) != len(asked)
            or any(a is not b for a, b in zip(earlier[0], asked, strict=True))
        ):
            earlier = of.kept[name] = (asked, find(of, *args, **named))
        return earlier[1]

    return found
