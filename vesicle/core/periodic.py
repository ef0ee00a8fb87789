"""Work that recurs: the list each room adds its jobs to, and the clockwork that runs them.

A room adds to `JOBS` in the `ready` of its app. Jobs must bear being run again too soon: when a
worker ends, the next one starts every job afresh.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import DEFAULT_DB_ALIAS, Error, close_old_connections, connections

from vesicle.core import clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

logger = logging.getLogger(__name__)
ADVISORY_LOCK = 7_230_511
"""The number under which PostgreSQL keeps all but one worker from running periodic jobs."""


@dataclass(frozen=True, slots=True)
class PeriodicJob:
    """Something to do again and again; `run` takes nothing, and a failure is logged and retried."""

    name: str
    every: timedelta
    run: Callable[[], None]


JOBS: list[PeriodicJob] = []


class Clockwork:
    """Knows when each job ran last, and runs those that are due."""

    def __init__(self, jobs: Sequence[PeriodicJob]) -> None:
        self._jobs = jobs
        self._next: dict[str, datetime] = {}

    def run_due(self, now: datetime) -> list[str]:
        """Run every job whose time has come and return their names, failed ones included."""
        due = [job for job in self._jobs if self._next.get(job.name, now) <= now]
        for job in due:
            # Counted from the start, so that a slow job does not drift.
            self._next[job.name] = now + job.every
            try:
                job.run()
            except Exception:
                logger.exception("The periodic job %s failed; it runs again in %s", job.name, job.every)
        return [job.name for job in due]


class Ticker(threading.Thread):
    """Runs the jobs in the background of a worker while this worker is the one that may."""

    def __init__(self, jobs: Sequence[PeriodicJob], *, pause: float = 2.0) -> None:
        super().__init__(name="vesicle-periodic")
        self._jobs = jobs
        self._pause = pause
        self._ended = threading.Event()

    def run(self) -> None:
        """Keep trying to be the one worker that runs jobs; then run them until told to end."""
        while not self._ended.is_set():
            try:
                with _exclusive() as (is_ours, connection):
                    if is_ours:
                        self._work(connection)
            except Error:
                logger.exception("Periodic jobs lost the database; trying again")
            self._ended.wait(self._pause)
        connections.close_all()

    def end(self, *, patience: float = 30.0) -> None:
        """Let the job at work finish, and end."""
        self._ended.set()
        self.join(patience)

    def _work(self, connection: "BaseDatabaseWrapper") -> None:
        clockwork = Clockwork(self._jobs)
        while not self._ended.is_set() and connection.is_usable():
            close_old_connections()
            clockwork.run_due(clock.now())
            self._ended.wait(self._pause)


@contextmanager
def _exclusive() -> "Iterator[tuple[bool, BaseDatabaseWrapper]]":
    """Hold the lock that only one worker gets, on a connection that the jobs do not touch."""
    connection = connections[DEFAULT_DB_ALIAS].copy()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY_LOCK])
            row = cursor.fetchone()
        is_ours = bool(row and row[0])
        yield is_ours, connection
        # Closing frees it too, but only once the server has noticed: the next worker need not wait for that.
        if is_ours and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])
    finally:
        connection.close()
