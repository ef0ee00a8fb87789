"""What happens between typing `vesicle …` and the command's own code."""

import os
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib.metadata import PackageNotFoundError, version
from textwrap import shorten
from typing import NoReturn

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand

from vesicle.core import postgres
from vesicle.core.errors import VesicleError

DJANGOS_WITHOUT_DATABASE = {
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "makemessages",
    "sendtestemail",
    "startapp",
    "startproject",
}
DJANGOS_WORTH_KNOWING = ("migrate", "shell", "createsuperuser", "changepassword", "sendtestemail")
GROUPS = ("Running", "Treatments", "Protocols", "Appointments", "Results", "Safety", "Care of the installation")


def run(arguments: Sequence[str]) -> None:
    """Run one command line, without the program's name.

    Exits with 0 when done, 1 when something failed, 2 when the input cannot be accepted.
    """
    words = list(arguments) or ["--help"]
    if words[0] == "--version":
        print(f"vesicle {_release()}")  # noqa: T201 - the answer itself
        return
    try:
        _run(words)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output has gone; the interpreter must not complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _run(words: list[str]) -> None:
    import django
    from django.core.management import get_commands, load_command_class

    try:
        # The first look at a setting reads them all.
        _ = settings.INSTALLED_APPS
    except VesicleError as error:
        _refuse(error.message)
    except (ImproperlyConfigured, ValueError, OSError) as error:
        _refuse(f"The settings do not hold together: {error}. docs/running.md lists what can be set.")
    django.setup()
    if words[0] in ("help", "--help", "-h"):
        if len(words) == 1:
            print(overview())  # noqa: T201 - the answer itself
            return
        words = [words[1], "--help"]
    commands = get_commands()
    if words[0] not in commands:
        _refuse(_unknown(words[0], sorted(commands)))
    app = commands[words[0]]
    command = app if isinstance(app, BaseCommand) else load_command_class(app, words[0])
    if _needs_database(command, words):
        try:
            server = postgres.ensure_running()
        except VesicleError as error:
            _refuse(error.message, code=1)
        if server.started_by_us and sys.stderr.isatty():
            print("(Started the database; `vesicle database stop` ends it.)", file=sys.stderr)  # noqa: T201
    command.run_from_argv(["vesicle", *words])


def overview() -> str:
    """Return the list of our commands, by what they are for."""
    from django.core.management import get_commands, load_command_class

    groups: dict[str, list[tuple[str, str]]] = {}
    for name, app in sorted(get_commands().items()):
        if not _is_ours(name):
            continue
        command = load_command_class(app, name)
        words = shorten(command.help.strip().partition("\n")[0], 72, placeholder=" …")
        groups.setdefault(getattr(command, "group", "More"), []).append((name, words))
    lines = ["Vesicle: the system behind a treatment page.", "", "usage: vesicle COMMAND [--json] …", ""]
    for group in sorted(groups, key=lambda group: (GROUPS.index(group) if group in GROUPS else len(GROUPS), group)):
        lines += [group, *(f"  {name:<14}{words}" for name, words in groups[group]), ""]
    lines.append("`vesicle help COMMAND` says more about one.")
    lines.append(f"Django's own commands work too: {', '.join(DJANGOS_WORTH_KNOWING)} …")
    return "\n".join(lines)


def _is_ours(name: str) -> bool:
    from django.core.management import get_commands

    return get_commands()[name].startswith("vesicle.")


def _needs_database(command: BaseCommand, words: Sequence[str]) -> bool:
    if "--help" in words or "-h" in words:
        return False
    return bool(getattr(command, "needs_database", words[0] not in DJANGOS_WITHOUT_DATABASE))


def _unknown(name: str, known: Sequence[str]) -> str:
    ours = [command for command in known if command in DJANGOS_WORTH_KNOWING or _is_ours(command)]
    near = get_close_matches(name, ours, n=2)
    hint = f"Did you mean {' or '.join(near)}?" if near else "`vesicle --help` lists what there is."
    return f"There is no command {name!r}. {hint}"


def _refuse(message: str, *, code: int = 2) -> NoReturn:
    print(message, file=sys.stderr)  # noqa: T201 - before any command exists
    sys.exit(code)


def _release() -> str:
    try:
        return version("vesicle")
    except PackageNotFoundError:
        return "(not installed)"
