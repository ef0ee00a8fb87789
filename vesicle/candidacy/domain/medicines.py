"""Medicines as people write them: read from free text, never guessed.

``read_medicines`` finds names exactly or with a slip of the pen and says which of the two; what could be several
medicines stays several. ``doubts`` says which questions a named medicine contradicts or leaves open. Nothing here
decides anything, and nothing here advises anybody about a medicine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from vesicle.candidacy.domain.answers import Answer, Answers
from vesicle.candidacy.domain.medicine_index import LONGEST_NAME, Medicines, standard_medicines
from vesicle.candidacy.domain.medicine_words import Unclear, Word, clauses, unclear_at
from vesicle.protocols.bank import Bearing, Medicine, MedicineClass
from vesicle.protocols.bank.medicines import plain_name

__all__ = ["Medicines", "Mention", "doubts", "is_contradicted", "read_medicines", "standard_medicines"]

_NO_DOUBT: Mapping[str, Mention] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Mention:
    """One medicine named in a text, or words in which no medicine was recognized (``medicines`` is empty then).

    ``said`` are the words as written, ``phrase`` the words around them. ``medicines`` are all it may be, likeliest
    first. ``exact``: written as it is printed and not to be taken for another. ``unclear`` says why it may not be
    taken now ("no warfarin"); such a mention is never read as taking it. ``question`` is where it was written, if
    known.
    """

    said: str
    phrase: str
    medicines: tuple[Medicine, ...] = ()
    exact: bool = False
    unclear: Unclear | None = None
    classes: tuple[MedicineClass, ...] = ()
    bears_on: tuple[Bearing, ...] = ()
    question: str = ""

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions of the bank it bears on."""
        return tuple(dict.fromkeys(bearing.question for bearing in self.bears_on))

    @property
    def key(self) -> tuple[str, ...]:
        """What was meant, as far as it was understood; two mentions with one key say the same."""
        ids = tuple(medicine.id for medicine in self.medicines)
        return (self.unclear or "", *(ids or ("", plain_name(self.said))))

    @property
    def is_recognized(self) -> bool:
        """Whether it may be a medicine of the list."""
        return bool(self.medicines)

    @property
    def is_denied(self) -> bool:
        """Whether the words say that the person does not take it, nor did: "no warfarin", "allergic to aspirin"."""
        return self.unclear not in (None, "stopped")

    @property
    def in_words(self) -> str:
        """As it was written, and what it was read as: ``“Elliquis” (apixaban)``."""
        return f"“{self.said}” ({' or '.join(medicine.name for medicine in self.medicines)})"


@lru_cache(maxsize=256)  # one page reads the same few texts for every option and every question
def read_medicines(text: str, medicines: Medicines, *, question: str = "") -> tuple[Mention, ...]:
    """Return the medicines named in ``text`` and the words not recognized, in the order they were written.

    A medicine named twice in the same sense is told once. ``question`` is noted in every mention.
    """
    found: list[Mention] = []
    known: set[tuple[str, ...]] = set()
    for clause in clauses(text):
        for mention in _read_clause(text, clause, medicines, question):
            if mention.key not in known:
                known.add(mention.key)
                found.append(mention)
    return tuple(found)


def is_contradicted(bearing: Bearing, given: Answer | None, *, stopped: bool = False) -> bool:
    """Return whether an answer says other than a medicine does. An unsure or a missing answer says nothing."""
    if given is None or given.is_unsure or bearing.answer in given.values:
        return False
    return bearing.certainty == "shows" and (bearing.looks_back or not stopped)


def doubts(answers: Answers, medicines: Medicines) -> Mapping[str, Mention]:
    """Return the questions that a medicine named in the answers' free text contradicts or leaves open.

    Confirmed or not: a question answered with something else although a medicine that shows it was named, and a
    question never answered to which a named medicine may speak. A follow-up counts with its parent. Answers of "not
    sure" are open by themselves and not in here. A medicine said *not* to be taken leaves a plain no alone.

    Args:
        answers: what somebody said. Without free text nothing is read and the result is empty.
        medicines: the list, as ``standard_medicines()``.

    Returns:
        For each question in doubt the first mention that raises it.
    """
    given = answers.given
    texts = [(name, said.text) for name, said in given.items() if said.text and name in medicines.texts]
    if not texts:
        return _NO_DOUBT
    found: dict[str, Mention] = {}
    for question, text in texts:
        for mention in read_medicines(text, medicines, question=question):
            for bearing in mention.bears_on:
                if bearing.question not in found and _is_open(bearing, mention, given):
                    found[bearing.question] = mention
    return found


