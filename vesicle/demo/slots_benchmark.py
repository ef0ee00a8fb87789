"""``vesicle bench slots``: every start with its resources, queries included, against plainer ways and another package.

In one run and on one database server: our search; the same statement with bare bitmaps; loops over bookings; and, for
providers alone, django-appointment in an environment of its own. Every start of ours is checked against the loops.
Times are the best of several, because other programs on the machine only ever add to them.
"""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from psycopg import sql

from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.benchmarks import Benchmark, scratch_database
from vesicle.core.errors import Conflict, Invalid
from vesicle.core.postgres import drop_database
from vesicle.core.scope import clinic_scope
from vesicle.demo.full_calendar import full_calendar
from vesicle.demo.load_benchmark import read_scenario
from vesicle.demo.scenario import SERVICE, Loaded, load
from vesicle.demo.slots_reference import Answer, Question, bare, naive, wrong_starts
from vesicle.scheduling import queries
from vesicle.scheduling import services as scheduling
from vesicle.scheduling.models import OpenService

_ROOT = Path(__file__).resolve().parents[2]
_PYTHON = _ROOT / ".venv-bench/bin/python"
_ALONE = "provider-alone"
_PATIENCE = 900
Say = Callable[[str], None]


def run(options: Mapping[str, Any], say: Say) -> dict[str, Any]:
    """Measure for each length and history; return times in milliseconds, ratios and how many starts were checked."""
    days, histories = _numbers(options["days"], "days"), _numbers(options["history"], "history")
    scenarios = [read_scenario(Path(options["file"]))] if options["file"] else [
        full_calendar(_next_monday(), max(days), history=history, seed=options["seed"]) for history in histories
    ]  # fmt: skip
    rows: list[dict[str, Any]] = []
    for scenario in scenarios:
        lengths = [length for length in days if length <= scenario["meta"]["days"]] or [scenario["meta"]["days"]]
        other = _ask_other(scenario, lengths, say) if not options["alone"] else {}
        with scratch_database():
            say(f"loading {len(scenario['bookings'])} bookings")
            loaded = load(scenario)
            with clinic_scope(loaded.clinic.pk):
                _add_provider_alone(loaded, scenario["meta"])
                with connection.cursor() as cursor:
                    cursor.execute("VACUUM ANALYZE")
                for length in lengths:
                    say(f"{length} days")
                    rows.append(_measured(loaded, scenario, length, options["times"], other.get(length)))
    return {"measured": rows, "times_each": options["times"], **_growth(rows)}


def _numbers(text: str, name: str) -> list[int]:
    try:
        found = sorted({int(part) for part in text.split(",")})
    except ValueError:
        found = []
    if not found or found[0] < 1 or found[-1] > 120:
        raise Invalid("Give whole numbers from 1 to 120, divided by commas.", fields={name: "For example 30,60,120."})
    return found


def _next_monday() -> date:
    today = clock.now().date()
    return today + timedelta(days=7 - today.weekday())


def _add_provider_alone(loaded: Loaded, meta: Mapping[str, Any]) -> None:
    scheduling.add_service(
        by=Actor.system(loaded.clinic.pk, "benchmark"), slug=_ALONE, name="Provider alone",
        kind=OpenService.Kind.OTHER, minutes=meta["service"], needs=["provider"],
        provider_before=meta["buffer_before"], provider_after=meta["buffer_after"],
    )  # fmt: skip


def _measured(
    loaded: Loaded, scenario: Mapping[str, Any], days: int, times: int, other: Mapping[str, Any] | None
) -> dict[str, Any]:
    meta = scenario["meta"]
    first = date.fromisoformat(meta["start"])
    question = Question(loaded, meta, first, first + timedelta(days=days - 1))
    actor = Actor.visitor(loaded.clinic.pk)

    def ask(option: str) -> list[queries.Slot]:
        return queries.slots(
            actor, option_id=option, areas=[], location_id=loaded.location.slug, from_=question.first,
            to=question.last, now=clock.now(),
        )  # fmt: skip

    ours, slots = _best(lambda: ask(SERVICE), times)
    bitmap, bare_count = _best(lambda: bare(question), times)
    loops, by_loops = _best(lambda: naive(question), 1)
    wrong = wrong_starts(slots, by_loops) + (bare_count != len(by_loops))
    alone, alone_slots = _best(lambda: ask(_ALONE), times)
    providers = naive(Question(loaded, meta, question.first, question.last, kinds=("provider",)))
    wrong += wrong_starts(alone_slots, providers)
    result = {
        "days": days, "bookings": len(scenario["bookings"]), "starts": len(slots), "wrong": wrong,
        "ours_ms": ours, "bare_ms": bitmap, "loops_ms": loops, "provider_alone_ms": alone,
        "provider_alone_starts": len(alone_slots),
        "times_bare": round(ours / bitmap, 2), "loops_times_ours": round(loops / ours, 1),
    }  # fmt: skip
    if other is not None:
        seconds = other["seconds"]
        result |= {
            "django_appointment_ms": round(seconds * 1000, 1),
            "django_appointment_times_ours": round(seconds * 1000 / alone, 1),
            "django_appointment_times_whole_question": round(seconds * 1000 / ours, 1),
            "django_appointment_wrong": _differences(other["found"], providers, meta),
        }
    return result


