"""What patients answer: whose it is, what it does by itself, and what a person has to read."""

import base64
import hashlib
import hmac
import io
import json
import re
from datetime import timedelta
from functools import partial

import pytest
from django.core import mail as letters_sent
from django.core.management import call_command

from vesicle.core import clock
from vesicle.core.benchmarks import Desks
from vesicle.core.errors import Conflict, Invalid, NotFound, NotPermitted
from vesicle.core.models import AuditEntry
from vesicle.core.scope import clinic_scope
from vesicle.people import messages, reply_address, sms
from vesicle.people import services as people
from vesicle.people.models import Message
from vesicle.scheduling import mail, replies, services
from vesicle.scheduling.models import Reply
from vesicle.scheduling.tests.visits import (
    IN_TEN_DAYS,
    NOW,
    book,
    letter,
    portland,
    rules,
    speak_spanish,
    write_reminders,
)

PIAS = "+15035550142"
AT = IN_TEN_DAYS - timedelta(hours=3)


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
    rules(cast, email_before=[], sms_before=[180])
    booked = book(cast)
    write_reminders(AT)
    messages.send_due(now=AT)
    sms.MemoryBackend.outbox.clear()
    return booked


def text(words, *, sender=PIAS, number="SM1", now=AT):
    with clock.pretend(now):
        return replies.receive_text(sender=sender, text=words, provider_id=number, now=now)


def answered(now=AT):
    messages.send_due(now=now)
    return [words for _, words in sms.MemoryBackend.outbox]


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


class TestProvider:
    """The address at which the provider of text messages hands them over."""

    @pytest.fixture
    def signed_json(self, client, settings):
        settings.SMS_INBOUND = "vesicle.people.sms_inbound.SignedJson"
        settings.SMS_INBOUND_SECRET = "made up"

        def send(body, *, signed_with="made up", at=None):
            stamp = str(int((at or clock.now()).timestamp()))
            raw = json.dumps(body) if isinstance(body, dict) else body
            good = hmac.new(signed_with.encode(), f"{stamp}.{raw}".encode(), hashlib.sha256).hexdigest()
            return client.post(
                "/messages/text/",
                raw,
                content_type="application/json",
                headers={"X-Vesicle-Signature": f"t={stamp},v1={good}", "Accept": "application/json"},
            )

        return send

    def test_is_shut_where_nobody_is_set_up(self, cast, client):
        assert client.post("/messages/text/", {}).status_code == 404
        assert client.get("/messages/text/").status_code == 405

    def test_takes_what_is_signed(self, cast, reminded, signed_json):
        with clock.pretend(AT):
            answer = signed_json({"id": "m-1", "from": PIAS, "text": "Yes"})
        assert answer.status_code == 204
        reminded.refresh_from_db()
        assert reminded.is_confirmed

    def test_refuses_what_is_not_is_old_or_was_changed(self, cast, reminded, signed_json, client):
        body = {"id": "m-1", "from": PIAS, "text": "Yes"}
        with clock.pretend(AT):
            assert signed_json(body, signed_with="guessed").status_code == 403
            assert signed_json(body, at=AT - timedelta(minutes=6)).status_code == 403
            assert signed_json(body, at=AT + timedelta(minutes=6)).status_code == 403
            for header in ("", "t=,v1=", "t=abc,v1=00", "v1=00", "t=1e9,v1=zz"):
                unsigned = client.post(
                    "/messages/text/", body, content_type="application/json", headers={"X-Vesicle-Signature": header}
                )
                assert unsigned.status_code == 403
            for broken in ("not json", "[]", "{}", '{"id": 1}'):
                assert signed_json(broken).status_code == 422
        assert not Reply.objects.exists()

    def test_takes_a_form_as_twilio_signs_it(self, cast, reminded, client, settings):
        settings.SMS_INBOUND = "vesicle.people.sms_inbound.TwilioForm"
        settings.SMS_INBOUND_SECRET = "made up"
        form = {"MessageSid": "SM9", "From": PIAS, "Body": "Sí", "To": "+15035550100"}
        signed = "http://localhost:8000/messages/text/" + "".join(f"{name}{form[name]}" for name in sorted(form))
        good = base64.b64encode(hmac.new(b"made up", signed.encode(), hashlib.sha1).digest()).decode()
        with clock.pretend(AT):
            changed = client.post("/messages/text/", form | {"Body": "STOP"}, headers={"X-Twilio-Signature": good})
            taken = client.post("/messages/text/", form, headers={"X-Twilio-Signature": good})
        assert (changed.status_code, taken.status_code) == (403, 204)
        reminded.refresh_from_db()
        assert reminded.is_confirmed

    def test_reads_the_example_of_the_providers_documentation(self, settings, rf):
        """The one place where our signature meets somebody else's: their published example."""
        from vesicle.people.sms_inbound import TwilioForm

        settings.PUBLIC_URL, settings.SMS_INBOUND_SECRET = "https://mycompany.com", "12345"
        form = {"CallSid": "CA1234567890ABCDE", "Caller": "+12349013030", "Digits": "1234"}
        form |= {"From": "+12349013030", "To": "+18005551212"}
        request = rf.post(
            "/myapp.php?foo=1&bar=2", form, headers={"X-Twilio-Signature": "0/KCTR6DLpKmkAf8muzZqo1nDgQ="}
        )
        with pytest.raises(Invalid):  # signed well, and no text message
            TwilioForm().read(request, now=NOW)


