"""What a quantity in a sentence means, by the part it stands in, its label, the question before it and its section.

A part that speaks of numbing, waiting, aftercare, maintenance, full effect or another treatment takes the meaning away.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace

from vesicle.website.importing.names import OTHER, mentions
from vesicle.website.importing.parts import part_of, reaching_back, without_asides
from vesicle.website.importing.quantities import Quantity, Unit
from vesicle.website.importing.roles import ASKED, LABELLED, MAYBE, ROLES, SAID
from vesicle.website.importing.spans import (
    AT_ONCE,
    BEGINS_TO_SHOW,
    NOT_SAID,
    STAYS_PINK,
    is_long_redness,
    is_one_side_effect,
    of_days,
    said_downtime,
)
from vesicle.website.importing.words import figure_patterns

_UNITS: dict[str, frozenset[Unit]] = {
    "duration_minutes": frozenset({"minute", "hour"}), "sessions": frozenset({"session"}),
    "interval_weeks": frozenset({"day", "week", "month"}), "onset_weeks": frozenset({"day", "week", "month", "hour"}),
    "lasts_months": frozenset({"week", "month", "year"}), "downtime_days": frozenset({"hour", "day", "week"}),
}  # fmt: skip
_WHOLE = re.compile(
    r"\b(?:includ\w+|in total|altogether|from start to finish|start to finish|all in|total|with (?:the )?numbing|"
    r"door to door|from arrival)\b",
    re.IGNORECASE,
)
_OF_THE_VISIT = re.compile(
    r"\b(?:in total|altogether|start to finish|door to door|in all|allow|set aside|block (?:out|off)|reserve|"
    r"whole|total|overall|entire|(?:complete|full) (?:procedure|treatment|process|visit|appointment)|"
    r"(?:each|your|the) (?:session|visit|appointment)|"
    r"from (?:arrival|check-?in|the moment)|in and out|be with us|with us|here for)\b",
    re.IGNORECASE,
)
_OF_A_PART = re.compile(
    r"\b(?:itself|alone|actual|the (?:laser|needling|device|pen|peel|injections?) (?:part|pass\w*)|hands-on|of that|"
    r"of which|just the|only the|passes)\b",
    re.IGNORECASE,
)
_BY_A_TOOL = re.compile(
    r"\bthis (?:part|step|stage|bit)\b[^.;]{0,20}$|"
    r"\b(?:the|our) (?:\w+ )?(?:pen|device|hand-?piece|roller|passes|pass|needles?|needling (?:itself|part)|"
    r"(?:laser|injections?) (?:itself|part|portion))(?: \w+)? (?:takes?|lasts?|runs?|is)(?: \w+)? $",
    re.IGNORECASE,
)
_LEAST_AROUND = 3
_UNTIL = re.compile(r"\b(?:by|until|till|through|within)\s+(?:about |around |the end of )?$", re.IGNORECASE)
_HOW_OFTEN = re.compile(r"\b(?:times|twice)\s+(?=an?\b)|\bonce\s+(?=a year\b)", re.IGNORECASE)
_MORE_TIME = re.compile(r"\b(?:adds?|another|further|extra|additional|longer)\b", re.IGNORECASE)
_MONEY = re.compile(r"[$£€]\s?\d")


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


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a quantity.

    ``governed`` is where words of maintenance begin to govern the sentence, ``previous`` the sentence before, ``label``
    and ``label_role`` what stands before it and what that asks for, ``asked`` what the question above asks for.
    """

    sentence: str
    ours: frozenset[str]
    label_role: str = ""
    asked: str = ""
    section: str = ""
    governed: int = sys.maxsize
    previous: str = ""
    label: str = ""


