"""The patient's pages, as a browser meets them."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlparse

import pytest
from django.urls import reverse

from vesicle.candidacy import queries, services
from vesicle.candidacy.domain import Answer
from vesicle.candidacy.domain.conditions import STILL
from vesicle.candidacy.models import Review, Screening, ScreeningAnswer
from vesicle.candidacy.tests.clinic import ASKED, NEEDLING, PEEL, PIA_BORN, cleared, healthy, screened
from vesicle.people import patient_home
from vesicle.people.models import Message, Patient
from vesicle.protocols.bank import load_bank

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_december_first", "editions")]


@pytest.fixture
def begin(client):
    """Start the questions as a stranger; return the token."""

    def start(**more):
        data = {"areas": ["full-face"], "date_of_birth": PIA_BORN.isoformat(), "option": NEEDLING} | more
        response = client.post("/candidacy/", data)
        assert response.status_code == 302, response.content.decode()[:3000]
        return response.url.split("/")[2]

    return start


def text(response) -> str:
    return " ".join(response.content.decode().split())


def answer_everything(client, token, **changes) -> list[str]:
    """Answer every question that is asked, as a healthy person with ``changes``; return what was asked."""
    given = healthy(**changes).given
    asked = []
    for _ in range(40):
        response = client.get(f"/candidacy/{token}/", follow=True)
        path = response.redirect_chain[-1][0]
        if "/ask/" not in path:
            return asked
        question = path.rstrip("/").split("/")[-1]
        asked.append(question)
        # What is dated is asked after: whether it still goes on. It does not, unless a test says so.
        said = given.get(question, Answer("no")) if question.endswith(STILL) else given[question]
        data = {"answer": said.answer.split(","), "text": said.text, "date": said.date or ""}
        assert client.post(path, data).status_code == 302
    raise AssertionError("the questions never ended")


class TestStart:
    def test_asks_where_what_for_and_how_old(self, client) -> None:
        page = text(client.get(f"/candidacy/?option={NEEDLING}&concern=acne-scars"))
        assert "Could microneedling suit you?" in page
        assert 'value="acne-scars" id=' in page
        assert page.count("checked") == 2  # the concern, and the first area of the option

    def test_begins_and_goes_to_the_first_question(self, client, begin) -> None:
        token = begin(concerns=["acne-scars"])
        row = Screening.objects.get()
        assert (row.chosen_option, row.concerns, row.patient) == (NEEDLING, ["acne-scars"], None)
        response = client.get(f"/candidacy/{token}/")
        assert response.url == f"/candidacy/{token}/ask/SCR-PREG/"

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"date_of_birth": ""}, "Enter the date."),
            ({"date_of_birth": "31.12.1990"}, "This is not a date that exists."),
            ({"date_of_birth": "2027-01-01"}, "lies after 2026-12-01"),
            ({"date_of_birth": "2020-01-01"}, "gives an age of 6"),
            ({"areas": []}, "Choose at least one area."),
            ({"areas": ["moon"]}, "Select a valid choice"),
        ],
    )
    def test_keeps_what_was_typed_when_something_is_wrong(self, client, changes, words) -> None:
        data = {"areas": ["neck"], "concerns": ["acne-scars"], "date_of_birth": "1986-04-12", "option": NEEDLING}
        response = client.post("/candidacy/", data | changes)
        page = text(response)
        assert response.status_code == 422
        assert words in page
        assert f'name="option" value="{NEEDLING}"' in page
        assert 'value="acne-scars" id="id_concerns' in page
        assert "checked" in page
        assert not Screening.objects.exists()

    def test_reads_a_date_as_americans_write_it(self, begin) -> None:
        begin(date_of_birth="4/12/1986")
        assert queries.said(Screening.objects.get()).answers.date_of_birth == PIA_BORN

    def test_offers_to_go_on_with_what_was_begun_in_this_browser(self, client, begin) -> None:
        token = begin()
        assert f"/candidacy/{token}/" in text(client.get("/candidacy/"))

    def test_a_signed_in_patient_is_not_asked_for_the_birth_date(self, client, as_patient, cast) -> None:
        as_patient(client, cast.pia)
        assert "date_of_birth" not in text(client.get("/candidacy/"))
        client.post("/candidacy/", {"areas": ["full-face"]})
        row = Screening.objects.get()
        assert row.patient == cast.pia
        assert queries.said(row).answers.date_of_birth == PIA_BORN

    def test_too_many_starts_from_one_place_are_slowed_down(self, client, begin) -> None:
        for _ in range(60):
            begin()
        assert client.post("/candidacy/", {"areas": ["neck"], "date_of_birth": "1986-04-12"}).status_code == 429

    def test_a_clinic_without_editions_says_so(self, client, cast) -> None:
        from vesicle.protocols.models import Edition

        Edition.objects.update(status=Edition.Status.RETIRED)
        assert "We are not ready to ask yet" in text(client.get("/candidacy/"))


class TestQuestion:
    def test_shows_one_question_its_reason_and_the_progress(self, client, begin) -> None:
        page = text(client.get(f"/candidacy/{begin()}/ask/SCR-PREG/"))
        assert "<h1>Are you pregnant, or could you be?</h1>" in page
        assert "Question 1 of 8" in page
        assert "I am not sure" in page
        assert page.count("<h1") == 1

    def test_goes_back_to_the_one_before_with_its_answer(self, client, begin) -> None:
        token = begin()
        client.post(f"/candidacy/{token}/ask/SCR-PREG/", {"answer": "no"})
        page = text(client.get(f"/candidacy/{token}/ask/SCR-INFECT/"))
        assert f'href="/candidacy/{token}/ask/SCR-PREG/"' in page
        back = text(client.get(f"/candidacy/{token}/ask/SCR-PREG/"))
        assert re.search(r'value="no"[^>]* checked', back)

    @pytest.mark.parametrize(
        ("question", "data", "words"),
        [
            ("SCR-PREG", {}, "Choose an answer."),
            ("SCR-PREG", {"answer": "perhaps"}, "Choose one of the answers shown."),
            ("SCR-ISO", {"answer": "yes"}, "Enter the date, or tick that you do not know it."),
            ("SCR-ISO", {"answer": "yes", "date": "2026-12-02"}, "This day has not come yet."),
            ("SCR-ISO", {"answer": "yes", "date": "never"}, "This is not a date that exists."),
            ("SCR-ISO", {"answer": "yes", "date": "1980-01-01"}, "before the date of birth"),
            ("SCR-MEDS", {"text": "x" * 501}, "at most 500 characters"),
        ],
    )
    def test_keeps_what_was_typed_when_something_is_wrong(self, client, begin, question, data, words) -> None:
        token = begin()
        rows = ScreeningAnswer.objects.count()
        response = client.post(f"/candidacy/{token}/ask/{question}/", data)
        page = text(response)
        assert response.status_code == 422
        assert words in page
        for value in data.values():
            assert value in page or value == "perhaps"
        assert ScreeningAnswer.objects.count() == rows

    def test_takes_date_and_words_on_the_same_page(self, client, begin) -> None:
        token = begin()
        url = f"/candidacy/{token}/ask/SCR-PREG/"
        client.post(url, {"answer": "yes", "date": "2027-05-01"})
        assert queries.said(Screening.objects.get()).answers.given["SCR-PREG"].date.isoformat() == "2027-05-01"

    def test_not_knowing_the_date_is_said_on_purpose(self, client, begin) -> None:
        token = begin()
        response = client.post(f"/candidacy/{token}/ask/SCR-ISO/", {"answer": "yes", "date_unknown": "on"})
        assert response.status_code == 302
        given = queries.said(Screening.objects.get()).answers.given["SCR-ISO"]
        assert (given.answer, given.date) == ("yes", None)

    def test_a_date_left_behind_under_another_answer_is_dropped(self, client, begin) -> None:
        token = begin()
        client.post(f"/candidacy/{token}/ask/SCR-ISO/", {"answer": "no", "date": "2026-09-15"})
        assert queries.said(Screening.objects.get()).answers.given["SCR-ISO"].date is None

    def test_an_optional_follow_up_can_be_passed_over(self, client, begin) -> None:
        token = begin()
        client.post(f"/candidacy/{token}/ask/SCR-EXPECT/", {"text": ""})
        page = text(client.get(f"/candidacy/{token}/ask/SCR-EXPECT.WORRY/"))
        assert "Skip this question" in page
        client.post(f"/candidacy/{token}/ask/SCR-EXPECT.WORRY/", {"skip": "1"})
        assert queries.said(Screening.objects.get()).skipped == {"SCR-EXPECT.WORRY"}

    def test_a_question_we_do_not_ask_is_not_found(self, client, begin) -> None:
        assert client.get(f"/candidacy/{begin()}/ask/SCR-NOPE/").status_code == 404

    def test_is_never_kept_nor_indexed(self, client, begin) -> None:
        token = begin()
        for page in (f"{token}/ask/SCR-PREG/", f"{token}/answers/"):
            response = client.get(f"/candidacy/{page}")
            assert "no-store" in response["Cache-Control"]
            assert response["X-Robots-Tag"] == "noindex, nofollow"

    def test_the_way_in_may_be_found_by_search_engines(self, client, begin) -> None:
        begin()
        assert "X-Robots-Tag" not in client.get("/candidacy/")

    def test_reads_a_bounded_number_of_rows(self, client, begin, django_assert_max_num_queries) -> None:
        token = begin()
        url = f"/candidacy/{token}/ask/SCR-PREG/"
        client.get(url)
        with django_assert_max_num_queries(8):
            client.get(url)


class TestWay:
    def test_asks_each_question_once_and_ends_with_everything_that_was_said(self, client, begin) -> None:
        token = begin()
        assert answer_everything(client, token) == list(ASKED)
        page = text(client.get(f"/candidacy/{token}/", follow=True))
        assert "Is this right?" in page

    def test_is_shorter_once_something_excludes(self, client, begin) -> None:
        asked = answer_everything(client, begin(), PREG="yes")
        assert "SCR-KELOID" not in asked  # only needling looks at it, and that is excluded
        assert "SCR-RETINOID" in asked

    def test_asks_only_for_the_treatments_somebody_is_interested_in_until_they_ask_for_more(
        self, client, begin
    ) -> None:
        token = begin(option="", treatments=["chemical-peel"])
        asked = answer_everything(client, token)
        assert "SCR-RETINOID" in asked
        assert "SCR-KELOID" not in asked  # only needling looks at it
        page = text(client.post(f"/candidacy/{token}/answers/", follow=True))
        assert "Answer the rest" in page
        assert client.post(f"/candidacy/{token}/widen/").url == f"/candidacy/{token}/"
        assert answer_everything(client, token) == [
            "SCR-KELOID",
            "SCR-INFECT",
            "SCR-ISO",
            "SCR-AUTO",
            "SCR-EXPECT.WORRY",
        ]

    def test_open_points_can_be_answered_where_the_page_lists_them(self, client, begin) -> None:
        token = begin(option="", treatments=["chemical-peel"])
        answer_everything(client, token)
        page = text(client.post(f"/candidacy/{token}/answers/", follow=True))
        assert "These are open, and a provider will ask." in page
        assert "Answer more of them now" in page
        client.post(f"/candidacy/{token}/widen/")
        assert answer_everything(client, token)
        page = text(client.post(f"/candidacy/{token}/answers/", follow=True))
        assert "Answer more of them now" not in page

    def test_changing_an_answer_comes_back_to_the_list_and_asks_what_it_opens(self, client, begin) -> None:
        token = begin()
        answer_everything(client, token)
        response = client.post(f"/candidacy/{token}/ask/SCR-KELOID/?next=answers", {"answer": "yes"})
        assert response.url == f"/candidacy/{token}/answers/"
        assert "Go on with the questions" in text(client.get(response.url))
        assert client.post(response.url).url == f"/candidacy/{token}/ask/SCR-KELOID.STRONG/"


class TestResult:
    def finish(self, client, begin, concerns=("acne-scars",), **changes):
        token = begin(concerns=list(concerns))
        answer_everything(client, token, **changes)
        response = client.post(f"/candidacy/{token}/answers/", follow=True)
        return token, text(response)

    def test_says_yes_with_what_comes_next(self, client, begin) -> None:
        token, page = self.finish(client, begin)
        assert "Nothing in your answers speaks against microneedling" in page
        assert "Choose a time" in page
        assert page.count("<h1") == 1
        response = client.post(f"/candidacy/{token}/choose/", {"option": NEEDLING})
        assert urlparse(response.url).path == "/book/"
        assert parse_qs(urlparse(response.url).query) == {"option": [NEEDLING], "screening": [token]}

    def test_says_not_yet_with_the_day_and_offers_a_reminder(self, client, begin) -> None:
        token, page = self.finish(client, begin, ISO=("yes", PIA_BORN.replace(year=2026, month=9, day=15)))
        assert "Not yet: from March 14, 2027" in page
        assert "What you should know about isotretinoin." in page
        sent = client.post(f"/candidacy/{token}/remind/", {"option": NEEDLING, "email": "me@example.org"}, follow=True)
        assert "We will write to you on March 14, 2027." in text(sent)
        assert Message.objects.get(kind="candidacy-reminder").recipient == "me@example.org"

    def test_keeps_the_door_shut_before_that_day(self, client, begin) -> None:
        token, _ = self.finish(client, begin, ISO=("yes", PIA_BORN.replace(year=2026, month=9, day=15)))
        response = client.post(f"/candidacy/{token}/choose/", {"option": NEEDLING})
        assert response.url == f"/candidacy/{token}/result/"

    def test_opens_it_on_that_day(self, client, begin, on_december_first, now) -> None:
        token, _ = self.finish(client, begin, ISO=("yes", PIA_BORN.replace(year=2026, month=9, day=15)))
        on_december_first.move_to(now + timedelta(days=103))
        assert "A few answers are still missing" in text(client.get(f"/candidacy/{token}/result/"))
        # These could only have called for a provider while there was a wait.
        assert answer_everything(client, token) == ["SCR-AUTO", "SCR-EXPECT.WORRY"]
        page = text(client.post(f"/candidacy/{token}/answers/", follow=True))
        assert "Nothing in your answers speaks against microneedling" in page
        assert "/book/" in client.post(f"/candidacy/{token}/choose/", {"option": NEEDLING}).url

    def test_says_what_to_wait_for(self, client, begin) -> None:
        _, page = self.finish(client, begin, INFECT="yes")
        assert "Not yet: until the infection has cleared, then 7 days more" in page

    def test_says_no_and_shows_what_else_fits_the_concern(self, client, begin) -> None:
        _, page = self.finish(client, begin, KELOID="yes", KELOID__STRONG="yes")
        assert "By your answers, microneedling is not for you now" in page
        fitting = page[page.index("For acne scars, best first") :]
        assert "Chemical peel: Superficial" in fitting
        assert "Choose a time" in fitting

    def test_shows_every_option_the_clinic_offers(self, client, begin) -> None:
        _, page = self.finish(client, begin)
        for name in ("Microneedling: Standard", "Chemical peel: Superficial", "Chemical peel: Medium"):
            assert name in page

    def test_says_what_nobody_knows(self, client, begin) -> None:
        _, page = self.finish(client, begin, AUTO="unsure")
        assert "What we do not know" in page
        assert "Do you have an autoimmune disease?" in page[page.index("What we do not know") :]

    def test_is_not_shown_before_the_questions_are_done(self, client, begin) -> None:
        token = begin()
        assert client.get(f"/candidacy/{token}/result/").url == f"/candidacy/{token}/"

    def test_asks_to_decide_again_after_an_answer_has_changed(self, client, begin, on_december_first, now) -> None:
        token, _ = self.finish(client, begin)
        on_december_first.move_to(now + timedelta(minutes=5))
        client.post(f"/candidacy/{token}/ask/SCR-PREG/?next=answers", {"answer": "yes"})
        assert client.get(f"/candidacy/{token}/result/", follow=True).redirect_chain[-1][0].endswith("/answers/")

    def test_reads_a_bounded_number_of_rows(self, client, begin, django_assert_max_num_queries) -> None:
        token, _ = self.finish(client, begin)
        with django_assert_max_num_queries(10):
            client.get(f"/candidacy/{token}/result/")


class TestWishes:
    """The clinic's two treatments say the same of everything, so that only wishes and answers move them."""

    def finish(self, client, begin, concerns=("acne-scars",), **changes):
        token = begin(concerns=list(concerns))
        answer_everything(client, token, **changes)
        client.post(f"/candidacy/{token}/answers/")
        return token

    def wish(self, client, token, **wishes):
        return client.post(f"/candidacy/{token}/wishes/", {"concerns": ["acne-scars"], "needles": "no-matter"} | wishes)

    def page(self, client, token) -> str:
        return text(client.get(f"/candidacy/{token}/result/"))

    def test_options_stand_in_order_with_points_evidence_and_sources(self, client, begin) -> None:
        page = self.page(client, self.finish(client, begin))
        overview = page[page.index('<ol class="fit-list">') : page.index("</ol>")]
        assert overview.count("<li>") == 4
        assert "58.5 of 76" in overview
        assert "3 to 6 visits at $200 to $700 a visit: $600 to $4,200 for the course." in page
        assert '<span class="visually-hidden">Source </span>[' in page
        assert "/compare/?option=" in page
        assert "/candidacy/how-we-rank/" in page

    def test_without_a_concern_it_says_so_and_offers_to_choose(self, client, begin) -> None:
        page = self.page(client, self.finish(client, begin, concerns=()))
        assert "there is nothing to rank by" in page
        assert '<ol class="fit-list">' not in page
        assert '<details class="faq" id="wishes" open>' in page
        assert page.index("In the order of our list.") < page.index("Chemical peel: Superficial")

    def test_what_matters_is_kept_shown_again_and_ranks_anew(self, client, begin) -> None:
        token = self.finish(client, begin)
        response = self.wish(client, token, downtime_days="3", visits="4", budget="1500")
        assert response.url == f"/candidacy/{token}/result/#fitting"
        assert Screening.objects.get().preferences == {"downtime_days": 3, "visits": 4, "budget": 1500}
        page = self.page(client, token)
        assert "3 days of downtime at most, 4 visits at most, $1,500 at most." in page
        assert 'name="budget" value="1500"' in page
        assert "You want $1,500 at most: it may stay within that, and may not." in page

    def test_says_that_the_first_of_what_nobody_knows_is_no_recommendation(self, client, begin) -> None:
        token = self.finish(client, begin)
        assert "Hardly anything is known here" not in self.page(client, token)
        self.wish(client, token, concerns=["enlarged-pores"])
        assert "Hardly anything is known here" in self.page(client, token)

    def test_a_source_is_asked_about_only_where_something_comes_from_it_or_it_was_declined(self, client, begin) -> None:
        token = self.finish(client, begin)
        assert "I do not want products from" not in self.page(client, token)
        Screening.objects.update(preferences={"donor_derived": {"animal": "no"}})
        page = self.page(client, token)
        assert 'name="declined" value="animal"' in page
        assert 'value="plant"' not in page
        self.wish(client, token, declined=["animal"])
        assert "nothing from animals." in self.page(client, token)

    def test_no_needles_sets_needling_apart_without_calling_it_unsafe(self, client, begin) -> None:
        token = self.finish(client, begin)
        self.wish(client, token, needles="no")
        page = self.page(client, token)
        assert "Nothing that we offer and that you want is known to help with it." in page
        apart = page[page.index("Not what you want") :]
        assert "You want no needles, and it does not work without." in apart
        assert "May suit you" in apart

    def test_other_concerns_can_be_chosen_and_taken_back(self, client, begin) -> None:
        token = self.finish(client, begin)
        self.wish(client, token, concerns=["fine-lines", "texture"])
        assert "For fine lines and rough or uneven texture, best first" in self.page(client, token)
        self.wish(client, token, concerns=[])
        assert "there is nothing to rank by" in self.page(client, token)

    @pytest.mark.parametrize(
        ("wishes", "words"),
        [
            ({"budget": "much"}, "Enter a whole number from 0 to 1,000,000, or leave it empty."),
            ({"visits": "0"}, "Enter a whole number from 1 to 100"),
            ({"declined": ["moon"]}, "Select a valid choice"),
            ({"concerns": ["moon"]}, "Select a valid choice"),
        ],
    )
    def test_keeps_what_was_typed_when_something_is_wrong(self, client, begin, wishes, words) -> None:
        token = self.finish(client, begin)
        response = self.wish(client, token, **({"downtime_days": "7"} | wishes))
        page = text(response)
        assert response.status_code == 422
        assert words in page
        assert 'name="downtime_days" value="7"' in page
        assert '<details class="faq" id="wishes" open>' in page
        assert Screening.objects.get().preferences == {}

    def test_a_wait_and_what_is_not_suitable_are_never_hidden(self, client, begin) -> None:
        token = self.finish(client, begin, PREG="no", ISO=("yes", PIA_BORN.replace(year=2026, month=9, day=15)))
        page = self.page(client, token)
        assert "<small>Not yet: from March 14, 2027.</small>" in page
        unsafe = self.page(client, self.finish(client, begin, KELOID="yes", KELOID__STRONG="yes"))
        group = unsafe[unsafe.index("What you wish for plays no part in this.") :]
        assert "Microneedling: Radiofrequency" in group
        assert "What you should know about keloid strong." in group

    def test_another_clinics_visitors_state_no_wishes_here(self, client, begin) -> None:
        token = self.finish(client, begin)
        assert self.wish(client, token[:-1] + "x", budget="1").status_code == 404

    def test_how_we_rank_shows_every_number(self, client) -> None:
        page = text(client.get("/candidacy/how-we-rank/"))
        for weight in load_bank().fit_weights.values():
            assert weight.name in page
            assert f'<td class="right">{weight.points}</td>' in page
        assert "Equal points: what is possible now goes" in page


