"""The benchmarks' own checks bite: what would be half a booking is found, and a scenario of another form is refused."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.core.management import call_command
from django.db import connection

from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Invalid
from vesicle.core.scope import clinic_scope
from vesicle.demo.crash_benchmark import CHECKS
from vesicle.demo.full_calendar import full_calendar
from vesicle.demo.load_benchmark import LOAD
from vesicle.demo.scenario import SERVICE, load
from vesicle.demo.slots_reference import Question, bare, naive, wrong_starts
from vesicle.people.models import Patient
from vesicle.scheduling import queries
from vesicle.scheduling import services as scheduling
from vesicle.scheduling.models import Appointment, Claim, Notice

TUESDAY = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
META = {
    "providers": 2, "rooms": 2, "devices": 1, "open": 540, "close": 1140, "tz": "America/New_York",
    "start": "2026-11-30", "service": 60, "buffer_before": 15, "buffer_after": 15, "closed_weekdays": [6],
}  # fmt: skip
BOOKED = {
    "date": "2026-11-30", "start": 615, "end": 675, "occ_start": 600, "occ_end": 690,
    "provider": 1, "room": 0, "device": 0,
}  # fmt: skip
CONSULT = BOOKED | {"start": 720, "end": 750, "occ_start": 705, "occ_end": 765, "room": None, "device": None}


def answers():
    with connection.cursor() as cursor:
        return {words: cursor.execute(question).fetchone()[0] for words, question in CHECKS.items()}


@pytest.fixture
def loaded(db, on_monday):
    return load({"meta": META, "bookings": [BOOKED, CONSULT]})


class TestScenario:
    def test_bookings_take_exactly_what_the_file_says(self, loaded, cast):
        with clinic_scope(loaded.clinic.pk):
            rows = Appointment.objects.order_by("starts_at")
            assert [row.starts_at.isoformat() for row in rows] == [
                "2026-11-30T15:15:00+00:00",
                "2026-11-30T17:00:00+00:00",
            ]
            assert [resource.name for resource in rows[0].taken] == ["Provider 1", "Room 0", "Device 0"]
            assert [resource.name for resource in rows[1].taken] == ["Provider 1"]
            assert (rows[0].service.slug, rows[1].service.slug) == ("open-treatment", "other-visit")
            assert rows[0].claims.first().period.lower.isoformat() == "2026-11-30T15:00:00+00:00"

    @pytest.mark.parametrize("scenario", [{}, {"meta": META}, {"meta": {"providers": 2}, "bookings": []}])
    def test_another_form_is_refused(self, db, scenario):
        with pytest.raises(Invalid):
            load(scenario)

    def test_a_file_that_is_none_is_refused_before_anything_is_made(self, tmp_path):
        (tmp_path / "bad.json").write_text("{", encoding="utf-8")
        for name in ("bad.json", "missing.json"):
            with pytest.raises(Invalid, match=name):
                LOAD.run({"FILE": str(tmp_path / name), "database": "never", "serve": False}, print)

    def test_the_command_lists_what_can_be_measured(self, capsys):
        with pytest.raises(SystemExit):
            call_command("bench", "--help")
        assert "crash" in json.dumps(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("words", "break_it"),
    [
        ("bookings that do not have three active claims", lambda: Claim.objects.filter(resource__kind="room").delete()),
        ("bookings without a remembered state", lambda: Appointment.objects.update(state="arrived")),
        ("bookings without a notice to the patient", lambda: Notice.objects.all().delete()),
    ],
)
def test_each_kind_of_half_booking_is_found(db, on_monday, words, break_it):
    loaded = load({"meta": META, "bookings": []})
    with clinic_scope(loaded.clinic.pk):
        scheduling.book_at(
            by=Actor.system(loaded.clinic.pk, "test"), option_id=loaded.service.slug, areas=[],
            location_id=loaded.location.pk, start=TUESDAY, patient=Patient.objects.first(), now=clock.now(),
        )  # fmt: skip
        assert not any(answers().values())
        break_it()
        assert answers()[words] == 1


class TestSlots:
    def test_search_bitmaps_and_loops_agree_and_a_wrong_answer_is_found(self, loaded):
        with clinic_scope(loaded.clinic.pk):
            question = Question(loaded, META | {"grid": 15}, TUESDAY.date() - timedelta(days=1), TUESDAY.date())
            slots = queries.slots(
                Actor.visitor(loaded.clinic.pk), option_id=SERVICE, areas=[], location_id=loaded.location.slug,
                from_=question.first, to=question.last, now=clock.now(),
            )  # fmt: skip
            expected = naive(question)
            # On Monday it is noon there; on Tuesday the first start is at 9:15 and the last at 17:45.
            assert len(expected) == bare(question) == 24 + 35
            assert wrong_starts(slots, expected) == 0
            assert wrong_starts(slots[1:], expected) == 1
            next(iter(expected.values()))["room"].clear()
            assert wrong_starts(slots, expected) == 1

    def test_a_full_calendar_is_full_in_its_hours_and_never_double_booked(self):
        made = full_calendar(TUESDAY.date(), 12, history=2, seed=1)
        assert made == full_calendar(TUESDAY.date(), 12, history=2, seed=1)
        ahead = [row for row in made["bookings"] if row["date"] >= TUESDAY.date().isoformat()]
        assert len(made["bookings"]) == 2 * len(ahead)
        spans = {}
        for row in made["bookings"]:
            assert 540 <= row["occ_start"] < row["start"] < row["end"] < row["occ_end"] <= 1140
            for kind in ("provider", "room", "device"):
                if row[kind] is not None:
                    spans.setdefault((row["date"], kind, row[kind]), []).append((row["occ_start"], row["occ_end"]))
        for taken in map(sorted, spans.values()):
            assert all(ends <= begins for (_, ends), (begins, _) in pairwise(taken))
        used = sum(row["occ_end"] - row["occ_start"] for row in ahead)
        assert 0.6 < used / (11 * 600 * 10) < 0.8
