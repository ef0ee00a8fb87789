"""Benchmarks: the list each room adds its own to, a scratch database to run in, and desks that act at once.

A benchmark reports our time and the time of a reference in the same run, and their ratio: a bare time says nothing on
another machine. A room adds to ``BENCHMARKS`` in the ``ready`` of its app.
"""

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from psycopg import sql

from vesicle.core.errors import Conflict
from vesicle.core.postgres import drop_database


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Something that can be measured. ``run`` gets the options and somebody who hears of progress.

    ``options`` maps an option's name to its default, whose type is the option's, and its help; ``argument`` is the
    name and help of one that has to be given. The result is plain data for ``--json``; ``in_words`` says it in a
    sentence or two.
    """

    name: str
    help: str
    options: Mapping[str, tuple[int | str | bool, str]]
    run: Callable[[Mapping[str, Any], Callable[[str], None]], Mapping[str, Any]]
    in_words: Callable[[Mapping[str, Any]], str]
    argument: tuple[str, str] | None = None


BENCHMARKS: list[Benchmark] = []


@contextmanager
def scratch_database() -> Iterator[None]:
    """Create a migrated database beside the configured one, use it inside the block, and drop it.

    Nothing real is touched. Raises ``Conflict`` when the account may not create databases.
    """
    name = f"vesicle_bench_{os.getpid()}"
    with own_database(name):
        yield
    _drop(name)


@contextmanager
def own_database(name: str) -> Iterator[None]:
    """Create the migrated database ``name`` anew beside the configured one, use it inside the block, and leave it.

    It is dropped again when the block fails. Raises ``Conflict`` when the account may not create databases.
    """
    home = settings.DATABASES["default"]["NAME"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            raise Conflict("This database account may not create a scratch database. Give it CREATEDB, or use another.")
        _drop(name)
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        _use(name)
        call_command("migrate", verbosity=0)
        yield
    except BaseException:
        _use(home)
        _drop(name)
        raise
    _use(home)


def _drop(name: str) -> None:
    with connection.cursor() as cursor:
        drop_database(cursor, name)


def _use(name: str) -> None:
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


class Desks:
    """Some threads, each with a database connection of its own, that start their acts at the same instant."""

    def __init__(self, count: int) -> None:
        self._line = threading.Barrier(count)
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="desk")
        self._count = count

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Connections belong to their threads: each has to close its own.
        self.at_once([connections.close_all] * self._count)
        self._pool.shutdown()

    def at_once(self, acts: Sequence[Callable[[], Any]]) -> list[Any]:
        """Run one act a desk; return what each returned, or the exception it raised. Scope and clock are the caller's.

        Raises ``ValueError`` when there are not as many acts as desks.
        """
        if len(acts) != self._count:
            raise ValueError(f"{len(acts)} acts for {self._count} desks")
        contexts = [copy_context() for _ in acts]
        jobs = [self._pool.submit(context.run, self._act, act) for context, act in zip(contexts, acts, strict=True)]
        return [job.result() for job in jobs]

    def _act(self, act: Callable[[], Any]) -> Any:
        connection.ensure_connection()
        self._line.wait(timeout=60)
        try:
            return act()
        except Exception as error:  # noqa: BLE001  # what went wrong is the result
            return error
