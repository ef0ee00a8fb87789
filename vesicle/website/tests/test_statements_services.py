"""Editions with sentences that claim something: refused until they are mended or rest on a claim, then watched."""

import copy
import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from vesicle.clinic.models import Location
from vesicle.clinic.queries import forget_clinics, latest_day
from vesicle.core import clock
from vesicle.core.errors import Conflict, Invalid, NotFound, NotPermitted, Stale
from vesicle.core.models import AuditEntry
from vesicle.core.scope import clinic_scope
from vesicle.people.models import Message
from vesicle.protocols import hooks
from vesicle.protocols import services as protocols
from vesicle.protocols.hooks import NotReady
from vesicle.protocols.models import Edition, EditionApproval, ProtocolRelease
from vesicle.protocols.queries import latest_release
from vesicle.protocols.tests.editions import STATEMENT, draft, fresh, install
from vesicle.website import services, telling
from vesicle.website import statement_queries as queries
from vesicle.website.claims.rules import VERSION
from vesicle.website.models import StatementReport
from vesicle.website.statements.judging import proposals
from vesicle.website.statements.own_words import digest

CARRIED = "Fine lines may soften a little with microneedling."
NOTE = f"Ask us anything. {CARRIED} We are on the second floor."
OVERLAY = {"note": NOTE}
PAGE = "/treatments/microneedling/"
REVIEW = date(2027, 11, 23)


@pytest.fixture(autouse=True)
def releases(cast):
    install()


@pytest.fixture
def edition(cast):
    return draft(cast, "microneedling", OVERLAY)


def checked(edition, now=None):
    return queries.check(fresh(edition), now=now or clock.now())


def claim_for(edition, sentence=CARRIED):
    best = proposals(sentence, checked(edition).basis)[0]
    assert best.ok, best.why
    return best.made


def link(cast, edition, by="owen", sentence=CARRIED, **more):
    made = claim_for(edition, sentence)
    wanted = {"claim": made.claim.id, "says": made.says, "expected_revision": fresh(edition).revision} | more
    return services.link_statement(by=cast.actor(by), edition=edition, sentence=digest(sentence), **wanted)


def submit(cast, edition):
    return protocols.submit_for_review(by=cast.actor("owen"), edition=edition)


def approve(cast, edition):
    return protocols.approve_edition(by=cast.actor("iris"), edition=edition, statement=STATEMENT)


@pytest.fixture
def in_force(cast, edition):
    link(cast, edition)
    submit(cast, edition)
    approve(cast, edition)
    return fresh(edition)


def new_release(edition, change, version="9.0.0"):
    """Install a release whose claims were changed."""
    content = copy.deepcopy(latest_release(edition.treatment).content) | {"version": version}
    for part in (content, *content["modalities"]):
        if part.get("claims"):
            part["claims"] = [one for one in map(change, part["claims"]) if one is not None]
    return ProtocolRelease.objects.create(
        treatment=edition.treatment,
        version=version,
        source="",
        content=content,
        checksum="0" * 64,
        installed_at=clock.now(),
    )


