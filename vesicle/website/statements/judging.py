"""May this sentence stand on this clinic's page today? The engine's verdict, and the claim it rests on.

A link holds while the claim says what it said then, in the edition's text and in the newest release; while the claim
carries the sentence on that day and in that country; and while the sentence is the one that was linked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from vesicle.protocols.overlay import Linked
from vesicle.protocols.schema import Option
from vesicle.protocols.schema.common import Grade
from vesicle.protocols.schema.sections import Claim
from vesicle.website.claims import Finding, audit
from vesicle.website.claims.support import carries
from vesicle.website.claims.words import words_of
from vesicle.website.statements.own_words import OwnWords, digest

FallKind = Literal["gone", "changed", "newer-release", "review", "not-carried"]
State = Literal["ok", "block", "unlinked", "fallen", "carried"]
_CERTAIN: tuple[Grade, ...] = ("high", "moderate", "low", "very-low", "none")


def fingerprint(claim: Claim) -> str:
    """Return the fingerprint of what a claim says: its wording, its grade and its sources."""
    text = json.dumps([claim.wording, claim.grade, sorted(claim.refs)], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Made:
    """A claim as it is made here. ``ways`` are the options that make it, ``treatments`` what those consist of."""

    claim: Claim
    ways: tuple[str, ...]
    treatments: frozenset[str]

    @property
    def says(self) -> str:
        """The fingerprint of what it says."""
        return fingerprint(self.claim)


def claims_made(options: Iterable[Option]) -> tuple[Made, ...]:
    """Return the claims of some options, each once; the same words under another review date are another claim."""
    found: dict[str, Made] = {}
    for option in options:
        parts = {option.treatment, option.modality, *(rule.origin.partition("/")[0] for rule in option.rules)}
        for claim in option.sections.claims:
            key = f"{claim.id} {claim.model_dump_json()}"
            known = found.get(key)
            ways = (*(known.ways if known else ()), option.name)
            # Shared by several ways, it speaks of no more than all of them consist of.
            treatments = known.treatments & parts if known else frozenset(parts)
            found[key] = Made(claim, ways, frozenset(treatments))
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Basis:
    """What sentences of an edition may rest on: its claims, those of its release, and those of the newest release.

    ``released`` and ``newest`` are fingerprints by claim; ``newest`` is ``None`` while no newer one is installed.
    """

    made: tuple[Made, ...]
    on: date
    jurisdiction: str
    version: str = ""
    released: frozenset[tuple[str, str]] = frozenset()
    newest: frozenset[tuple[str, str]] | None = None
    newest_version: str = ""


@dataclass(frozen=True, slots=True)
class Fall:
    """Why a link does not hold any more."""

    kind: FallKind
    why: str


def fall_of(link: Linked, sentence: str, basis: Basis) -> Fall | None:
    """Return why a link does not hold on the day, or ``None`` while it holds."""
    same = [one for one in basis.made if one.claim.id == link.claim]
    if not same:
        return Fall("gone", f"The protocol does not make the claim “{link.claim}” any more.")
    made = [one for one in same if one.says == link.says]
    if not made:
        return Fall("changed", "The claim has other words, another grade or other sources than when it was linked.")
    key = (link.claim, link.says)
    if basis.newest is not None and key in basis.released and key not in basis.newest:
        return Fall(
            "newer-release",
            f"Release {basis.newest_version} of the protocol does not make this claim in these words, with this grade "
            "and these sources any more.",
        )
    in_date = [one for one in made if one.claim.review_by >= basis.on]
    if not in_date:
        last = max(one.claim.review_by for one in made)
        return Fall("review", f"The claim had to be looked at again by {last.isoformat()}, and nobody has.")
    answers = [_support(sentence, one, basis) for one in in_date]
    if any(ok for ok, _ in answers):
        return None
    return Fall("not-carried", answers[0][1])


def _support(sentence: str, made: Made, basis: Basis) -> tuple[bool, str]:
    found = carries(sentence, made.claim, on=basis.on, jurisdiction=basis.jurisdiction, treatments=made.treatments)
    return found.ok, found.why


@dataclass(frozen=True, slots=True)
class Proposal:
    """A claim that a sentence could rest on, or why it cannot."""

    made: Made
    ok: bool
    why: str


def proposals(sentence: str, basis: Basis) -> tuple[Proposal, ...]:
    """Return every claim of the edition: those that carry the sentence first, the most alike of them before others."""
    said = {word.text for word in words_of(sentence)}

    def rank(one: Proposal) -> tuple[bool, float, int]:
        words = {word.text for word in words_of(one.made.claim.wording)}
        alike = len(said & words) / max(1, len(said | words))
        return not one.ok, -alike, _CERTAIN.index(one.made.claim.grade)

    found = [Proposal(one, *_support(sentence, one, basis)) for one in basis.made]
    for index, one in enumerate(found):
        key = (one.made.claim.id, one.made.says)
        if one.ok and basis.newest is not None and key in basis.released and key not in basis.newest:
            why = f"Release {basis.newest_version} of the protocol does not make this claim like this any more."
            found[index] = Proposal(one.made, False, why)
    return tuple(sorted(found, key=rank))


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of the clinic, judged: what the engine found, and what it rests on."""

    place: str
    label: str
    finding: Finding
    digest: str
    state: State
    link: Linked | None = None
    fall: Fall | None = None
    claim: Claim | None = None

    @property
    def is_refused(self) -> bool:
        """Whether an edition with this sentence cannot be approved."""
        return self.state in ("block", "unlinked", "fallen")


def judged(own: Sequence[OwnWords], links: Iterable[Linked], basis: Basis) -> tuple[Statement, ...]:
    """Judge every sentence, in order."""
    by_sentence = {one.sentence: one for one in links}
    found: list[Statement] = []
    for words in own:
        before = words.before
        for sentence in words.sentences():
            finding = audit(sentence, jurisdiction=basis.jurisdiction, context=before)
            before = sentence.text
            found.append(_statement(words, finding, by_sentence, basis))
    return tuple(found)


def _statement(words: OwnWords, finding: Finding, links: dict[str, Linked], basis: Basis) -> Statement:
    key = digest(finding.text)
    link = links.get(key)
    if finding.verdict == "block":
        return Statement(words.place, words.label, finding, key, "block", link)
    if finding.verdict == "ok" and link is None:
        return Statement(words.place, words.label, finding, key, "ok")
    if link is None:
        # A claim of the clinic's own text is what sentences rest on; its grade and sources stand beside it.
        state: State = "ok" if words.is_claim else "unlinked"
        return Statement(words.place, words.label, finding, key, state)
    fall = fall_of(link, finding.text, basis)
    if fall is not None:
        # What needs no evidence does not fall with a link that somebody gave it all the same.
        return Statement(
            words.place, words.label, finding, key, "ok" if finding.verdict == "ok" else "fallen", link, fall
        )
    claim = next(one.claim for one in basis.made if (one.claim.id, one.says) == (link.claim, link.says))
    return Statement(words.place, words.label, finding, key, "carried", link, None, claim)
