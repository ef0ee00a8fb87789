"""The provider's pages."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache

from vesicle.candidacy import queries, services
from vesicle.candidacy.models import Review, ReviewDecision, Screening
from vesicle.candidacy.tests.clinic import NEEDLING, PEEL, cleared, healthy, screened
from vesicle.core.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("editions")]
DECISION = {
    "outcome": "cleared",
    "mode": "video",
    "reason": "Scar seen, flat and pale.",
    "conditions": "Test area first.",
    "signature": "Iris Lindqvist",
}


@pytest.fixture(autouse=True)
def an_hour_later(now):
    cache.clear()
    with time_machine.travel(now + timedelta(hours=1), tick=False) as traveller:
        yield traveller


@pytest.fixture
def review(cast, now) -> Review:
    """A review of Pia's for microneedling, asked for at noon; she changed an answer on the way."""
    row = services.start_screening(by=cast.actor("pia"), patient=cast.pia, option=NEEDLING, now=now).screening
    for question, given in healthy(KELOID="yes", KELOID__STRONG="no", FITZ="VI").given.items():
        if question == "SCR-KELOID":
            services.answer(by=cast.actor("pia"), screening=row, question=question, answer="no", now=now)
        services.answer(
            by=cast.actor("pia"), screening=row, question=question, answer=given.answer, text=given.text, now=now
        )
    services.complete(by=cast.actor("pia"), screening=row, now=now)
    return services.request_review(by=cast.actor("pia"), screening=row, option=NEEDLING, now=now)


def text(response) -> str:
    return " ".join(response.content.decode().split())


class TestQueue:
    def test_shows_who_waits_and_for_how_long(self, client, as_staff, review) -> None:
        page = text(as_staff(client, "iris").get("/desk/candidacy/"))
        assert "Pia Sørensen" in page
        assert "Microneedling: Standard" in page
        assert "1 hour" in page
        assert f'href="/desk/candidacy/{review.pk}/"' in page

    def test_the_front_desk_sees_who_waits_but_not_what_was_said(self, client, as_staff, review) -> None:
        as_staff(client, "rosa")
        page = text(client.get("/desk/candidacy/"))
        assert "Pia Sørensen" in page
        assert f'href="/desk/candidacy/{review.pk}/"' not in page
        assert client.get(f"/desk/candidacy/{review.pk}/").status_code == 403

    def test_says_when_nobody_waits(self, client, as_staff) -> None:
        assert "Nobody is waiting" in text(as_staff(client, "noor").get("/desk/candidacy/"))

    def test_marks_what_is_overdue(self, client, as_staff, review, an_hour_later, now) -> None:
        an_hour_later.move_to(now + timedelta(days=3))
        page = text(as_staff(client, "iris").get("/desk/candidacy/"))
        assert "1 overdue" in page
        assert "3 days" in page

    def test_takes_the_same_number_of_reads_however_many_wait(
        self, client, as_staff, cast, review, now, django_assert_num_queries
    ) -> None:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        as_staff(client, "iris")
        client.get("/desk/candidacy/")
        with CaptureQueriesContext(connection) as few:
            client.get("/desk/candidacy/")
        for option in ("chemical-peel/superficial", "chemical-peel/medium", "microneedling/radiofrequency"):
            row = screened(cast, healthy(), now=now, patient=cast.pia, option=option)
            cleared(cast, row, now=now, option=NEEDLING)
        with django_assert_num_queries(len(few)):
            client.get("/desk/candidacy/")


