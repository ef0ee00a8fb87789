"""Medicines shown back: confirmed by the person, never decided for them, and seen by the provider."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from vesicle.candidacy import queries, services
from vesicle.candidacy.domain import Answer
from vesicle.candidacy.models import NamedMedicine, Screening, ScreeningAnswer
from vesicle.candidacy.permissions import ANSWER
from vesicle.candidacy.services import Meant
from vesicle.candidacy.tests.clinic import NEEDLING, PIA_BORN, healthy, screened
from vesicle.core.errors import Invalid, NotFound
from vesicle.core.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_december_first", "editions")]


@pytest.fixture
def token(client):
    """Questions that have begun, with isotretinoin answered no."""
    data = {"areas": ["full-face"], "date_of_birth": PIA_BORN.isoformat(), "option": NEEDLING}
    begun = client.post("/candidacy/", data).url.split("/")[2]
    client.post(f"/candidacy/{begun}/ask/SCR-ISO/", {"answer": "no"})
    return begun


def write(client, token: str, text: str):
    """Send the list of medicines; return the page that follows, and where it is."""
    response = client.post(f"/candidacy/{token}/ask/SCR-MEDS/", {"text": text}, follow=True)
    return page_of(response), response.redirect_chain[-1][0]


def page_of(response) -> str:
    return " ".join(response.content.decode().split())


def said():
    return queries.said(Screening.objects.get()).answers.given


class TestShownBack:
    def test_one_page_after_the_list_with_the_words_as_written(self, client, token) -> None:
        page, where = write(client, token, "acutane 20 mg daily, adapaline, sertralin")
        assert where == f"/candidacy/{token}/medicines/"
        assert "You wrote “acutane”. Did you mean this?" in page
        assert "Yes: Accutane (isotretinoin), isotretinoin, an acne medicine taken by mouth" in page
        assert "You wrote “adapaline”." in page
        assert "sertralin" not in page  # no question turns on it
        assert page.count("No, something else") == 2
        assert f'href="/candidacy/{token}/ask/SCR-MEDS/"' in page

    def test_what_may_be_several_medicines_is_not_chosen_for_anybody(self, client, token) -> None:
        page, _ = write(client, token, "celexia")
        assert "Which of these did you mean?" in page
        assert "Celexa (citalopram)" in page
        assert "celecoxib, a pain and inflammation medicine" in page
        assert " checked" not in page

    def test_nothing_where_all_is_certain_and_fits(self, client, token) -> None:
        for text in ("sertraline 50 mg", "nothing", "no Accutane", "Blorptazine", "tretinoin cream"):
            _, where = write(client, token, text)
            assert "/ask/" in where, text

    def test_comes_again_until_it_is_answered(self, client, token) -> None:
        write(client, token, "acutane")
        again = client.get(f"/candidacy/{token}/")
        assert again.url == f"/candidacy/{token}/medicines/"
        response = client.post(f"/candidacy/{token}/medicines/", {})
        assert response.status_code == 422
        assert "Say what you meant by “acutane”." in page_of(response)

    def test_is_not_skipped_on_the_way_to_the_result(self, client, token, cast, now) -> None:
        screening = Screening.objects.get()
        for question, given in healthy(MEDS=("answered", None, "acutane")).given.items():
            services.answer(
                by=cast.actor("rosa"),
                screening=screening,
                question=question,
                answer=given.answer,
                date=given.date,
                text=given.text,
                now=now,
            )
        assert client.post(f"/candidacy/{token}/answers/").url == f"/candidacy/{token}/medicines/"

    def test_otto_and_a_wrong_link_find_nothing(self, client) -> None:
        assert client.get("/candidacy/not-a-token/medicines/").status_code == 404


class TestContradiction:
    def test_asks_which_answer_is_right_and_changes_none_by_itself(self, client, token) -> None:
        page, _ = write(client, token, "Accutane")
        assert "You wrote “Accutane”. Is this what you mean?" in page
        assert "You answered no to “In the last 6 months, have you taken isotretinoin" in page
        assert said()["SCR-ISO"] == Answer("no")
        response = client.post(f"/candidacy/{token}/medicines/", {"meant-0": "isotretinoin"})
        assert response.status_code == 422
        assert "Choose which answer is right." in page_of(response)
        assert said()["SCR-ISO"] == Answer("no")

    def test_shows_the_whole_phrase_of_a_medicine_said_to_be_stopped(self, client, token) -> None:
        page, _ = write(client, token, "finished Accutane in May, vitamin D")
        assert "You wrote “finished Accutane in May”. Is this what you mean?" in page

    def test_yes_is_right_changes_the_answer_and_asks_for_its_date(self, client, token) -> None:
        write(client, token, "acutane")
        sent = {"meant-0": "isotretinoin", "right-SCR-ISO": "yes"}
        response = client.post(f"/candidacy/{token}/medicines/", sent)
        assert response.url.startswith(f"/candidacy/{token}/ask/SCR-ISO/?")
        assert said()["SCR-ISO"] == Answer("yes")
        page = page_of(client.get(response.url))
        assert re.search(r'value="yes"[^>]* checked', page)
        assert "checked" not in page.split('name="date_unknown"')[1].split(">")[0]
        row = NamedMedicine.objects.get()
        assert (row.said, row.question) == ("acutane", "SCR-MEDS")
        assert (row.medicine, row.status) == ("isotretinoin", "confirmed")

    def test_is_only_asked_of_a_medicine_that_was_meant_and_contradicts_the_answer(self, client, token) -> None:
        client.post(f"/candidacy/{token}/ask/SCR-NSAID/", {"answer": "no"})
        page, _ = write(client, token, "celexia")
        assert "You answered no to “In the last 7 days, have you taken aspirin" in page
        refused = client.post(f"/candidacy/{token}/medicines/", {"meant-0": "celecoxib"})
        assert refused.status_code == 422
        accepted = client.post(f"/candidacy/{token}/medicines/", {"meant-0": "citalopram", "right-SCR-NSAID": "yes"})
        assert accepted.status_code == 302
        assert said()["SCR-NSAID"] == Answer("no")

    def test_no_is_right_keeps_the_answer_and_is_not_asked_again(self, client, token) -> None:
        write(client, token, "acutane")
        sent = {"meant-0": "isotretinoin", "right-SCR-ISO": "no"}
        assert client.post(f"/candidacy/{token}/medicines/", sent).url == f"/candidacy/{token}/"
        assert said()["SCR-ISO"] == Answer("no")
        assert "/ask/" in client.get(f"/candidacy/{token}/").url

    def test_not_sure_is_kept_as_not_sure(self, client, token) -> None:
        write(client, token, "acutane")
        client.post(f"/candidacy/{token}/medicines/", {"meant-0": "isotretinoin", "right-SCR-ISO": "unsure"})
        assert said()["SCR-ISO"] == Answer("unsure")

    @pytest.mark.parametrize(("value", "status"), [("other", "declined"), ("unsure", "unsure")])
    def test_something_else_was_meant(self, client, token, value, status) -> None:
        write(client, token, "acutane")
        # "Yes is right" beside "something else" is no choice about this medicine; nothing changes.
        client.post(f"/candidacy/{token}/medicines/", {"meant-0": value, "right-SCR-ISO": "yes"})
        assert said()["SCR-ISO"] == Answer("no")
        row = NamedMedicine.objects.get()
        assert (row.status, row.medicine, row.read_as) == (status, "", ["isotretinoin"])

    def test_the_first_answer_stays_in_the_record(self, client, token) -> None:
        write(client, token, "acutane")
        client.post(f"/candidacy/{token}/medicines/", {"meant-0": "isotretinoin", "right-SCR-ISO": "yes"})
        rows = ScreeningAnswer.objects.filter(question="SCR-ISO").order_by("pk")
        assert [row.answer for row in rows] == ["no", "yes"]
        assert AuditEntry.objects.filter(code="candidacy.medicines-named").count() == 1


class TestProposal:
    def test_an_open_question_is_filled_in_with_the_reason_and_nothing_is_kept(self, client, token) -> None:
        write(client, token, "Differin gel")
        page = page_of(client.get(f"/candidacy/{token}/ask/SCR-RETINOID/"))
        assert "You told us of Differin (adapalene), a retinoid cream or gel." in page
        assert "We have marked the answer it speaks for" in page
        assert " checked" in page
        assert "SCR-RETINOID" not in said()

    def test_a_medicine_with_other_uses_is_only_mentioned(self, client, token) -> None:
        write(client, token, "metformin 500 mg")
        page = page_of(client.get(f"/candidacy/{token}/ask/SCR-DM/"))
        assert "You told us of metformin, a medicine for diabetes, also taken for other reasons." in page
        assert " checked" not in page

    @pytest.mark.parametrize("value", ["other", "unsure"])
    def test_not_by_a_medicine_that_was_not_confirmed(self, client, token, value) -> None:
        write(client, token, "adapaline")
        assert "You told us" not in page_of(client.get(f"/candidacy/{token}/ask/SCR-RETINOID/"))
        client.post(f"/candidacy/{token}/medicines/", {"meant-0": value})
        assert "You told us" not in page_of(client.get(f"/candidacy/{token}/ask/SCR-RETINOID/"))

    def test_by_a_confirmed_one_and_for_several_choices(self, client, token) -> None:
        write(client, token, "doxicycline")
        client.post(f"/candidacy/{token}/medicines/", {"meant-0": "doxycycline"})
        client.post(f"/candidacy/{token}/ask/SCR-PHOTOSENS/", {"answer": "yes"})
        page = page_of(client.get(f"/candidacy/{token}/ask/SCR-PHOTOSENS.DRUG/"))
        assert page.count(" checked") == 1
        assert 'value="tetracycline"' in page.split(" checked")[0].rsplit("<input", 1)[1]

    def test_not_once_the_question_was_answered(self, client, token) -> None:
        write(client, token, "Differin gel")
        client.post(f"/candidacy/{token}/ask/SCR-RETINOID/", {"answer": "yes", "date": "2026-11-30"})
        assert "You told us" not in page_of(client.get(f"/candidacy/{token}/ask/SCR-RETINOID/"))


class TestService:
    def pending(self, cast, now, text="acutane"):
        screening = screened(cast, healthy(MEDS=("answered", None, text)), now=now, patient=cast.pia)
        (one,) = queries.medicines_to_confirm(screening, queries.said(screening).answers)
        return screening, one.mention

    def test_refuses_a_medicine_that_the_words_do_not_mean(self, cast, now) -> None:
        screening, mention = self.pending(cast, now)
        for meant in (Meant(mention, "confirmed", "warfarin"), Meant(mention, "confirmed")):
            with pytest.raises(Invalid, match="“acutane” may mean: isotretinoin"):
                services.name_medicines(by=cast.actor("pia"), screening=screening, meant=[meant], changed={}, now=now)
        assert not NamedMedicine.objects.exists()

    def test_changes_an_answer_to_yes_or_unsure_and_to_nothing_else(self, cast, now) -> None:
        screening, mention = self.pending(cast, now)
        meant = [Meant(mention, "confirmed", "isotretinoin")]
        with pytest.raises(Invalid, match="to yes or to not sure"):
            services.name_medicines(
                by=cast.actor("pia"), screening=screening, meant=meant, changed={"SCR-ISO": "no"}, now=now
            )

    def test_is_for_whoever_may_answer_and_within_reach(self, cast, now) -> None:
        screening, mention = self.pending(cast, now)
        meant = [Meant(mention, "declined")]
        with pytest.raises(NotFound):
            services.name_medicines(by=cast.actor("tam"), screening=screening, meant=meant, changed={}, now=now)
        assert cast.actor("pia").may(ANSWER)

    def test_is_remembered_in_the_next_questionnaire(self, cast, now) -> None:
        screening, mention = self.pending(cast, now)
        meant = [Meant(mention, "confirmed", "isotretinoin")]
        services.name_medicines(by=cast.actor("pia"), screening=screening, meant=meant, changed={}, now=now)
        later = now + timedelta(days=2)
        following = services.start_screening(by=cast.actor("pia"), patient=cast.pia, now=later).screening
        told = queries.said(following).answers
        assert told.given["SCR-MEDS"].text == "acutane"
        assert queries.medicines_to_confirm(following, told) == ()

    def test_the_latest_word_counts_and_none_is_lost(self, cast, now) -> None:
        screening, mention = self.pending(cast, now)
        for minute, meant in enumerate([Meant(mention, "unsure"), Meant(mention, "confirmed", "isotretinoin")]):
            at = now + timedelta(minutes=minute)
            services.name_medicines(by=cast.actor("pia"), screening=screening, meant=[meant], changed={}, now=at)
        (named,) = queries.named_medicines(screening)
        assert (named.status, named.medicine) == ("confirmed", "isotretinoin")
        row = NamedMedicine.objects.earliest("pk")
        with pytest.raises(IntegrityError), transaction.atomic():
            NamedMedicine.objects.filter(pk=row.pk).update(status="declined")


class TestReviewer:
    def test_sees_every_medicine_as_written_and_as_read_and_what_was_not_recognized(
        self, client, cast, now, as_staff
    ) -> None:
        text = "acutane, elliquis 5 mg, no warfarin, Lipitor, Blorptazine 20 mg"
        screening = screened(cast, healthy(MEDS=("answered", None, text)), now=now, patient=cast.pia)
        told = queries.said(screening).answers
        first = next(one.mention for one in queries.medicines_to_confirm(screening, told))
        services.name_medicines(
            by=cast.actor("pia"),
            screening=screening,
            meant=[Meant(first, "confirmed", "isotretinoin")],
            changed={},
            now=now,
        )
        review = services.request_review(by=cast.actor("iris"), screening=screening, option=NEEDLING, now=now)
        as_staff(client, "iris")
        page = page_of(client.get(f"/desk/candidacy/{review.pk}/"))
        table = page.split("Medicines as written", 1)[1]
        for words in (
            "“acutane”",
            "Accutane (isotretinoin)",
            "Confirmed by the patient",
            "Eliquis (apixaban)",
            "Anticoagulant",
            "Against the answer to: Isotretinoin in the last 6 months",
            "Not confirmed",
            "Written as not taken",
            "As printed on the pack",
            "Not recognized as a medicine: “Blorptazine”.",
        ):
            assert words in table, words
        page = page_of(client.get(f"/desk/candidacy/patients/{cast.pia.pk}/"))
        assert "Medicines as written" in page
