"""Reads one YAML 1.2 file into plain data and remembers the line of everything in it.

The files are written by clinicians and reviewed as text, so the reader takes the plain part of YAML only. It
refuses, with the line: repeated keys, tabs, anchors and aliases, tags, several documents, nesting without end,
text that is not UTF-8, and files larger than a treatment could ever need. Words and numbers are understood as in
the core schema of YAML 1.2: `12:20`, `no` and `2026-09-01` are text; `1.10` is the number 1.1, so codes and
versions are quoted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path as FilePath
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)
from ruamel.yaml.reader import ReaderError

from vesicle.protocols.problems import FileRefused, Problem, field_name

Path = tuple[str | int, ...]
"""The way to a node: keys of groups as text, places in lists as numbers."""

MAX_BYTES = 2_000_000
MAX_DEPTH = 40

_NULL = re.compile(r"|~|null|Null|NULL")
_BOOL = re.compile(r"(?P<true>true|True|TRUE)|false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL_OR_HEX = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Source:
    """A file's plain data, with the line and the written text of every node."""

    file: str
    data: Any
    text: str = field(repr=False)
    _lines: dict[Path, int] = field(repr=False)
    _texts: dict[Path, str] = field(repr=False)

    def line_of(self, path: Path) -> int:
        """Return the line of a node, counting from 1; for a node that is not there, of the nearest one around it.

        The line of a field is that of its key, the line of a list entry that of its first word.
        """
        return self._lines[self.known_path(path)]

    def text_of(self, path: Path) -> str | None:
        """Return a scalar as its author wrote it (`1.10`, not 1.1), without quotes; None for groups and lists."""
        return self._texts.get(path)

    def as_json(self) -> str:
        """Return everything but the text as JSON, for ``from_json``."""
        nodes = [(place, line, self._texts.get(place)) for place, line in self._lines.items()]
        return json.dumps([self.data, nodes])

    @classmethod
    def from_json(cls, file: str, text: str, kept: bytes) -> Source:
        """Return the source that ``as_json`` was asked of. Raises ``ValueError`` or ``TypeError`` for anything else."""
        data, nodes = json.loads(kept)
        lines = {tuple(place): line for place, line, _ in nodes}
        texts = {tuple(place): written for place, _, written in nodes if written is not None}
        return cls(file, data, text, lines, texts)

    def known_path(self, path: Path) -> Path:
        """Return the part of a path that exists, leaving out steps that the file does not have.

        Validators add steps of their own, such as the tag of a union; those are skipped rather than followed.
        """
        known: Path = ()
        for part, after in zip_longest(path, path[1:]):
            if (*known, part) not in self._lines:
                continue
            # A tag may be called like a field of its group; it is a tag where what follows stands beside that field.
            if after is not None and (*known, part, after) not in self._lines and (*known, after) in self._lines:
                continue
            known = (*known, part)
        return known


