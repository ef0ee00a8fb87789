"""The result page, from verdicts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from vesicle.candidacy.domain import STRICTEST_FIRST, Reason, Verdict, standard_catalogue
from vesicle.candidacy.domain.clearance import Requirement
from vesicle.candidacy.presenters.words import in_a_sentence, in_full
from vesicle.candidacy.queries import Standing
from vesicle.protocols.bank import load_bank
from vesicle.protocols.queries import OfferedOption

CHIPS = {
    "suitable": ("ok", "May suit you"),
    "review": ("warn", "A provider decides"),
    "defer": ("info", "Not yet"),
    "unsuitable": ("bad", "Not for you now"),
    "incomplete": ("neutral", "Answers missing"),
}
MOST_FITTING = 4
"""How many options stand beside the chosen one; the others follow below."""
GRADES = ("high", "moderate", "low", "very-low", "none")
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}


@dataclass(frozen=True, slots=True)
class ConcernLine:
    """A concern of the person that an option addresses, and how sure that is."""

    name: str
    effect: str
    grade: str


@dataclass(frozen=True, slots=True)
class Result:
    """One option on the result page."""

    offer: OfferedOption
    verdict: Verdict
    concerns: tuple[ConcernLine, ...]
    because: str = ""
    standing: Standing | None = None

    @property
    def state(self) -> str:
        """Where it stands with a provider; empty where none has been asked."""
        return self.standing.state if self.standing else ""

    @property
    def may_book(self) -> bool:
        """Whether a time can be chosen now."""
        return self.standing.clearance.may_book if self.standing else self.verdict.verdict == "suitable"

    @property
    def may_ask(self) -> bool:
        """Whether asking a provider is the next thing to do."""
        if self.open_conditions and self.standing and self.standing.clearance.blocker == "condition":
            return False
        return self.verdict.verdict == "review" and not self.may_book and self.state in ("", "expired", "cleared")

    @property
    def open_conditions(self) -> tuple[Requirement, ...]:
        """What a clearance in force still depends on."""
        found = self.standing.clearance if self.standing else None
        return found.open_requirements if found is not None and found.valid_until is not None else ()

    @property
    def may_be_reminded(self) -> bool:
        """Whether there is a day to be reminded of."""
        return self.verdict.verdict == "defer" and self.verdict.earliest is not None

    @property
    def helps(self) -> bool:
        """Whether there is any acceptable evidence that it helps with one of the person's concerns."""
        return any(line.grade != "none" for line in self.concerns)

    @property
    def id(self) -> str:
        """The option's id."""
        return self.verdict.option

    @property
    def name(self) -> str:
        """The option's name as printed."""
        return f"{self.offer.option.title}: {self.offer.option.name}"

    @property
    def tone(self) -> str:
        """The tone of the chip."""
        return CHIPS[self.verdict.verdict][0]

    @property
    def chip(self) -> str:
        """The state in a few words."""
        return CHIPS[self.verdict.verdict][1]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What decided."""
        return self.verdict.reasons

    @property
    def headline(self) -> str:
        """The verdict as one sentence."""
        name = in_a_sentence(self.offer.option.title)
        return {
            "suitable": f"Nothing in your answers speaks against {name}",
            "review": f"A provider decides with you about {name}",
            "defer": f"Not yet: {self.when}",
            "unsuitable": f"By your answers, {name} is not for you now",
            "incomplete": "A few answers are still missing",
        }[self.verdict.verdict]

    @property
    def when(self) -> str:
        """From when a deferred option is possible, in words."""
        if self.verdict.earliest:
            return f"from {in_full(self.verdict.earliest)}"
        return " and ".join(until.sentence for until in self.verdict.until)

    @property
    def downtime(self) -> str:
        """Days until most people are comfortable in public."""
        days = self.offer.option.sections.downtime.days
        if not days.max:
            return "no downtime"
        low, high = f"{days.min:g}", f"{days.max:g}"
        return f"{low} day{'s' if low != '1' else ''}" if low == high else f"{low} to {high} days"

    @property
    def price(self) -> str:
        """The lowest price of a session here."""
        currency = self.offer.option.sections.price.currency
        return f"from {_SYMBOLS.get(currency, f'{currency} ')}{self.offer.price_from:,}"


@dataclass(frozen=True, slots=True)
class ResultPage:
    """The result page in its parts: the chosen option, what fits the concerns beside it, and the rest."""

    chosen: Result | None
    fitting: tuple[Result, ...]
    rest: tuple[Result, ...]
    open_points: tuple[str, ...]


def result_page(
    found: Iterable[tuple[OfferedOption, Verdict]],
    *,
    chosen: str,
    concerns: Collection[str],
    standing: Mapping[str, Standing],
) -> ResultPage:
    """Return the page for somebody who chose ``chosen`` (or nothing) and has ``concerns``."""
    pairs = list(found)
    own = next((offer for offer, verdict in pairs if verdict.option == chosen), None)
    because = {entry.option: entry.because for entry in own.option.sections.alternatives} if own else {}
    results = [
        Result(
            offer,
            verdict,
            concern_lines(offer, concerns),
            because.get(verdict.option, ""),
            standing.get(verdict.option),
        )
        for offer, verdict in pairs
    ]
    others = sorted((result for result in results if result.id != chosen), key=_order)
    fitting = _fitting(others, concerns)
    rest = [result for result in others if result not in fitting]
    return ResultPage(
        next((result for result in results if result.id == chosen), None),
        tuple(fitting),
        tuple(rest),
        _open_points(results),
    )


def _fitting(others: Sequence[Result], concerns: Collection[str]) -> list[Result]:
    """Return the few options to show first: possible now if any are, and with some evidence for a concern."""
    helping = [result for result in others if (result.helps if concerns else bool(result.because))]
    now = [result for result in helping if result.verdict.verdict in ("suitable", "review")]
    later = [result for result in helping if result.verdict.verdict == "defer"]
    return (now or later)[:MOST_FITTING]


def _order(result: Result) -> tuple[int, int, int]:
    grades = [GRADES.index(line.grade) for line in result.concerns if line.grade != "none"]
    return -STRICTEST_FIRST.index(result.verdict.verdict), -len(grades), min(grades, default=len(GRADES))


def concern_lines(offer: OfferedOption, concerns: Collection[str]) -> tuple[ConcernLine, ...]:
    """Return which of ``concerns`` an option addresses, the best shown first."""
    names = load_bank().concerns
    found = [
        ConcernLine(names[entry.concern].name, entry.effect, entry.grade)
        for entry in offer.option.sections.concerns
        if entry.concern in concerns
    ]
    return tuple(sorted(found, key=lambda line: GRADES.index(line.grade)))


def _open_points(results: Sequence[Result]) -> tuple[str, ...]:
    unsure = {
        question
        for result in results
        for reason in (*result.verdict.reasons, *result.verdict.other)
        if reason.why != "fired"
        for question in reason.questions
    }
    missing = {question for result in results for question in result.verdict.missing} | unsure
    catalogue = standard_catalogue()
    return tuple(catalogue.text_of(question) for question in catalogue.in_order(missing))
