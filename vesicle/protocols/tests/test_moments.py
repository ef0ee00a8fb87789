"""An approved edition takes force at its moment: the clock decides, it happens once, until then it can be held back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from vesicle.core import clock
from vesicle.core.errors import Conflict, Invalid, NotPermitted
from vesicle.core.models import AuditEntry
from vesicle.protocols import hooks, queries, services
from vesicle.protocols.health import approved as approved_findings
from vesicle.protocols.models import Edition
from vesicle.protocols.tests.editions import STATEMENT, approved, draft, fresh, in_review, install

NEW = {"headline": "Said anew"}
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def releases(cast):
    install()


def sign(cast, edition, moment=None, by="iris"):
    services.approve_edition(by=cast.actor(by), edition=edition, statement=STATEMENT, takes_force_at=moment)
    return fresh(edition)


@pytest.fixture
def moment():
    return clock.now() + HOUR


@pytest.fixture
def old(cast):
    return approved(cast)


@pytest.fixture
def waiting(cast, old, moment):
    return sign(cast, in_review(cast, overlay=NEW), moment)


def headline(cast):
    return queries.offered(cast.clinic.pk, "prp/injection").overlay.headline


class TestUntilThen:
    def test_the_edition_before_is_in_force_everywhere(self, cast, old, waiting):
        assert (waiting.status, fresh(old).status) == ("scheduled", "approved")
        assert headline(cast) == ""
        assert services.settle_due() == 0
        standing = queries.standing(cast.actor("owen"), "prp")
        assert (standing.approved, standing.scheduled) == (old, waiting)

    def test_nothing_else_of_the_treatment_is_approved(self, cast, waiting):
        other = in_review(cast)
        with pytest.raises(Conflict, match="Cancel its moment first"):
            sign(cast, other)

    def test_the_next_draft_goes_on_from_it_and_is_compared_with_it(self, cast, waiting):
        later = draft(cast)
        assert later.overlay == NEW
        assert queries.released_before(cast.actor("owen"), later) == waiting

    def test_a_director_moves_the_moment(self, cast, waiting, moment):
        services.move_moment(by=cast.actor("iris"), edition=waiting, moment=moment + HOUR)
        with clock.pretend(moment):
            assert headline(cast) == ""
        with clock.pretend(moment + HOUR):
            assert headline(cast) == "Said anew"

    def test_a_director_cancels_it_and_the_signature_still_counts(self, cast, old, waiting, moment):
        services.cancel_moment(by=cast.actor("iris"), edition=waiting)
        with clock.pretend(moment + HOUR):
            assert headline(cast) == ""
        assert (fresh(waiting).status, fresh(waiting).takes_force_at) == ("in-review", None)
        assert sign(cast, waiting).status == "approved"
        assert fresh(waiting).approvals.count() == 1

    def test_the_page_of_the_clinic_knows_when_it_changes(self, cast, waiting, moment):
        def known():
            cast.clinic.refresh_from_db()
            return cast.clinic.site_moments

        assert known() == [moment]
        services.cancel_moment(by=cast.actor("iris"), edition=waiting)
        assert known() == []

    @pytest.mark.parametrize("verb", ["move", "cancel"])
    @pytest.mark.parametrize("name", ["owen", "noor", "rosa"])
    def test_nobody_else_may(self, cast, waiting, moment, verb, name):
        with pytest.raises(NotPermitted):
            hold_back(verb, cast, waiting, moment, by=name)

    @pytest.mark.parametrize("verb", ["move", "cancel"])
    def test_not_in_its_last_minute(self, cast, waiting, moment, verb):
        with clock.pretend(moment - timedelta(seconds=59)), pytest.raises(Conflict, match="within the minute"):
            hold_back(verb, cast, waiting, moment)
        with clock.pretend(moment - timedelta(seconds=61)):
            hold_back(verb, cast, waiting, moment)

    def test_what_happened_is_in_the_audit(self, cast, waiting, moment):
        services.move_moment(by=cast.actor("iris"), edition=waiting, moment=moment + HOUR)
        services.cancel_moment(by=cast.actor("iris"), edition=waiting)
        rows = AuditEntry.objects.filter(object_id=waiting.pk, object_type="protocols.edition").order_by("pk")
        assert [row.code for row in rows][-3:] == ["edition.scheduled", "edition.scheduled", "edition.unscheduled"]
        assert rows.filter(code="edition.scheduled").last().detail["instead_of"] == moment.isoformat()


def hold_back(verb, cast, edition, moment, by="iris"):
    if verb == "move":
        return services.move_moment(by=cast.actor(by), edition=edition, moment=moment + 2 * HOUR)
    return services.cancel_moment(by=cast.actor(by), edition=edition)


class TestTheMoment:
    def test_reads_are_right_before_any_worker_came(self, cast, old, waiting, moment):
        with clock.pretend(moment - timedelta(microseconds=1)):
            assert headline(cast) == ""
        with clock.pretend(moment):
            assert headline(cast) == "Said anew"
            assert {one.edition_id for one in queries.offered_options(cast.clinic.pk)} == {waiting.pk}
            standing = queries.standing(cast.actor("owen"), "prp")
            assert (standing.approved, standing.scheduled) == (waiting, None)
        assert fresh(waiting).status == "scheduled"

    def test_the_worker_settles_it_once_and_tells_other_rooms_once(self, cast, old, waiting, moment, monkeypatch):
        told = []
        monkeypatch.setattr(hooks, "after_approval", [lambda *said: told.append(said)])
        with clock.pretend(moment + HOUR):
            assert [services.settle_due(), services.settle_due()] == [1, 0]
        assert (fresh(waiting).status, fresh(old).status) == ("approved", "retired")
        assert [(edition, before) for _, edition, before in told] == [(waiting, old)]
        assert told[0][0].name == "Publishing clock"
        assert fresh(waiting).takes_force_at == moment

    def test_the_old_one_retired_meanwhile_leaves_a_gap_and_then_the_new_one(self, cast, old, waiting, moment):
        services.retire_edition(by=cast.actor("iris"), edition=old)
        assert queries.offered_options(cast.clinic.pk) == ()
        with clock.pretend(moment):
            assert services.settle_due() == 1
            assert headline(cast) == "Said anew"

    def test_verbs_find_what_the_clock_says_when_the_worker_is_late(self, cast, old, waiting, moment):
        with clock.pretend(moment + HOUR):
            with pytest.raises(Conflict, match="retired"):
                services.retire_edition(by=cast.actor("iris"), edition=old)
            services.retire_edition(by=cast.actor("iris"), edition=waiting)
            assert queries.offered_options(cast.clinic.pk) == ()

    def test_another_may_be_approved_after_it(self, cast, old, waiting, moment):
        later = in_review(cast)
        with clock.pretend(moment + HOUR):
            assert sign(cast, later).status == "approved"
        assert fresh(waiting).status == "retired"

    def test_without_an_edition_before_it_is_the_first(self, cast, moment):
        sign(cast, in_review(cast, overlay=NEW), moment)
        assert queries.offered_options(cast.clinic.pk) == ()
        with clock.pretend(moment):
            assert headline(cast) == "Said anew"


class TestChoosing:
    @pytest.mark.parametrize("away", [timedelta(seconds=-5), timedelta(seconds=59), timedelta(days=367)])
    def test_a_moment_past_at_hand_or_far_off_is_refused(self, cast, away):
        edition = in_review(cast)
        with pytest.raises(Invalid) as refused:
            sign(cast, edition, clock.now() + away)
        assert list(refused.value.fields) == ["moment"]
        assert fresh(edition).status == "in-review"

    def test_it_is_the_directors_to_choose(self, cast, moment):
        services.decide_signatures(by=cast.actor("iris"), signatures=2)
        edition = in_review(cast)
        with pytest.raises(NotPermitted):
            sign(cast, edition, moment, by="noor")

    @pytest.mark.parametrize("order", [("iris", "noor"), ("noor", "iris")])
    def test_where_two_sign_the_directors_wish_holds(self, cast, moment, order):
        services.decide_signatures(by=cast.actor("iris"), signatures=2)
        edition = in_review(cast)
        for name in order:
            edition = sign(cast, edition, moment if name == "iris" else None, by=name)
        assert (edition.status, edition.takes_force_at) == ("scheduled", moment)


class TestTheDatabase:
    @pytest.mark.parametrize(
        "change",
        [
            {"overlay": {}},
            {"status": "draft", "takes_force_at": None},
            {"takes_force_at": None},
            {"status": "approved", "takes_force_at": datetime(2030, 1, 1, tzinfo=UTC)},
        ],
    )
    def test_refuses_to_change_what_was_signed(self, waiting, change):
        with pytest.raises(IntegrityError), transaction.atomic():
            Edition.objects.filter(pk=waiting.pk).update(**change)

    def test_refuses_a_second_one_that_waits(self, cast, waiting, moment):
        other = in_review(cast)
        with pytest.raises(IntegrityError, match="one_scheduled_edition"), transaction.atomic():
            Edition.objects.filter(pk=other.pk).update(status="scheduled", takes_force_at=moment)

    def test_refuses_a_moment_for_what_nobody_approved(self, cast, moment):
        edition = draft(cast)
        with pytest.raises(IntegrityError, match="a_moment_is_chosen_with_approval"), transaction.atomic():
            Edition.objects.filter(pk=edition.pk).update(takes_force_at=moment)

    def test_never_lets_a_retired_one_come_back(self, cast, old):
        services.retire_edition(by=cast.actor("iris"), edition=old)
        with pytest.raises(IntegrityError), transaction.atomic():
            Edition.objects.filter(pk=old.pk).update(status="approved")


LATER = {"when": "later", "zone": "America/Los_Angeles"}


class TestThePage:
    @pytest.fixture
    def iris(self, client, as_staff):
        return as_staff(client, "iris")

    def send(self, client, edition, verb="approve", **data):
        signed = {"statement": STATEMENT, "revision": edition.revision} if verb == "approve" else {}
        return client.post(f"/desk/protocols/editions/{edition.pk}/{verb}/", signed | data)

    @pytest.mark.parametrize(
        ("day", "hour", "utc"),
        [
            ("2027-03-14", "01:59", datetime(2027, 3, 14, 9, 59, tzinfo=UTC)),
            ("2027-03-14", "03:00", datetime(2027, 3, 14, 10, 0, tzinfo=UTC)),
            ("2026-11-01", "01:30", datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
            ("2026-11-01", "02:00", datetime(2026, 11, 1, 10, 0, tzinfo=UTC)),
        ],
    )
    def test_a_day_and_an_hour_are_those_of_the_clinics_clock(self, cast, iris, day, hour, utc):
        edition = in_review(cast)
        with clock.pretend(utc - timedelta(days=2)):
            self.send(iris, edition, day=day, moment=hour, **LATER)
        assert fresh(edition).takes_force_at == utc

    def test_an_hour_that_the_clock_skips_is_refused_and_the_next_one_named(self, cast, iris):
        edition = in_review(cast)
        with clock.pretend(datetime(2027, 3, 1, tzinfo=UTC)):
            answer = self.send(iris, edition, day="2027-03-14", moment="02:30", **LATER)
        assert answer.status_code == 422
        assert "goes from 02:00 to 03:00; 02:30 is skipped" in answer.content.decode()
        assert fresh(edition).status == "in-review"

    def test_later_needs_a_day_and_an_hour_and_now_does_not(self, cast, iris):
        edition = in_review(cast)
        assert self.send(iris, edition, **LATER).status_code == 422
        assert self.send(iris, edition, when="now", day="nonsense").status_code == 302
        assert fresh(edition).status == "approved"

    def test_the_history_says_when_each_took_force(self, cast, iris, old):
        edition = sign(cast, in_review(cast, overlay=NEW), datetime(2027, 11, 7, 8, 30, tzinfo=UTC))
        page = iris.get("/desk/protocols/prp/").content.decode()
        assert page.count("Took force") == 1
        assert page.count("Takes force") == 1
        with clock.pretend(edition.takes_force_at):
            services.settle_due()
        page = iris.get("/desk/protocols/prp/").content.decode()
        assert "<dt>Took force</dt><dd>Sun Nov 7, 2027, 01:30 PDT (Los Angeles)" in page

    def test_it_is_shown_moved_and_cancelled_on_the_desk(self, cast, iris, old):
        edition = in_review(cast, overlay=NEW)
        self.send(iris, edition, day="2027-01-15", moment="06:00", **LATER)
        words = "Fri Jan 15, 2027, 06:00 PST (Los Angeles)"
        for page in (f"editions/{edition.pk}/", f"editions/{old.pk}/", "", "prp/"):
            assert words in iris.get(f"/desk/protocols/{page}").content.decode(), page
        self.send(iris, edition, "move", day="2027-01-16", moment="06:00", zone="America/Los_Angeles")
        assert fresh(edition).takes_force_at == datetime(2027, 1, 16, 14, tzinfo=UTC)
        refused = self.send(iris, edition, "move", day="2020-01-16", moment="06:00", zone="America/Los_Angeles")
        assert (refused.status_code, "has passed" in refused.content.decode()) == (422, True)
        self.send(iris, edition, "cancel")
        assert fresh(edition).status == "in-review"


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_moment_put_it_into_force_once(cast, waiting, moment):
    def work():
        try:
            with clock.pretend(moment):
                return services.settle_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        assert sorted(one.result() for one in [workers.submit(work) for _ in range(2)]) == [0, 1]
    assert AuditEntry.objects.filter(code="edition.approved", object_id=waiting.pk).count() == 1


class TestALateWorker:
    def test_is_named_by_the_doctor(self, cast, waiting, moment):
        with clock.pretend(moment + HOUR):
            assert any("no worker has settled it" in one.what for one in approved_findings())
            services.settle_due()
            assert not any("no worker" in one.what for one in approved_findings())

    def test_of_one_clinic_keeps_no_other_waiting(self, cast, waiting, moment, monkeypatch, caplog):
        def fail(*told):
            raise Conflict("No.")

        monkeypatch.setattr(hooks, "after_approval", [fail])
        with clock.pretend(moment):
            assert services.settle_due() == 0
            assert headline(cast) == "Said anew"
        assert "trying again" in caplog.text
        monkeypatch.setattr(hooks, "after_approval", [])
        with clock.pretend(moment):
            assert services.settle_due() == 1
