"""What days, weeks, months and years mean: between sessions, until or how long a result, or away."""

from __future__ import annotations

import re

from vesicle.website.importing.quantities import Quantity
from vesicle.website.importing.roles import ASKED, SAID
from vesicle.website.importing.words import figure_patterns

NOT_SAID = "not said what it is the time of"
_AGAIN = re.compile(
    r"\b(?:second|another|next|further|repeat\w*|again|subsequent|following)\b(?:\W+(?:one|session|treatment|visit|round|peel|pass))?"
    r"\W*(?:is |are |comes? |follows? |can (?:be done|follow) |after |about |around |at )*$",
    re.IGNORECASE,
)
_BETWEEN_SESSIONS = re.compile(
    r"[\s-]*(?:in )?between (?:(?:each |your |the )?(?:\w+ )?(?:sessions?|treatments?|visits?|appointments?|rounds?)|"
    r"them\b|each\b|one and the next|\W*$|[,.;])|"
    r"[\s-]*before (?:your |the |having |booking )?(?:next|another|second|subsequent)\b",
    re.IGNORECASE,
)
_OF_RESULTS = re.compile(r"\b(?:results?|effects?|benefits?|improve\w*|glow|lift|look)\b", re.IGNORECASE)
BEGINS_TO_SHOW = re.compile(
    r"\b(?:peel\w*|flak\w+|swell\w*|redness|bruis\w+|shed\w*|crust\w*|scab\w*)\b[^.;]{0,30}\b(?:begins?|starts?|occurs?|appears?|peaks?|"
    r"comes? on|sets? in)\b[^.;]{0,25}$|"
    r"\b(?:begin|start)s? (?:peel|flak|shedd|swell|crust|scabb|bruis)ing\b[^.;]{0,25}$",
    re.IGNORECASE,
)
_THEN_BEGINS = re.compile(
    r"[^.;]{0,40}\b(?:begins?|starts?) to (?:peel|flake|shed|swell|bruise|crust|scab|dry)", re.IGNORECASE
)
"""Around the third day the skin starts to peel: when a side effect begins."""
_WORST = re.compile(r"\b(?:maxim\w+|peaks?|at (?:its|their) (?:worst|height)|worst)\b", re.IGNORECASE)
_FIRST_STAGE = re.compile(r"\b(?:ooz\w+|weep\w*|pinpoint|bleed\w*)\b", re.IGNORECASE)
_BY_THEN = re.compile(r"\bby (?:days? |about |around |the )*$", re.IGNORECASE)
_ENDS = re.compile(
    r"\b(?:clear\w*|clos\w+|gone|go away|settl\w+|subsid\w+|heal\w*|over|done|finish\w*|back|normal|fad\w+|resolv\w+|"
    r"presentable|calm\w*|like yourself|ready|off|last|public|work|through|behind you|disappear\w*|recover\w*)\b",
    re.IGNORECASE,
)
"""Words of what is over by a day, unlike what somebody looks like on it."""
_A_STAGE = re.compile(r"\bfirst\s*$", re.IGNORECASE)
_NOTHING_BEFORE = re.compile(
    r"(?:\b(?:not|nothing|never|no)\b|n.t\b)[^.;]*\b(?:show|see|notice|appear|result|change|visible|judge|assess|decide)"
    r"\w*[^.;]*\bbefore\s+(?:the\s+)?"
    r"(?:about |around |roughly )?$",
    re.IGNORECASE,
)
_UNTIL_HEALED = re.compile(
    r"\b(?:until|till)\b.{0,40}\b(?:clos\w+|heal\w+|gone|peeled)\b.{0,10}\b(?:takes?|about|which|usually)\b.{0,20}$",
    re.IGNORECASE,
)
_HAIR_FALLS = re.compile(r"\bhair (?:\w+ )?shed\w*|\bshed\w* (?:\w+ ){0,3}hair\b", re.IGNORECASE)
_NOTHING = re.compile(r"(?!)")
_WEEKS_OF_PINKNESS = 3
_WEEK = 7
_MONTHS_OF_A_BEGINNING = 4
"""Months after which what is judged is the final result."""
STAYS_PINK = re.compile(
    r"\b(?:pink\w*|red(?:ness)?|ros(?:y|iness)|flush\w*|blush\w*|tender\w*|sensitiv\w+|numb\w*)\b", re.IGNORECASE
)
_ONE_SIDE_EFFECT = re.compile(r"\b(?:swell\w*|bruis\w+|red(?:ness)?|pink\w*|puff\w*|dry\w*|crust\w*)\b", re.IGNORECASE)
_AWAY = re.compile(
    r"down-?\s?time|recover\w*|"
    r"away from (?:work|the office|people)|back (?:to|at)|return\w* to|resum\w+|low profile|time off|days? off|"
    r"off work|presentable|look normal|in public|lie low",
    re.IGNORECASE,
)
"""Words of being away rather than of one side effect."""
AT_ONCE = re.compile(
    r"\b(?:first |initial |instant |immediate )?(?:glow|plump\w*|freshness)\b|\bimmediate\w*", re.IGNORECASE
)
"""Of the swelling of the first days, which some call a result, not of the change that comes with weeks."""
_FIRST_OF_IT = re.compile(
    r"\b(?:first|initial|early|earliest) (?:signs?|changes?|results?|improvements?)\b", re.IGNORECASE
)
_LINGERS = re.compile(
    r"\b(?:linger\w*|comes? and goe?s?|may|might|some|faint|occasional\w*|tiny|a little|sometimes|can hang)\b",
    re.IGNORECASE,
)
"""Of what some have and does not keep anybody away."""
_KEEPS_IMPROVING = re.compile(
    r"\b(?:keeps?|continu\w+|goes on|go on)\s+(?:to )?(?:\w+ing|improve|get|build|develop|change|form|see|notice|enjoy "
    r"(?:more|further|better))\b|\bcontinued (?:improvement|progress|change|benefits?)\b|"
    r"\bover the (?:next|following|coming)\s*$",
    re.IGNORECASE,
)
_LATER = re.compile(r"\s*(?:in|on|later|after(?:wards)?)\b\s*(?:,|$)", re.IGNORECASE)


