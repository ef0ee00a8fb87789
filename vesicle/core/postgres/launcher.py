"""Start, find and stop the embedded server of a checkout.

The server outlives the command that started it, so the next one finds it warm; whoever wants it
gone calls `stop`. One file lock keeps starters apart.
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_NB, LOCK_UN, flock
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from vesicle.core.postgres import cluster, programs
from vesicle.core.postgres.errors import DatabaseUnavailable
from vesicle.core.postgres.places import SOCKET_NAME, Account, Places, claim_private_folder, existing_account, locate
from vesicle.core.postgres.process import answers, is_alive, is_taken, postmaster_file, running_pid, works_in

PATIENCE = 60.0
"""Seconds to wait for a lock, a start (recovery after a crash included) or a stop."""
LARGEST_LOG = 10_000_000
_PAUSE = 0.01


@dataclass(frozen=True, slots=True)
class Server:
    """A database server one can connect to."""

    url: str
    embedded: bool
    started_by_us: bool
    socket_dir: Path | None = None
    data: Path | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """What is known about the embedded server without starting it."""

    state: Literal["external", "absent", "stopped", "starting", "running"]
    url: str
    pid: int | None = None
    account: str | None = None
    data: Path | None = None
    log: Path | None = None
    socket_dir: Path | None = None


def database_url(root: Path | None = None) -> str:
    """Return the address of the database: DATABASE_URL, or the embedded server's. Starts nothing.

    Raises:
        DatabaseUnavailable: DATABASE_URL is not the address of a PostgreSQL database.
    """
    return _external_url() or locate(root).url()


def ensure_running(root: Path | None = None) -> Server:
    """Return a running server, started now if need be. Does nothing where DATABASE_URL is set.

    Args:
        root: the folder that holds the server's files; this checkout's own by default.

    Raises:
        DatabaseUnavailable: it cannot be made or started; the message says why and what to do.
    """
    external = _external_url()
    if external:
        return Server(url=external, embedded=False, started_by_us=False)
    places = locate(root)
    if answers(places):
        return _server(places, started=False)
    _make_folders(places)
    with _alone(places):
        if answers(places):
            return _server(places, started=False)
        account = existing_account(places.account)
        if account.uid == 0:
            raise DatabaseUnavailable(
                "PostgreSQL refuses to run as root. Name another account in VESICLE_DATABASE_ACCOUNT."
            )
        places = Places(root=places.root, socket_dir=places.socket_dir, account=account)
        bin_folder = programs.runnable_by(account)
        if not places.data.exists():
            cluster.make_cluster(places, bin_folder)
        _start(places, bin_folder)
    return _server(places, started=True)


def stop(root: Path | None = None) -> bool:
    """Stop the embedded server, letting it finish what it writes.

    Returns:
        Whether there was one to stop.

    Raises:
        DatabaseUnavailable: it belongs to another account, or does not stop in time.
    """
    places = locate(root)
    if not places.data.exists():
        return False
    with _alone(places):
        return _stop(places)


def status(root: Path | None = None) -> Status:
    """Say what is known about the server without changing anything."""
    external = _external_url()
    if external:
        return Status(state="external", url=external)
    places = locate(root)
    state: Literal["absent", "stopped", "starting", "running"]
    pid = running_pid(places) if places.data.exists() else None
    if not places.data.exists():
        state = "absent"
    elif pid is None:
        state = "stopped"
    else:
        state = "running" if answers(places) else "starting"
    return Status(
        state=state,
        url=places.url(),
        pid=pid,
        account=places.account.name,
        data=places.data,
        log=places.log,
        socket_dir=places.socket_dir,
    )


def _external_url() -> str | None:
    """Return DATABASE_URL, checked as far as one can without asking anybody."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        return None
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("postgres", "postgresql") and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        raise DatabaseUnavailable(
            "DATABASE_URL must be the address of a PostgreSQL database, such as "
            "postgresql://role:password@host:5432/name. Mend it, or unset it to use the embedded database."
        )
    return url


def _server(places: Places, *, started: bool) -> Server:
    return Server(
        url=places.url(), embedded=True, started_by_us=started, socket_dir=places.socket_dir, data=places.data
    )


def _make_folders(places: Places) -> None:
    """Make the server's folder, which others may enter but not list, like the checkout around it."""
    try:
        for folder in (places.root.parent, places.root):
            if not folder.exists():
                folder.mkdir(parents=True)
                folder.chmod(0o755)
    except OSError as error:
        raise DatabaseUnavailable(
            f"The database keeps its files in {places.root}, which cannot be made: {error.strerror}. "
            "Make the checkout writable for this account, or set DATABASE_URL to a server of your own."
        ) from error


