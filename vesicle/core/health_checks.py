"""The questions about the installation itself; the rooms add those about treatments and people."""

import platform
import shutil
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from vesicle.core import clock, postgres
from vesicle.core.documents import weasyprint
from vesicle.core.health import Finding, HealthCheck, note, ok, problem
from vesicle.core.periodic import ADVISORY_LOCK

OLDEST_POSTGRESQL = 15
ENOUGH_DISK = 2_000_000_000
LARGEST_SKEW = 2.0
SHORTEST_SECRET = 40
LOCK = Path("requirements/run.txt")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def python() -> Iterable[Finding]:
    """Which Python is this?"""
    yield ok(f"{platform.python_version()} on {platform.system()} {platform.machine()}")


def packages() -> Iterable[Finding]:
    """Are the installed packages the locked ones?"""
    from packaging.requirements import Requirement

    lock = Path(settings.BASE_DIR) / LOCK
    if not lock.exists():
        yield note(f"no lock at {lock}", "Run from a checkout to compare the installed packages with it.")
        return
    wanted = [
        Requirement(line.removesuffix("\\").strip()) for line in lock.read_text().splitlines() if line[:1].isalnum()
    ]
    wanted = [entry for entry in wanted if entry.marker is None or entry.marker.evaluate()]
    wrong = []
    for entry in wanted:
        try:
            found = version(entry.name)
        except PackageNotFoundError:
            found = "missing"
        if not entry.specifier.contains(found if found != "missing" else "0", prereleases=True):
            wrong.append(f"{entry.name} {found} instead of {entry.specifier}")
    if wrong:
        yield problem(", ".join(wrong), "Run `make run`, or install with pip install --require-hashes -r " + str(LOCK))
    else:
        yield ok(f"{len(wanted)} as locked")


def database() -> Iterable[Finding]:
    """Can we reach PostgreSQL, is it new enough, and does row-level security bind our role?"""
    postgres.ensure_running()
    where = postgres.status()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int")
        number = cursor.fetchone()[0]
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        superuser, bypasses = cursor.fetchone()
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'btree_gist'")
        has_gist = cursor.fetchone() is not None
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        skew = abs(float(cursor.fetchone()[0]) - clock.now().timestamp())
    kind = "your own (DATABASE_URL)" if where.state == "external" else f"embedded, data in {where.data}"
    if number < OLDEST_POSTGRESQL * 10_000:
        yield problem(f"PostgreSQL {number // 10_000}", f"Vesicle needs PostgreSQL {OLDEST_POSTGRESQL} or newer.")
    else:
        yield ok(f"PostgreSQL {number // 10_000}.{number % 10_000}, {kind}")
    if not has_gist:
        yield problem("the extension btree_gist is not available", "Install the server's contrib package.")
    if superuser or bypasses:
        yield problem(
            "the role passes row-level security, the wall between clinics",
            "Connect as an ordinary role: ALTER ROLE … NOSUPERUSER NOBYPASSRLS.",
        )
    else:
        yield ok("row-level security binds the role")
    if skew > LARGEST_SKEW:
        yield problem(f"its clock differs from ours by {skew:.0f} s", "Keep both machines' clocks synchronized.")


def migrations() -> Iterable[Finding]:
    """Do the tables match this release?"""
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        yield problem(f"{len(pending)} not applied", "Make a backup, then run `vesicle migrate`.")
    else:
        yield ok(f"all {len(executor.loader.applied_migrations)} applied")


def secrets() -> Iterable[Finding]:
    """Are the keys long enough and, where they lie in files, private?"""
    for name in ("SECRET_KEY", "PHOTO_KEY"):
        if len(getattr(settings, name)) < SHORTEST_SECRET:
            remedy = f"Set VESICLE_{name} to at least {SHORTEST_SECRET} random characters."
            yield problem(f"{name} is short", remedy)
    folder = Path(settings.STATIC_ROOT).parent / "secrets"
    exposed = [file.name for file in folder.glob("*") if file.stat().st_mode & 0o077] if folder.exists() else []
    if exposed:
        yield problem(f"others can read {', '.join(exposed)} in {folder}", f"chmod 600 {folder}/*")
    else:
        yield ok("long enough and private")


def addresses() -> Iterable[Finding]:
    """Do links in messages lead back here, over an encrypted connection?"""
    if settings.DEBUG:
        yield problem("VESICLE_DEBUG is on: errors show code and data", "Unset it wherever real people are seen.")
    if not settings.PUBLIC_URL.startswith("https://"):
        yield note(f"links lead to {settings.PUBLIC_URL}", "For patients, set VESICLE_PUBLIC_URL to an https address.")
    else:
        yield ok(settings.PUBLIC_URL)


def mail() -> Iterable[Finding]:
    """Do messages leave the house?"""
    backend = settings.EMAIL_BACKEND.rsplit(".", 2)[-2]
    if backend in ("filebased", "console", "locmem", "dummy"):
        remedy = "Set VESICLE_EMAIL_URL to a mail server to reach patients."
        yield note(f"e-mail is kept here ({backend}), nobody receives it", remedy)
    else:
        yield ok(f"{backend} through {getattr(settings, 'EMAIL_HOST', '')}")


def files() -> Iterable[Finding]:
    """Are the style sheets collected, and is there room on the disk?"""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if manifest.exists():
        yield ok("style sheets and scripts collected")
    else:
        yield problem("style sheets and scripts are not collected", "Run `vesicle collectstatic --noinput`.")
    folder = next(path for path in (manifest, *manifest.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    if free < ENOUGH_DISK:
        yield problem(f"{free / 1e9:.1f} GB of disk left", "Photos and backups need room; free some.")
    else:
        yield ok(f"{free / 1e9:.0f} GB of disk left")


def worker() -> Iterable[Finding]:
    """Is somebody sending the messages?"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
            " WHERE locktype = 'advisory' AND datname = current_database() AND classid = 0 AND objid = %s AND granted",
            [ADVISORY_LOCK],
        )
        runs = cursor.fetchone()[0] > 0
    if runs:
        yield ok("a worker runs")
    else:
        yield note("no worker runs: messages wait", "Run `vesicle worker` (`vesicle run` does).")


def documents() -> Iterable[Finding]:
    """Can WeasyPrint draw PDF documents?"""
    try:
        library = weasyprint()
    except OSError:
        remedy = "Install Pango; on Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        yield problem("PDF documents cannot be made, Pango is missing", remedy)
    else:
        yield ok(f"WeasyPrint {library.__version__}")


def zones() -> Iterable[Finding]:
    """Are the time zones of clinics known?"""
    try:
        moments = [clock.now().astimezone(ZoneInfo(zone)) for zone in ("America/Phoenix", "Europe/Berlin")]
    except ZoneInfoNotFoundError as error:
        yield problem(str(error), "Install the tzdata package.")
    else:
        yield ok(f"{clock.now():%Y-%m-%d %H:%M} UTC; zones known ({len(moments)} tried)")


def browser() -> Iterable[Finding]:
    """Is there a Chromium for the tests?"""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    yield ok(found) if found else note("no Chromium", "Only tests need one; `make test` installs it where it may.")


CHECKS = (
    HealthCheck("python", python),
    HealthCheck("packages", packages),
    HealthCheck("database", database),
    HealthCheck("tables", migrations),
    HealthCheck("keys", secrets),
    HealthCheck("address", addresses),
    HealthCheck("messages", mail),
    HealthCheck("files", files),
    HealthCheck("worker", worker),
    HealthCheck("documents", documents),
    HealthCheck("time", zones),
    HealthCheck("browser", browser),
)
