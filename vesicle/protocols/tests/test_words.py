"""Every saved state of a draft's words is kept, any two can be compared, and any comes back."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from vesicle.core.errors import Conflict, NotFound, NotPermitted, Stale
from vesicle.core.models import AuditEntry
from vesicle.protocols import queries, services
from vesicle.protocols.models import EditionWords
from vesicle.protocols.overlay import Overlay
from vesicle.protocols.side_by_side import marked, side_by_side
from vesicle.protocols.tests.editions import approved, draft, fresh, in_review, install

FIRST = {"headline": "One", "intro": ["About us.", "More about us."], "modalities": {"injection": {"price_from": 500}}}
SECOND = {"headline": "Two", "intro": ["About us."]}


@pytest.fixture(autouse=True)
def releases(cast):
    install()


@pytest.fixture
def edition(cast):
    """A draft that was saved twice, by two people."""
    edition = draft(cast)
    for name, overlay in (("owen", FIRST), ("iris", SECOND)):
        services.change_overlay(
            by=cast.actor(name), edition=edition, overlay=overlay, expected_revision=fresh(edition).revision
        )
    return fresh(edition)


def restore(cast, edition, by="owen", expected=None, **what):
    expected = fresh(edition).revision if expected is None else expected
    return services.restore_words(by=cast.actor(by), edition=edition, expected_revision=expected, **what)


class TestTheList:
    def test_says_who_saved_what_and_when(self, cast, edition):
        rows = queries.words_saved(cast.actor("rosa"), edition)
        assert [(row.revision, row.overlay, row.saved_by) for row in rows] == [
            (3, SECOND, cast.iris),
            (2, FIRST, cast.owen),
            (1, {}, cast.owen),
        ]

    def test_a_save_that_changes_nothing_adds_nothing(self, cast, edition):
        services.change_overlay(by=cast.actor("owen"), edition=edition, overlay=SECOND, expected_revision=3)
        assert EditionWords.objects.filter(edition=edition).count() == 3

    def test_nobody_changes_or_deletes_a_state(self, edition):
        rows = EditionWords.objects.filter(edition=edition)
        for act in (lambda: rows.update(part="x"), rows.delete):
            with pytest.raises(IntegrityError), transaction.atomic():
                act()


class TestBringingBack:
    def test_puts_an_earlier_state_into_the_draft_and_loses_nothing(self, cast, edition):
        restore(cast, edition, revision=2)
        assert fresh(edition).overlay == FIRST
        restore(cast, edition, revision=3)
        assert fresh(edition).overlay == SECOND
        parts = [row.part for row in queries.words_saved(cast.actor("owen"), edition)]
        assert parts[:2] == ["the words of revision 3, brought back", "the words of revision 2, brought back"]
        assert AuditEntry.objects.filter(code="edition.words_restored", object_id=edition.pk).count() == 2

    def test_takes_over_the_words_of_another_edition(self, cast, edition):
        other = approved(cast, overlay={"headline": "In force"})
        restore(cast, edition, of=other)
        assert fresh(edition).overlay == {"headline": "In force"}

    def test_but_not_of_another_treatment_or_a_state_that_is_not_there(self, cast, edition):
        for what in ({"of": draft(cast, "microneedling")}, {"revision": 9}):
            with pytest.raises(NotFound):
                restore(cast, edition, **what)

    def test_not_over_somebody_elses_save_nor_once_it_is_in_review(self, cast, edition):
        with pytest.raises(Stale):
            restore(cast, edition, expected=2, revision=1)
        with pytest.raises(Conflict):
            restore(cast, in_review(cast), revision=1)
        with pytest.raises(NotPermitted):
            restore(cast, edition, by="noor", revision=1)
        assert fresh(edition).overlay == SECOND


class TestSideBySide:
    @pytest.mark.parametrize(
        ("before", "after", "left", "right"),
        [
            (
                "we heal skin",
                "we treat skin",
                [("we ", 0), ("heal ", 1), ("skin", 0)],
                [("we ", 0), ("treat ", 1), ("skin", 0)],
            ),
            ("", "new", [], [("new", 1)]),
            ("gone", "", [("gone", 1)], []),
        ],
    )
    def test_marks_the_words_that_differ(self, before, after, left, right):
        found = marked(before, after)
        assert [[(piece.text, int(piece.differs)) for piece in side] for side in found] == [left, right]

    def test_puts_every_line_that_differs_beside_its_other(self, edition):
        options = queries.text_of(edition)[1]
        lines, same = side_by_side(Overlay.model_validate(FIRST), Overlay.model_validate(SECOND), options)
        assert [line.label for line in lines][:2] == ["Headline", "Introduction, paragraph 2 (before)"]
        assert any("price from" in line.label for line in lines)
        assert same > 1

    def test_the_same_twice_differs_nowhere(self, edition):
        one = Overlay.model_validate(FIRST)
        assert side_by_side(one, one, queries.text_of(edition)[1])[0] == []


class TestThePage:
    @pytest.fixture
    def owen(self, client, as_staff):
        return as_staff(client, "owen")

    def url(self, edition):
        return f"/desk/protocols/editions/{edition.pk}/words/earlier/"

    def test_shows_what_the_last_save_changed_and_any_two_states(self, owen, edition):
        page = owen.get(self.url(edition)).content.decode()
        assert "“One” became “Two”" in page
        assert "<del>One</del>" in page
        page = owen.get(self.url(edition), {"before": "r1", "after": "r2"}).content.decode()
        assert "Headline added: “One”" in page

    def test_brings_a_state_back_and_refuses_what_is_stale(self, owen, edition):
        owen.post(self.url(edition), {"to": "r2", "revision": edition.revision})
        assert fresh(edition).overlay == FIRST
        page = owen.post(self.url(edition), {"to": "r3", "revision": edition.revision}, follow=True)
        assert "Somebody else saved" in page.content.decode()
        assert fresh(edition).overlay == FIRST

    def test_all_staff_read_it_and_only_editors_bring_back(self, client, as_staff, edition):
        rosa = as_staff(client, "rosa")
        assert "Bring back" not in rosa.get(self.url(edition)).content.decode()
        assert rosa.post(self.url(edition), {"to": "r1", "revision": edition.revision}).status_code == 403

    def test_another_clinic_finds_nothing(self, client, as_staff, edition):
        assert as_staff(client, "otto").get(self.url(edition)).status_code == 404

    def test_asks_the_database_no_more_for_a_long_history(self, owen, cast, edition, django_assert_max_num_queries):
        with CaptureQueriesContext(connection) as few:
            owen.get(self.url(edition))
        for number in range(4):
            overlay = SECOND | {"headline": f"Again {number}"}
            revision = fresh(edition).revision
            services.change_overlay(by=cast.actor("owen"), edition=edition, overlay=overlay, expected_revision=revision)
        with django_assert_max_num_queries(len(few)):
            owen.get(self.url(edition))
        assert len(few) <= 20
