"""Everything at once: what `make run` calls."""

import os
import signal
import sys
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import connection, connections

from vesicle.config.running import steps
from vesicle.config.running.children import ChildEnded, Children
from vesicle.config.running.ports import free_port
from vesicle.config.running.progress import Progress
from vesicle.core import postgres
from vesicle.core.commands import FAILED, VesicleCommand
from vesicle.core.processes import background_worker, web_server
from vesicle.demo.logins import logins

EVERYWHERE = "0.0.0.0"  # noqa: S104 - only where asked for
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Command(VesicleCommand):
    """`vesicle run`."""

    help = "Prepare what is missing, then serve the pages and run the background work; Ctrl-C ends all of it."
    group = "Running"
    # It starts the database itself, to say so.
    needs_database = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Take where to listen."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (0.0.0.0 for all)")
        parser.add_argument("--port", type=int, default=8000, help="port, or the next free one")

    def handle(self, *, host: str, port: int, **options: Any) -> None:
        """Prepare, serve, and take down again whatever this command started."""
        # SIGINT as well: a shell that starts us in the background has it ignored.
        for number in ENDING:
            signal.signal(number, _interrupt)
        progress = Progress(sys.stdout)
        children = Children()
        server: postgres.Server | None = None
        try:
            progress.say(f"Vesicle in {settings.BASE_DIR}")
            server = steps.database(progress)
            self._serve(progress, children, steps.ground(server), host, port)
        except KeyboardInterrupt:
            progress.say("\nStopping.")
        except ChildEnded as error:
            self.stderr.write(error.message)
            sys.exit(FAILED)
        finally:
            for number in ENDING:
                signal.signal(number, signal.SIG_IGN)
            children.stop()
            if server is not None and server.started_by_us:
                _stop_database(progress)

    def _serve(self, progress: Progress, children: Children, on: steps.Ground, host: str, port: int) -> None:
        steps.tables(progress, on)
        steps.protocols(progress, on)
        steps.static_files(progress)
        chosen = free_port(host, port)
        address = os.environ.get("VESICLE_PUBLIC_URL") or f"http://localhost:{chosen}"
        # Links in the demo's messages lead to where the pages will be.
        settings.PUBLIC_URL = address
        steps.demo(progress, on)
        connections.close_all()
        environment = {"VESICLE_PUBLIC_URL": address}
        if chosen != port:
            progress.say(f"  {'port':<16}{port} is taken, using {chosen}")
        with progress.step("web server") as step:
            children.start("web server", web_server(host=host, port=chosen, workers=1), environment)
            if on.is_ours:
                children.start("worker", background_worker(), environment)
            status = children.wait_for_page("web server", "127.0.0.1" if host == EVERYWHERE else host, chosen)
            step.result("answering" if status < 500 else f"answers with an error ({status}); see above")
        self._welcome(progress, address, on)
        children.watch()

    def _welcome(self, progress: Progress, address: str, on: steps.Ground) -> None:
        progress.say()
        progress.say(f"  Public pages    {address}/")
        progress.say(f"  Staff           {address}/desk/")
        if on.is_ours:
            progress.say(f"  Messages sent   {settings.EMAIL_FILE_PATH}")
            self._logins(progress)
        else:
            progress.say(f"  {on.name} holds real clinics: only pages are served; `vesicle worker` sends messages.")
        progress.say()
        progress.say("Ctrl-C stops everything this command started.")

    def _logins(self, progress: Progress) -> None:
        people = logins()
        if not people:
            return
        width = max(len(person.email) for person in people)
        progress.say()
        progress.say("  Demo logins (the sign-in page shows the six digits of the second step)")
        for person in people:
            progress.say(f"    {person.email:<{width}}  {person.password}  {person.name}, {person.role}")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _stop_database(progress: Progress) -> None:
    """Stop the server we started, unless somebody else has come to use it meanwhile."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            others = cursor.fetchone()[0]
    finally:
        connections.close_all()
    if others:
        progress.say("The database stays up: others are using it. `vesicle database stop` ends it.")
    else:
        postgres.stop()
