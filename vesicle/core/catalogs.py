"""Our words in other languages: the catalogs of all rooms, compiled into one for the program to read.

Each room keeps ``locale/<language>/LC_MESSAGES/django.po``, which people write and review. ``compile_all`` turns them
into one compiled catalog a language, below the folder for run-time files, whenever one of them is newer: it takes a few
milliseconds, needs no program of the system, and nothing made by a machine stands in the tree.
"""

import ast
import os
import struct
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

ROOMS = Path(__file__).resolve().parent.parent
_MAGIC = 0x950412DE
CONTEXT = "\x04"
"""Stands between the context and the words of an original."""
_SINGLE_AND_PLURAL = "\x00"


class Unreadable(ValueError):
    """A catalog with a mistake in it; the message names file and line."""


@dataclass(slots=True)
class Entry:
    """One entry of a catalog as written: its keywords, and what its author noted beside it (``# …``)."""

    line: int
    is_fuzzy: bool = False
    words: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def text(self, name: str) -> str | None:
        """Return what stands under a keyword, its lines put together."""
        return "".join(self.words[name]) if name in self.words else None


def read_po(path: Path) -> dict[str, str]:
    """Return a catalog as compiled catalogs hold it: from the original, context before it, to the translation.

    Entries that are not translated or marked as doubtful are left out. Raises ``Unreadable``.
    """
    found: dict[str, str] = {}
    for entry in entries(path):
        original = entry.text("msgid")
        if original is None:
            raise Unreadable(f"{path}:{entry.line}: there is no msgid.")
        if (plural := entry.text("msgid_plural")) is not None:
            forms = [entry.text(f"msgstr[{number}]") or "" for number in range(2)]
            key, translation = original + _SINGLE_AND_PLURAL + plural, _SINGLE_AND_PLURAL.join(forms)
            is_translated = all(forms)
        else:
            key, translation = original, entry.text("msgstr") or ""
            is_translated = bool(translation)
        if (context := entry.text("msgctxt")) is not None:
            key = context + CONTEXT + key
        if is_translated and not entry.is_fuzzy:
            if key in found:
                raise Unreadable(f"{path}:{entry.line}: {original!r} is there twice.")
            found[key] = translation
    return found


def entries(path: Path) -> Iterator[Entry]:
    """Return every entry of a catalog in its order, the head among them. Raises ``Unreadable``."""
    entry, keyword = Entry(1), ""
    for number, line in enumerate([*path.read_text("utf-8").splitlines(), ""], start=1):
        text = line.strip()
        if not text:
            if entry.words:
                yield entry
            entry, keyword = Entry(number + 1), ""
        elif text.startswith("#"):
            entry.is_fuzzy = entry.is_fuzzy or (text.startswith("#,") and "fuzzy" in text)
            if text == "#" or text.startswith("# "):
                entry.notes.append(text[1:].strip())
        elif text.startswith('"') and keyword:
            entry.words[keyword].append(_string(path, number, text))
        else:
            keyword, _, rest = text.partition(" ")
            if keyword in entry.words or not keyword.startswith("msg"):
                raise Unreadable(f"{path}:{number}: {keyword!r} is not expected here: leave a line free before it.")
            entry.words[keyword] = [_string(path, number, rest.strip())]


def _string(path: Path, number: int, quoted: str) -> str:
    try:
        value = ast.literal_eval(quoted)
    except (ValueError, SyntaxError):
        value = None
    if not quoted.startswith('"') or not isinstance(value, str):
        raise Unreadable(f"{path}:{number}: expected words in double quotation marks.")
    return value


def as_mo(catalog: Mapping[str, str]) -> bytes:
    """Return a catalog in the compiled form that gettext reads."""
    pairs = sorted((key.encode(), value.encode()) for key, value in catalog.items())
    head, table = 7 * 4, 8 * len(pairs)
    at = head + 2 * table
    originals: list[bytes] = []
    translations: list[bytes] = []
    texts = b""
    for column, rows in ((0, originals), (1, translations)):
        for pair in pairs:
            rows.append(struct.pack("<II", len(pair[column]), at + len(texts)))
            texts += pair[column] + b"\x00"
    start = struct.pack("<7I", _MAGIC, 0, len(pairs), head, head + table, 0, head + 2 * table)
    return start + b"".join(originals) + b"".join(translations) + texts


def sources(language: str) -> list[Path]:
    """Return the catalogs of a language, one a room that has one."""
    return sorted(ROOMS.glob(f"*/locale/{language}/LC_MESSAGES/django.po"))


def languages() -> list[str]:
    """Return the languages that some room has words in."""
    return sorted({path.parent.parent.name for path in ROOMS.glob("*/locale/*/LC_MESSAGES/django.po")})


def merged(language: str) -> dict[str, str]:
    """Return the words of all rooms in a language. Raises ``Unreadable`` where two rooms say one thing differently."""
    together: dict[str, str] = {}
    for path in sources(language):
        for key, value in read_po(path).items():
            if key and together.get(key, value) != value:
                raise Unreadable(f"{path}: {key!r} is translated differently in another room. Give it a context.")
            together[key] = value
    return together


def compile_all(target: Path) -> list[Path]:
    """Compile what is newer than its compiled form into ``target``; return the files that were written."""
    written = []
    for language in languages():
        path = target / language / "LC_MESSAGES" / "django.mo"
        newest = max(source.stat().st_mtime_ns for source in sources(language))
        if path.exists() and path.stat().st_mtime_ns >= newest:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        # Several processes may start at once: each writes a file of its own and puts it in place whole.
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(as_mo(merged(language)))
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
        written.append(path)
    return written


@lru_cache(maxsize=16)
def lacking(code: str, complete: str) -> tuple[int, int]:
    """Return how many sentences of the rooms a language lacks, and of how many: those of one that is complete."""
    wanted = merged(complete).keys() - {""}
    return len(wanted - merged(code).keys()), len(wanted)
