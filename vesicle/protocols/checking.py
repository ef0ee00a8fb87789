"""Everything that is wrong with the text of a protocol, wherever it comes from: a file, an upload, an editor.

Form first (the schema), then what it names (shared lists, other protocols), then whether it agrees with itself.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from pydantic import ValidationError

from vesicle.protocols.bank import load_bank
from vesicle.protocols.crosschecks import problems_of
from vesicle.protocols.problems import FileRefused, Problem, from_validation_error, problem_at
from vesicle.protocols.schema import IncompleteOption, Option, Protocol, options_of
from vesicle.protocols.schema.resolve import FindProtocol
from vesicle.protocols.yaml_source import Path, Source


def validated(source: Source) -> Protocol:
    """Return the protocol of a source whose form is right. Raises ``FileRefused`` with all that is not."""
    try:
        return Protocol.model_validate(source.data)
    except ValidationError as error:
        raise FileRefused(from_validation_error(error, source, model=Protocol)) from error


def check_source(
    source: Source, find: FindProtocol, known_options: Collection[str]
) -> tuple[Protocol | None, tuple[Option, ...], list[Problem]]:
    """Check a text completely: its protocol and options as far as they could be made, and every problem.

    ``find`` gives the protocols it combines with, ``known_options`` the ids of all options of other protocols.
    """
    try:
        protocol = validated(source)
    except FileRefused as refused:
        # Its form is wrong; unknown ids are told all the same, so that its author mends everything at once.
        unknown = problems_of(source, load_bank(), {*known_options, *_written_options(source.data)})
        told = {(problem.line, problem.field) for problem in refused.problems}
        more = [problem for problem in unknown if (problem.line, problem.field) not in told]
        return None, (), [*refused.problems, *more]

    def find_this_or(treatment: str, version: str) -> Protocol:
        return protocol if (treatment, version) == (protocol.id, protocol.version) else find(treatment, version)

    options: tuple[Option, ...] = ()
    problems: list[Problem] = []
    try:
        options = options_of(protocol, find_this_or)
    except IncompleteOption as incomplete:
        problems += [problem_at(source, way, f"{message}.") for way, message in incomplete.faults]
    known = {*known_options, *options_in([protocol])}
    problems += problems_of(source, load_bank(), known, protocol=protocol, options=options)
    return protocol, options, problems


def _written_options(data: Any) -> set[str]:
    """Return the ids of the options that a text names, as far as it can be read."""
    modalities = data.get("modalities") if isinstance(data, dict) else None
    found = [one.get("id") for one in modalities if isinstance(one, dict)] if isinstance(modalities, list) else []
    return {f"{data['id']}/{name}" for name in found if "id" in data}


def options_in(protocols: Collection[Protocol]) -> set[str]:
    """Return the ids of all options of some protocols."""
    return {f"{protocol.id}/{modality.id}" for protocol in protocols for modality in protocol.modalities}


def plain_source(data: Any, *, name: str) -> Source:
    """Return plain data as a source without lines, for the same checks that a file gets."""
    lines: dict[Path, int] = {}
    texts: dict[Path, str] = {}

    def walk(node: Any, path: Path) -> None:
        lines[path] = 1
        if isinstance(node, dict):
            for key, value in node.items():
                walk(value, (*path, key))
        elif isinstance(node, list):
            for index, value in enumerate(node):
                walk(value, (*path, index))
        elif node is not None and not isinstance(node, bool):
            texts[path] = str(node)

    walk(data, ())
    return Source(name, data, "", lines, texts)


def plain(protocol: Protocol) -> dict[str, Any]:
    """Return a protocol as plain data in the order of the schema, as it is kept: what was not given is not there."""
    return protocol.model_dump(mode="json", by_alias=True, exclude_unset=True)
