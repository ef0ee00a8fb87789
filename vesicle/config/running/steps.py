"""What must be in place before pages are served. Each step costs nothing when it is done already."""

import hashlib
import io
import json
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from vesicle.clinic.models import Clinic
from vesicle.config.running.progress import Progress
from vesicle.core import postgres
from vesicle.core.errors import Blocked


@dataclass(frozen=True, slots=True)
class Ground:
    """What we stand on: whose database it is and whether we may change it."""

    server: postgres.Server
    name: str
    is_ours: bool


def database(progress: Progress) -> postgres.Server:
    """Start the embedded server, or name the one that DATABASE_URL points at."""
    with progress.step("database") as step:
        step.now("starting")
        server = postgres.ensure_running()
        if not server.embedded:
            step.result(f"your own: {_name_of(server.url)}")
        else:
            step.result("PostgreSQL started" if server.started_by_us else "PostgreSQL already running")
    return server


def ground(server: postgres.Server) -> Ground:
    """Decide whether we may set up tables and a demo: never in somebody's real database."""
    if server.embedded:
        return Ground(server, "embedded", is_ours=True)
    tables = set(connection.introspection.table_names())
    has_clinics = Clinic._meta.db_table in tables
    is_ours = not tables or (has_clinics and not Clinic.objects.filter(is_demo=False).exists() and _has_demo())
    return Ground(server, _name_of(server.url), is_ours=is_ours)


def tables(progress: Progress, on: Ground) -> None:
    """Bring the tables up to this release.

    Raises:
        Blocked: the database is a real one and lacks migrations; it is left as it is.
    """
    with progress.step("tables") as step:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if not pending:
            step.result("up to date")
            return
        if not on.is_ours:
            raise Blocked(
                f"The database {on.name} holds real data and lacks {len(pending)} migrations. Nothing was changed. "
                "Make a backup, run `vesicle migrate`, and start again."
            )
        call_command("migrate", interactive=False, stdout=_Counter(step, len(pending)))
        step.result(f"{len(pending)} migrations applied")


def protocols(progress: Progress, on: Ground) -> None:
    """Put the released protocols of this checkout into the database."""
    if "protocols" not in get_commands() or not on.is_ours:
        return
    with progress.step("protocols") as step:
        said = io.StringIO()
        call_command("protocols", "install", "--json", stdout=said)
        new = len(json.loads(said.getvalue())["installed"])
        step.result(f"{new} released versions installed" if new else "up to date")


def static_files(progress: Progress) -> None:
    """Collect and compress style sheets and scripts when one has changed."""
    with progress.step("static files") as step:
        root = Path(settings.STATIC_ROOT)
        stamp = root / ".collected"
        digest, count = _static_digest()
        if stamp.exists() and stamp.read_text(encoding="ascii") == digest:
            step.result("unchanged")
            return
        step.now(f"collecting {count}")
        stamp.unlink(missing_ok=True)
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(digest, encoding="ascii")
        step.result(f"{count} collected")


def demo(progress: Progress, on: Ground) -> None:
    """Load the demo clinic into a database that holds no clinic."""
    if "demo" not in get_commands():
        return
    if not on.is_ours:
        progress.say(f"  {'demo clinic':<16}not loaded: {on.name} holds real clinics")
        return
    if Clinic.objects.exists():
        with progress.step("demo clinic") as step:
            step.result("already there" if _has_demo() else "not loaded: a clinic is there")
        return
    progress.say(f"  {'demo clinic':<16}loading")
    call_command("demo", "load")


class _Counter(io.StringIO):
    """Turns what `migrate` writes into a count."""

    def __init__(self, progress: Progress, total: int) -> None:
        super().__init__()
        self._progress, self._total, self._done = progress, total, 0

    def write(self, text: str) -> int:
        if "Applying" in text:
            self._done += 1
            self._progress.now(f"{self._done} of {self._total}")
        return len(text)


def _has_demo() -> bool:
    return Clinic.objects.filter(is_demo=True).exists()


def _static_digest() -> tuple[str, int]:
    """Return a digest of every static file's name, size and time, and how many there are."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    count = 0
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            status = os.stat(storage.path(name))
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
            count += 1
    return digest.hexdigest(), count


def _name_of(url: str) -> str:
    """Return a database's address without its password."""
    parts = urlsplit(url)
    host = parts.hostname or "a local socket"
    return f"{parts.path.lstrip('/')} on {host}{f':{parts.port}' if parts.port else ''}"
