"""Whether a claim of a protocol carries a sentence: the same thing, no more strongly, for this country, still in date.

The strength a grade allows: very low and low, "may" or the trial itself ("in one trial of 28 people"); moderate, "can";
high, the plain statement. A hedge holds for its own clause. Numbers only as the claim has them. What may not be said at
all, no claim carries. Where only the strength is wrong, the answer gives words that would pass.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from pydantic import ValidationError

from vesicle.protocols.parsed import read_shipped
from vesicle.protocols.problems import FileRefused, from_validation_error
from vesicle.protocols.schema.common import Grade
from vesicle.protocols.schema.sections import Claim
from vesicle.website.claims.auditing import audit
from vesicle.website.claims.jurisdictions import jurisdiction_of
from vesicle.website.claims.phrases import Vocabulary
from vesicle.website.claims.rules import DATA, SupportFile
from vesicle.website.claims.sentences import Sentence, of_text
from vesicle.website.claims.strength import said_of_it, states_plainly, weakened
from vesicle.website.claims.words import Word, words_of

_NEEDS_A_HEDGE: frozenset[Grade] = frozenset({"low", "very-low"})
_NUMBERS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
            "nine": "9", "ten": "10", "twelve": "12"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Support:
    """Whether a claim carries a sentence, and a sentence that says why.

    ``is_too_strong`` says that the sentence speaks of the right thing, only more surely than the grade allows.
    """

    ok: bool
    why: str
    is_too_strong: bool = False


def carries(
    sentence: Sentence | str, claim: Claim, *, on: date, jurisdiction: str, treatments: Collection[str] = ()
) -> Support:
    """Return whether ``claim`` carries ``sentence`` on a day, under a country's law. Raises `UnknownJurisdiction`.

    ``treatments`` are the ids of those the claim's option consists of, its modality among them; a sentence that names
    one that neither they nor the claim's words name is refused.
    """
    text = sentence.text if isinstance(sentence, Sentence) else sentence
    law = jurisdiction_of(jurisdiction)
    finding = audit(sentence, jurisdiction=law.id)
    if finding.verdict == "block":
        first = next(match for match in finding.patterns if match.verdict == "block")
        return Support(False, f"No evidence makes this sayable here: “{first.words}”. {first.why}")
    if law.id not in {jurisdiction_of(code).id for code in claim.jurisdictions}:
        return Support(False, f"The claim is not made for {law.name}, only for {', '.join(claim.jurisdictions)}.")
    if claim.review_by < on:
        return Support(False, f"The claim had to be looked at again by {claim.review_by.isoformat()}.")
    if _same(text, claim.wording):
        return Support(True, "These are the words of the claim itself.")
    if claim.grade == "none" or not claim.refs:
        return Support(False, "No evidence stands behind this claim; it can be printed in its own words alone.")
    own = frozenset(treatments)
    found = _compared(text, claim, own)
    if found.ok or not found.is_too_strong:
        return found
    weaker = weakened(text, claim.grade, _data())
    passes = _compared(weaker, claim, own).ok and audit(weaker, jurisdiction=law.id).verdict != "block"
    return replace(found, why=f"{found.why} These words would pass: “{weaker if passes else _nearest(text, claim)}”.")


def _nearest(text: str, claim: Claim) -> str:
    """Return the sentence of a claim that speaks of most of what a text speaks of."""
    topics = _read(text).topics
    own = [one.text for one in of_text(" ".join(claim.wording.split()))]
    return max(own, key=lambda one: len(_read(one).topics & topics)).rstrip(".")


def _compared(text: str, claim: Claim, own: frozenset[str]) -> Support:
    said, claimed = _read(text), _read(claim.wording)
    if more := sorted(said.numbers - claimed.numbers):
        return Support(False, f"The claim does not hold this number: {', '.join(more)}.")
    if more := sorted(said.topics - claimed.topics):
        return Support(False, f"The claim does not speak of this: {', '.join(more)}.")
    if not said.topics:
        return Support(False, "It cannot be seen what the sentence says of the skin; use the words of the claim.")
    if more := sorted(said.treatments - claimed.treatments - own):
        return Support(False, f"The claim is about another treatment, not about this: {', '.join(more)}.")
    for strength in _data().strengths:
        if claim.grade not in strength.grades and (
            more := sorted(said.strong[strength.id] - claimed.strong[strength.id])
        ):
            why = f"Too strong for evidence graded {claim.grade}: “{more[0]}”. {strength.why}"
            return Support(False, why, is_too_strong=True)
    if claim.grade in _NEEDS_A_HEDGE and not said.is_hedged:
        why = f"Evidence graded {claim.grade} allows “may”, or the trial itself, not a plain statement."
        return Support(False, why, is_too_strong=True)
    if claim.grade == "moderate" and not said.is_softened:
        why = "Evidence graded moderate allows “can” or “may”, not a plain statement."
        return Support(False, why, is_too_strong=True)
    return Support(True, f"The claim says the same, and evidence graded {claim.grade} allows these words.")


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a sentence speaks of and how surely: hedged in each of its clauses, or at least said with "can"."""

    numbers: frozenset[str]
    topics: frozenset[str]
    treatments: frozenset[str]
    strong: Mapping[str, frozenset[str]]
    is_hedged: bool
    is_softened: bool


