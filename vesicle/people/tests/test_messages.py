"""The outbox: once, by day, not after cancellation, and to those who allow it."""

import smtplib
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection, connections

from vesicle.core.errors import Invalid
from vesicle.core.models import AuditEntry
from vesicle.core.scope import clinic_scope, every_clinic
from vesicle.people import delivery, messages, sms
from vesicle.people.models import Message

NOON = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)  # noon in Portland
NIGHT = datetime(2026, 3, 3, 7, 0, tzinfo=UTC)  # eleven at night in Portland
TOKEN = "A" * 43


def put(cast, **changes):
    values = {
        "by": cast.actor("rosa"),
        "patient": cast.pia,
        "kind": "reminder",
        "key": "reminder:1",
        "subject": "Your visit",
        "body": f"See https://localhost/my/{TOKEN}/",
        "due_at": NOON,
        "time_zone": "America/Los_Angeles",
        "subject_type": "appointment",
        "subject_id": 1,
    }
    return messages.queue(**{**values, **changes})


@pytest.fixture
def refusing(monkeypatch):
    """Let the mail server answer with the given error."""

    def arrange(error):
        def deliver(message):
            raise error

        monkeypatch.setattr(mail.EmailMessage, "send", lambda self, **kwargs: deliver(self))

    return arrange


def test_a_due_message_is_sent_once(cast):
    put(cast)
    assert messages.send_due(now=NOON) == 1
    assert messages.send_due(now=NOON + timedelta(days=1)) == 0
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [(["pia@example.org"], "Your visit")]


def test_a_message_waits_until_it_is_due(cast):
    put(cast, due_at=NOON + timedelta(minutes=1))
    assert messages.send_due(now=NOON) == 0


def test_the_same_key_is_queued_once(cast):
    assert put(cast) is not None
    assert put(cast, body="again") is None
    assert Message.objects.count() == 1


def test_two_clinics_may_use_the_same_key(cast):
    put(cast)
    with clinic_scope(cast.other.pk):
        by = cast.actor("otto")
        assert put(cast, by=by, patient=None, recipient="x@example.org") is not None
    assert messages.send_due(now=NOON) == 2


def test_nothing_is_sent_in_the_night_of_the_person(cast):
    put(cast, due_at=NIGHT)
    assert messages.send_due(now=NIGHT) == 0
    assert messages.send_due(now=NIGHT + timedelta(hours=9)) == 1


def test_night_in_one_zone_does_not_hold_up_another(cast):
    put(cast, due_at=NIGHT)
    put(cast, due_at=NIGHT, key="b", patient=cast.tam, time_zone="Asia/Tokyo")
    assert messages.send_due(now=NIGHT) == 1
    assert mail.outbox[0].to == ["tam@example.org"]


def test_something_urgent_goes_out_by_night(cast):
    put(cast, due_at=NIGHT, urgent=True)
    assert messages.send_due(now=NIGHT) == 1


def test_a_cancelled_message_is_never_sent(cast):
    put(cast)
    put(cast, key="other", subject_id=2)
    assert messages.cancel_for(by=cast.actor("rosa"), subject_type="appointment", subject_id=1) == 1
    assert messages.send_due(now=NOON) == 1
    assert Message.objects.get(key="reminder:1").sent_at is None


def test_a_message_cancelled_after_a_worker_claimed_it_is_not_sent(cast, monkeypatch):
    put(cast)
    claim = messages._claim

    def claim_then_cancel(now, awake):
        claimed = claim(now, awake)
        if claimed:
            with clinic_scope(cast.clinic.pk):
                messages.cancel_for(by=cast.actor("rosa"), subject_type="appointment", subject_id=1)
        return claimed

    monkeypatch.setattr(messages, "_claim", claim_then_cancel)
    assert messages.send_due(now=NOON) == 0
    assert mail.outbox == []


def test_otto_cancels_nothing_here(cast):
    put(cast)
    assert messages.cancel_for(by=cast.actor("otto"), subject_type="appointment", subject_id=1) == 0


def test_a_worker_that_died_while_sending_does_not_make_it_go_twice(cast):
    put(cast)
    with every_clinic("as a worker does"):
        assert messages._claim(NOON, ["America/Los_Angeles"]) is not None
    assert messages.send_due(now=NOON + timedelta(minutes=5)) == 0
    assert messages.send_due(now=NOON + timedelta(minutes=20)) == 0
    lost = Message.objects.get()
    assert lost.failed_at is not None
    assert "may or may not" in lost.failure
    assert mail.outbox == []


def test_a_refusal_is_tried_again_a_few_times_and_then_given_up(cast, refusing):
    put(cast)
    refusing(smtplib.SMTPResponseException(451, b"later"))
    moment, tries = NOON, 0
    while not Message.objects.filter(failed_at__isnull=False).exists():
        messages.send_due(now=moment)
        moment += timedelta(hours=24)
        tries += 1
        assert tries < 20
    assert (tries, Message.objects.get().attempts) == (5, 5)


