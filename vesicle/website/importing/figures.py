"""What a figure means: minutes of the appointment, sessions, weeks between them, until and how long a result, downtime.

A figure counts where a label names it ("Downtime: 1–2 days"), a question asks for it, or the part of the sentence it
stands in says so. It never counts where that part speaks of something else: numbing, waiting, maintenance, age, another
treatment.
Hours become days and days weeks only where that is exact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from vesicle.website.claims.sentences import of_text
from vesicle.website.importing.blocks import Block
from vesicle.website.importing.meaning import Around, is_foreign, meaning_of
from vesicle.website.importing.quantities import NUMBER, Quantity, Unit, in_unit, quantities
from vesicle.website.importing.roles import ASKED, LABELLED, MAYBE, ROLES
from vesicle.website.importing.words import figure_patterns, label_patterns

_UNIT: dict[str, Unit] = {
    "duration_minutes": "minute", "sessions": "session", "interval_weeks": "week", "onset_weeks": "week",
    "lasts_months": "month", "downtime_days": "day",
}  # fmt: skip
VARIANT = 42
"""Weight of a figure from a table that lists kinds of the treatment, one a row."""
_NONE = re.compile(
    r"(?<!little to )(?<!little or )(?<!virtually )(?<!almost )(?<!minimal to )(?<!practically )(?<!next to )\b(?:no|"
    r"zero|without(?: any)?)\s+(?:real |social |significant )?(?:down-?\s?time|recovery(?: time)?)\b",
    re.IGNORECASE,
)
_SPOKEN_LABEL = re.compile(r"^\s*([A-Z][\w' /&-]{2,40}?)\s*(?::|\s[–—-]\s)\s*(?=\S)")
_MOST_OF_A_SENTENCE = 12
NUMBERED = re.compile(r"^\s*(?:[qa](?:uestion)?\s?\d*\s*[.:]|\d{1,2}[.)])\s*", re.IGNORECASE)
_BARE = re.compile(
    rf"\W*(?:usually |about |around |typically |generally |at least |most people have |"
    rf"between )?({NUMBER}(?:\s*(?:-|–|—|to|or|and)\s*{NUMBER})?\+?)(?=\W*$|[,.;(]|\s*(?:spaced|"
    rf"in total|per|for|\())",
    re.IGNORECASE,
)
_BARE_USUAL = re.compile(
    rf"({NUMBER}(?:\s*(?:-|–|—|to|or)\s*{NUMBER})?) (?:is|are) (?:\w+ )?"
    r"(?:typical|usual|average|standard|common|normal)\b",
    re.IGNORECASE,
)
_BARE_LATER = re.compile(
    rf"\b(?:needs?|requires?|recommend(?:ed)?|suggest|expect(?: up to)?|plan (?:on|for)|"
    rf"series of|course of|typically|usually|average of|about)\s+"
    rf"(?:about |around |at least |between )?({NUMBER}(?:\s*(?:-|–|—|to|or|and)\s*{NUMBER})?\+?)"
    r"(?=\s*[.,;(]|\s*$|\s+(?:spaced|to see|depending|in total))",
    re.IGNORECASE,
)
_RANGE = rf"({NUMBER}(?:\s*(?:-|–|—|to|or)\s*{NUMBER})?\+?)"
_SET_OF = re.compile(
    rf"\b(?:series|course|set|package|plan|program(?:me)?|block) of (?:about |around |at least )?{_RANGE}"
    r"(?=\W*$|[,.;:(]|\s+(?:is|are|spaced|over|done))",
    re.IGNORECASE,
)
_TIMES = re.compile(
    rf"\b(?:see you|come (?:in|back)|visit us|repeat(?:ed)? (?:it|this)?|(?:do|have|book) (?:it|this))"
    rf"\s+{_RANGE} times\b",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(
    rf"\b(?:sessions|sittings|treatments|visits|peels) \((?:usually|typically|about|around|generally)? ?{_RANGE}\)",
    re.IGNORECASE,
)
_EACH_APART = re.compile(
    rf"(?:^|:|\b(?:usually|typically|generally|of|for|on|suggest|recommend|want|need|love|like|do|have|about|is|plan|are|marks|scars|"
    rf"lines)\s+)\W*{_RANGE}"
    rf"(?=\s?(?:,|\(|–|—|-)?\s(?:spaced |each |usually |done |about |around |set )*"
    rf"{NUMBER}(?:\s?(?:-|–|—|to|or)\s?{NUMBER})?[\s-]*"
    r"(?:days?|weeks?|wks?|months?) apart)",
    re.IGNORECASE,
)
"""How many, before how far apart: "three or four, a month apart"."""
_EACH = re.compile(r"\b(?:each|every|maintenance|pick-me-up)\b", re.IGNORECASE)
_FOR_WHAT = re.compile(
    r"\b(?:for|deep\w*|severe|mild|stubborn)\b|^[^:]{3,40}:|\b(?:scars?|lines?|pores?|marks?|texture|pigment\w*|refresh)\b",
    re.IGNORECASE,
)
_FEW = re.compile(
    r"\b(?:a few|few|several|couple of|some)\s+(?:hours?|days?|weeks?|months?|sessions?|treatments?)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it was understood, with its words and how sure that is."""

    role: str
    values: tuple[int | None, int | None]
    words: str
    sentence: str
    path: str
    weight: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A figure or sentence that was not taken over, and why."""

    text: str
    why: str
    path: str = ""


def role_of_label(label: str) -> str:
    """Return what a label or question asks for; empty for none we know, ``ignored`` for what is none of our figures."""
    text = NUMBERED.sub("", label).strip().rstrip(":?").strip()
    if not text or len(text) > 120:
        return ""
    return next((role for role, pattern in label_patterns() if pattern.search(text)), "")


def figures_in(block: Block, section: str, ours: frozenset[str]) -> tuple[list[Figure], list[NotTaken]]:
    """Return the figures of a block and what was not taken. ``ours`` are the treatments the page is about."""
    taken: list[Figure] = []
    refused: list[NotTaken] = []
    answers: list[Figure] = []
    label = block.label
    text = block.text
    if not label and (match := _SPOKEN_LABEL.match(text)) and role_of_label(match[1]):
        label, text = match[1], text[match.end() :]
    label_role = role_of_label(label) if label else ""
    if not label_role and block.column and (label_role := role_of_label(block.column)) in ROLES:
        kinds, refused = figures_in(replace(block, label=block.column, column="", text=text), section, ours)
        return [replace(one, weight=VARIANT, note=f"of {label}") for one in kinds], refused
    asked = role_of_label(block.heading)
    if not label and asked and not block.heading.endswith("?") and len(text.split()) <= 12:
        label_role = asked
    if label_role in ("ignored", "price") or (asked == "ignored" and not label_role):
        return taken, refused
    previous = ""
    for number, sentence in enumerate(of_text(text)):
        here = role_of_label(previous) or asked if previous.endswith("?") else asked
        for one in _read(sentence.text, label_role, here, section, ours, previous, label or block.heading):
            if isinstance(one, NotTaken):
                refused.append(NotTaken(one.text, one.why, block.path))
            else:
                weight = one.weight - (10 if number and one.weight == ASKED else 0)
                found = Figure(one.role, one.values, one.words, one.sentence, block.path, weight, one.note)
                (answers if one.role == asked == "sessions" and one.weight == ASKED else taken).append(found)
        previous = sentence.text
    return [*taken, *_over_concerns(answers)], refused


def _over_concerns(answers: list[Figure]) -> list[Figure]:
    """Return one figure over an answer that counts sessions for one concern after the other."""
    first = answers[:1]
    if len(answers) < 2 or not all(
        _FOR_WHAT.search(one.sentence) and not _EACH.search(one.sentence) for one in answers
    ):
        return answers
    lows = [one.values[0] for one in answers if one.values[0] is not None]
    highs = [one.values[1] for one in answers]
    if not lows:
        return answers
    high = None if None in highs else max(value for value in highs if value is not None)
    words = ", ".join(dict.fromkeys(one.words for one in answers))
    sentence = " ".join(dict.fromkeys(one.sentence for one in answers))
    return [replace(first[0], values=(min(lows), high), words=words, sentence=sentence, note="over the concerns named")]


def _read(
    sentence: str, label_role: str, asked: str, section: str, ours: frozenset[str], previous: str, label: str = ""
) -> Iterator[Figure | NotTaken]:
    found = quantities(sentence)
    if not any(one.unit == "session" for one in found):
        found = (*_bare(sentence, label_role or asked), *_counted(sentence), *found)
    if (
        (match := _NONE.search(sentence))
        and (label_role in ("", "downtime_days"))
        and not is_foreign(sentence, match.start(), ours)
    ):
        yield Figure("downtime_days", (0, 0), match.group(), sentence, "", MAYBE + 5)
    elif label_role == "downtime_days" and re.fullmatch(r"\W*(?:none|no|zero)\W*", sentence, re.IGNORECASE):
        yield Figure("downtime_days", (0, 0), sentence, sentence, "", LABELLED)
    found = found[:_MOST_OF_A_SENTENCE]
    if not found:
        if label_role in ROLES and (few := _FEW.search(sentence)):
            yield NotTaken(sentence, f"“{few.group()}” is no number")
        return
    around = Around(
        sentence, ours, label_role, asked, section, governed=_governed_from(sentence), previous=previous, label=label
    )
    taken: dict[str, int] = {}
    for one in found:
        role, weight, why = meaning_of(one, around)
        words = _words_around(sentence, one)
        if not role:
            if why:
                yield NotTaken(sentence, f"{words}: {why}")
            continue
        if weight <= taken.get(role, 0) and weight < LABELLED:
            continue
        values, note = _converted(one, role)
        if values is None:
            yield NotTaken(sentence, f"{words}: {note}")
            continue
        taken[role] = weight
        yield Figure(role, values, words, sentence, "", weight, note)


def _bare(sentence: str, role: str) -> tuple[Quantity, ...]:
    """Return a number without unit that answers how many sessions."""
    if (
        role != "sessions"
        or (match := _BARE.match(sentence) or _BARE_LATER.search(sentence) or _BARE_USUAL.search(sentence)) is None
    ):
        return ()
    return tuple(replace(one, start=match.start(1), end=match.end(1)) for one in quantities(f"{match[1]} sessions"))


def _counted(sentence: str) -> tuple[Quantity, ...]:
    """Return a number of sessions said without the word: "a set of three", "we see you three times"."""
    found = (pattern.search(sentence) for pattern in (_SET_OF, _TIMES, _IN_BRACKETS, _EACH_APART))
    if (match := next((one for one in found if one is not None), None)) is None:
        return ()
    return tuple(replace(one, start=match.start(1), end=match.end(1)) for one in quantities(f"{match[1]} sessions"))


def _words_around(sentence: str, one: Quantity) -> str:
    before = re.search(
        r"(?:(?:up to|at least|about|around|approximately|within|every|between|more than|less than|over|"
        r"from|as long as|"
        r"as little as|as early as|minimum of|maximum of|roughly)\s+)+$",
        sentence[: one.start],
        re.IGNORECASE,
    )
    return sentence[before.start() if before else one.start : one.end].strip().rstrip(".")


def _governed_from(sentence: str) -> int:
    """Return where words of maintenance begin to govern the rest of a sentence; its length where there are none."""
    match = figure_patterns()[1]["maintenance"].search(sentence)
    return match.start() if match else len(sentence) + 1


def _converted(one: Quantity, role: str) -> tuple[tuple[int | None, int | None] | None, str]:
    """Return the values in the unit of a role, or none and why."""
    wanted = _UNIT[role]
    low, low_exact = in_unit(one.low, one.low_unit, wanted)
    high, high_exact = in_unit(one.high, one.unit, wanted)
    if not (low_exact and high_exact):
        return None, f"cannot be said in whole {wanted}s exactly, and is not rounded"
    if (low is None and high is None) or (low is not None and high is not None and low > high):
        return None, "no range"
    is_month = {"month", "week"} <= {wanted, one.unit} or {"month", "week"} <= {wanted, one.low_unit}
    return (low, high), "a month counted as four weeks" if is_month else ""
