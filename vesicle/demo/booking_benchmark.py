"""The race for the last time: several desks want the same device at the same moment, again and again.

Each race must have exactly one winner, everybody else a clean refusal, and no two claims may ever overlap. The
reference is what the same desks could at best do in the same database: one row each in a transaction of its own.
"""

import time
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db import connection

from vesicle.candidacy import services as candidacy
from vesicle.clinic.models import Location
from vesicle.core import clock
from vesicle.core.benchmarks import Benchmark, Desks, scratch_database
from vesicle.core.errors import Invalid, JustTaken
from vesicle.core.scope import clinic_scope
from vesicle.demo.answers import healthy
from vesicle.demo.world import World, build
from vesicle.people import services as people
from vesicle.people.identity import patient_actor
from vesicle.people.models import Patient
from vesicle.scheduling import queries, services
from vesicle.scheduling.models import Appointment

OPTION, AREAS = "exosome-therapy/microneedling", ("full-face",)
_OVERLAPS = """
SELECT count(*) FROM scheduling_claim a JOIN scheduling_claim b
  ON a.resource_id = b.resource_id AND a.id < b.id AND a.period && b.period
WHERE a.is_active AND b.is_active
"""


def run(options: Mapping[str, int], say: Callable[[str], None]) -> dict[str, Any]:
    """Hold ``races`` races between ``desks`` desks in a scratch database; return winners, losers, overlaps, times."""
    races, desks = options["races"], options["desks"]
    if races < 1 or not 2 <= desks <= 32:
        raise Invalid("Ask for at least one race, between 2 and 32 desks.", fields={"desks": "From 2 to 32."})
    with scratch_database():
        say("building a clinic in a scratch database")
        world = build(clock.now(), lambda what: None)
        with clinic_scope(world.clinic.pk), Desks(desks) as crew:
            runners = [_patient(world, number) for number in range(desks)]
            result = _races(world, runners, crew, races, say)
            bare = _bare(crew, desks, races)
    ours = result.pop("seconds")
    return {
        "races": races,
        "desks": desks,
        **result,
        "seconds": round(ours, 2),
        "bare_seconds": round(bare, 2),
        "ratio": round(ours / bare, 1),
    }


def _patient(world: World, number: int) -> Patient:
    place = world.locations["portland"]
    born = date(1985, 1, 1 + number % 28)
    patient = people.register_patient(
        by=world.system,
        first_name="Runner",
        last_name=f"Number {number}",
        date_of_birth=born,
        email=f"runner{number}@example.com",
        time_zone=place.time_zone,
    )
    answers = healthy(born=born, areas=AREAS, skin="II")
    candidacy.screen(by=patient_actor(patient), answers=answers, option=OPTION, patient=patient)
    return patient


def _races(world: World, runners: list[Patient], crew: Desks, races: int, say: Callable[[str], None]) -> dict[str, Any]:
    place = world.locations["portland"]
    start = _a_time(world, place)
    winners = losers = double = 0
    errors: list[str] = []
    spent = 0.0
    for race in range(1, races + 1):
        acts = [partial(_book, patient, place, start) for patient in runners]
        began = time.perf_counter()
        outcomes = crew.at_once(acts)
        spent += time.perf_counter() - began
        won = [outcome for outcome in outcomes if isinstance(outcome, Appointment)]
        winners += len(won)
        losers += sum(isinstance(outcome, JustTaken) for outcome in outcomes)
        double += max(0, len(won) - 1) + overlaps()
        errors += [repr(o) for o in outcomes if isinstance(o, Exception) and not isinstance(o, JustTaken)]
        for booked in won:
            services.cancel(by=world.system, appointment=booked, now=clock.now())
        if race % 250 == 0:
            say(f"  {race} of {races} races")
    return {
        "winners": winners,
        "refused": losers,
        "double_bookings": double,
        "errors": len(errors),
        "first_errors": errors[:3],
        "seconds": spent,
    }


def _a_time(world: World, place: Location) -> Any:
    """Return a time for which there is exactly one needling pen to be had."""
    today = clock.day_in(place.time_zone, clock.now())
    found = queries.slots(
        world.system,
        option_id=OPTION,
        areas=AREAS,
        location_id=place.pk,
        from_=today + timedelta(days=2),
        to=today + timedelta(days=9),
        now=clock.now(),
    )
    return found[0].start


def _book(patient: Patient, place: Location, start: Any) -> Appointment:
    return services.book_at(
        by=patient_actor(patient),
        option_id=OPTION,
        areas=AREAS,
        location_id=place.pk,
        start=start,
        patient=patient,
        now=clock.now(),
    )


def overlaps() -> int:
    """Return how many pairs of active claims lie on one resource at the same time. It has to be none."""
    with connection.cursor() as cursor:
        cursor.execute(_OVERLAPS)
        return int(cursor.fetchone()[0])


def _bare(crew: Desks, desks: int, races: int) -> float:
    """Return the seconds in which the same desks write one row each, in a transaction of its own, as often."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_bare (id bigserial PRIMARY KEY, at timestamptz, words text)")

    def insert() -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO bench_bare (at, words) VALUES (now(), 'one row')")

    began = time.perf_counter()
    for _ in range(races):
        crew.at_once([insert] * desks)
    return time.perf_counter() - began


def in_words(result: Mapping[str, Any]) -> str:
    """Say what came out."""
    return (
        f"{result['races']} races between {result['desks']} desks: {result['winners']} winners, "
        f"{result['refused']} clean refusals, {result['double_bookings']} double bookings, {result['errors']} errors.\n"
        f"{result['seconds']} s; bare inserts of one row took {result['bare_seconds']} s; ratio {result['ratio']}."
    )


BOOKING = Benchmark(
    "booking",
    "several desks want the last time: exactly one gets it",
    {"races": (2000, "how many races"), "desks": (4, "how many desks in each")},
    run,
    in_words,
)
