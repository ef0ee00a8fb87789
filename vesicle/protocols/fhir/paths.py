"""FHIRPath texts that read one QuestionnaireResponse: where an answer stands, and what is known about a question.

Written for the standard (FHIRPath 2.0, normative) and not for one engine:

- `answer.value` and never `answer.valueCoding`, which only engines without the FHIR model understand;
- nothing refers to a clock or a variable; the day asked about is an item of the response;
- a date counts only if it is a whole one (`toString().length() = 10`). "March 2026" plus 14 days would be decided by
  the calendar month; for us such a date is not known;
- every part stands in parentheses, so that nobody has to look up what binds closer.
"""

from __future__ import annotations

from collections.abc import Iterable

from vesicle.protocols.bank import Bank, FollowUp, Question
from vesicle.protocols.fhir.names import AREAS_ITEM, BIRTH, ON, STILL, date_item

_ROOT = "QuestionnaireResponse.item"
_WHOLE = ".where(toString().length() = 10)"
UNSURE = "unsure"
ANSWERED = "answered"


def _top(link_id: str) -> str:
    return f"{_ROOT}.where(linkId = '{link_id}')"


ON_DAY = f"{_top(ON)}.answer.value{_WHOLE}"
"""The day asked about."""
BORN = f"{_top(BIRTH)}.answer.value{_WHOLE}"
"""The date of birth."""
AREAS = f"{_top(AREAS_ITEM)}.answer.value.code"
"""The areas to be treated, as they were chosen."""


def one_of(values: Iterable[str]) -> str:
    """Return `values` as a FHIRPath collection, sorted, in parentheses."""
    quoted = " | ".join(f"'{value}'" for value in sorted(values))
    return f"({quoted})"


def is_among(path: str, values: Iterable[str]) -> str:
    """Return whether the single value at `path` is one of `values`; nothing where `path` is empty."""
    several = sorted(values)
    return f"({path} = '{several[0]}')" if len(several) == 1 else f"({path} in {one_of(several)})"


def any_of(parts: Iterable[str]) -> str:
    """Return the disjunction of `parts` without repetition; empty text for none."""
    different = list(dict.fromkeys(part for part in parts if part))
    return f"({' or '.join(different)})" if len(different) > 1 else "".join(different)


class Paths:
    """Texts about the questions of one bank."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank

    def entry(self, question: str) -> Question | FollowUp:
        """Return the question or follow-up of that id."""
        return self._bank.asked[question]

    def parent(self, question: str) -> Question | None:
        """Return the question a follow-up belongs to, `None` for a question."""
        return self._bank.parent_of(question) if isinstance(self.entry(question), FollowUp) else None

    def item(self, question: str) -> str:
        """Return where the item of `question` stands: a follow-up below the answer of its parent."""
        parent = self.parent(question)
        if parent is None:
            return _top(question)
        return f"{_top(parent.id)}.answer.item.where(linkId = '{question}')"

    def value(self, question: str) -> str:
        """Return the answers of `question`: codes, or the words themselves for a question that takes text."""
        path = f"{self.item(question)}.answer.value"
        return path if self.entry(question).kind == "text" else f"{path}.code"

    def day(self, question: str) -> str:
        """Return the whole date given with an answer of yes to `question`."""
        below = f"answer.where(value.code = 'yes').item.where(linkId = '{date_item(question)}')"
        return f"{self.item(question)}.{below}.answer.value{_WHOLE}"

    def still(self, question: str) -> str:
        """Return the answer to "is it still going on?" about `question`; empty text where nobody asks that."""
        return self.value(question + STILL) if question + STILL in self._bank.asked else ""

    def leads_nowhere(self, question: str) -> str:
        """Return when a follow-up does not apply: its parent was answered otherwise. Empty text for never."""
        entry, parent = self.entry(question), self.parent(question)
        if parent is None or not isinstance(entry, FollowUp) or ANSWERED in entry.when:
            return ""
        value = self.value(parent.id)
        if parent.kind == "multi-choice":
            return f"({value}.exists() and {value}.where($this in {one_of({*entry.when, UNSURE})}).empty())"
        others = [answer for answer in parent.answers if answer not in entry.when and answer != UNSURE]
        return is_among(value, others) if others else ""

    def parent_unsure(self, question: str) -> str:
        """Return when a follow-up is open because its parent was answered with "not sure". Empty text for never."""
        entry, parent = self.entry(question), self.parent(question)
        if parent is None or not isinstance(entry, FollowUp) or not parent.unsure or {ANSWERED, UNSURE} & {*entry.when}:
            return ""
        own = self.value(question)
        nothing = any_of([f"{own}.empty()", f"({own} = 'no')" if "no" in entry.answers else ""])
        return f"(({self.value(parent.id)} = '{UNSURE}') and {nothing})"

    def says_nothing(self, question: str) -> str:
        """Return when "no" to a follow-up is no answer: its parent is open and may not hold at all. Empty for never."""
        entry, parent = self.entry(question), self.parent(question)
        if parent is None or not isinstance(entry, FollowUp) or ANSWERED in entry.when or "no" not in entry.answers:
            return ""
        return f"({self.value(parent.id)}.empty() and ({self.value(question)} = 'no'))"

    def answered(self, question: str, wanted: Iterable[str]) -> str:
        """Return whether `question` was answered with one of `wanted`: true, false, or nothing where not known."""
        own = self._own(question, frozenset(wanted))
        if alone := self.says_nothing(question):
            own = f"iif({alone}, {{}}, {own})"
        if unsure := self.parent_unsure(question):
            own = f"iif({unsure}, {{}}, {own})"
        off = self.leads_nowhere(question)
        return f"iif({off}, false, {own})" if off else own

    def _own(self, question: str, wanted: frozenset[str]) -> str:
        entry, value = self.entry(question), self.value(question)
        if entry.kind == "text":
            return f"iif({value}.exists(), {str(ANSWERED in wanted).lower()})"
        if entry.unsure and UNSURE not in wanted:
            value = f"{value}.where($this != '{UNSURE}')"
        if entry.kind == "multi-choice":
            return f"iif({value}.exists(), {value}.where($this in {one_of(wanted)}).exists())"
        return is_among(value, wanted)

    def runs(self, question: str, compared: str, outcome_still: bool = True) -> str:
        """Return whether the date of `question` lies as `compared` says ("> {day}"), "yes, still" outweighing it.

        Nothing where there is no date, or where it would be over but whether it still goes on is not known.
        """
        day, still = self.day(question), self.still(question)
        lies = f"({day} {compared})"
        if not still:
            return lies
        goes_on = f"iif(({still} = 'yes'), {day}.exists(), false)" if outcome_still else "false"
        return f"({lies} or iif(({still} = '{UNSURE}'), {{}}, {goes_on}))"


def days_before(days: int) -> str:
    """Return the day that lies `days` before the day asked about."""
    return f"({ON_DAY} - {days} days)"


def days_after(days: int) -> str:
    """Return the day that lies `days` after the day asked about."""
    return f"({ON_DAY} + {days} days)"


def years_before(years: int) -> str:
    """Return the day `years` before the day asked about.

    Counted back from the day and not forward from the birth: who was born on February 29 turns a year older on
    March 1, while FHIRPath takes February 29 and 18 years to February 28.
    """
    return f"({ON_DAY} - {years} years)"
