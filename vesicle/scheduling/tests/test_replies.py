"""What patients answer by text message: whose it is, what it does by itself, and what a person has to read."""

import re
from datetime import timedelta
from functools import partial

import pytest

from vesicle.core import clock
from vesicle.core.benchmarks import Desks
from vesicle.core.models import AuditEntry
from vesicle.core.scope import clinic_scope
from vesicle.people import messages, sms
from vesicle.people import services as people
from vesicle.people.models import Message
from vesicle.scheduling import replies, services
from vesicle.scheduling.models import Reply
from vesicle.scheduling.tests.visits import (
    AT,
    IN_TEN_DAYS,
    NOW,
    PIAS,
    answered,
    book,
    letter,
    portland,
    remind_by_text,
    rules,
    speak_spanish,
    text,
    write_reminders,
)


@pytest.fixture(autouse=True)
def _monday(cast, settings):
    settings.SMS_BACKEND = "vesicle.people.sms.MemoryBackend"
    settings.REPLY_ADDRESS = "replies@alderbrook.example"
    with clock.pretend(NOW):
        yield
    sms.MemoryBackend.outbox.clear()


@pytest.fixture
def reminded(cast):
    """Pia, booked and reminded by text message three hours before."""
    return remind_by_text(cast)


class TestText:
    def test_yes_confirms_and_thanks(self, cast, reminded):
        assert text("Yes") == "confirm"
        reminded.refresh_from_db()
        assert reminded.confirmed_at == AT
        assert answered() == ["Alderbrook Skin: thank you. We expect you on Thursday, December 10, 2:00 PM PST."]
        entry = AuditEntry.objects.get(code="appointment.confirmed")
        assert (entry.actor_name, entry.detail["way"]) == ("Pia Sørensen", "sms")

    def test_si_is_answered_in_spanish(self, cast, reminded):
        speak_spanish(cast.pia)
        assert text("Sí") == "confirm"
        assert answered()[0].startswith("Alderbrook Skin: gracias. Le esperamos el jueves 10 de diciembre")

    def test_the_same_message_handed_over_again_does_nothing(self, cast, reminded):
        assert [text("Yes"), text("Yes"), text("cancel")] == ["confirm", "again", "again"]
        assert Reply.objects.count() == 1
        assert len(answered()) == 1

    def test_cancel_sends_the_link_and_cancels_nothing(self, cast, reminded, client):
        assert text("CANCEL") == "cancel"
        reminded.refresh_from_db()
        assert reminded.state == "booked"
        [words] = answered()
        [address] = re.findall(r"http://localhost:8000(/book/a/\S+/cancel/)", words)
        assert "Cancel your appointment?" in client.get(address).content.decode()

    def test_cancel_cancels_where_the_clinic_takes_a_word_for_it(self, cast, reminded):
        rules(cast, now=AT, cancel_by_reply=True)
        assert text("cancelar") == "cancel"
        reminded.refresh_from_db()
        assert reminded.state == "cancelled"
        assert Reply.objects.get().done == "Cancelled."
        assert letter("cancellation").subject.startswith("Cancelled")

    def test_do_not_cancel_cancels_nothing_whatever_the_rules(self, cast, reminded):
        rules(cast, now=AT, cancel_by_reply=True)
        assert text("do not cancel!") == "for-a-person"
        reminded.refresh_from_db()
        assert reminded.state == "booked"

    def test_help_explains(self, cast, reminded):
        assert text("AYUDA") == "help"
        assert "+1 503 555 0100" in answered()[0]

    def test_anything_else_waits_for_a_person_with_patient_and_appointment(self, cast, reminded):
        assert text("Can I bring my daughter?") == "for-a-person"
        reply = Reply.objects.get()
        assert (reply.patient, reply.appointment, reply.closed_at) == (cast.pia, reminded, None)
        assert answered() == []

    def test_yes_to_a_time_that_is_no_more_waits_for_a_person(self, cast, reminded):
        services.move(by=cast.actor("rosa"), appointment=reminded, start=portland(2026, 12, 14, 10, 0), now=AT)
        assert text("Yes") == "for-a-person"
        services.cancel(by=cast.actor("rosa"), appointment=reminded, now=AT)
        assert text("Yes", number="SM2") == "for-a-person"
        reminded.refresh_from_db()
        assert not reminded.is_confirmed

    def test_yes_without_a_question_waits_for_a_person(self, cast):
        book(cast)
        assert text("Yes") == "for-a-person"
        assert Reply.objects.get().appointment is None

    def test_a_number_we_do_not_know_changes_nothing_and_is_not_kept(self, cast, reminded):
        before = AuditEntry.objects.count()
        assert [text(words, sender="+12125550000", number=words) for words in ("yes", "stop", "hello")] == [
            "unknown"
        ] * 3
        assert not Reply.objects.exists()
        assert AuditEntry.objects.count() == before

    def test_the_number_is_found_however_it_was_typed(self, cast, reminded):
        for number, typed in enumerate(("503-555-0142", "(503) 555 0142", "1 503.555.0142")):
            people.change_patient(by=cast.actor("rosa"), patient=cast.pia, phone=typed)
            assert text("help", number=f"SM{number}") == "help"

    def test_where_two_patients_share_a_number_a_person_decides(self, cast, reminded):
        people.change_patient(by=cast.actor("rosa"), patient=cast.tam, phone="503 555 0142", sms_allowed=True)
        cast.tam.refresh_from_db()
        rules(cast, now=AT, email_before=[], sms_before=[180])
        book(cast, IN_TEN_DAYS + timedelta(hours=1), patient=cast.tam)
        later = AT + timedelta(hours=1)
        write_reminders(later)
        messages.send_due(now=later)
        assert text("Yes", now=later) == "for-a-person"
        assert Reply.objects.get().patient == cast.tam
        assert text("STOP", number="SM2", now=later) == "stop"
        for patient in (cast.pia, cast.tam):
            patient.refresh_from_db()
            assert patient.sms_stopped_at == later
        people.change_patient(by=cast.actor("rosa"), patient=cast.pia, sms_allowed=True)
        people.change_patient(by=cast.actor("rosa"), patient=cast.pia, sms_allowed=False)
        assert text("START", number="SM3", now=later) == "start"
        for patient, allows in ((cast.pia, False), (cast.tam, True)):
            patient.refresh_from_db()
            assert patient.sms_allowed is allows


