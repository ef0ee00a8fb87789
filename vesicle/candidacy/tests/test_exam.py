"""The examination by the protocol: what is read, what a clearance needs, what is kept."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from vesicle.candidacy import services
from vesicle.candidacy.domain.exam import examine, frozen, grouped
from vesicle.candidacy.models import ReviewDecision
from vesicle.candidacy.tests.clinic import NEEDLING, approve_editions, healthy, screened
from vesicle.core.errors import Invalid, Stale
from vesicle.protocols.schema.sections import ExamItem

EXAM = [
    {
        "id": "skin",
        "title": "Skin",
        "instruction": "Look closely.",
        "basis": "convention",
        "findings": [
            {"id": "type", "label": "Skin type", "kind": "choice", "choices": ["I", "II", "VI"], "against": ["VI"]},
            {"id": "seen", "label": "Area seen", "kind": "check"},
        ],
    },
    {
        "id": "blood",
        "title": "Blood",
        "instruction": "Ask.",
        "basis": "convention",
        "findings": [
            {
                "id": "count",
                "label": "Platelets",
                "kind": "number",
                "unit": "per µL",
                "min": 10000,
                "max": 900000,
                "required": False,
            },
            {"id": "notes", "label": "Notes", "kind": "text", "required": False},
        ],
    },
]
ITEMS = tuple(ExamItem.model_validate(item) for item in EXAM)
GOOD = {"skin.type": "II", "skin.seen": True, "blood.count": "210000"}
DECISION = {"outcome": "cleared", "mode": "video", "reason": "Fine.", "signature": "Iris Lindqvist"}


class TestExamine:
    def test_names_what_a_clearance_still_needs(self) -> None:
        found = examine(ITEMS, {"skin.seen": False, "skin.type": ""})
        assert set(found.missing) == {"skin.type", "skin.seen"}
        assert found.missing["skin.seen"].startswith("Still open")

    @pytest.mark.parametrize(
        ("key", "raw", "words"),
        [
            ("blood.count", "9", "At least 10000 per µL."),
            ("blood.count", "1000000", "At most 900000 per µL."),
            ("blood.count", "many", "Give a number in per µL."),
            ("skin.type", "VII", "Choose one of: I, II, VI."),
        ],
    )
    def test_says_what_cannot_be_right(self, key, raw, words) -> None:
        assert words in examine(ITEMS, {key: raw}).problems[key].replace("  ", " ")

    def test_a_finding_may_speak_against_any_clearance(self) -> None:
        assert "with “VI” nobody may clear" in examine(ITEMS, GOOD | {"skin.type": "VI"}).against["skin.type"]

    def test_is_kept_in_the_words_and_units_it_was_asked_in(self) -> None:
        stored = frozen(ITEMS, examine(ITEMS, GOOD).values)
        assert grouped(stored) == [
            ("Skin", [("Skin type", "II"), ("Area seen", "Yes")]),
            ("Blood", [("Platelets", "210000 per µL")]),
        ]


@pytest.fixture
def review(cast, now):
    approve_editions(cast, now, exam=EXAM)
    row = screened(cast, healthy(), now=now, patient=cast.pia)
    return services.request_review(by=cast.actor("pia"), screening=row, option=NEEDLING, now=now)


@pytest.mark.django_db
class TestDecide:
    def decide(self, cast, review, now, **more):
        later = now + timedelta(hours=5)
        return services.decide_review(by=cast.actor("iris"), review=review, now=later, **DECISION | more)

    def test_a_clearance_needs_every_required_finding(self, cast, review, now) -> None:
        with pytest.raises(Invalid) as refused:
            self.decide(cast, review, now, findings={"skin.type": "II"})
        assert set(refused.value.fields) == {"exam.skin.seen"}
        with pytest.raises(Invalid):
            self.decide(cast, review, now)
        assert not ReviewDecision.objects.exists()

    def test_what_speaks_against_it_closes_the_way_to_a_clearance_alone(self, cast, review, now) -> None:
        bad = GOOD | {"skin.type": "VI"}
        with pytest.raises(Invalid) as refused:
            self.decide(cast, review, now, findings=bad)
        assert set(refused.value.fields) == {"exam.skin.type"}
        assert len(self.decide(cast, review, now, findings=bad, outcome="declined").findings) == 3

    def test_declining_needs_no_finding_but_none_that_cannot_be_right(self, cast, review, now) -> None:
        with pytest.raises(Invalid) as refused:
            self.decide(cast, review, now, findings={"blood.count": "9"}, outcome="declined")
        assert set(refused.value.fields) == {"exam.blood.count"}
        assert self.decide(cast, review, now, outcome="declined").findings == []

    def test_keeps_findings_with_edition_version_and_when_it_was_asked(self, cast, review, now) -> None:
        made = self.decide(cast, review, now, findings=GOOD)
        made.refresh_from_db()
        assert (made.protocol_version, made.edition.treatment, made.asked_at) == ("1.0.0", "microneedling", now)
        assert made.findings[-1]["unit"] == "per µL"

    def test_an_exam_that_has_changed_meanwhile_is_stale(self, cast, review, now) -> None:
        with pytest.raises(Stale, match="examination has changed"):
            self.decide(cast, review, now, findings=GOOD | {"skin.freckles": "many"})

    def test_a_page_opened_before_somebody_else_decided_is_stale(self, cast, review, now) -> None:
        self.decide(cast, review, now, outcome="more-information", seen_decisions=0)
        with pytest.raises(Stale, match="Somebody else has decided"):
            self.decide(cast, review, now, findings=GOOD, seen_decisions=0)


@pytest.mark.django_db
class TestPage:
    @pytest.fixture(autouse=True)
    def fresh(self):
        cache.clear()

    def post(self, client, review, **more):
        data = DECISION | {"seen": review.verdict_id, "seen_decisions": 0}
        return client.post(f"/desk/candidacy/{review.pk}/", data | more)

    def test_shows_the_exam_and_keeps_what_was_typed_when_refused(self, client, as_staff, review) -> None:
        as_staff(client, "iris")
        page = client.get(f"/desk/candidacy/{review.pk}/").content.decode()
        assert 'name="exam-skin.type"' in page
        assert 'form="decision"' in page
        refused = self.post(client, review, **{"exam-skin.type": "II", "exam-blood.count": "5"})
        page = " ".join(refused.content.decode().split())
        assert refused.status_code == 422
        assert "Still open, under “Skin”. A clearance needs it." in page
        assert "At least 10000" in page
        assert 'value="5"' in page
        assert not ReviewDecision.objects.exists()

    def test_signs_the_findings_and_prints_them(self, client, as_staff, review) -> None:
        as_staff(client, "iris")
        sent = {"exam-skin.type": "II", "exam-skin.seen": "on", "needs-text1": "A letter", "needs-before1": "booking"}
        assert self.post(client, review, **sent).status_code == 302
        made = ReviewDecision.objects.get()
        page = " ".join(client.get(f"/desk/candidacy/decisions/{made.pk}/").content.decode().split())
        for words in ("Skin type", "Area seen", "A letter", "before booking", "edition 1", "Iris Lindqvist"):
            assert words in page

    def test_the_record_of_a_decision_is_for_who_may_read_answers(self, client, as_staff, cast, review, now) -> None:
        made = TestDecide().decide(cast, review, now, findings=GOOD)
        for name, status in (("noor", 200), ("rosa", 403), ("owen", 403), ("otto", 404)):
            assert as_staff(client, name).get(f"/desk/candidacy/decisions/{made.pk}/").status_code == status
