"""A round is opened, rated without knowing which photograph is older, closed, and only then told."""

import re

import pytest
from django.db import IntegrityError, transaction

from vesicle.consent import services as consents
from vesicle.core import clock
from vesicle.core.errors import Conflict, Invalid, NotFound, NotPermitted
from vesicle.core.models import AuditEntry
from vesicle.people.identity import patient_actor, staff_actor
from vesicle.results.models import Rating, RatingRound
from vesicle.results.rating import queries, services
from vesicle.results.rating.tests.situations import CONCERN, a_rater, opened, photograph_six, prefer_later
from vesicle.treatment.models import Encounter


@pytest.fixture
def photographed(treated):
    """Six people with a photograph from before and one from week 12."""
    return photograph_six(treated)


class TestOpening:
    def test_takes_one_pair_a_person_and_shows_nobody_whom_they_treated(self, photographed):
        row = opened(photographed)
        assert row.pairs.count() == 6
        assert set(row.tasks.values_list("rater__name", flat=True)) == {photographed.house.cast.iris.name}

    @pytest.mark.parametrize(
        ("changes", "field"),
        [({"weeks": (12, 10)}, "to_week"), ({"weeks": (20, 30)}, "view"), ({"concern": "hair"}, "subject")],
    )
    def test_says_what_is_wrong_and_opens_nothing(self, photographed, changes, field):
        with pytest.raises(Invalid) as refused:
            opened(photographed, **changes)
        assert field in refused.value.fields
        assert not RatingRound.objects.exists()

    def test_needs_two_raters_and_the_medical_director(self, photographed):
        with pytest.raises(Invalid):
            opened(photographed, raters=[photographed.house.cast.noor])
        with pytest.raises(NotPermitted):
            opened(photographed, by=photographed.nurse)

    def test_leaves_out_who_no_longer_agrees_to_photographs(self, photographed):
        person = Encounter.objects.order_by("-pk").first().patient
        consents.set_photo_consent(
            by=patient_actor(person), patient=person, use="clinical", is_given=False, signature="", now=clock.now()
        )
        assert opened(photographed).pairs.count() == 5


class TestRating:
    def test_is_told_only_when_all_have_finished(self, photographed):
        iris, mara = photographed.house.cast.iris, a_rater(photographed, "Mara Lind")
        row = opened(photographed, raters=[iris, mara])
        director = photographed.house.actor("iris")
        list(prefer_later(iris, row))
        row.refresh_from_db()
        assert queries.found_by(director, row) is None
        list(prefer_later(mara, row))
        row.refresh_from_db()
        found = queries.found_by(director, row)
        assert (found.better.count, found.better.of, found.worse.count) == (6, 6, 0)
        assert found.between is None, "all said the same, so agreement beyond chance says nothing"
        assert [(one.done, one.of) for one in queries.progress(director, row.pk)] == [(7, 7), (7, 7)]

    def test_goes_in_order_and_a_later_answer_counts(self, photographed):
        iris, mara = photographed.house.cast.iris, a_rater(photographed, "Mara Lind")
        row = opened(photographed, raters=[iris, mara])
        give = {"by": staff_actor(iris), "round_id": row.pk, "now": clock.now()}
        with pytest.raises(Conflict):
            services.rate(**give, position=2, score=0)
        services.rate(**give, position=1, score=0)
        services.rate(**give, position=1, score=None)
        assert Rating.objects.count() == 2
        closed = services.close_round(by=photographed.house.actor("iris"), round_id=row.pk, now=clock.now())
        assert queries.found_by(photographed.house.actor("iris"), closed).cannot_judge == 1
        with pytest.raises(Conflict):
            services.rate(**give, position=2, score=0)
        with pytest.raises(IntegrityError), transaction.atomic():
            Rating.objects.update(score=2)

    def test_looks_are_the_raters_own_and_each_is_in_the_audit_trail(self, photographed):
        iris, mara = photographed.house.cast.iris, a_rater(photographed, "Mara Lind")
        row = opened(photographed, raters=[iris, mara])
        before = AuditEntry.objects.filter(code="photo.seen").count()
        left, right = (queries.picture(staff_actor(iris), row.pk, 1, side) for side in ("left", "right"))
        assert left != right
        assert AuditEntry.objects.filter(code="photo.seen").count() == before + 2
        with pytest.raises(NotFound):
            queries.picture(photographed.nurse, row.pk, 1, "left")
        with pytest.raises(NotFound):
            queries.rating_round(photographed.nurse, row.pk)


class TestPages:
    def test_neither_address_nor_page_says_which_photograph_is_older(self, photographed, client, as_staff):
        mara = a_rater(photographed, "Mara Lind")
        row = opened(photographed, raters=[photographed.house.cast.iris, mara])
        browser = as_staff(client, "iris")
        page = browser.get(f"/desk/results/ratings/{row.pk}/1/").content.decode()
        assert re.findall(r'src="(/desk/results/ratings/\d+/1/\w+\.jpg)"', page) == [
            f"/desk/results/ratings/{row.pk}/1/left.jpg",
            f"/desk/results/ratings/{row.pk}/1/right.jpg",
        ]
        assert not re.search(r"week|before|baseline|later", page.split("<main")[1].split("</main")[0], re.IGNORECASE)
        assert browser.get(f"/desk/results/ratings/{row.pk}/1/left.jpg")["Content-Type"] == "image/jpeg"
        assert browser.get(f"/desk/results/ratings/{row.pk}/1/before.jpg").status_code == 404

    def test_a_refused_round_keeps_what_was_chosen(self, treated, client, as_staff):
        sent = {"subject": f"{treated.option}|{CONCERN}", "view": "left", "from_week": 3, "to_week": 9}
        sent["raters"] = [str(treated.house.cast.iris.pk), str(treated.house.cast.noor.pk)]
        answer = as_staff(client, "iris").post("/desk/results/ratings/", sent)
        assert answer.status_code == 422
        assert "0 of at least 5 people" in answer.content.decode()
        assert 'value="left" selected' in answer.content.decode()