def _read(text: str) -> _Reading:
    data, vocabulary = _data(), _vocabulary()
    words = words_of(text)
    spans = vocabulary.look(words)
    places = vocabulary.places(words)
    said = {start for text in data.plain for start, _ in places.get(text, ())} | set(spans.get("<plain-verb>", {}))

    def found(item: str) -> frozenset[str]:
        return frozenset(
            " ".join(word.text for word in words[at:end]) for at, ends in spans.get(item, {}).items() for end in ends
        )

    def holds(*hedges: str) -> bool:
        unsure = {at for one in hedges for at in spans.get(one, {})}
        return bool(found("<reservation>") or (unsure and not states_plainly(words, said, unsure, data.conditions)))

    return _Reading(
        numbers=_numbers(words),
        topics=frozenset(name for name in data.topics if found(f"<topic-{name}>")),
        treatments=frozenset(name for name in data.treatments if found(f"<treatment-{name}>")),
        strong={one.id: found(f"<strength-{one.id}>") for one in data.strengths},
        is_hedged=holds("<hedge>"),
        is_softened=holds("<hedge>", "<strength-can>"),
    )


def _numbers(words: Sequence[Word]) -> frozenset[str]:
    """Return the numbers of a sentence, those in letters as digits, a range as its two ends."""
    found: set[str] = set()
    for word in words:
        if word.is_number:
            found |= set(word.text.split("-"))
        elif word.text in _NUMBERS:
            found.add(_NUMBERS[word.text])
    return frozenset(found)


def _same(text: str, wording: str) -> bool:
    """Return whether a text consists of sentences of the claim's wording, whatever its quotation marks and spaces."""
    own = {_plain(wording), *(_plain(one.text) for one in of_text(" ".join(wording.split())))}
    return _plain(text) in own


def _plain(text: str) -> str:
    return " ".join(word.text for word in words_of(text))


@cache
def _data() -> SupportFile:
    source = read_shipped(DATA / "support.yaml", name="claims/support.yaml")
    try:
        return SupportFile.model_validate(source.data)
    except ValidationError as error:
        raise FileRefused(from_validation_error(error, source, model=SupportFile)) from error


@cache
def _vocabulary() -> Vocabulary:
    data = _data()
    named: dict[str, Iterable[str]] = {"hedge": data.hedges, "reservation": data.reservations}
    named["plain-verb"] = [said_of_it(verb) for verb in data.verbs]
    named |= {f"topic-{name}": words for name, words in data.topics.items()}
    named |= {f"treatment-{name}": words for name, words in data.treatments.items()}
    named |= {f"strength-{one.id}": one.words for one in data.strengths}
    vocabulary = Vocabulary(named)
    for name in named:
        vocabulary.phrase(f"<{name}>")
    for text in data.plain:
        vocabulary.phrase(text)
    return vocabulary