class TestRefusal:
    @pytest.mark.parametrize(
        ("overlay", "where"),
        [
            ({"headline": "It cures acne"}, "Headline"),
            ({"intro": ["Hello there.", "Our serum cures acne."]}, "Introduction, paragraph 2"),
            ({"note": "Our serum cures acne."}, "Note"),
            ({"questions": [{"question": "Does it cure acne?", "answer": "Yes, absolutely."}]}, "Answer 1"),
            ({"note": CARRIED}, "Note"),
            ({"sections": {"what-to-expect": CARRIED}}, "Words under “The visit”"),
        ],
    )
    def test_a_draft_is_saved_with_it_and_goes_no_further(self, cast, overlay, where):
        edition = draft(cast, "microneedling", overlay)
        before = fresh(edition).__dict__ | {"_state": None}
        entries = AuditEntry.objects.count()
        with pytest.raises(NotReady) as refused:
            submit(cast, edition)
        (fault,) = refused.value.faults
        assert fault.where == where
        assert fault.what
        assert fault.why
        assert fault.mend
        assert fault.what in refused.value.message
        after = fresh(edition).__dict__ | {"_state": None}
        assert {key: after[key] for key in before if key != "_release"} == {
            key: before[key] for key in before if key != "_release"
        }
        assert AuditEntry.objects.count() == entries

    def test_every_sentence_is_named(self, cast):
        edition = draft(cast, "microneedling", {"headline": "It cures acne", "note": NOTE})
        with pytest.raises(NotReady) as refused:
            submit(cast, edition)
        assert [one.where for one in refused.value.faults] == ["Headline", "Note"]

    def test_the_own_text_of_a_protocol_is_judged_where_it_differs(self, cast):
        edition = draft(cast, "microneedling")
        content = protocols.start_text(fresh(edition)) | {"tagline": "Needles that cure acne."}
        protocols.change_protocol(by=cast.actor("iris"), edition=edition, content=content, expected_revision=1)
        with pytest.raises(NotReady) as refused:
            submit(cast, edition)
        assert [one.where for one in refused.value.faults] == ["Protocol, tagline"]

    def test_an_own_text_that_drops_the_required_statement_is_refused(self, cast):
        edition = draft(cast, "microneedling")
        statement = checked(edition).required[0]
        assert statement.is_there
        queries._OF_PROTOCOL.clear()
        key = (fresh(edition).release_id, "", "US")
        queries._OF_PROTOCOL[key] = (True, False)
        try:
            with pytest.raises(NotReady) as refused:
                submit(cast, edition)
            (fault,) = refused.value.faults
            assert fault.where == "The page as a whole"
            assert statement.statement in fault.mend
            said = protocols.change_overlay(
                by=cast.actor("owen"), edition=edition, overlay={"note": statement.statement}, expected_revision=1
            )
            assert submit(cast, said).status == "in-review"
        finally:
            queries._OF_PROTOCOL.clear()

    def test_a_country_without_rules_is_said_and_nothing_is_guessed(self, cast):
        edition = draft(cast, "microneedling", {"note": "We are on the second floor."})
        bare = draft(cast, "microneedling")
        cast.clinic.jurisdiction = "ZZ"
        cast.clinic.save()
        forget_clinics()
        with pytest.raises(NotReady, match="not a jurisdiction we have rules for"):
            submit(cast, edition)
        assert submit(cast, bare).status == "in-review"

    @pytest.mark.parametrize("treatment", ["exosome-therapy", "microneedling"])
    @pytest.mark.parametrize("country", ["EU", "UK", "CA", "KR", "JP", "AU", "TW", "SA"])
    def test_what_the_page_says_of_the_clinics_own_country_is_the_required_statement(self, cast, treatment, country):
        cast.clinic.jurisdiction = country
        cast.clinic.save()
        forget_clinics()
        found = queries.check(draft(cast, treatment), now=clock.now())
        assert found.basis.jurisdiction == country
        assert found.missing == ()

    def test_it_is_asked_again_before_a_signature(self, cast, edition):
        link(cast, edition)
        submit(cast, edition)
        with (
            time_machine.travel(datetime(2027, 11, 25, tzinfo=UTC), tick=False),
            pytest.raises(NotReady, match="looked at again"),
        ):
            approve(cast, edition)
        assert fresh(edition).status == "in-review"
        assert EditionApproval.objects.count() == 0
        assert StatementReport.objects.count() == 0

    def test_an_edition_without_words_of_its_own_passes(self, cast):
        assert submit(cast, draft(cast, "microneedling")).status == "in-review"


