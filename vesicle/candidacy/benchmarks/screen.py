"""``vesicle bench screen``: verdicts for one person and for a population, beside a general rules engine."""

from __future__ import annotations

import secrets
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any

from django.db import connection

from vesicle.candidacy.benchmarks.general_engine import compiled
from vesicle.candidacy.domain import Answers, evaluate_all, standard_catalogue
from vesicle.candidacy.domain.planes import Population
from vesicle.candidacy.domain.sheets import standard_layout
from vesicle.candidacy.simulation import awkward, simulate
from vesicle.clinic.models import Clinic
from vesicle.core import clock
from vesicle.core.benchmarks import scratch_database
from vesicle.core.errors import Invalid
from vesicle.core.scope import clinic_scope
from vesicle.protocols.library_files import load_library
from vesicle.protocols.schema.treatment import Option

ROUNDS = 5
BATCH = 20_000


def run(options: Mapping[str, int], say: Callable[[str], None]) -> dict[str, Any]:
    """Screen one person many times, and a population at once, from a scratch database; compare both."""
    people, alone, checked = options["people"], options["alone"], options["check"]
    if min(people, alone) < 1 or checked < 0:
        raise Invalid("Ask for at least one person.", fields={"people": "At least 1."})
    on = clock.now().date()
    offered = load_library().options()
    say(f"{len(offered)} options, {sum(len(option.rules) for option in offered)} rules")
    one = _one_by_one(offered, [each.answers for each in simulate(alone, seed=1, on=on)], on)
    many = _population(offered, people, on, say)
    differences = _differences(offered, checked, on, say)
    return {
        "options": len(offered),
        "rules": sum(len(option.rules) for option in offered),
        **one,
        **many,
        "person_ratio": round(one["reference_ms"] / one["person_ms"], 1),
        "population_ratio": round(one["reference_ms"] / 1000 * people / many["planes_s"]),
        "checked": checked,
        "differences": differences,
    }


def _one_by_one(options: Sequence[Option], people: Sequence[Answers], on: date) -> dict[str, float]:
    """Return the median milliseconds for all options: ours with every reason in words, and the reference's."""
    catalogue = standard_catalogue()
    reference = compiled(options, catalogue)
    ours, theirs = [], []
    differ = 0
    evaluate_all(options, people[0], on, catalogue=catalogue)
    # In turns, so that a machine that slows down slows both.
    for answers in people:
        began = time.perf_counter()
        verdicts = evaluate_all(options, answers, on, catalogue=catalogue)
        between = time.perf_counter()
        names = reference(answers, on)
        ours.append(between - began)
        theirs.append(time.perf_counter() - between)
        differ += names != [verdict.verdict for verdict in verdicts]
    return {
        "person_ms": round(statistics.median(ours) * 1000, 3),
        "person_95_ms": round(statistics.quantiles(ours, n=20)[-1] * 1000, 3) if len(ours) > 1 else 0,
        "reference_ms": round(statistics.median(theirs) * 1000, 3),
        "reference_differs": differ,
    }


def _population(options: Sequence[Option], count: int, on: date, say: Callable[[str], None]) -> dict[str, Any]:
    """Store a population in a scratch database, read it back, and judge it by all rules."""
    layout, catalogue = standard_layout(), standard_catalogue()
    with scratch_database():
        clinic = Clinic.objects.create(
            name="A large clinic", slug="large", jurisdiction="US", currency="USD", created_at=clock.now()
        )
        with clinic_scope(clinic.pk):
            say(f"storing {count:,} simulated people in a scratch database")
            _store(clinic.pk, count, on, say)
            say("reading and judging them")
            began = time.perf_counter()
            sheets = layout.read(b"".join(_stored(clinic.pk)))
            read = time.perf_counter()
            people = Population(sheets, layout, catalogue)
            split = time.perf_counter()
            rounds = []
            for _ in range(ROUNDS):
                start = time.perf_counter()
                verdicts = people.at(on).verdicts(options)
                rounds.append(time.perf_counter() - start)
    return {
        "people": len(sheets),
        "read_s": round(read - began, 2),
        "split_s": round(split - read, 2),
        "planes_s": round(statistics.median(rounds), 3),
        "whole_s": round(split - began + statistics.median(rounds), 2),
        "counts": {each.option: each.counts() for each in verdicts},
    }


