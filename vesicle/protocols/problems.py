"""What is wrong with a file, said so that its author can mend it.

A `Problem` names the file, the line, the field, what was found and what is allowed. Whoever reads a protocol
or a bank file collects every problem before speaking, and then raises `FileRefused` once.

`from_validation_error` turns what pydantic reports into such problems, with lines from the `Source`.
"""

from __future__ import annotations

import difflib
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

if TYPE_CHECKING:
    from vesicle.protocols.yaml_source import Path, Source

FOUND_LENGTH = 60
"""Longest stretch of the author's own text that a sentence repeats."""


EMPTY = "is empty; it must be given."
"""What is said of a text that is there and says nothing."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend in one file."""

    file: str
    line: int
    field: str
    found: str
    allowed: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}"
        return f"{where}, {self.field}: {self.message}" if self.field else f"{where}: {self.message}"

    def as_dict(self) -> dict[str, str | int]:
        """Return the problem as plain data, for `--json`."""
        return asdict(self)


class FileRefused(Exception):
    """One or several files hold problems; nothing was loaded from them."""

    code = "protocols.file_refused"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def problem_at(source: Source, path: Path, message: str, *, found: str = "", allowed: str = "") -> Problem:
    """Return a problem about one place of a source; for checks that pydantic cannot make.

    `message` is the whole sentence a person reads; `found` and `allowed` repeat its facts for machines.
    """
    return Problem(
        file=source.file,
        line=source.line_of(path),
        field=field_name(path),
        found=found,
        allowed=allowed,
        message=message,
    )


def from_validation_error(
    exc: ValidationError,
    source: Source,
    *,
    at: Path = (),
    model: type[BaseModel] | None = None,
) -> list[Problem]:
    """Return one problem for each thing that pydantic found wrong.

    `at` is where the validated part begins in the source, when it was not the whole file. `model` is the class
    that was validated; with it, an unknown field is answered with the fields there are. A model may raise
    `PydanticCustomError` with `found`, `allowed` and `field` in its context to fill these columns itself.
    """
    problems = []
    for error in exc.errors(include_url=False):
        context: Mapping[str, Any] = error.get("ctx", {})
        if error["type"] == "too_short" and _is_long_enough(error["input"], context):
            continue  # its entries are wrong, and are told one by one
        inner: Path = tuple(error["loc"])
        named = context.get("field")
        if isinstance(named, str) and error["type"] not in SENTENCES:
            inner = (*inner, named)
        path = source.known_path((*at, *inner))
        found = _found(error["input"], source.text_of(path), with_sort=error["type"].endswith("_type"))
        if error["type"] == "union_tag_invalid":
            path = source.known_path((*path, str(context["discriminator"]).strip("'")))
            found = f"'{context['tag']}'"
        elif error["type"] == "missing":
            path, found = (*path, str(inner[-1])), "nothing"
        elif error["type"] == "extra_forbidden":
            found = f"'{inner[-1]}'"
            context = {"known": _fields_at(model, inner[:-1]), "name": str(inner[-1])}
        sentence = _empty if error["input"] == "" else SENTENCES.get(error["type"], _as_told)
        message, allowed = sentence(found, context, error["msg"])
        problems.append(
            Problem(
                file=source.file,
                line=source.line_of(path),
                field=field_name(path),
                found=str(context.get("found", found)),
                allowed=str(context.get("allowed", allowed)),
                message=message,
            )
        )
    return sorted(set(problems))


def field_name(path: Path) -> str:
    """Return a path as an author would say it: `questions[3].choices[0].label`, counting from 0 as YAML tools do."""
    name = ""
    for part in path:
        name += f"[{part}]" if isinstance(part, int) else (f".{part}" if name else part)
    return name


Sentence = Callable[[str, Mapping[str, Any], str], tuple[str, str]]
"""Given what was found, pydantic's context and its own words: the message, and what is allowed."""


def _simple(allowed: str, *, remedy: str = "") -> Sentence:
    def sentence(found: str, context: Mapping[str, Any], told: str) -> tuple[str, str]:
        return f"found {found}; allowed: {allowed}.{' ' + remedy if remedy else ''}", allowed

    return sentence


def _one_of(key: str) -> Sentence:
    def sentence(found: str, context: Mapping[str, Any], told: str) -> tuple[str, str]:
        allowed = _choices(str(context.get(key, "")))
        return f"found {found}; allowed: {allowed}.", allowed

    return sentence


def _limit(key: str, words: str, *, one: str = "") -> Sentence:
    """Say a limit in ``words``; ``one`` are the words where it is 1."""

    def sentence(found: str, context: Mapping[str, Any], told: str) -> tuple[str, str]:
        allowed = one if one and context.get(key) == 1 else words.format(context.get(key))
        return f"found {found}; allowed: {allowed}.", allowed

    return sentence


def _missing(found: str, context: Mapping[str, Any], told: str) -> tuple[str, str]:
    return "is missing; it must be given.", "a value"


def _empty(found: str, context: Mapping[str, Any], told: str) -> tuple[str, str]:
    return EMPTY, "a value"


def _is_long_enough(value: object, context: Mapping[str, Any]) -> bool:
    """Whether a list that pydantic calls too short, because entries of it are wrong, is in fact long enough."""
    return isinstance(value, list | tuple) and len(value) >= int(context.get("min_length", 0))


