"""The result page, from verdicts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from vesicle.candidacy.domain import Fit, Reason, Verdict, Wishes, rank, standard_catalogue
from vesicle.candidacy.domain.clearance import Requirement
from vesicle.candidacy.domain.factors import cost_words, money, span_words
from vesicle.candidacy.domain.verdict import all_of
from vesicle.candidacy.presenters.fit import GRADES, PlacedLine, placed_lines
from vesicle.candidacy.presenters.words import in_a_sentence, in_full, option_name
from vesicle.candidacy.queries import Standing
from vesicle.core import languages
from vesicle.core.languages import told
from vesicle.core.spoken import filled
from vesicle.core.words import said
from vesicle.protocols.queries import OfferedOption
from vesicle.protocols.translating import bank_in

CHIPS: Mapping[str, tuple[str, str]] = {
    "suitable": ("ok", said("May suit you")),
    "review": ("warn", said("A provider decides")),
    "defer": ("info", said("Not yet")),
    "unsuitable": ("bad", said("Not for you now")),
    "incomplete": ("neutral", said("Answers missing")),
}


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
    fit: Fit
    because: str = ""
    standing: Standing | None = None

    @property
    def placed(self) -> tuple[PlacedLine, ...]:
        """What placed it, line by line."""
        return placed_lines(self.fit)

    @property
    def effects(self) -> tuple[PlacedLine, ...]:
        """The lines about the person's concerns that the protocol states something about, the most certain first."""
        stated = [line for line in self.placed if line.grade and line.factor == "effect"]
        return tuple(sorted(stated, key=lambda line: (-line.points, GRADES.index(line.grade))))

    @property
    def score(self) -> str:
        """The points as shown, with the most there were to earn."""
        return _("%(part)s of %(all)s") % {"part": f"{self.fit.total:g}", "all": f"{self.fit.of:g}"}

    @property
    def cost(self) -> str:
        """The cost of the whole course here."""
        return told(cost_words(self.fit.course))

    @property
    def visits(self) -> str:
        """How many visits the course has."""
        return told(span_words(self.fit.course.visits, "visit"))

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
    def id(self) -> str:
        """The option's id."""
        return self.verdict.option

    @property
    def name(self) -> str:
        """The option's name as printed."""
        return option_name(self.offer.option)

    @property
    def tone(self) -> str:
        """The tone of the chip."""
        return CHIPS[self.verdict.verdict][0]

    @property
    def chip(self) -> str:
        """The state in a few words."""
        return told(CHIPS[self.verdict.verdict][1])

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What decided."""
        return self.verdict.reasons

    @property
    def headline(self) -> str:
        """The verdict as one sentence."""
        words = {"name": in_a_sentence(self.offer.option.title), "when": self.when}
        pattern = {
            "suitable": _("Nothing in your answers speaks against %(name)s"),
            "review": _("A provider decides with you about %(name)s"),
            "defer": _("Not yet: %(when)s"),
            "unsuitable": _("By your answers, %(name)s is not for you now"),
            "incomplete": _("A few answers are still missing"),
        }[self.verdict.verdict]
        return filled(pattern, words)

    @property
    def when(self) -> str:
        """From when a deferred option is possible, in words."""
        if self.verdict.earliest:
            return _("from %(day)s") % {"day": in_full(self.verdict.earliest)}
        return told(all_of(until.sentence for until in self.verdict.until)) if self.verdict.until else ""

    @property
    def downtime(self) -> str:
        """Days until most people are comfortable in public."""
        days = self.offer.option.sections.downtime.days
        if not days.max:
            return _("no downtime")
        return told(span_words((days.min, days.max), "day"))

    @property
    def price(self) -> str:
        """The lowest price of a session here."""
        currency = self.offer.option.sections.price.currency
        return _("from %(amount)s") % {"amount": money(self.offer.price_from, currency)}


@dataclass(frozen=True, slots=True)
class ResultPage:
    """The result page in its parts: the chosen option, everything in its rank, and what is set apart, by why."""

    chosen: Result | None
    ranked: tuple[Result, ...]
    groups: tuple[ApartGroup, ...]
    compare_url: str
    open_points: tuple[str, ...]

    @property
    def others(self) -> tuple[Result, ...]:
        """What is ranked beside the chosen option."""
        return tuple(result for result in self.ranked if result is not self.chosen)

    @property
    def is_barely_known(self) -> bool:
        """Whether even the best evidence for anything ranked is very low: then the first is only the least unknown."""
        grades = {line.grade for result in self.ranked for line in result.fit.lines if line.helps}
        return bool(grades) and grades <= {"very-low"}


@dataclass(frozen=True, slots=True)
class ApartGroup:
    """Options that are not ranked, for one reason."""

    standing: str
    title: str
    says: str
    results: tuple[Result, ...]


def result_page(
    found: Iterable[tuple[OfferedOption, Verdict]],
    *,
    chosen: str,
    wishes: Wishes,
    standing: Mapping[str, Standing],
) -> ResultPage:
    """Return the page for somebody who chose ``chosen`` (or nothing) and has ``wishes``."""
    pairs = {verdict.option: (offer, verdict) for offer, verdict in found}
    own = pairs[chosen][0] if chosen in pairs else None
    because = {entry.option: entry.because for entry in own.option.sections.alternatives} if own else {}
    options, verdicts = [offer.option for offer, _ in pairs.values()], [verdict for _, verdict in pairs.values()]
    fits = rank(options, verdicts, wishes, bank=bank_in(languages.active()))
    results = [Result(*pairs[fit.option], fit, because.get(fit.option, ""), standing.get(fit.option)) for fit in fits]
    ranked = tuple(result for result in results if result.fit.rank is not None)
    return ResultPage(
        next((result for result in results if result.id == chosen), None),
        ranked,
        _apart(results, chosen),
        f"/compare/?{urlencode([('option', result.id) for result in ranked])}" if len(ranked) > 1 else "",
        _open_points(results),
    )


_GROUPS = {
    "unranked": (lazy("What we offer"), lazy("In the order of our list.")),
    "not-wanted": (
        lazy("Not what you want"),
        lazy("They have something you do not want. That is a wish, no medical reason."),
    ),
    "nothing-stated": (
        lazy("Nothing stated for what you want to change"),
        lazy("What we know of these gives no reason to recommend them for it."),
    ),
    "unsuitable": (lazy("Not for you now"), lazy("By your answers. What you wish for plays no part in this.")),
}


def _apart(results: Sequence[Result], chosen: str) -> tuple[ApartGroup, ...]:
    """Return what is not ranked, in groups; the chosen option has its own place on the page."""
    groups = []
    for name, (title, says) in _GROUPS.items():
        inside = tuple(result for result in results if result.fit.standing == name and result.id != chosen)
        if inside:
            groups.append(ApartGroup(name, str(title), str(says), inside))
    return tuple(groups)


def concern_lines(offer: OfferedOption, concerns: Collection[str]) -> tuple[ConcernLine, ...]:
    """Return which of ``concerns`` an option addresses, the best shown first."""
    names = bank_in(languages.active()).concerns
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
    catalogue = standard_catalogue(languages.active())
    return tuple(catalogue.text_of(question) for question in catalogue.in_order(missing))
