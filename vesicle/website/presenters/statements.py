"""Words for what was found in a clinic's own sentences."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from vesicle.protocols.hooks import Fault
from vesicle.protocols.models import Edition
from vesicle.protocols.overlay import PAGE_SECTIONS, Overlay
from vesicle.website import statement_queries as queries
from vesicle.website.claims.findings import Match
from vesicle.website.claims.rules import VERSION
from vesicle.website.presenters.words import long_date
from vesicle.website.statements.judging import Proposal, Statement, proposals
from vesicle.website.statements.own_words import OwnWords, of_overlay

VERDICTS: Mapping[str, tuple[str, str]] = {
    "block": ("bad", "Take out"),
    "unlinked": ("warn", "Needs evidence"),
    "fallen": ("warn", "Lost its evidence"),
    "carried": ("ok", "Rests on a claim"),
    "ok": ("neutral", "No claim found"),
}
"""Tone and words for what became of a sentence."""
_MEND = {
    "block": "Take the sentence out, or write it anew.",
    "unlinked": "Link it to a claim of the protocol that carries it, or say it more carefully.",
    "fallen": "Link it to another claim that carries it, write it anew, or take it out.",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One sentence as the editor shows it: ``why`` is the gravest reason, ``further`` the others, the worst first."""

    statement: Statement
    tone: str
    verdict: str
    why: Match | None
    further: tuple[Match, ...]
    rests_on: str
    grade: str

    @property
    def text(self) -> str:
        """The sentence."""
        return self.statement.finding.text


def row(one: Statement) -> Row:
    """Return a sentence with its verdict in words."""
    tone, verdict = VERDICTS[one.state]
    whys = () if one.state == "ok" else gravest_first(one.finding.patterns)
    if one.state == "block":
        whys = tuple(each for each in whys if each.verdict == "block")
    why, claim = next(iter(whys), None), one.claim
    return Row(one, tone, verdict, why, whys[1:], claim.wording if claim else "", claim.grade if claim else "")


_VERDICTS = ("block", "needs-evidence", "note")
_GRAVEST = ("disease", "status", "stem-cell", "route", "minors", "safety", "guarantee", "duration")
"""What harms a reader most, and what regulators write to clinics about, before what is only unproven."""


def gravest_first(matches: Iterable[Match]) -> tuple[Match, ...]:
    """Return what was found in a sentence, the gravest first; a reason that says the same again is left out."""

    def rank(one: Match) -> tuple[int, int]:
        return _VERDICTS.index(one.verdict), _GRAVEST.index(one.class_) if one.class_ in _GRAVEST else len(_GRAVEST)

    found: dict[str, Match] = {}
    for one in sorted(matches, key=rank):
        found.setdefault(one.why, one)
    return tuple(found.values())


# --- while somebody writes ----------------------------------------------------------------------


def check_typed(edition: Edition, typed: Mapping[str, str], *, now: datetime) -> queries.Check:
    """Check an edition with the words of one of its forms as they are typed; places are names of fields then.

    The form is that of the words, or one on the page of the pictures; what it does not hold counts as it is saved.
    """
    saved = Overlay.model_validate(edition.overlay)
    pictures = Overlay(pictures=saved.pictures)
    if any(name.endswith(PICTURE_WORDS) for name in typed):
        rest = of_overlay(saved.model_copy(update={"pictures": ()}))
        own = [*rest, *_typed_pictures(typed, of_overlay(pictures), saved), *queries.own_text(edition)]
    else:
        own = [*_typed(typed), *of_overlay(pictures), *queries.own_text(edition)]
    return queries.check_words(edition, own, saved, now=now)


PICTURE_WORDS = ("-alt", "-caption")


def _typed_pictures(typed: Mapping[str, str], saved: Iterable[OwnWords], overlay: Overlay) -> Iterator[OwnWords]:
    names = {
        f"pictures.{place}.{part}": f"p{one.picture}-{part}"
        for place, one in enumerate(overlay.pictures)
        for part in ("alt", "caption")
    }
    yield from (one for one in saved if names[one.place] not in typed)
    for name, label in [*((name, _picture_label(place)) for place, name in names.items()), *_NEW_PICTURE]:
        if name in typed:
            yield OwnWords(name, label, typed[name], "caption")


_NEW_PICTURE = (("new-alt", "New picture, description"), ("new-caption", "New picture, caption"))


def _picture_label(place: str) -> str:
    _, number, part = place.split(".")
    return f"Picture {int(number) + 1}, {'description' if part == 'alt' else 'caption'}"


def _typed(typed: Mapping[str, str]) -> Iterator[OwnWords]:
    yield OwnWords("headline", "Headline", typed.get("headline", ""), "heading")
    yield OwnWords("intro", "Introduction", typed.get("intro", ""))
    yield OwnWords("note", "Note", typed.get("note", ""))
    for section, label in PAGE_SECTIONS.items():
        yield OwnWords(f"s-{section}", f"Words under “{label}”", typed.get(f"s-{section}", ""))
    for name, text in typed.items():
        if name.startswith("q") and name.endswith("-question"):
            number = name.removesuffix("-question").removeprefix("q")
            label = str(int(number) + 1) if number.isdecimal() else number
            yield OwnWords(name, f"Question {label}", text)
            answer = f"q{number}-answer"
            yield OwnWords(answer, f"Answer {label}", typed.get(answer, ""), before=text)


def by_field(found: queries.Check) -> dict[str, tuple[Row, ...]]:
    """Return the sentences by the place they stand in."""
    fields: dict[str, tuple[Row, ...]] = {}
    for one in found.statements:
        fields[one.place] = (*fields.get(one.place, ()), row(one))
    return fields