def meaning_of(one: Quantity, around: Around) -> tuple[str, int, str]:
    """Return the role of a quantity, how sure it is, and why it has none where that is worth saying."""
    around = replace(around, sentence=without_asides(around.sentence, one.start, one.end))
    sentence = around.sentence
    start, end = part_of(sentence, one.start, one.end, is_time=one.unit != "session")
    if (why := _of_something_else(one, around, sentence[start:end])) is not None:
        return "", 0, why
    if (labelled := _by_label(one, around, sentence[start:end])) is not None:
        role, weight, why = labelled
    else:
        role, weight, why = _by_unit(one, around, start, end)
        if why == NOT_SAID and (further := reaching_back(sentence, start)) < start:
            role, weight, why = _by_unit(one, around, further, end)
    if role and role != "onset_weeks" and one.in_calendar and not _UNTIL.search(sentence[: one.start]):
        return "", 0, "a place in a calendar, not how long"
    return role, weight, why


def _of_something_else(one: Quantity, around: Around, part: str) -> str | None:
    """Return why a quantity is none of the treatment's figures, wherever it stands; None where it may be one."""
    never = figure_patterns()[1]
    sentence, before = around.sentence, around.sentence[: one.start]
    if is_foreign(sentence, one.start, around.ours):
        return "said of another treatment"
    if one.unit != "session" and (never["desk"].search(part) or re.search(r"\bconsult\w*\b", before, re.IGNORECASE)):
        return ""
    if any(often.end() == one.start for often in _HOW_OFTEN.finditer(sentence)):
        return "how often, not how long"
    if never["study"].search(before):
        return "of a study, not of this clinic"
    if never["nature"].search(before):
        return "what the body does by itself"
    if re.search(r"\b(?:few|several|couple of) \w+(?: \w+){0,4} to $", before, re.IGNORECASE):
        return "its lower end is no number"
    if never["unknown"].search(sentence) or (around.asked and never["unknown"].search(around.previous)):
        return "the page says that it is not known"
    return None


def _by_label(one: Quantity, around: Around, part: str) -> tuple[str, int, str] | None:
    """Return what the label before a quantity makes of it; None where there is none that could."""
    never = figure_patterns()[1]
    sentence = around.sentence
    role = _meant_by(around.label_role, one, part)
    if role == "onset_weeks" and never["peak"].search(part):
        return "", 0, "full or continued effect, not its beginning"
    if role == "downtime_days" and one.unit in ("month", "year"):
        return "", 0, "how long a side effect stays, not the downtime"
    if role not in ROLES or one.unit not in _UNITS[role]:
        return None
    if (never["wait"].search(part) and role != "onset_weeks") or (
        role == "duration_minutes" and _is_preparation(sentence, part, one)
    ):
        return "", 0, ""
    if around.governed < one.end and role != "lasts_months" and never["maintenance"].search(sentence[: one.end]):
        return "", 0, "maintenance"
    if role == "downtime_days" and is_long_redness(one, part if STAYS_PINK.search(part) else around.label):
        return "", 0, "how long it stays pink, not the whole downtime"
    if role == "onset_weeks" and AT_ONCE.search(sentence):
        return role, MAYBE, ""
    less = 20 * is_one_side_effect(role, around.label) or 10 * (role != around.label_role)
    return role, LABELLED - less, ""


def _by_unit(one: Quantity, around: Around, start: int, end: int) -> tuple[str, int, str]:
    sentence, asked = around.sentence, around.asked
    part = sentence[start:end]
    if one.unit in ("minute", "hour"):
        return _of_hours(one, sentence, part, asked, around.section)
    if one.unit == "session":
        return _of_sessions(one, sentence, part, asked, around.governed, start)
    return of_days(one, sentence, part, asked, around.section, around.governed, start, end, around.previous)


def _meant_by(label: str, one: Quantity, part: str) -> str:
    """Return what a label means beside a unit: a duration in months is that of a result, in minutes of a visit."""
    far = one.unit in ("month", "year")
    if label == "lasts_months" and one.unit in ("minute", "hour"):
        return "duration_minutes"
    if label == "sessions" and one.unit in ("minute", "hour"):
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
    behind = re.split(r"[;—]", sentence[one.end :])[0]
    return not _WHOLE.search(behind[:40]) or _WHOLE.search(sentence[: one.start]) is not None


