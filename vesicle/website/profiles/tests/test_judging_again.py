"""Published words are judged by every version of the rules: what may not be said any more is off the page."""

from dataclasses import replace

import pytest

from vesicle.core import clock
from vesicle.core.errors import Conflict
from vesicle.core.models import AuditEntry
from vesicle.people.models import Message
from vesicle.website import statement_queries, telling
from vesicle.website.claims.findings import Match
from vesicle.website.models import ProfileReport
from vesicle.website.profiles import queries, services
from vesicle.website.profiles.tests.test_services import publish, save
from vesicle.website.statements import judging
from vesicle.website.tests.conftest import empty_store

__all__ = ["empty_store"]
BIOGRAPHY = "Noor has worked here since 2019. Noor is the kindest nurse. Ring the bell."


def words(response):
    return response.content.decode()


@pytest.fixture
def stricter(monkeypatch):
    """The next version of the rules, which blocks whoever is kind and wants evidence of a bell."""
    judge = judging.audit

    def audit(sentence, **given):
        found = judge(sentence, **given)
        for word, verdict in (("kindest", "block"), ("bell", "needs-evidence")):
            if word in found.text:
                match = Match(word, "wording", verdict, "Nobody can know.", "Leave it out.", (), word, 0, 1)
                found = replace(found, verdict=verdict, patterns=(match,))
        return found

    def begin():
        monkeypatch.setattr(judging, "audit", audit)
        for module in (statement_queries, queries):
            monkeypatch.setattr(module, "VERSION", "next")

    return begin


def look_again():
    return telling.look_again(now=clock.now())


class TestLookingAgain:
    def test_what_is_blocked_now_is_off_the_page_at_once_and_the_rest_stays(self, cast, client, stricter):
        publish(cast, {"biography": BIOGRAPHY})
        assert "kindest" in words(client.get("/locations/"))
        stricter()
        assert [look_again(), look_again()] == [1, 0]
        page = words(client.get("/locations/"))
        assert "kindest" not in page
        assert "Noor has worked here since 2019. Ring the bell." in page

    def test_the_owner_is_told_once_what_is_off_and_what_stays(self, cast, stricter):
        publish(cast, {"biography": BIOGRAPHY})
        stricter()
        look_again()
        look_again()
        (message,) = Message.objects.filter(kind="profile-looked-at-again")
        assert message.recipient == cast.owen.user.email
        off, _, stays = message.body.partition("These stay on the page")
        assert "kindest" in off
        assert "bell" in stays
        assert "2019" not in message.body
        assert "no legal advice" in message.body

    def test_each_look_is_kept_and_audited_and_what_was_published_is_not_changed(self, cast, stricter):
        row = publish(cast, {"biography": BIOGRAPHY})
        stricter()
        look_again()
        assert ProfileReport.objects.latest("pk").version == "next"
        assert AuditEntry.objects.get(code="profile.judged_again").detail == {"version": "next", "withdrawn": 1}
        row.shown.refresh_from_db()
        assert row.shown.content["biography"] == BIOGRAPHY

    def test_where_nothing_is_refused_nobody_is_written_to(self, cast, stricter):
        publish(cast, {"biography": "Noor likes mornings."})
        assert look_again() == 0
        stricter()
        assert look_again() == 1
        assert not Message.objects.exists()

    def test_words_that_are_not_on_the_pages_are_left_alone(self, cast, stricter):
        row = publish(cast, {"biography": BIOGRAPHY})
        save(cast, {"biography": BIOGRAPHY}, subject=cast.iris)
        row = services.take_down(by=cast.actor("owen"), subject=cast.noor, expected_revision=row.revision)
        stricter()
        assert look_again() == 0
        with pytest.raises(Conflict):
            services.judge_again(by=cast.actor("owen"), profile=row)

    def test_the_desk_says_what_is_off(self, cast, client, as_staff, stricter):
        publish(cast, {"description": "The kindest house. Two rooms."}, subject=cast.portland)
        stricter()
        look_again()
        owen = as_staff(client, "owen")
        assert "1 sentence taken off" in words(owen.get("/desk/team/"))
        assert [queries.withdrawn_count(cast.actor(name)) for name in ("owen", "iris", "rosa")] == [1, 1, 0]
        page = words(owen.get(f"/desk/team/locations/{cast.portland.pk}/"))
        assert "Description: “The kindest house.” <b>Taken off the page.</b>" in page

    def test_what_is_written_anew_is_shown(self, cast, client, stricter):
        row = publish(cast, {"biography": BIOGRAPHY})
        stricter()
        look_again()
        publish(cast, {"biography": "Noor likes mornings."}, revision=row.revision)
        assert "Noor likes mornings." in words(client.get("/locations/"))
