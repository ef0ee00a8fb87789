"""A course is booked, moved and cancelled as one: all of it or nothing, with one letter."""

from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest
from django.core.management import call_command
from icalendar import Calendar

from vesicle.candidacy.models import ReviewDecision
from vesicle.clinic import services as clinics
from vesicle.core import clock
from vesicle.core.benchmarks import Desks
from vesicle.core.errors import Blocked, Conflict, Invalid, NotFound
from vesicle.demo.booking_benchmark import overlaps
from vesicle.people.models import Message
from vesicle.scheduling import courses, exams, services, shifting
from vesicle.scheduling.bookable import bookable
from vesicle.scheduling.domain import NoPlan, Session, gaps_hold
from vesicle.scheduling.models import Appointment, Claim, Notice, Reminder, Series
from vesicle.treatment.tests.situations import PLAIN, Path

S = Appointment.State


@pytest.fixture
def pia(house):
    return Path(house, house.cast.pia, option=PLAIN).cleared()


def plan_for(path, sessions=3, *, number=4, same_provider=True, by=None):
    """Return the plan that begins with a free time of tomorrow."""
    slot = path.free_times(by=by or path.me)[number]
    first = Session(
        slot.start.astimezone(slot.start.tzinfo),
        slot.start.date(),
        slot.start.hour * 60 + slot.start.minute,
        slot.of_kind("provider").pk,
    )
    what = bookable(path.house.cast.clinic.pk, path.option)
    return courses.propose(
        by or path.me,
        what,
        path.areas,
        path.where,
        sessions=sessions,
        first=first,
        now=clock.now(),
        same_provider=same_provider,
    )


def book(path, plan, **more):
    return services.book_course(
        by=more.pop("by", path.me),
        patient=path.patient,
        option_id=path.option,
        areas=path.areas,
        location_id=path.where.pk,
        starts=[one.start for one in plan],
        now=clock.now(),
        **more,
    )


def rows_of(series):
    return list(Appointment.objects.filter(series=series).order_by("position"))


class TestBook:
    def test_books_every_session_with_one_provider_and_one_letter(self, pia):
        plan = plan_for(pia)
        series = book(pia, plan)
        rows = rows_of(series)
        assert [row.starts_at for row in rows] == [one.start for one in plan]
        assert [(row.state, row.position) for row in rows] == [(S.BOOKED, 1), (S.BOOKED, 2), (S.BOOKED, 3)]
        assert len({row.provider_id for row in rows}) == 1
        terms = courses.required_terms(bookable(series.clinic_id, series.option))
        days = [one.day for one in plan]
        assert all(terms.spacing.allows((b - a).days) for a, b in pairwise(days))
        assert len({one.day.weekday() for one in plan}) == 1
        letter = Message.objects.get(kind="course-booked")
        events = Calendar.from_ical(letter.attachment).walk("VEVENT")
        assert [event["DTSTART"].dt for event in events] == [row.starts_at for row in rows]
        assert len({str(event["UID"]) for event in events}) == 3
        assert not Message.objects.filter(kind="appointment-confirmation").exists()
        assert set(Reminder.objects.values_list("appointment_id", flat=True)) == {row.pk for row in rows}
        assert Notice.objects.filter(written_at=None).count() == 0
        assert Notice.objects.count() == 3

    def test_one_session_taken_books_nothing_and_says_which_and_what_else_is_free(self, pia):
        plan = plan_for(pia, same_provider=False)
        system = pia.house.actor("system")
        clinics.close(
            by=system,
            location=pia.where,
            start=plan[1].start,
            end=plan[1].start + timedelta(hours=3),
            reason="Painters",
        )
        with pytest.raises(courses.SessionTaken) as taken:
            book(pia, plan)
        assert taken.value.position == 2
        assert taken.value.free
        assert plan[1].start not in taken.value.free
        assert "Session 2" in taken.value.message
        assert not Appointment.objects.exists()
        assert not Series.objects.exists()
        assert not Message.objects.filter(kind="course-booked").exists()

    def test_a_held_first_session_becomes_part_of_it_and_a_retry_returns_the_same_course(self, pia):
        plan = plan_for(pia)
        held = services.hold(
            by=pia.me,
            option_id=pia.option,
            areas=pia.areas,
            location_id=pia.where.pk,
            start=plan[0].start,
            now=clock.now(),
            provider_id=plan[0].provider,
        )
        series = book(pia, plan, held=held)
        assert rows_of(series)[0].pk == held.pk
        assert not Claim.objects.filter(is_active=True).exclude(held_until=None).exists()
        assert book(pia, plan, held=held) == series
        assert Appointment.objects.count() == 3

    def test_the_same_key_never_books_twice(self, pia):
        plan = plan_for(pia)
        series = book(pia, plan, idempotency_key="course-1")
        assert book(pia, plan, idempotency_key="course-1") == series
        assert Appointment.objects.count() == 3

    def test_refuses_gaps_and_numbers_the_protocol_does_not_have(self, pia):
        plan = plan_for(pia)
        with pytest.raises(Invalid, match="Session 2 would be"):
            book(pia, [plan[0], plan[2], plan[1]])
        with pytest.raises(Invalid, match="sessions"):
            book(pia, plan[:1])
        assert not Appointment.objects.exists()

    def test_a_person_who_is_not_cleared_gets_no_session(self, house):
        tam = Path(house, house.cast.tam, option=PLAIN)
        plan = plan_for(tam)
        with pytest.raises(Blocked):
            book(tam, plan)
        assert not Appointment.objects.exists()

    def test_a_later_session_may_lie_beyond_the_horizon_the_first_may_not(self, pia):
        services.set_booking_rules(by=pia.house.actor("owen"), horizon_days=10)
        plan = plan_for(pia)
        assert plan[2].start > clock.now() + timedelta(days=10)
        assert len(rows_of(book(pia, plan))) == 3

    def test_a_clearance_that_ends_before_a_later_session_does_not_stop_it_and_is_renewed(self, house):
        from vesicle.candidacy.domain import Answer

        pia = Path(house, house.cast.pia, option=PLAIN).screened(SCR_AUTO=Answer("yes")).cleared()
        plan = plan_for(pia)
        cleared_until(plan[0].day)
        alone = {"by": pia.me, "option_id": pia.option, "areas": pia.areas, "location_id": pia.where.pk}
        with pytest.raises(Blocked, match="expired"):
            services.book_at(**alone, start=plan[1].start, patient=pia.patient, now=clock.now())
        rows = rows_of(book(pia, plan))
        assert len(rows) == 3
        with clock.pretend(rows[1].starts_at - timedelta(days=10)):
            lapsing = exams.lapsing(pia.house.actor("rosa"), now=clock.now())
        assert [one.appointment.pk for one in lapsing] == [rows[1].pk]


