"""A provider's decision: who may, what nobody can clear, what it covers, how long it lasts."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from vesicle.candidacy import queries, services
from vesicle.candidacy.models import Review, ReviewDecision, ScreeningVerdict
from vesicle.candidacy.tests.clinic import (
    NEEDLING,
    PEEL,
    PIA_BORN,
    approve_editions,
    cleared,
    healthy,
    rule,
    screened,
    yes,
)
from vesicle.core.errors import Blocked, Conflict, Invalid, NotFound, NotPermitted, Stale
from vesicle.core.models import AuditEntry
from vesicle.people.identity import staff_actor
from vesicle.people.models import Message
from vesicle.people.services import change_staff, register_patient

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("editions")]
TODAY = date(2026, 12, 1)


@pytest.fixture
def keloid(cast, now):
    """Pia's screening with one reason for a review that any examiner may clear, and the review."""
    row = screened(cast, healthy(KELOID="yes", KELOID__STRONG="no"), now=now, patient=cast.pia)
    return row, services.request_review(by=cast.actor("pia"), screening=row, option=NEEDLING, now=now)


def decide(cast, review, *, now, by="iris", **more):
    given = {
        "outcome": "cleared",
        "mode": "video",
        "reason": "Old scar seen, flat and pale.",
        "signature": "Iris Lindqvist",
    }
    return services.decide_review(by=cast.actor(by), review=review, now=now + timedelta(hours=1), **given | more)


class TestDecide:
    def test_clears_until_the_protocol_says_and_tells_the_patient(self, cast, keloid, now) -> None:
        decision = decide(cast, keloid[1], now=now, conditions="Test area first.")
        assert (decision.expires_on, decision.licence) == (TODAY + timedelta(days=365), "md")
        found = queries.clearance(cast.actor("iris"), patient_id=cast.pia.pk, option_id=NEEDLING, on=TODAY)
        assert (found.may_book, found.may_treat, found.valid_until) == (True, True, decision.expires_on)
        message = Message.objects.get(kind="candidacy-decision")
        assert message.patient == cast.pia
        assert "/candidacy/" in message.body
        assert "keloid" not in message.body.lower()
        assert AuditEntry.objects.get(code="candidacy.review-decided").patient_id == cast.pia.pk

    def test_may_end_sooner_but_not_later_than_the_protocol_allows(self, cast, keloid, now) -> None:
        _, review = keloid
        for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=366)):
            with pytest.raises(Invalid) as refused:
                decide(cast, review, now=now, expires_on=day)
            assert "expires_on" in refused.value.fields
        assert decide(cast, review, now=now, expires_on=TODAY + timedelta(days=30)).expires_on == date(2026, 12, 31)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"reason": "  "}, "reason"),
            ({"signature": "Iris"}, "signature"),
            ({"signature": ""}, "signature"),
            ({"outcome": "maybe"}, "outcome"),
            ({"mode": "records"}, "mode"),
            ({"mode": "telepathy"}, "mode"),
            ({"outcome": "deferred"}, "not_before"),
            ({"outcome": "deferred", "not_before": TODAY}, "not_before"),
        ],
    )
    def test_refuses_a_decision_that_is_not_whole(self, cast, keloid, now, changes, field) -> None:
        with pytest.raises(Invalid) as refused:
            decide(cast, keloid[1], now=now, **changes)
        assert set(refused.value.fields) == {field}
        assert not ReviewDecision.objects.exists()

    @pytest.mark.parametrize("outcome", ["declined", "more-information", "deferred"])
    def test_other_decisions_close_the_door_and_need_no_examination(self, cast, keloid, now, outcome) -> None:
        later = TODAY + timedelta(days=60)
        decide(cast, keloid[1], now=now, outcome=outcome, mode="records", not_before=later)
        found = queries.clearance(cast.actor("iris"), patient_id=cast.pia.pk, option_id=NEEDLING, on=TODAY)
        assert (found.may_book, found.may_treat) == (False, False)
        assert "Old scar seen" in found.why

    def test_is_signed_for_good(self, cast, keloid, now) -> None:
        decision = decide(cast, keloid[1], now=now)
        with pytest.raises(IntegrityError), transaction.atomic():
            ReviewDecision.objects.filter(pk=decision.pk).update(outcome="declined")