class TestLink:
    def test_it_stores_who_when_and_what_the_claim_said_and_is_part_of_what_is_signed(self, cast, edition):
        unlinked = protocols.content_hash(fresh(edition))
        made = claim_for(edition)
        row = link(cast, edition)
        (stored,) = row.overlay["links"]
        assert stored["sentence"] == digest(CARRIED)
        assert (stored["claim"], stored["says"], stored["by"]) == (made.claim.id, made.says, "Owen Pryce")
        assert stored["version"] == checked(edition).basis.version
        assert stored["at"]
        assert protocols.content_hash(row) != unlinked
        assert AuditEntry.objects.filter(code="statement.linked").count() == 1
        assert submit(cast, edition).status == "in-review"

    def test_a_claim_that_does_not_carry_the_sentence_is_refused_and_nothing_changes(self, cast):
        strong = "Microneedling makes fine lines disappear in 90 % of people."
        edition = draft(cast, "microneedling", {"note": strong})
        made = next(one.made for one in proposals(strong, checked(edition).basis))
        with pytest.raises((Invalid, NotFound)):
            services.link_statement(
                by=cast.actor("owen"), edition=edition, sentence=digest(strong), claim=made.claim.id, says=made.says,
                expected_revision=1,
            )  # fmt: skip
        assert fresh(edition).revision == 1
        assert "links" not in fresh(edition).overlay

    @pytest.mark.parametrize("wrong", [{"claim": "nothing"}, {"says": "0" * 64}])
    def test_a_claim_that_is_not_made_is_not_found(self, cast, edition, wrong):
        with pytest.raises(NotFound):
            link(cast, edition, **wrong)

    def test_a_sentence_that_is_not_there_is_not_found(self, cast, edition):
        made = claim_for(edition)
        with pytest.raises(NotFound):
            services.link_statement(
                by=cast.actor("owen"), edition=edition, sentence=digest("Another."), claim=made.claim.id,
                says=made.says, expected_revision=1,
            )  # fmt: skip

    def test_the_slower_of_two_editors_is_told_and_changes_nothing(self, cast, edition):
        protocols.change_overlay(by=cast.actor("iris"), edition=edition, overlay=OVERLAY, expected_revision=1)
        with pytest.raises(Stale):
            link(cast, edition, expected_revision=1)
        assert "links" not in fresh(edition).overlay

    def test_what_is_in_review_cannot_be_relinked(self, cast, edition):
        link(cast, edition)
        submit(cast, edition)
        for act in (
            lambda: link(cast, edition),
            lambda: services.unlink_statement(
                by=cast.actor("owen"), edition=edition, sentence=digest(CARRIED), expected_revision=2
            ),
        ):
            with pytest.raises(Conflict):
                act()

    def test_taking_it_off_keeps_the_draft_back_again(self, cast, edition):
        link(cast, edition)
        services.unlink_statement(by=cast.actor("iris"), edition=edition, sentence=digest(CARRIED), expected_revision=2)
        with pytest.raises(NotReady):
            submit(cast, edition)

    @pytest.mark.parametrize("name", ["rosa", "noor", "ines", "pia"])
    def test_others_may_not(self, cast, edition, name):
        with pytest.raises(NotPermitted):
            link(cast, edition, by=name)

    def test_otto_meets_nothing(self, cast, edition):
        made = claim_for(edition)
        with clinic_scope(cast.other.pk), pytest.raises(NotFound):
            services.link_statement(
                by=cast.actor("otto"), edition=edition, sentence=digest(CARRIED), claim=made.claim.id,
                says=made.says, expected_revision=1,
            )  # fmt: skip

    def test_editing_the_sentence_takes_the_link_and_writing_it_back_brings_it_back(self, cast, edition):
        row = link(cast, edition)
        changed = row.overlay | {"note": NOTE.replace("a little", "a bit")}
        protocols.change_overlay(by=cast.actor("owen"), edition=edition, overlay=changed, expected_revision=2)
        with pytest.raises(NotReady):
            submit(cast, edition)
        protocols.change_overlay(by=cast.actor("owen"), edition=edition, overlay=row.overlay, expected_revision=3)
        assert submit(cast, edition).status == "in-review"

    def test_a_draft_goes_on_with_the_links_of_the_edition_in_force(self, cast, in_force):
        assert draft(cast, "microneedling").overlay == in_force.overlay


class TestReport:
    def test_it_is_kept_with_the_edition_and_names_what_was_checked(self, cast, in_force):
        (report,) = StatementReport.objects.filter(edition=in_force)
        assert (report.jurisdiction, report.version, report.revision) == ("US", VERSION, in_force.revision)
        assert report.checked_on == latest_day(cast.clinic.pk, clock.now())
        states = {one["text"]: one["state"] for one in report.content["sentences"]}
        assert states[CARRIED] == "carried"
        assert states["Ask us anything."] == "ok"
        assert "compliant" not in str(report.content).lower()
        assert "no legal advice" in report.content["note"]

    def test_it_never_changes(self, cast, in_force):
        with pytest.raises(IntegrityError), transaction.atomic():
            StatementReport.objects.filter(edition=in_force).update(version="2")


def page(client, moment=None):
    forget_clinics()
    if moment is None:
        return client.get(PAGE).content.decode()
    with time_machine.travel(moment, tick=False):
        return client.get(PAGE).content.decode()


