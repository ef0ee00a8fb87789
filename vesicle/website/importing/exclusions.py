"""Who is told not to have a treatment, or to ask first, with the screening question that asks the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from vesicle.protocols.bank import load_bank
from vesicle.website.claims.sentences import of_text
from vesicle.website.importing.openings import Openings
from vesicle.website.importing.words import question_words

_SAYS_NO = re.compile(
    r"\b(?:not|isn.?t|aren.?t|can.?t|cannot|don.?t|won.?t|unable to|unsuitable|avoid\w*|"
    r"contra-?\s?indicat\w*|should wait|must wait|postpon\w+|"
    r"delay\w*|no longer candidates?|decline|let us know|tell us|speak (?:to|with)|check with|"
    r"talk to your (?:doctor|physician)|excluded?|rule[sd]? out|"
    r"wait(?:ed)? (?:at least|until|\w+ (?:weeks|months))|inform us|hold off|poor candidates?|reschedul\w+)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:suit\w*|candidates?|recommend\w*|treat\w*|have|perform\w*|offer\w*|ideal|right for|"
    r"appropriate|if you|anyone|people|patients|those|women|pregnan\w*|proceed|contra-?\s?indicat\w*|"
    r"clients|individuals|who (?:is|are|has|have)|we (?:can(?:not|.t)|won.t|will not|do not|don.t|never))\b",
    re.IGNORECASE,
)
_AFTERCARE = re.compile(
    r"\b(?:after (?:your|the|each) (?:treatment|session|peel|appointment|laser)|"
    r"for (?:the )?(?:first |next |at least |about )?\w+(?:[-–]\w+)? (?:hours|days)\b|"
    r"post-?treatment|sunscreen|spf|"
    r"(?:days?|hours?|week) before (?:your|the)|during (?:healing|recovery)|while (?:your )?skin)",
    re.IGNORECASE,
)
_LIST = re.compile(r"\s*(?:,\s*(?:and|or)?\s+|;\s*(?:and|or)?\s*|\s+(?:or|and)\s+|\s[–—]\s|\.\s)\s*", re.IGNORECASE)
_OPENS = re.compile(
    r"^.*?(?::|\b(?:if (?:you|they)(?:.re|.ve| are| have)?|those (?:who|with)|anyone (?:who|with)|"
    r"people (?:who|with)|patients (?:who|with)|include|includes|with)\b)\s*",
    re.IGNORECASE,
)
_STRONG = frozenset(
    {"SCR-PREG", "SCR-BF", "SCR-CANCER-SKIN", "SCR-IMMUNO", "SCR-RADIATION", "SCR-CANCER-NOW", "SCR-PLT", "SCR-IMPLANT",
     "SCR-ALL-ANAES", "SCR-ALL-SALIC", "SCR-ALL-METAL", "SCR-ALL-PROD", "SCR-HSV-HX", "SCR-HSV-NOW", "SCR-METAL-FACE",
     "SCR-KELOID", "SCR-VITILIGO", "SCR-ISO", "SCR-ANTICOAG", "SCR-PHOTOSENS", "SCR-GOLD", "SCR-CTD", "SCR-AUTO",
     "SCR-DM",
     "SCR-BLEED", "SCR-ANEMIA", "SCR-CARDIAC", "SCR-PHOTODIS", "SCR-SEIZURE", "SCR-SMOKE", "SCR-DERM", "SCR-INFECT",
     "SCR-WOUND", "SCR-KOEBNER", "SCR-FEVER", "SCR-PMU", "SCR-SURG"}
)  # fmt: skip
"""Questions about what a person has or takes: a sentence about benefits or care names none of them."""
_PLAIN_NO = re.compile(
    r"^\W*(?:not|no|never|skip|please (?:skip|wait|hold)|sorry|pass)\b|"
    r"\b(?:reasons? to (?:wait|postpone|delay)|(?:see|treat|welcome|have) you (?:later|another time|afterwards)|"
    r"(?:a |is )no-?go|rules? (?:it|you|this) out|turn (?:you |people )?away|decline\w*|"
    r"come back (?:when|once|after)|say no|"
    r"off the table|put (?:it|this|you) off|shouldn.?t|should not|isn.?t (?:for|right)|is not (?:for|right)|"
    r"out of the question|"
    r"(?:ring|call|phone|text|ask|talk to|contact|see) (?:us|your (?:doctor|gp|physician)) (?:first|before)|"
    r"press pause|safer to wait|(?:will|have to|need to|must|should|please) wait|clear(?:ed|ance) (?:by|from) your|"
    r"doctor.?s (?:note|letter|okay|ok)|steer clear|not an option|stop(?:s)? us)\b",
    re.IGNORECASE,
)
_HARMLESS = re.compile(
    r"\b(?:can (?:still )?(?:have|be treated)|safe (?:for|in|with|during)|no problem|fine (?:for|with|if)|even if|"
    r"lowers? the risk|"
    r"risks? (?:of|include)|side effects?|reported|rare(?:ly)?|antiviral)\b",
    re.IGNORECASE,
)
_HISTORIC = re.compile(r"\bnot (?:only|just)\b", re.IGNORECASE)
_MANY = 3
"""Conditions named in one sentence that say of themselves that it is about whom we treat."""
_ANSWERS = re.compile(
    r"\W*(?:no|yes|sadly|unfortunately|not (?:quite|really|always|everyone|for everyone))\W*", re.IGNORECASE
)
_BEGINS_AN_ANSWER = re.compile(r"\W*(?:no|yes|sadly|unfortunately),", re.IGNORECASE)
_NAMES_SOMETHING = re.compile(
    r"(?!(?:ring|call|talk|tell|ask|please|let|speak|see|wait|contact|come|book|in|on|at|for|with|to|we|you|your|it|please|that|this|which|until|as|by|from|of|then|so|because|not|is|are|will)\b)"
    r"(?:[A-Za-z][\w'’-]*(?: [\w'’-]+){1,4}|[A-Za-z]{4,}(?<!ly)[a-z]{3,}(?<!ly))",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"\W*([A-Z][^:.!?]{2,60}):\s+\S")
"""What it is about, before what is said of it: "Pregnancy or nursing: please wait"."""
_FREE_OF = re.compile(
    r"\b(?:do(?:es)? not|don.t|doesn.t|not|no|non-?|never|without|free of)\s+"
    r"(?:currently |have |take |any |a |an |be |actively )*$",
    re.IGNORECASE,
)
"""What somebody is to be free of describes whom it suits: "in good health, do not smoke"."""
_JOINED = re.compile(
    r"\b(?:current|active|recent|previous|past|open|severe|uncontrolled|bacterial|viral|fungal|acute|chronic|known|other|"
    r"bleeding|blood|clotting|plates|pins|fresh|broken|infected|dark|raised|low|high|real) (?:or|and) \w+",
    re.IGNORECASE,
)
"""Two words for one condition: "an active or recent infection"."""
_SAYS_NOTHING = re.compile(
    r"\b(?:not (?:\w+ )?for (?:everyone|everybody|all)|(?:not|n.t) replace|nothing|honest|promises?|prefer to|"
    r"our (?:team|staff|nurses?|doctors?|providers?)|we will (?:say|tell|check|explain|discuss|go through))\b",
    re.IGNORECASE,
)
_MONEY = re.compile(r"[$£€]\s?\d")
_LEADS = re.compile(r"\b(?:any of )?(?:the |these )?(?:following|below)\b|\blisted (?:below|here)\b", re.IGNORECASE)
_WELCOME = re.compile(
    r"\b(?:good to go|(?<!not )go ahead|"
    r"(?:are|is) (?:perfectly |completely |generally |totally )?(?:fine|welcome|safe|okay|ok)|"
    r"no problem|can (?:still|safely) (?:have|be|get|receive))\b",
    re.IGNORECASE,
)
_SUITS = re.compile(
    r"\b(?:good|ideal|best|perfect|suitable|great) (?:\w+ ){0,2}(?:candidates?|patients?|clients?)\b[^.;]{0,30}? "
    r"(?:is|are|have|include)\b|\b(?:adults|people|patients|clients|men and women) (?:[\w+]+ ){0,3}are suitable\b|"
    r"\b(?:suits?|used on|suitable for|treat(?:ed)?) (?:all|every) skin (?:tones?|types?|colou?rs?)\b",
    re.IGNORECASE,
)
_NOT_READY = re.compile(r"\bnot (?:yet )?(?:ready for|wanting|interested in|willing to have)\b[^.;,]*", re.IGNORECASE)
"""What somebody does not want yet is no reason against what they want: "not ready for a facelift"."""
_NOTHING = re.compile(r"^(?:and|or|have|are|be|you|the|a|an|if|who|with|currently|certain)\W*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A reason not to be treated, in the page's words; ``question`` is None where the screening asks no such thing."""

    text: str
    question: str | None
    path: str = ""
    sentence: str = ""


