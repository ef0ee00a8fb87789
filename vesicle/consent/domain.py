"""The text of a consent, composed from the protocol, and what makes a signature acceptable.

The blocks follow what informed consent has to hold (AMA Code of Medical Ethics, Opinion 2.1.1: the
nature and purpose of the treatment, burdens, risks and expected benefits of all options including
none). Everything about the treatment comes from the protocol; only what every consent says stands here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from vesicle.core.spoken import english_in, with_english
from vesicle.core.words import joined, said
from vesicle.protocols.bank import Bank
from vesicle.protocols.schema import Option
from vesicle.protocols.words import option_named


@dataclass(frozen=True, slots=True)
class Block:
    """A titled part of the document: paragraphs, then a list."""

    id: str
    title: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tick:
    """A sentence the patient confirms with a tick of its own."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A consent exactly as it is shown, in one language. Two documents with the same hash are the same text."""

    title: str
    blocks: tuple[Block, ...]
    ticks: tuple[Tick, ...]
    valid_months: int
    language: str = "en"

    def as_json(self) -> dict[str, object]:
        """Return the document as plain data, to be frozen with the signature.

        Where something in it is English because there is no translation, it is kept too: `shown` marks it again.
        """
        given = asdict(self)
        plain: dict[str, object] = json.loads(json.dumps(given))
        return plain | ({"english": found} if (found := english_in(given)) else {})

    @property
    def hash(self) -> str:
        """The SHA-256 (hex) of the text as shown."""
        return hash_of(self.as_json())


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The facts of one appointment that the document names."""

    patient: str
    date_of_birth: date
    clinic: str
    clinic_phone: str
    jurisdiction: str
    place: str
    provider: str
    when: str
    areas: tuple[str, ...]
    edition_number: int


STANDARD_TICKS = (
    Tick("asked", said("I could ask questions, and they were answered so that I understood.")),
    Tick(
        "answers-true",
        said("My health answers are complete and true, and I will say if anything changes before my visit."),
    ),
    Tick("free", said("I decide freely. I know that I can say no, or stop at any time, without losing other care.")),
)


def compose(option: Option, about: Circumstances, bank: Bank, language: str = "en") -> Document:
    """Return the consent document for ``option`` under the given circumstances.

    ``language`` is that of the texts of option and bank; what stands here is English until `in_language` says it.
    """
    sections = option.sections
    names = {"title": said(option.title), "name": said(option.name)}
    consent = sections.consent
    status = tuple(r.text for r in sections.regulation if r.jurisdiction == about.jurisdiction)
    blocks = [
        Block(
            "what",
            said("What will be done, by whom"),
            (
                consent.procedure,
                said(
                    "Treatment: {title}, {name}. Areas: {areas}.", areas=joined(map(said, about.areas), ", "), **names
                ),
                said("{when}, {place}, with {provider}.", when=about.when, place=about.place, provider=about.provider),
                said(
                    "This text comes from protocol {protocol}, edition {number} of {clinic}, for {patient}, "
                    "born {born}.",
                    protocol=f"{option.treatment} {option.version}",
                    number=about.edition_number,
                    clinic=about.clinic,
                    patient=about.patient,
                    born=about.date_of_birth,
                ),
            ),
        ),
        Block("status", said("What regulators say"), (consent.legal_status, *status)),
        Block("benefit", said("What you may expect"), (consent.expected_benefit, sections.results.text)),
        Block("unknown", said("What nobody knows yet"), (consent.evidence_limits,), sections.gaps),
        Block("common", said("What is common afterwards"), (consent.common_effects, sections.downtime.text)),
        Block("risks", said("What can go wrong"), (), tuple(_risk_sentences(option, bank))),
        Block(
            "alternatives",
            said("What else you could do"),
            (said("Doing nothing is always a choice, and so are daily sunscreen and skin care on their own."),),
            tuple(
                said("{option}: {because}", option=option_named(a.option, language), because=a.because)
                for a in sections.alternatives
            ),
        ),
        Block(
            "after",
            said("What you need to do afterwards"),
            (
                said("If one of these happens, call us at once: {phone}.", phone=about.clinic_phone),
                said("In an emergency, call your local emergency number first."),
            ),
            tuple(bank.red_flags[flag].patient for flag in sections.red_flags.stress or sections.red_flags.ask),
        ),
        Block(
            "course",
            said("How many sessions, what it costs"),
            (
                sections.sessions.text,
                sections.price.text,
                said("No result is guaranteed. A session that does not help you is still a session that was given."),
            ),
        ),
        Block(
            "data",
            said("Your data"),
            (
                said(
                    "We keep what you tell us and what we do in your record, with a list of everybody who opened it, "
                    "which you can see. Messages about this treatment come by the ways you allowed. "
                    "Photographs are asked about separately."
                ),
            ),
        ),
        Block(
            "rights",
            said("Your rights"),
            (
                said(
                    "You may ask anything, take this text away, refuse, or withdraw your consent until the treatment "
                    "begins, and ask us to stop during it. You get a copy of what you sign."
                ),
            ),
        ),
    ]
    if consent.product_origin:
        blocks.insert(2, Block("origin", said("What the product is made from"), (consent.product_origin,)))
    ticks = (*(Tick(a.id, a.text) for a in consent.acknowledgements), *STANDARD_TICKS)
    return Document(said("Consent to {title}: {name}", **names), tuple(blocks), ticks, consent.valid_months)


def _risk_sentences(option: Option, bank: Bank) -> Iterable[str]:
    for risk in option.sections.consent.risks:
        shared = bank.consent_risks[risk.risk]
        what = joined(text for text in (joined([shared.name, "."], ""), shared.patient, risk.text) if text)
        yield said("{what} How often: {how_often}", what=what, how_often=risk.how_often)


def in_language(document: Document, language: str, tell: Callable[[str], str]) -> Document:
    """Return a document with every sentence as ``tell`` says it in ``language``."""
    return Document(
        tell(document.title),
        tuple(
            Block(block.id, tell(block.title), tuple(map(tell, block.paragraphs)), tuple(map(tell, block.items)))
            for block in document.blocks
        ),
        tuple(Tick(tick.id, tell(tick.text)) for tick in document.ticks),
        document.valid_months,
        language,
    )


def shown(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document that was kept as plain data as it was shown: what was English in it knows that it is."""
    marked: dict[str, Any] = with_english(document, document.get("english", {}))
    return marked


