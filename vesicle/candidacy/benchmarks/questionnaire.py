"""``vesicle bench questionnaire``: how many questions simulated people are asked, against asking everything."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from vesicle.candidacy.domain import Answers, Catalogue, evaluate_all, standard_catalogue
from vesicle.candidacy.domain.conditions import leads_to
from vesicle.candidacy.questionnaire import START, way
from vesicle.candidacy.simulation import Person, simulate
from vesicle.core import clock
from vesicle.core.errors import Invalid
from vesicle.protocols.library_files import load_library
from vesicle.protocols.schema.treatment import Option


@dataclass(frozen=True, slots=True)
class Counted:
    """One person's questions: asked in short, everything there is, and what a provider's look adds for one option."""

    short: int
    everything: int
    in_full: int
    is_same: bool


def run(options: Mapping[str, int], say: Callable[[str], None]) -> dict[str, Any]:
    """Ask simulated people about the options they are interested in, and about all; count the questions."""
    people = options["people"]
    if people < 1:
        raise Invalid("Ask for at least one person.", fields={"people": "At least 1."})
    on, catalogue = clock.now().date(), standard_catalogue()
    offered = {option.id: option for option in load_library().options()}
    own, every = [], []
    for number, person in enumerate(simulate(people, seed=1, on=on), 1):
        own.append(count([offered[one] for one in person.interested_in], person, on, catalogue))
        every.append(count(list(offered.values()), person, on, catalogue))
        if number % 1000 == 0:
            say(f"  {number:,} of {people:,} asked")
    return {"people": people, "own_options": _figures(own), "all_options": _figures(every)}


def count(options: Sequence[Option], person: Person, on: date, catalogue: Catalogue) -> Counted:
    """Return how many questions one person is asked for ``options``, and whether all answers give the same verdicts."""
    short = asked(options, person, on, catalogue)
    full = asked(options, person, on, catalogue, in_full=[option.id for option in options[:1]])
    told, everything = (
        [(v.verdict, v.earliest, v.until) for v in evaluate_all(options, answers, on, catalogue=catalogue)]
        for answers in (short, _applicable(person.answers, catalogue))
    )
    return Counted(
        len(short.given), len(_applicable(person.answers, catalogue).given), len(full.given), told == everything
    )


def asked(
    options: Sequence[Option], person: Person, on: date, catalogue: Catalogue, *, in_full: Sequence[str] = ()
) -> Answers:
    """Ask what the questionnaire asks, and return what was said; an optional question without an answer is skipped."""
    answers = Answers({}, person.answers.date_of_birth, person.answers.age, person.answers.areas)
    skipped: list[str] = []
    while question := way(options, answers, on, catalogue=catalogue, skipped=skipped, in_full=in_full).next:
        said = person.answers.given.get(question)
        if said is None:
            skipped.append(question)
        else:
            answers = answers.with_answer(question, said)
    return answers


def _applicable(answers: Answers, catalogue: Catalogue) -> Answers:
    """Return all of somebody's answers, without follow-ups that do not apply to them."""
    out = [
        name
        for name in answers.given
        if (known := catalogue.asked.get(name)) and known.parent and not _leads(answers, known.parent, known.when)
    ]
    return answers.without(*out, *START)


def _leads(answers: Answers, parent: str, when: frozenset[str]) -> bool:
    said = answers.given.get(parent)
    return said is not None and leads_to(said.answer, when)


def _figures(counted: Sequence[Counted]) -> dict[str, Any]:
    short, everything = [one.short for one in counted], [one.everything for one in counted]
    full = [one.in_full for one in counted]
    share = [one.short / one.everything for one in counted]
    return {
        "short": _pair(short),
        "in_full": _pair(full),
        "everything": _pair(everything),
        "share": round(statistics.median(share), 3),
        "other_verdicts": sum(not one.is_same for one in counted),
    }


def _pair(values: Sequence[float]) -> dict[str, float]:
    return {"median": statistics.median(values), "p95": sorted(values)[int(0.95 * (len(values) - 1))]}


def in_words(result: Mapping[str, Any]) -> str:
    """Say what came out."""
    lines = [f"{result['people']:,} simulated people (prevalences and sources: docs/reference/prevalences.md)."]
    for name, words in (("own_options", "for the options they want"), ("all_options", "for all options")):
        one = result[name]
        lines.append(
            f"Questions {words}: median {one['short']['median']:g}, 95th percentile {one['short']['p95']:g}; "
            f"everything would be {one['everything']['median']:g} and {one['everything']['p95']:g}; "
            f"median share {one['share']:.0%}. Going on to a provider: {one['in_full']['median']:g}. "
            f"Other verdicts than with all answers: {one['other_verdicts']}."
        )
    return "\n".join(lines)
