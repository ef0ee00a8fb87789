"""What can be told of a translation without knowing its language: figures, units and placeholders, and English left."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_UNIT = re.compile(r"\d\s*(%|°\s?[CF]|(?:nm|µm|mm|cm|ml|mg|kDa|W|MHz|IU|J/cm²)\b)")
_PLACEHOLDER = re.compile(r"\{[^{}]*\}|%\([a-z_]+\)[sd]|<[^<>]+>")
_ENGLISH = re.compile(
    r"\b(the|and|of|with|for|you|your|are|is|this|that|not|was|were|which|from|have|has|been|when|what|after|before|"
    r"should|would|will|can|may|must|it|its|on|by|at|or|than|there|they|we|our)\b"
)
_QUOTED = re.compile(r"“[^”]*”|«[^»]*»|\([^()]*\)")
_MANY_ENGLISH_WORDS = 3


def faults(original: str, translation: str) -> Iterator[str]:
    """Yield what is wrong with a translation, in words that say how to mend it."""
    if not translation.strip():
        yield "it is empty: translate it, or leave the entry out."
        return
    for what, pattern in (("placeholders", _PLACEHOLDER), ("units", _UNIT)):
        lost, added = _difference(pattern, original, translation)
        if lost or added:
            yield f"its {what} are not those of the English ({_told(lost, added)})."
    lost, added = _difference(_NUMBER, original, translation)
    if lost or added:
        yield f"its figures are not those of the English ({_told(lost, added)})."
    if original == translation and _ENGLISH.search(original):
        yield "it is the English, word for word."
    elif len(_ENGLISH.findall(_QUOTED.sub("", translation))) >= _MANY_ENGLISH_WORDS:
        yield "there is English left in it."


def _difference(pattern: re.Pattern[str], original: str, translation: str) -> tuple[list[str], list[str]]:
    before, after = _found(pattern, original), _found(pattern, translation)
    return sorted((before - after).elements()), sorted((after - before).elements())


def _found(pattern: re.Pattern[str], text: str) -> Counter[str]:
    # A decimal point here is a comma there, and so is the mark of thousands: only the digits have to agree.
    return Counter(re.sub(r"(?<=\d)[.,](?=\d)|\s", "", found) for found in pattern.findall(text))


def _told(lost: list[str], added: list[str]) -> str:
    return "; ".join(
        f"{what} {', '.join(f'‘{one}’' for one in some)}" for what, some in (("without", lost), ("with", added)) if some
    )