@cache
def _medicines() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return the bank's medicines and brands that surely answer a question, by name."""
    bank = load_bank()
    by_name: dict[str, str] = {}
    for medicine in bank.medicines.values():
        classes = getattr(medicine, "classes", None) or (getattr(medicine, "medicine_class", None),)
        for each in classes:
            found = bank.medicine_classes.get(str(each))
            sure = next((one.question for one in found.bears_on if one.certainty == "shows"), None) if found else None
            if sure is None:
                continue
            for name in (medicine.name, *medicine.also, *medicine.brands):
                if len(name) > 4:
                    by_name.setdefault(name.lower(), sure.partition(".")[0])
    names = sorted(by_name, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE), by_name


@cache
def _openings() -> Openings:
    """Return the patterns of the questions, and last that of all medicines."""
    return Openings([*(pattern.pattern for _, pattern in question_words()), _medicines()[0].pattern])


def questions_in(text: str) -> list[tuple[int, int, str]]:
    """Return the screening questions a text speaks of, with the place of their words; no word counts twice."""
    found: list[tuple[int, int, str]] = []
    questions = question_words()
    names, by_name = _medicines()
    possible = _openings().possible_in(text)
    for question, pattern in (questions[place] for place in possible if place < len(questions)):
        for match in pattern.finditer(text):
            if match.end() > match.start() and not any(a < match.end() and match.start() < b for a, b, _ in found):
                found.append((match.start(), match.end(), question))
    for match in names.finditer(text) if len(questions) in possible else ():
        if not any(a < match.end() and match.start() < b for a, b, _ in found):
            found.append((match.start(), match.end(), by_name[match.group().lower()]))
    return sorted(found)