class TestAskingAProvider:
    WHO = {"first_name": "Mara", "last_name": "Ito", "email": "mara@example.org", "phone": "503 555 0199"}

    def finish(self, client, begin):
        token = begin()
        answer_everything(client, token, KELOID="yes", KELOID__STRONG="no")
        client.post(f"/candidacy/{token}/answers/")
        # Going on to a provider asks what only they want to know.
        client.get(f"/candidacy/{token}/about-you/?option={NEEDLING}")
        answer_everything(client, token)
        client.post(f"/candidacy/{token}/answers/")
        return token

    def test_takes_a_name_and_an_address_and_waits(self, client, begin) -> None:
        token = self.finish(client, begin)
        assert "A provider decides with you about microneedling" in text(client.get(f"/candidacy/{token}/result/"))
        page = text(client.get(f"/candidacy/{token}/about-you/?option={NEEDLING}"))
        assert "April 12, 1986" in page
        response = client.post(f"/candidacy/{token}/about-you/", {"option": NEEDLING} | self.WHO, follow=True)
        assert "Waiting for a provider" in text(response)
        mara = Patient.objects.get(last_name="Ito")
        assert (mara.date_of_birth, mara.time_zone) == (PIA_BORN, "America/Los_Angeles")
        assert Review.objects.get().patient == mara

    def test_finds_somebody_the_clinic_knows(self, client, begin, cast) -> None:
        token = self.finish(client, begin)
        who = {"first_name": "pia", "last_name": "Sørensen", "email": "PIA@example.org"}
        client.post(f"/candidacy/{token}/about-you/", {"option": NEEDLING} | who)
        assert Review.objects.get().patient == cast.pia

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"first_name": ""}, "This field is required."),
            ({"email": "mara@"}, "This is not a complete e-mail address."),
            ({"phone": "12"}, "A phone number has 7 to 15 digits"),
        ],
    )
    def test_keeps_what_was_typed(self, client, begin, changes, words) -> None:
        token = self.finish(client, begin)
        data = {"option": NEEDLING} | self.WHO | changes
        response = client.post(f"/candidacy/{token}/about-you/", data)
        page = text(response)
        assert response.status_code == 422
        assert words in page
        assert 'value="Ito"' in page
        assert not Patient.objects.filter(last_name="Ito").exists()

    def test_an_unknown_option_leads_back(self, client, begin) -> None:
        token = self.finish(client, begin)
        assert client.get(f"/candidacy/{token}/about-you/?option=prp/injection").url.endswith("/result/")

    def test_shows_the_decision_and_a_way_on(self, client, cast, now) -> None:
        row = screened(cast, healthy(KELOID="yes", KELOID__STRONG="no"), now=now, patient=cast.pia)
        cleared(cast, row, now=now, conditions="Test area first.")
        token = services.token_for(by=cast.actor("pia"), screening=row)
        page = text(client.get(f"/candidacy/{token}/result/"))
        assert "Cleared by Iris Lindqvist" in page
        assert "Test area first." in page
        assert "Choose a time" in page