def read_yaml(path: FilePath, *, name: str | None = None) -> Source:
    """Read one file.

    `name` is what problems call the file; by default its path as given. Raises `FileRefused` with one problem
    for what stops the reading, or with every repeated key and tab at once.
    """
    label = name or str(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FileRefused([_too_large(label)])
        raw = path.read_bytes()
    except OSError as exc:
        reason = exc.strerror or type(exc).__name__
        raise FileRefused([Problem(label, 1, "", reason, "a file", f"cannot be read: {reason}.")]) from exc
    return parse_yaml(raw, name=label)


def parse_yaml(raw: bytes, *, name: str) -> Source:
    """Read YAML that is already in memory; same data and same refusals as `read_yaml`."""
    if len(raw) > MAX_BYTES:
        raise FileRefused([_too_large(name)])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = raw.count(b"\n", 0, exc.start) + 1
        found = f"byte 0x{raw[exc.start]:02X}"
        message = f"found {found}, which is not UTF-8 text; save the file as UTF-8."
        raise FileRefused([Problem(name, line, "", found, "UTF-8 text", message)]) from exc
    tabs = [number for number, line in enumerate(text.split("\n"), start=1) if "\t" in line]
    if tabs:
        message = "found a tab; use spaces."
        raise FileRefused([Problem(name, line, "", "a tab", "spaces", message) for line in tabs])
    try:
        return _Builder(name, text).build()
    except MarkedYAMLError as exc:
        raise FileRefused([_bad_yaml(name, exc)]) from exc
    except ReaderError as exc:
        line = text.count("\n", 0, exc.position) + 1
        message = "found a character that YAML does not permit; remove it."
        raise FileRefused([Problem(name, line, "", "a control character", "printable text", message)]) from exc
    except YAMLError as exc:
        raise FileRefused([Problem(name, 1, "", "", "YAML", f"is not YAML: {exc}.")]) from exc


class _Builder:
    """Builds data from parser events, so that nothing is expanded or constructed that was not looked at."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.lines: dict[Path, int] = {}
        self.texts: dict[Path, str] = {}
        self.repeated: list[Problem] = []
        yaml = YAML(typ="safe", pure=True)
        yaml.version = (1, 2)
        self.events: Iterator[Event] = iter(yaml.parse(text))

    def build(self) -> Source:
        data: Any = None
        documents = 0
        for event in self.events:
            if isinstance(event, (StreamStartEvent, StreamEndEvent, DocumentEndEvent)):
                continue
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self.refusal(event, "a second document", "one document", "has a second document after '---'")
                if event.version or event.tags:
                    raise self.refusal(event, "a YAML directive", "none", "begins with a YAML directive; remove it")
                continue
            self.lines[()] = self.line(event)
            data = self.node(event, ())
        if documents == 0 or (data is None and not self.texts.get(())):
            raise FileRefused([Problem(self.name, 1, "", "nothing", "YAML content", "is empty.")])
        if self.repeated:
            raise FileRefused(self.repeated)
        return Source(self.name, data, self.text, self.lines, self.texts)

    def node(self, event: Event, path: Path) -> Any:
        self.refuse_what_is_not_plain(event, path)
        if isinstance(event, ScalarEvent):
            self.texts[path] = event.value
            return event.value if event.style else _scalar(event.value)
        if len(path) >= MAX_DEPTH:
            found = f"more than {MAX_DEPTH} levels"
            raise self.refusal(event, found, f"{MAX_DEPTH} levels", f"is nested in {found}")
        if isinstance(event, SequenceStartEvent):
            return self.sequence(path)
        return self.mapping(path)

    def sequence(self, path: Path) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            here: Path = (*path, len(items))
            self.lines[here] = self.line(event)
            items.append(self.node(event, here))
        return items

    def mapping(self, path: Path) -> dict[str, Any]:
        items: dict[str, Any] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            self.refuse_what_is_not_plain(event, path)
            if not isinstance(event, ScalarEvent):
                raise self.refusal(event, "a group or list as a key", "text", "has a key that is not plain text")
            key = event.value
            line = self.line(event)
            if key == "<<" and not event.style:
                raise self.refusal(event, "'<<'", "fields written out", "merges another group; write its fields out")
            if key in items:
                first = self.lines[(*path, key)]
                message = f"'{key}' is repeated; it was already given on line {first}."
                self.repeated.append(self.problem(line, (*path, key), f"'{key}' twice", "each key once", message))
            self.lines.setdefault((*path, key), line)
            items[key] = self.node(next(self.events), (*path, key))
        return items

    def refuse_what_is_not_plain(self, event: Event, path: Path) -> None:
        if anchor := getattr(event, "anchor", None):
            found = f"'{'*' if isinstance(event, AliasEvent) else '&'}{anchor}'"
            message = f"uses an anchor or alias ({found}); write the content out where it is needed"
            raise self.refusal(event, found, "no anchors or aliases", message, path)
        tag = getattr(event, "tag", None)
        if tag and str(tag) != "!":
            raise self.refusal(event, f"the tag {tag}", "no tags", f"uses the tag {tag}; remove it", path)

    def refusal(self, event: Event, found: str, allowed: str, message: str, path: Path = ()) -> FileRefused:
        return FileRefused([self.problem(self.line(event), path, found, allowed, f"{message}.")])

    def problem(self, line: int, path: Path, found: str, allowed: str, message: str) -> Problem:
        return Problem(self.name, line, field_name(path), found, allowed, message)

    def line(self, event: Event) -> int:
        return int(event.start_mark.line) + 1


def _scalar(text: str) -> Any:
    """Return an unquoted word as the YAML 1.2 core schema understands it."""
    if _NULL.fullmatch(text):
        return None
    if match := _BOOL.fullmatch(text):
        return match["true"] is not None
    if _INT.fullmatch(text):
        # Python refuses to read endless digits; a number that long is text to us, and its field will say so.
        return int(text) if len(text) <= 40 else text
    if _OCTAL_OR_HEX.fullmatch(text):
        return int(text, 0)
    return float(text) if _FLOAT.fullmatch(text) else text


def _too_large(name: str) -> Problem:
    message = f"is larger than {MAX_BYTES // 1_000_000} MB; a treatment or bank file is never that large."
    return Problem(name, 1, "", f"more than {MAX_BYTES} bytes", f"at most {MAX_BYTES} bytes", message)


def _bad_yaml(name: str, exc: MarkedYAMLError) -> Problem:
    mark = exc.problem_mark or exc.context_mark
    line = int(mark.line) + 1 if mark else 1
    told = " ".join(str(part) for part in (exc.context, exc.problem) if part)
    return Problem(name, line, "", told, "YAML 1.2", f"is not valid YAML: {told}.")