def test_after_a_refusal_it_still_arrives(cast, refusing, monkeypatch):
    put(cast)
    with monkeypatch.context() as patch:
        patch.setattr(mail.EmailMessage, "send", _raise(ConnectionRefusedError()))
        assert messages.send_due(now=NOON) == 0
    assert messages.send_due(now=NOON) == 0, "not before the pause is over"
    assert messages.send_due(now=NOON + timedelta(minutes=3)) == 1


def test_an_address_that_does_not_exist_is_not_tried_again(cast, refusing):
    put(cast)
    refusing(smtplib.SMTPRecipientsRefused({"pia@example.org": (550, b"no such user")}))
    messages.send_due(now=NOON)
    assert Message.objects.get().failed_at == NOON


def test_a_connection_that_broke_off_is_not_repeated_because_it_may_have_arrived(cast, refusing):
    put(cast)
    refusing(TimeoutError())
    messages.send_due(now=NOON)
    assert "not repeated" in Message.objects.get().failure
    assert messages.send_due(now=NOON + timedelta(days=1)) == 0


def test_one_broken_message_does_not_stop_the_others(cast, monkeypatch):
    put(cast)
    put(cast, key="b", patient=cast.tam)
    whole = delivery.deliver

    def deliver(message):
        if message.recipient == "pia@example.org":
            raise delivery.Unclear("broke off")
        whole(message)

    monkeypatch.setattr(delivery, "deliver", deliver)
    assert messages.send_due(now=NOON) == 1


def test_a_calendar_entry_is_attached_so_that_calendars_take_it(cast):
    ics = "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nEND:VCALENDAR\r\n"
    put(cast, attachment=("visit.ics", ics))
    messages.send_due(now=NOON)
    part = mail.outbox[0].message().get_payload()[1]
    assert part.get_content_type() == "text/calendar"
    assert part.get_param("method") == "CANCEL"
    assert part.get_filename() == "visit.ics"
    assert part.get_payload(decode=True).decode() == ics


def test_text_messages_go_through_the_backend_that_is_set(cast, settings):
    settings.SMS_BACKEND = "vesicle.people.sms.MemoryBackend"
    sms.MemoryBackend.outbox.clear()
    put(cast, channel="sms")
    assert messages.send_due(now=NOON) == 1
    assert sms.MemoryBackend.outbox[0][0] == "+1 503 555 0142"


def test_the_file_backend_writes_one_file_per_text_message(tmp_path, settings):
    settings.SMS_FILE_PATH = tmp_path / "outbox"
    for _ in range(2):
        sms.FileBackend().send("+15035550142", "Hello")
    texts = [path.read_text(encoding="utf-8") for path in (tmp_path / "outbox").iterdir()]
    assert texts == ["To: +15035550142\n\nHello\n"] * 2


def test_who_wants_no_mail_gets_none_and_the_trail_says_so(cast):
    cast.tam.email_allowed = False
    cast.tam.save()
    assert put(cast, patient=cast.tam) is None
    assert AuditEntry.objects.filter(code="people.message-unreachable", patient_id=cast.tam.pk).exists()


def test_what_somebody_just_asked_for_is_sent_all_the_same(cast):
    cast.tam.email_allowed = False
    cast.tam.save()
    assert put(cast, patient=cast.tam, recipient=cast.tam.email) is not None


def test_after_sending_the_table_holds_no_link_and_no_code(cast):
    put(cast, kind="sign-in", body=f"https://localhost/{TOKEN}/ or 123 456")
    messages.send_due(now=NOON)
    assert TOKEN in mail.outbox[0].body
    assert "123 456" in mail.outbox[0].body
    stored = Message.objects.get().body
    assert TOKEN not in stored
    assert "123 456" not in stored


def test_a_subject_with_a_line_break_cannot_smuggle_a_header(cast):
    put(cast, subject="Your visit\nBcc: everybody@example.org")
    messages.send_due(now=NOON)
    assert mail.outbox[0].subject == "Your visit Bcc: everybody@example.org"
    assert mail.outbox[0].bcc == []


def test_an_unknown_time_zone_is_refused_before_it_can_wake_anybody(cast):
    with pytest.raises(Invalid) as refusal:
        put(cast, time_zone="Portland")
    assert "time_zone" in refusal.value.fields


def test_sending_is_written_into_the_trail_of_the_right_clinic(cast):
    put(cast)
    messages.send_due(now=NOON)
    entry = AuditEntry.objects.get(code="people.message-sent")
    assert (entry.clinic_id, entry.patient_id, entry.actor_kind) == (cast.clinic.pk, cast.pia.pk, "system")


@pytest.mark.django_db(transaction=True)
def test_several_workers_at_once_send_each_message_once(transactional_db):
    from vesicle.people.tests.cast import gather

    cast = gather()
    with clinic_scope(cast.clinic.pk):
        for number in range(12):
            put(cast, key=f"k{number}")
    start, sent = threading.Barrier(4), []

    def work():
        try:
            start.wait()
            sent.append(messages.send_due(now=NOON))
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(sent) == 12
    assert len(mail.outbox) == 12
    assert connection.vendor == "postgresql"


def _raise(error):
    def send(self, **kwargs):
        raise error

    return send
