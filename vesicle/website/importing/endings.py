"""What stands at the end of a page and is no content, though no element or heading says so: cards, reviews, numbers.

Until the end is reached, an unknown heading is a marketing line over content. After it, it is one over something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vesicle.website.importing.blocks import Block
from vesicle.website.importing.exclusions import excludes, strong_questions_in
from vesicle.website.importing.figures import role_of_label
from vesicle.website.importing.headings import section_of_heading
from vesicle.website.importing.names import OTHER, concerns_in, described_in, mentions
from vesicle.website.importing.notices import FIRST_PERSON
from vesicle.website.importing.quantities import quantities
from vesicle.website.importing.teasers import PRICE
from vesicle.website.importing.words import evidence_patterns

BEGINS = 0.5
"""Share of a page's words before which nothing is taken for its end."""
_MOST_BLOCKS = 2_000
"""Pieces beyond which a text is no treatment page and its end is not looked for."""
_LONGEST_CARD = 30
_LONGEST_TITLE, _LONGEST_OFFER, _ONE_OFFER = 4, 14, 2
_QUESTIONS = re.compile(
    r"\b(?:i|my|me|it|you|your|this|there|they|treatments?|results?|hurts?|painful|safe|skin)\b.*\?\W*$|"
    r"\bquestions?\b|\bfaqs?\b|\bq ?& ?a\b",
    re.IGNORECASE,
)
_IN_A_CALENDAR = re.compile(
    r"\d|\b(?:day|week|month|step|phase|stage|first|second|third|morning|evening|session|visit)s?\b", re.IGNORECASE
)
_NAME = re.compile(
    r"\W*[A-Z][\w’'.-]*(?: (?:[A-Z][\w’'.-]*|&|and)){0,3}(?:\s?[,|·(–—-]\s?[^.!?]{1,40})?\W*",
)
_SIGNED = re.compile(
    r"^\W*[-–—~]|\b[A-Z]\.(?:\W|$)|\b(?:verified|client|patient|customer|guest|reviewer|google|yelp)\b|, \d\d$",
    re.IGNORECASE,
)
"""What only stands behind a name under a review: an initial, an age, a dash."""
_LONGEST_NAME = 7
_FEWEST_OF_A_REVIEW = 4
_NUMBER = re.compile(r"\W*\d[\d,.]*\s?(?:k|m|%|\+|x)?\W*", re.IGNORECASE)
_LONGEST_CAPTION = 6
_OUTLINE = frozenset({"h1", "h2", "h3", "h4"})
_FEWEST_KNOWN = 2
_OF_A_TREATMENT = ("recovery_and_aftercare", "what_to_expect", "ideal_candidates")
"""Sections whose words stand on no other page: those of results, weeks and months, stand on many."""
_CLEAR, _SLIGHT = 4, 2
_PERSON = re.compile(
    r"\bDr\.? [A-Z]|\b[A-Z][\w’'.-]+,? (?:MD|M\.D\.|DO|RN|NP|PA|PA-C|BSN|MSN|LE|APRN|FNP|FNP-C|"
    r"FNP-BC|FAAD|PhD|MBBS|CANS|LME|DNP)\b"
)


def without_leftovers(blocks: list[Block], ends: int | None) -> tuple[list[Block], int]:
    """Return blocks without cards, reviews and counters no element marks, and how many were left out.

    Parameters
    ----------
    blocks
        In order, each with the headings above it.
    ends
        The place from which on the page has ended: something that stands only at the end of pages was left out there.
    """
    if len(blocks) > _MOST_BLOCKS:
        return blocks, 0
    dropped = _reviews(blocks) | _counters(blocks) | _cards(blocks) | _people(blocks) | _offers(blocks)
    if ends is not None:
        behind = {block.text for block in blocks[ends:] if block.kind == "heading"}
        for group in _groups(blocks):
            told = [blocks[place] for place in group]
            if group[0] >= ends and (
                _sells_another(told) or not (_is_known(told[0], behind) or _speaks_of_it(told, None))
            ):
                dropped.update(group)
    return [block for place, block in enumerate(blocks) if place not in dropped], len(dropped)


