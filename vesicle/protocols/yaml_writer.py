"""Writes a protocol as a file that people can read, and that reads back as exactly the same protocol.

Words stand plain where nothing could misread them and in double quotes otherwise: versions, numbers and dates that are
text, ``yes`` and ``no``, anything with a colon. Long texts are folded at single spaces, which YAML joins again. Keys
stand in the order of the schema.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from vesicle.protocols.checking import plain
from vesicle.protocols.schema import Protocol

WIDTH = 116
"""Longest line that is written, where the words allow it."""

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 _/().,;'’–—%+-]*[A-Za-z0-9_/).%’]|[A-Za-z]")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
_MEANS_SOMETHING = {"true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf"}
"""Words that this or another reader of YAML takes for a value."""

_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
"""What a YAML text may not hold as it is, or what some readers take for the end of a line."""

_FOLD = re.compile(r"(?<=[^ \\]) (?=[^ ])")
"""Where a quoted text may go on in the next line: at a single space that stands between two words."""


def as_yaml(protocol: Protocol) -> str:
    """Return a protocol as the text of a file; ``read_yaml`` and the schema make the same protocol of it."""
    return plain_yaml(plain(protocol))


def plain_yaml(data: dict[str, Any]) -> str:
    """Return plain data (groups with plain keys, lists of groups or of values) as the text of a file."""
    return "\n".join(_group(data, "")) + "\n"


def _group(fields: dict[str, Any], indent: str) -> Iterator[str]:
    for key, value in fields.items():
        if isinstance(value, dict) and value:
            yield f"{indent}{key}:"
            yield from _group(value, f"{indent}  ")
        elif isinstance(value, list) and value:
            yield from _list(key, value, indent)
        else:
            yield from _scalar(f"{indent}{key}: ", value, f"{indent}  ")


def _list(key: str, entries: list[Any], indent: str) -> Iterator[str]:
    if all(isinstance(one, str) and _WORD.fullmatch(one) for one in entries):
        in_one_line = f"{indent}{key}: [{', '.join(one if _is_plain(one) else json.dumps(one) for one in entries)}]"
        if len(in_one_line) <= WIDTH:
            yield in_one_line
            return
    yield f"{indent}{key}:"
    for entry in entries:
        if isinstance(entry, dict) and entry:
            first, *others = _group(entry, f"{indent}    ")
            yield f"{indent}  - {first.lstrip(' ')}"
            yield from others
        else:
            yield from _scalar(f"{indent}  - ", entry, f"{indent}    ")


def _scalar(before: str, value: Any, indent: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield before + json.dumps(value)
    elif _is_plain(value) and len(before) + len(value) <= WIDTH:
        yield before + value
    else:
        yield from _quoted(before, value, indent)


def _quoted(before: str, text: str, indent: str) -> Iterator[str]:
    escaped = _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))
    line = before
    for number, part in enumerate(_FOLD.split(escaped)):
        if number and len(line) + 1 + len(part) > WIDTH and line.strip():
            yield line
            line = indent + part
        else:
            line = f"{line} {part}" if number else line + part
    yield line


def _is_plain(text: str) -> bool:
    return bool(_PLAIN.fullmatch(text)) and text.casefold() not in _MEANS_SOMETHING and "  " not in text
