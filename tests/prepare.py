"""What must be true before pytest reads Django's settings; loaded by `-p tests.prepare`.

The database server is started, and stays up between runs. Each run has databases of its own, named
after its process, so several people can test in one checkout at once. They are copied from a
template that is migrated once per state of the migrations: a copy takes a fraction of a second.
"""

import atexit
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from vesicle.core import postgres

CHECKOUT = Path(__file__).resolve().parents[1]
TEMPLATE_LOCK = 7_230_514


def prepare() -> None:
    """Start the server and point every setting that writes files at a private folder.

    Test workers are children of the run and inherit what it set.
    """
    if "VESICLE_TEST_RUN" in os.environ:
        return
    os.environ["VESICLE_TEST_RUN"] = str(os.getpid())
    os.environ["DATABASE_URL"] = postgres.ensure_running().url
    os.environ.setdefault("VESICLE_TEST_DATABASE", f"test_vesicle_{os.getpid()}")
    for old in Path(tempfile.gettempdir()).glob("vesicle-test-*-*"):
        if not _runs(old.name.split("-")[2]):
            shutil.rmtree(old, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"vesicle-test-{os.getpid()}-"))
    atexit.register(_clean_up, folder)
    (folder / "static").mkdir()
    os.environ["VESICLE_VAR"] = str(folder)
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        # Workers and the commands that tests start are dozens of Pythons; each would compile everything again.
        sys.dont_write_bytecode = False
    # Pictures are arrays of tens of megabytes. Given back and asked for anew each time, every page of them is cleared
    # by the kernel; the workers keep them, as far as their allocator (that of glibc) reads these.
    os.environ.setdefault("MALLOC_MMAP_THRESHOLD_", str(128 * 2**20))
    os.environ.setdefault("MALLOC_TRIM_THRESHOLD_", str(256 * 2**20))
    os.environ["PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD"] = "1"
    # Playwright keeps an event loop on the test's thread; the tests stay synchronous all the same.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def _clean_up(folder: Path) -> None:
    """Remove the private folder; in continuous integration, leave no server behind either."""
    shutil.rmtree(folder, ignore_errors=True)
    if os.environ.get("CI"):
        for name in ("DATABASE_URL", "VESICLE_VAR"):
            os.environ.pop(name, None)
        postgres.stop()


def begin_template() -> None:
    """Make the template while workers still read the tests, for otherwise all of them wait for the first to do so."""

    def make() -> None:
        # What goes wrong here goes wrong again where a test needs it, and is told there.
        with suppress(RuntimeError, psycopg.Error), _migrated():
            pass

    threading.Thread(target=make, daemon=True).start()


@contextmanager
def _migrated() -> Iterator[tuple[psycopg.Connection, str]]:
    """Hold a connection and the name of the migrated template. One builder at a time; the others find it made."""
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        yield connection, _template(connection, url)


@contextmanager
def fresh_database(name: str) -> Iterator[None]:
    """Hold a newly copied database for the length of the block."""
    url = os.environ["DATABASE_URL"]
    with _migrated() as (connection, template):
        postgres.drop_database(connection, name)
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
    try:
        yield
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            postgres.drop_database(connection, name)


def _template(connection: psycopg.Connection, url: str) -> str:
    """Return the name of the migrated template, made now if the migrations changed."""
    name = f"template_vesicle_{_schema_digest()}"
    existing = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
    if name in existing:
        return name
    for other in existing:
        if other.startswith("template_vesicle_") or _is_leftover(other):
            postgres.drop_database(connection, other)
    draft = f"{name}_new"
    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
    parts = urlsplit(url)
    done = subprocess.run(
        [sys.executable, "-m", "vesicle", "migrate", "--verbosity", "0"],
        cwd=CHECKOUT,
        env={**os.environ, "DATABASE_URL": urlunsplit(parts._replace(path=f"/{draft}"))},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"The migrations failed:\n{done.stderr[-4000:]}")
    connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name)))
    return name


def _is_leftover(name: str) -> bool:
    """Say whether a database belongs to a test run that was killed."""
    words = name.split("_")
    return words[:2] == ["test", "vesicle"] and len(words) > 2 and words[2].isdigit() and not _runs(words[2])


def _runs(pid: str) -> bool:
    return Path(f"/proc/{pid}").exists()


def _schema_digest() -> str:
    """Return a digest of everything that decides what an empty migrated database looks like."""
    sources = sorted(CHECKOUT.glob("vesicle/*/migrations/*.py"))
    sources += [CHECKOUT / "vesicle/core/row_security.py", CHECKOUT / "requirements/run.txt"]
    digest = hashlib.sha256()
    for source in sources:
        digest.update(str(source.relative_to(CHECKOUT)).encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()[:12]


prepare()
