"""Which question comes next: plain Python, asked once for all options a person is interested in.

A question is asked only while its answer can still change a verdict (``domain.asking``); hard stops come first, because
they most often end the matter, and a follow-up comes right after its parent. What only a provider wants to know is
asked of those who go on to one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from vesicle.candidacy.domain import Answers, Catalogue, order_of, worth_asking
from vesicle.protocols.schema.treatment import Option

START = frozenset({"SCR-AGE", "areas"})
"""Asked on the first screen, all at once, when somebody starts."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where somebody is: the questions behind them, in the order they were answered, and those still ahead.

    ``must_ask`` are those still ahead that cannot be passed over. ``done`` holds only what still counts: a follow-up
    whose parent was changed is asked again or not at all.
    """

    done: tuple[str, ...]
    left: tuple[str, ...]
    must_ask: tuple[str, ...] = ()

    @property
    def next(self) -> str | None:
        """The question to ask now; ``None`` when all is said."""
        return self.left[0] if self.left else None

    @property
    def length(self) -> int:
        """How many questions there are as far as one can tell now; an answer may add or save some."""
        return len(self.done) + len(self.left)

    def number_of(self, question: str) -> int:
        """Return the place of ``question`` on the way, from 1."""
        line = [*self.done, *self.left]
        return line.index(question) + 1 if question in line else len(self.done) + 1

    def before(self, question: str) -> str | None:
        """Return the question to go back to, ``None`` at the beginning."""
        if question in self.done:
            place = self.done.index(question)
            return self.done[place - 1] if place else None
        return self.done[-1] if self.done else None


def way(
    options: Sequence[Option],
    answers: Answers,
    on: date,
    *,
    catalogue: Catalogue,
    skipped: Collection[str] = (),
    in_full: Collection[str] = (),
) -> Way:
    """Return the way through the questions for somebody who has given ``answers`` so far.

    ``skipped`` are optional questions passed over on purpose; they are not asked again. ``in_full`` names options for
    which a provider will look: everything they may want to know is asked, not only what decides.
    """
    waiting = worth_asking(options, answers, on, catalogue, in_full=in_full)
    key = order_of(options, catalogue)
    behind = dict.fromkeys([*answers.given, *skipped])
    done = (question for question in behind if question in catalogue.asked and question not in START)
    left = (question for question in waiting if question in catalogue.asked and question not in {*START, *behind})
    in_order = tuple(sorted(left, key=key.__getitem__))
    return Way(tuple(done), in_order, tuple(question for question in in_order if catalogue.asked[question].required))
