"""Whether what a protocol file names exists: questions and their answers, measures, places, sources, options.

These checks read the file as written, not the models made of it, so that they speak even where the form is wrong
elsewhere and an author mends everything at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from vesicle.protocols.bank import Bank, FollowUp, Question
from vesicle.protocols.consistency import faults_of
from vesicle.protocols.findings import Finding, unknown
from vesicle.protocols.problems import Problem, problem_at
from vesicle.protocols.schema import Option, Protocol
from vesicle.protocols.schema.sections.needs import ANY_PURPOSE
from vesicle.protocols.yaml_source import Path, Source


def problems_of(
    source: Source,
    bank: Bank,
    known_options: Collection[str],
    *,
    protocol: Protocol | None = None,
    options: Sequence[Option] = (),
) -> list[Problem]:
    """Return everything that does not fit, with the line of each.

    ``known_options`` are the ids of all options there are, for alternatives. ``protocol`` and ``options`` are given
    once the file has passed the schema; with them, it is also held against itself.
    """
    findings = [found for path, node in _nodes(source.data, ()) for found in _in_group(path, node, bank, known_options)]
    if protocol is not None:
        findings += faults_of(protocol, options, source.data)
    return [
        problem_at(source, finding.path, finding.message, found=finding.found, allowed=finding.allowed)
        for finding in dict.fromkeys(findings)
    ]


def _nodes(node: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield every group of fields in a file with its path."""
    if isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            yield from _nodes(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _nodes(value, (*path, index))


def _in_group(path: Path, node: Mapping[str, Any], bank: Bank, options: Collection[str]) -> Iterator[Finding]:
    for key, (known, what) in lists_of(path, bank, options).items():
        for place, value in _texts(path, node, key):
            if value not in known:
                yield unknown(place, value, known, what)
    yield from _measures(path, node, bank)
    yield from _answers(path, node, bank)


def lists_of(path: Path, bank: Bank, options: Collection[str]) -> dict[str, tuple[Collection[str], str]]:
    """Return which shared list each field of a group points into."""
    section = next((part for part in reversed(path) if isinstance(part, str)), "")
    lists: dict[str, tuple[Collection[str], str]] = {
        "refs": (bank.references, "reference"),
        "measure": (bank.measures, "measure"),
        "measures": (bank.measures, "measure"),
        "concern": (bank.concerns, "concern"),
        "question": (bank.asked, "question"),
        "from_question": (bank.asked, "question"),
        "risk": (bank.consent_risks, "consent risk"),
        "categories": (bank.product_categories, "product category"),
        "jurisdiction": (bank.jurisdictions, "jurisdiction"),
        "jurisdictions": (bank.jurisdictions, "jurisdiction"),
        "watch_for": (bank.red_flags, "red flag"),
        "perform": (bank.licences, "licence"),
        "order_required_for": (bank.licences, "licence"),
        "exam_by": (bank.licences, "licence"),
        "cleared_by": (bank.licences, "licence"),
        "area": (bank.areas, "area"),
        "maintenance_areas": (bank.areas, "area"),
    }
    if section == "questions":
        del lists["question"]  # here it is a question patients ask, in words
    if section == "decides":
        lists["questions"] = (bank.asked, "question")
    if section == "red_flags":
        lists |= {"ask": (bank.red_flags, "red flag"), "stress": (bank.red_flags, "red flag")}
    if section == "alternatives":
        lists["option"] = (options, "option")
    if section == "prerequisites":
        treatments = dict.fromkeys(option.partition("/")[0] for option in options)
        lists["also_made_for"] = ([*options, *treatments, ANY_PURPOSE], "option or treatment")
    return lists


def _texts(path: Path, node: Mapping[str, Any], key: str) -> Iterator[tuple[Path, str]]:
    """Yield the texts of a field, one or a list of them, each with its own place."""
    value = node.get(key)
    if isinstance(value, str):
        yield (*path, key), value
    elif isinstance(value, list):
        yield from (((*path, key, index), one) for index, one in enumerate(value) if isinstance(one, str))


def _measures(path: Path, node: Mapping[str, Any], bank: Bank) -> Iterator[Finding]:
    is_check_in = len(path) > 1 and path[-2] == "check_ins"
    for key in ("measure", "measures"):
        for place, value in _texts(path, node, key):
            measure = bank.measures.get(value)
            if measure is not None and not measure.shipped:
                words = f"'{value}' is licensed and does not come with this software; use a measure that does."
                yield Finding(place, words, f"'{value}'", "a measure that is shipped")
            elif measure is not None and is_check_in and "patient" not in measure.scored_by:
                words = f"'{value}' is not scored by patients, and patients answer check-ins; use one that is."
                yield Finding(place, words, f"'{value}'", "a measure that patients score")


def _answers(path: Path, node: Mapping[str, Any], bank: Bank) -> Iterator[Finding]:
    question = _asked(bank, node.get("question"))
    if question is not None and question.answers:
        allowed = ", ".join(question.answers)
        for place, value in _texts(path, node, "is"):
            if value not in question.answers:
                words = f"'{value}' is no answer to {question.id}; allowed: {allowed}."
                yield Finding(place, words, f"'{value}'", allowed)
    if question is not None and "within_days" in node and question.asks_date is None:
        yield _undated((*path, "question"), question, "days cannot be counted from it")
    dated = _asked(bank, node.get("from_question"))
    if dated is not None and dated.asks_date is None:
        yield _undated((*path, "from_question"), dated, "a wait cannot start from it")


def _undated(path: Path, question: Question | FollowUp, so: str) -> Finding:
    words = f"{question.id} does not ask for a date, so {so}; name a question that does."
    return Finding(path, words, question.id, "a question that asks for a date")


def _asked(bank: Bank, name: object) -> Question | FollowUp | None:
    return bank.asked.get(name) if isinstance(name, str) else None
