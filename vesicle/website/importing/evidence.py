"""What a text speaks of by its own words: where a heading means nothing, they say which section it is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vesicle.website.claims.sentences import of_text
from vesicle.website.importing.exclusions import excludes, strong_questions_in
from vesicle.website.importing.meaning import Around, meaning_of
from vesicle.website.importing.names import OTHER, concerns_in, mentions
from vesicle.website.importing.quantities import quantities
from vesicle.website.importing.words import evidence_patterns

_POSITIVE = re.compile(
    r"\b(?:treats?|helps?|improves?|softens?|reduces?|fades?|smooths?|good for|works on)\b", re.IGNORECASE
)
_INSTEAD = re.compile(
    r"\b(?:prefer|another|instead|alternativ\w+|rather|gentler|stronger|deeper|lighter|softer|option|also|"
    r"consider|ask (?:us )?about|"
    r"costs (?:more|less)|may (?:do|suit)|or|first|if)\b",
    re.IGNORECASE,
)
_MANY_TREATMENTS = 2
_SURE_OF_A_LIST = 5
_MOST_FIGURES = 6
_SECTION_OF_FIGURE = {
    "duration_minutes": "what_to_expect", "sessions": "results_timeline", "interval_weeks": "results_timeline",
    "onset_weeks": "results_timeline", "lasts_months": "results_timeline", "downtime_days": "recovery_and_aftercare",
}  # fmt: skip


def section_of_text(text: str, ours: frozenset[str], *, is_list: bool = False) -> tuple[str, int]:
    """Return the section a text speaks of and how much says so; an empty section where nothing does.

    Parameters
    ----------
    text
        A sentence, or everything that stands under one heading.
    ours
        The treatments the page is about.
    is_list
        Whether the text is a list of short items, in which a condition alone excludes.
    """
    if _mostly_excludes(text) or (is_list and lists_exclusions(text.split("\n"))):
        return "disqualifying_conditions", 9
    named = {one.treatment for one in mentions(text)} - {OTHER}
    strangers = named - ours
    if strangers and not named & ours and _INSTEAD.search(text) and len(text.split()) <= 40:
        return "alternatives", 5
    if len(strangers) >= _MANY_TREATMENTS and len(text.split()) <= 40:
        return "alternatives", 4
    counted = {
        name: len({match.group().lower() for match in pattern.finditer(text)})
        for name, pattern in evidence_patterns().items()
    }
    for one in quantities(text)[:_MOST_FIGURES]:
        role, _, _ = meaning_of(one, Around(text, ours))
        if role:
            counted[_SECTION_OF_FIGURE[role]] += 1
    concerns = {concern for concern, _, _ in concerns_in(text)}
    if is_list and len(concerns) >= 2 and len(concerns) * 2 >= text.count("\n"):
        return "benefits" if counted["benefits"] >= len(concerns) else "concerns_addressed", _SURE_OF_A_LIST
    if len(concerns) >= 2 and not counted["recovery_and_aftercare"]:
        counted["benefits" if counted["benefits"] else "concerns_addressed"] += len(concerns)
    best = max(counted, key=lambda name: counted[name])
    return (best, counted[best]) if counted[best] else ("", 0)


def _mostly_excludes(text: str) -> bool:
    """Return whether at least half of what a text says is whom we do not treat."""
    said = [excludes(one.text) for one in of_text(text)]
    return any(said) and sum(said) * 2 >= len(said)


def lists_exclusions(items: Sequence[str]) -> bool:
    """Return whether items are reasons not to treat: most name what the screening asks, none what it is good for."""
    said = [item for item in items if item.strip()]
    strong = [strong_questions_in(item) for item in said]
    distinct = {question for found in strong for question in found}
    return (
        len(distinct) >= 2
        and sum(bool(found) for found in strong) * 2 >= len(said)
        and not any(_POSITIVE.search(item) for item in said)
    )