class TestStillTrue:
    def test_lists_what_has_grown_old_and_takes_one_press(self, client, cast, now, on_december_first) -> None:
        row = screened(cast, healthy(), now=now, patient=cast.pia)
        later = now + timedelta(days=10)
        on_december_first.move_to(later)
        token = services.token_for(by=cast.actor("pia"), screening=row)
        assert "Has anything changed?" in text(client.get(f"/candidacy/{token}/result/"))
        page = text(client.get(f"/candidacy/{token}/still-true/"))
        assert "is there an infection now" in page
        assert "Are you pregnant" not in page  # good for 14 days
        response = client.post(f"/candidacy/{token}/still-true/", follow=True)
        assert "nothing has changed" in text(response)
        assert queries.said(row).days["SCR-INFECT"].isoformat() == "2026-12-11"

    def test_can_be_asked_ahead_for_the_day_of_a_visit(self, client, cast, now) -> None:
        row = screened(cast, healthy(), now=now, patient=cast.pia)
        token = services.token_for(by=cast.actor("pia"), screening=row)
        page = text(client.get(f"/candidacy/{token}/still-true/?on=2026-12-20"))
        assert "Are you pregnant" in page


class TestLinks:
    @pytest.mark.parametrize("page", ["", "ask/SCR-PREG/", "answers/", "result/", "still-true/", "about-you/"])
    def test_a_stale_or_foreign_link_is_told_kindly(self, client, begin, on_december_first, now, page) -> None:
        token = begin()
        unknown = client.get(f"/candidacy/nonsense/{page}")
        assert unknown.status_code == 404
        assert "We cannot open these answers" in text(unknown)
        on_december_first.move_to(now + timedelta(days=181))
        old = client.get(f"/candidacy/{token}/{page}")
        assert old.status_code == 404
        assert "half a year old" in text(old)

    def test_another_clinics_visitors_cannot_open_it(self, client, begin) -> None:
        token = begin()
        assert client.get(f"/candidacy/{token}/", headers={"host": "bellhaven.localhost"}).status_code == 404

    def test_another_patient_cannot_open_it(self, client, cast, as_patient, now) -> None:
        token = services.start_screening(by=cast.actor("pia"), patient=cast.pia, now=now).token
        as_patient(client, cast.tam)
        assert client.get(f"/candidacy/{token}/").status_code == 404


