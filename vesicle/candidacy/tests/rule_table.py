"""The table of cases in ``rule_cases.yaml``, read into plain data, and what a rule does with one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from vesicle.candidacy.domain import Answers, evaluate, read_request, standard_catalogue
from vesicle.candidacy.domain.verdict import Reason
from vesicle.protocols.parsed import read_shipped
from vesicle.protocols.schema.treatment import Option, OptionRule

HERE = Path(__file__).parent


def _read(name: str) -> Mapping[str, Any]:
    data: Mapping[str, Any] = read_shipped(HERE / name).data
    return data


TABLE = _read("rule_cases.yaml")
HEALTHY = _read("vignettes.yaml")
ON = date.fromisoformat(TABLE["on"])


@dataclass(frozen=True, slots=True)
class Case:
    """One person, and what the rule is to do for them: ``fires``, ``silent`` or ``unknown``."""

    outcome: str
    person: Answers
    earliest: date | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: a rule as the clinical reading has it, for the options that share it."""

    rule: str
    options: tuple[str, ...]
    effect: str
    wait: int | None
    after: str
    source: str
    cases: tuple[Case, ...]

    def disagreements(self, option: Option, settled: OptionRule) -> Iterator[str]:
        """Yield each case in which ``settled``, taken alone, does something else than this line says."""
        alone = option.model_copy(update={"rules": (settled,)})
        for number, case in enumerate(self.cases, start=1):
            given = _told(alone, settled.id, case.person)
            if given != self._expected(case):
                yield f"{option.id} {self.rule}, case {number} ({case.outcome}): {given}, not {self._expected(case)}"

    def _expected(self, case: Case) -> tuple[object, ...]:
        if case.outcome == "silent":
            return ()
        if case.outcome == "unknown":
            return ("unknown", "review")
        until = self.wait if self.after == "an event" else None
        return ("fires", self.effect, case.earliest, until)


def _told(option: Option, rule: str, person: Answers) -> tuple[object, ...]:
    verdict = evaluate(option, person, ON, catalogue=standard_catalogue())
    for reason in (*verdict.reasons, *verdict.other, *verdict.notes):
        if rule in reason.rules:
            return _in_short(reason)
    return ()


def _in_short(reason: Reason) -> tuple[object, ...]:
    if reason.why != "fired":
        return ("unknown", reason.effect)
    return ("fires", reason.effect, reason.earliest, reason.until.days if reason.until else None)


@cache
def lines() -> tuple[Line, ...]:
    """Return the whole table."""
    return tuple(_line(row) for row in TABLE["rules"])


def _line(row: Mapping[str, Any]) -> Line:
    treatment = row["rule"].partition(".")[0]
    return Line(
        rule=row["rule"],
        options=tuple(f"{treatment}/{modality}" for modality in row["options"]),
        effect=row["effect"],
        wait=row.get("wait"),
        after=row.get("after", ""),
        source=row.get("reading") or row.get("row", ""),
        cases=tuple(
            _case(outcome, data) for outcome in ("fires", "silent", "unknown") for data in row.get(outcome, ())
        ),
    )


def _case(outcome: str, data: Mapping[str, Any]) -> Case:
    said = {question: answer for question, answer in data.items() if question.startswith("SCR-")}
    request: dict[str, Any] = {
        "on": TABLE["on"],
        "areas": data.get("areas", HEALTHY["areas"]),
        "answers": HEALTHY["base"] | said,
    }
    if "age" not in data:
        request["date_of_birth"] = HEALTHY["date_of_birth"]
    elif data["age"] != "none":
        request["age"] = data["age"]
    earliest = data.get("earliest")
    read = read_request(request, standard_catalogue(), ON)
    # What the reader assumes for other programs is no answer of this person; here the rules are tested.
    person = read.answers.without(*read.assumed)
    return Case(outcome, person, date.fromisoformat(earliest) if earliest else None)