@dataclass(frozen=True, slots=True)
class Summary:
    """What was found, in numbers and one sentence."""

    says: str
    is_ready: bool
    blocked: int
    open: int
    missing: tuple[str, ...]
    unknown: str
    checked: str
    unchecked: int = 0


def summary(found: queries.Check) -> Summary:
    """Return what was found in words of the clinic's own."""
    blocked = sum(one.state == "block" for one in found.statements)
    open_ = sum(one.state in ("unlinked", "fallen") for one in found.statements)
    parts = []
    if blocked:
        parts.append(f"{_sentences(blocked)} to take out")
    if open_:
        parts.append(f"{_sentences(open_)} in need of evidence")
    if found.missing:
        parts.append(f"{len(found.missing)} required statement{'s' if len(found.missing) > 1 else ''} missing")
    total = len(found.statements)
    says = f"{' and '.join(parts)}." if parts else f"{_sentences(total)} looked at: nothing to mend." if total else ""
    return Summary(
        says or "No words of your own yet.",
        found.is_ready,
        blocked,
        open_,
        tuple(f"{one.rule.says} “{one.statement}”" for one in found.missing),
        found.unknown,
        checked_words(found.basis.on, VERSION, found.basis.jurisdiction),
        len(found.unchecked),
    )


def checked_words(on: date, version: str, jurisdiction: str) -> str:
    """Return what was checked with, on which day, and what the check is not."""
    return (
        f"Checked on {long_date(on)} with version {version} of the rules, for {jurisdiction}. "
        "A prompt for review by people: no legal verdict and no legal advice."
    )


def _sentences(count: int) -> str:
    return "1 sentence" if count == 1 else f"{count} sentences"


# --- what keeps an edition back -----------------------------------------------------------------


def faults(found: queries.Check, edition: Edition) -> list[Fault]:
    """Return everything that keeps an edition from being submitted or signed: where, what, why, and how to mend it."""
    return _listed(found, found.refused, edition)


def faults_at_its_moment(found: queries.Check, edition: Edition) -> list[Fault]:
    """Return everything that keeps an edition that waits from taking force; what lost its evidence is taken off it."""
    return _listed(found, found.held_back, edition)


def _listed(found: queries.Check, refused: Iterable[Statement], edition: Edition) -> list[Fault]:
    url = reverse("statements:edition", args=[edition.pk])
    listed = [_fault(one, url) for one in refused]
    words = reverse("protocols:words", args=[edition.pk])
    listed += [
        Fault(
            "The page as a whole",
            "",
            one.rule.says,
            f"Add this sentence, for instance to the note: “{one.statement}”",
            words,
        )
        for one in found.missing
    ]
    if found.unknown:
        listed.append(
            Fault(
                "Your own words",
                "",
                found.unknown,
                "Nothing could be checked. Publish the protocol’s words alone.",
                words,
            )
        )
    return listed


def faults_without_evidence(found: queries.Check) -> list[Fault]:
    """Return what keeps words back that stand where no claim is: what needs evidence cannot be said there at all."""
    listed = [
        _fault(one, "", "Say it on the page of a treatment, where its evidence stands beside it, or more carefully.")
        if one.state == "unlinked"
        else _fault(one, "")
        for one in found.refused
    ]
    listed += [
        Fault("All of it", "", one.rule.says, f"Add this sentence, or do not name exosomes here: “{one.statement}”")
        for one in found.missing
    ]
    if found.unknown:
        listed.append(Fault("Your words", "", found.unknown, "Nothing could be checked, so nothing can be shown."))
    return listed


def _fault(one: Statement, url: str, mend: str = "") -> Fault:
    strict = _strictest(one)
    safer = f" Safer: {strict.safer}" if strict else ""
    return Fault(
        one.label,
        one.finding.text,
        why_refused(one),
        f"{mend or _MEND[one.state]}{safer}",
        url and f"{url}#s-{one.digest[:12]}",
    )


def why_refused(one: Statement) -> str:
    """Return why a sentence cannot be said: the evidence that fell away, or the words and the gravest reason."""
    if one.state == "fallen" and one.fall:
        return one.fall.why
    strict = _strictest(one)
    return f"“{strict.words}”: {strict.why}" if strict else ""


def _strictest(one: Statement) -> Match | None:
    return next((each for each in gravest_first(one.finding.patterns) if each.verdict == one.finding.verdict), None)


# --- choosing the evidence ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """A sentence that needs evidence with the claims of the protocol: those that carry it, and why others do not."""

    row: Row
    carrying: tuple[Proposal, ...]
    others: tuple[Proposal, ...]


def choices(found: queries.Check) -> list[Choice]:
    """Return the sentences that somebody has to look at, and those that rest on a claim; each once."""
    listed: dict[str, Choice] = {}
    for one in found.statements:
        if one.state == "ok" or one.digest in listed:
            continue
        offered = () if one.state == "block" else proposals(one.finding.text, found.basis)
        listed[one.digest] = Choice(
            row(one), tuple(each for each in offered if each.ok), tuple(each for each in offered if not each.ok)
        )
    return sorted(listed.values(), key=lambda each: list(VERDICTS).index(each.row.statement.state))


@dataclass(frozen=True, slots=True)
class FallenRow:
    """A sentence that is withdrawn from a page."""

    edition: Edition
    row: Row
    why: str


def fallen_rows(found: Sequence[tuple[Edition, Sequence[Statement]]]) -> list[FallenRow]:
    """Return the withdrawn sentences of a clinic."""
    return [FallenRow(edition, row(one), why_refused(one)) for edition, listed in found for one in listed]