class TestWhoMayDecide:
    def test_a_license_the_protocol_does_not_name_may_not(self, cast, keloid, now) -> None:
        with pytest.raises(NotPermitted, match="Your license does not allow this decision"):
            decide(cast, keloid[1], now=now, by="noor", signature="Noor Haddad")

    def test_a_rule_may_name_fewer_licenses_than_the_examination(self, cast, now) -> None:
        change_staff(by=cast.actor("owen"), staff=cast.noor, licence="np")
        cast.noor.refresh_from_db()
        keloid = screened(cast, healthy(KELOID="yes", KELOID__STRONG="no"), now=now, patient=cast.pia)
        twin = register_patient(
            by=cast.actor("rosa"),
            first_name="Ida",
            last_name="Sørensen",
            date_of_birth=PIA_BORN,
            email="ida@example.org",
            time_zone="America/Los_Angeles",
        )
        autoimmune = screened(cast, healthy(AUTO="yes"), now=now, patient=twin)
        reviews = [
            services.request_review(by=cast.actor("rosa"), screening=row, option=NEEDLING, now=now)
            for row in (keloid, autoimmune)
        ]
        assert decide(cast, reviews[0], now=now, by="noor", signature="Noor Haddad").licence == "np"
        with pytest.raises(NotPermitted):
            decide(cast, reviews[1], now=now, by="noor", signature="Noor Haddad")

    @pytest.mark.parametrize("name", ["rosa", "owen", "ines", "pia", "visitor"])
    def test_nobody_without_the_role_may(self, cast, keloid, now, name) -> None:
        with pytest.raises(NotPermitted):
            decide(cast, keloid[1], now=now, by=name)

    def test_an_expired_license_decides_nothing(self, cast, keloid, now) -> None:
        change_staff(by=cast.actor("owen"), staff=cast.iris, licence_expires_on=TODAY - timedelta(days=1))
        with pytest.raises(NotPermitted, match="Your license expired"):
            decide(cast, keloid[1], now=now)

    def test_otto_finds_nothing(self, cast, keloid, now) -> None:
        otto = staff_actor(cast.otto)
        with pytest.raises(NotFound):
            queries.review(otto, keloid[1].pk)
        with pytest.raises(NotFound):
            services.decide_review(
                by=otto, review=keloid[1], outcome="cleared", mode="video", reason="x", signature="Otto Brandt", now=now
            )
        with pytest.raises(NotFound):
            queries.clearance(otto, patient_id=cast.pia.pk, option_id=NEEDLING, on=TODAY)


class TestWhatNobodyClears:
    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"PREG": "yes"}, "Nobody can clear this: the answers exclude it."),
            ({"ISO": ("yes", TODAY)}, "Nobody can clear this before its time. It opens by itself on 2027-05-30."),
            ({"INFECT": "yes"}, "Nobody can clear this before its time. Something has to happen first."),
        ],
    )
    def test_what_has_been_said_meanwhile(self, cast, keloid, now, changes, words) -> None:
        """Asked for while it could be cleared; the patient then answers something stricter."""
        row, review = keloid
        for question, given in healthy(**changes).given.items():
            services.answer(
                by=cast.actor("pia"), screening=row, question=question, answer=given.answer, date=given.date, now=now
            )
        with pytest.raises(Blocked) as refused:
            decide(cast, review, now=now)
        assert words in refused.value.message
        assert decide(cast, review, now=now, outcome="declined").outcome == "declined"

    def test_questions_that_a_newer_edition_asks(self, cast, keloid, now) -> None:
        new = [rule("smoke", yes("SCR-SMOKE"), "review"), rule("keloid", yes("SCR-KELOID"), "review")]
        approve_editions(cast, now, "2.0.0", microneedling=new)
        with pytest.raises(Blocked, match="1 question was never answered"):
            decide(cast, keloid[1], now=now)


