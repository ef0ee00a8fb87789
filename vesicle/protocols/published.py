"""The file format as published: JSON Schema for programs, a page of fields for people.

Descriptions stand in the code, as the text below each field. They are read from the source when the reference is
written, so that start-up pays nothing for them.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from vesicle.protocols.schema import Protocol

SOURCES = Path(__file__).parent / "schema"
BASES: Mapping[str, tuple[str, ...]] = {
    "Protocol": ("_ProtocolIdentity", "Sections"),
    "Modality": ("_ModalityIdentity", "Sections"),
    "Finding": ("Record",),
}
"""Models that take their fields from elsewhere."""


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a protocol file, every field described."""
    schema = Protocol.model_json_schema(by_alias=True)
    told = descriptions()
    for name, model in _models(schema):
        for field, shape in model.get("properties", {}).items():
            words = _words(told, name, field)
            if words:
                shape["description"] = words
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Vesicle protocol, format 1"}


def schema_text() -> str:
    """Return ``protocol.schema.json``."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


def page_text() -> str:
    """Return ``protocol.md``: every model with a line for every field."""
    schema = json_schema()
    lines = [
        "# The protocol file",
        "",
        "One YAML file per treatment and version, from the code (`vesicle protocols schema`). The same as JSON Schema:",
        "[protocol.schema.json](protocol.schema.json). A field marked * must be given; sections that a treatment",
        "leaves out must be given by each modality. `vesicle protocols check FILE` tells all that is wrong with one.",
        "What patients read, and is translated, is marked ¶; everything else is for the clinic.",
    ]
    for name, model in _in_reading_order(schema):
        lines += ["", f"## {name}", ""]
        if model.get("description"):
            lines += [" ".join(model["description"].split()).replace("``", "`"), ""]
        lines += ["| field | holds | |", "|---|---|---|"]
        needed = set(model.get("required", ()))
        for field, shape in model["properties"].items():
            star = "*" if field in needed else ""
            mark = " ¶" if "x-read-by-patients" in json.dumps(shape) else ""
            lines.append(f"| `{field}`{star} | {_holds(shape)}{mark} | {shape.get('description', '')} |")
    return "\n".join([*lines, ""])


def descriptions() -> dict[str, dict[str, str]]:
    """Return what the source says below each field, by class and field."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                found[node.name] = dict(_described(node))
    return found


def _described(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, below in zip(node.body, node.body[1:], strict=False):
        if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
            continue
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str):
            yield field.target.id, " ".join(below.value.value.split())


def _words(told: Mapping[str, Mapping[str, str]], model: str, field: str) -> str:
    for name in (model, *BASES.get(model, ()), "Sourced"):
        words = told.get(name, {})
        if found := words.get(field) or words.get(f"{field}_"):
            return found
    return ""


def _models(schema: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "Protocol", schema  # type: ignore[misc]  # the caller's own dict
    yield from schema["$defs"].items()


def _in_reading_order(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return the models as they are first mentioned, the protocol first."""
    order, waiting = [], ["Protocol"]
    known = {"Protocol": schema, **schema["$defs"]}
    while waiting:
        name = waiting.pop(0)
        if name in order:
            continue
        order.append(name)
        waiting += list(_mentioned({key: value for key, value in known[name].items() if key != "$defs"}))
    return [(name, known[name]) for name in order if "properties" in known[name]]


def _mentioned(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].rpartition("/")[2]
        for value in node.values():
            yield from _mentioned(value)
    elif isinstance(node, list):
        for value in node:
            yield from _mentioned(value)


def _holds(shape: Mapping[str, Any]) -> str:
    """Return the kind of a value in words."""
    if "$ref" in shape:
        name = shape["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "enum" in shape:
        return "one of " + ", ".join(f"`{value}`" for value in shape["enum"])
    parts = shape.get("anyOf") or shape.get("oneOf")
    if parts:
        return " or ".join("nothing" if part.get("type") == "null" else _holds(part) for part in parts)
    if shape.get("type") == "array":
        return f"list of {_holds(shape.get('items', {}))}"
    kind = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
    words = "date" if shape.get("format") == "date" else kind.get(str(shape.get("type")), "any value")
    low, high = shape.get("minimum", shape.get("exclusiveMinimum")), shape.get("maximum")
    if low is not None and high is not None:
        return f"{words}, {low:g} to {high:g}"
    return f"{words}, {low:g} or more" if low is not None else words
