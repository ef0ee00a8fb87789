"""The race for the last time, over HTTP: many clients want one device at one moment, again and again.

Each round must have exactly one winner; everybody else is told what is free, and no two claims may ever overlap. Then
the throughput of bookings that are in nobody's way, against what the same database does bare: the same rows in plain
SQL, and one row a transaction.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connection

from vesicle.clinic.models import Resource
from vesicle.core import clock, postgres
from vesicle.core.actor import Actor
from vesicle.core.benchmarks import Benchmark, scratch_database
from vesicle.core.errors import Invalid
from vesicle.core.scope import clinic_scope
from vesicle.demo.scenario import LOCATION, SERVICE, Loaded, load
from vesicle.demo.serving import Answer, Caller, at_once, served
from vesicle.interop.services import make_key
from vesicle.scheduling.models import Appointment

_DAYS = 90
OVERLAPS = """
SELECT count(*) FROM scheduling_claim a JOIN scheduling_claim b
  ON a.resource_id = b.resource_id AND a.place = b.place AND a.id < b.id AND a.period && b.period
WHERE a.is_active AND b.is_active
"""


def run(options: Mapping[str, Any], say: Callable[[str], None]) -> dict[str, Any]:
    """Hold ``rounds`` races between ``clients`` over HTTP, then bookings; return counts and rates."""
    rounds, clients = options["rounds"], options["clients"]
    if rounds < 1 or not 2 <= clients <= 200:
        raise Invalid("Ask for at least one round, between 2 and 200 clients.", fields={"clients": "From 2 to 200."})
    with scratch_database():
        say("setting up a location in a scratch database")
        loaded = load(_empty_house())
        with clinic_scope(loaded.clinic.pk):
            key = make_key(by=Actor.system(loaded.clinic.pk, "benchmark"), name="benchmark")[1]
            url = _url_of(connection.settings_dict["NAME"])
            with served(url, workers=options["workers"]) as port:
                starts = _starts(port, key)
                say(f"{rounds} rounds between {clients} clients")
                race = _race(port, key, starts[:: len(starts) // rounds][:rounds], clients)
                say(f"{options['bookings']} bookings by {options['writers']} writers")
                paid = _throughput(port, key, options["bookings"], options["writers"])
            bare = _bare(loaded, url, options["bookings"], options["writers"])
            result = {"rounds": rounds, "clients": clients, **race, "overlaps": overlaps(), **paid, **bare}
    rate = paid["bookings_per_second"]
    result["share_of_same_rows"] = round(rate / bare["same_rows_per_second"], 2)
    result["share_of_one_row"] = round(rate / bare["one_row_per_second"], 2)
    return result


def _empty_house() -> dict[str, Any]:
    """Return a scenario without bookings: ten providers, six rooms and six devices, every day from nine to seven."""
    meta = {
        "providers": 10, "rooms": 6, "devices": 6, "open": 540, "close": 1140, "tz": "America/New_York",
        "start": clock.now().date().isoformat(), "service": 60, "buffer_before": 15, "buffer_after": 15,
    }  # fmt: skip
    return {"meta": meta, "bookings": []}


def _url_of(database: str) -> str:
    return urlunsplit(urlsplit(postgres.database_url())._replace(path=f"/{database}"))


def _starts(port: int, key: str) -> list[str]:
    """Return starts that are in nobody's way: the first of each day's, then two hours apart."""
    today = clock.now().date()
    first, last = today + timedelta(days=2), today + timedelta(days=2 + _DAYS)
    with Caller(port, key) as caller:
        found = caller.get(f"/api/v1/slots?location={LOCATION}&option={SERVICE}&from={first}&to={last}").body["slots"]
    chosen: list[str] = []
    for slot in found:
        if not chosen or datetime.fromisoformat(slot["start"]) - datetime.fromisoformat(chosen[-1]) >= timedelta(
            hours=2
        ):
            chosen.append(slot["start"])
    return chosen


def order_for(start: str, number: int, **wish: str) -> dict[str, Any]:
    """Return the body of a booking for one of many people."""
    person = {
        "first_name": "Runner",
        "last_name": f"Number {number}",
        "date_of_birth": date(1985, 1, 1 + number % 28).isoformat(),
        "email": f"runner{number}@example.com",
    }
    return {"location": LOCATION, "option": SERVICE, "start": start, "patient": person, **wish}


def _race(port: int, key: str, starts: Sequence[str], clients: int) -> dict[str, Any]:
    callers = [Caller(port, key) for _ in range(clients)]
    winners = not_one = told = errors = 0
    for number, start in enumerate(starts):
        acts: list[Callable[[], Answer]] = [
            partial(
                caller.post, "/api/v1/appointments", order_for(start, runner, device="Device 0"), f"{number}/{runner}"
            )
            for runner, caller in enumerate(callers)
        ]
        answers: list[Answer] = at_once(list(acts))
        won = sum(answer.status == 201 for answer in answers)
        winners += won
        not_one += won != 1
        told += sum(answer.status == 409 and bool(answer.body.get("alternatives")) for answer in answers)
        errors += sum(answer.status not in (201, 409) for answer in answers)
    for caller in callers:
        caller.__exit__()
    return {"winners": winners, "rounds_without_one_winner": not_one, "told_what_is_free": told, "errors": errors}


def _throughput(port: int, key: str, bookings: int, writers: int) -> dict[str, Any]:
    """Return how fast bookings are made that are in nobody's way: one device each, hours apart."""
    orders = [
        order_for(start, number, device=f"Device {device}")
        for number, (start, device) in enumerate(
            (start, device) for start in _starts(port, key) for device in range(1, 6)
        )
    ][:bookings]
    numbers: Iterator[int] = count()

    def write(_: int) -> list[Answer]:
        found = []
        with Caller(port, key) as caller:
            while (number := next(numbers)) < len(orders):
                found.append(caller.post("/api/v1/appointments", orders[number], f"distinct {number}"))
        return found

    began = time.perf_counter()
    with ThreadPoolExecutor(writers) as pool:
        answers = [answer for part in pool.map(write, range(writers)) for answer in part]
    took = time.perf_counter() - began
    times = sorted(answer.seconds for answer in answers)
    return {
        "bookings": sum(answer.status == 201 for answer in answers),
        "not_booked": sum(answer.status != 201 for answer in answers),
        "bookings_per_second": round(len(answers) / took, 1),
        "median_ms": round(times[len(times) // 2] * 1000, 1),
        "p95_ms": round(times[int(len(times) * 0.95)] * 1000, 1),
    }


def overlaps() -> int:
    """Return how many pairs of active claims lie on one place at the same time. It has to be none."""
    with connection.cursor() as cursor:
        cursor.execute(OVERLAPS)
        return int(cursor.fetchone()[0])


_SAME_ROWS = """
WITH made AS (
    INSERT INTO scheduling_appointment (clinic_id, patient_id, location_id, provider_id, service_id, option, areas,
        starts_at, ends_at, state, note, calendar_sequence, idempotency_key, idempotency_print, created_at)
    VALUES (%(clinic)s, %(patient)s, %(location)s, %(resource)s, %(service)s, 'bare', '{}', %(from)s, %(to)s, 'booked',
        '', 0, %(key)s, '', now()) RETURNING id)
INSERT INTO scheduling_claim (clinic_id, appointment_id, resource_id, phase, phase_starts_at, phase_ends_at, period,
    place, is_active)
SELECT %(clinic)s, made.id, resource, 'bare', %(from)s, %(to)s, tstzrange(%(from)s, %(to)s), 0, true
FROM made, unnest(%(resources)s::bigint[]) AS resource
"""


def _bare(loaded: Loaded, url: str, rows: int, writers: int) -> dict[str, Any]:
    """Return transactions a second of the same database without us: the same rows, and one row."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_bare (id bigserial PRIMARY KEY, at timestamptz, words text)")
    some = Appointment.objects.filter(service=loaded.service).first()
    pools = [
        list(Resource.objects.filter(kind=kind).order_by("pk").values_list("pk", flat=True))
        for kind in ("provider", "room", "device")
    ]
    beginning = clock.now() + timedelta(days=400)

    def booking(cursor: psycopg.Cursor[Any], number: int) -> None:
        resources = [pool[number % 6] for pool in pools]
        start = beginning + timedelta(hours=2 * (number // 6))
        cursor.execute("SELECT id FROM clinic_resource WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [resources])
        cursor.execute(
            _SAME_ROWS,
            {
                "clinic": loaded.clinic.pk, "patient": some.patient_id if some else None,
                "location": loaded.location.pk, "service": loaded.service.pk, "resource": resources[0],
                "resources": resources, "from": start, "to": start + timedelta(minutes=90), "key": f"bare {number}",
            },
        )  # fmt: skip

    def one_row(cursor: psycopg.Cursor[Any], number: int) -> None:
        cursor.execute("INSERT INTO bench_bare (at, words) VALUES (now(), 'one row')")

    return {
        "same_rows_per_second": _rate(url, loaded.clinic.pk, rows, writers, booking),
        "one_row_per_second": _rate(url, loaded.clinic.pk, rows, writers, one_row),
    }


def _rate(url: str, clinic_id: int, rows: int, writers: int, act: Callable[[psycopg.Cursor[Any], int], None]) -> float:
    numbers: Iterator[int] = count()

    def write(_: int) -> None:
        with psycopg.connect(url) as own, own.cursor() as cursor:
            cursor.execute("SELECT set_config('vesicle.clinic', %s, false)", [str(clinic_id)])
            own.commit()
            while (number := next(numbers)) < rows:
                act(cursor, number)
                own.commit()

    began = time.perf_counter()
    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(write, range(writers)))
    return round(rows / (time.perf_counter() - began), 1)


def in_words(result: Mapping[str, Any]) -> str:
    """Say what came out."""
    return (
        f"{result['rounds']} rounds between {result['clients']} clients: {result['winners']} winners, "
        f"{result['rounds_without_one_winner']} rounds without exactly one, {result['told_what_is_free']} losers told "
        f"what is free, {result['errors']} errors, {result['overlaps']} overlaps.\n"
        f"{result['bookings']} distinct bookings at {result['bookings_per_second']} a second "
        f"(median {result['median_ms']} ms, 95 % within {result['p95_ms']} ms).\n"
        f"Bare: the same rows in plain SQL {result['same_rows_per_second']} a second (we reach "
        f"{result['share_of_same_rows']:.0%}), one row {result['one_row_per_second']} a second "
        f"({result['share_of_one_row']:.0%})."
    )


BOOKING = Benchmark(
    "booking",
    "many clients want the last time over HTTP: exactly one gets it; and how many bookings a second",
    {
        "rounds": (40, "how many races"),
        "clients": (50, "how many clients in each"),
        "bookings": (1000, "how many bookings to measure the throughput by"),
        "writers": (16, "how many clients make them"),
        "workers": (2, "processes of the web server"),
    },
    run,
    in_words,
)
