"""Killing the web server and the database in the middle of booking: nothing acknowledged is lost, nothing half is left.

It runs an installation of its own in a temporary folder. Clients book over HTTP; at a random moment processes get a
SIGKILL; everything is started again; clients repeat what was not answered, with the same key. Then the tables are read.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from vesicle.core import clock
from vesicle.core.benchmarks import Benchmark
from vesicle.core.postgres.places import locate
from vesicle.core.postgres.process import is_alive, running_pid
from vesicle.demo.booking_benchmark import OVERLAPS, order_for
from vesicle.demo.serving import Caller, free_port, start_server, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

VICTIMS = ("web", "database", "both")
_BATCH, _WRITERS, _DEVICES = 40, 8, 24
_LATEST_KILL = 0.5
_START_TRIES = 30
_SEED = 7

CHECKS = {
    "bookings that do not have three active claims": """
        SELECT count(*) FROM scheduling_appointment a WHERE state = 'booked' AND
        (SELECT count(*) FROM scheduling_claim c WHERE c.appointment_id = a.id AND c.is_active) <> 3""",
    "bookings without a remembered state": """
        SELECT count(*) FROM scheduling_appointment a WHERE NOT EXISTS
        (SELECT 1 FROM scheduling_appointmentstatus s WHERE s.appointment_id = a.id AND s.state = a.state)""",
    "bookings without an entry in the audit trail": """
        SELECT count(*) FROM scheduling_appointment a WHERE NOT EXISTS
        (SELECT 1 FROM core_auditentry e WHERE e.code = 'appointment.booked' AND e.object_id = a.id)""",
    "bookings without a notice to the patient": """
        SELECT count(*) FROM scheduling_appointment a WHERE NOT EXISTS
        (SELECT 1 FROM scheduling_notice n WHERE n.appointment_id = a.id)""",
    "patients registered for a booking that is not there": """
        SELECT count(*) FROM people_patient p WHERE p.first_name = 'Runner' AND NOT EXISTS
        (SELECT 1 FROM scheduling_appointment a WHERE a.patient_id = p.id)""",
    "claims that overlap": OVERLAPS,
}
"""Everything that would be half a booking, as a question that has to be answered with none."""


@dataclass
class Installation:
    """A Vesicle of its own in a folder: its database, and a web server that can be killed."""

    folder: Path
    port: int = field(default_factory=free_port)
    web: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Ours, with the folder for everything that is kept."""
        own = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        return own | {"VESICLE_VAR": str(self.folder), "VESICLE_LOG_LEVEL": "CRITICAL"}

    def command(self, *words: str, **environment: str) -> dict[str, Any]:
        """Run a `vesicle` command of this installation and return its JSON."""
        call = [sys.executable, "-m", "vesicle", *words, "--json"]
        done = subprocess.run(call, env=self.environment | environment, capture_output=True, text=True, check=True)  # noqa: S603
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def start(self, database_url: str) -> None:
        """Start what does not run, and wait until it answers."""
        for patience in range(_START_TRIES, -1, -1):
            # What was killed may still be dying; whoever looks after servers tries again, and so do we.
            try:
                self.command("database", "start")
                break
            except subprocess.CalledProcessError:
                if not patience:
                    raise
                time.sleep(1)
        if self.web is None:
            environment = self.environment | {"DATABASE_URL": database_url}
            self.web = start_server(self.port, 2, environment)
        wait_for(self.port)

    def kill(self, victim: str) -> None:
        """Give the web server, the database or both a SIGKILL, children included."""
        if victim in ("database", "both"):
            places = locate(self.folder / "postgres")
            pid = running_pid(places)
            if pid is not None:
                _kill(pid)
            # Its children are found by their folder: one that was born meanwhile dies as well.
            while alive := _working_in(places.data):
                for process in alive:
                    _kill(process)
        if victim in ("web", "both") and self.web is not None:
            os.killpg(self.web.pid, signal.SIGKILL)
            self.web.wait(timeout=30)
            self.web = None

    def end(self) -> None:
        """Stop everything."""
        if self.web is not None:
            self.kill("web")
        self.command("database", "stop")


@dataclass
class Diary:
    """What the clients know: what was acknowledged under which key, and what was never answered."""

    acknowledged: dict[str, int] = field(default_factory=dict)
    unanswered: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


def run(options: Mapping[str, Any], say: Callable[[str], None]) -> dict[str, Any]:
    """Kill ``kills`` times in mid-booking; return what was acknowledged, what was lost and what was left half."""
    kills, chance = options["kills"], random.Random(_SEED)  # noqa: S311 - not a secret, and the same every time
    with _installation() as (here, url, key):
        diary, orders = Diary(), _orders(here.port, key)
        deaths = dict.fromkeys(VICTIMS, 0)
        for number in range(kills):
            victim = VICTIMS[number % len(VICTIMS)]
            batch = {f"order {n}": orders[n] for n in range(number * _BATCH, (number + 1) * _BATCH)}
            _book_and_die(here, key, batch, diary, victim, chance.uniform(0, _LATEST_KILL))
            deaths[victim] += 1
            here.start(url)
            _repeat(here.port, key, diary)
            if (number + 1) % 20 == 0:
                say(f"  {number + 1} of {kills} kills, {len(diary.acknowledged)} bookings acknowledged")
        faults = _faults(url, diary)
        proof = here.command("audit", "verify", DATABASE_URL=url)
    return {
        "kills": deaths,
        "acknowledged": len(diary.acknowledged),
        "refused": len(diary.refused),
        "lost": faults.pop("lost"),
        "left_half": {name: found for name, found in faults.items() if found},
        "audit_trail": proof,
    }


