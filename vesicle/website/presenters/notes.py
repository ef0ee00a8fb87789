"""Sentences with their sources: numbered in the order a page first cites them, listed once at its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from vesicle.protocols.bank import Bank
from vesicle.protocols.schema.common import Sourced
from vesicle.protocols.schema.sections import Claim
from vesicle.website.claims.sentences import of_text
from vesicle.website.statements.own_words import digest

_FOR_PATIENTS = {"convention": _("common practice"), "to-confirm": _("set by this clinic")}
_FOR_STAFF = {
    "convention": _("common practice"),
    "to-confirm": _("clinic's default, to confirm"),
    "secondary": _("read in a digest"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, the numbers of its sources, and where it comes from when that is no study.

    ``parts`` are its sentences where some of them rest on a claim each; ``grade`` is that of the claim.
    """

    text: str
    notes: tuple[int, ...] = ()
    mark: str = ""
    grade: str = ""
    parts: tuple["Said", ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.text)


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of the list at the end of a page."""

    number: int
    citation: str
    url: str
    note: str


class Notes:
    """Hands out numbers to sources while a page is put together.

    ``resting`` are the claims that sentences of the clinic's own rest on, by their fingerprint.
    ``is_preview`` shows staff every mark of origin; patients see them only where a sentence is asked to carry one.
    """

    def __init__(self, bank: Bank, *, is_preview: bool = False, resting: Mapping[str, Claim] | None = None) -> None:
        self.bank = bank
        self.resting = resting or {}
        self.is_preview = is_preview
        self._numbers: dict[str, int] = {}

    def numbers(self, refs: Sequence[str]) -> tuple[int, ...]:
        """Return the numbers of these sources, new ones counted on."""
        for key in refs:
            self._numbers.setdefault(key, len(self._numbers) + 1)
        return tuple(sorted({self._numbers[key] for key in refs}))

    def say(self, text: str, refs: Sequence[str] = (), basis: str = "verified", *, marked: bool = False) -> Said:
        """Return a sentence with its sources; ``marked`` also tells patients that a value is the clinic's own."""
        return Said(text, self.numbers(refs), self.mark(basis, marked=marked), parts=self.own(text).parts)

    def own(self, text: str) -> Said:
        """Return words of the clinic's own, each sentence that rests on a claim with its grade and sources."""
        resting = self.resting
        sentences = of_text(text) if resting else ()
        if not any(digest(one.text) in resting for one in sentences):
            return Said(text)
        parts = []
        for index, one in enumerate(sentences):
            # What stands between two sentences belongs to the first.
            end = sentences[index + 1].start if index + 1 < len(sentences) else len(text)
            claim = resting.get(digest(one.text))
            if claim is None:
                parts.append(Said(text[one.start : end]))
            else:
                parts.append(Said(one.text, self.numbers(claim.refs), grade=claim.grade))
                parts.append(Said(text[one.end : end]))
        return Said(text, parts=tuple(part for part in parts if part.text))

    def mark(self, basis: str, *, marked: bool = False) -> str:
        """Return the mark of origin alone."""
        words = _FOR_STAFF if self.is_preview else _FOR_PATIENTS if marked else {}
        return str(words.get(basis, ""))

    def of(self, statement: Sourced, text: str, *, marked: bool = False) -> Said:
        """Return ``text`` with the sources of a part of the protocol."""
        return self.say(text, statement.refs, statement.basis, marked=marked)

    def sources(self) -> tuple[Source, ...]:
        """Return what was cited so far, by number."""
        listed = []
        for key, number in self._numbers.items():
            reference = self.bank.references[key]
            listed.append(Source(number, reference.citation, reference.url or "", reference.note or ""))
        return tuple(listed)
