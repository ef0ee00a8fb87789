"""A house that a real browser can walk through, and a calendar that the test turns."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.walking import Calendar, Mail, Screen


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch) -> Calendar:
    """The house's clock, for the test and for the server's own threads alike.

    ``core.clock`` is the only place that looks at a clock, so turning it there moves the whole house, while sessions,
    cookies and the browser stay in the present.
    """
    from vesicle.core import clock
    from vesicle.treatment.tests.situations import MONDAY

    turned = Calendar(MONDAY)
    monkeypatch.setattr(clock, "now", lambda: clock._pretended.get() or turned.moment)
    return turned


@pytest.fixture
def alderbrook(calendar: Calendar, live_server: Any, cast: Any, settings: Any) -> Any:
    """Alderbrook, open and stocked, at the live server's address."""
    from vesicle.treatment.tests.situations import open_house

    settings.PUBLIC_URL = live_server.url
    return open_house(cast)


@pytest.fixture
def mail(alderbrook: Any, calendar: Calendar) -> Mail:
    """The patient's mailbox; reading it lets the worker send what is due."""
    return Mail(calendar)


@pytest.fixture
def phone(page: Any, live_server: Any) -> Iterator[Screen]:
    """The patient's phone."""
    screen = Screen(page, live_server.url)
    yield screen
    assert screen.troubles == []


@pytest.fixture
def desk(browser: Any, browser_context_args: Any, live_server: Any, alderbrook: Any, client: Any) -> Iterator[Any]:
    """Return ``desk("noor")``: that member of staff at a tablet of 1024 points, already signed in."""
    from django.test import Client

    from vesicle.people.tests.fixtures import pass_second_factor

    opened: list[tuple[Any, Screen]] = []

    def sign_in(name: str) -> Screen:
        someone = Client()
        pass_second_factor(someone, getattr(alderbrook.cast, name).user)
        context = browser.new_context(**browser_context_args | {"viewport": {"width": 1024, "height": 768}})
        context.add_cookies(
            [{"name": "sessionid", "value": someone.cookies["sessionid"].value, "url": live_server.url}]
        )
        screen = Screen(context.new_page(), live_server.url)
        opened.append((context, screen))
        return screen

    yield sign_in
    for context, screen in opened:
        context.close()
        assert screen.troubles == []