def email(words, *, to, sender="Pia <pia@example.org>", number="<1@mail.example>", **headers):
    lines = [f"From: {sender}", f"To: {to}", "Subject: Re: Your visit", f"Message-ID: {number}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\n".join(lines) + f"\nContent-Type: text/plain; charset=utf-8\n\n{words}\n").encode()


class TestMail:
    @pytest.fixture
    def written(self, cast):
        """Pia, booked and told so by e-mail."""
        self.booked = book(cast)
        messages.send_due(now=NOW)
        [self.sent] = letters_sent.outbox
        [self.to] = self.sent.reply_to
        return self.booked

    def read(self, data):
        return mail.read(data, now=NOW).outcomes

    def test_answers_go_to_an_address_nobody_can_guess(self, cast, written):
        assert re.fullmatch(r"replies\+\d+-[0-9a-f]{24}@alderbrook\.example", self.to)
        assert reply_address.answered_in(self.to.upper()) == Message.objects.get(kind="appointment-confirmation").pk

    def test_yes_above_the_quotation_confirms(self, cast, written):
        quoted = f"Yes, thanks\n\nOn Mon, Nov 30, 2026 at 9:00 AM Alderbrook\n<{self.to}> wrote:\n> CANCEL"
        assert self.read(email(quoted, to=self.to)) == {"confirm": 1}
        written.refresh_from_db()
        assert written.is_confirmed
        messages.send_due(now=NOW)
        assert letters_sent.outbox[-1].subject == "Thank you: we expect you on Thursday, December 10, 2:00 PM PST"

    def test_read_again_changes_nothing(self, cast, written):
        data = email("Yes", to=self.to)
        assert [self.read(data), self.read(data)] == [{"confirm": 1}, {"again": 1}]

    def test_a_stranger_or_a_guess_changes_nothing(self, cast, written):
        guess = re.sub(r"-[0-9a-f]{24}", "-" + "0" * 24, self.to)
        for data in (
            email("Yes", to=self.to, sender="mallory@example.org"),
            email("Yes", to=guess),
            email("Yes", to="replies@alderbrook.example"),
            b"no mail at all",
        ):
            assert self.read(data) == {"unknown": 1}
        assert not Reply.objects.exists()

    @pytest.mark.parametrize(
        "header",
        [
            {"Auto_Submitted": "auto-replied"},
            {"Precedence": "bulk"},
            {"Return_Path": "<>"},
            {"X_Autoreply": "yes"},
        ],
    )
    def test_an_out_of_office_note_is_no_answer(self, cast, written, header):
        assert self.read(email("Yes", to=self.to, **header)) == {"automatic": 1}
        assert not Reply.objects.exists()

    def test_html_alone_is_read_without_its_quotation(self, cast, written):
        html = '<div>S&iacute;<br></div><div class="gmail_quote">On … wrote:<blockquote>cancel</blockquote></div>'
        data = email(html, to=self.to).replace(b"text/plain", b"text/html")
        assert self.read(data) == {"confirm": 1}

    def test_stop_by_email_stops_emails(self, cast, written):
        assert self.read(email("Stop", to=self.to)) == {"stop": 1}
        cast.pia.refresh_from_db()
        assert (cast.pia.email_allowed, cast.pia.sms_stopped_at) == (False, None)

    def test_the_command_reads_a_mailbox_and_says_what_became_of_it(self, cast, written, tmp_path, capsys, monkeypatch):
        box = tmp_path / "mail.mbox"
        mails = [
            email("Yes", to=self.to),
            email("What should I wear?", to=self.to, number="<2@mail.example>"),
            email("Yes", to=self.to, sender="x@example.org", number="<3@mail.example>"),
        ]
        box.write_bytes(b"".join(b"From pia@example.org Mon Nov 30 17:00:00 2026\n" + one + b"\n" for one in mails))
        out = io.StringIO()
        call_command("replies", "read", str(box), "--json", stdout=out)
        assert json.loads(out.getvalue()) == {
            "messages": 3,
            "outcomes": {"confirm": 1, "for-a-person": 1, "unknown": 1},
        }
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(box.read_bytes())))
        out = io.StringIO()
        call_command("replies", "read", stdout=out)
        assert out.getvalue().strip() == "3 read: again 2, unknown 1."


