"""Whose page it is: the treatment by title, main heading and weight in the text; its modalities."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from vesicle.website.importing.blocks import Block, Content
from vesicle.website.importing.headings import section_of_heading
from vesicle.website.importing.names import OTHER, described_in, includes, mentions, modalities_in

_MAIN_HEADING, _TITLE, _DESCRIPTION, _HEADING, _TEXT = 12, 8, 3, 2, 1
_OPENING = 4
"""Weight of the treatment the text names first, before any heading names one: that is what it is going to speak of."""
_CLEAR = 1.4
"""How many times the weight of the next treatment the first has to have, where no main heading or title names one."""
_FAR_MORE = 2
"""How many times our treatment's weight others without a protocol have to have before the page is theirs."""
_HOUSE = re.compile(
    r"\b(?:clinics?|cent(?:er|re)s?|spa|medspa|lounge|institute|a?esthetics?|bar|studios?|dermatology|associates|"
    r"skin|skincare|wellness|beauty|md|medical|house|company|co\.|group|rooms?)\b\W*(?:(?!Therap|Treat|Facial|Resurf|Rejuv|Needling|Peel)[A-Z][\w.]*\W*)?$|"
    r"\b(?:laser|peels?) (?:&|and) ",
    re.IGNORECASE,
)
_IN_NAMES_OF_HOUSES = frozenset({"laser", "lasers", "peel", "peels", "exosome", "needling"})
_EITHER = re.compile(r"([^.;?!]{8,160}?)[ ,]\bor\b ([^.;?!]{8,160})", re.IGNORECASE)
"""Two ways of one treatment in a sentence: "into needled skin, or smoothed on by hand"."""
_MOST_MAIN = 5
_BELONGS_TO = re.compile(r"\b(?:after|following|post|before|during|alongside)\b", re.IGNORECASE)
"""What stands behind these words in a title is what the treatment goes with: "Booster after laser"."""
_MOST_NAMED = 2
_TITLE_ENDS = re.compile(r"\s*(?:[|·»•:]|\s[-–—]\s)\s*")


@dataclass(frozen=True, slots=True)
class Recognised:
    """The treatment, or none and why; the words it was recognised by; what else its title names beside it."""

    treatment: str | None
    words: str = ""
    why: str = ""
    companions: frozenset[str] = frozenset()


def treatment_of(content: Content) -> Recognised:
    """Return the treatment a page is about."""
    mains = [block.text for block in content.blocks if block.kind == "heading" and block.level == 1][:_MOST_MAIN]
    main = next((text for text in mains if not _is_name_of_a_house(text)), "")
    is_of_others = ""
    for text in (*mains, *_TITLE_ENDS.split(content.title)):
        named = None if _is_name_of_a_house(text) else _one_of(text)
        if named == OTHER:
            is_of_others = is_of_others or (text if text in mains else "")
        elif named is not None:
            beside = frozenset(one.treatment for one in mentions(text)) - {OTHER, named}
            return Recognised(named, text, companions=beside)
    weights: Counter[str] = Counter()
    for text, weight in (
        (main, _MAIN_HEADING),
        *((part, _TITLE) for part in _TITLE_ENDS.split(content.title) if not _is_name_of_a_house(part)),
        (content.description, _DESCRIPTION),
        *(
            (block.text, _HEADING if block.kind == "heading" else _TEXT)
            for block in content.blocks
            if not (block.level == 1 and _is_name_of_a_house(block.text)) and not _compares(block)
        ),
    ):
        for treatment in {mention.treatment for mention in mentions(text)}:
            weights[treatment] += weight
    for block in content.blocks:
        for treatment in () if _compares(block) else described_in(block.text):
            weights[treatment] += _TEXT
    if opening := _opening(content):
        weights[opening] += _OPENING
    if not weights:
        return Recognised(None, "", "No treatment of the library is named on the page.")
    (first, weight), *rest = weights.most_common()
    ours = next((one for one in rest if one[0] != OTHER), None)
    if (
        first == OTHER
        and ours is not None
        and ((opening == ours[0] and not is_of_others) or ours[1] * _FAR_MORE > weight)
    ):
        # A menu of the house names many; what the page itself describes is one.
        rest = [one for one in rest if one is not ours]
        first, weight = ours
    if first == OTHER and is_of_others:
        return Recognised(None, is_of_others, "The page is about a treatment that the library has no protocol of.")
    if first == OTHER:
        return Recognised(None, "", "The page is mostly about treatments that the library has no protocol of.")
    parts = includes(first)
    others = [count for name, count in rest if name not in (*parts, OTHER)]
    combining = [name for name, count in rest if name != OTHER and first in includes(name) and count * 2 > weight]
    if len(combining) == 1:
        first = combining[0]
        others = [count for name, count in rest if name not in (first, *includes(first))]
    if others and weight < _CLEAR * others[0]:
        names = ", ".join(sorted(name for name, _ in weights.most_common(4) if name != OTHER))
        return Recognised(None, "", f"The page is about several treatments ({names}); give one page for each.")
    return Recognised(first, f"named {weights[first]} times by weight")