class TestPage:
    def test_the_sentence_stands_there_with_its_grade_and_sources(self, client, cast, in_force):
        found = page(client)
        start = found.index(CARRIED)
        beside = found[start : found.index("We are on the second floor.", start)]
        assert 'href="#ref-' in beside
        assert "grade" in beside

    def test_it_is_withdrawn_from_everything_that_said_it(self, client, cast):
        said = {"question": "Does it help?", "answer": f"{CARRIED} Ask us."}
        overlay = {"headline": CARRIED, "intro": [CARRIED], "note": NOTE, "questions": [said]}
        edition = draft(cast, "microneedling", overlay | {"sections": {"results": f"{CARRIED} Ring the bell."}})
        link(cast, edition)
        submit(cast, edition)
        approve(cast, edition)
        everything = (PAGE, f"/es{PAGE}", f"/embed/v1{PAGE}", f"/embed/v1/es{PAGE}", "/", "/treatments/")
        words, drawn = CARRIED.rstrip("."), re.compile(r'og:image" content="([^"]+)')

        def asked(address, day):
            forget_clinics()
            with time_machine.travel(datetime(2027, 11, day, 20, tzinfo=UTC), tick=False):
                return client.get(address).content.decode()

        for address in everything:
            before, after = asked(address, 23), asked(address, 24)
            assert words in before, address
            assert words not in after, address
        assert drawn.search(asked(PAGE, 23))[1] != drawn.search(asked(PAGE, 24))[1]
        assert "Ring the bell." in asked(PAGE, 24)

    def test_it_is_withdrawn_the_day_after_the_review_date_and_the_rest_stays(self, client, cast, in_force):
        assert CARRIED in page(client, datetime(2027, 11, 23, 20, tzinfo=UTC))
        after = page(client, datetime(2027, 11, 24, 20, tzinfo=UTC))
        assert CARRIED not in after
        assert "Ask us anything. We are on the second floor." in after

    def test_a_page_from_memory_goes_at_midnight_where_the_clinic_is(self, client, cast, in_force):
        Location.objects.update(time_zone="Asia/Tokyo")
        assert CARRIED in page(client, datetime(2027, 11, 23, 14, 59, tzinfo=UTC))
        assert CARRIED not in page(client, datetime(2027, 11, 23, 15, 0, tzinfo=UTC))

    def test_the_last_day_is_whole_where_the_clinic_is(self, client, cast, in_force):
        Location.objects.update(time_zone="America/Los_Angeles")
        assert CARRIED in page(client, datetime(2027, 11, 24, 7, 59, tzinfo=UTC))
        assert CARRIED not in page(client, datetime(2027, 11, 24, 8, 0, tzinfo=UTC))

    def test_of_two_zones_the_one_where_the_day_is_over_counts(self, client, cast, in_force):
        first, *_ = Location.objects.order_by("pk")
        Location.objects.update(time_zone="America/Los_Angeles")
        Location.objects.filter(pk=first.pk).update(time_zone="Asia/Tokyo")
        assert CARRIED not in page(client, datetime(2027, 11, 23, 15, 0, tzinfo=UTC))

    @pytest.mark.parametrize(
        "change",
        [
            lambda claim: None if claim["id"] == "fine-lines" else claim,
            lambda claim: claim | {"grade": "very-low"},
            lambda claim: claim | {"wording": claim["wording"] + " Nobody knows for how long."},
            lambda claim: claim | {"refs": claim.get("refs", [])[:-1] or ["AnotherTrial2026"]},
        ],
    )
    def test_it_is_withdrawn_when_a_new_release_says_the_claim_otherwise(self, client, cast, in_force, change):
        assert CARRIED in page(client)
        new_release(in_force, change)
        protocols.steps.every_site_changed()
        found = page(client)
        assert CARRIED not in found
        assert "We are on the second floor." in found

    def test_a_new_release_that_says_the_same_leaves_it(self, client, cast, in_force):
        new_release(in_force, lambda claim: claim | {"review_by": "2030-01-01"})
        protocols.steps.every_site_changed()
        assert CARRIED in page(client)

    def test_installing_a_release_makes_every_page_anew(self, cast):
        cast.clinic.refresh_from_db()
        before = cast.clinic.site_revision
        assert before > 1
        install()
        cast.clinic.refresh_from_db()
        assert cast.clinic.site_revision == before

    def test_an_own_text_that_changes_the_claim_keeps_the_next_draft_back(self, cast, in_force):
        edition = draft(cast, "microneedling")
        content = copy.deepcopy(protocols.start_text(fresh(edition)))
        for part in (content, *content["modalities"]):
            for one in part.get("claims") or []:
                one["rests_on"], one["grade"] = "One small trial.", "very-low"
        protocols.change_protocol(by=cast.actor("iris"), edition=edition, content=content, expected_revision=1)
        with pytest.raises(NotReady) as refused:
            submit(cast, edition)
        assert "another grade" in str(refused.value.faults[0])

    def test_a_way_that_is_not_offered_any_more_carries_nothing(self, cast, in_force):
        edition = draft(cast, "microneedling")
        ways = {"standard": {"offered": False}}
        assert claim_for(edition).ways == ("Standard",)
        overlay = fresh(edition).overlay | {"modalities": ways}
        protocols.change_overlay(by=cast.actor("owen"), edition=edition, overlay=overlay, expected_revision=1)
        with pytest.raises(NotReady):
            submit(cast, edition)


