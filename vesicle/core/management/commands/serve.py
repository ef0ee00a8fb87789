"""Serve the pages."""

import os
from typing import Any

from django.core.management.base import CommandParser

from vesicle.core.commands import VesicleCommand
from vesicle.core.processes import web_server

MOST_WORKERS = 4


class Command(VesicleCommand):
    """`vesicle serve`."""

    help = "Serve the pages (granian). Put a proxy with TLS before it for real patients."
    group = "Running"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take where to listen and with how many processes."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--workers",
            type=int,
            default=min(MOST_WORKERS, os.cpu_count() or 1),
            help="processes; by default one per core, at most four",
        )

    def handle(self, *, host: str, port: int, workers: int, **options: Any) -> None:
        """Become the web server, so that a signal reaches it and its exit code is ours."""
        self.stdout.flush()
        command = web_server(host=host, port=port, workers=workers)
        os.execv(command[0], command)  # noqa: S606 - our own interpreter