def _best(act: Callable[[], Any], times: int) -> tuple[float, Any]:
    """Return the shortest time in milliseconds, and the answer."""
    shortest, answer = float("inf"), None
    for _ in range(times):
        began = time.perf_counter()
        answer = act()
        shortest = min(shortest, time.perf_counter() - began)
    return round(shortest * 1000, 2), answer


def _growth(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return how much longer the same days take with the longest history than with the shortest."""
    found = {}
    for days in sorted({row["days"] for row in rows}):
        same = [row["ours_ms"] for row in rows if row["days"] == days]
        if len(same) > 1:
            found[str(days)] = round(same[-1] / same[0], 2)
    return {"longest_history_times_shortest": found} if found else {}


# --- django-appointment -----------------------------------------------------------------------


def _ask_other(scenario: Mapping[str, Any], days: Sequence[int], say: Say) -> dict[int, Mapping[str, Any]]:
    """Return its answers by days; empty, said aloud, where its environment is not there."""
    if not _PYTHON.exists():
        say("django-appointment is left out: make its environment with 'sh scripts/setup.sh bench'.")
        return {}
    say(f"django-appointment, {len(scenario['bookings'])} bookings")
    with _empty_database() as database:
        asked = {"meta": scenario["meta"], "bookings": scenario["bookings"], "days": days, "database": database}
        done = subprocess.run(  # noqa: S603  # our own script, in an environment made from our own lock
            [str(_PYTHON), "-I", str(_ROOT / "vesicle/demo/other_app.py")],
            input=json.dumps(asked), capture_output=True, text=True, timeout=_PATIENCE, check=False,
            env={"PATH": os.environ.get("PATH", "")},
        )  # fmt: skip
    if done.returncode:
        raise Conflict(f"django-appointment did not run: {done.stderr.strip()[-600:]}")
    return {one["days"]: one for one in json.loads(done.stdout.strip().splitlines()[-1])}


@contextmanager
def _empty_database() -> Iterator[dict[str, Any]]:
    name = f"vesicle_bench_other_{os.getpid()}"
    connection.ensure_connection()
    known = connection.connection.info
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield {
            "NAME": name, "USER": known.user, "PASSWORD": known.password, "HOST": known.host, "PORT": str(known.port),
        }  # fmt: skip
    finally:
        with connection.cursor() as cursor:
            drop_database(cursor, name)


def _differences(found: Sequence[tuple[str, int]], expected: Answer, meta: Mapping[str, Any]) -> int:
    """Return in how many (start, provider) its answer differs from the loops."""
    zone = ZoneInfo(meta["tz"])
    theirs = [datetime.fromisoformat(start).replace(tzinfo=zone).astimezone(UTC) for start, _ in found]
    ours = [start for start, could in expected.items() for _ in could["provider"]]
    return sum(abs(theirs.count(start) - ours.count(start)) for start in {*theirs, *ours})


def in_words(result: Mapping[str, Any]) -> str:
    """Say what came out."""
    lines = []
    for row in result["measured"]:
        line = (
            f"{row['days']} days, {row['bookings']} bookings: {row['starts']} starts in {row['ours_ms']} ms, queries "
            f"included ({row['wrong']} wrong); bare bitmaps {row['bare_ms']} ms, loops {row['loops_ms']} ms."
        )
        if "django_appointment_ms" in row:
            line += (
                f" Providers alone: {row['provider_alone_ms']} ms, "
                f"django-appointment {row['django_appointment_ms']} ms, {row['django_appointment_times_ours']} times "
                f"as long ({row['django_appointment_wrong']} differences)."
            )
        lines.append(line)
    return "\n".join([*lines, f"Each time is the best of {result['times_each']}."])


SLOTS = Benchmark(
    "slots",
    "every start of a busy location with its resources, against bare bitmaps, loops and django-appointment",
    {
        "days": ("30,60,120", "how many days to ask about"),
        "history": ("1,10", "how many times the bookings ahead are in the table"),
        "times": (15, "how often to measure"),
        "seed": (7, "seed of the calendar"),
        "file": ("", "a scenario to load instead"),
        "alone": (False, "leave django-appointment out"),
    },
    run,
    in_words,
)