def without_tail(blocks: list[Block], ours: frozenset[str]) -> tuple[list[Block], int]:
    """Return blocks without what stands behind the last heading we know and speaks of nothing of a treatment's.

    Parameters
    ----------
    ours
        The treatments the page is about.
    """
    groups = list(_groups(blocks)) if len(blocks) <= _MOST_BLOCKS else []
    known = [place for place, group in enumerate(groups) if _is_known_itself(blocks[group[0]])]
    if len(known) < _FEWEST_KNOWN:
        return blocks, 0
    dropped: set[int] = set()
    opened = {_look(blocks[groups[place][0]]) for place in known} - {None}
    for group in groups[known[-1] + 1 :]:
        if _look(blocks[group[0]]) in opened:
            # Another part of the accordion or the tabs that hold what we know.
            continue
        if not _speaks_of_it([blocks[place] for place in group], ours):
            dropped.update(group)
    return [block for place, block in enumerate(blocks) if place not in dropped], len(dropped)


def _sells_another(group: list[Block]) -> bool:
    """Return whether a heading names a treatment we have no protocol of, over its price."""
    return any(one.treatment == OTHER for one in mentions(group[0].text)) and any(
        PRICE.search(block.text) for block in group
    )


def _look(heading: Block) -> tuple[str, str] | None:
    """Return what the openers of one accordion share; None for a heading of the page's outline."""
    holder = heading.holder
    if holder is None or holder.name in _OUTLINE:
        return None
    return holder.name, holder.attributes.get("class", "")


def _speaks_of_it(group: list[Block], ours: frozenset[str] | None) -> bool:
    """Return whether a heading and what follows it speak of the page's treatment, or of what only treatments have."""
    text = "\n".join(block.text for block in group)
    if quantities(group[0].text) and not PRICE.search(text):
        # A tile: the figure as its heading, what it is of below.
        return True
    named = {one.treatment for one in mentions(text)} - {OTHER}
    if (named if ours is None else named & ours) or excludes(text):
        return True
    described = described_in(text)
    if described if ours is None else described & ours:
        return True
    if strong_questions_in(text) or any(True for _ in concerns_in(text)):
        return True
    words = evidence_patterns()
    count = sum(len({one.group().lower() for one in words[name].finditer(text)}) for name in _OF_A_TREATMENT)
    is_under_one = any(section_of_heading(above) for level, above in group[0].headings if level > 1)
    return count >= (_SLIGHT if is_under_one else _CLEAR)


def _groups(blocks: list[Block]) -> Iterator[list[int]]:
    """Yield the places of each heading with what follows it to the next."""
    group: list[int] = []
    for place, block in enumerate(blocks):
        if block.kind == "heading":
            if group:
                yield group
            group = [place]
        elif group:
            group.append(place)
    if group:
        yield group


def _is_known(heading: Block, within: set[str] | None = None) -> bool:
    """Return whether a heading or one above it, of those ``within`` if given, opens something of a treatment page."""
    return _is_known_itself(heading) or any(
        section_of_heading(text) for level, text in heading.headings if level > 1 and (within is None or text in within)
    )


def _is_known_itself(heading: Block) -> bool:
    """Return whether a heading opens something of a treatment page: a section, a fact, a question, a treatment."""
    named = {one.treatment for one in mentions(heading.text)}
    section = section_of_heading(heading.text)
    if named == {OTHER} and not section:
        return False
    return not _PERSON.search(heading.text) and bool(
        section
        or role_of_label(heading.text) not in ("", "price", "ignored")
        or _QUESTIONS.search(heading.text)
        or named - {OTHER}
        or any(True for _ in concerns_in(heading.text))
    )


def _cards(blocks: list[Block]) -> set[int]:
    """Return the places of cards in the second half: headings in a row over a line with figures of something else."""
    words = [len(block.text.split()) for block in blocks]
    before, half = 0, BEGINS * sum(words)
    found: set[int] = set()
    run: list[list[int]] = []
    for group in _groups(blocks):
        heading = blocks[group[0]]
        before += sum(words[place] for place in group)
        is_card = (
            before > half
            and len(group) > 1
            and sum(words[place] for place in group) <= _LONGEST_CARD
            and not _is_known_itself(heading)
            and not _IN_A_CALENDAR.search(heading.text)
            and not _speaks_of_it([blocks[place] for place in group], None)
        )
        if is_card and (not run or abs(blocks[run[-1][0]].level - heading.level) <= 1):
            run.append(group)
            continue
        found.update(place for one in run for place in one if len(run) > 1)
        run = [group] if is_card else []
    found.update(place for one in run for place in one if len(run) > 1)
    return found