AFTER = datetime(2027, 11, 24, 20, tzinfo=UTC)


class TestTelling:
    def test_the_owner_is_told_once_for_each_fall(self, cast, in_force):
        assert telling.tell_fallen(now=clock.now()) == 0
        with time_machine.travel(AFTER, tick=False):
            assert telling.tell_fallen(now=AFTER) == 1
            assert telling.tell_fallen(now=AFTER + timedelta(days=3)) == 0
        (message,) = Message.objects.filter(kind="statement-fell")
        assert message.recipient == cast.owen.user.email
        assert CARRIED in message.body
        assert "2027-11-23" in message.body
        assert "compliant" not in message.body.lower()

    def test_without_an_owner_the_medical_director_is_told(self, cast, in_force):
        cast.owen.is_active = False
        cast.owen.save()
        with time_machine.travel(AFTER, tick=False):
            telling.tell_fallen(now=AFTER)
        assert Message.objects.get(kind="statement-fell").recipient == cast.iris.user.email

    def test_a_retired_edition_is_not_watched(self, cast, in_force):
        protocols.retire_edition(by=cast.actor("iris"), edition=in_force)
        with time_machine.travel(AFTER, tick=False):
            assert telling.tell_fallen(now=AFTER) == 0

    def test_only_those_who_can_mend_it_see_how_many(self, cast, in_force):
        with time_machine.travel(AFTER, tick=False):
            assert queries.withdrawn_count(cast.actor("owen")) == 1
            assert queries.withdrawn_count(cast.actor("rosa")) == 0
            with clinic_scope(cast.other.pk):
                assert queries.withdrawn_count(cast.actor("otto")) == 0

    def test_where_nothing_is_linked_it_costs_one_query(self, cast, django_assert_num_queries):
        actor = cast.actor("owen")
        latest_day(cast.clinic.pk, clock.now())
        with django_assert_num_queries(1):
            queries.withdrawn_count(actor)


def test_an_edition_in_force_is_as_it_was_signed_although_a_sentence_is_withdrawn(cast, in_force):
    before = Edition.objects.get(pk=in_force.pk).overlay
    with time_machine.travel(AFTER, tick=False):
        telling.tell_fallen(now=AFTER)
    row = Edition.objects.select_related("release").get(pk=in_force.pk)
    assert row.overlay == before
    assert protocols.content_hash(row) == EditionApproval.objects.get(edition=row).content_hash


