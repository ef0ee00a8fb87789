"""The base of every `vesicle` command: a JSON form, clear refusals, no tracebacks for people.

A command writes its result with `emit`, refuses bad input by raising a `VesicleError` (exit 2, one
message on standard error), and says with `needs_database` whether the embedded server must run.
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Set
from dataclasses import asdict, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any, ClassVar, NoReturn
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import InterfaceError, OperationalError, ProgrammingError, connections

from vesicle.core.errors import Blocked, Invalid, VesicleError

BAD_INPUT = 2
FAILED = 1


class VesicleCommand(BaseCommand):
    """A command with `--json`, whose expected errors become one sentence and exit code 2.

    Class attributes a command sets: `help` (its first line is shown by `vesicle --help`), `group`
    (the heading it stands under there) and `needs_database`.
    """

    group: ClassVar[str] = "More"
    needs_database: ClassVar[bool] = True
    requires_system_checks = []
    suppressed_base_arguments = {
        "--version",
        "--verbosity",
        "--settings",
        "--pythonpath",
        "--traceback",
        "--no-color",
        "--force-color",
        "--skip-checks",
    }
    as_json: bool = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Standard error also carries progress; only refusals are red.
        self.stderr.style_func = None

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Return the command's parser, with `--json` on it and on each of its subcommands."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        _finish(parser, from_command_line=self._called_from_command_line, default=False)
        return parser

    def run_from_argv(self, argv: list[str]) -> None:
        """Run as a process: parse, execute, and end with the exit code that fits."""
        self._called_from_command_line = True
        options = vars(self.create_parser(argv[0], argv[1]).parse_args(argv[2:]))
        positional = options.pop("args", ())
        try:
            self.execute(*positional, **options)
        except CommandError as error:
            if options.get("traceback"):
                raise
            self.stderr.write(self.style.ERROR(str(error)))
            sys.exit(error.returncode)
        finally:
            connections.close_all()

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run, turning what can be expected to go wrong into a `CommandError`.

        Raises:
            CommandError: with return code 2 for bad input, 1 for a database that does not answer.
        """
        self.as_json = bool(options.get("json"))
        try:
            return super().execute(*args, **options)
        except CommandError as error:
            if error.returncode == FAILED:
                # Django's default; in a command of ours it means that the input was refused.
                error.returncode = BAD_INPUT
            raise
        except VesicleError as error:
            raise CommandError(_sentence(error), returncode=BAD_INPUT) from error
        except (OperationalError, InterfaceError) as error:
            raise CommandError(
                f"The database does not answer: {str(error).strip()}\n`vesicle doctor` says more.", returncode=FAILED
            ) from error
        except ProgrammingError as error:
            if "does not exist" not in str(error):
                raise
            raise CommandError(
                "The database lacks a table or column that this release uses. Run `vesicle migrate` first.",
                returncode=FAILED,
            ) from error

    def emit(self, data: object, *, human: Callable[[], str | None]) -> None:
        """Write the result: `data` as JSON with `--json`, otherwise what `human` returns.

        Args:
            data: mappings, sequences, dataclasses, pydantic models, dates and plain values.
            human: called only without `--json`; may return text or write to `self.stdout` itself.
        """
        if self.as_json:
            self.stdout.write(json.dumps(data, default=_plain, ensure_ascii=False, indent=2))
        elif text := human():
            self.stdout.write(text)


def _finish(parser: argparse.ArgumentParser, *, from_command_line: bool, default: bool | str) -> None:
    """Add `--json` to a parser and those below it, and let all of them complain in one line."""
    if "--json" not in parser._option_string_actions:
        parser.add_argument("--json", action="store_true", default=default, help="write the machine form")
    if from_command_line:

        def refuse(message: str) -> NoReturn:
            print(f"{parser.prog}: {message}. See `{parser.prog} --help`.", file=sys.stderr)  # noqa: T201 - no command yet
            sys.exit(BAD_INPUT)

        parser.error = refuse  # type: ignore[method-assign] # argparse makes the parsers, we finish them
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for child in action.choices.values():
                # Left out of the child's result, the flag given before the subcommand survives.
                _finish(child, from_command_line=from_command_line, default=argparse.SUPPRESS)


def _sentence(error: VesicleError) -> str:
    """Return an error's message with the fields or reasons it names."""
    if isinstance(error, Blocked):
        return "\n".join([error.message, *(f"  {reason}" for reason in error.reasons)])
    if isinstance(error, Invalid) and error.fields:
        return "\n".join([error.message, *(f"  {name}: {problem}" for name, problem in error.fields.items())])
    return error.message


def _plain(value: object) -> object:
    """Return a JSON form for the values our results hold."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json", by_alias=True)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Set):
        return sorted(value, key=str)
    if isinstance(value, Decimal | UUID | PurePath):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
