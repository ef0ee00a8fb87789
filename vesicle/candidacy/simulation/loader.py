"""Reads ``prevalences.yaml``, all or nothing, and holds it against the question bank and the library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path as FilePath

from pydantic import ValidationError

from vesicle.candidacy.simulation.prevalences import LEFT_OUT, After, Prevalences, Row
from vesicle.protocols.bank import Bank, FollowUp, Question, load_bank
from vesicle.protocols.library_files import load_library
from vesicle.protocols.parsed import read_shipped
from vesicle.protocols.problems import FileRefused, from_validation_error, problem_at
from vesicle.protocols.yaml_source import Path

FILE = FilePath(__file__).resolve().parent / "prevalences.yaml"

Fault = tuple[Path, str, str]
"""Where in the file, what was found, and a sentence."""


@cache
def load_prevalences() -> Prevalences:
    """Return the figures that ship with Vesicle, read once per process. Raises ``FileRefused``."""
    return read_prevalences(FILE, load_bank(), [option.id for option in load_library().options()])


def read_prevalences(path: FilePath, bank: Bank, options: Iterable[str]) -> Prevalences:
    """Read and check one file.

    Args:
        path: The file.
        bank: The bank whose every question and follow-up needs a row.
        options: The ids of the options that people may be interested in; each needs a row.

    Raises:
        FileRefused: with every problem found: form, sums that are not 1, unknown or missing ids, answers that the
            bank does not know, dates where none is asked for.
    """
    source = read_shipped(path, name=path.name)
    try:
        found = Prevalences.model_validate(source.data)
    except ValidationError as error:
        raise FileRefused(from_validation_error(error, source, model=Prevalences)) from error
    faults = [*_id_faults(found, bank, list(options)), *_row_faults(found, bank), *_source_faults(found)]
    if faults:
        raise FileRefused(problem_at(source, where, message, found=what) for where, what, message in faults)
    return found


def _id_faults(found: Prevalences, bank: Bank, options: list[str]) -> Iterator[Fault]:
    sections: tuple[tuple[str, list[str], Iterable[str]], ...] = (
        ("answers", [row.id for row in found.answers], bank.asked),
        ("concerns", [wish.id for wish in found.concerns], bank.concerns),
        ("options", [wish.id for wish in found.options], options),
    )
    for section, ids, known in sections:
        for index, name in enumerate(ids):
            if name not in known:
                yield (section, index, "id"), name, f"'{name}' is not known; name one of the question bank or library."
            elif name in ids[:index]:
                yield (section, index, "id"), name, f"'{name}' has a row already; give it one."
        if missing := [name for name in known if name not in ids]:
            yield (section,), ", ".join(missing), f"no row for {', '.join(missing)}; add one for each."
    for index, share in enumerate(found.areas.shares):
        for area in share.areas:
            if area not in bank.areas:
                yield ("areas", "shares", index), area, f"'{area}' is not an area of the bank."


def _row_faults(found: Prevalences, bank: Bank) -> Iterator[Fault]:
    place = {row.id: index for index, row in enumerate(found.answers)}
    for index, row in enumerate(found.answers):
        entry = bank.asked.get(row.id)
        if entry is None:
            continue
        at: Path = ("answers", index)
        for answers in (row.chances, *(other.chances for other in row.instead)):
            for answer in answers:
                if not _is_possible(answer, entry):
                    yield (*at, "chances"), answer, f"{row.id} cannot be answered '{answer}'."
        for other in row.instead:
            yield from _condition_faults(at, row, other.after, bank, place)
            yield from (
                ((*at, "instead"), area, f"'{area}' is not an area of the bank.")
                for area in other.areas
                if area not in bank.areas
            )
        if bool(row.dates) != (entry.asks_date is not None):
            words = "asks for a date; say when it lies" if entry.asks_date else "asks for no date; leave 'dates' out"
            yield (*at, "dates"), "", f"{row.id} {words}."
        for dates in row.dates:
            if dates.after and not dates.after.question.startswith(f"{row.id}."):
                yield from _condition_faults(at, row, dates.after, bank, place)
        if row.dates and (row.dates[-1].after or row.dates[-1].sex or row.dates[-1].ages or row.dates[-1].areas):
            yield (*at, "dates"), "", f"{row.id} has no dates for everybody else; add some without a condition."


def _condition_faults(at: Path, row: Row, after: After | None, bank: Bank, place: dict[str, int]) -> Iterator[Fault]:
    if after is None:
        return
    asked = bank.asked.get(after.question)
    if asked is None:
        yield at, after.question, f"{row.id} looks at '{after.question}', which the bank does not have."
        return
    if place.get(after.question, len(place)) >= place[row.id]:
        yield at, after.question, f"{row.id} looks at {after.question}, whose row comes later; put that one first."
    for answer in after.is_:
        if not _is_possible(answer, asked):
            yield at, answer, f"{after.question}, which {row.id} looks at, cannot be answered '{answer}'."


def _is_possible(answer: str, entry: Question | FollowUp) -> bool:
    if answer == LEFT_OUT:
        return not entry.required
    if not entry.answers:
        return answer == "answered"
    values = answer.split(",")
    several = entry.kind == "multi-choice" and "unsure" not in values and len(set(values)) == len(values)
    return set(values) <= set(entry.answers) and (len(values) == 1 or several)


def _source_faults(found: Prevalences) -> Iterator[Fault]:
    keys = [source.key for source in found.sources]
    named: set[str] = set()
    for section in ("women", "ages", "areas", "everything", "answers", "concerns", "options"):
        part = getattr(found, section)
        rows = part if isinstance(part, tuple) else (part,)
        for index, row in enumerate(rows):
            at: Path = (section, index) if isinstance(part, tuple) else (section,)
            named |= set(row.sources)
            yield from (
                ((*at, "sources"), key, f"'{key}' is not among the sources.") for key in row.sources if key not in keys
            )
    for index, key in enumerate(keys):
        if key not in named:
            yield ("sources", index, "key"), key, f"nothing rests on '{key}'; leave it out or name it where it is used."
        if key in keys[:index]:
            yield ("sources", index, "key"), key, f"'{key}' is given twice."