class TestReview:
    def test_shows_everything_that_was_said_and_why_it_matters(self, client, as_staff, review) -> None:
        page = text(as_staff(client, "iris").get(f"/desk/candidacy/{review.pk}/"))
        assert "Clinical note about keloid." in page
        assert "microneedling.keloid" in page
        assert "Clinical note about dark skin." in page
        assert "It never burns" in page
        assert "Changed; before: no" in page
        assert "40 years" in page
        assert page.count("<h1") == 1

    def test_is_noted_in_the_audit_trail(self, client, as_staff, cast, review) -> None:
        as_staff(client, "iris").get(f"/desk/candidacy/{review.pk}/")
        entry = AuditEntry.objects.get(code="candidacy.review-opened")
        assert (entry.actor_id, entry.patient_id) == (cast.iris.pk, cast.pia.pk)

    def test_takes_a_decision(self, client, as_staff, cast, review) -> None:
        as_staff(client, "iris")
        response = client.post(f"/desk/candidacy/{review.pk}/", DECISION | {"seen": review.verdict_id}, follow=True)
        assert "Pia is being told" in text(response)
        decision = ReviewDecision.objects.get()
        assert (decision.outcome, decision.decided_by, decision.conditions) == (
            "cleared",
            cast.iris,
            "Test area first.",
        )

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"reason": ""}, "Say why; it becomes part of the record."),
            ({"signature": "I. L."}, "Type your full name, Iris Lindqvist, as your signature."),
            ({"mode": "records"}, "Records alone clear nobody"),
            ({"outcome": ""}, "Choose what you decide."),
            ({"outcome": "deferred"}, "Give the first day on which it may be done"),
            ({"expires_on": "2030-01-01"}, "the longest this protocol allows"),
            ({"seen": "0"}, "The answers have changed since you opened this page."),
        ],
    )
    def test_keeps_what_was_typed_when_something_is_wrong(self, client, as_staff, review, changes, words) -> None:
        as_staff(client, "iris")
        data = DECISION | {"seen": review.verdict_id} | changes
        response = client.post(f"/desk/candidacy/{review.pk}/", data)
        page = text(response)
        assert response.status_code == 422
        assert words in page
        assert "Test area first." in page
        assert not ReviewDecision.objects.exists()

    def test_says_why_it_cannot_be_cleared(self, client, as_staff, cast, review, now) -> None:
        services.answer(by=cast.actor("pia"), screening=review.screening, question="SCR-PREG", answer="yes", now=now)
        page = text(as_staff(client, "iris").get(f"/desk/candidacy/{review.pk}/"))
        assert "Cannot be cleared now" in page
        response = client.post(f"/desk/candidacy/{review.pk}/", DECISION | {"seen": review.verdict_id})
        assert "Nobody can clear this" in text(response)

    def test_a_nurse_reads_it_but_is_told_who_may_decide(self, client, as_staff, review) -> None:
        page = text(as_staff(client, "noor").get(f"/desk/candidacy/{review.pk}/"))
        assert "Clinical note about keloid." in page
        assert "This needs one of these licenses: MD, NP, PA." in page
        assert "Sign and decide" not in page

    def test_of_a_treatment_no_longer_offered_can_still_be_read(self, client, as_staff, review) -> None:
        from vesicle.protocols.models import Edition

        Edition.objects.update(status=Edition.Status.RETIRED)
        page = text(as_staff(client, "iris").get(f"/desk/candidacy/{review.pk}/"))
        assert "No longer offered" in page
        assert "Clinical note about keloid." in page

    def test_reads_a_bounded_number_of_rows(self, client, as_staff, review, django_assert_max_num_queries) -> None:
        as_staff(client, "iris").get(f"/desk/candidacy/{review.pk}/")
        with django_assert_max_num_queries(24):
            client.get(f"/desk/candidacy/{review.pk}/")


