"""A made-up Spanish for tests: every text in guillemets, so that one sees at once what was translated."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import pytest

from vesicle.candidacy.domain import standard_catalogue
from vesicle.protocols import queries, translating
from vesicle.protocols.bank import load_bank
from vesicle.protocols.queries import offering
from vesicle.protocols.translating import catalogs


def said(text: str) -> str:
    """Return a text in the made-up language."""
    return f"«{text}»"


def fill(language: str, name: str, *, without: Collection[str] = ()) -> None:
    """Translate a whole catalog but for some texts."""
    path = catalogs.path_of(language, name)
    path.unlink(missing_ok=True)
    translating.write(language, name)
    blocks = path.read_text("utf-8").split("\n\n")
    for index, block in enumerate(blocks):
        lines = block.splitlines()
        msgid = next(line for line in lines if line.startswith("msgid "))
        if msgid != 'msgid ""' and not any(f'"{text}"' in msgid for text in without):
            lines[-1] = f'msgstr "«{msgid[7:-1]}»"'
            blocks[index] = "\n".join(lines)
    path.write_text("\n\n".join(blocks) + "\n", "utf-8")
    forget()


def forget() -> None:
    """Drop whatever was remembered of another library."""
    catalogs.catalog.cache_clear()
    translating.bank_in.cache_clear()
    standard_catalogue.cache_clear()
    queries.forget_editions()


@contextmanager
def library_in(folder: Path) -> Iterator[None]:
    """Read translations from a folder of one's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogs, "LIBRARY", folder)
        forget()
        yield
    forget()


@contextmanager
def nothing_translated(folder: Path) -> Iterator[None]:
    """Have no words in any language but English, neither in the library nor in what was signed."""
    with library_in(folder), pytest.MonkeyPatch.context() as patch:
        patch.setattr(offering, "_pinned_words", lru_cache(lambda checksum: {}))
        yield


def known_again() -> list[str]:
    """Return every text of the library and the bank that patients read and that is long enough to be known again."""
    texts = {text.text for name in translating.names() for text in translating.needed(name)}
    cited = " ".join(one.citation for one in load_bank().references.values())
    return sorted(text for text in texts if len(text) > 15 and " " in text and text not in cited)