def strong_questions_in(text: str) -> set[str]:
    """Return the questions a text speaks of that speak of a person's condition wherever they stand."""
    return {question for _, _, question in questions_in(text) if question in _STRONG}


def suits(sentence: str) -> bool:
    """Return whether a sentence says whom a treatment is for, and not whom it is not for."""
    told = _NOT_READY.sub("", sentence)
    return _SUITS.search(told) is not None and not (_SAYS_NO.search(told) or questions_in(told))


def excludes(sentence: str) -> bool:
    """Return whether a sentence by itself says whom we do not treat, without a heading that leads to it."""
    if any(said.search(sentence) for said in (_HISTORIC, _AFTERCARE, _HARMLESS, _WELCOME)) or suits(sentence):
        return False
    found = questions_in(sentence)
    if not found or all(_FREE_OF.search(sentence[:start]) for start, _, _ in found):
        return False
    if _SAYS_NO.search(sentence) and _CONDITION.search(sentence):
        return True
    strong = strong_questions_in(sentence)
    return bool(strong) and (_PLAIN_NO.search(sentence) is not None or len(strong) >= _MANY)


def exclusions_in(text: str, *, listed: bool, is_item: bool, path: str = "") -> Iterator[Exclusion]:
    """Yield the exclusions of a block. ``listed``: it stands under a heading that says who is not treated."""
    matched_before = False
    for number, sentence in enumerate(of_text(text)):
        words = sentence.text.strip()
        if words.endswith(("?", ":")) or _ANSWERS.fullmatch(words) or _WELCOME.search(words) or suits(words):
            continue
        matched = questions_in(words)
        matched_before = matched_before or bool(matched)
        if not listed and not excludes(words):
            continue
        if (label := _LABELLED.match(words)) and (named := questions_in(label[1])):
            for question in dict.fromkeys(question for _, _, question in named):
                yield Exclusion(words.rstrip("."), question, path, words)
            continue
        if not matched:
            if (
                listed
                and not _BEGINS_AN_ANSWER.match(words)
                and not _LEADS.search(words)
                and not _SAYS_NOTHING.search(words)
                and not _MONEY.search(words)
                and not (number and matched_before)
                and (is_item or _SAYS_NO.search(words) or len(words.split()) <= 8)
                and not _is_invitation(words)
            ):
                yield Exclusion(words.rstrip("."), None, path, words)
            continue
        if is_item and len(words.split()) <= 20:
            for question in dict.fromkeys(question for _, _, question in matched):
                yield Exclusion(words.rstrip("."), question, path, words)
            continue
        seen: set[str] = set()
        pieces = _pieces(words)
        for piece in pieces:
            asked = dict.fromkeys(question for _, _, question in questions_in(piece))
            for question in asked:
                seen.add(question)
                yield Exclusion(piece, question, path, words)
            if listed and not asked and len(pieces) >= _MANY and _NAMES_SOMETHING.fullmatch(piece):
                yield Exclusion(piece, None, path, words)
        for start, end, question in matched:
            if question not in seen:
                seen.add(question)
                yield Exclusion(words[start:end], question, path, words)


def leads_to_exclusions(text: str) -> bool:
    """Return whether a text leads to a list of people who are not treated: "We do not treat people who:"."""
    return text.rstrip().endswith((":", "…", "...")) and bool(
        _SAYS_NO.search(text) and _CONDITION.search(text) and not _AFTERCARE.search(text)
    )


def refused_by_answer(question: str, answer: str, path: str = "") -> Iterator[Exclusion]:
    """Yield what a question asks about where the answer is no: "Can I have it while pregnant?" "No, …"."""
    if re.match(
        r"\W*(?:no|unfortunately|we do not recommend|it is not recommended)\b", answer, re.IGNORECASE
    ) and re.search(r"\b(?:can|is it safe|may|should|could|am i)\b", question, re.IGNORECASE):
        for found in dict.fromkeys(found for _, _, found in questions_in(question)):
            yield Exclusion(question, found, path, f"{question} {answer}"[:300])


def _is_invitation(words: str) -> bool:
    return (
        re.search(
            r"\b(?:book|consultation|contact us|our team|we will|we.ll|reach out|good news)\b", words, re.IGNORECASE
        )
        is not None
    )


def _pieces(sentence: str) -> list[str]:
    """Return the parts of an enumeration, what leads to it taken off the first."""
    parts = [
        part.strip(" .") for part in _LIST.split(_JOINED.sub(lambda match: match.group().replace(" ", "\0"), sentence))
    ]
    parts = [part.replace("\0", " ") for part in parts]
    if parts:
        opened = _OPENS.sub("", parts[0], count=1).strip()
        parts[0] = opened or parts[0]
    return [part for part in parts if part and not _NOTHING.match(part)]
