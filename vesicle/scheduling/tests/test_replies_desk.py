"""The desk reads what no rule understood, and answers it once."""

import re

import pytest

from vesicle.core import clock
from vesicle.core.errors import Conflict, Invalid, NotFound, NotPermitted
from vesicle.core.scope import clinic_scope
from vesicle.people import services as people
from vesicle.people import sms, texts
from vesicle.scheduling import services
from vesicle.scheduling.models import Reply
from vesicle.scheduling.tests.visits import (
    AT,
    NOW,
    answered,
    remind_by_text,
    text,
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
        texts.stop_texts(by=cast.actor("rosa"), patient=cast.pia)
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
