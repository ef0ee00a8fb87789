"""Commands speak to people in sentences and to programs in JSON."""

import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError, ProgrammingError

from vesicle.core.commands import VesicleCommand
from vesicle.core.errors import Blocked, Invalid


@dataclass(frozen=True)
class Thing:
    name: str
    at: datetime


class Trial(VesicleCommand):
    """Shows or refuses, as its argument says."""

    help = "Try."

    def add_arguments(self, parser):
        what = parser.add_subparsers(dest="what", required=True)
        what.add_parser("show")
        what.add_parser("refuse").add_argument("--how", default="invalid")

    def handle(self, *, what: str, how: str = "", **options: Any) -> None:
        trouble = {
            "invalid": Invalid("That date does not exist.", fields={"on": "30 February"}),
            "blocked": Blocked("A provider must look at this first."),
            "command": CommandError("No such file."),
            "database": OperationalError("connection refused"),
            "tables": ProgrammingError('relation "clinic" does not exist'),
            "bug": ProgrammingError("syntax error"),
        }
        if what == "refuse":
            raise trouble[how]
        thing = Thing("laser", datetime(2026, 3, 1, tzinfo=UTC))
        self.emit({"things": [thing]}, human=lambda: f"One thing: {thing.name}.")


def said(*arguments: str) -> str:
    out = io.StringIO()
    call_command(Trial(), *arguments, stdout=out)
    return out.getvalue()


def refused(*arguments: str) -> CommandError:
    with pytest.raises(CommandError) as caught:
        call_command(Trial(), *arguments)
    return caught.value


class TestResults:
    def test_people_read_a_sentence(self):
        assert said("show") == "One thing: laser.\n"

    @pytest.mark.parametrize("order", [("show", "--json"), ("--json", "show")])
    def test_programs_read_json_and_nothing_else(self, order):
        assert json.loads(said(*order)) == {"things": [{"name": "laser", "at": "2026-03-01T00:00:00+00:00"}]}


class TestRefusals:
    def test_bad_input_ends_with_two_and_names_the_fields(self):
        error = refused("refuse")
        assert (str(error), error.returncode) == ("That date does not exist.\n  on: 30 February", 2)

    @pytest.mark.parametrize("how", ["blocked", "command"])
    def test_other_refusals_end_with_two_as_well(self, how):
        assert refused("refuse", "--how", how).returncode == 2

    @pytest.mark.parametrize(("how", "words"), [("database", "does not answer"), ("tables", "vesicle migrate")])
    def test_a_database_that_cannot_be_used_ends_with_one_and_a_remedy(self, how, words):
        error = refused("refuse", "--how", how)
        assert error.returncode == 1
        assert words in str(error)

    def test_a_programming_error_is_not_hidden(self):
        with pytest.raises(ProgrammingError):
            call_command(Trial(), "refuse", "--how", "bug")

    def test_a_word_that_does_not_exist_is_one_line_on_standard_error(self, capsys):
        with pytest.raises(SystemExit) as ended:
            Trial().run_from_argv(["vesicle", "trial", "sho"])
        assert ended.value.code == 2
        written = capsys.readouterr()
        assert written.out == ""
        assert written.err.startswith("vesicle trial: argument what: invalid choice: 'sho'")
        assert written.err.count("\n") == 1