class TestPatient:
    def test_shows_where_each_treatment_stands(self, client, as_staff, cast, review, now) -> None:
        cleared(cast, review.screening, now=now, option=PEEL)
        page = text(as_staff(client, "iris").get(f"/desk/candidacy/patients/{cast.pia.pk}/"))
        assert "Waits for a provider" in page
        assert "Cleared for treatment" in page
        assert "May be booked" in page
        assert "Dec 1, 2027" in page

    def test_hides_health_answers_from_the_front_desk(self, client, as_staff, cast, review) -> None:
        page = text(as_staff(client, "rosa").get(f"/desk/candidacy/patients/{cast.pia.pk}/"))
        assert "Waits for a provider" in page
        assert "It never burns" not in page

    def test_somebody_who_was_never_asked_can_be_asked_now(self, client, as_staff, cast) -> None:
        as_staff(client, "rosa")
        assert "have not been answered yet" in text(client.get(f"/desk/candidacy/patients/{cast.tam.pk}/"))
        response = client.post(f"/desk/candidacy/patients/{cast.tam.pk}/ask/", follow=True)
        assert "Are you pregnant" in text(response)
        assert Screening.objects.get().patient == cast.tam

    def test_old_answers_are_confirmed_with_one_press(self, client, as_staff, cast, review, an_hour_later, now) -> None:
        an_hour_later.move_to(now + timedelta(days=9))
        as_staff(client, "rosa")
        url = f"/desk/candidacy/patients/{cast.pia.pk}/"
        assert "too old to treat on" in text(client.get(url))
        response = client.post(f"{url}confirm/", follow=True)
        assert "answers are still true" in text(response)
        assert "too old to treat on" not in text(response)

    def test_a_provider_examines_and_decides_at_once(self, client, as_staff, cast, review) -> None:
        as_staff(client, "iris")
        response = client.post(f"/desk/candidacy/patients/{cast.pia.pk}/review/", {"option": PEEL})
        made = Review.objects.get(option=PEEL)
        assert response.url == f"/desk/candidacy/{made.pk}/"

    def test_a_clearance_is_withdrawn_with_a_reason(self, client, as_staff, cast, review, now) -> None:
        cleared(cast, review.screening, now=now, option=PEEL)
        as_staff(client, "noor")
        url = f"/desk/candidacy/patients/{cast.pia.pk}/withdraw/"
        assert "Say why" in text(client.post(url, {"option": PEEL}, follow=True))
        assert "is withdrawn" in text(client.post(url, {"option": PEEL, "reason": "Reaction."}, follow=True))
        on = queries.clinic_day(cast.clinic.pk, now)
        assert not queries.clearance(cast.actor("iris"), patient_id=cast.pia.pk, option_id=PEEL, on=on).may_book

    def test_is_noted_in_the_audit_trail(self, client, as_staff, cast, review) -> None:
        as_staff(client, "rosa").get(f"/desk/candidacy/patients/{cast.pia.pk}/")
        assert AuditEntry.objects.filter(actor_id=cast.rosa.pk, patient_id=cast.pia.pk).exists()


class TestOthers:
    PAGES = ["", "{review}/", "patients/{pia}/"]
    POSTS = ["patients/{pia}/ask/", "patients/{pia}/confirm/", "patients/{pia}/review/", "patients/{pia}/withdraw/"]

    def paths(self, cast, review, pages):
        return ["/desk/candidacy/" + page.format(review=review.pk, pia=cast.pia.pk) for page in pages]

    def test_otto_finds_nothing(self, client, as_staff, cast, review) -> None:
        as_staff(client, "otto")
        for path in self.paths(cast, review, self.PAGES[1:]):
            assert client.get(path).status_code == 404
        for path in self.paths(cast, review, self.POSTS):
            assert client.post(path, {"option": NEEDLING, "reason": "x"}).status_code == 404
        assert "Nobody is waiting" in text(client.get("/desk/candidacy/"))

    def test_strangers_are_asked_to_sign_in(self, client, cast, review) -> None:
        for path in self.paths(cast, review, self.PAGES):
            assert "/accounts/login/" in client.get(path).url

    def test_patients_and_owners_may_not(self, client, as_staff, as_patient, cast, review) -> None:
        as_staff(client, "owen")
        for path in self.paths(cast, review, self.PAGES):
            assert client.get(path).status_code == 403
