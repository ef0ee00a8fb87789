"""``vesicle screen``: verdicts for all options from one person's answers, without a database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import CommandError, CommandParser

from vesicle.candidacy.domain import Verdict, Wishes, evaluate_all, rank, read_request, standard_catalogue
from vesicle.core import clock
from vesicle.core.commands import VesicleCommand
from vesicle.core.errors import Invalid
from vesicle.protocols.library_files import load_library
from vesicle.protocols.problems import FileRefused

MOST_BYTES = 1_000_000


class Command(VesicleCommand):
    """Read answers as JSON and say for every option whether this person may have it, why, and from when.

    Options are those of the newest versions in the library. Nothing is stored.
    """

    help = "Verdicts for all options from a file of answers."
    group: ClassVar[str] = "Treatments"
    needs_database: ClassVar[bool] = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the one argument."""
        parser.add_argument("answers", metavar="ANSWERS.json", help="a file, or - for standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        """Screen one person. Raises ``CommandError`` (exit 2) with one sentence for input that cannot be right."""
        catalogue = standard_catalogue()
        try:
            request = read_request(_parsed(options["answers"]), catalogue, clock.now().date())
            library = load_library()
        except (Invalid, FileRefused) as refused:
            raise CommandError(str(refused)) from refused
        for field in request.ignored:
            self.stderr.write(f"Note: '{field}' is not a field we know and was left out.")
        verdicts = evaluate_all(library.options(), request.answers, request.on, catalogue=catalogue)
        wishes = Wishes(request.concerns, request.answers.areas, request.preferences)
        fits = rank(library.options(), verdicts, wishes)
        data = {
            "on": request.on.isoformat(),
            "options": [verdict.as_json() for verdict in verdicts],
            "fit": [fit.as_json() for fit in fits],
        }
        self.emit(data, human=lambda: "\n".join(_lines(verdicts)))


def _parsed(name: str) -> object:
    """Return the JSON in a file or on standard input; a key given twice is refused, not settled in silence."""
    where = "standard input" if name == "-" else name
    try:
        with sys.stdin.buffer if name == "-" else Path(name).open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise Invalid(f"{where} cannot be read: {error.strerror or error}.") from error
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
        if verdict.missing:
            yield f"    Missing: {', '.join(verdict.missing)}"