class TestForAMoment:
    def sign(self, cast, moment):
        edition = draft(cast, "microneedling")
        submit(cast, edition)
        protocols.approve_edition(by=cast.actor("iris"), edition=edition, statement=STATEMENT, takes_force_at=moment)
        return fresh(edition)

    def test_words_are_judged_as_of_the_day_they_take_force(self, cast, in_force):
        with pytest.raises(NotReady, match="2027-11-23"):
            self.sign(cast, AFTER)
        assert self.sign(cast, AFTER - timedelta(days=3)).status == "scheduled"

    def test_nor_is_a_moment_moved_beyond_the_review_date_of_what_they_rest_on(self, cast, in_force):
        edition = self.sign(cast, AFTER - timedelta(days=3))
        with pytest.raises(NotReady):
            protocols.move_moment(by=cast.actor("iris"), edition=edition, moment=AFTER)
        assert fresh(edition).takes_force_at == AFTER - timedelta(days=3)

    @pytest.mark.parametrize(("late", "says"), [(5, False), (3600, True)])
    def test_the_owner_is_told_once_that_it_took_force_and_when_that_was_noticed_late(self, cast, in_force, late, says):
        moment = AFTER - timedelta(days=3)
        edition = self.sign(cast, moment)
        assert not self.told().exists()
        with clock.pretend(moment + timedelta(seconds=late)):
            assert [protocols.settle_due() for _ in range(2)] == [1, 0]
        (message,) = self.told()
        assert message.recipient == cast.owen.user.email
        assert f"edition {edition.number} of Microneedling is in force since" in message.body
        assert "(Los Angeles)" in message.body
        assert f"Edition {in_force.number} is retired" in message.body
        assert ("did not run at that moment" in message.body) is says

    def test_nobody_is_written_to_of_one_that_was_signed_for_now(self, cast, in_force):
        assert not self.told().exists()

    def told(self):
        return Message.objects.filter(kind="edition-took-force")

    def test_what_was_checked_is_kept_at_the_moment_itself(self, cast, in_force):
        edition = self.sign(cast, AFTER - timedelta(days=3))
        assert not StatementReport.objects.filter(edition=edition).exists()
        with clock.pretend(AFTER):
            assert protocols.settle_due() == 1
        assert StatementReport.objects.get(edition=edition).checked_on == date(2027, 11, 24)
        assert len(queries.fallen(cast.clinic.pk, now=AFTER)) == 1


class TestLookingAgain:
    @pytest.fixture
    def old(self, cast, monkeypatch):
        """An edition that was signed when nothing was judged yet, and says what would be refused today."""
        for name in ("before_submission", "before_signing", "after_approval"):
            monkeypatch.setattr(hooks, name, [])
        edition = draft(cast, "microneedling", {"note": "It cures acne. Ring the bell."})
        protocols.submit_for_review(by=cast.actor("owen"), edition=edition)
        protocols.approve_edition(by=cast.actor("iris"), edition=edition, statement=STATEMENT)
        return fresh(edition)

    def told(self):
        return Message.objects.filter(kind="statements-looked-at-again")

    def test_the_owner_is_told_once_and_what_was_signed_is_not_changed(self, cast, old, monkeypatch):
        assert [telling.look_again(now=clock.now()) for _ in range(2)] == [1, 0]
        (message,) = self.told()
        assert message.recipient == cast.owen.user.email
        assert message.subject == "Your page on Microneedling: words taken off the page"
        assert "“It cures acne.”" in message.body.partition("taken off the page")[2]
        assert "These stay" not in message.body
        assert "Ring the bell" not in message.body
        assert "no legal advice" in message.body
        assert (fresh(old).status, fresh(old).overlay) == ("approved", old.overlay)
        assert StatementReport.objects.get(edition=old).made_at is not None
        assert queries.refused_today(cast.clinic.pk) == [(old, ("Note: “It cures acne.”",), ())]
        monkeypatch.setattr(queries, "VERSION", "the next")
        assert telling.look_again(now=clock.now()) == 1
        assert self.told().count() == 1

    def test_the_sentence_is_off_every_page_before_anybody_looked_again(self, client, cast, old):
        forget_clinics()
        for address in (PAGE, f"/es{PAGE}", f"/embed/v1{PAGE}", "/treatments/", "/"):
            assert "cures acne" not in client.get(address).content.decode()
        assert "Ring the bell." in page(client)
        cast.clinic.refresh_from_db()
        before = cast.clinic.site_revision
        telling.look_again(now=clock.now())
        cast.clinic.refresh_from_db()
        assert cast.clinic.site_revision > before
        assert "cures acne" not in page(client)
        assert queries.withdrawn_count(cast.actor("owen")) == 1

    def test_whoever_looks_at_the_edition_sees_what_is_off_and_why(self, cast, old, client, as_staff):
        shown = as_staff(client, "owen").get(f"{PAGE}?edition={old.pk}").content.decode()
        assert shown.count("It cures acne.") == 1
        assert "Taken off the page: “It cures acne.” “" in " ".join(shown.split())

    def test_again_with_other_rules_and_with_no_word_where_nothing_is_refused(self, cast, in_force, monkeypatch):
        assert telling.look_again(now=clock.now()) == 0
        monkeypatch.setattr(queries, "VERSION", "the next")
        assert [telling.look_again(now=clock.now()) for _ in range(2)] == [1, 0]
        assert [one.version for one in queries.reports(cast.actor("rosa"), in_force)] == ["the next", VERSION]
        assert not self.told().exists()

    def test_the_desk_names_what_would_be_refused(self, cast, old, client, as_staff):
        telling.look_again(now=clock.now())
        owen = as_staff(client, "owen")
        for page in ("", f"editions/{old.pk}/"):
            assert "It cures acne." in owen.get(f"/desk/protocols/{page}").content.decode()


