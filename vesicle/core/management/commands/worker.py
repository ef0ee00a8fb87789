"""Run background work: queued tasks, and the jobs that recur."""

import logging
from typing import Any

from django.core.management.base import CommandParser
from django.db import connection
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from vesicle.core import clock, periodic
from vesicle.core.away import outlast
from vesicle.core.commands import VesicleCommand


class Command(VesicleCommand):
    """`vesicle worker`."""

    help = "Run background work: queued tasks and periodic jobs. Add workers for more of it."
    group = "Running"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether to stay."""
        parser.add_argument("--once", action="store_true", help="run each job and every waiting task once, then end")
        parser.add_argument("--interval", type=float, default=1.0, help="seconds between looks at an empty queue")

    def handle(self, *, once: bool, interval: float, **options: Any) -> None:
        """Work until told to stop; what is begun is finished first. A database that goes away is waited for."""
        logging.getLogger("django_tasks_db").setLevel(logging.ERROR)
        # Without a database, one sentence now instead of a failure of every job.
        connection.ensure_connection()
        worker = Worker(
            queue_names=["*"],
            interval=interval,
            batch=once,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        if once:
            periodic.Clockwork(periodic.JOBS).run_due(clock.now())
            worker.run()
            return
        ticker = periodic.Ticker(periodic.JOBS)
        worker.configure_signals()
        ticker.start()
        try:
            outlast(worker.run, say=self.stderr.write)
        finally:
            ticker.end()
