"""What people type about their medicines, taken apart: clauses, words, doses, and words that say "not any more"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from vesicle.protocols.bank.medicines import plain_name

Unclear = Literal["not taken", "stopped", "allergy", "somebody else"]

_WORD = re.compile(r"[^\W_]+(?:['’`´][^\W_]+)*")
_GLUED = re.compile(r"([^\W\d_]{5,})(\d.*)")
_BREAK = re.compile(r"[,;\n\r\t•|*]|[.!?](?:\s|$)|\s[-–—]\s")
_ABBREVIATED = frozenset({"st", "dr"})
"""Words whose full stop ends no sentence."""
_DOSE = re.compile(r"\d+(?:mg|mcg|ug|g|kg|ml|iu|ie|units?|x|times|st|nd|rd|th|h|hrs?|am|pm|%)?|mg|mcg|ug|ml|iu|ie")


def _words_in(text: str) -> frozenset[str]:
    return frozenset(text.split())


FILLERS = _words_in(
    """
    a about after again ago all also always am an and any anything apart are around as at be because been before
    bedtime both but by can cap caps capsule capsules cream creams currently daily dailly day days dose doses drops
    each evening every few food for from gel had half has have i if im in inhaler injection injections is it its ive
    just last lotion low lunch maybe me medication medications medicine medicines meds month monthly months morning
    mornings most my needed night nightly nothing now of off often oil ointment on once one only or oral orally
    other over own patch patches per pill pills please prn range regularly same serum shot shots since so some
    something sometimes spray started still strength supplement supplements tab tablet tablets take taken takes
    taking than that the them then there these they this three time times to today too topical twice two under up
    use used uses using usually very was week weekly weeks well when which while with year years yes yesterday
    bid tid qid
    sodium potassium hydrochloride hcl succinate tartrate besylate maleate sulfate acetate
    no not none never without dont doesnt didnt longer more stopped quit finished discontinued
    allergic allergy allergies
    """
)
"""Words that are neither a medicine nor worth a provider's look when they stand alone."""

_NOT = _words_in("no not never without dont doesnt didnt havent hasnt isnt neither nor none")
_AFTER_NOT = _words_in(
    """
    longer more any on taking take taken using use used have had been currently ever a an the my or nor other
    """
)
_STOPPED = _words_in("stopped quit finished discontinued formerly previously former completed ceased off until")
_AFTER_STOPPED = _words_in("taking using the my a an with or course of all to take use")
_ALLERGY = _words_in("allergic allergy allergies intolerant intolerance reaction reactions anaphylaxis")
_AFTER_ALLERGY = _words_in("to with from the a or bad severe")
_OTHERS = _words_in("husband wife mother father mom mum dad son daughter sister brother partner dog cat")
_THEY_DO = _words_in("takes uses is has was had took")
_GOES_ON = {"or", "nor"}


@dataclass(frozen=True, slots=True)
class Word:
    """A word, in plain letters, with its place in the text."""

    plain: str
    start: int
    end: int

    @property
    def is_dose(self) -> bool:
        """Whether it is an amount or a count."""
        return _DOSE.fullmatch(self.plain) is not None

    @property
    def is_filler(self) -> bool:
        """Whether it says nothing by itself."""
        return self.is_dose or self.plain in FILLERS

    @property
    def is_worth_a_look(self) -> bool:
        """Whether somebody should see it where nothing was recognized: "XL" and "od" are not."""
        return len(self.plain) > 2 and not self.is_filler


def clauses(text: str) -> Iterator[list[Word]]:
    """Yield the words of a text, clause by clause: what commas, lines and sentences hold apart."""
    clause: list[Word] = []
    last = 0
    for match in _WORD.finditer(text):
        gap = text[last : match.start()]
        if clause and _BREAK.search(gap) and not (clause[-1].plain in _ABBREVIATED and gap.strip() == "."):
            yield clause
            clause = []
        clause.extend(_words(match))
        last = match.end()
    if clause:
        yield clause


def _words(match: re.Match[str]) -> Iterator[Word]:
    glued = _GLUED.fullmatch(match.group())
    if glued is None:
        yield Word(plain_name(match.group()), match.start(), match.end())
        return
    middle = match.start() + glued.end(1)
    yield Word(plain_name(glued.group(1)), match.start(), middle)
    yield Word(plain_name(glued.group(2)), middle, match.end())


def unclear_at(clause: list[Word], first: int, after: int, named: set[int]) -> Unclear | None:
    """Return why the words ``first`` to ``after`` of a clause may not mean that the person takes something.

    ``named`` are the places of all words that belong to a medicine. Looks at the words before, back to the cue, and at
    those after, up to the next medicine. What is not understood counts as taking it.
    """
    before = _before(clause, first, named)
    if before is not None:
        return before
    for place in range(after, len(clause)):
        word = clause[place].plain
        if place in named or word in {"and", "but", "now"}:
            break
        if place and clause[place - 1].plain in _NOT:
            continue
        if word in _STOPPED - {"off", "former", "formerly"}:
            return "stopped"
        if word in _ALLERGY:
            return "allergy"
    plains = [word.plain for word in clause[:first]]
    if any(word.removesuffix("s") in _OTHERS and _THEY_DO & set(plains[place:]) for place, word in enumerate(plains)):
        return "somebody else"
    return None


def _before(clause: list[Word], first: int, named: set[int]) -> Unclear | None:
    cue: Unclear | None = None
    links: frozenset[str] = frozenset()
    for place, word in enumerate(clause[:first]):
        plain = word.plain
        if place in named:
            # "no aspirin or ibuprofen" speaks of both; "no aspirin and ibuprofen" might not.
            following = clause[place + 1].plain if place + 1 < len(clause) else ""
            if place + 1 not in named and following not in _GOES_ON:
                cue = None
        elif plain in _STOPPED and cue != "not taken":
            cue, links = "stopped", _AFTER_STOPPED
        elif plain in _ALLERGY and cue != "not taken":
            cue, links = "allergy", _AFTER_ALLERGY
        elif plain == "used" and clause[place + 1].plain == "to":
            cue, links = "stopped", _AFTER_STOPPED
        elif plain in _NOT and plain not in _GOES_ON:
            cue, links = "not taken", _AFTER_NOT
        elif plain not in links and not word.is_dose:
            cue = None
    return cue
