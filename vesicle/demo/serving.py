"""A web server of our own on a scratch database, and clients that ask it over HTTP, to measure the whole."""

import http.client
import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

from vesicle.core.processes import end_with_parent, web_server

_PATIENCE = 60.0
_PAUSE = 0.05


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def start_server(port: int, workers: int, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start the web server with ``environment`` on top of ours, in a process group of its own."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        web_server(host="127.0.0.1", port=port, workers=workers),
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=end_with_parent,
    )


def wait_for(port: int) -> None:
    """Wait until the web server answers a question. Raises ``TimeoutError``."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            with Caller(port) as caller:
                if caller.get("/api/v1/openapi.json").status == 200:
                    return
        except OSError:
            time.sleep(_PAUSE)
    raise TimeoutError(f"The web server did not answer on port {port} within {_PATIENCE:.0f} seconds.")


@contextmanager
def served(database_url: str, *, workers: int) -> Iterator[int]:
    """Serve a database and yield the port."""
    port = free_port()
    server = start_server(port, workers, {"DATABASE_URL": database_url, "VESICLE_LOG_LEVEL": "ERROR"})
    try:
        wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the JSON (or nothing where it was none), and how long it took in seconds."""

    status: int
    body: Any
    seconds: float


@dataclass
class Caller:
    """A client with one connection that stays open."""

    port: int
    key: str = ""
    _connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def get(self, path: str) -> Answer:
        """Ask a question."""
        return self._ask("GET", path, None, {})

    def post(self, path: str, body: Mapping[str, Any], idempotency_key: str) -> Answer:
        """Ask for something to be made."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": idempotency_key}
        return self._ask("POST", path, json.dumps(body), headers)

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        began = time.perf_counter()
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise
        took = time.perf_counter() - began
        return Answer(
            answer.status, json.loads(text) if "json" in answer.headers.get("Content-Type", "") else None, took
        )


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """Run every act in a thread of its own, all begun at the same instant; return what each returned."""
    line = threading.Barrier(len(acts))
    found: list[Any] = [None] * len(acts)

    def run(number: int, act: Callable[[], Any]) -> None:
        line.wait(timeout=60)
        found[number] = act()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
