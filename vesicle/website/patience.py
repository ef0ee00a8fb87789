"""A database that takes a question and never answers: whoever waits for a public page is let go after a moment.

Over TCP the network finds out by itself. Over a local socket nothing does: the other end is there, only frozen, and
its own time limits are frozen with it. So the wait is ended from our side: the socket is shut, and the question fails
as with any broken connection. A new connection has a limit of its own (``connect_timeout``).
"""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections

QUESTION = 3.0
"""Seconds for the one small question of a page that is kept; also what a new connection may take."""
BUILD = 10.0
"""Seconds for everything a page asks while it is built."""


@contextmanager
def answered_within(seconds: float) -> Iterator[None]:
    """Break this thread's connection to the database if the block takes longer."""
    timer = threading.Timer(seconds, _hang_up, [connections[DEFAULT_DB_ALIAS]])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _hang_up(database: Any) -> None:
    """Shut the socket under a connection; whoever reads from it then reads the end. Called from another thread."""
    with (
        suppress(OSError, AttributeError, psycopg.Error),  # closed meanwhile, or not open yet
        socket.socket(fileno=os.dup(database.connection.pgconn.socket)) as line,
    ):
        line.shutdown(socket.SHUT_RDWR)