def _offers(blocks: list[Block]) -> set[int]:
    """Return the places in the second half of short titles over a line of figures, two in a row: a menu's entries."""
    words = [len(block.text.split()) for block in blocks]
    half, before = BEGINS * sum(words), 0
    found: set[int] = set()
    run: list[int] = []
    place = 0
    while place < len(blocks):
        before += words[place]
        title, line = blocks[place], blocks[place + 1] if place + 1 < len(blocks) else None
        if (
            line is not None
            and before > half
            and words[place] <= _LONGEST_TITLE
            and words[place + 1] <= _LONGEST_OFFER
            and not title.label
            and title.text[-1] not in ".!?:"
            and not _IN_A_CALENDAR.search(title.text)
            and not _is_known_itself(title)
            and line.kind != "heading"
            and bool(quantities(line.text) or PRICE.search(line.text))
        ):
            run += [place, place + 1]
            before += words[place + 1]
            place += 2
            continue
        found.update(run if len(run) > _ONE_OFFER else ())
        run = []
        place += 1
    found.update(run if len(run) > _ONE_OFFER else ())
    return found


def _people(blocks: list[Block]) -> set[int]:
    """Return the places of what is told of the people of the house: under a name with a degree."""
    return {
        place
        for group in _groups(blocks)
        if blocks[group[0]].level > 1 and _PERSON.search(blocks[group[0]].text)
        for place in group
    }


def _reviews(blocks: list[Block]) -> set[int]:
    """Return the places of texts of somebody's own, with a name behind them, and of their heading."""
    found: set[int] = set()
    for group in _groups(blocks):
        signed = [
            place
            for place in group[1:-1]
            if blocks[place].kind == "text"
            and len(blocks[place].text.split()) >= _FEWEST_OF_A_REVIEW
            and blocks[place + 1].kind in ("text", "heading")
            and _is_name(blocks[place + 1])
        ]
        surely = [
            place
            for place in signed
            if FIRST_PERSON.search(blocks[place].text)
            or "!" in blocks[place].text
            or _SIGNED.search(blocks[place + 1].text)
        ]
        signed = signed if surely and len(signed) > 1 else surely
        heading = blocks[group[0]]
        if (
            len(group) > 1
            and _is_name(heading)
            and not _is_known_itself(heading)
            and (FIRST_PERSON.search(blocks[group[1]].text) or _SIGNED.search(heading.text))
        ):
            found.update(group[:2])
        if signed and not _is_known(blocks[group[0]]) and blocks[group[0]].level > 1:
            found.update(group)
        found.update(place + more for place in signed for more in (0, 1))
    return found


def _is_name(block: Block) -> bool:
    """Return whether a text is only a person's name, perhaps with a place: "Denise P., Mesa"."""
    return (
        block.level != 1
        and len(block.text.split()) <= _LONGEST_NAME
        and _NAME.fullmatch(block.text) is not None
        and not mentions(block.text)
    )


def _counters(blocks: list[Block]) -> set[int]:
    """Return the places of a number by itself and of its caption that names none of our figures: "26", "Years open"."""
    found: set[int] = set()
    for place, block in enumerate(blocks):
        before = blocks[place - 1].text if place else ""
        after = blocks[place + 1] if place + 1 < len(blocks) else None
        caption = after.text if after is not None and len(after.text.split()) <= _LONGEST_CAPTION else ""
        if (
            block.kind in ("text", "heading")
            and _NUMBER.fullmatch(block.text)
            and not role_of_label(caption)
            and not role_of_label(before)
            and all(one.unit == "year" for one in quantities(f"{block.text} {caption}"))
        ):
            found.add(place)
            if caption and after is not None and after.kind != "heading":
                found.add(place + 1)
    return found
