"""Taking a whole database away, scratch or test, while the server may still be at work in it."""

from typing import Any, Protocol

from psycopg import sql


class Session(Protocol):
    """What asks the server: a connection or a cursor, of psycopg or of Django, outside of any transaction."""

    def execute(self, query: Any, params: Any = None, /) -> Any:
        """Send one statement."""


def drop_database(session: Session, name: str) -> None:
    """Drop a database that may not exist, after ending what our own account still has open in it.

    ``DROP … WITH (FORCE)`` is refused when the server's own autovacuum happens to be in the database, because only
    a superuser may end that. A plain ``DROP`` asks autovacuum to leave, and waits for it.
    """
    session.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = %s AND usename = current_user AND pid <> pg_backend_pid()",
        [name],
    )
    session.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