@contextmanager
def _installation() -> "Iterator[tuple[Installation, str, str]]":
    folder = Path(tempfile.mkdtemp(prefix="vesicle-crash-"))
    folder.chmod(0o755)
    here = Installation(folder / "var")
    try:
        file = folder / "scenario.json"
        file.write_text(json.dumps(_scenario()), encoding="utf-8")
        loaded = here.command("bench", "load", str(file))
        here.start(loaded["database_url"])
        yield here, loaded["database_url"], loaded["api_key"]
    finally:
        here.end()
        shutil.rmtree(folder, ignore_errors=True)


def _scenario() -> dict[str, Any]:
    meta = {
        "providers": _DEVICES, "rooms": _DEVICES, "devices": _DEVICES, "open": 540, "close": 1140, "tz": "UTC",
        "start": clock.now().date().isoformat(), "service": 60, "buffer_before": 15, "buffer_after": 15,
    }  # fmt: skip
    return {"meta": meta, "bookings": []}


def _orders(port: int, key: str) -> list[dict[str, Any]]:
    """Return bookings that are in nobody's way: the same hours, day after day, on one device after the other."""
    first = datetime.combine(clock.now().date(), datetime.min.time(), UTC) + timedelta(days=1, hours=9, minutes=15)
    hours = [first + timedelta(days=day, minutes=90 * turn) for day in range(120) for turn in range(6)]
    names = [f"Device {number}" for number in range(_DEVICES)]
    pairs = [(hour.isoformat(), name) for hour in hours for name in names]
    return [order_for(start, number, device=name) for number, (start, name) in enumerate(pairs)]


def _book_and_die(
    here: Installation, key: str, batch: Mapping[str, Mapping[str, Any]], diary: Diary, victim: str, after: float
) -> None:
    killer = threading.Timer(after, here.kill, [victim])
    killer.start()
    _send(here.port, key, batch, diary)
    killer.join()


def _repeat(port: int, key: str, diary: Diary) -> None:
    """Send again what was not answered, with the same keys, as a client would."""
    open_orders, diary.unanswered = diary.unanswered, {}
    _send(port, key, open_orders, diary)
    if diary.unanswered:
        raise TimeoutError(f"{len(diary.unanswered)} orders were not answered by an installation that runs.")


def _send(port: int, key: str, orders: Mapping[str, Mapping[str, Any]], diary: Diary) -> None:
    def work(part: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        for name, order in part:
            try:
                with Caller(port, key) as caller:
                    answer = caller.post("/api/v1/appointments", order, name)
            except (OSError, HTTPException):
                diary.unanswered[name] = order
                continue
            if answer.status == 201:
                diary.acknowledged[name] = answer.body["id"]
            elif answer.status >= 500:
                diary.unanswered[name] = order
            else:
                diary.refused.append(f"{name}: {answer.status} {answer.body}")

    rows = list(orders.items())
    with ThreadPoolExecutor(_WRITERS) as pool:
        list(pool.map(work, [rows[n::_WRITERS] for n in range(_WRITERS)]))


def _faults(url: str, diary: Diary) -> dict[str, int]:
    """Return how many acknowledged bookings are not there as they were acknowledged, and everything half."""
    with psycopg.connect(url) as connection:
        connection.execute("SELECT set_config('vesicle.clinic', '*', false)")
        booked = connection.execute(
            "SELECT substring(idempotency_key FROM ':(.*)'), id FROM scheduling_appointment WHERE state = 'booked'"
        )
        kept: dict[str, int] = dict(booked.fetchall())
        faults = {"lost": sum(kept.get(name) != number for name, number in diary.acknowledged.items())}
        faults["bookings that nobody was told of"] = len(kept.keys() - diary.acknowledged.keys())
        for words, question in CHECKS.items():
            ((faults[words],),) = connection.execute(question.encode()).fetchall()
    return faults


def _working_in(folder: Path) -> list[int]:
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if link.samefile(folder) and is_alive(int(link.parent.name)):
                found.append(int(link.parent.name))
        except OSError:
            continue
    return found


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def in_words(result: Mapping[str, Any]) -> str:
    """Say what came out."""
    deaths = ", ".join(f"{name} {count}" for name, count in result["kills"].items())
    half = "; ".join(f"{count} {words}" for words, count in result["left_half"].items()) or "nothing"
    return (
        f"Killed in mid-booking: {deaths}. {result['acknowledged']} bookings acknowledged, {result['lost']} lost, "
        f"{result['refused']} refused. Left half: {half}."
    )


CRASH = Benchmark(
    "crash",
    "kill the web server and the database in mid-booking: nothing acknowledged is lost",
    {"kills": (200, "how many kills")},
    run,
    in_words,
)
