"""Fixtures for every room on the path: the house on a Monday morning, and Pia on her way through it."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from vesicle.people.tests.cast import Cast
    from vesicle.treatment.tests.situations import House, Path

# Django is set up when a fixture runs, not yet when this file is read.


@pytest.fixture
def on_monday() -> Iterator[None]:
    """The house's clock stands at nine on a Monday morning in Portland."""
    from vesicle.core import clock
    from vesicle.treatment.tests.situations import MONDAY

    with clock.pretend(MONDAY):
        yield


@pytest.fixture
def house(town: "Mapping[str, Any]", on_monday: None, cast: "Cast") -> "House":
    """Alderbrook with every treatment approved and stocked; the clock stands on Monday."""
    from vesicle.treatment.tests.situations import open_house

    return town.get("house") or open_house(cast)


@pytest.fixture
def path(house: "House") -> "Callable[..., Path]":
    """Return ``path()``: Pia at the beginning of the path; ``path("tam", option=…)`` for others."""
    from vesicle.treatment.tests.situations import Path

    def begin(name: str = "pia", **more: Any) -> "Path":
        return Path(house, getattr(house.cast, name), **more)

    return begin


@pytest.fixture
def treated(town: "Mapping[str, Any]", path: "Callable[..., Path]") -> "Path":
    """Pia, treated with exosomes after microneedling on Tuesday; the clock still stands on Monday."""
    return town.get("treated") or path().treated()
