"""Look after the embedded database server."""

import os
from typing import Any

from django.core.management.base import CommandParser

from vesicle.core import postgres
from vesicle.core.commands import VesicleCommand
from vesicle.core.errors import Invalid
from vesicle.core.postgres import programs


class Command(VesicleCommand):
    """`vesicle database`."""

    help = "The embedded database: status, start, stop, or shell (psql)."
    group = "Care of the installation"
    needs_database = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to do."""
        parser.add_argument("action", choices=["status", "start", "stop", "shell"])

    def handle(self, *, action: str, **options: Any) -> None:
        """Do it, and say how things stand afterwards."""
        if action != "status" and os.environ.get("DATABASE_URL"):
            raise Invalid("DATABASE_URL names a server of your own; the embedded one is not used.")
        if action == "stop":
            postgres.stop()
        elif action in ("start", "shell"):
            postgres.ensure_running()
        if action == "shell":
            psql = str(programs.installed() / "bin" / "psql")
            os.execv(psql, [psql, postgres.database_url()])  # noqa: S606 - the package's own program
        self.emit(postgres.status(), human=self._words)

    def _words(self) -> str:
        now = postgres.status()
        if now.state == "external":
            return "Your own server is used (DATABASE_URL)."
        words = f"The embedded database is {now.state}; its data is in {now.data}."
        if now.pid:
            words += f"\nProcess {now.pid} as {now.account}, listening only in {now.socket_dir}; log in {now.log}."
        return words
