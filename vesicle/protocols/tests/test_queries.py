"""What is remembered of editions, and what is asked of the database every time."""

import pytest

from vesicle.core.errors import NotFound, NotPermitted
from vesicle.core.scope import clinic_scope
from vesicle.protocols import queries, services
from vesicle.protocols.library_files import HOUSE_ORDER
from vesicle.protocols.models import Edition, ProtocolRelease
from vesicle.protocols.tests.editions import approved, draft, in_review, install

OPTION = "prp/injection"


def priced(amount):
    return {"modalities": {"injection": {"price_from": amount}}}


def price(edition):
    return queries.option_of_edition(edition.pk, OPTION).option.sections.price.per_session.min


@pytest.fixture(autouse=True)
def releases(cast):
    install()


class TestRemembered:
    def test_a_draft_is_read_afresh_every_time(self, cast):
        edition = draft(cast, overlay=priced(500))
        assert price(edition) == 500
        services.change_overlay(
            by=cast.actor("owen"), edition=edition, overlay=priced(600), expected_revision=edition.revision
        )
        assert price(edition) == 600

    def test_what_was_read_in_review_is_not_remembered(self, cast):
        edition = in_review(cast, overlay=priced(500))
        assert price(edition) == 500
        edition = services.return_to_draft(by=cast.actor("iris"), edition=edition, reason="More.")
        services.change_overlay(
            by=cast.actor("owen"), edition=edition, overlay=priced(600), expected_revision=edition.revision
        )
        assert price(edition) == 600

    def test_a_settled_edition_is_read_once(self, cast, django_assert_num_queries):
        edition = approved(cast, overlay=priced(500))
        price(edition)
        with django_assert_num_queries(0):
            assert price(edition) == 500

    def test_the_next_approval_shows_at_once(self, cast):
        approved(cast, overlay=priced(500))
        assert queries.offered(cast.clinic.pk, OPTION).price_from == 500
        second = approved(cast, overlay=priced(600))
        now = queries.offered(cast.clinic.pk, OPTION)
        assert (now.edition_id, now.price_from) == (second.pk, 600)

    def test_a_retired_edition_stays_readable_for_records(self, cast):
        edition = approved(cast, overlay=priced(500))
        services.retire_edition(by=cast.actor("iris"), edition=edition)
        queries.forget_editions()
        assert price(edition) == 500
        with pytest.raises(NotFound):
            queries.offered(cast.clinic.pk, OPTION)

    def test_an_edition_or_option_that_is_not_there_is_not_found(self, cast):
        with pytest.raises(NotFound):
            queries.option_of_edition(999_999_999, OPTION)
        with pytest.raises(NotFound):
            queries.option_of_edition(draft(cast).pk, "prp/drinking")


class TestStandings:
    def test_they_come_in_the_order_of_the_house_with_what_is_open(self, cast):
        done, open_ = approved(cast), draft(cast)
        found = queries.standings(cast.actor("rosa"))
        assert [one.treatment for one in found] == list(HOUSE_ORDER)
        prp = found[1]
        assert (prp.approved, prp.open, prp.count, prp.is_behind) == (done, (open_,), 2, False)
        assert found[0].approved is None

    def test_a_newer_release_is_noticed(self, cast):
        approved(cast)
        old = queries.latest_release("prp")
        ProtocolRelease.objects.create(
            treatment="prp",
            version="1.10.0",
            source="",
            content={**old.content, "version": "1.10.0"},
            checksum="1" * 64,
            installed_at=old.installed_at,
        )
        found = queries.standing(cast.actor("iris"), "prp")
        assert found.newest_version == "1.10.0"
        assert found.is_behind
        assert draft(cast).release.version == "1.10.0"

    def test_patients_may_not_look(self, cast):
        with pytest.raises(NotPermitted):
            queries.standings(cast.actor("pia"))

    def test_the_edition_to_compare_with_is_the_one_signed_before(self, cast):
        iris = cast.actor("iris")
        assert queries.released_before(iris, draft(cast)) is None
        first, second = approved(cast), approved(cast)
        given_up = draft(cast)
        services.retire_edition(by=iris, edition=given_up)
        last = draft(cast)
        assert queries.released_before(iris, last) == second
        assert queries.released_before(iris, Edition.objects.get(pk=second.pk)) == first


def test_another_clinics_editions_are_not_among_ours(cast):
    approved(cast)
    with clinic_scope(cast.other.pk):
        assert all(one.approved is None for one in queries.standings(cast.actor("otto")))
        assert queries.offered_options(cast.other.pk) == ()
