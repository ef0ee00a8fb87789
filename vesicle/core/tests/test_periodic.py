"""Jobs run when they are due, in one worker only, and none keeps another from running."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from vesicle.core.periodic import ADVISORY_LOCK, Clockwork, PeriodicJob, Ticker

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def job(name: str, minutes: int, run) -> PeriodicJob:
    return PeriodicJob(name, timedelta(minutes=minutes), run)


class TestClockwork:
    def test_runs_each_job_at_once_and_again_when_its_time_has_passed(self):
        ran: list[str] = []
        clockwork = Clockwork(
            [job("often", 1, lambda: ran.append("often")), job("rare", 60, lambda: ran.append("rare"))]
        )
        assert clockwork.run_due(NOON) == ["often", "rare"]
        assert clockwork.run_due(NOON + timedelta(seconds=59)) == []
        assert clockwork.run_due(NOON + timedelta(minutes=1)) == ["often"]
        assert ran == ["often", "rare", "often"]

    def test_a_job_that_fails_is_logged_and_the_others_run(self, caplog):
        ran: list[str] = []

        def fail() -> None:
            raise ValueError("no such patient")

        clockwork = Clockwork([job("broken", 1, fail), job("sound", 1, lambda: ran.append("sound"))])
        assert clockwork.run_due(NOON) == ["broken", "sound"]
        assert ran == ["sound"]
        assert "The periodic job broken failed" in caplog.text


@pytest.mark.django_db(transaction=True)
class TestTicker:
    def test_runs_jobs_while_it_holds_the_lock_and_frees_it_at_the_end(self):
        ran = threading.Event()
        ticker = Ticker([job("signal", 60, ran.set)], pause=0.01)
        ticker.start()
        try:
            assert ran.wait(10)
            assert not _can_lock()
        finally:
            ticker.end()
        assert _can_lock()

    def test_waits_while_another_worker_runs_the_jobs(self):
        ran = threading.Event()
        second = Ticker([job("signal", 60, ran.set)], pause=0.01)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
            second.start()
            try:
                assert not ran.wait(0.3)
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])
                assert ran.wait(10)
            finally:
                second.end()


def _can_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY_LOCK])
        got = cursor.fetchone()[0]
        if got:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])
    return bool(got)
