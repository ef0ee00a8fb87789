"""What is shown back to a person about the medicines they named: what was meant, and which of two answers is right.

Only what something depends on is asked. A medicine on which no question turns is not asked about, however it was
spelled; the provider sees how it was read. No answer is ever changed here: a proposal is words on a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import OSA

from vesicle.candidacy.domain.answers import Answers
from vesicle.candidacy.domain.medicine_index import tolerance
from vesicle.candidacy.domain.medicines import Medicines, Mention, bearings_of, is_contradicted, read_medicines
from vesicle.protocols.bank import Medicine
from vesicle.protocols.bank.medicines import plain_name

Status = Literal["confirmed", "declined", "unsure"]


@dataclass(frozen=True, slots=True)
class Named:
    """What a person said about one mention: which of the medicines they meant, if any."""

    key: tuple[str, ...]
    status: Status
    medicine: str = ""


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """One mention to ask about. ``contradicts`` are questions answered no that its medicine would answer yes."""

    mention: Mention
    contradicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """An answer a named medicine speaks for. Without ``values`` it is only worth mentioning."""

    mention: Mention
    medicine: Medicine
    values: tuple[str, ...]


def mentions_in(answers: Answers, medicines: Medicines) -> tuple[Mention, ...]:
    """Return every mention in the answers' free text about medicines, each once, unrecognized words included."""
    found: dict[tuple[str, ...], Mention] = {}
    for question, said in answers.given.items():
        if said.text and question in medicines.texts:
            for mention in read_medicines(said.text, medicines, question=question):
                found.setdefault(mention.key, mention)
    return tuple(found.values())


def to_confirm(answers: Answers, medicines: Medicines, named: Iterable[Named]) -> tuple[ToConfirm, ...]:
    """Return what to ask a person about the medicines they named, in the order they wrote them.

    Asked is what is not certain and bears on a question, and what contradicts an answer of no; once.
    """
    settled = {one.key for one in named}
    pending = []
    for mention in mentions_in(answers, medicines):
        if not mention.is_recognized or mention.is_denied or mention.key in settled:
            continue
        contradicts = _contradicted(mention, answers)
        if contradicts or (mention.bears_on and not mention.exact):
            pending.append(ToConfirm(mention, contradicts))
    return tuple(pending)


def proposal_for(question: str, answers: Answers, medicines: Medicines, named: Iterable[Named]) -> Proposal | None:
    """Return the answer that a medicine speaks for, where ``question`` was not answered yet.

    Speaks: a medicine the person confirmed, or wrote as it is printed and did not decline, and takes now.
    """
    if question in answers.given:
        return None
    decided = {one.key: one for one in named}
    best: Proposal | None = None
    for mention in mentions_in(answers, medicines):
        medicine = _meant(mention, decided, medicines)
        if medicine is None or mention.unclear is not None:
            continue
        speaking = [one for one in bearings_of([medicine], medicines) if one.question == question]
        values = tuple(one.answer for one in speaking if one.certainty == "shows")
        if speaking and (best is None or (values and not best.values)):
            best = Proposal(mention, medicine, values)
    return best


def is_contradicted_by(question: str, medicine: str, medicines: Medicines) -> bool:
    """Return whether taking ``medicine`` (an id) shows that ``question`` is answered yes."""
    known = medicines.get(medicine)
    return known is not None and any(
        (one.question, one.answer, one.certainty) == (question, "yes", "shows")
        for one in bearings_of([known], medicines)
    )


def name_for(said: str, medicine: Medicine) -> str:
    """Return a medicine's name for the person who wrote ``said``: "Eliquis (apixaban)" for "elliquis".

    A brand is only named where it is what they wrote, give or take the slips that are tolerated.
    """
    written = plain_name(said)
    distances = {name: OSA.distance(written, plain_name(name)) for name in medicine.names}
    nearest = min(medicine.names, key=lambda name: distances[name])
    if nearest == medicine.name or distances[nearest] > tolerance(plain_name(nearest)):
        return medicine.name
    return f"{nearest} ({medicine.name})"


def _meant(mention: Mention, decided: Mapping[tuple[str, ...], Named], medicines: Medicines) -> Medicine | None:
    named = decided.get(mention.key)
    if named is not None:
        return medicines.get(named.medicine) if named.status == "confirmed" else None
    return mention.medicines[0] if mention.exact else None


def _contradicted(mention: Mention, answers: Answers) -> tuple[str, ...]:
    """Return the yes-or-no questions whose answer says other than the medicine; of others a provider takes care."""
    stopped = mention.unclear == "stopped"
    return tuple(
        bearing.question
        for bearing in mention.bears_on
        if bearing.answer == "yes" and is_contradicted(bearing, answers.given.get(bearing.question), stopped=stopped)
    )
