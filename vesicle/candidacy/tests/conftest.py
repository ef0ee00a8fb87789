"""Fixtures of this room: a day, and editions approved on it."""

from datetime import datetime

import pytest
import time_machine
from django.core.cache import cache

from vesicle.candidacy.tests.clinic import NOON_IN_PORTLAND, approve_editions


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
def editions(town, cast, now) -> None:
    """Microneedling and peels, two ways each, approved at Alderbrook."""
    if "editions" not in town:
        approve_editions(cast, now)
