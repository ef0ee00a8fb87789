"""Fixtures of this room: a day, and editions approved on it."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.cache import cache

from vesicle.candidacy.tests.clinic import approve_editions

NOON_IN_PORTLAND = datetime(2026, 12, 1, 20, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """Noon on December 1, 2026, in Portland."""
    return NOON_IN_PORTLAND


@pytest.fixture
def on_december_first(now):
    """Let the clock stand on that day, and forget who asked how often; gives the traveler, to move it."""
    cache.clear()
    with time_machine.travel(now, tick=False) as traveler:
        yield traveler


@pytest.fixture
def editions(cast, now) -> None:
    """Microneedling and peels, two ways each, approved at Alderbrook."""
    approve_editions(cast, now)