@contextmanager
def _alone(places: Places) -> Iterator[None]:
    """Keep all other starters and stoppers of this server waiting."""
    try:
        file = os.open(places.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DatabaseUnavailable(_not_ours(places)) from error
    try:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                flock(file, LOCK_EX | LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise DatabaseUnavailable(
                        f"Another command has been starting or stopping the database for {PATIENCE:.0f} seconds "
                        f"(it holds {places.lock}). Wait for it, or end it, and try again."
                    ) from None
                time.sleep(_PAUSE)
        yield
    finally:
        flock(file, LOCK_UN)
        os.close(file)


def _start(places: Places, bin_folder: Path) -> None:
    """Start the server on existing data and wait until it is ready. The lock is held."""
    owner = places.data.stat().st_uid
    if owner != places.account.uid:
        raise DatabaseUnavailable(_not_ours(places))
    cluster.check_version(places)
    pid = running_pid(places)
    if pid is not None:
        if _wait_until_ready(places, pid):
            return
        # It runs but cannot be reached: its socket was cleaned away, or the checkout was moved.
        _stop(places)
    claim_private_folder(places.socket_dir, places.account)
    _clear_remains(places)
    cluster.write_settings(places)
    deadline = time.monotonic() + PATIENCE
    while True:
        before = places.log.stat().st_size if places.log.exists() else 0
        pid = _launch(places, bin_folder)
        if _wait_until_ready(places, pid):
            return
        words = _words_since(places, before)
        # Children of a killed server take a moment to notice; until then the new one is refused.
        if "still in use" not in words or time.monotonic() > deadline:
            raise DatabaseUnavailable(f"The database server did not start. The end of {places.log}:\n{words}")
        time.sleep(0.2)


def _clear_remains(places: Places) -> None:
    """Remove the files of a killed server whose process number still stands for something else.

    That is another program after a reboot, or the dead server itself where nobody collects it (the
    first process of many containers does not). PostgreSQL would refuse to start beside it. The file
    is also how PostgreSQL notices children of a killed server, so they must have ended first.
    """
    lines = postmaster_file(places)
    if not lines or not is_taken(int(lines[0])):
        return
    deadline = time.monotonic() + PATIENCE
    while works_in(places.data):
        if time.monotonic() > deadline:
            raise DatabaseUnavailable(f"Processes of a killed database server still work in {places.data}. End them.")
        time.sleep(_PAUSE)
    for remains in (places.data / "postmaster.pid", places.socket, places.socket.with_name(f"{SOCKET_NAME}.lock")):
        remains.unlink(missing_ok=True)


def _launch(places: Places, bin_folder: Path) -> int:
    """Start the server process, detached from us, and return its number."""
    account = places.account
    command = [str(bin_folder / "postgres"), "-D", cluster.folder_argument(places.data, account)]
    if places.log.exists() and places.log.stat().st_size > LARGEST_LOG:
        places.log.replace(places.log.with_suffix(".old"))
    log = os.open(places.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        # The shell in between ends at once, so that the server is nobody's child to wait for.
        started = subprocess.run(  # noqa: S603 - our own program and words
            ["/bin/sh", "-c", '"$@" </dev/null >&2 & echo $!', "sh", *command],
            cwd=places.data,
            env=cluster.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
            check=True,
            user=account.uid if account.borrowed else None,
            group=account.gid if account.borrowed else None,
            extra_groups=[] if account.borrowed else None,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise DatabaseUnavailable(f"The database server could not be started as {account.name}: {error}.") from error
    finally:
        os.close(log)
    return int(started.stdout)


def _wait_until_ready(places: Places, pid: int) -> bool:
    """Wait for the server; say no as soon as its process is gone or it stays out of reach."""
    deadline = time.monotonic() + PATIENCE
    unreachable = 0
    while time.monotonic() < deadline:
        if answers(places):
            return True
        if not is_alive(pid):
            return False
        lines = postmaster_file(places)
        if len(lines) >= 8 and lines[7].strip() == "ready" and lines[0].strip() == str(pid):
            unreachable += 1
            if unreachable > 50:
                return False
        time.sleep(_PAUSE)
    return False


def _stop(places: Places) -> bool:
    """Ask the server to end its sessions and write everything down. The lock is held."""
    pid = running_pid(places)
    if pid is None:
        return False
    try:
        os.kill(pid, signal.SIGINT)
    except ProcessLookupError:
        return False
    except PermissionError as error:
        raise DatabaseUnavailable(_not_ours(places)) from error
    deadline = time.monotonic() + PATIENCE
    while is_alive(pid):
        if time.monotonic() > deadline:
            raise DatabaseUnavailable(
                f"The database server (process {pid}) has not stopped in {PATIENCE:.0f} seconds. See {places.log}."
            )
        time.sleep(_PAUSE)
    return True


def _words_since(places: Places, before: int) -> str:
    """Return what the server wrote to its log after the given size, the end of it if it is long."""
    try:
        with places.log.open("rb") as log:
            log.seek(before if before <= places.log.stat().st_size else 0)
            said = log.read().decode("utf-8", errors="replace").strip()
    except OSError:
        said = ""
    return said[-1500:] or "(it wrote nothing)"


def _not_ours(places: Places) -> str:
    account: Account = places.account
    return (
        f"The database in {places.root} was set up by another account than {account.name}. Run this command as the "
        "account that ran it first, or set DATABASE_URL to a server of your own."
    )