def _is_name_of_a_house(text: str) -> bool:
    """Return whether a heading or part of a title is the name of a practice: "Lakeside Laser & Skin Center"."""
    return _HOUSE.search(text) is not None and all(
        text[one.start : one.end].lower() in _IN_NAMES_OF_HOUSES for one in mentions(text)
    )


def _compares(block: Block) -> bool:
    """Return whether a block names what else there is: it stands under such a heading, or lists several treatments."""
    if any(section_of_heading(text) == "alternatives" for _, text in block.headings):
        return True
    named = {mention.treatment for mention in mentions(block.text)} - {OTHER}
    return len(named) > _MOST_NAMED and block.kind != "heading"


def _opening(content: Content) -> str:
    """Return the treatment that the running text names or describes first, before any heading names one; else empty."""
    for block in content.blocks:
        named = [mention.treatment for mention in mentions(block.text)]
        if block.kind == "heading":
            if named and block.level > 1:
                return ""
            continue
        described = described_in(block.text)
        told = [one for one in named if one != OTHER] or [
            one for one in described if all(other == one or other in includes(one) for other in described)
        ]
        if told:
            return told[0]
    return ""


def _one_of(text: str) -> str | None:
    """Return the one treatment a title names; where one includes another, the one that includes it."""
    companion = _BELONGS_TO.search(text)
    if companion is not None and mentions(text[: companion.start()]):
        text = text[: companion.start()]
    named = list(dict.fromkeys(mention.treatment for mention in mentions(text)))
    if re.search(r"\bvs\b|\bversus\b|\bor\b", text, re.IGNORECASE) and len(named) > 1:
        return None
    ours = [name for name in named if name != OTHER]
    if not ours:
        return OTHER if named else None
    if len(ours) == 1:
        return ours[0]
    whole = [name for name in ours if all(other == name or other in includes(name) for other in ours)]
    return whole[0] if len(whole) == 1 else None


def modalities_of(content: Content, treatment: str) -> dict[str, str]:
    """Return the modalities a page offers, each with its words: title and heading decide, else the text."""
    main = " ".join(block.text for block in content.blocks if block.kind == "heading" and block.level == 1)
    title = _TITLE_ENDS.split(content.title)[0]
    if found := modalities_in(f"{main} . {title}", treatment):
        return found
    counted: dict[str, tuple[int, str]] = {}
    either: set[str] = set()
    for block in content.blocks:
        for one in _EITHER.finditer(block.text):
            first, second = (modalities_in(part, treatment) for part in one.groups())
            if set(first) - set(second) and set(second) - set(first):
                either |= {*first, *second}
        for modality, words in modalities_in(block.text, treatment).items():
            weight = 3 if block.kind == "heading" else 1
            counted[modality] = (counted.get(modality, (0, words))[0] + weight, counted.get(modality, (0, words))[1])
    if not counted:
        return {}
    most = max(count for count, _ in counted.values())
    return {name: words for name, (count, words) in counted.items() if count >= max(1, most / 3) or name in either}
