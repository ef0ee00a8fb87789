"""Whether a protocol fits the shared banks and itself: ids that exist, days without holes, products that are needed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from vesicle.protocols.bank import Bank, FollowUp, Question
from vesicle.protocols.problems import Problem, problem_at
from vesicle.protocols.schema import Option
from vesicle.protocols.yaml_source import Path, Source

Finding = tuple[Path, str]


def problems_of(options: Sequence[Option], source: Source, bank: Bank, known_options: Collection[str]) -> list[Problem]:
    """Return everything that does not fit, with the line of each.

    ``known_options`` are the ids of all options there are, for alternatives.
    """
    findings: list[Finding] = []
    for path, node in _nodes(source.data, ()):
        findings.extend(_unknown_ids(path, node, bank, known_options))
    for index, option in enumerate(options):
        findings.extend(_inner_faults(option, ("modalities", index)))
    return [problem_at(source, path, message) for path, message in dict.fromkeys(findings)]


def _nodes(node: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Yield every mapping and list below a node with its path."""
    if isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            yield from _nodes(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _nodes(value, (*path, index))


def _unknown_ids(path: Path, node: dict[str, Any], bank: Bank, known_options: Collection[str]) -> Iterator[Finding]:
    section = next((part for part in reversed(path) if isinstance(part, str)), "")
    tables: dict[str, tuple[Collection[str], str]] = {
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
    }
    if section == "questions":
        del tables["question"]  # here it is a question patients ask, in words
    if section == "red_flags":
        tables |= {"ask": (bank.red_flags, "red flag"), "stress": (bank.red_flags, "red flag")}
    if section == "alternatives":
        tables["option"] = (known_options, "option")
    for key, (known, what) in tables.items():
        if key not in node:
            continue
        values = node[key] if isinstance(node[key], list) else [node[key]]
        for value in values:
            if isinstance(value, str) and value not in known:
                yield (*path, key), f"'{value}' is no {what} of the shared list"
    yield from _answers_that_exist(path, node, bank)
    for key in ("measure", "measures"):
        values = node.get(key, ())
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, str) and value in bank.measures and not bank.measures[value].shipped:
                yield (*path, key), f"'{value}' is licensed and does not come with this software"


def _answers_that_exist(path: Path, node: dict[str, Any], bank: Bank) -> Iterator[Finding]:
    question = _asked(bank, node.get("question"))
    if question is not None and isinstance(node.get("is"), list) and question.answers:
        for value in node["is"]:
            if isinstance(value, str) and value not in question.answers:
                allowed = ", ".join(question.answers)
                yield (*path, "is"), f"'{value}' is no answer to {question.id}; allowed: {allowed}"
    if question is not None and "within_days" in node and question.asks_date is None:
        yield (*path, "question"), f"{question.id} does not ask for a date, so days cannot be counted from it"
    dated = _asked(bank, node.get("from_question"))
    if dated is not None and dated.asks_date is None:
        yield (*path, "from_question"), f"{dated.id} does not ask for a date, so a wait cannot start from it"


def _asked(bank: Bank, name: object) -> Question | FollowUp | None:
    return bank.asked.get(name) if isinstance(name, str) else None


def _inner_faults(option: Option, path: Path) -> Iterator[Finding]:
    sections = option.sections
    needs = {need.id for need in sections.products}
    for step in sections.steps:
        for record in step.records:
            if record.need is not None and record.need not in needs:
                yield (
                    path,
                    f"{option.id}: step '{step.id}' uses product '{record.need}', which 'products' does not list",
                )
    uses_device = any("device" in phase.needs for phase in sections.timing.phases)
    if uses_device and not sections.equipment:
        yield path, f"{option.id}: a phase needs a device, but 'equipment' lists none"
    after = 0
    for point in sorted(sections.course, key=lambda point: (point.from_day, point.from_hour or 0)):
        if point.to_day < point.from_day:
            yield path, f"{option.id}: the course has a stretch that ends on day {point.to_day}, before it begins"
        if point.from_day > after + 1:
            yield path, f"{option.id}: the course says nothing about days {after + 1} to {point.from_day - 1}"
        after = max(after, point.to_day)
    last_check_in = max(check_in.day for check_in in sections.check_ins)
    if last_check_in > after:
        yield path, f"{option.id}: a check-in on day {last_check_in} lies beyond the course, which ends on day {after}"
    for name, ids in (
        ("areas", [area.area for area in sections.areas]),
        ("check_ins", [str(check_in.day) for check_in in sections.check_ins]),
        ("follow_ups", [str(follow_up.week) for follow_up in sections.follow_ups]),
        ("steps", [step.id for step in sections.steps]),
        ("rules", [rule.id for rule in option.rules]),
    ):
        for repeated in sorted({value for value in ids if ids.count(value) > 1}):
            yield path, f"{option.id}: '{name}' lists '{repeated}' more than once"