def hash_of(document: Mapping[str, object]) -> str:
    """Return the SHA-256 (hex) of a document as plain data."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def problems_with(
    document: Document, *, shown_hash: str, ticked: Sequence[str], signature: str, patient_name: str
) -> dict[str, str]:
    """Return what stops a signature from counting, by field; empty when it counts.

    The text must be the one that was shown, every tick must be there, and the typed name must be
    the patient's: a blank or somebody else's name is no signature.
    """
    problems: dict[str, str] = {}
    if shown_hash != document.hash:
        problems["document"] = said(
            "The text has changed since you opened this page. Please read it again before you sign."
        )
    missing = [tick.id for tick in document.ticks if tick.id not in ticked]
    if missing:
        problems["acknowledgements"] = said(
            "Please read and tick every sentence, or talk to us about the one you cannot tick."
        )
    if not signature.strip():
        problems["signature"] = said("Type your full name to sign.")
    elif not is_signature_of(signature, patient_name):
        problems["signature"] = said("Type your name as we have it: {name}.", name=patient_name)
    return problems


def is_signature_of(typed: str, name: str) -> bool:
    """Whether a typed signature is this person's name; case and spaces do not matter."""
    return "".join(typed.casefold().split()) == "".join(name.casefold().split())


def valid_until(signed_on: date, months: int) -> date:
    """Return the last day on which a consent signed on ``signed_on`` counts: that many months later.

    The end of a shorter month stands in for a day it does not have.
    """
    index = signed_on.month - 1 + months
    year, month = signed_on.year + index // 12, index % 12 + 1
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=signed_on.day - 1), first_of_next - timedelta(days=1))


def covers(signed_areas: Iterable[str], areas: Iterable[str]) -> bool:
    """Whether a consent for ``signed_areas`` is enough to treat ``areas``."""
    return set(areas) <= set(signed_areas)
