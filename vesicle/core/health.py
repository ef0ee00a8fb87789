"""What `vesicle doctor` asks: a list that every room may add to, and the words of an answer.

A room appends a `HealthCheck` to `CHECKS` in the `ready` of its app. A check looks and changes
nothing; whatever it cannot find out is a finding too.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from vesicle.core.errors import VesicleError

logger = logging.getLogger(__name__)


class State(StrEnum):
    """How bad it is. A note is a choice to know about; a problem keeps something from working."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer: what was found and, unless all is well, what to do about it."""

    state: State
    what: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """A question about this installation; `look` answers it with one or more findings."""

    name: str
    look: Callable[[], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A finding together with the question it answers."""

    check: str
    state: State
    what: str
    remedy: str


CHECKS: list[HealthCheck] = []


def ok(what: str) -> Finding:
    """Return a finding that all is well."""
    return Finding(State.OK, what)


def note(what: str, remedy: str) -> Finding:
    """Return a finding that somebody should know about but that breaks nothing."""
    return Finding(State.NOTE, what, remedy)


def problem(what: str, remedy: str) -> Finding:
    """Return a finding that keeps something from working, with its remedy."""
    return Finding(State.PROBLEM, what, remedy)


def examine(checks: Sequence[HealthCheck]) -> list[Answer]:
    """Ask every question; one that fails to answer becomes a problem and does not stop the rest."""
    answers: list[Answer] = []
    for check in checks:
        try:
            findings = list(check.look())
        except VesicleError as error:
            findings = [problem(error.message, "Mend that first; then run `vesicle doctor` again.")]
        except Exception as error:
            logger.debug("The check %s failed", check.name, exc_info=True)
            words = str(error).strip().partition("\n")[0]
            findings = [problem(f"could not be found out: {type(error).__name__}: {words}", _FIRST)]
        answers += [Answer(check.name, found.state, found.what, found.remedy) for found in findings]
    return answers


_FIRST = "Mend the problems above first; if it remains, report it with this line."