class TestHome:
    def test_the_patients_page_shows_what_is_going_on(self, cast, now) -> None:
        row = screened(cast, healthy(KELOID="yes", KELOID__STRONG="no"), now=now, patient=cast.pia)
        titles = lambda: [card.title for card in patient_home.for_patient(cast.actor("pia"))]  # noqa: E731
        assert "A provider is looking at your answers" not in titles()
        services.request_review(by=cast.actor("pia"), screening=row, option=NEEDLING, now=now)
        assert "A provider is looking at your answers" in titles()
        cleared(cast, row, now=now - timedelta(minutes=1))
        assert "A provider has cleared you" in titles()
        assert "A provider is looking at your answers" not in titles()

    def test_unfinished_questions_can_be_gone_on_with(self, client, cast, as_patient, now) -> None:
        as_patient(client, cast.pia)
        client.post("/candidacy/", {"areas": ["full-face"]})
        assert "Questions to finish" in [card.title for card in patient_home.for_patient(cast.actor("pia"))]
        assert "/ask/SCR-PREG/" in client.get(reverse("candidacy:mine"), follow=True).redirect_chain[-1][0]

    def test_is_for_patients_alone(self, client) -> None:
        assert client.get(reverse("candidacy:mine")).status_code == 302
        assert PEEL