_TEMPORARY = "CREATE TEMPORARY TABLE bench_sheet (place serial, token varchar, areas varchar[], sheet bytea)"
_COPY = "COPY bench_sheet (token, areas, sheet) FROM STDIN (FORMAT BINARY)"
# Through a table of its own: PostgreSQL does not copy straight into one that keeps clinics apart.
_INSERT = """
INSERT INTO candidacy_screening (clinic_id, token_hash, chosen_option, concerns, areas, interests, in_full,
    preferences, started_at, completed_at, sheet, sheet_layout)
SELECT %s, token, '', '{}', areas, '{}', '', '{}', %s, %s, sheet, %s FROM bench_sheet ORDER BY place
"""
_READ = "COPY (SELECT sheet FROM candidacy_screening WHERE clinic_id = %s ORDER BY id) TO STDOUT (FORMAT BINARY)"


def _store(clinic_id: int, count: int, on: date, say: Callable[[str], None]) -> None:
    layout, at = standard_layout(), clock.now()
    people = simulate(count, seed=7, on=on)
    stored = 0
    with connection.cursor() as cursor:
        cursor.execute(_TEMPORARY)
        while batch := list(islice(people, BATCH)):
            with cursor.copy(_COPY) as copy:
                copy.set_types(["varchar", "varchar[]", "bytea"])
                for person in batch:
                    sheet = layout.write(person.answers)
                    copy.write_row((secrets.token_hex(32), list(person.answers.areas), sheet))
            stored += len(batch)
            if stored % (BATCH * 10) == 0:
                say(f"  {stored:,}")
        cursor.execute(_INSERT, [clinic_id, at, at, layout.id])


def _stored(clinic_id: int) -> Iterator[bytes]:
    """Yield the clinic's sheets, in one read."""
    with connection.cursor() as cursor, cursor.copy(_READ, [clinic_id]) as copy:
        copy.set_types(["bytea"])
        for (sheet,) in copy.rows():
            yield sheet


def _differences(options: Sequence[Option], count: int, on: date, say: Callable[[str], None]) -> int:
    """Return for how many of ``count`` people, half of them made to be awkward, planes and engine disagree."""
    layout, catalogue = standard_layout(), standard_catalogue()
    wrong = done = 0
    makers = (simulate(-(-count // 2), seed=11, on=on), awkward(count // 2, seed=13, on=on))
    for people in makers:
        while batch := [person.answers for person in islice(people, BATCH)]:
            sheets = layout.read(b"".join(map(layout.write, batch)))
            found = [each.names() for each in Population(sheets, layout, catalogue).at(on).verdicts(options)]
            for answers, *names in zip(batch, *found, strict=True):
                engine = [verdict.verdict for verdict in evaluate_all(options, answers, on, catalogue=catalogue)]
                wrong += engine != names
            done += len(batch)
            say(f"  {done:,} of {count:,} compared with the engine, {wrong} differ")
    return wrong


def in_words(result: Mapping[str, Any]) -> str:
    """Say what came out."""
    one = (
        f"One person, all told: {result['person_ms']} ms at the median, {result['person_95_ms']} ms at the "
        f"95th percentile. The general engine takes {result['reference_ms']} ms, {result['person_ratio']} times that."
    )
    many = (
        f"{result['people']:,} people: {result['planes_s']} s once answers are planes; the general engine, person by "
        f"person, takes {result['population_ratio']:,} times as long. With reading them from the database "
        f"({result['read_s']} s) and making planes ({result['split_s']} s): {result['whole_s']} s."
    )
    checked = f"Compared with the engine: {result['checked']:,} people, {result['differences']} differ."
    return "\n".join([f"{result['options']} options, {result['rules']} rules.", one, many, checked])
