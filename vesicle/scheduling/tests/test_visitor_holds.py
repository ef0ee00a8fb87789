"""How many times one visitor may hold at once, and how one of them is freed."""

from datetime import timedelta

import pytest
from django.test import Client

from vesicle.core import clock
from vesicle.scheduling import services
from vesicle.scheduling.models import Appointment, VisitorHold
from vesicle.scheduling.services import visitor_holds
from vesicle.scheduling.tests import visits

S = Appointment.State
PAGE = "/book/visits/consultation/"


@pytest.fixture
def ask(on_monday, cast):
    visits.offer(cast)
    start = visits.IN_TEN_DAYS

    def ask(browser, number, **more):
        given = {"location": "portland", "start": (start + timedelta(minutes=30 * number)).isoformat(), **more}
        headers = {"accept": "application/json"} if more.pop("json", False) else {}
        return browser.post(PAGE, given, headers=headers)

    return ask


def held():
    return Appointment.objects.filter(state=S.HELD).order_by("pk")


def test_a_visitor_may_hold_three_times_and_is_told_kindly_at_the_fourth(ask, client):
    assert [ask(client, number).status_code for number in range(4)] == [302, 302, 302, 429]
    assert held().count() == 3
    answer = ask(client, 3)
    html = answer.content.decode()
    assert "Give this one back and take the new one" in html
    assert f'name="start" value="{(visits.IN_TEN_DAYS + timedelta(minutes=90)).isoformat()}"' in html


def test_one_button_gives_a_time_back_and_takes_the_new_one(ask, client):
    for number in range(3):
        ask(client, number)
    first = held().first()
    assert ask(client, 3, instead=first.pk).status_code == 302
    first.refresh_from_db()
    assert first.state == S.RELEASED
    assert held().count() == 3


def test_the_old_time_is_kept_when_the_new_one_is_gone(ask, client):
    others = [ask(Client(REMOTE_ADDR="203.0.113.9"), 2).status_code for _ in range(4)]
    assert others[-1] == 200, "nobody is left for this time"
    for number in (0, 1, 3):
        ask(client, number)
    mine = held().last()
    assert ask(client, 2, instead=mine.pk).status_code == 200
    mine.refresh_from_db()
    assert mine.state == S.HELD


def test_nobody_gives_back_what_another_visitor_holds(ask, client):
    ask(Client(REMOTE_ADDR="203.0.113.9"), 5)
    theirs = held().get()
    for number in range(3):
        ask(client, number)
    assert ask(client, 3, instead=theirs.pk).status_code == 429
    theirs.refresh_from_db()
    assert theirs.state == S.HELD


def test_a_program_gets_problem_json(ask, client):
    for number in range(3):
        ask(client, number)
    answer = ask(client, 3, json=True)
    assert (answer.status_code, answer.headers["Content-Type"]) == (429, "application/problem+json")
    assert answer.json()["code"] == "too-many-holds"


def test_holds_that_lapsed_do_not_count(ask, client):
    for number in range(3):
        ask(client, number)
    with clock.pretend(clock.now() + timedelta(minutes=11)):
        assert ask(client, 3).status_code == 302


def test_without_cookies_the_address_counts(ask, monkeypatch):
    monkeypatch.setattr(visitor_holds, "MOST_AN_ADDRESS", 4)
    assert [ask(Client(), number).status_code for number in range(5)] == [302, 302, 302, 302, 429]
    assert ask(Client(REMOTE_ADDR="203.0.113.9"), 5).status_code == 302


def test_the_table_knows_no_address_and_forgets_after_a_day(ask, client):
    ask(client, 0)
    row = VisitorHold.objects.get()
    assert "127.0.0.1" not in (row.session + row.address)
    assert services.forget_visitors(now=clock.now() + timedelta(hours=23)) == 0
    assert services.forget_visitors(now=clock.now() + timedelta(hours=25)) == 1


def test_the_desk_is_not_counted(ask, client, as_staff):
    rosa = as_staff(client, "rosa")
    assert {ask(rosa, number).status_code for number in range(5)} == {302}
