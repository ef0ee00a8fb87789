"""``vesicle screen``: verdicts for all options from answers, one person's or many people's, without a database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, ClassVar

from django.core.management.base import CommandError, CommandParser

from vesicle.candidacy.domain import Request, Verdict, Wishes, evaluate_all, rank, read_request, standard_catalogue
from vesicle.core import clock
from vesicle.core.commands import VesicleCommand
from vesicle.core.errors import Invalid
from vesicle.protocols.library_files import Library, load_library
from vesicle.protocols.problems import FileRefused

MOST_BYTES = 1_000_000
LINES = (".jsonl", ".ndjson")


class Command(VesicleCommand):
    """Read answers as JSON and say for every option whether this person may have it, why, and from when.

    Reads one person as one JSON object, or many as JSON Lines: one object a line, one result a line. All of them are
    read before the first result is written, so that a refused line leaves nothing half said. Options are those of the
    newest versions in the library. Nothing is stored.
    """

    help = "Verdicts for all options from a file of answers, one person's or many people's."
    group: ClassVar[str] = "Treatments"
    needs_database: ClassVar[bool] = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("answers", metavar="ANSWERS.json", help="a file, or - for standard input")
        parser.add_argument("--lines", action="store_true", help="many people, one JSON object a line (as in *.jsonl)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Screen. Raises ``CommandError`` (exit 2) with one sentence for input that cannot be right."""
        name = options["answers"]
        try:
            requests, is_many = _requests(name, options["lines"] or name.endswith(LINES))
            library = load_library()
        except (Invalid, FileRefused) as refused:
            raise CommandError(str(refused)) from refused
        for field in sorted({field for request in requests for field in request.ignored}):
            self.stderr.write(f"Note: '{field}' is not a field we know and was left out.")
        if not is_many:
            verdicts, data = _judged(requests[0], library)
            self.emit(data, human=lambda: "\n".join(_lines(verdicts)))
            return
        for number, request in enumerate(requests, 1):
            verdicts, data = _judged(request, library)
            if self.as_json:
                self.stdout.write(json.dumps(data, ensure_ascii=False))
            else:
                self.stdout.write("\n".join([f"Person {number}", *_lines(verdicts)]))


def _judged(request: Request, library: Library) -> tuple[tuple[Verdict, ...], dict[str, Any]]:
    verdicts = evaluate_all(library.options(), request.answers, request.on, catalogue=standard_catalogue())
    wishes = Wishes(request.concerns, request.answers.areas, request.preferences)
    data = {
        "on": request.on.isoformat(),
        "options": [
            # A rule that names nobody leaves its review to whoever may examine for the option.
            {**verdict.as_json(), "review_by": list(option.sections.qualifications.exam_by)}
            for option, verdict in zip(library.options(), verdicts, strict=True)
        ],
        "fit": [fit.as_json() for fit in rank(library.options(), verdicts, wishes)],
        "assumed": dict(request.assumed),
    }
    return verdicts, data


def _requests(name: str, many: bool) -> tuple[list[Request], bool]:
    """Return everybody in a file or on standard input, and whether they came as lines."""
    where = "standard input" if name == "-" else name
    today, catalogue = clock.now().date(), standard_catalogue()
    try:
        with sys.stdin.buffer if name == "-" else Path(name).open("rb") as stream:
            first = stream.readline(MOST_BYTES + 1)
            rest = b"" if many else stream.read(MOST_BYTES + 1 - len(first))
            if not many and not (rest.strip() and _is_object(first)):
                return [read_request(_parsed(first + rest, where), catalogue, today)], False
            found = []
            for number, line in _numbered(first, rest, stream):
                place = f"{where}, line {number}"
                try:
                    found.append(read_request(_parsed(line, place), catalogue, today))
                except Invalid as refused:
                    told = str(refused)
                    raise Invalid(told if told.startswith(place) else f"{place}: {told}") from refused
    except OSError as error:
        raise Invalid(f"{where} cannot be read: {error.strerror or error}.") from error
    if not found:
        raise Invalid(f"{where} is empty. Give one JSON object a line.")
    return found, True


def _is_object(line: bytes) -> bool:
    """Return whether a first line is a whole person: then what follows are more of them."""
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _numbered(first: bytes, rest: bytes, stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield every line that is not empty with its number; a line cut by the look ahead is joined again."""
    begun = [first, *rest.splitlines(keepends=True)]
    if begun[-1] and not begun[-1].endswith(b"\n"):
        begun[-1] += stream.readline(MOST_BYTES + 1)
    number = 0
    for number, line in enumerate(begun, 1):
        if line.strip():
            yield number, line
    while line := stream.readline(MOST_BYTES + 1):
        number += 1
        if line.strip():
            yield number, line


def _parsed(raw: bytes, where: str) -> object:
    """Return the JSON in ``raw``; a key given twice is refused, not settled in silence."""
    if len(raw) > MOST_BYTES:
        raise Invalid(f"{where} is larger than {MOST_BYTES // 1_000_000} MB; one person's answers never are.")
    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=_each_once)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise Invalid(f"{where} is not JSON: {error.msg} ({place}).") from error
    except UnicodeDecodeError as error:
        raise Invalid(f"{where} is not UTF-8 text.") from error
    except RecursionError as error:
        raise Invalid(f"{where} is nested too deeply to be a person's answers.") from error


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    seen: dict[str, object] = {}
    for key, value in pairs:
        if key in seen:
            raise Invalid(f"{key} is given twice. Leave one of the two out.", fields={key: "is given twice."})
        seen[key] = value
    return seen


def _lines(verdicts: Iterable[Verdict]) -> Iterable[str]:
    for verdict in verdicts:
        when = f" until {verdict.earliest}" if verdict.earliest else ""
        when = when or "".join(f", {until.sentence}" for until in verdict.until)
        yield f"{verdict.option} {verdict.protocol}: {verdict.verdict}{when}"
        for reason in verdict.reasons:
            yield f"    {reason.patient} [{', '.join(reason.questions) or 'always'}]"
        for turn in verdict.outlook.turns:
            yield f"    {turn.text}"
        if verdict.missing:
            yield f"    Missing: {', '.join(verdict.missing)}"
