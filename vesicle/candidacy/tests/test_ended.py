"""A wait of "until it is over, then some days": where the day comes from on which it was over."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.cache import cache

from vesicle.candidacy import queries, services
from vesicle.candidacy.domain import Answer
from vesicle.candidacy.models import ScreeningAnswer, ScreeningVerdict
from vesicle.candidacy.tests.clinic import NEEDLING, PIA_BORN, healthy, screened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("editions")]
INFECTED = "SCR-INFECT"
DAY = timedelta(days=1)


@pytest.fixture
def begun(cast, now):
    return services.start_screening(by=cast.actor("visitor"), date_of_birth=PIA_BORN, option=NEEDLING, now=now)


def say(cast, begun, answer, at, **more):
    row = begun.screening
    services.answer(by=cast.actor("visitor"), screening=row, question=INFECTED, answer=answer, now=at, **more)
    return queries.said(row).answers.given[INFECTED]


class TestWithinAScreening:
    def test_a_yes_that_turns_to_no_has_ended_on_that_day(self, cast, begun, now) -> None:
        say(cast, begun, "yes", now)
        assert say(cast, begun, "no", now + 3 * DAY) == Answer("no", ended=date(2026, 12, 4))
        assert say(cast, begun, "no", now + 5 * DAY).ended == date(2026, 12, 4)

    def test_a_slip_put_right_within_the_hour_has_not(self, cast, begun, now) -> None:
        say(cast, begun, "yes", now)
        assert say(cast, begun, "no", now + timedelta(minutes=59)).ended is None
        say(cast, begun, "yes", now + 2 * DAY)
        assert say(cast, begun, "no", now + 2 * DAY + timedelta(hours=1)).ended == date(2026, 12, 3)

    def test_a_slip_forgets_nothing_that_had_ended_before(self, cast, begun, now) -> None:
        say(cast, begun, "yes", now)
        say(cast, begun, "no", now + 3 * DAY)
        say(cast, begun, "yes", now + 4 * DAY)
        assert say(cast, begun, "no", now + 4 * DAY + timedelta(minutes=5)).ended == date(2026, 12, 4)

    def test_not_being_sure_in_between_changes_nothing(self, cast, begun, now) -> None:
        say(cast, begun, "yes", now)
        assert say(cast, begun, "unsure", now + DAY).ended is None
        assert say(cast, begun, "no", now + 2 * DAY).ended == date(2026, 12, 3)

    def test_the_day_that_is_named_counts(self, cast, begun, now) -> None:
        say(cast, begun, "yes", now)
        assert say(cast, begun, "no", now + 3 * DAY, ended=date(2026, 12, 2)).ended == date(2026, 12, 2)
        assert say(cast, begun, "no", now + 3 * DAY, ended=date(2026, 12, 3)).ended == date(2026, 12, 3)

    def test_the_verdict_waits_for_the_days_after_and_replays(self, cast, now) -> None:
        row = screened(cast, healthy(INFECT="yes"), now=now, patient=cast.pia)
        pia = cast.actor("pia")
        services.answer(by=pia, screening=row, question=INFECTED, answer="no", now=now + 2 * DAY)
        services.complete(by=pia, screening=row, now=now + 2 * DAY)
        stored = queries.stored_verdict(row, NEEDLING)
        assert isinstance(stored, ScreeningVerdict)
        assert (stored.verdict, stored.earliest) == ("defer", date(2026, 12, 10))
        assert stored.input["answers"][INFECTED] == {"answer": "no", "ended": "2026-12-03"}
        assert services.replay(stored).is_same


class TestFromOneScreeningToTheNext:
    def begin_again(self, cast, at, **more):
        return services.start_screening(by=cast.actor("rosa"), patient=cast.pia, now=at, **more).screening

    def now_no(self, cast, row, at):
        services.answer(by=cast.actor("rosa"), screening=row, question=INFECTED, answer="no", now=at)
        return queries.said(row).answers.given[INFECTED].ended

    @pytest.mark.parametrize("days", [3, 20])
    def test_a_no_after_the_yes_of_last_time_has_ended_today(self, cast, now, days) -> None:
        screened(cast, healthy(INFECT="yes"), now=now, patient=cast.pia)
        again = self.begin_again(cast, now + days * DAY)
        assert self.now_no(cast, again, now + days * DAY) == date(2026, 12, 1) + days * DAY

    def test_what_had_ended_last_time_keeps_its_day(self, cast, now) -> None:
        given = healthy().with_answer(INFECTED, Answer("no", ended=date(2026, 11, 30)))
        screened(cast, given, now=now, patient=cast.pia)
        again = self.begin_again(cast, now + 10 * DAY)
        assert self.now_no(cast, again, now + 10 * DAY) == date(2026, 11, 30)

    def test_answers_that_come_in_at_once_are_held_against_last_time_too(self, cast, now) -> None:
        screened(cast, healthy(INFECT="yes"), now=now, patient=cast.pia)
        row = screened(cast, healthy(), now=now + 10 * DAY, patient=cast.pia)
        assert queries.said(row).answers.given[INFECTED].ended == date(2026, 12, 11)

    def test_another_area_is_another_matter(self, cast, now) -> None:
        screened(cast, healthy(INFECT="yes"), now=now, patient=cast.pia)
        again = self.begin_again(cast, now + 3 * DAY, areas=["neck"])
        assert self.now_no(cast, again, now + 3 * DAY) is None


class TestThePage:
    @pytest.fixture
    def page(self, client, cast, now):
        cache.clear()
        with time_machine.travel(now, tick=False) as traveller:
            client.post(
                "/candidacy/", {"areas": ["full-face"], "date_of_birth": PIA_BORN.isoformat(), "option": NEEDLING}
            )
            token = client.session["candidacy_token"]
            yield f"/candidacy/{token}/ask/{INFECTED}/", traveller

    def test_asks_when_it_was_over_only_where_it_was_there(self, client, page, now) -> None:
        address, traveller = page
        assert "When was it over?" not in client.get(address).content.decode()
        client.post(address, {"answer": "yes"})
        traveller.move_to(now + 3 * DAY)
        assert "When was it over?" in client.get(address).content.decode()
        assert client.post(address, {"answer": "no", "ended": "2026-12-02"}).status_code == 302
        assert ScreeningAnswer.objects.filter(question=INFECTED).latest("pk").ended == date(2026, 12, 2)

    def test_says_beside_the_date_what_is_wrong_with_it(self, client, page, now) -> None:
        address, _ = page
        client.post(address, {"answer": "yes"})
        answer = client.post(address, {"answer": "no", "ended": "2026-12-02"})
        assert answer.status_code == 422
        assert "This day has not come yet." in answer.content.decode()
        early = client.post(address, {"answer": "no", "ended": "1950-01-01"})
        assert early.status_code == 422
        assert "before the date of birth" in early.content.decode()
