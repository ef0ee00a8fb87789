"""The findings of an examination: read as typed, held against the protocol's exam, frozen for the record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vesicle.protocols.schema.recording import Unacceptable, read_value
from vesicle.protocols.schema.sections import ExamItem, Finding

Findings = Mapping[str, object]
"""What was found, by ``key_of``: text as typed, or ``True`` for something ticked."""


def key_of(item: ExamItem, finding: Finding) -> str:
    """Return the name under which a finding is sent and stored: ``skin-type.type``."""
    return f"{item.id}.{finding.id}"


@dataclass(frozen=True, slots=True)
class Examined:
    """What came of reading the findings.

    ``values`` are accepted; ``problems`` say by key what cannot be right; ``missing`` say by key what a clearance still
    needs; ``against`` by key what speaks against any clearance; ``unknown`` are keys that this exam does not have.
    """

    values: Mapping[str, object]
    problems: Mapping[str, str]
    missing: Mapping[str, str]
    against: Mapping[str, str]
    unknown: tuple[str, ...]


def examine(exam: Sequence[ExamItem], given: Findings) -> Examined:
    """Read what was typed against the exam of one option. Empty fields are no findings."""
    values: dict[str, object] = {}
    problems, missing, against = {}, {}, {}
    for key, item, finding in _each(exam):
        try:
            value = _read(finding, given.get(key))
        except Unacceptable as refused:
            problems[key] = str(refused)
            continue
        if value is None and finding.required:
            missing[key] = f"Still open, under “{item.title}”. A clearance needs it."
        if value is not None:
            values[key] = value
        if value in finding.against:
            against[key] = f"{item.title}: with “{value}” nobody may clear. Decline, defer or ask for more."
    unknown = tuple(sorted(set(given) - {key for key, _, _ in _each(exam)}))
    return Examined(values, problems, missing, against, unknown)


def frozen(exam: Sequence[ExamItem], values: Findings) -> list[dict[str, Any]]:
    """Return the findings as they go into the record: with the words and units they were asked in."""
    return [
        {
            "key": key,
            "item": item.title,
            "label": finding.label,
            "kind": finding.kind,
            "value": values[key],
            "unit": finding.unit or "",
        }
        for key, item, finding in _each(exam)
        if key in values
    ]


def grouped(stored: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return stored findings for people: by item, each as label and value with its unit."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in stored:
        said = "Yes" if one["value"] is True else f"{one['value']} {one['unit']}".strip()
        groups.setdefault(one["item"], []).append((one["label"], said))
    return list(groups.items())


def _each(exam: Sequence[ExamItem]) -> Iterator[tuple[str, ExamItem, Finding]]:
    for item in exam:
        for finding in item.findings:
            yield key_of(item, finding), item, finding


def _read(finding: Finding, raw: object) -> object:
    # An unticked box is what a browser leaves out and a program sends as false.
    return None if raw is False else read_value(finding, raw)
