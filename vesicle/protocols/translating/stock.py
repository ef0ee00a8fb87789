"""How far each language has come: what a catalog needs, has, lacks and has too much; and bringing its file in step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from pydantic import BaseModel

from vesicle.core.catalogs import CONTEXT, Entry, Unreadable, entries
from vesicle.protocols.bank import Bank, load_bank
from vesicle.protocols.library_files import Library, load_library
from vesicle.protocols.translating.catalogs import BANK, Catalog, catalog, key, path_of
from vesicle.protocols.translating.checks import faults
from vesicle.protocols.translating.marks import Place, places


@dataclass(frozen=True, slots=True)
class Text:
    """A text to translate: its words, every place where it stands, and the field it stands in first."""

    text: str
    places: tuple[str, ...]
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Fault:
    """A translation that cannot be right."""

    text: str
    translation: str
    why: str


@dataclass(frozen=True, slots=True)
class Stock:
    """Where one catalog stands in one language. ``stale`` are entries of texts that are not there any more."""

    language: str
    name: str
    needed: tuple[Text, ...]
    missing: tuple[Text, ...]
    stale: tuple[str, ...]
    faults: tuple[Fault, ...]

    @property
    def is_complete(self) -> bool:
        """Whether everything is translated, and nothing is wrong with it."""
        return not self.missing and not self.stale and not self.faults


def names() -> tuple[str, ...]:
    """Return every catalog a language has: one a treatment, and the bank."""
    return (*load_library().treatments(), BANK)


def needed(name: str) -> tuple[Text, ...]:
    """Return every text of a treatment's newest version, or of the bank, each once, in the order of the file.

    Rules that another treatment's newest version brings along in an older version are among them.
    """
    found: dict[str, tuple[list[str], set[str]]] = {}
    for place in _of_bank(load_bank()) if name == BANK else _of_treatment(load_library(), name):
        where, kinds = found.setdefault(place.text, ([], set()))
        where.append(place.name)
        kinds.add(place.field)
    return tuple(Text(text, tuple(where), frozenset(kinds)) for text, (where, kinds) in found.items())


def _of_treatment(library: Library, name: str) -> Iterator[Place]:
    protocol = library.latest(name)
    yield from places(protocol)
    for other in library.options():
        for rule in other.rules:
            if other.treatment != name and rule.origin.startswith(f"{name}/"):
                yield from places(rule.rule, other.id, "rules", rule.rule.id)


def _of_bank(bank: Bank) -> Iterator[Place]:
    for part in fields(bank):
        listed = getattr(bank, part.name)
        if part.name == "asked" or isinstance(listed, frozenset):
            continue  # follow-ups stand below their questions
        for name, entry in listed.items():
            if isinstance(entry, BaseModel):
                yield from places(entry, part.name, name)


def stock(language: str, name: str) -> Stock:
    """Return where a catalog stands. Raises ``Unreadable``."""
    wanted = needed(name)
    have = catalog(language, name)
    written = [_key(entry) for entry in _written(path_of(language, name))]
    known = {text.text: text for text in wanted}
    wrong = [
        Fault(text, translation, why)
        for filed, translation in have.items()
        for text in (filed.rpartition(CONTEXT)[2],)
        if text in known
        for why in faults(text, translation)
    ]
    return Stock(
        language,
        name,
        wanted,
        tuple(text for text in wanted if not _is_said(text, have)),
        tuple(text for field, text in written if text not in known or (field and field not in known[text].fields)),
        tuple(wrong),
    )


def _is_said(text: Text, have: Catalog) -> bool:
    return text.text in have or all(key(field, text.text) in have for field in text.fields)


def _written(path: Path) -> list[Entry]:
    return [entry for entry in entries(path) if entry.text("msgid")] if path.is_file() else []


def _key(entry: Entry) -> tuple[str, str]:
    return entry.text("msgctxt") or "", entry.text("msgid") or ""


def write(language: str, name: str) -> tuple[int, int]:
    """Bring a catalog's file in step: texts that are missing get an empty entry, those that are gone leave.

    What is translated stays as it is, with its author's notes; entries stand in the order of the protocol. Returns how
    many were added and dropped. Raises ``Unreadable``.
    """
    path = path_of(language, name)
    by_text: dict[str, list[Entry]] = {}
    for entry in _written(path):
        by_text.setdefault(entry.text("msgid") or "", []).append(entry)
    blocks, added, kept = [_head(path, language)], 0, 0
    for text in needed(name):
        standing = [one for one in by_text.get(text.text, []) if _key(one)[0] in {"", *text.fields}]
        kept += len(standing)
        added += not standing
        blocks += [_block(text, entry) for entry in standing] or [_block(text, None)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join(blocks) + "\n", "utf-8")
    catalog.cache_clear()
    return added, sum(map(len, by_text.values())) - kept


def _head(path: Path, language: str) -> str:
    head = next((entry for entry in entries(path) if entry.text("msgid") == ""), None) if path.is_file() else None
    said = head.text("msgstr") if head is not None else ""
    lines = (said or f"Language: {language}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n").splitlines()
    notes = [f"# {note}".rstrip() for note in head.notes] if head is not None else []
    return "\n".join([*notes, 'msgid ""', 'msgstr ""', *(_quoted(f"{line}\n") for line in lines)])


def _block(text: Text, entry: Entry | None) -> str:
    lines = [f"# {note}".rstrip() for note in entry.notes] if entry is not None else []
    lines += [f"#: {place}" for place in text.places]
    if entry is not None and entry.is_fuzzy:
        lines.append("#, fuzzy")
    if entry is not None and (context := entry.text("msgctxt")):
        lines.append(f"msgctxt {_quoted(context)}")
    said = entry.text("msgstr") if entry is not None else ""
    return "\n".join([*lines, f"msgid {_quoted(text.text)}", f"msgstr {_quoted(said or '')}"])


def _quoted(text: str) -> str:
    if "\r" in text:
        raise Unreadable(f"{text!r} holds a carriage return, which no catalog can.")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'
