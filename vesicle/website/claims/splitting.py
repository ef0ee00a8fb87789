"""Takes a text apart into sentences, and says what kind each is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["sentence", "heading", "list-item", "question", "caption", "testimonial", "quotation"]

_ABBREVIATIONS = frozenset(
    {"dr", "mr", "mrs", "ms", "prof", "st", "vs", "etc", "approx", "ca", "e.g", "i.e", "eg", "ie", "al", "fig",
     "inc", "ltd", "min", "mins", "hr", "hrs", "sec", "wk", "wks", "mo", "mos", "yr", "yrs", "mm", "cm", "ml",
     "mg", "kg", "oz", "dept", "est", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct",
     "nov", "dec", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "a.m", "p.m", "am", "pm", "u.s", "u.k",
     "e.u", "d.c", "m.d", "b.sc", "ph.d", "jr", "sr", "rd", "ave", "blvd", "ext", "tel", "incl", "max", "avg",
     "vol", "pp", "cf"}
)  # fmt: skip
_ALWAYS_GO_ON = frozenset(
    {"dr", "mr", "mrs", "ms", "prof", "st", "vs", "e.g", "i.e", "eg", "ie", "approx", "ca", "fig", "cf"}
)  # fmt: skip
"""Abbreviations that never end a sentence, whatever letter follows."""
_LONGEST = 2_000
"""Letters of a sentence; whatever goes on longer is cut."""
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’)\]]*+(?=\s|$)")
_BULLET = re.compile(r"\s*(?:[-*•–·▪◦✓✔]|\d{1,2}[.)])\s+")
_QUOTED = re.compile(r"^\s*[\"“'‘«].*[\"”'’»]", re.DOTALL)
_SAID_BY = re.compile(r"[\"”’»']\s*(?:[-–—,~]|says|said)", re.IGNORECASE)
_FIRST_PERSON = re.compile(r"\b(?:i|i'm|i’m|i've|i’ve|my|me|mine|we|our)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; ``start`` and ``end`` are places in the text it came from, ``path`` the elements around it."""

    text: str
    kind: Kind = "sentence"
    start: int = 0
    end: int = 0
    context: str = ""
    path: str = ""


def kind_of(text: str) -> Kind:
    """Return what a line by itself is."""
    stripped = text.strip()
    if _QUOTED.match(stripped) and (_SAID_BY.search(stripped) or _FIRST_PERSON.search(stripped)):
        return "testimonial"
    if stripped.endswith("?"):
        return "question"
    return "list-item" if _BULLET.match(text) else "sentence"


def of_text(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of a text. Lines that stand apart are headings or list items; a wrapped line goes on."""
    found: list[Sentence] = []
    at = 0
    for line in text.splitlines(keepends=True):
        found += [_sentence(text, at + a, at + b) for a, b in _cut(line)]
        at += len(line)
    return tuple(found)


def _sentence(text: str, start: int, end: int) -> Sentence:
    said = text[start:end]
    return Sentence(said, kind_of(said), start, end)


def _cut(line: str) -> list[tuple[int, int]]:
    """Return where the sentences of one line begin and end."""
    if _QUOTED.match(line) and _SAID_BY.search(line):
        # What somebody said stays whole, with the name behind it.
        return [_trimmed(line, 0, len(line))]
    found: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(line):
        if match.group().startswith(".") and _goes_on(line, match.start(), match.end()):
            continue
        found.append(_trimmed(line, start, match.end()))
        start = match.end()
    found.append(_trimmed(line, start, len(line)))
    found = [piece for a, b in found for piece in _pieces(line, a, b)]
    return [(a, b) for a, b in found if any(c.isalnum() for c in line[a:b])]


def _pieces(line: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return a stretch that is too long to be one sentence in pieces, cut between words where there are any."""
    found = []
    while end - start > _LONGEST:
        space = line.rfind(" ", start, start + _LONGEST)
        cut = space if space > start else start + _LONGEST
        found.append(_trimmed(line, start, cut))
        start = cut
    return [*found, _trimmed(line, start, end)]


def _trimmed(line: str, start: int, end: int) -> tuple[int, int]:
    while start < end and line[start].isspace():
        start += 1
    while end > start and line[end - 1].isspace():
        end -= 1
    return start, end


def _goes_on(line: str, dot: int, end: int) -> bool:
    before = re.search(r"[\w.]{1,12}$", line[max(0, dot - 12) : dot])
    word = before.group().lower().strip(".") if before else ""
    rest = line[end : end + 40].lstrip()
    if word in ("no", "nos"):
        return rest[:1].isdigit()
    if word in _ALWAYS_GO_ON or (word.isdigit() and not line[:dot].strip(" \t0123456789")):
        return bool(rest)
    if word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha()):
        return bool(rest) and not (rest[0].isupper() and word not in ("a.m", "p.m") and len(word) != 1)
    return False