def _is_open(bearing: Bearing, mention: Mention, given: Mapping[str, Answer]) -> bool:
    if mention.is_denied:
        return False
    stopped = mention.unclear == "stopped"
    said = given.get(bearing.question)
    if said is not None:
        return is_contradicted(bearing, said, stopped=stopped)
    if stopped and not bearing.looks_back:
        return False
    parent = given.get(bearing.question.partition(".")[0]) if "." in bearing.question else None
    # Under a parent answered no the follow-up was never asked: it is in doubt when its parent is.
    return parent is None or "yes" in parent.values or (not parent.is_unsure and bearing.certainty == "shows")


# --- one clause -----------------------------------------------------------------------------------------


Span = tuple[int, int, tuple[Medicine, ...], bool]
"""First word, word after the last, the medicines, and whether the name is as printed."""


def _read_clause(text: str, clause: list[Word], medicines: Medicines, question: str) -> Iterator[Mention]:
    spans = _spans(clause, medicines)
    named = {place for first, after, _, _ in spans for place in range(first, after)}
    phrase = text[clause[0].start : clause[-1].end]
    rest = [(first, after, (), False) for first, after in _unknown_runs(clause, named)]
    for first, after, several, exact in sorted([*spans, *rest]):
        said = text[clause[first].start : clause[after - 1].end]
        if not several:
            yield Mention(said, phrase, question=question)
            continue
        unclear = unclear_at(clause, first, after, named)
        ids = dict.fromkeys(name for medicine in several for name in medicine.classes)
        classes = tuple(medicines.classes[name] for name in ids)
        yield Mention(said, phrase, several, exact, unclear, classes, bearings_of(several, medicines), question)


def _spans(clause: list[Word], medicines: Medicines) -> list[Span]:
    """Return the places of medicines: the longest names first, of one length the printed ones first."""
    plain = [word.plain for word in clause]
    taken: list[Span] = []
    used = [False] * len(plain)

    def take(width: int, *, exactly: bool) -> None:
        for first in range(len(plain) - width + 1):
            after = first + width
            if any(used[first:after]) or (not exactly and _is_beside_the_point(clause[first:after])):
                continue
            words = tuple(plain[first:after])
            one = medicines.exact(words) if exactly else None
            several = (one,) if one else () if exactly else medicines.near(words)
            if several:
                used[first:after] = [True] * width
                taken.append((first, after, several, exactly))

    for width in range(min(LONGEST_NAME, len(plain)), 0, -1):
        take(width, exactly=True)
        take(width, exactly=False)
    return taken


def _is_beside_the_point(words: list[Word]) -> bool:
    """Say whether words cannot be a name with a slip: they begin or end with nothing a name begins or ends with."""
    return words[0].is_filler or (words[-1].is_dose and len(words) > 1)


def _unknown_runs(clause: list[Word], named: set[int]) -> Iterator[tuple[int, int]]:
    """Yield stretches of words that are no medicine, without the fillers around them."""
    start: int | None = None
    end = 0
    for place, word in enumerate(clause):
        if place in named:
            if start is not None:
                yield start, end
            start = None
        elif word.is_worth_a_look:
            start, end = (place if start is None else start), place + 1
    if start is not None:
        yield start, end


def bearings_of(several: Iterable[Medicine], medicines: Medicines) -> tuple[Bearing, ...]:
    """Return what taking any of ``several`` says about the questions; the surest word on each counts."""
    strongest: dict[tuple[str, str], Bearing] = {}
    for medicine in several:
        for name in medicine.classes:
            for bearing in medicines.classes[name].bears_on:
                key = bearing.question, bearing.answer
                if key not in strongest or bearing.certainty == "shows":
                    strongest[key] = bearing
    return tuple(strongest.values())
