"""The processes of a running installation: how the web server is called, how a child dies with us."""

import ctypes
import signal
import sys

THREADS = 4
_PR_SET_PDEATHSIG = 1


def web_server(*, host: str, port: int, workers: int) -> list[str]:
    """Return the command line of the web server (granian, WSGI)."""
    command = [sys.executable, "-m", "granian", "vesicle.config.wsgi:application", "--interface", "wsgi"]
    command += ["--host", host, "--port", str(port), "--workers", str(workers)]
    # Most threads wait for the database, so there are more of them than cores.
    command += ["--blocking-threads", str(THREADS), "--no-ws", "--respawn-failed-workers", "--log-level", "error"]
    return command


def background_worker() -> list[str]:
    """Return the command line of a worker."""
    return [sys.executable, "-m", "vesicle", "worker"]


def end_with_parent() -> None:
    """Ask the kernel to end this process when its parent dies; called in a child before it becomes a program.

    Only Linux knows how; elsewhere a killed `vesicle run` leaves its children to be ended by hand.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
