"""The catalogs of the library: ``translations/<language>/<treatment>.po``, and ``bank.po`` for what all share."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from vesicle.core.catalogs import CONTEXT, read_po

LIBRARY = Path(__file__).resolve().parent.parent / "library" / "translations"
BANK = "bank"
Catalog = Mapping[str, str]
"""From the English, after the name of its field where one text needs two translations, to the translation."""


def languages() -> tuple[str, ...]:
    """Return the languages that the library has texts in, English not among them."""
    return tuple(sorted(path.name for path in LIBRARY.iterdir() if path.is_dir())) if LIBRARY.is_dir() else ()


def path_of(language: str, name: str) -> Path:
    """Return where the catalog of a treatment, or of the ``bank``, stands in a language."""
    return LIBRARY / language / f"{name}.po"


@lru_cache(maxsize=64)
def catalog(language: str, name: str) -> Catalog:
    """Return a catalog, read once per process; empty where there is none. Raises ``Unreadable``."""
    path = path_of(language, name)
    found = read_po(path) if path.is_file() else {}
    found.pop("", None)
    return found


def key(field: str, text: str) -> str:
    """Return what a text is filed under where it is told apart by the name of its field."""
    return f"{field}{CONTEXT}{text}"


def translation(found: Catalog, field: str, text: str) -> str | None:
    """Return the translation of a text in a field, or ``None``: that of the field goes before that of the words."""
    return found.get(key(field, text)) or found.get(text)
