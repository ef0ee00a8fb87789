"""The parts of a sentence: which words a quantity stands among, and where one points back to the part before it."""

from __future__ import annotations

import re

_PARTS = re.compile(
    r"[;:()•|]|\s[-–—]\s|—|, (?!(?:about|around|approximately|or|and) ?\d|which\b|where\b|that\b)|"
    r"\b(?:followed by|and then|but|while|whereas|although|however|with (?=full|final|optimal|best|"
    r"continued|maintenance|results|improve\w*))\b"
    r"|\band (?=(?:results?|last|lasts|the results|you(?:'ll|’ll)?|full|typically|usually|require|"
    r"there|most|we|maintenance|can|may|improve\w*|continues?|keeps?|goes on|is|are|takes?|visible|space\w*|peaks?)\b)"
    r"|\band (?=(?:the|your|its|these|any) (?:\w+ )?(?:effects?|results?|glow|skin|redness|swelling|improvement|"
    r"changes?|collagen|benefits?)\b)"
    r"|\band (?=(?:at|by|in|within|after|around|about) (?:about |around )?(?:\d|one\b|two\b|three\b|four\b|six\b))"
    r"|, ?then\b|\bplus\b(?! size)",
    re.IGNORECASE,
)
_ASIDE = re.compile(r",(?= includ\w+ )[^,;.\d]{3,60},", re.IGNORECASE)
"""Words put between two commas, which part nothing: "takes, including the numbing, about an hour"."""
_BRACKETS = re.compile(r"\([^()]{1,80}\)")
_OPENS = re.compile(
    r"\W*(?:(?:for|at|in|by|within|after|until|about|around|just|only|typically|usually|the)[\s,]+)*", re.IGNORECASE
)
"""What may stand before a time that opens its sentence."""
_REFERS_BACK = re.compile(
    r"\W*(?:(?:and|but|while|although)\s+)?(?:it(?!\s+(?:\w+ )?(?:takes?|may|can|will take))|"
    r"they|these|this|which|that|both)\b",
    re.IGNORECASE,
)


def without_asides(sentence: str, begins: int, ends: int) -> str:
    """Return a sentence with blanks for what stands aside of a place in it, every other letter in its place."""
    kept = _ASIDE.sub(lambda match: " " * len(match.group()), sentence)
    return _BRACKETS.sub(
        lambda match: match.group() if match.start() < ends and begins < match.end() else " " * len(match.group()), kept
    )


def part_of(sentence: str, begins: int, ends: int, *, is_time: bool = True) -> tuple[int, int]:
    """Return the part of a sentence that what stands between two places belongs to; ``is_time``: it is a span of time.

    A quantity alone in brackets belongs to the words before them, and one that opens a sentence ("For 48 hours: no
    sun", "Within a week, the redness is gone") to those behind.
    """
    opening = sentence.rfind("(", 0, begins)
    closing = sentence.find(")", ends)
    if opening >= 0 <= closing and not re.search(r"[A-Za-z]{3}", sentence[opening:begins] + sentence[ends:closing]):
        begins, ends = opening, closing
    opens = is_time and _OPENS.fullmatch(sentence[:begins]) and "first" not in sentence[begins:ends].lower()
    start, end = 0, len(sentence)
    for match in _PARTS.finditer(sentence):
        if match.end() <= begins:
            start = match.end() if not match.group().strip().isalpha() else match.start()
        elif match.start() >= ends:
            if match.group() in (":", ", ") and opens and not sentence.startswith("after which", match.end()):
                continue
            end = match.start()
            break
    return start, end


def reaching_back(sentence: str, start: int) -> int:
    """Return where the part before begins, if the part beginning at ``start`` only points to what that one names."""
    if not start or not _REFERS_BACK.match(sentence[start:]):
        return start
    before = sentence[:start].rstrip(" ,;:-–—")
    return part_of(sentence, max(len(before) - 1, 0), len(before))[0]