def cleared_until(day):
    """Let the clearance end on a day."""
    row = ReviewDecision.objects.get()
    kept = ("clinic", "review", "outcome", "mode", "reason", "decided_by", "licence", "signature")
    ReviewDecision.objects.create(
        **{field: getattr(row, field) for field in kept},
        expires_on=day,
        decided_at=row.decided_at + timedelta(seconds=1),
    )


class TestPlan:
    def test_says_which_session_finds_nothing_and_what_would_help(self, pia):
        first = plan_for(pia)[0]
        system = pia.house.actor("system")
        noor = pia.house.cast.noor_column
        clinics.close(
            by=system,
            resource=noor,
            start=first.start + timedelta(days=2),
            end=first.start + timedelta(days=200),
            reason="Leave",
        )
        why = plan_for(pia)
        assert isinstance(why, NoPlan)
        assert why.session == 2
        assert "session 2" in courses.why_none(why, 3)
        assert why.anybody
        assert "any provider" in courses.why_none(why, 3)
        assert not isinstance(plan_for(pia, same_provider=False), NoPlan)


class TestMove:
    def test_proposes_the_shift_of_the_rest_and_moves_all_or_nothing(self, pia):
        series = book(pia, plan_for(pia))
        rows = rows_of(series)
        to = rows[1].starts_at + timedelta(days=14)
        with clock.pretend(rows[0].starts_at + timedelta(days=1)):
            # The first session is over, and the second would be further from it than the protocol allows.
            why = shifting.propose_shift(pia.me, series, rows[1], to, now=clock.now())
            assert isinstance(why, NoPlan)
            shifted = shifting.propose_shift(
                pia.me, series, rows[1], rows[1].starts_at + timedelta(days=7), now=clock.now()
            )
            assert [one.changes for one in shifted] == [False, True, False], "the rest can stay, so it stays"
        shifted = shifting.propose_shift(pia.me, series, rows[1], to, now=clock.now())
        assert [one.to.start - one.appointment.starts_at for one in shifted][1] == timedelta(days=14)
        assert [one.to.day.weekday() for one in shifted] == [1, 1, 1]
        assert gaps_hold([one.to.day for one in shifted], courses.spacing_of(series)) is None
        starts = {one.appointment.pk: one.to.start for one in shifted if one.changes}
        moved = services.move_course(by=pia.me, series=series, starts=starts, now=clock.now())
        assert [row.starts_at for row in moved] == [one.to.start for one in shifted]
        assert overlaps() == 0

    def test_one_that_is_taken_leaves_every_session_where_it_was(self, pia):
        series = book(pia, plan_for(pia))
        rows = rows_of(series)
        starts = {row.pk: row.starts_at + timedelta(days=7) for row in rows}
        clinics.close(
            by=pia.house.actor("system"),
            location=pia.where,
            start=starts[rows[2].pk] - timedelta(hours=1),
            end=starts[rows[2].pk] + timedelta(hours=1),
            reason="Painters",
        )
        with pytest.raises(courses.SessionTaken) as taken:
            services.move_course(by=pia.me, series=series, starts=starts, now=clock.now())
        assert taken.value.position == 3
        assert [row.starts_at for row in rows_of(series)] == [row.starts_at for row in rows]
        assert Claim.objects.filter(is_active=True).count() == 9
        assert not Message.objects.filter(kind="course-moved").exists()

    def test_moves_into_each_others_old_times_with_one_letter(self, pia):
        series = book(pia, plan_for(pia))
        rows = rows_of(series)
        gap = rows[1].starts_at - rows[0].starts_at
        starts = {row.pk: row.starts_at + gap for row in rows}
        moved = services.move_course(by=pia.me, series=series, starts=starts, now=clock.now())
        assert moved[0].starts_at == rows[1].starts_at
        letter = Message.objects.get(kind="course-moved")
        events = Calendar.from_ical(letter.attachment).walk("VEVENT")
        assert [int(event["SEQUENCE"]) for event in events] == [1, 1, 1]
        assert overlaps() == 0

    def test_one_session_alone_gets_the_letter_of_any_appointment(self, pia):
        series = book(pia, plan_for(pia))
        row = rows_of(series)[2]
        starts = {row.pk: row.starts_at + timedelta(days=1)}
        services.move_course(by=pia.me, series=series, starts=starts, now=clock.now())
        assert Message.objects.get(kind="appointment-confirmation").subject.startswith("Moved: Microneedling")
        assert not Message.objects.filter(kind="course-moved").exists()

    def test_refuses_a_gap_out_of_the_spacing_and_other_people(self, pia):
        series = book(pia, plan_for(pia))
        rows = rows_of(series)
        with pytest.raises(Invalid, match="Session 2 would be"):
            services.move_course(
                by=pia.me, series=series, starts={rows[1].pk: rows[0].starts_at + timedelta(days=1)}, now=clock.now()
            )
        tam = pia.house.actor("tam")
        with pytest.raises(NotFound):
            services.move_course(by=tam, series=series, starts={}, now=clock.now())


