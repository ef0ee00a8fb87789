"""One signature or two: who may give them, what they are under, and what happens with the last one."""

import pytest

from vesicle.core.errors import Conflict, Invalid, NotPermitted
from vesicle.core.models import AuditEntry
from vesicle.protocols import hooks, queries, services
from vesicle.protocols.models import EditionApproval, SigningRule
from vesicle.protocols.tests.editions import STATEMENT, approved, fresh, in_review, install


@pytest.fixture(autouse=True)
def releases(cast):
    install()


@pytest.fixture
def two(cast):
    return services.decide_signatures(by=cast.actor("iris"), signatures=2)


def sign(cast, edition, by="iris"):
    services.approve_edition(
        by=cast.actor(by), edition=edition, statement=STATEMENT, expected_revision=fresh(edition).revision
    )
    return fresh(edition)


class TestOne:
    def test_is_the_medical_directors(self, cast):
        edition = in_review(cast)
        with pytest.raises(NotPermitted):
            sign(cast, edition, by="noor")
        assert sign(cast, edition).status == "approved"

    def test_is_what_a_clinic_begins_with(self, cast):
        assert queries.signatures_needed(cast.clinic.pk) == 1


class TestTwo:
    def test_the_first_leaves_the_edition_in_review_and_says_who_is_needed(self, cast, two):
        edition = sign(cast, in_review(cast))
        assert (edition.status, edition.approval) == ("in-review", None)
        assert queries.signing(edition).waits_for == "another licensed provider or medical director"

    @pytest.mark.parametrize("order", [("iris", "noor"), ("noor", "iris")])
    def test_two_people_in_any_order_approve_it(self, cast, two, order):
        edition = in_review(cast)
        for name in order:
            edition = sign(cast, edition, by=name)
        assert edition.status == "approved"
        assert [one.approved_by.name for one in edition.signatures] == [cast.actor(name).name for name in order]
        assert edition.approval == edition.signatures[-1]

    def test_one_person_never_counts_twice(self, cast, two):
        edition = sign(cast, in_review(cast))
        with pytest.raises(Conflict, match="You have signed"):
            sign(cast, edition)
        assert fresh(edition).status == "in-review"

    def test_somebody_without_a_licence_does_not_count(self, cast, two):
        for name in ("owen", "rosa"):
            with pytest.raises(NotPermitted):
                sign(cast, in_review(cast), by=name)

    def test_a_return_to_draft_voids_what_was_signed_and_keeps_the_record(self, cast, two):
        edition = sign(cast, in_review(cast), by="noor")
        services.return_to_draft(by=cast.actor("iris"), edition=edition, reason="Once more.")
        services.submit_for_review(by=cast.actor("owen"), edition=edition)
        assert queries.signing(fresh(edition)).given == ()
        assert sign(cast, edition).status == "in-review"
        assert sign(cast, edition, by="noor").status == "approved"
        assert EditionApproval.objects.filter(edition=edition).count() == 3

    def test_one_that_was_signed_once_is_approved_when_one_is_enough_again(self, cast, two):
        edition = sign(cast, in_review(cast))
        services.decide_signatures(by=cast.actor("iris"), signatures=1)
        assert sign(cast, edition).status == "approved"
        assert EditionApproval.objects.filter(edition=edition).count() == 1


class TestRule:
    def test_only_a_medical_director_decides(self, cast):
        for name in ("owen", "noor", "rosa"):
            with pytest.raises(NotPermitted):
                services.decide_signatures(by=cast.actor(name), signatures=2)

    def test_one_or_two_and_nothing_else(self, cast):
        for number in (0, 3):
            with pytest.raises(Invalid):
                services.decide_signatures(by=cast.actor("iris"), signatures=number)

    def test_every_decision_is_kept_and_audited(self, cast, two):
        services.decide_signatures(by=cast.actor("iris"), signatures=1)
        assert SigningRule.objects.count() == 2
        assert AuditEntry.objects.filter(code="edition.signing_rule").count() == 2
        assert [rule.signatures for rule in queries.signing_rules(cast.actor("iris"))] == [1, 2]


class TestAfterApproval:
    @pytest.fixture
    def heard(self, monkeypatch):
        calls = []
        monkeypatch.setattr(hooks, "after_approval", [lambda by, new, old: calls.append((by.name, new, old))])
        return calls

    def test_it_is_called_once_with_the_edition_it_replaces(self, cast, heard):
        first = approved(cast)
        second = approved(cast)
        assert [(name, new.pk, old and old.pk) for name, new, old in heard] == [
            ("Iris Lindqvist", first.pk, None),
            ("Iris Lindqvist", second.pk, first.pk),
        ]
        assert heard[1][1].status == "approved"

    def test_of_two_signatures_only_the_last_calls_it(self, cast, two, heard):
        edition = sign(cast, in_review(cast))
        assert heard == []
        sign(cast, edition, by="noor")
        assert len(heard) == 1

    def test_what_was_read_while_it_was_undone_is_forgotten(self, cast, monkeypatch):
        def read_and_refuse(by, new, old):
            queries.options_in_edition(new.pk)
            raise Conflict("Not today.")

        monkeypatch.setattr(hooks, "after_approval", [read_and_refuse])
        edition = in_review(cast)
        with pytest.raises(Conflict):
            sign(cast, edition)
        iris = cast.actor("iris")
        draft = services.return_to_draft(by=iris, edition=edition, reason="Once more.")
        overlay = {"modalities": {"injection": {"price_from": 999}}}
        services.change_overlay(by=iris, edition=edition, overlay=overlay, expected_revision=draft.revision)
        assert queries.option_of_edition(edition.pk, "prp/injection").price_from == 999

    def test_what_it_refuses_undoes_the_approval(self, cast, monkeypatch):
        def refuse(by, new, old):
            raise Conflict("Not today.")

        monkeypatch.setattr(hooks, "after_approval", [refuse])
        edition = in_review(cast)
        with pytest.raises(Conflict):
            sign(cast, edition)
        assert (fresh(edition).status, EditionApproval.objects.count()) == ("in-review", 0)
