"""Suggested times: a few good ones first with why, all others below, in the visitor's language."""

from datetime import UTC, datetime, time, timedelta

import pytest

from vesicle.core import clock
from vesicle.scheduling.domain import NO_WISHES, Wishes, suggest
from vesicle.scheduling.time_pages import wishes_of

MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
RANKED = [MONDAY + timedelta(days=day, minutes=15 * quarter) for day in range(5) for quarter in range(36)]


class TestSuggest:
    def test_takes_the_best_but_not_neighbours_and_not_all_of_one_day(self):
        found = suggest(RANKED)
        assert [start.strftime("%a %H:%M") for start in found.starts] == [
            "Mon 09:00", "Mon 10:00", "Tue 09:00", "Tue 10:00",
        ]  # fmt: skip

    def test_goes_by_wishes_before_the_soonest_day(self):
        found = suggest(RANKED, Wishes(weekdays=(3,), earliest=time(14)))
        assert [start.strftime("%a %H:%M") for start in found.starts] == ["Thu 14:00", "Thu 15:00"]
        assert found.meets

    def test_says_when_nothing_is_as_wished_and_suggests_the_soonest(self):
        found = suggest(RANKED, Wishes(weekdays=(6,)))
        assert not found.meets
        assert found.starts == suggest(RANKED).starts

    def test_of_nothing_suggests_nothing(self):
        assert suggest([]).starts == ()


@pytest.mark.parametrize(
    ("given", "wishes"),
    [
        ({}, NO_WISHES),
        ({"part": "night", "weekday": "9"}, NO_WISHES),
        ({"part": "morning"}, Wishes(latest=time(11, 59))),
        ({"part": "evening", "weekday": "4"}, Wishes(weekdays=(4,), earliest=time(16))),
    ],
)
def test_wishes_are_read_and_nonsense_is_no_wish(given, wishes):
    assert wishes_of(given) == wishes


class TestPage:
    @pytest.fixture
    def shown(self, path, as_patient, client):
        pia = path()
        browser = as_patient(client, pia.patient)
        first = clock.now().date() + timedelta(days=1)

        def show(more=""):
            page = f"/book/times/?option={pia.option}&areas=full-face&location=portland&from={first}{more}"
            return browser.get(page)

        return show

    def test_shows_suggested_times_first_with_why_and_every_other_time_once(self, shown):
        answer = shown()
        html = answer.content.decode()
        assert html.index("Suggested times") < html.index("leave the rest of the day in one piece")
        assert html.index("leave the rest of the day in one piece") < html.index("All other times")
        suggested = list(answer.context["suggested"])
        others = [slot.start for day in answer.context["days"] for slot in day.slots]
        assert 1 <= len(suggested) <= 4
        assert not set(suggested) & set(others)
        assert all(html.count(f'value="{start.isoformat()}"') == 1 for start in suggested + others)

    def test_counts_the_wish_and_says_so(self, shown):
        answer = shown("&part=afternoon")
        assert all(12 <= start.hour < 16 for start in answer.context["suggested"])
        assert "These are as you wished" in answer.content.decode()

    def test_speaks_spanish_to_who_asks_for_it(self, shown):
        html = shown("&lang=es").content.decode()
        assert '<html lang="es"' in html
        assert "Horas que le proponemos" in html
        assert "Suggested" not in html
