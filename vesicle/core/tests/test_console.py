"""The `vesicle` command as a person meets it: a process, its two outputs and its exit code."""

import subprocess
import sys
from subprocess import CompletedProcess

import pytest
from django.core.management import get_commands, load_command_class

from vesicle.core import console


def vesicle(*words: str) -> CompletedProcess[str]:
    command = [sys.executable, "-m", "vesicle", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


class TestTheWayIn:
    def test_help_lists_our_commands_by_what_they_are_for(self):
        done = vesicle("--help")
        assert done.returncode == 0
        assert done.stdout.index("Running") < done.stdout.index("  serve") < done.stdout.index("  doctor")
        assert "collectstatic" not in done.stdout

    def test_an_unknown_command_suggests_the_nearest(self):
        done = vesicle("docter")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "There is no command 'docter'. Did you mean doctor?\n"

    def test_a_wrong_argument_is_one_line_and_no_traceback(self):
        done = vesicle("serve", "--port", "high")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == (
            "vesicle serve: argument --port: invalid int value: 'high'. See `vesicle serve --help`.\n"
        )

    @pytest.mark.parametrize(
        ("name", "value", "words"),
        [
            ("DATABASE_URL", "mysql://somewhere/else", "DATABASE_URL must be the address of a PostgreSQL database"),
            ("DATABASE_URL", "postgresql://role@host:many/x", "DATABASE_URL must be the address of a PostgreSQL"),
            ("VESICLE_EMAIL_URL", "pigeon://roof", "Invalid email schema pigeon"),
            ("VESICLE_VAR", "/proc/nowhere", "/proc/nowhere"),
        ],
    )
    def test_a_setting_that_makes_no_sense_is_named(self, monkeypatch, name, value, words):
        monkeypatch.setenv(name, value)
        done = vesicle("database", "status")
        assert (done.returncode, done.stdout) == (2, "")
        assert words in done.stderr
        assert "Traceback" not in done.stderr

    def test_a_database_that_cannot_be_reached_is_a_sentence(self, monkeypatch):
        monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
        done = vesicle("worker", "--once")
        assert done.returncode == 1
        assert done.stderr.startswith("The database does not answer:")
        assert "Traceback" not in done.stderr


class TestEveryCommand:
    @pytest.mark.parametrize("name", sorted(name for name, app in get_commands().items() if app.startswith("vesicle.")))
    def test_has_a_sentence_a_known_group_and_a_machine_form(self, name):
        command = load_command_class(get_commands()[name], name)
        assert command.help
        assert command.group in console.GROUPS
        assert "--json" in command.create_parser("vesicle", name).format_help()