def is_long_redness(one: Quantity, text: str) -> bool:
    """Return whether weeks are those the skin stays pink or tender, in which nobody stays away."""
    return (
        (one.unit in ("month", "year") or (one.unit == "week" and (one.low or one.high or 0) >= _WEEKS_OF_PINKNESS))
        and STAYS_PINK.search(text) is not None
        and _AWAY.search(text) is None
    )


def _lingers_in_some(one: Quantity, part: str) -> bool:
    """Return whether more than a week is what some see for longer, in which nobody stays away."""
    longest = one.high if one.high is not None else one.low
    days = (longest or 0) * (7 if one.unit == "week" else 1)
    return days > _WEEK and _LINGERS.search(part) is not None and _AWAY.search(part) is None


def is_one_side_effect(role: str, label: str) -> bool:
    """Return whether a label names one thing that heals ("Swelling") and not being away as such ("Recovery")."""
    return role == "downtime_days" and _ONE_SIDE_EFFECT.search(label) is not None and _AWAY.search(label) is None


def said_downtime(part: str) -> int:
    """Return how surely a part of a sentence speaks of being away: less so of what lingers in some."""
    return SAID + 5 if _AWAY.search(part) else SAID - 10 if _LINGERS.search(part) else SAID - 5


def of_days(
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
    """Return the role of days, weeks, months or years, how sure it is, and why it has none."""
    roles, never = figure_patterns()
    if one.unit in ("day", "week") and _HAIR_FALLS.search(sentence[: one.start]):
        roles = {**roles, "downtime_days": _NOTHING}
    at = one.start - start
    before, behind = sentence[start : one.start], sentence[one.end : end]
    lasting = None if _KEEPS_IMPROVING.search(before) else roles["lasts_months"].search(part)
    if _NOTHING_BEFORE.search(before) and not (one.unit == "month" and (one.low or 0) > _MONTHS_OF_A_BEGINNING):
        return "onset_weeks", SAID, ""
    if one.unit in ("day", "week") and _UNTIL_HEALED.search(before):
        return "downtime_days", SAID, ""
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
            r"\b(?:every|once(?: every| per)?|gaps? of|spac\w+(?: \w+){0,4}|intervals? (?:of|at))\s+(?:about |around |"
            r"approximately |roughly |at least )?$",
            before,
            re.IGNORECASE,
        )
        or re.match(
            r"[\s-]*(?:apart|intervals?|between (?:each |your |the )?(?:\w+ )?(?:sessions?|treatments?|"
            r"visits?|sittings?|appointments?|peels?|rounds?)|"
            r"between (?:them|each|one and)\b|between(?=\W*$|[,.;])|in between|"
            r"increments|before (?:your |the |having |booking )?(?:next|another|second|subsequent)\b)",
            behind,
            re.IGNORECASE,
        )
        or (re.match(r"\s*(?:later|after(?:wards)?\b)", behind) and _AGAIN.search(sentence[: one.start]))
    )
    is_maintained = never["maintenance"].search(part) or governed < one.start
    if is_maintained and one.unit == "day" and roles["downtime_days"].search(part) and not _OF_RESULTS.search(part):
        is_maintained = False
    if (one.every or is_interval) and one.unit != "year":
        if is_maintained or (
            asked != "interval_weeks"
            and re.match(r"\W*(?:after that|thereafter|then|to keep)\b", previous, re.IGNORECASE)
        ):
            return "", 0, "maintenance"
        far = one.unit == "month" and (one.high or one.low or 0) >= 3
        if (
            far
            and not re.search(r"\bapart|spac|series|course|interval", sentence, re.IGNORECASE)
            and asked != "interval_weeks"
        ):
            return "", 0, "so far apart it may be maintenance; the page does not say"
        return "interval_weeks", ASKED if asked == "interval_weeks" else SAID + 5, ""
    if is_long_redness(one, part):
        return "", 0, "how long it stays pink, not the whole downtime"
    if lasting and one.unit in ("month", "year", "week"):
        if roles["downtime_days"].search(part) and one.unit != "week" and not _OF_RESULTS.search(part):
            return "", 0, "of the skin's recovery, not of the result"
        if (
            roles["downtime_days"].search(part)
            and one.unit == "week"
            and not re.search(r"\bresults?|effects?|benefits?\b", part, re.IGNORECASE)
        ):
            return "downtime_days", said_downtime(part), ""
        if not (governed < one.start and never["maintenance"].search(before)):
            return "lasts_months", ASKED if asked == "lasts_months" else SAID + 5, ""
        return "", 0, "maintenance"
    if (
        asked in ("lasts_months", "duration_minutes")
        and one.unit in ("month", "year")
        and not (is_maintained or _KEEPS_IMPROVING.search(before))
    ):
        return "lasts_months", ASKED - 2, ""
    if is_maintained:
        return "", 0, "maintenance"
    if BEGINS_TO_SHOW.search(before) or _THEN_BEGINS.match(sentence[one.end :]):
        return "", 0, "when a side effect begins, not the whole downtime"
    if roles["downtime_days"].search(part) and _WORST.search(part):
        return "", 0, "when a side effect is at its worst, not the whole downtime"
    if asked != "downtime_days" and roles["downtime_days"].search(part) and _lingers_in_some(one, part):
        return "", 0, "how long it lingers in some, not the whole downtime"
    if _FIRST_STAGE.search(part) and (asked != "downtime_days" or _A_STAGE.search(before)):
        return "", 0, "a stage of healing, not the whole downtime"
    if (down := roles["downtime_days"].search(part)) and one.unit in ("day", "week"):
        onset_words = roles["onset_weeks"].search(part)
        if _BY_THEN.search(before) and not _ENDS.search(part):
            return "", 0, "a stage of healing, not the whole downtime"
        if asked == "downtime_days" and _A_STAGE.search(before):
            return "downtime_days", SAID, ""
        if (
            not onset_words
            or abs(down.start() - at) < abs(onset_words.start() - at)
            or section == "recovery_and_aftercare"
        ):
            return "downtime_days", ASKED if asked == "downtime_days" else said_downtime(part), ""
    if _KEEPS_IMPROVING.search(before):
        return "", 0, "full or continued effect, not its beginning"
    shows = roles["onset_weeks"].search(part) is not None
    if asked == "downtime_days" and one.unit in ("day", "week") and not shows:
        return "downtime_days", ASKED - 5, ""
    if one.unit == "year":
        return "", 0, ""
    if _is_of_peak(part, at):
        return "", 0, "full or continued effect, not its beginning"
    if roles["onset_weeks"].search(part):
        surer = -5 if AT_ONCE.search(part) else 5 if _FIRST_OF_IT.search(part) else 0
        return "onset_weeks", (ASKED if asked == "onset_weeks" else SAID) + surer, ""
    if asked == "onset_weeks":
        return "onset_weeks", ASKED - 5, ""
    if asked == "interval_weeks":
        return "interval_weeks", ASKED - 5, ""
    if (
        _LATER.match(sentence[one.end :])
        and roles["onset_weeks"].search(sentence[one.end :])
        and not (
            roles["downtime_days"].search(sentence) or never["wait"].search(sentence) or never["peak"].search(sentence)
        )
    ):
        return "onset_weeks", SAID - 5, ""
    return "", 0, NOT_SAID


def _is_of_peak(part: str, at: int) -> bool:
    """Return whether the words nearest before a place, or else behind it, speak of the full effect."""
    roles, never = figure_patterns()
    peaks = [match.start() for match in never["peak"].finditer(part)]
    firsts = [match.start() for match in roles["onset_weeks"].finditer(part)]
    if not peaks:
        return False
    before = [place for place in peaks if place < at]
    return bool(before) or not any(place < at for place in firsts)
