"""What the law says about product categories, as this room asks for it.

The facts live in the protocol library, a room above. It installs its rulebook here when the program starts; until
then nothing is known, and what is unknown is blocked.
"""

from collections.abc import Sequence
from typing import Protocol

from vesicle.clinic.domain import CategoryFacts, Source, Standing


class Rulebook(Protocol):
    """Answers questions about categories and countries."""

    def categories(self) -> Sequence[CategoryFacts]:
        """Return every product category."""

    def category(self, category_id: str) -> CategoryFacts | None:
        """Return one category, or ``None`` when the list does not have it."""

    def standing(self, category_id: str, *, jurisdiction: str, route: str) -> Standing | None:
        """Return where a category stands in a country for a route; ``None`` when either is unknown."""

    def jurisdictions(self) -> Sequence[tuple[str, str]]:
        """Return code and name of every country in the list."""

    def law_of(self, country: str) -> tuple[str, str] | None:
        """Return code and name of the law of a country (``UK`` for ``GB``), or ``None`` when the list has none."""

    def sources(self, refs: Sequence[str]) -> Sequence[Source]:
        """Return what the references of a standing are, in their order; unknown ones are left out."""


class Nothing:
    """The rulebook before one is installed: knows nothing, so everything is blocked."""

    def categories(self) -> Sequence[CategoryFacts]:
        """Return none."""
        return ()

    def category(self, category_id: str) -> CategoryFacts | None:
        """Return none."""
        return None

    def standing(self, category_id: str, *, jurisdiction: str, route: str) -> Standing | None:
        """Return none."""
        return None

    def jurisdictions(self) -> Sequence[tuple[str, str]]:
        """Return none."""
        return ()

    def law_of(self, country: str) -> tuple[str, str] | None:
        """Return none."""
        return None

    def sources(self, refs: Sequence[str]) -> Sequence[Source]:
        """Return none."""
        return ()


_installed: list[Rulebook] = [Nothing()]


def install(rulebook: Rulebook) -> None:
    """Make ``rulebook`` the one that is asked. Called once, when the program starts."""
    _installed[0] = rulebook


def rulebook() -> Rulebook:
    """Return the installed rulebook."""
    return _installed[0]
