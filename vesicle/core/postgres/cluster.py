"""Make a cluster, and write the settings it runs with.

A cluster is made in a folder beside its place and moved there when it is complete, with its role
and database, so a `data` folder that exists is always usable, whatever interrupted the making.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from vesicle.core.postgres.errors import DatabaseUnavailable
from vesicle.core.postgres.places import Account, Places, can_enter
from vesicle.core.postgres.programs import major_version

ROLE = "vesicle"
SUPERUSER = "postgres"

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    # Sized for the two cores and few gigabytes of a clinic's own machine.
    "max_connections": "100",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    # A page's query never needs a second core, and small containers have little shared memory.
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    # The defaults, said aloud: a signed consent survives a power cut.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Only problems, and never the words of a statement: they are patients' words.
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] ",
}

_CREATE = f"CREATE ROLE {ROLE} LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS\nCREATE DATABASE {ROLE} OWNER {ROLE}\n"
_HBA = """\
# Written at every start. Who may come in is decided by the account that asks, never by a password.
local all all peer map=house
"""


def make_cluster(places: Places, bin_folder: Path) -> None:
    """Make the data folder with the role and database `vesicle` in it.

    Raises:
        DatabaseUnavailable: PostgreSQL refused; its own words are in the message.
    """
    draft = places.root / "data.new"
    if draft.exists():
        shutil.rmtree(draft)
    draft.mkdir(mode=0o700)
    account = places.account
    if account.borrowed and account.uid is not None and account.gid is not None:
        os.chown(draft, account.uid, account.gid)
    command = [str(bin_folder / "initdb"), "-D", folder_argument(draft, account), "--username", SUPERUSER]
    command += ["--encoding", "UTF8", "--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
    command += ["--auth", "peer", "--no-instructions"]
    _run(command, folder=draft, account=account, doing="make its files")
    command = [str(bin_folder / "postgres"), "--single", "-D", folder_argument(draft, account)]
    command += ["-c", "exit_on_error=true", "-c", "log_checkpoints=off", SUPERUSER]
    _run(command, folder=draft, account=account, doing="make the role and database", said=_CREATE)
    draft.rename(places.data)


def check_version(places: Places) -> None:
    """Refuse a data folder that another major version of PostgreSQL made.

    Raises:
        DatabaseUnavailable: with both versions and the way across.
    """
    made_by = (places.data / "PG_VERSION").read_text(encoding="ascii").strip()
    if made_by != major_version():
        raise DatabaseUnavailable(
            f"The data in {places.data} was made by PostgreSQL {made_by}, and this environment holds PostgreSQL "
            f"{major_version()}. Go back to the release that made it, run `vesicle backup`, "
            "then restore with this release."
        )


def write_settings(places: Places) -> None:
    """Write the files the server reads at start: settings, who may connect, and as whom."""
    lines = ["# Written at every start; `ALTER SYSTEM` (postgresql.auto.conf) is the place for changes."]
    chosen = {
        **SETTINGS,
        "unix_socket_directories": f'"{places.socket_dir}"',
        "cluster_name": f"vesicle {places.root}"[:63],
    }
    lines += [f"{name} = {_quoted(value)}" for name, value in chosen.items()]
    names = sorted({_account_name(os.geteuid()), places.account.name, "root"})
    idents = [f"house {_ident(name)} {role}" for name in names for role in (ROLE, SUPERUSER)]
    _write_into(places.data, "postgresql.conf", "\n".join(lines) + "\n", places.account)
    _write_into(places.data, "pg_hba.conf", _HBA, places.account)
    _write_into(places.data, "pg_ident.conf", "\n".join(idents) + "\n", places.account)


def folder_argument(folder: Path, account: Account) -> str:
    """Return what to call a data folder on the server's command line.

    Below a closed home the account cannot walk to the folder by its name, but a process started
    inside the folder has it open already, and Linux gives that a name.
    """
    if can_enter(folder, account):
        return str(folder)
    if Path("/proc/self/cwd").exists():
        return "/proc/self/cwd"
    raise DatabaseUnavailable(
        f"The account {account.name} cannot enter {folder}. "
        "Move the checkout to a folder others may enter, or set DATABASE_URL."
    )


def environment() -> dict[str, str]:
    """Return the few variables PostgreSQL gets; the caller's PG* variables would mislead it."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {"PATH": os.defpath, **kept, "LC_ALL": "C"}


def _run(command: Sequence[str], *, folder: Path, account: Account, doing: str, said: str = "") -> None:
    """Run one PostgreSQL program inside a folder and turn a failure into a sentence."""
    try:
        done = subprocess.run(  # noqa: S603 - our own program and words
            command,
            cwd=folder,
            env=environment(),
            input=said,
            capture_output=True,
            text=True,
            check=False,
            user=account.uid if account.borrowed else None,
            group=account.gid if account.borrowed else None,
            extra_groups=[] if account.borrowed else None,
        )
    except OSError as error:
        raise DatabaseUnavailable(
            f"The database server could not {doing}: {error}. Set DATABASE_URL to use a server of your own."
        ) from error
    if done.returncode != 0:
        words = (done.stderr.strip() or done.stdout.strip())[-1500:]
        raise DatabaseUnavailable(f"The database server could not {doing} in {folder.parent}. It said:\n{words}")


def _write_into(folder: Path, name: str, text: str, account: Account) -> None:
    """Replace a file inside a folder that another account owns, without following its links."""
    draft = f"{name}.new"
    inside = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        try:
            os.unlink(draft, dir_fd=inside)
        except FileNotFoundError:
            pass
        file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=inside)
        try:
            os.write(file, text.encode())
            if account.borrowed and account.uid is not None and account.gid is not None:
                os.fchown(file, account.uid, account.gid)
        finally:
            os.close(file)
        os.rename(draft, name, src_dir_fd=inside, dst_dir_fd=inside)
    finally:
        os.close(inside)


def _account_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def _ident(name: str) -> str:
    return '"' + name.replace('"', "") + '"'
