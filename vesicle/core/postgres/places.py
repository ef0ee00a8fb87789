"""Where one checkout keeps its database server, and under whose account it runs.

The data folder always lies inside the checkout, so moving or copying a checkout moves or copies
its data. Two things may have to lie elsewhere, because no folder's permission is ever loosened:
the socket (a path of more than 107 bytes cannot be bound, and the server's account must be able
to walk to it) and the programs themselves (see `programs`).
"""

import hashlib
import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from vesicle.core.postgres.errors import DatabaseUnavailable

CHECKOUT = Path(__file__).resolve().parents[3]
DEDICATED_ACCOUNT = "vesicle-postgres"
# The kernel's limit is 107 bytes on Linux and 103 on macOS, and the lock beside it needs 5 more.
LONGEST_SOCKET_PATH = 98
SOCKET_NAME = ".s.PGSQL.5432"


@dataclass(frozen=True, slots=True)
class Account:
    """The operating-system account the server runs as.

    `uid` is None while the dedicated account does not exist yet; `borrowed` says that the caller
    is root and must step down to it.
    """

    name: str
    uid: int | None
    gid: int | None
    borrowed: bool


@dataclass(frozen=True, slots=True)
class Places:
    """Every path of one embedded server, and its account."""

    root: Path
    socket_dir: Path
    account: Account

    @property
    def data(self) -> Path:
        """Return the cluster's folder, owned by the server's account and closed to all others."""
        return self.root / "data"

    @property
    def log(self) -> Path:
        """Return the file that holds what the server says."""
        return self.root / "log"

    @property
    def lock(self) -> Path:
        """Return the file that keeps two starters apart."""
        return self.root / "lock"

    @property
    def socket(self) -> Path:
        """Return the socket the server listens on."""
        return self.socket_dir / SOCKET_NAME

    def url(self, *, database: str = "vesicle", role: str = "vesicle") -> str:
        """Return the address of a database on this server in URL form."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket_dir), safe='')}"


def default_root() -> Path:
    """Return the folder of this checkout's server, below VESICLE_VAR where that is set."""
    return Path(os.environ.get("VESICLE_VAR") or CHECKOUT / "var").resolve() / "postgres"


def locate(root: Path | None = None) -> Places:
    """Find the places of the server kept in `root` without touching anything.

    Args:
        root: the server's folder; this checkout's own by default.

    Returns:
        The same answer to every account that asks, once the data folder exists.
    """
    folder = root or default_root()
    account = _account(folder / "data")
    beside = folder / "run"
    if len(os.fsencode(beside / SOCKET_NAME)) <= LONGEST_SOCKET_PATH and can_enter(folder, account):
        return Places(root=folder, socket_dir=beside, account=account)
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return Places(root=folder, socket_dir=Path("/tmp") / f"vesicle-{digest}", account=account)  # noqa: S108 - see claim_private_folder


def can_enter(folder: Path, account: Account) -> bool:
    """Say whether the account may walk to a folder and into it.

    Only the permission bits of the existing part of the path are read; where an access list
    would decide, the answer may be "no" too often, which costs a copy and nothing else.
    """
    path = folder
    while not path.exists():
        path = path.parent
    for part in (path, *path.parents):
        try:
            status = part.stat()
        except PermissionError:
            return False
        if account.uid is not None and status.st_uid == account.uid:
            needed = stat.S_IXUSR
        elif account.gid is not None and status.st_gid == account.gid:
            needed = stat.S_IXGRP
        else:
            needed = stat.S_IXOTH
        if not status.st_mode & needed:
            return False
    return True


def existing_account(account: Account) -> Account:
    """Return the account, made first where it does not exist.

    Raises:
        DatabaseUnavailable: the system offers no way to make it.
    """
    if account.uid is not None:
        return account
    command = ["useradd", "--system", "--user-group", "--no-create-home"]
    command += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", account.name]
    try:
        made = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words and a name we chose
        said = made.stderr.strip()
    except OSError as error:
        said = str(error)
    found = _look_up(account.name)
    if found is None:
        raise DatabaseUnavailable(
            f"The database server must not run as root, and the account {account.name} could not "
            f"be made ({said or 'no reason given'}). Make it yourself, name another existing "
            "account in VESICLE_DATABASE_ACCOUNT, or set DATABASE_URL to a server of your own."
        )
    return found


def claim_private_folder(folder: Path, account: Account) -> None:
    """Make a folder that only the server's account can use, or make sure it already is one.

    Raises:
        DatabaseUnavailable: something else stands there; a folder in a shared place could have
            been put there by anybody, so it is never adopted.
    """
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass
    else:
        if account.borrowed and account.uid is not None and account.gid is not None:
            os.chown(folder, account.uid, account.gid, follow_symlinks=False)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != account.uid or stat.S_IMODE(status.st_mode) != 0o700:
        raise DatabaseUnavailable(
            f"{folder} is not a folder that only {account.name} can use, so the database will not "
            "be put there. Look at what it is, remove it, and start again."
        )


def _account(data: Path) -> Account:
    """Choose the account: oneself, or as root the data's owner, or the dedicated account."""
    me = os.geteuid()
    if me != 0:
        return _by_uid(me, borrowed=False)
    try:
        owner = data.stat().st_uid
    except (FileNotFoundError, NotADirectoryError):
        owner = 0
    if owner != 0:
        return _by_uid(owner, borrowed=True)
    name = os.environ.get("VESICLE_DATABASE_ACCOUNT") or DEDICATED_ACCOUNT
    return _look_up(name) or Account(name=name, uid=None, gid=None, borrowed=True)


def _by_uid(uid: int, *, borrowed: bool) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return Account(name=str(uid), uid=uid, gid=uid, borrowed=borrowed)
    return Account(name=entry.pw_name, uid=uid, gid=entry.pw_gid, borrowed=borrowed)


def _look_up(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid, borrowed=True)
