"""Medicines in the words of a page: what was written, what it was read as, and whose word that is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from vesicle.candidacy.domain import Answers, in_words
from vesicle.candidacy.domain.medicine_questions import Named, Proposal, mentions_in, name_for
from vesicle.candidacy.domain.medicines import (
    Medicines,
    Mention,
    bearings_of,
    is_contradicted,
    standard_medicines,
)
from vesicle.core import languages
from vesicle.protocols.bank import Medicine, load_bank
from vesicle.protocols.translating import bank_in

LISTED_IN = "SCR-MEDS"
"""Where everything written is a medicine or meant to be one; elsewhere words are also about illnesses."""

UNCLEAR = {
    "not taken": "Written as not taken",
    "stopped": "Written as stopped",
    "allergy": "Written as an allergy",
    "somebody else": "Written of somebody else",
}


@dataclass(frozen=True, slots=True)
class MedicineLine:
    """One mention for a provider. ``state`` says whose word the reading is, ``tone`` how much it wants a look.

    ``contradicts`` names the questions whose answers say otherwise.
    """

    said: str
    read_as: str
    classes: str
    label: str
    state: str
    tone: str
    unclear: str
    contradicts: str


@dataclass(frozen=True, slots=True)
class MedicineList:
    """Every medicine somebody named, and the words in which none was recognized."""

    lines: tuple[MedicineLine, ...]
    unrecognized: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.lines or self.unrecognized)


def medicine_list(answers: Answers, named: Iterable[Named]) -> MedicineList:
    """Return what a reviewer has to know about the medicines named in ``answers``."""
    medicines = standard_medicines()
    decided = {one.key: one for one in named}
    found = mentions_in(answers, medicines)
    return MedicineList(
        tuple(_line(one, decided.get(one.key), answers, medicines) for one in found if one.is_recognized),
        tuple(one.said for one in found if not one.is_recognized and one.question == LISTED_IN),
    )


def proposal_words(proposal: Proposal) -> str:
    """Return why an answer is filled in, or what to think of, without saying what to do about the medicine."""
    classes = bank_in(languages.active()).medicine_classes
    telling = next(classes[name].plain for name in proposal.medicine.classes if classes[name].bears_on)
    wrote = _("You told us of %(medicine)s, %(kind)s.") % {
        "medicine": name_for(proposal.mention.said, proposal.medicine),
        "kind": telling,
    }
    if not proposal.values:
        return f"{wrote} {_('Please think of it when you answer.')}"
    return f"{wrote} {_('We have marked the answer it speaks for; choose another one if that is not right.')}"


def _line(mention: Mention, named: Named | None, answers: Answers, medicines: Medicines) -> MedicineLine:
    several = mention.medicines
    chosen = medicines.get(named.medicine) if named else None
    if chosen is not None:
        several = (chosen,)
    state, tone = _state(mention, named)
    classes = dict.fromkeys(name for medicine in several for name in medicine.classes)
    return MedicineLine(
        said=mention.said,
        read_as=" or ".join(name_for(mention.said, medicine) for medicine in several),
        classes=in_words(medicines.classes[name].name for name in classes),
        label=load_bank().asked[mention.question].clinician,
        state=state,
        tone=tone,
        unclear=UNCLEAR[mention.unclear] if mention.unclear else "",
        contradicts="; ".join(_contradicted(mention, several, answers, medicines)),
    )


def _contradicted(
    mention: Mention, several: Iterable[Medicine], answers: Answers, medicines: Medicines
) -> tuple[str, ...]:
    stopped = mention.unclear == "stopped"
    found = (
        load_bank().asked[bearing.question].clinician
        for bearing in bearings_of(several, medicines)
        if not mention.is_denied and is_contradicted(bearing, answers.given.get(bearing.question), stopped=stopped)
    )
    return tuple(dict.fromkeys(found))


def _state(mention: Mention, named: Named | None) -> tuple[str, str]:
    if named is None:
        return ("As printed on the pack", "ok") if mention.exact else ("Not confirmed", "warn")
    if named.status == "confirmed":
        return "Confirmed by the patient", "ok"
    return ("Patient meant something else", "bad") if named.status == "declined" else ("Patient is not sure", "warn")