class TestStop:
    def test_ends_all_texts_also_those_on_their_way_and_the_urgent(self, cast, reminded):
        put = {
            "by": cast.actor("rosa"),
            "patient": cast.pia,
            "body": "x",
            "due_at": AT,
            "time_zone": "UTC",
            "kind": "k",
        }
        messages.queue(channel="sms", key="a", subject="", **put)
        messages.queue(channel="sms", key="b", subject="", urgent=True, **put)
        assert text("STOP") == "stop"
        cast.pia.refresh_from_db()
        assert (cast.pia.sms_allowed, cast.pia.sms_stopped_at) == (False, AT)
        assert answered() == []
        assert messages.queue(channel="sms", key="c", subject="", urgent=True, **put).channel == "email"
        assert AuditEntry.objects.get(code="people.texts-stopped").actor_name == "Pia Sørensen"

    def test_reminders_go_by_email_from_then_on(self, cast):
        rules(cast, email_before=[], sms_before=[2880, 180])
        book(cast)
        write_reminders(IN_TEN_DAYS - timedelta(days=2))
        messages.send_due(now=IN_TEN_DAYS - timedelta(days=2))
        text("alto", now=IN_TEN_DAYS - timedelta(days=2))
        write_reminders(AT)
        assert letter("reminder").channel == "email"

    def test_counts_in_every_clinic_that_has_the_number(self, cast, reminded):
        with clinic_scope(cast.other.pk):
            elsewhere = people.register_patient(
                by=cast.actor("otto"),
                first_name="Pia",
                last_name="Sørensen",
                date_of_birth=cast.pia.date_of_birth,
                phone="(503) 555-0142",
                time_zone="America/New_York",
                sms_allowed=True,
            )
        assert text("STOP") == "stop"
        with clinic_scope(cast.other.pk):
            elsewhere.refresh_from_db()
            assert elsewhere.sms_stopped_at == AT
            assert Reply.objects.get().patient == elsewhere

    def test_start_turns_them_on_again(self, cast, reminded):
        text("baja")
        assert text("START", number="SM2") == "start"
        cast.pia.refresh_from_db()
        assert (cast.pia.sms_allowed, cast.pia.sms_stopped_at) == (True, None)
        assert "text messages from us again" in answered()[0]


@pytest.mark.django_db(transaction=True)
def test_the_same_message_handed_over_three_times_at_once_counts_once(cast):
    rules(cast, email_before=[], sms_before=[180])
    booked = book(cast)
    write_reminders(AT)
    messages.send_due(now=AT)
    act = partial(replies.receive_text, sender=PIAS, text="Yes", provider_id="SM1", now=AT)
    with Desks(3) as desks:
        found = desks.at_once([act] * 3)
    assert sorted(found) == ["again", "again", "confirm"]
    assert Reply.objects.count() == 1
    assert AuditEntry.objects.filter(code="appointment.confirmed", object_id=booked.pk).count() == 1
    assert Message.objects.filter(kind="answer").count() == 1