class TestTwoAtOnce:
    def test_a_page_opened_before_the_answers_changed_is_refused(self, cast, keloid, now) -> None:
        row, review = keloid
        seen = review.verdict_id
        services.answer(
            by=cast.actor("pia"),
            screening=row,
            question="SCR-KELOID",
            answer="yes",
            text="Both ears",
            now=now + timedelta(minutes=5),
        )
        services.complete(by=cast.actor("pia"), screening=row, now=now + timedelta(minutes=6))
        with pytest.raises(Stale):
            decide(cast, review, now=now, seen=seen)


class TestCovers:
    def test_what_was_seen_and_nothing_new(self, cast, keloid, now) -> None:
        row, review = keloid
        decide(cast, review, now=now)
        later = now + timedelta(days=2)
        services.answer(by=cast.actor("pia"), screening=row, question="SCR-AUTO", answer="yes", now=later)
        services.complete(by=cast.actor("pia"), screening=row, now=later)
        found = queries.clearance(
            cast.actor("pia"), patient_id=cast.pia.pk, option_id=NEEDLING, on=TODAY + timedelta(days=2)
        )
        assert (found.may_book, found.why) == (
            False,
            "Something has changed since Iris Lindqvist decided; a provider has to look again.",
        )
        review.refresh_from_db()
        assert review.requested_at == later  # it waits again

    def test_the_same_answers_in_a_later_screening(self, cast, keloid, now) -> None:
        decide(cast, keloid[1], now=now)
        screened(cast, healthy(KELOID="yes", KELOID__STRONG="no"), now=now + timedelta(days=30), patient=cast.pia)
        on = TODAY + timedelta(days=30)
        assert queries.clearance(cast.actor("pia"), patient_id=cast.pia.pk, option_id=NEEDLING, on=on).may_treat

    def test_one_option_and_not_another(self, cast, now) -> None:
        row = screened(cast, healthy(PREG="yes"), now=now, patient=cast.pia)
        cleared(cast, row, now=now, option=PEEL)
        by_option = {
            offer.option.id: found
            for offer, found in queries.clearances(cast.actor("iris"), patient_id=cast.pia.pk, on=TODAY)
        }
        assert by_option[PEEL].may_treat
        assert not by_option["chemical-peel/medium"].may_book
        assert not by_option[NEEDLING].may_book


class TestExpiry:
    def test_an_expired_clearance_blocks_again(self, cast, keloid, now) -> None:
        decide(cast, keloid[1], now=now, expires_on=TODAY + timedelta(days=10))
        find = lambda day: queries.clearance(  # noqa: E731 - one expression, used twice
            cast.actor("iris"), patient_id=cast.pia.pk, option_id=NEEDLING, on=TODAY + timedelta(days=day)
        )
        assert find(3).may_treat
        assert find(10).may_book
        assert not find(11).may_book


class TestRevoke:
    def test_closes_the_door_with_a_reason(self, cast, keloid, now) -> None:
        decide(cast, keloid[1], now=now)
        services.revoke_clearance(
            by=cast.actor("noor"), patient=cast.pia, option=NEEDLING, reason="Reaction.", now=now + timedelta(days=1)
        )
        found = queries.clearance(
            cast.actor("iris"), patient_id=cast.pia.pk, option_id=NEEDLING, on=TODAY + timedelta(days=1)
        )
        assert not found.may_book
        assert found.why == "Noor Haddad needs to know more before deciding: Clearance withdrawn: Reaction."

    def test_needs_a_reason_and_something_to_withdraw(self, cast, keloid, now) -> None:
        with pytest.raises(Conflict):
            services.revoke_clearance(by=cast.actor("iris"), patient=cast.pia, option=NEEDLING, reason="x", now=now)
        decide(cast, keloid[1], now=now)
        with pytest.raises(Invalid):
            services.revoke_clearance(by=cast.actor("iris"), patient=cast.pia, option=NEEDLING, reason=" ", now=now)


