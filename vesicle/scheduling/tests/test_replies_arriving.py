"""How answers arrive: from the provider of text messages, and out of a mailbox. Strangers change nothing."""

import base64
import hashlib
import hmac
import io
import json
import re
from datetime import timedelta

import pytest
from django.core import mail as letters_sent
from django.core.management import call_command

from vesicle.core import clock
from vesicle.core.errors import Invalid
from vesicle.people import messages, reply_address, sms
from vesicle.people.models import Message
from vesicle.scheduling import mail
from vesicle.scheduling.models import Reply
from vesicle.scheduling.tests.visits import (
    AT,
    NOW,
    PIAS,
    book,
    remind_by_text,
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