def _of_hours(one: Quantity, sentence: str, part: str, asked: str, section: str) -> tuple[str, int, str]:
    roles, never = figure_patterns()
    if BEGINS_TO_SHOW.search(sentence[: one.start]):
        return "", 0, "when a side effect begins, not the whole downtime"
    if one.unit == "hour" and re.search(r"\bfirst\s*$", sentence[: one.start], re.IGNORECASE):
        return "", 0, "the first hours, not the whole downtime"
    long = one.unit == "hour" and (one.high or one.low or 0) > 8
    if never["wait"].search(part):
        return "", 0, ""
    is_of_days = roles["downtime_days"].search(part) or asked == "downtime_days"
    if one.unit == "hour" and is_of_days and not re.search(r"\btakes? (?:about|around|\d)", part):
        return "downtime_days", ASKED if asked == "downtime_days" else said_downtime(part), ""
    if long:
        if section == "recovery_and_aftercare" and roles["downtime_days"].search(sentence):
            return "downtime_days", MAYBE, ""
        return "", 0, ""
    if _is_preparation(sentence, part, one):
        return "", 0, ""
    if _BY_A_TOOL.search(sentence[: one.start]):
        return "", 0, "a part of the appointment, not the whole of it"
    surer = 15 if _OF_THE_VISIT.search(part) else -15 if _OF_A_PART.search(part) else 0
    if _MORE_TIME.search(part):
        return "", 0, "more time for more area, not the appointment"
    if asked == "duration_minutes":
        return "duration_minutes", ASKED + surer, ""
    if roles["duration_minutes"].search(part):
        return "duration_minutes", SAID + surer, ""
    if len(sentence) - (one.end - one.start) <= _LEAST_AROUND and section in ("", "overview", "what_to_expect"):
        # "60–75 min" by itself under the name of the treatment, as on a label.
        return "duration_minutes", MAYBE - 5, ""
    if roles["duration_minutes"].search(sentence) and section in ("what_to_expect", "overview", ""):
        return "duration_minutes", MAYBE, ""
    return "", 0, NOT_SAID


def _of_sessions(
    one: Quantity, sentence: str, part: str, asked: str, governed: int, start: int
) -> tuple[str, int, str]:
    roles, never = figure_patterns()
    before = sentence[: one.start]
    if re.search(
        r"\b(?:after|following|within|by|per|each|every|in as (?:few|little) as|as (?:few|little) as|more than|even|"
        r"(?:come|return|go) back for|"
        r"first|last|second|next|of your)\s+(?:just |only |about |around |your |the |the first |a |"
        r"every )*$",
        before,
        re.IGNORECASE,
    ):
        return "", 0, ""
    if never["maintenance"].search(part) or governed < one.start:
        return "", 0, "maintenance"
    if one.low == one.high == 1 and re.match(
        r"\s+(?:every|each|per|a year|once)\b", sentence[one.end :], re.IGNORECASE
    ):
        return "", 0, "maintenance"
    if never["wait"].search(part) and not roles["sessions"].search(part):
        return "", 0, ""
    if re.search(r"\bper (?:year|month)\b|\ba year\b|\beach year\b", sentence[one.end : one.end + 15], re.IGNORECASE):
        return "", 0, "maintenance"
    if asked == "sessions":
        return "sessions", ASKED, ""
    if asked == "interval_weeks":
        return "sessions", SAID, ""
    if _MONEY.search(part):
        return "", 0, "a price"
    if re.search(
        r"\b(?:series|course|plan|program(?:me)?|protocol) of\b|\brecommend|\brequire|\bneed", part, re.IGNORECASE
    ):
        return "sessions", SAID + 5, ""
    if roles["sessions"].search(part):
        return "sessions", SAID, ""
    if roles["sessions"].search(sentence):
        return "sessions", MAYBE, ""
    if len(part.strip()) - (one.end - one.start) <= _LEAST_AROUND and start == 0:
        # "Three sessions" by itself, as in a list.
        return "sessions", MAYBE, ""
    return "", 0, ""