def _unknown_field(found: str, context: Mapping[str, Any], told: str) -> tuple[str, str]:
    known: Sequence[str] = context["known"]
    if not known:
        return f"{found} is not a field here; take it out.", "no such field"
    near = difflib.get_close_matches(str(context["name"]), known, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    allowed = ", ".join(known)
    return f"{found} is not a field here; allowed: {allowed}.{hint}", allowed


def _tag_missing(found: str, context: Mapping[str, Any], told: str) -> tuple[str, str]:
    name = str(context.get("discriminator", "")).strip("'")
    return f"'{name}' is missing; it says what kind of entry this is.", f"an entry with '{name}'"


def _as_told(found: str, context: Mapping[str, Any], told: str) -> tuple[str, str]:
    """Use the sentence a validator of ours wrote; pydantic puts its own label in front of it."""
    sentence = told.removeprefix("Value error, ").removeprefix("Assertion failed, ").rstrip(".")
    return f"{sentence}.", str(context.get("allowed", ""))


_TEXT = _simple("text", remedy="Put it in quotes.")
_WHOLE = _simple("a whole number")
_NUMBER = _simple("a number")
_YES_NO = _simple("true or false", remedy="In YAML 1.2 the words yes, no, on and off are plain text.")
_LIST = _simple("a list, each entry beginning with a dash")
_GROUP = _simple("a group of fields")
_DATE = _simple("a date such as 2026-09-01")

SENTENCES: Mapping[str, Sentence] = {
    "missing": _missing,
    "extra_forbidden": _unknown_field,
    "literal_error": _one_of("expected"),
    "enum": _one_of("expected"),
    "union_tag_invalid": _one_of("expected_tags"),
    "union_tag_not_found": _tag_missing,
    "string_type": _TEXT,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "bool_type": _YES_NO,
    "bool_parsing": _YES_NO,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "dict_type": _GROUP,
    "mapping_type": _GROUP,
    "model_type": _GROUP,
    "model_attributes_type": _GROUP,
    "dataclass_type": _GROUP,
    "none_required": _simple("nothing"),
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "greater_than": _limit("gt", "more than {}"),
    "greater_than_equal": _limit("ge", "{} or more"),
    "less_than": _limit("lt", "less than {}"),
    "less_than_equal": _limit("le", "{} or less"),
    "multiple_of": _limit("multiple_of", "a multiple of {}"),
    "too_short": _limit("min_length", "at least {} entries", one="at least one entry"),
    "too_long": _limit("max_length", "at most {} entries", one="at most one entry"),
    "string_too_short": _limit("min_length", "text of at least {} characters", one="text of at least one character"),
    "string_too_long": _limit("max_length", "text of at most {} characters"),
    "string_pattern_mismatch": _limit("pattern", "text of the form {}"),
}
"""How each kind of pydantic error is said; kinds not listed speak for themselves."""


def _choices(expected: str) -> str:
    """Turn pydantic's `'a', 'b' or 'c'` into `a, b, c`."""
    start, _, last = expected.rpartition(" or ")
    return f"{start}, {last}".replace("'", "").strip(", ")


def _found(value: object, text: str | None, *, with_sort: bool) -> str:
    """Name what was found: the author's own text for a scalar (and its sort, if asked), otherwise only its sort."""
    if isinstance(value, Mapping):
        return "a group of fields"
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}" if value else "an empty list"
    if value is None:
        return "nothing"
    words = " ".join((text if text is not None else str(value)).split())
    if len(words) > FOUND_LENGTH:
        words = f"{words[:FOUND_LENGTH].rstrip()}…"
    if isinstance(value, str):
        return f"'{words}'"
    if not with_sort:
        return words
    return f"{words} (a yes-or-no value)" if isinstance(value, bool) else f"{words} (a number)"


def _fields_at(model: type[BaseModel] | None, path: Path) -> tuple[str, ...]:
    """Return the field names allowed at a place inside a model, or nothing where that cannot be told."""
    here: set[type[BaseModel]] = {model} if model else set()
    for part in path:
        if isinstance(part, int):
            continue
        # A part that no model here knows is a label pydantic put in (a union's tag), not a step down.
        below = {inner for one in here for inner in _models_in(_annotations(one).get(part))}
        tagged = {one for one in here if _carries(one, part)}
        here = below or tagged or here
    return tuple(sorted({name for one in here for name in _annotations(one)}))


def _annotations(model: type[BaseModel]) -> dict[str, Any]:
    """Return the fields of a model by the names an author writes."""
    return {info.alias or name: info.annotation for name, info in model.model_fields.items()}


def _models_in(annotation: Any) -> set[type[BaseModel]]:
    """Return the models that a type annotation speaks of, through lists, options and unions."""
    if isinstance(annotation, type):
        return {annotation} if issubclass(annotation, BaseModel) else set()
    return {model for part in typing.get_args(annotation) for model in _models_in(part)}


def _carries(model: type[BaseModel], tag: str) -> bool:
    """Say whether one of the model's fields can only be this tag."""
    return any(tag in typing.get_args(field.annotation) for field in model.model_fields.values())
