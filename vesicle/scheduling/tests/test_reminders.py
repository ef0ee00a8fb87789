"""Reminders: planned at booking, anew on a move, stopped at cancellation, written when due, never too late."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail

from vesicle.core import clock
from vesicle.core.errors import Invalid, NotPermitted
from vesicle.core.models import AuditEntry
from vesicle.people import messages, sms
from vesicle.people import services as people
from vesicle.people.models import Message, Patient
from vesicle.scheduling import services
from vesicle.scheduling.models import Appointment, Reminder
from vesicle.scheduling.tests.visits import (
    IN_TEN_DAYS,
    NOW,
    book,
    letter,
    open_sundays,
    phoenix,
    portland,
    rules,
    speak_spanish,
    write_letters,
    write_reminders,
)

GSM = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 \n.,:;!?'\"()/+-_=%&@$£¥èéùìòÇØøÅåÄÖÑÜ§¿äöñüàÉ¡"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
THREE = {"email_before": [10080, 2880], "sms_before": [180]}


@pytest.fixture(autouse=True)
def _monday(cast):
    with clock.pretend(NOW):
        yield
    sms.MemoryBackend.outbox.clear()


@pytest.fixture
def texts(settings):
    settings.SMS_BACKEND = "vesicle.people.sms.MemoryBackend"
    return sms.MemoryBackend.outbox


def planned(**more):
    return [(one.channel, one.due_at) for one in Reminder.objects.filter(settled_at=None, **more).order_by("due_at")]


class TestPlanning:
    def test_is_a_day_before_by_email_where_the_clinic_set_nothing(self, cast):
        book(cast)
        assert planned() == [("email", IN_TEN_DAYS - DAY)]

    def test_follows_the_clinics_times(self, cast):
        rules(cast, **THREE)
        book(cast)
        assert planned() == [
            ("email", IN_TEN_DAYS - 7 * DAY),
            ("email", IN_TEN_DAYS - 2 * DAY),
            ("sms", IN_TEN_DAYS - 3 * HOUR),
        ]

    def test_is_done_by_the_worker_where_the_letters_are(self, cast):
        book(cast, letters_later=True)
        assert planned() == []
        assert write_letters(NOW) == 1
        assert planned() == [("email", IN_TEN_DAYS - DAY)]

    def test_is_anew_after_a_move_and_nothing_after_a_cancellation(self, cast):
        booked = book(cast)
        later = portland(2026, 12, 14, 10, 0)
        services.move(by=cast.actor("rosa"), appointment=booked, start=later, now=NOW)
        assert planned() == [("email", later - DAY)]
        services.cancel(by=cast.actor("rosa"), appointment=booked, now=NOW)
        assert planned() == []
        assert set(Reminder.objects.values_list("outcome", flat=True)) == {"stopped"}

    def test_who_books_late_gets_what_is_still_to_come(self, cast):
        rules(cast, **THREE)
        start = portland(2026, 12, 1, 13, 0)
        book(cast, start)
        assert planned() == [("sms", start - 3 * HOUR)]

    def test_new_times_count_for_bookings_made_before_and_send_nothing_twice(self, cast):
        book(cast)
        eve = IN_TEN_DAYS - DAY
        assert write_reminders(eve) == 1
        rules(cast, now=eve, email_before=[1440, 240], sms_before=[60])
        assert planned() == [("email", IN_TEN_DAYS - 4 * HOUR), ("sms", IN_TEN_DAYS - HOUR)]
        rules(cast, now=eve, email_before=[], sms_before=[])
        assert planned() == []

    def test_a_day_before_stays_the_same_hour_where_the_clock_changes(self, cast):
        open_sundays(cast)
        book(cast, portland(2027, 3, 14, 9, 0))
        assert planned() == [("email", portland(2027, 3, 13, 9, 0))]


class TestRules:
    def test_are_set_by_those_who_run_the_clinic(self, cast):
        for name in ("noor", "ines", "pia"):
            with pytest.raises(NotPermitted):
                services.set_message_rules(by=cast.actor(name), now=NOW, sms_before=[60])
        rules(cast, sms_before=[60])
        assert AuditEntry.objects.filter(code="scheduling.message-rules-set").count() == 1

    @pytest.mark.parametrize("wrong", [{"email_before": [5]}, {"sms_before": [50_000]}, {"moon": 1}])
    def test_refuse_what_cannot_be(self, cast, wrong):
        with pytest.raises(Invalid):
            rules(cast, **wrong)


class TestWriting:
    def test_is_in_the_words_of_the_moment(self, cast):
        rules(cast, email_before=[2880, 1440, 240])
        book(cast)
        heads = []
        for before in (2 * DAY, DAY, 4 * HOUR):
            assert write_reminders(IN_TEN_DAYS - before) == 1
            heads.append(letter("reminder").subject.partition(":")[0])
        assert heads == ["Your visit", "Tomorrow", "Today"]
        assert write_reminders(IN_TEN_DAYS - HOUR) == 0

    def test_a_tomorrow_never_leaves_on_the_day_itself(self, cast):
        book(cast)
        eve = IN_TEN_DAYS - DAY
        with clock.pretend(eve):
            write_reminders(eve)
        assert letter("reminder").not_after == portland(2026, 12, 10, 0, 0)
        # The message worker was down until the morning of the visit.
        assert messages.send_due(now=portland(2026, 12, 10, 8, 30)) == 1
        assert [one.subject.partition(":")[0] for one in mail.outbox] == ["Booked"]
        late = letter("reminder")
        assert late.cancelled_at is not None
        assert "too late" in late.failure
        assert AuditEntry.objects.filter(code="people.message-too-late").exists()

    def test_an_hour_late_is_not_too_late(self, cast):
        book(cast)
        assert write_reminders(IN_TEN_DAYS - DAY + HOUR) == 1
        assert letter("reminder").subject.startswith("Tomorrow")

    def test_a_day_of_a_stopped_worker_leaves_out_what_makes_no_sense(self, cast):
        rules(cast, email_before=[2880, 1440], sms_before=[180])
        book(cast)
        assert write_reminders(IN_TEN_DAYS - 2 * HOUR) == 1
        outcomes = {one.minutes_before: one.outcome for one in Reminder.objects.all()}
        assert outcomes == {2880: "late", 1440: "late", 180: "written"}

    @pytest.mark.parametrize("after", [timedelta(0), HOUR, 3 * DAY])
    def test_nothing_is_written_once_the_visit_began(self, cast, after):
        rules(cast, **THREE)
        book(cast)
        assert write_reminders(IN_TEN_DAYS + after) == 0
        assert set(Reminder.objects.values_list("outcome", flat=True)) == {"late"}

    def test_waits_for_the_morning_of_somebody_who_has_moved_east(self, cast):
        booked = book(cast)
        people.change_patient(by=cast.actor("rosa"), patient=booked.patient, time_zone="Europe/Berlin")
        assert write_reminders(IN_TEN_DAYS - DAY) == 0
        [(_, due)] = planned()
        assert write_reminders(due) == 1
        assert due == IN_TEN_DAYS - DAY + 9 * HOUR

    def test_one_visit_of_two_treatments_is_reminded_of_and_confirmed_once(self, cast):
        first, second = book(cast), book(cast, IN_TEN_DAYS + timedelta(minutes=30))
        Appointment.objects.update(visit=uuid4())
        assert write_reminders(IN_TEN_DAYS - DAY + HOUR) == 1
        assert letter("reminder").subject_id == first.pk
        services.confirm(by=cast.actor("pia"), appointment=first, now=NOW)
        second.refresh_from_db()
        assert second.is_confirmed

    def test_two_workers_write_it_once(self, cast):
        book(cast)
        assert [write_reminders(IN_TEN_DAYS - DAY) for _ in range(2)] == [1, 0]
        assert Message.objects.filter(kind="appointment-reminder").count() == 1

    def test_one_that_cannot_be_written_holds_up_no_other(self, cast, caplog):
        book(cast)
        fine = book(cast, IN_TEN_DAYS + HOUR, patient=cast.tam)
        Patient.objects.filter(pk=cast.pia.pk).update(time_zone="Mars/Olympus")
        at = IN_TEN_DAYS - DAY + HOUR
        assert write_reminders(at) == 1
        assert letter("reminder").subject_id == fine.pk
        assert "could not be written" in caplog.text
        assert planned() == [("email", at + timedelta(minutes=5))]

    def test_none_for_a_patient_who_is_here_already(self, cast):
        booked = book(cast)
        services.change_state(by=cast.actor("rosa"), appointment=booked, state="arrived", now=NOW)
        assert write_reminders(IN_TEN_DAYS - DAY) == 0
        assert Reminder.objects.get().outcome == "stopped"


class TestWay:
    def test_a_text_names_no_treatment_and_the_way_out(self, cast, texts):
        rules(cast, email_before=[], sms_before=[180])
        book(cast)
        write_reminders(IN_TEN_DAYS - 3 * HOUR)
        messages.send_due(now=IN_TEN_DAYS - 3 * HOUR)
        [(number, words)] = texts
        assert number == "+1 503 555 0142"
        assert "today, Thu, Dec 10, 2:00 PM PST" in words
        assert "Answer YES" in words
        assert "STOP" in words
        assert "Consultation" not in words

    @pytest.mark.parametrize("language", ["en", "es"])
    def test_a_text_is_two_parts_at_most_in_the_alphabet_of_phones(self, cast, language):
        people.change_patient(by=cast.actor("rosa"), patient=cast.pia, language=language)
        cast.pia.refresh_from_db()
        rules(cast, email_before=[], sms_before=[1440])
        book(cast)
        write_reminders(IN_TEN_DAYS - DAY)
        words = letter("reminder").body
        # A sign outside of GSM 03.38 makes every part of a text half as long.
        assert set(words) <= set(GSM), set(words) - set(GSM)
        assert len(words) <= 2 * 153

    def test_who_takes_no_texts_gets_an_email_instead_but_not_two(self, cast):
        rules(cast, email_before=[1440], sms_before=[1440, 180])
        book(cast, patient=cast.tam)
        for before in (DAY, 3 * HOUR):
            write_reminders(IN_TEN_DAYS - before)
        sent = Message.objects.filter(kind="appointment-reminder").order_by("pk")
        assert [one.channel for one in sent] == ["email", "email"]
        assert Reminder.objects.get(minutes_before=1440, channel="sms").outcome == "unreachable"

    def test_language_and_way_are_those_of_the_moment_not_of_the_booking(self, cast):
        booked = book(cast)
        people.change_patient(by=cast.actor("rosa"), patient=booked.patient, language="es", email_allowed=False)
        write_reminders(IN_TEN_DAYS - DAY)
        assert letter("reminder").channel == "sms"
        assert "su visita es mañana" in letter("reminder").body

    def test_who_allows_nothing_gets_nothing(self, cast):
        booked = book(cast)
        people.change_patient(by=cast.actor("rosa"), patient=booked.patient, sms_allowed=False, email_allowed=False)
        assert write_reminders(IN_TEN_DAYS - DAY) == 0
        assert Reminder.objects.get().outcome == "unreachable"


class TestZones:
    def test_the_time_told_is_the_locations_and_whose_it_is_where_they_differ(self, cast):
        booked = book(cast, phoenix(2026, 12, 11, 10, 0), place=cast.phoenix)
        assert "10:00 AM MST (Phoenix time)" in letter("confirmation").body
        people.change_patient(by=cast.actor("rosa"), patient=booked.patient, time_zone="America/Denver")
        write_reminders(phoenix(2026, 12, 10, 10, 0))
        # In winter Denver's clock shows what Phoenix shows.
        assert "10:00 AM MST." in letter("reminder").body

    def test_in_spanish_too(self, cast):
        speak_spanish(cast.pia)
        book(cast, phoenix(2026, 12, 11, 10, 0), place=cast.phoenix)
        assert "viernes 11 de diciembre, 10:00 a.m. MST (hora de Phoenix)" in letter("confirmation").body


def test_the_worker_writes_reminders(cast, monkeypatch):
    from vesicle.core import periodic
    from vesicle.scheduling import reminding

    called = []
    monkeypatch.setattr(reminding, "write_due", lambda *, now: called.append(now) or 0)
    [job] = [job for job in periodic.JOBS if job.name == "reminders of appointments"]
    job.run()
    assert called == [NOW]