class TestCancel:
    def test_cancels_what_is_to_come_with_one_letter_and_frees_the_times(self, pia):
        series = book(pia, plan_for(pia))
        rows = rows_of(series)
        services.cancel(by=pia.me, appointment=rows[0], now=clock.now())
        gone = services.cancel_course(by=pia.me, series=series, now=clock.now(), reason="Moving away.")
        assert [row.pk for row in gone] == [rows[1].pk, rows[2].pk]
        assert {row.state for row in rows_of(series)} == {S.CANCELLED}
        assert not Claim.objects.filter(is_active=True).exists()
        letter = Message.objects.get(kind="course-cancelled")
        events = Calendar.from_ical(letter.attachment).walk("VEVENT")
        assert [event["STATUS"] for event in events] == ["CANCELLED", "CANCELLED"]
        assert not Reminder.objects.filter(settled_at=None).exists()
        with pytest.raises(Conflict):
            services.cancel_course(by=pia.me, series=series, now=clock.now())


@pytest.mark.django_db(transaction=True)
class TestRace:
    def test_two_courses_want_the_same_last_time_and_one_gets_all_the_other_nothing(self, house):
        paths = [
            Path(house, house.cast.pia, option=PLAIN).cleared(),
            Path(house, house.cast.tam, option=PLAIN).cleared(),
        ]
        first, second = plan_for(paths[0], number=2), plan_for(paths[1], number=14)
        # The same third session: on Noor's column nobody else can give it.
        second[2] = first[2]
        assert [one.start for one in first[:2]] != [one.start for one in second[:2]]
        noor = house.cast.noor_column.pk
        with Desks(2) as desks:
            found = desks.at_once(
                [partial(book, path, plan, provider_id=noor) for path, plan in zip(paths, (first, second), strict=True)]
            )
        won = [one for one in found if isinstance(one, Series)]
        lost = [one for one in found if isinstance(one, courses.SessionTaken)]
        assert (len(won), len(lost)) == (1, 1), found
        assert lost[0].position == 3
        assert Appointment.objects.count() == 3
        assert set(Appointment.objects.values_list("series_id", flat=True)) == {won[0].pk}
        assert Series.objects.count() == 1
        assert overlaps() == 0


class TestCommandLine:
    def test_books_a_course_from_its_first_start(self, pia, capsys):
        start = pia.free_times(by=pia.house.actor("rosa"))[4].start
        asked = ["--option", PLAIN, "--location", "portland", "--start", start.isoformat(), "--sessions", "3"]
        call_command("book", *asked, "--patient", str(pia.patient.pk), "--clinic", "alderbrook")
        assert "Booked: course" in capsys.readouterr().out
        assert Appointment.objects.filter(series=Series.objects.get(), state=S.BOOKED).count() == 3


class TestSpeed:
    def test_a_plan_asks_the_database_as_often_for_six_sessions_as_for_three(self, pia, django_assert_max_num_queries):
        plan_for(pia)
        for sessions in (3, 6):
            # Six sessions reach over 250 days: three searches of at most a hundred.
            with django_assert_max_num_queries(12):
                assert len(plan_for(pia, sessions)) == sessions