class TestQueue:
    def test_shows_the_longest_waiting_first_in_one_read(self, cast, keloid, now, django_assert_num_queries) -> None:
        for days in (3, 2):
            services.screen(
                by=cast.actor("rosa"), answers=healthy(), option=PEEL, patient=cast.pia, now=now - timedelta(days=days)
            )
        with django_assert_num_queries(1):
            lines = queries.queue(cast.actor("noor"), now=now)
            names = [line.review.patient.full_name for line in lines]
        # Of two examinations for the same peel only the newer screening's counts.
        assert [(line.review.option, line.is_overdue, line.is_exam) for line in lines] == [
            (PEEL, False, True),
            (NEEDLING, False, False),
        ]
        assert names == ["Pia Sørensen", "Pia Sørensen"]

    def test_marks_what_waits_too_long(self, cast, keloid, now) -> None:
        line = queries.queue(cast.actor("rosa"), now=now + timedelta(days=2, seconds=1))[0]
        assert line.is_overdue
        assert not queries.queue(cast.actor("rosa"), now=now + timedelta(days=2))[0].is_overdue

    def test_a_decision_takes_it_out_and_new_answers_after_a_question_bring_it_back(self, cast, keloid, now) -> None:
        row, review = keloid
        decide(cast, review, now=now, outcome="more-information", mode="records")
        assert queries.queue(cast.actor("iris"), now=now) == []
        assert queries.waiting_count(cast.actor("iris")) == 0
        later = now + timedelta(days=1)
        services.answer(
            by=cast.actor("pia"), screening=row, question="SCR-KELOID", answer="yes", text="One, on the ear", now=later
        )
        services.answer(by=cast.actor("pia"), screening=row, question="SCR-KELOID.STRONG", answer="no", now=later)
        services.complete(by=cast.actor("pia"), screening=row, now=later)
        assert queries.waiting_count(cast.actor("iris")) == 1

    def test_is_not_for_the_owner(self, cast) -> None:
        with pytest.raises(NotPermitted):
            queries.queue(cast.actor("owen"), now=None)
        assert queries.waiting_count(cast.actor("owen")) == 0


