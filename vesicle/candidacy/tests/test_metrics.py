"""The director's figures: counted right, with denominators, and honest about small numbers."""

import csv
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vesicle.candidacy import queries, services
from vesicle.candidacy.domain.metrics import Made, Share, override, overrides_by_rule, pace, paces
from vesicle.candidacy.tests.clinic import NEEDLING, PEEL, cleared, healthy, screened
from vesicle.core.errors import NotPermitted
from vesicle.people.identity import staff_actor

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def made(outcome="cleared", hours=1.0, rules=(), by="Iris", option="a/b"):
    asked = NOON - timedelta(hours=hours) if hours is not None else None
    return Made(outcome, option, by, asked, NOON, rules)


class TestCounting:
    def test_a_share_has_a_percentage_from_ten_on(self) -> None:
        assert Share(3, 9).words == "3 of 9"
        assert Share(3, 10).words == "3 of 10 (30 %)"
        assert Share(0, 0).words == "0 of 0"

    def test_the_median_says_how_many_it_rests_on(self) -> None:
        found = pace("", [made(hours=1), made(hours=3), made(hours=50), made(hours=None)])
        assert (found.count, found.timed, found.median_hours) == (4, 3, 3.0)
        assert pace("", []).median_hours is None

    def test_groups_come_largest_first(self) -> None:
        rows = [made(by="Noor"), made(by="Iris"), made(by="Iris")]
        assert [(one.name, one.count) for one in paces(rows, lambda row: row.by)] == [("Iris", 2), ("Noor", 1)]

    def test_a_decision_counts_once_for_each_rule_that_asked_for_it(self) -> None:
        rows = [made(rules=("x", "y", "x")), made("declined", rules=("x",))]
        found = {one.name: one for one in overrides_by_rule(rows)}
        assert (found["x"].cleared, found["x"].declined, found["y"].cleared) == (Share(1, 2), Share(1, 2), Share(1, 1))

    def test_always_cleared_is_said_of_ten_or_more(self) -> None:
        assert not override("x", [made()] * 9).is_always_cleared
        assert override("x", [made()] * 10).is_always_cleared
        assert not override("x", [*[made()] * 10, made("declined")]).is_always_cleared


@pytest.mark.django_db
@pytest.mark.usefixtures("editions")
class TestMetrics:
    @pytest.fixture
    def played(self, cast, now):
        """One decision on a rule after an hour and one plain exam after two minutes, one withdrawn, one overdue."""
        cache.clear()
        row = screened(cast, healthy(KELOID="yes", KELOID__STRONG="no"), now=now, patient=cast.pia)
        review = services.request_review(by=cast.actor("pia"), screening=row, option=NEEDLING, now=now)
        services.decide_review(
            by=cast.actor("iris"),
            review=review,
            outcome="declined",
            mode="video",
            reason="Raised.",
            signature="Iris Lindqvist",
            now=now + timedelta(hours=1),
        )
        cleared(cast, row, now=now, option=PEEL)
        later = now + timedelta(hours=2)
        services.revoke_clearance(by=cast.actor("iris"), patient=cast.pia, option=PEEL, reason="News.", now=later)
        screened(cast, healthy(), now=now, patient=cast.tam)
        return now + timedelta(days=3)

    def test_counts_waiting_pace_rules_and_withdrawals(self, cast, played) -> None:
        found = queries.metrics(cast.actor("owen"), now=played)
        assert (found.waiting, found.overdue, found.oldest) == (1, 1, timedelta(days=3))
        assert (found.all.count, found.all.timed, found.cleared, found.withdrawn) == (2, 2, 1, 1)
        assert [(one.name, one.declined.words) for one in found.by_rule] == [("microneedling.keloid", "1 of 1")]
        assert found.overridden.declined == Share(1, 1)
        assert {one.name for one in found.by_option} == {NEEDLING, PEEL}

    def test_looks_back_as_far_as_asked(self, cast, played) -> None:
        later = played + timedelta(days=60)
        assert queries.metrics(cast.actor("iris"), now=later).all.count == 0
        assert queries.metrics(cast.actor("iris"), now=later, days=90).all.count == 2

    def test_takes_the_same_number_of_reads_however_much_was_decided(
        self, cast, now, played, django_assert_num_queries
    ) -> None:
        iris = cast.actor("iris")
        with CaptureQueriesContext(connection) as few:
            queries.metrics(iris, now=played)
        row = screened(cast, healthy(KELOID="yes", KELOID__STRONG="no"), now=now, patient=cast.tam)
        for option in (NEEDLING, PEEL):
            cleared(cast, row, now=now, option=option)
        with django_assert_num_queries(len(few)):
            queries.metrics(iris, now=played)

    @pytest.mark.parametrize("name", ["noor", "rosa", "ines", "pia"])
    def test_is_for_the_director_and_the_owner(self, cast, now, name) -> None:
        with pytest.raises(NotPermitted):
            queries.metrics(cast.actor(name), now=now)

    def test_otto_counts_nothing_of_ours(self, cast, played) -> None:
        found = queries.metrics(staff_actor(cast.otto), now=played)
        assert (found.waiting, found.all.count, found.withdrawn) == (0, 0, 0)

    def test_the_page_and_the_file_say_the_same(self, client, as_staff, played) -> None:
        with time_machine.travel(played, tick=False):
            page = " ".join(as_staff(client, "owen").get("/desk/candidacy/metrics/").content.decode().split())
            assert "microneedling.keloid" in page
            assert "1 of 1" in page
            assert "Pia" not in page
            file = client.get("/desk/candidacy/metrics/?format=csv&days=90")
        assert file["Content-Type"].startswith("text/csv")
        rows = list(csv.reader(file.content.decode().splitlines()))
        assert ["now", "", "waiting", "1", "", ""] in rows
        assert ["last 90 days", "", "clearances withdrawn", "1", "1", ""] in rows

    def test_says_when_nothing_was_decided(self, client, as_staff) -> None:
        cache.clear()
        page = as_staff(client, "iris").get("/desk/candidacy/metrics/?days=7").content.decode()
        assert "No decisions in these days" in page
