"""The imported page in words: each value beside the protocol's, with the words it came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from vesicle.core.actor import Actor
from vesicle.protocols import queries
from vesicle.protocols.bank import Bank, load_bank
from vesicle.protocols.library_files import load_library
from vesicle.protocols.schema import Option
from vesicle.website.claims import Finding
from vesicle.website.claims.jurisdictions import jurisdiction_of
from vesicle.website.claims.rules import VERSION
from vesicle.website.importing.contradictions import (
    NAMES,
    Contradiction,
    contradictions,
    figure_words,
    library_options,
    protocol_figures,
)
from vesicle.website.importing.draft import Proposal
from vesicle.website.importing.figures import NotTaken
from vesicle.website.importing.imported import ImportedPage
from vesicle.website.importing.report import left_out_words
from vesicle.website.importing.words import SECTIONS
from vesicle.website.presenters.statements import checked_words

_TONES = {"block": "bad", "needs-evidence": "warn", "ok": "ok"}


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One figure: what the page says, by which words, and what the protocol says."""

    name: str
    page: str
    words: str
    protocol: str
    differs: bool


@dataclass(frozen=True, slots=True)
class NamedRow:
    """Something the page names, with its words."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class AgainstRow:
    """Where page and protocol differ: in what, and what each says, by which words of the page."""

    name: str
    page: str
    protocol: str
    words: str


@dataclass(frozen=True, slots=True)
class SentenceRow:
    """A sentence with its verdict."""

    text: str
    verdict: str
    tone: str
    why: str
    safer: str


@dataclass(frozen=True, slots=True)
class Imported:
    """Everything the page of the import shows."""

    title: str
    protocol: str
    modalities: tuple[NamedRow, ...]
    values: tuple[ValueRow, ...]
    concerns: tuple[NamedRow, ...]
    exclusions: tuple[NamedRow, ...]
    alternatives: tuple[NamedRow, ...]
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    sentences: tuple[SentenceRow, ...]
    counts: tuple[tuple[str, str, int], ...]
    against: tuple[AgainstRow, ...]
    unread: tuple[NotTaken, ...]
    notes: tuple[str, ...]
    left_out: str
    offer: Proposal
    checked: str


def options_for(actor: Actor, treatment: str | None) -> tuple[Option, ...]:
    """Return the options a page is held against: those of the newest release, if its treatment is installed here."""
    if treatment is None or treatment not in {one.treatment for one in queries.standings(actor)}:
        return ()
    return library_options(treatment)


def imported_page(
    page: ImportedPage, options: tuple[Option, ...], offer: Proposal, *, on: date, jurisdiction: str
) -> Imported:
    """Return the import as it is shown, read on a day under the law of a jurisdiction."""
    bank, library = load_bank(), load_library()
    protocol = library.latest(page.treatment) if page.treatment else None
    against = contradictions(page, options) if options else ()
    differing = {one.field for one in against}
    chosen = [one for one in options if not page.modalities or one.modality in page.modalities] or list(options)

    def words(path: str) -> str:
        source = page.read_from.get(path)
        return "" if source is None else f"{source.words} ({source.note})" if source.note else source.words

    values = []
    for role, (name, unit) in NAMES.items():
        known = dict.fromkeys(f"{one.name}: {figure_words(protocol_figures(one)[role], unit)}" for one in chosen)
        values.append(
            ValueRow(
                _(name), figure_words(page.figures.get(role), unit), words(role), "; ".join(known), role in differing
            )
        )
    names = {one.id: one.name for one in protocol.modalities} if protocol else {}
    counts = [
        (label, _TONES[verdict], sum(one.verdict == verdict for one in page.findings)) for verdict, label in _verdicts()
    ]
    return Imported(
        title=protocol.title if protocol else "",
        protocol=protocol.version if protocol else "",
        modalities=tuple(NamedRow(names.get(one, one), words(f"modalities.{one}")) for one in page.modalities),
        values=tuple(values),
        concerns=tuple(
            NamedRow(bank.concerns[one].name if one in bank.concerns else one, words(f"concerns.{one}"))
            for one in page.concerns
        ),
        exclusions=tuple(
            NamedRow(bank.asked[one.question].clinician if one.question else "", one.text)
            for one in page.contraindications
        ),
        alternatives=tuple(
            NamedRow(library.latest(one).title if one in library.treatments() else one, words(f"alternatives.{one}"))
            for one in page.alternatives
        ),
        sections=tuple(
            (name.replace("_", " ").capitalize(), tuple(page.sections.get(name, "").splitlines())) for name in SECTIONS
        ),
        sentences=tuple(_sentence(one) for one in page.findings),
        counts=tuple(counts),
        against=tuple(_against(one, bank) for one in against),
        unread=page.unread,
        notes=page.notes,
        left_out=left_out_words(page),
        offer=offer,
        checked=checked_words(on, VERSION, jurisdiction_of(jurisdiction).id),
    )


def _against(one: Contradiction, bank: Bank) -> AgainstRow:
    role, _dot, concern = one.field.partition(".")
    name = _(NAMES[role][0]) if role in NAMES else bank.concerns[concern].name if concern in bank.concerns else concern
    return AgainstRow(name, one.page, one.protocol, one.words)


def _verdicts() -> tuple[tuple[str, str], ...]:
    return (
        ("block", _("to take out")),
        ("needs-evidence", _("in need of evidence")),
        ("ok", _("without a claim we know of")),
    )


def _sentence(finding: Finding) -> SentenceRow:
    labels = dict(_verdicts())
    first = finding.patterns[0] if finding.patterns else None
    return SentenceRow(
        finding.text,
        labels[finding.verdict],
        _TONES[finding.verdict],
        first.why if first else "",
        first.safer if first else "",
    )