class TestGate:
    def test_blocks_treatment_on_answers_that_have_grown_old(self, cast, keloid, now) -> None:
        row, review = keloid
        decide(cast, review, now=now)
        on = TODAY + timedelta(days=20)
        booked = queries.require_clearance(
            cast.actor("rosa"), patient_id=cast.pia.pk, option_id=NEEDLING, on=on, purpose="book"
        )
        assert booked.may_book
        with pytest.raises(Blocked) as refused:
            queries.require_clearance(cast.actor("iris"), patient_id=cast.pia.pk, option_id=NEEDLING, on=on)
        assert refused.value.message == "2 answers are too old to rely on. Ask them again."
        services.reconfirm(by=cast.actor("rosa"), screening=row, now=now + timedelta(days=20))
        assert queries.require_clearance(cast.actor("iris"), patient_id=cast.pia.pk, option_id=NEEDLING, on=on)

    def test_opens_by_itself_on_the_day_a_wait_ends(self, cast, now) -> None:
        screened(cast, healthy(ISO=("yes", date(2026, 9, 15))), now=now, patient=cast.pia)
        may = {
            day: queries.clearance(
                cast.actor("rosa"), patient_id=cast.pia.pk, option_id=NEEDLING, on=date(2027, 3, day)
            ).may_book
            for day in (13, 14)
        }
        assert may == {13: False, 14: True}

    def test_tells_a_visitor_that_it_is_closed_and_not_what_the_record_says(self, cast, now) -> None:
        screened(cast, healthy(PREG="yes"), now=now, patient=cast.pia)
        with pytest.raises(Blocked) as refused:
            queries.require_clearance(
                cast.actor("visitor"), patient_id=cast.pia.pk, option_id=NEEDLING, on=TODAY, purpose="book"
            )
        assert "pregnan" not in refused.value.message.lower()
        assert refused.value.reasons == ()

    def test_without_answers_or_offer_is_closed(self, cast) -> None:
        for option, words in ((NEEDLING, "have not been answered yet"), ("prp/injection", "not offered here")):
            found = queries.clearance(cast.actor("rosa"), patient_id=cast.tam.pk, option_id=option, on=TODAY)
            assert words in found.why

    def test_a_patient_asks_about_themselves_alone(self, cast, keloid) -> None:
        with pytest.raises(NotFound):
            queries.clearance(cast.actor("tam"), patient_id=cast.pia.pk, option_id=NEEDLING, on=TODAY)

    def test_newer_rules_count_at_once(self, cast, now) -> None:
        screened(cast, healthy(), now=now, patient=cast.pia)
        approve_editions(
            cast, now, "2.0.0", microneedling=[rule("iso", {"question": "SCR-ISO", "is": ["no"]}, "exclude")]
        )
        found = queries.clearance(cast.actor("rosa"), patient_id=cast.pia.pk, option_id=NEEDLING, on=TODAY)
        assert found.verdict.verdict == "unsuitable"

    def test_a_whole_days_list_takes_a_fixed_number_of_reads(
        self, cast, keloid, now, django_assert_max_num_queries
    ) -> None:
        decide(cast, keloid[1], now=now)
        screened(cast, healthy(), now=now, patient=cast.pia)
        wanted = [(cast.pia.pk, NEEDLING), (cast.pia.pk, PEEL), (cast.tam.pk, NEEDLING)]
        queries.clearances_of_day(cast.actor("iris"), wanted, on=TODAY)  # editions are remembered from here on
        with django_assert_max_num_queries(7):
            found = queries.clearances_of_day(cast.actor("iris"), wanted, on=TODAY)
        assert {pair: each.may_book for pair, each in found.items()} == {
            (cast.pia.pk, NEEDLING): True,
            (cast.pia.pk, PEEL): True,
            (cast.tam.pk, NEEDLING): False,
        }
        one = queries.clearance(cast.actor("iris"), patient_id=cast.pia.pk, option_id=NEEDLING, on=TODAY)
        assert found[cast.pia.pk, NEEDLING] == one

    def test_a_screening_without_a_name_is_judged_by_its_own_answers(self, cast, now) -> None:
        fine = screened(cast, healthy(), now=now)
        queries.require_screening_allows(cast.actor("visitor"), fine, NEEDLING, on=TODAY)
        excluded = screened(cast, healthy(PREG="yes"), now=now)
        with pytest.raises(Blocked, match="What you should know about pregnant"):
            queries.require_screening_allows(cast.actor("visitor"), excluded, NEEDLING, on=TODAY)


class TestStoredVerdictOfADecision:
    def test_what_the_provider_saw_is_kept_even_when_the_day_has_moved_on(self, cast, now) -> None:
        """Asked for while a wait ran on another option; decided weeks later under the day's own verdict."""
        row = screened(cast, healthy(KELOID="yes", KELOID__STRONG="no"), now=now, patient=cast.pia)
        review = services.request_review(by=cast.actor("pia"), screening=row, option=NEEDLING, now=now)
        approve_editions(cast, now, "2.0.0")
        before = ScreeningVerdict.objects.filter(option=NEEDLING).count()
        decide(cast, review, now=now + timedelta(days=5))
        assert ScreeningVerdict.objects.filter(option=NEEDLING).count() == before + 1
        assert Review.objects.get(pk=review.pk).verdict.protocol_version == "2.0.0"
