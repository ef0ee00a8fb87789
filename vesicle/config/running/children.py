"""The processes that `vesicle run` keeps: started together, watched, ended together."""

import http.client
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vesicle.core.errors import VesicleError
from vesicle.core.processes import end_with_parent

PATIENCE = 15.0
START_PATIENCE = 60.0


class ChildEnded(VesicleError):
    """A process that should stay has ended."""

    code = "child-ended"


@dataclass
class Children:
    """Child processes by name. They end with us, whatever ends us."""

    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start a process apart from the terminal, so that Ctrl-C reaches only us."""
        self._running[name] = subprocess.Popen(  # noqa: S603 - our own commands; we have no threads
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=end_with_parent,
        )

    def wait_for_page(self, name: str, host: str, port: int) -> int:
        """Wait until the web server has answered a first request and return its HTTP status.

        Raises:
            ChildEnded: it ended, or answers nothing for a minute.
        """
        deadline = time.monotonic() + START_PATIENCE
        while time.monotonic() < deadline:
            self.check()
            connection = http.client.HTTPConnection(host, port, timeout=START_PATIENCE)
            try:
                connection.request("GET", "/", headers={"Host": f"localhost:{port}"})
                response = connection.getresponse()
                response.read()
            except OSError:
                time.sleep(0.05)
            else:
                return response.status
            finally:
                connection.close()
        raise ChildEnded(f"The {name} has not answered for {START_PATIENCE:.0f} seconds.")

    def check(self) -> None:
        """Make sure all of them still run.

        Raises:
            ChildEnded: one does not; what it said stands above.
        """
        for name, process in self._running.items():
            code = process.poll()
            if code is not None:
                raise ChildEnded(f"The {name} ended by itself (code {code}); what it said stands above.")

    def watch(self) -> None:
        """Stay until one of them ends or a signal interrupts."""
        while True:
            self.check()
            time.sleep(0.2)

    def stop(self) -> None:
        """Ask all of them to end, and insist after a while."""
        for process in self._running.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        for process in self._running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                # Each leads a session of its own, so its own children are reached as well.
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._running.clear()
