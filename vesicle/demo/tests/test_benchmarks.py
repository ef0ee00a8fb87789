"""The benchmarks' own checks bite: what would be half a booking is found, and a scenario of another form is refused."""

import json
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import connection

from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Invalid
from vesicle.core.scope import clinic_scope
from vesicle.demo.crash_benchmark import CHECKS
from vesicle.demo.load_benchmark import LOAD
from vesicle.demo.scenario import load
from vesicle.people.models import Patient
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