class TestDesk:
    @pytest.fixture
    def asked(self, cast, reminded):
        text("Can I bring my daughter?")
        return Reply.objects.get()

    def test_the_page_shows_who_and_what_and_the_menu_how_many(self, cast, asked, client, as_staff):
        rosa = as_staff(client, "rosa")
        page = rosa.get("/desk/appointments/replies/").content.decode()
        assert "Can I bring my daughter?" in page
        assert "Pia Sørensen" in page
        assert f"a={asked.appointment_id}" in page
        assert re.search(r"<span>Replies</span><b class=\"count\">1</b>", page)

    def test_an_answer_goes_the_way_it_came_and_closes(self, cast, asked, client, as_staff):
        rosa = as_staff(client, "rosa")
        with clock.pretend(AT):
            done = {"act": "answer", "answer": "Of course!"}
            page = rosa.post(f"/desk/appointments/replies/{asked.pk}/close/", done, follow=True).content.decode()
        assert "answered." in page
        assert "Rosa Marin: Of course!" in page
        assert answered() == ["Of course!"]
        asked.refresh_from_db()
        assert (asked.closed_by, asked.answer) == (cast.rosa, "Of course!")

    def test_closing_needs_no_answer_but_answering_does(self, cast, asked, client, as_staff):
        rosa = as_staff(client, "rosa")
        page = rosa.post(f"/desk/appointments/replies/{asked.pk}/close/", {"act": "answer"}, follow=True)
        assert "Write an answer" in page.content.decode()
        asked.refresh_from_db()
        assert asked.closed_at is None
        rosa.post(f"/desk/appointments/replies/{asked.pk}/close/", {"act": "close", "answer": "typed, not meant"})
        asked.refresh_from_db()
        assert (asked.closed_at, asked.answer) == (NOW, "")
        assert answered() == []

    def test_two_colleagues_do_not_answer_twice(self, cast, asked):
        for number in (1, 2):
            act = {"by": cast.actor("rosa"), "reply_id": asked.pk, "now": AT, "answer": f"Yes {number}"}
            if number == 1:
                services.close_reply(**act)
            else:
                with pytest.raises(Conflict):
                    services.close_reply(**act)
        assert answered() == ["Yes 1"]

    def test_says_when_no_message_can_reach_them(self, cast, asked):
        people.change_patient(by=cast.actor("rosa"), patient=cast.pia, email="")
        people.stop_texts(by=cast.actor("rosa"), patient=cast.pia)
        with pytest.raises(Invalid) as problem:
            services.close_reply(by=cast.actor("rosa"), reply_id=asked.pk, now=AT, answer="Yes")
        assert "call them" in problem.value.fields["answer"]

    def test_is_for_the_desk_of_this_clinic(self, cast, asked):
        act = {"reply_id": asked.pk, "now": AT}
        for name in ("owen", "ines", "pia"):
            with pytest.raises(NotPermitted):
                services.close_reply(by=cast.actor(name), **act)
        with clinic_scope(cast.other.pk), pytest.raises(NotFound):
            services.close_reply(by=cast.actor("otto"), **act)


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
