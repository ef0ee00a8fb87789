"""Recognize the server process of a data folder, and tell whether it takes connections.

A server counts as ours only when its working folder is our data folder, so a process number that
another program took over after a crash or a reboot never misleads us.
"""

import os
import socket
import subprocess
from pathlib import Path

from vesicle.core.postgres.places import Places


def answers(places: Places) -> bool:
    """Say whether the server says it is ready and its socket takes a connection."""
    lines = postmaster_file(places)
    if len(lines) < 8 or lines[7].strip() != "ready" or not is_alive(int(lines[0])):
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(places.socket))
        except OSError:
            return False
    return True


def postmaster_file(places: Places) -> list[str]:
    """Return the lines of the file a running server keeps; none where it does not run or is not ours to see."""
    try:
        return (places.data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def running_pid(places: Places) -> int | None:
    """Return the number of the running server's process, or None."""
    lines = postmaster_file(places)
    if not lines or not lines[0].strip().isdigit():
        return None
    pid = int(lines[0])
    if Path("/proc/self/cwd").exists():
        try:
            return pid if os.path.samefile(f"/proc/{pid}/cwd", places.data) else None
        except OSError:
            return None
    named = subprocess.run(["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603 - fixed words
    return pid if "postgres" in named.stdout and str(places.data) in named.stdout else None


def is_taken(pid: int) -> bool:
    """Say whether a process number stands for anything, a dead process that nobody collected included."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def is_alive(pid: int) -> bool:
    """Say whether a process runs; one that ended and waits to be collected does not."""
    if not is_taken(pid):
        return False
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return True
    return state not in {"Z", "X"}


def works_in(folder: Path) -> bool:
    """Say whether any process has the folder as its working folder; where that cannot be seen, no."""
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if link.samefile(folder):
                return True
        except OSError:
            continue
    return False
