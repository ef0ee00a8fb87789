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
from vesicle.website.importing.content import Block
from vesicle.website.importing.names import OTHER, mentions
from vesicle.website.importing.quantities import NUMBER, Quantity, Unit, in_unit, quantities
from vesicle.website.importing.words import figure_patterns, label_patterns

ROLES = ("duration_minutes", "sessions", "interval_weeks", "onset_weeks", "lasts_months", "downtime_days")
"""The figures of a page, in the order of the report."""
_UNIT: dict[str, Unit] = {
    "duration_minutes": "minute", "sessions": "session", "interval_weeks": "week", "onset_weeks": "week",
    "lasts_months": "month", "downtime_days": "day",
}  # fmt: skip
_UNITS: dict[str, frozenset[Unit]] = {
    "duration_minutes": frozenset({"minute", "hour"}), "sessions": frozenset({"session"}),
    "interval_weeks": frozenset({"day", "week", "month"}), "onset_weeks": frozenset({"day", "week", "month", "hour"}),
    "lasts_months": frozenset({"week", "month", "year"}), "downtime_days": frozenset({"hour", "day", "week"}),
}  # fmt: skip
_LABEL, _ASKED, _SAID, _MAYBE = 100, 70, 50, 30
VARIANT = 42
"""Weight of a figure from a table that lists kinds of the treatment, one a row."""
_PARTS = re.compile(
    r"[;:()•|]|\s[-–—]\s|—|, (?!(?:about|around|approximately|or|and) ?\d|which\b|where\b|that\b)|"
    r"\b(?:followed by|and then|but|while|whereas|although|however|with (?=full|final|optimal|best|"
    r"continued|maintenance|results|improve\w*))\b"
    r"|\band (?=(?:results?|last|lasts|the results|you(?:'ll|’ll)?|full|typically|usually|require|"
    r"there|most|we|maintenance|can|may|improve\w*|continue|is|are|takes?|visible|space\w*|peaks?)\b)"
    r"|, ?then\b|\bplus\b(?! size)",
    re.IGNORECASE,
)
_INCLUDING = re.compile(r"\b(?:includ\w+|with|counting|after|of which)\b[^.;]{0,25}$", re.IGNORECASE)
_WHOLE = re.compile(
    r"\b(?:includ\w+|in total|altogether|from start to finish|start to finish|all in|total|with (?:the )?numbing|"
    r"door to door|from arrival)\b",
    re.IGNORECASE,
)
_OF_THE_VISIT = re.compile(
    r"\b(?:in total|altogether|start to finish|door to door|in all|allow|set aside|block (?:out|off)|reserve|"
    r"appointment|visit|whole|from (?:arrival|check-?in|the moment)|in and out|be with us|with us|here for)\b",
    re.IGNORECASE,
)
_OF_A_PART = re.compile(
    r"\b(?:itself|alone|actual|the (?:laser|needling|device|pen|peel|injections?) (?:part|pass\w*)|hands-on|of that|"
    r"of which|just the|only the|passes)\b",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"\b(?:second|another|next|further|repeat\w*|again|subsequent|following)\b(?:\W+(?:one|session|treatment|visit|round|peel|pass))?"
    r"\W*(?:is |are |comes? |follows? |can (?:be done|follow) |after |about |around |at )*$",
    re.IGNORECASE,
)
_NONE = re.compile(
    r"(?<!little to )(?<!little or )(?<!virtually )(?<!almost )(?<!minimal to )(?<!practically )(?<!next to )\b(?:no|"
    r"zero|without(?: any)?)\s+(?:real |social |significant )?(?:down-?\s?time|recovery(?: time)?)\b",
    re.IGNORECASE,
)
_SPOKEN_LABEL = re.compile(r"^\s*([A-Z][\w' /&-]{2,40}?)\s*(?::|\s[–—-]\s)\s*(?=\S)")
_MOST_OF_A_SENTENCE = 12
_LEAST_AROUND = 3
NUMBERED = re.compile(r"^\s*(?:[qa](?:uestion)?\s?\d*\s*[.:]|\d{1,2}[.)])\s*", re.IGNORECASE)
_BETWEEN_SESSIONS = re.compile(
    r"[\s-]*(?:in )?between (?:each |your |the )?(?:\w+ )?(?:sessions?|treatments?|visits?|appointments?)",
    re.IGNORECASE,
)
_MONEY = re.compile(r"[$£€]\s?\d")
_BARE = re.compile(
    rf"\W*(?:usually |about |around |typically |generally |at least |most people have |"
    rf"between )?({NUMBER}(?:\s*(?:-|–|—|to|or|and)\s*{NUMBER})?\+?)(?=\W*$|[,.;(]|\s*(?:spaced|"
    rf"in total|per|for))",
    re.IGNORECASE,
)
_BARE_LATER = re.compile(
    rf"\b(?:needs?|requires?|recommend(?:ed)?|suggest|series of|course of|typically|usually|average of|about)\s+"
    rf"(?:about |around |at least |between )?({NUMBER}(?:\s*(?:-|–|—|to|or|and)\s*{NUMBER})?\+?)"
    r"(?=\s*[.,;(]|\s*$|\s+(?:spaced|to see|depending|in total))",
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
        for one in _read(sentence.text, label_role, here, section, ours, previous):
            if isinstance(one, NotTaken):
                refused.append(NotTaken(one.text, one.why, block.path))
            else:
                weight = one.weight - (10 if number and one.weight == _ASKED else 0)
                taken.append(Figure(one.role, one.values, one.words, one.sentence, block.path, weight, one.note))
        previous = sentence.text
    return taken, refused


def _read(
    sentence: str, label_role: str, asked: str, section: str, ours: frozenset[str], previous: str
) -> Iterator[Figure | NotTaken]:
    found = quantities(sentence)
    if not any(one.unit == "session" for one in found):
        found = (*_bare(sentence, label_role or asked), *found)
    if (
        (match := _NONE.search(sentence))
        and (label_role in ("", "downtime_days"))
        and not is_foreign(sentence, match.start(), ours)
    ):
        yield Figure("downtime_days", (0, 0), match.group(), sentence, "", _MAYBE + 5)
    elif label_role == "downtime_days" and re.fullmatch(r"\W*(?:none|no|zero)\W*", sentence, re.IGNORECASE):
        yield Figure("downtime_days", (0, 0), sentence, sentence, "", _LABEL)
    found = found[:_MOST_OF_A_SENTENCE]
    if not found:
        if label_role in ROLES and (few := _FEW.search(sentence)):
            yield NotTaken(sentence, f"“{few.group()}” is no number")
        return
    governed = _governed_from(sentence)
    taken: set[str] = set()
    for one in found:
        role, weight, why = _meaning(one, sentence, label_role, asked, section, ours, governed, previous)
        words = _words_around(sentence, one)
        if not role:
            if why:
                yield NotTaken(sentence, f"{words}: {why}")
            continue
        if role in taken and weight < _LABEL:
            continue
        values, note = _converted(one, role)
        if values is None:
            yield NotTaken(sentence, f"{words}: {note}")
            continue
        taken.add(role)
        yield Figure(role, values, words, sentence, "", weight, note)


def _bare(sentence: str, role: str) -> tuple[Quantity, ...]:
    """Return a number without unit that answers how many sessions."""
    if role != "sessions" or (match := _BARE.match(sentence) or _BARE_LATER.search(sentence)) is None:
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


def _part(sentence: str, one: Quantity) -> tuple[int, int]:
    """Return the part of a sentence that a quantity stands in."""
    start, end = 0, len(sentence)
    for match in _PARTS.finditer(sentence):
        if match.end() <= one.start:
            start = match.end() if not match.group().strip().isalpha() else match.start()
        elif match.start() >= one.end:
            end = match.start()
            break
    return start, end


def is_foreign(sentence: str, at: int, ours: frozenset[str]) -> bool:
    """Return whether what stands at a place is said of another treatment."""
    named = list(mentions(sentence))
    before = [one for one in named if one.start < at]
    if before:
        return before[-1].treatment not in ours and not (
            before[-1].treatment == OTHER
            and len(before) > 1
            and before[-2].treatment in ours
            and at - before[-1].end > 60
        )
    return bool(named) and all(one.treatment not in ours for one in named)


def _meaning(
    one: Quantity,
    sentence: str,
    label_role: str,
    asked: str,
    section: str,
    ours: frozenset[str],
    governed: int,
    previous: str,
) -> tuple[str, int, str]:
    """Return the role of a quantity, how sure it is, and why it has none where that is worth saying."""
    never = figure_patterns()[1]
    start, end = _part(sentence, one)
    part = sentence[start:end]
    if is_foreign(sentence, one.start, ours):
        return "", 0, "said of another treatment"
    if never["desk"].search(part) and one.unit != "session":
        return "", 0, ""
    label_role = _meant_by(label_role, one, part)
    if label_role == "onset_weeks" and never["peak"].search(part):
        return "", 0, "full or continued effect, not its beginning"
    if label_role in ROLES:
        if one.unit not in _UNITS[label_role]:
            label_role = ""
        elif (never["wait"].search(part) and label_role != "onset_weeks") or (
            label_role == "duration_minutes" and _is_preparation(sentence, part, one)
        ):
            return "", 0, ""
        elif governed < one.end and label_role != "lasts_months" and never["maintenance"].search(sentence[: one.end]):
            return "", 0, "maintenance"
        else:
            return label_role, _LABEL, ""
    if one.unit in ("minute", "hour"):
        return _of_hours(one, sentence, part, asked, section)
    if one.unit == "session":
        return _of_sessions(one, sentence, part, asked, governed, start)
    return _of_days(one, sentence, part, asked, section, governed, start, end, previous)


def _meant_by(label: str, one: Quantity, part: str) -> str:
    """Return what a label means beside a unit: a duration in months is that of a result, in minutes of a visit."""
    far = one.unit in ("month", "year")
    if label == "lasts_months" and one.unit in ("minute", "hour"):
        return "duration_minutes"
    if label == "duration_minutes" and far:
        return "lasts_months"
    if label == "onset_weeks" and far and figure_patterns()[0]["lasts_months"].search(part):
        return "lasts_months"
    if label == "onset_weeks" and far and (one.low or one.high or 0) > 3:
        return ""
    return label


def _is_preparation(sentence: str, part: str, one: Quantity) -> bool:
    """Return whether minutes are those of numbing, the centrifuge or the like, not of the whole appointment."""
    never = figure_patterns()[1]["numbing"]
    if not never.search(part):
        return False
    behind = sentence[one.end :]
    return not _WHOLE.search(behind[:40]) or _WHOLE.search(sentence[: one.start]) is not None


def _of_hours(one: Quantity, sentence: str, part: str, asked: str, section: str) -> tuple[str, int, str]:
    roles, never = figure_patterns()
    long = one.unit == "hour" and (one.high or one.low or 0) > 8
    if never["wait"].search(part):
        return "", 0, ""
    is_of_days = roles["downtime_days"].search(part) or asked == "downtime_days"
    if one.unit == "hour" and is_of_days and not re.search(r"\btakes? (?:about|around|\d)", part):
        return "downtime_days", _ASKED if asked == "downtime_days" else _said_downtime(part), ""
    if long:
        if section == "recovery_and_aftercare" and roles["downtime_days"].search(sentence):
            return "downtime_days", _MAYBE, ""
        return "", 0, ""
    if _is_preparation(sentence, part, one):
        return "", 0, ""
    surer = 5 if _OF_THE_VISIT.search(part) else -5 if _OF_A_PART.search(part) else 0
    if asked == "duration_minutes":
        return "duration_minutes", _ASKED + surer, ""
    if roles["duration_minutes"].search(part):
        return "duration_minutes", _SAID + surer, ""
    if one.unit == "minute" and len(sentence) - (one.end - one.start) <= _LEAST_AROUND and section in ("", "overview"):
        # "60–75 min" by itself under the name of the treatment, as on a label.
        return "duration_minutes", _MAYBE - 5, ""
    if roles["duration_minutes"].search(sentence) and section in ("what_to_expect", "overview", ""):
        return "duration_minutes", _MAYBE, ""
    return "", 0, "not said what it is the time of"


def _said_downtime(part: str) -> int:
    return _SAID + 5 if re.search(r"down-?\s?time|recover\w*|back to|return to", part, re.IGNORECASE) else _SAID - 5


def _of_sessions(
    one: Quantity, sentence: str, part: str, asked: str, governed: int, start: int
) -> tuple[str, int, str]:
    roles, never = figure_patterns()
    before = sentence[: one.start]
    if re.search(
        r"\b(?:after|following|within|by|per|each|every|in as (?:few|little) as|as (?:few|little) as|"
        r"first|last|second|next|of your)\s+(?:just |only |about |around |your |the |the first |a |"
        r"every )*$",
        before,
        re.IGNORECASE,
    ):
        return "", 0, ""
    if never["maintenance"].search(part) or governed < one.start:
        return "", 0, "maintenance"
    if never["wait"].search(part) and not roles["sessions"].search(part):
        return "", 0, ""
    if re.search(r"\bper (?:year|month)\b|\ba year\b|\beach year\b", sentence[one.end : one.end + 15], re.IGNORECASE):
        return "", 0, "maintenance"
    if asked == "sessions":
        return "sessions", _ASKED, ""
    if asked == "interval_weeks":
        return "sessions", _SAID, ""
    if _MONEY.search(part):
        return "", 0, "a price"
    if re.search(
        r"\b(?:series|course|plan|program(?:me)?|protocol) of\b|\brecommend|\brequire|\bneed", part, re.IGNORECASE
    ):
        return "sessions", _SAID + 5, ""
    if roles["sessions"].search(part):
        return "sessions", _SAID, ""
    if roles["sessions"].search(sentence):
        return "sessions", _MAYBE, ""
    return "", 0, ""


def _of_days(
    one: Quantity,
    sentence: str,
    part: str,
    asked: str,
    section: str,
    governed: int,
    start: int,
    end: int,
    previous: str,
) -> tuple[str, int, str]:
    roles, never = figure_patterns()
    at = one.start - start
    before, behind = sentence[start : one.start], sentence[one.end : end]
    lasting = roles["lasts_months"].search(part)
    between_sessions = _BETWEEN_SESSIONS.match(sentence[one.end :]) is not None
    if (
        not between_sessions
        and never["wait"].search(part)
        and not (
            lasting
            and lasting.start() < at
            and not re.search(r"\b(?:avoid|wait|before|stop|use)", before, re.IGNORECASE)
        )
    ):
        return "", 0, ""
    is_interval = (
        re.search(
            r"\b(?:every|once (?:a|every|per)|spac\w+(?: \w+){0,4}|intervals? (?:of|at))\s+(?:about |around |"
            r"approximately |roughly |at least )?$",
            before,
            re.IGNORECASE,
        )
        or re.match(
            r"[\s-]*(?:apart|intervals?|between (?:each |your |the )?(?:\w+ )?(?:sessions?|treatments?|"
            r"visits?|appointments?|peels?)|in between|increments)",
            behind,
            re.IGNORECASE,
        )
        or (re.match(r"\s*(?:later|after(?:wards)?\b)", behind) and _AGAIN.search(sentence[: one.start]))
    )
    is_maintained = never["maintenance"].search(part) or governed < one.start
    if (one.every or is_interval) and one.unit != "year":
        if is_maintained or (
            asked != "interval_weeks"
            and re.match(r"\W*(?:after that|thereafter|then|to keep)\b", previous, re.IGNORECASE)
        ):
            return "", 0, "maintenance"
        far = one.unit == "month" and (one.high or one.low or 0) >= 3
        if far and not re.search(r"\bapart|spac|series|course", sentence, re.IGNORECASE) and asked != "interval_weeks":
            return "", 0, "so far apart it may be maintenance; the page does not say"
        return "interval_weeks", _ASKED if asked == "interval_weeks" else _SAID + 5, ""
    if lasting and one.unit in ("month", "year", "week"):
        if (
            roles["downtime_days"].search(part)
            and one.unit == "week"
            and not re.search(r"\bresults?|effects?|benefits?\b", part, re.IGNORECASE)
        ):
            return "downtime_days", _said_downtime(part), ""
        if not (governed < one.start and never["maintenance"].search(before)):
            return "lasts_months", _ASKED if asked == "lasts_months" else _SAID + 5, ""
        return "", 0, "maintenance"
    if asked in ("lasts_months", "duration_minutes") and one.unit in ("month", "year") and not is_maintained:
        return "lasts_months", _ASKED - 2, ""
    if is_maintained:
        return "", 0, "maintenance"
    if (down := roles["downtime_days"].search(part)) and one.unit in ("day", "week"):
        onset_words = roles["onset_weeks"].search(part)
        if (
            not onset_words
            or abs(down.start() - at) < abs(onset_words.start() - at)
            or section == "recovery_and_aftercare"
        ):
            return "downtime_days", _ASKED if asked == "downtime_days" else _said_downtime(part), ""
    shows = roles["onset_weeks"].search(part) is not None
    if asked == "downtime_days" and one.unit in ("day", "week") and not shows:
        return "downtime_days", _ASKED - 5, ""
    if one.unit == "year":
        return "", 0, ""
    if _is_of_peak(part, at):
        return "", 0, "full or continued effect, not its beginning"
    if roles["onset_weeks"].search(part):
        return "onset_weeks", _ASKED if asked == "onset_weeks" else _SAID, ""
    if asked == "onset_weeks":
        return "onset_weeks", _ASKED - 5, ""
    if asked == "interval_weeks":
        return "interval_weeks", _ASKED - 5, ""
    return "", 0, "not said what it is the time of"


def _is_of_peak(part: str, at: int) -> bool:
    """Return whether the words nearest before a place, or else behind it, speak of the full effect."""
    roles, never = figure_patterns()
    peaks = [match.start() for match in never["peak"].finditer(part)]
    firsts = [match.start() for match in roles["onset_weeks"].finditer(part)]
    if not peaks:
        return False
    before = [place for place in peaks if place < at]
    return bool(before) or not any(place < at for place in firsts)


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