class TestWaitingWhileTheRulesChange:
    """An edition that was signed for a moment before there were the rules that refuse it."""

    @pytest.fixture
    def moment(self):
        return clock.now() + timedelta(days=3)

    @pytest.fixture
    def waiting(self, cast, in_force, moment, monkeypatch):
        with monkeypatch.context() as before_there_were_rules:
            for name in ("before_submission", "before_signing"):
                before_there_were_rules.setattr(hooks, name, [])
            edition = draft(cast, "microneedling", {"note": "It cures acne. Ring the bell."})
            protocols.submit_for_review(by=cast.actor("owen"), edition=edition)
            protocols.approve_edition(
                by=cast.actor("iris"), edition=edition, statement=STATEMENT, takes_force_at=moment
            )
        return fresh(edition)

    def told(self):
        return Message.objects.filter(kind__in=["edition-held-back", "edition-took-force"])

    def test_it_goes_back_into_review_the_former_stays_and_the_owner_is_told_why_once(
        self, client, cast, in_force, waiting, moment
    ):
        assert [telling.look_ahead(now=clock.now()) for _ in range(2)] == [1, 0]
        with clock.pretend(moment):
            assert protocols.settle_due() == 0
        assert (fresh(waiting).status, fresh(in_force).status) == ("in-review", "approved")
        assert CARRIED in page(client, moment + timedelta(hours=1))
        (message,) = self.told()
        assert message.recipient == cast.owen.user.email
        assert f"edition {waiting.number} of Microneedling was to take force on" in message.body
        assert "It cures acne." in message.body
        assert "Ring the bell" not in message.body
        entry = AuditEntry.objects.get(code="edition.held_back")
        assert "It cures acne." in entry.detail["faults"][0]
        with pytest.raises(NotReady):
            approve(cast, waiting)

    def test_each_is_looked_at_shortly_before_its_moment_and_never_in_its_last_minute(self, cast, waiting, moment):
        soon = timedelta(minutes=3)
        assert telling.look_ahead(now=clock.now(), until=clock.now() + soon) == 0
        with clock.pretend(moment - timedelta(seconds=59)):
            assert telling.look_ahead(now=clock.now(), until=clock.now() + soon) == 0
        with clock.pretend(moment - timedelta(seconds=100)):
            assert telling.look_ahead(now=clock.now(), until=clock.now() + soon) == 1

    def test_what_lost_its_evidence_alone_holds_nothing_back(self, cast, in_force, moment):
        edition = draft(cast, "microneedling")
        submit(cast, edition)
        protocols.approve_edition(by=cast.actor("iris"), edition=edition, statement=STATEMENT, takes_force_at=moment)
        new_release(in_force, lambda claim: claim | {"grade": "very-low"})
        assert len(checked(edition).fallen) == 1
        assert telling.look_ahead(now=clock.now()) == 0
        assert fresh(edition).status == "scheduled"

    def test_where_nothing_ran_before_its_moment_it_takes_force_without_the_sentence(
        self, client, cast, waiting, moment
    ):
        for settles in (False, True):
            with clock.pretend(moment + timedelta(seconds=1)):
                assert not settles or protocols.settle_due() == 1
            found = page(client, moment + timedelta(seconds=1))
            assert "Ring the bell." in found
            assert "cures acne" not in found
        with clock.pretend(moment):
            assert telling.look_again(now=moment) == 0
        (message,) = self.told()
        assert "“It cures acne.”" in message.body.partition("taken off the page")[2]
        assert "Ring the bell" not in message.body
