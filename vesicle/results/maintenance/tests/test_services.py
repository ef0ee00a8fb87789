"""The reminder of a finished course: planned, planned anew, written once, kept back, moved and cancelled."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connections, transaction

from vesicle.core import clock, periodic
from vesicle.core.audit import AuditEntry
from vesicle.core.errors import Conflict, Invalid, NotFound, NotPermitted
from vesicle.core.scope import clinic_scope
from vesicle.people import messages
from vesicle.people import services as people
from vesicle.people.domain import is_quiet
from vesicle.people.models import Message
from vesicle.results.maintenance import services
from vesicle.results.maintenance.tests.situations import COURSE, PEEL, faded, only, photographed
from vesicle.results.maintenance.writing import GIVE_UP, run_due
from vesicle.results.models import MaintenanceReminder, PhotoChange
from vesicle.results.tests.cohorts import a_course, copied, visit_after
from vesicle.scheduling.models import Appointment
from vesicle.treatment.models import Encounter

ENDS = MaintenanceReminder.Outcome


@pytest.fixture
def peeled(path):
    """Pia after a superficial peel on December 1, whose protocol says: every one to three months, by habit."""
    return path(option=PEEL).treated()


def letters():
    return list(Message.objects.filter(kind="maintenance"))


def at(row, **later):
    return row.look_at + timedelta(**later)


class TestPlanning:
    def test_a_single_visit_is_reminded_of_after_the_protocols_interval(self, peeled):
        row = only()
        assert (row.encounter, row.due_on, row.basis) == (peeled.encounter, date(2027, 1, 1), "interval")
        assert row.look_at == datetime(2027, 1, 1, 18, tzinfo=UTC)  # ten in Portland, in winter
        assert AuditEntry.objects.filter(code="results.maintenance-planned").count() == 1

    def test_where_nobody_knows_an_interval_nothing_is_planned_and_nothing_sent(self, treated):
        row = only()
        assert (row.due_on, row.look_at, row.basis) == (None, None, "")
        assert run_due(now=clock.now() + timedelta(days=2000)) == 0
        assert letters() == []

    def test_what_was_measured_moves_it_inside_the_protocols_bounds(self, peeled):
        faded(peeled)
        now = peeled.after(weeks=3)
        run_due(now=now)
        row = only()
        assert (row.basis, row.due_on) == ("measured", date(2027, 3, 1))  # the longest interval is three months
        assert row.measured["measure"] == "texture"
        assert row.measured["lost"] == 0.75

    def test_without_a_known_interval_what_was_measured_leads_alone(self, treated):
        faded(treated)
        MaintenanceReminder.objects.update(planned_at=treated.encounter.started_at)
        photographs_of(treated, "wrinkles")
        run_due(now=treated.after(weeks=20))
        row = only()
        assert row.basis == "measured"
        weeks = (row.due_on - date(2026, 12, 1)).days / 7
        assert weeks == pytest.approx(row.measured["back"] - 4, abs=0.2)

    def test_a_withdrawn_consent_to_photographs_leaves_the_interval(self, peeled):
        faded(peeled)
        run_due(now=peeled.after(weeks=3))
        peeled.agree_to_photographs(yes=False)
        photographed_again = only()
        assert photographed_again.basis == "measured"
        run_due(now=at(photographed_again))
        assert only().basis == "interval"

    def test_new_values_plan_it_anew_until_it_is_written(self, peeled):
        faded(peeled, COURSE[:3])
        run_due(now=peeled.after(weeks=3))
        assert only().basis == "interval"  # too few values after the best
        for week, value in COURSE[3:]:
            photographed(peeled, week, value)
        MaintenanceReminder.objects.update(planned_at=peeled.encounter.started_at)
        run_due(now=peeled.after(weeks=4))
        assert only().basis == "measured"

    def test_signing_again_plans_nothing_twice(self, peeled):
        services.plan_course(peeled.nurse, peeled.encounter, clock.now())
        assert MaintenanceReminder.objects.count() == 1
        with pytest.raises(IntegrityError), transaction.atomic():
            copied(only())

    def test_a_new_visit_takes_the_place_of_the_course_before(self, peeled):
        second = visit_after(peeled, weeks=3)
        services.plan_course(peeled.nurse, second, clock.now())
        first, other = MaintenanceReminder.objects.order_by("pk")
        assert (first.outcome, other.outcome, other.encounter) == (ENDS.FOLLOWED, "", second)

    def test_a_course_is_reminded_of_after_its_last_visit(self, peeled):
        MaintenanceReminder.objects.all().delete()
        series = a_course(peeled)
        first = Encounter.objects.get(pk=peeled.encounter.pk)
        services.plan_course(peeled.nurse, first, clock.now())
        assert not MaintenanceReminder.objects.exists()
        second = visit_after(peeled, weeks=3, series_id=series.pk, position=2)
        for _ in range(2):
            services.plan_course(peeled.nurse, second, clock.now())
        row = only()
        assert (row.series, row.encounter, row.due_on) == (series, second, date(2027, 1, 22))


def photographs_of(path, measure):
    """Compare something else in the photographs there are."""
    for row in list(PhotoChange.objects.all()):
        copied(row, measure=measure, method=f"{measure}/1+paired/1")


class TestWriting:
    def test_says_why_promises_nothing_and_leads_to_booking(self, peeled):
        row = only()
        assert run_due(now=at(row, minutes=-1)) == 0
        assert run_due(now=at(row)) == 1
        (letter,) = letters()
        assert "The usual interval after the last visit is 1 to 3 months." in letter.body
        assert f"/book/?option={PEEL}" in letter.body
        assert "/my/results/" in letter.body
        assert "December 1, 2026" in letter.body
        assert "nobody can promise" in letter.body
        assert "habit" not in letter.body  # this interval has its sources
        assert (only().outcome, only().written_at) == (ENDS.WRITTEN, at(row))

    def test_says_what_was_measured_where_it_was(self, peeled):
        faded(peeled)
        run_due(now=peeled.after(weeks=3))
        assert run_due(now=at(only())) == 1
        (letter,) = letters()
        assert "Since then about three quarters of it has gone again, more than measurement noise." in letter.body
        assert "(between " in letter.body

    def test_speaks_the_patients_language(self, peeled):
        peeled.patient.language = "es"
        peeled.patient.save()
        faded(peeled)
        run_due(now=peeled.after(weeks=3))
        run_due(now=at(only()))
        (letter,) = letters()
        assert letter.body.startswith("Hola")
        assert "tres cuartas partes" in letter.body
        assert "Since then" not in letter.body.partition("* * *")[0]

    def test_leaves_once_however_often_workers_look(self, peeled):
        now = at(only())
        assert [run_due(now=now + timedelta(days=day)) for day in (0, 0, 1, 400)] == [1, 0, 0, 0]
        messages.send_due(now=now)
        assert letters()[0].sent_at == now
        with pytest.raises(Conflict):
            services.move(by=peeled.nurse, reminder=only(), on=date(2027, 5, 1), reason="Asked for it", now=now)
        with pytest.raises(Conflict):
            services.cancel(by=peeled.nurse, reminder=only(), reason="Too late", now=now)

    def test_waits_for_the_patients_morning(self, peeled):
        peeled.patient.time_zone = "Asia/Tokyo"
        peeled.patient.save()
        now = datetime(2027, 1, 1, 18, tzinfo=UTC)
        assert run_due(now=now) == 0
        moment = only().look_at
        assert moment > now
        assert not is_quiet(moment, "Asia/Tokyo")
        assert run_due(now=moment) == 1
        messages.send_due(now=moment)
        assert letters()[0].sent_at == moment

    def test_ends_where_the_patient_allows_no_way(self, peeled):
        peeled.patient.email_allowed = peeled.patient.sms_allowed = False
        peeled.patient.save()
        run_due(now=at(only()))
        assert (only().outcome, letters()) == (ENDS.UNREACHABLE, [])

    def test_goes_as_a_text_that_names_no_treatment_where_only_texts_are_allowed(self, peeled):
        patient = peeled.patient
        patient.email_allowed, patient.sms_allowed, patient.phone = False, True, "+1 503 555 0142"
        patient.save()
        assert run_due(now=at(only())) == 1
        (letter,) = letters()
        assert letter.channel == "sms"
        assert "peel" not in letter.body.lower()

    @pytest.mark.parametrize("state", ["booked", "arrived"])
    def test_waits_while_a_further_visit_is_booked(self, peeled, state):
        row = only()
        was = Appointment.objects.get(pk=peeled.encounter.appointment_id)
        ahead = timedelta(weeks=8)
        other = copied(was, state=state, starts_at=was.starts_at + ahead, ends_at=was.ends_at + ahead)
        assert run_due(now=at(row)) == 0
        assert (only().waits, only().outcome) == ("booked", "")
        Appointment.objects.filter(pk=other.pk).update(state="cancelled")
        assert run_due(now=at(row, hours=1)) == 0  # looks once a day
        assert run_due(now=only().look_at) == 1
        assert only().waits == ""

    def test_waits_while_there_is_a_hold(self, peeled):
        row = only()
        hold = people.place_hold(by=peeled.nurse, patient=peeled.patient, reason="A nodule is looked at.")
        assert run_due(now=at(row)) == 0
        assert only().waits == "hold"
        people.release_hold(by=peeled.nurse, hold=hold, reason="Nothing found.")
        assert run_due(now=only().look_at) == 1

    def test_waits_while_the_answers_speak_against_it(self, peeled):
        row = only()
        with clock.pretend(at(row, days=-1)):
            peeled.screened(**{"SCR-PREG": answer("yes")})
        assert run_due(now=at(row)) == 0
        assert only().waits == "not-suitable"

    def test_is_given_up_where_it_waited_too_long(self, peeled):
        row = only()
        people.place_hold(by=peeled.nurse, patient=peeled.patient, reason="A nodule is looked at.")
        run_due(now=at(row))
        run_due(now=at(row) + GIVE_UP + timedelta(days=2))
        assert (only().outcome, letters()) == (ENDS.LATE, [])

    def test_is_not_written_after_a_visit_that_came_in_between(self, peeled):
        row = only()
        visit_after(peeled, weeks=3)
        run_due(now=at(row))
        assert (only().outcome, letters()) == (ENDS.FOLLOWED, [])

    def test_one_that_cannot_be_written_is_tried_again_and_holds_up_nobody(self, peeled, monkeypatch):
        row = only()
        monkeypatch.setattr("vesicle.results.maintenance.writing._words", lambda *given: 1 / 0)
        assert run_due(now=at(row)) == 0
        monkeypatch.undo()
        assert run_due(now=at(row, minutes=16)) == 1


class TestMoving:
    def test_stays_where_staff_put_it_whatever_is_measured(self, peeled):
        services.move(
            by=peeled.house.actor("rosa"), reminder=only(), on=date(2027, 5, 3), reason="Abroad", now=clock.now()
        )
        faded(peeled)
        run_due(now=peeled.after(weeks=4))
        row = only()
        assert (row.basis, row.due_on, row.reason, row.chosen_by.name) == (
            "chosen", date(2027, 5, 3), "Abroad", peeled.house.cast.rosa.name,
        )  # fmt: skip
        assert run_due(now=at(row)) == 1
        assert AuditEntry.objects.get(code="results.maintenance-moved").detail["reason"] == "Abroad"

    @pytest.mark.parametrize(
        ("on", "reason", "field"),
        [
            (date(2026, 11, 30), "Abroad", "on"),
            (date(2030, 1, 1), "Abroad", "on"),
            (date(2027, 5, 3), " ", "reason"),
        ],
    )
    def test_needs_a_day_to_come_and_a_reason(self, peeled, on, reason, field):
        with pytest.raises(Invalid) as refused:
            services.move(by=peeled.nurse, reminder=only(), on=on, reason=reason, now=clock.now())
        assert set(refused.value.fields) == {field}

    def test_gives_a_day_where_nobody_knew_one(self, treated):
        services.move(by=treated.nurse, reminder=only(), on=date(2027, 6, 1), reason="As we agreed", now=clock.now())
        assert run_due(now=only().look_at) == 1
        assert "usual interval" not in letters()[0].body

    def test_cancelled_is_not_written_and_may_be_moved_again(self, peeled):
        row = only()
        services.cancel(by=peeled.nurse, reminder=row, reason="Moves away", now=clock.now())
        assert (only().outcome, run_due(now=at(row))) == (ENDS.CANCELLED, 0)
        with pytest.raises(Conflict):
            services.cancel(by=peeled.nurse, reminder=row, reason="Again", now=clock.now())
        services.move(by=peeled.nurse, reminder=row, on=date(2027, 5, 3), reason="Came back", now=clock.now())
        assert run_due(now=only().look_at) == 1

    def test_stops_a_letter_that_is_written_and_has_not_left(self, peeled):
        now = at(only())
        run_due(now=now)
        services.cancel(by=peeled.nurse, reminder=only(), reason="Called us", now=now)
        messages.send_due(now=now)
        assert letters()[0].sent_at is None
        assert only().outcome == ENDS.CANCELLED
        with pytest.raises(Conflict):  # its letter was written: a course is reminded of once
            services.move(by=peeled.nurse, reminder=only(), on=date(2027, 5, 3), reason="After all", now=now)

    def test_is_for_the_clinics_own_staff(self, peeled):
        give = {"reminder": only(), "reason": "Abroad", "now": clock.now()}
        with pytest.raises(NotPermitted):
            services.cancel(by=peeled.me, **give)
        with pytest.raises(NotFound):
            services.cancel(by=peeled.house.actor("otto"), **give)


def test_the_worker_writes_it_by_itself(peeled):
    [job] = [job for job in periodic.JOBS if job.name == "reminders of maintenance"]
    with clock.pretend(at(only())):
        job.run()
    assert len(letters()) == 1


def answer(value):
    from vesicle.candidacy.domain import Answer

    return Answer(value)


@pytest.mark.django_db(transaction=True)
def test_several_workers_at_once_write_one_letter(transactional_db):
    from vesicle.people.tests.cast import gather
    from vesicle.treatment.tests.situations import MONDAY, Path, open_house

    cast = gather()
    with clinic_scope(cast.clinic.pk), clock.pretend(MONDAY):
        Path(open_house(cast), cast.pia, option=PEEL).treated()
        now = only().look_at
    start, written = threading.Barrier(3), []

    def work():
        try:
            start.wait()
            written.append(run_due(now=now))
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(written) == [0, 0, 1]
    with clinic_scope(cast.clinic.pk):
        assert len(letters()) == 1
