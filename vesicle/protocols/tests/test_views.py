"""The edition pages: the owner edits and submits, the director signs, others read, Otto meets nothing."""

import pytest
from django.test import Client

from vesicle.protocols import services
from vesicle.protocols.models import Edition
from vesicle.protocols.tests.editions import STATEMENT, approved, draft, fresh, in_review, install
from vesicle.protocols.tests.test_pictures import image, upload

DESK = "/desk/protocols/"
OVERLAY = {
    "headline": "Slow and steady",
    "intro": ["First paragraph.", "Second paragraph."],
    "questions": [{"question": "Who does it?", "answer": "A nurse."}],
    "modalities": {"injection": {"price_from": 800}},
}


@pytest.fixture(autouse=True)
def releases(cast):
    install()


@pytest.fixture
def owen(client, as_staff):
    return as_staff(client, "owen")


@pytest.fixture
def iris(client, as_staff):
    return as_staff(client, "iris")


def at(edition, where=""):
    return f"{DESK}editions/{edition.pk}/{where}"


def words(response):
    return response.content.decode()


def form_of(response):
    """Return what a browser would send if the form were submitted as it stands."""
    form = response.context["form"]
    values = ((field.html_name, field.value()) for field in form)
    return {
        name: "on" if value is True else ("" if value is None else value)
        for name, value in values
        if value is not False
    }


class TestReading:
    @pytest.mark.parametrize("name", ["iris", "owen", "noor", "rosa"])
    def test_all_staff_may_read(self, client, as_staff, cast, name):
        first, second = approved(cast), approved(cast, overlay=OVERLAY)
        reader = as_staff(client, name)
        pages = ["", "prp/", f"editions/{second.pk}/", f"compare/?before={first.pk}&after={second.pk}"]
        for page in pages:
            response = reader.get(DESK + page)
            assert response.status_code == 200, page
            assert words(response).count("<h1>") == 1, page

    def test_strangers_meet_the_sign_in_page(self, client, cast):
        for where in (DESK, DESK + "prp/", at(draft(cast))):
            assert client.get(where).headers["Location"].startswith("/accounts/login/")

    def test_otto_meets_404(self, client, as_staff, cast):
        edition = in_review(cast)
        otto = as_staff(client, "otto")
        for where in ("", "words/", "pictures/"):
            assert otto.get(at(edition, where)).status_code == 404, where
        for where in ("submit/", "return/", "approve/", "retire/"):
            sent = {"reason": "Mine.", "statement": STATEMENT, "revision": 1}
            assert otto.post(at(edition, where), sent).status_code == 404, where
        assert otto.get(f"{DESK}compare/?before={edition.pk}&after={edition.pk}").status_code == 404
        assert fresh(edition).status == "in-review"

    @pytest.mark.parametrize("query", ["", "?before=x&after=y", "?before=9999999999999999999999&after=1"])
    def test_a_comparison_of_nothing_is_not_found(self, owen, query):
        assert owen.get(f"{DESK}compare/{query}").status_code == 404

    def test_the_signature_and_what_changed_are_shown(self, iris, cast):
        approved(cast)
        edition = approved(cast, overlay=OVERLAY)
        page = words(iris.get(at(edition)))
        assert "Iris Lindqvist, MD" in page
        assert services.content_hash(edition) in page
        assert "Headline added: “Slow and steady”" in page
        assert services.content_hash(edition) in words(iris.get(f"{DESK}prp/"))

    def test_the_number_of_questions_does_not_grow_with_the_editions(self, iris, cast, django_assert_max_num_queries):
        for _ in range(6):
            approved(cast)
        for where in ("", "prp/"):
            iris.get(DESK + where)
            with django_assert_max_num_queries(22):
                iris.get(DESK + where)


class TestEditing:
    def test_the_form_shows_what_is_saved_and_the_protocols_defaults(self, owen, cast):
        response = owen.get(at(draft(cast, overlay=OVERLAY), "words/"))
        page = words(response)
        assert "First paragraph.\n\nSecond paragraph." in page
        assert 'value="800"' in page
        assert "as in the protocol" in page
        assert "yaml" not in page.lower()

    def test_saving_without_a_change_changes_nothing_but_the_revision(self, owen, cast):
        edition = draft(cast, overlay=OVERLAY)
        response = owen.get(at(edition, "words/"))
        assert owen.post(at(edition, "words/"), form_of(response)).headers["Location"] == at(edition)
        assert fresh(edition).overlay == OVERLAY
        assert fresh(edition).revision == 2

    def test_everything_on_the_form_reaches_the_edition(self, owen, cast):
        edition = draft(cast)
        sent = form_of(owen.get(at(edition, "words/")))
        area = next(
            name.split(".")[2] for name in owen.get(at(edition, "words/")).context["form"].fields if ".minutes" in name
        )
        sent |= {
            "headline": "Ours",
            "intro": "One\r\nline.\r\n\r\n\r\nTwo.",
            "note": "Park behind the house.",
            "s-recovery": "Call us\r\nwith anything.",
            "q1-question": "Does it hurt?",
            "q1-answer": "A little.",
            "m.microneedling.price_from": "650",
            f"m.microneedling.{area}.minutes": "55",
        }
        del sent["m.injection.offered"]
        assert owen.post(at(edition, "words/"), sent).status_code == 302
        assert fresh(edition).overlay == {
            "headline": "Ours",
            "intro": ["One line.", "Two."],
            "note": "Park behind the house.",
            "sections": {"recovery": "Call us with anything."},
            "questions": [{"question": "Does it hurt?", "answer": "A little."}],
            "modalities": {
                "microneedling": {"price_from": 650, "areas": {area: {"minutes": 55}}},
                "injection": {"offered": False},
            },
        }

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"m.injection.price_from": "-5"}, "greater than or equal to 0"),
            ({"m.injection.price_from": "lots"}, "Enter a whole number"),
            ({"q0-answer": ""}, "Answer the question, or empty both fields."),
            ({"headline": "x" * 121}, "at most 120 characters"),
            ({"intro": "x" * 2001}, "longer than 2,000 characters"),
        ],
    )
    def test_what_is_wrong_is_said_and_what_was_typed_stays(self, owen, cast, wrong, said):
        edition = draft(cast, overlay=OVERLAY)
        sent = form_of(owen.get(at(edition, "words/"))) | {"note": "Keep me."} | wrong
        response = owen.post(at(edition, "words/"), sent)
        assert response.status_code == 422
        assert said in words(response)
        assert "Keep me." in words(response)
        assert fresh(edition).overlay == OVERLAY

    def test_offering_nothing_is_refused_on_top(self, owen, cast):
        edition = draft(cast)
        sent = form_of(owen.get(at(edition, "words/")))
        kept = {name: value for name, value in sent.items() if not name.endswith(".offered")}
        response = owen.post(at(edition, "words/"), kept)
        assert response.status_code == 422
        assert "Offer at least one modality" in words(response)

    def test_the_slower_of_two_gets_both_into_the_form_sees_the_difference_and_may_then_decide(self, owen, cast):
        edition = draft(cast, overlay=OVERLAY)
        sent = form_of(owen.get(at(edition, "words/"))) | {"headline": "Owen's own"}
        theirs = {**OVERLAY, "note": "Added by Iris."}
        services.change_overlay(by=cast.actor("iris"), edition=edition, overlay=theirs, expected_revision=1)
        response = owen.post(at(edition, "words/"), sent)
        assert response.status_code == 409
        page = words(response)
        assert "Somebody else saved this draft meanwhile" in page
        assert "Owen&#x27;s own" in page
        assert response.context["form"]["note"].value() == "Added by Iris."
        assert "Note taken out" not in page
        assert fresh(edition).overlay == theirs
        assert owen.post(at(edition, "words/"), form_of(response)).status_code == 302
        assert fresh(edition).overlay == {**theirs, "headline": "Owen's own"}

    def test_where_both_changed_the_same_what_was_typed_stands_and_theirs_is_told(self, owen, cast):
        edition = draft(cast, overlay=OVERLAY)
        sent = form_of(owen.get(at(edition, "words/"))) | {"headline": "Owen's own"}
        theirs = {**OVERLAY, "headline": "Iris's own"}
        services.change_overlay(by=cast.actor("iris"), edition=edition, overlay=theirs, expected_revision=1)
        response = owen.post(at(edition, "words/"), sent)
        assert "Headline reworded: “Iris&#x27;s own” became “Owen&#x27;s own”" in words(response)
        assert form_of(response)["headline"] == "Owen's own"

    def test_what_was_typed_stays_when_the_draft_was_submitted_meanwhile(self, owen, cast):
        edition = draft(cast, overlay=OVERLAY)
        sent = form_of(owen.get(at(edition, "words/"))) | {"note": "Keep me."}
        services.submit_for_review(by=cast.actor("iris"), edition=edition)
        response = owen.post(at(edition, "words/"), sent)
        assert response.status_code == 409
        assert "only a draft can be changed" in words(response)
        assert "Keep me." in words(response)

    def test_more_questions_come_without_saving_or_losing_anything(self, owen, cast):
        edition = draft(cast, overlay=OVERLAY)
        first = owen.get(at(edition, "words/"))
        rows = first.context["form"].question_rows
        response = owen.post(at(edition, "words/"), form_of(first) | {"note": "Keep me.", "more": "1"})
        assert response.status_code == 200
        assert response.context["form"].question_rows == rows + 3
        assert "Keep me." in words(response)
        assert "alert-circle" not in words(response)
        assert fresh(edition).revision == 1

    def test_saving_can_lead_to_the_page_as_it_would_be(self, owen, cast):
        edition = draft(cast)
        sent = form_of(owen.get(at(edition, "words/"))) | {"headline": "Seen first", "preview": "1"}
        where = owen.post(at(edition, "words/"), sent).headers["Location"]
        assert where == at(edition, "preview/")
        assert "Seen first" in words(owen.get(f"/treatments/prp/?edition={edition.pk}"))

    @pytest.mark.parametrize("name", ["rosa", "noor"])
    def test_others_do_not_edit(self, client, as_staff, cast, name):
        edition = draft(cast)
        other = as_staff(client, name)
        assert other.get(at(edition, "words/")).status_code == 403
        assert other.post(at(edition, "words/"), {"revision": 1}).status_code == 403
        assert other.post(f"{DESK}prp/begin/").status_code == 403
        assert "Edit words and prices" not in words(other.get(at(edition)))
        assert "New draft" not in words(other.get(DESK))

    def test_what_is_approved_is_not_opened_for_editing(self, owen, cast):
        assert owen.get(at(approved(cast), "words/")).status_code == 409


class TestPictures:
    def test_a_picture_reaches_the_page_and_its_words_can_be_changed(self, owen, cast):
        edition = draft(cast)
        sent = {"what": "add", "new-file": upload(image()), "new-alt": "Our first room"}
        assert owen.post(at(edition, "pictures/"), sent).status_code == 302
        [placed] = fresh(edition).overlay["pictures"]
        assert placed["alt"] == "Our first room"
        page = owen.get(f"/treatments/prp/?edition={edition.pk}")
        assert 'alt="Our first room"' in words(page)
        key = f"p{placed['picture']}"
        change = {"what": "arrange", "revision": 2, f"{key}-alt": "Our best room", f"{key}-place": 1}
        assert owen.post(at(edition, "pictures/"), change).status_code == 302
        assert fresh(edition).overlay["pictures"][0]["alt"] == "Our best room"
        change |= {"revision": 3, f"{key}-remove": "on"}
        owen.post(at(edition, "pictures/"), change)
        assert fresh(edition).overlay == {}

    def test_a_part_of_a_picture_is_chosen_by_numbers_and_reaches_the_page_in_its_sizes(self, owen, cast):
        edition = draft(cast)
        sent = {"what": "add", "new-file": upload(image((1200, 800))), "new-alt": "Room"}
        owen.post(at(edition, "pictures/"), sent)
        number = fresh(edition).overlay["pictures"][0]["picture"]
        words = {f"p{number}-alt": "Room", f"p{number}-place": 1}
        part = {f"p{number}-left": 50, f"p{number}-top": 0, f"p{number}-width": 50, f"p{number}-height": 100}
        too_wide = {"what": "arrange", "revision": 2, **words, **part, f"p{number}-width": 80}
        answer = owen.post(at(edition, "pictures/"), too_wide)
        assert answer.status_code == 422
        assert "Choose at most 50." in answer.content.decode()
        assert owen.post(at(edition, "pictures/"), too_wide | part).status_code == 302
        crop = fresh(edition).overlay["pictures"][0]["crop"]
        assert (crop["left"], crop["width"]) == (50, 50)
        page = owen.get(f"/treatments/{edition.treatment}/?edition={edition.pk}").content.decode()
        assert 'width="600" height="800"' in page
        assert "480w" in page
        # A form without the numbers leaves the part as it was.
        owen.post(at(edition, "pictures/"), {"what": "arrange", "revision": 3, **words})
        assert fresh(edition).overlay["pictures"][0]["crop"] == crop

    def test_two_pictures_change_places(self, owen, cast):
        edition = draft(cast)
        for number, size in enumerate(((800, 600), (600, 800)), 1):
            sent = {"what": "add", "new-file": upload(image(size)), "new-alt": f"Room {number}"}
            owen.post(at(edition, "pictures/"), sent)
        first, second = (placed["picture"] for placed in fresh(edition).overlay["pictures"])
        change = {"what": "arrange", "revision": 3}
        for number, place, alt in ((first, 2, "Room 1"), (second, 1, "Room 2")):
            change |= {f"p{number}-alt": alt, f"p{number}-place": place}
        owen.post(at(edition, "pictures/"), change)
        assert [placed["alt"] for placed in fresh(edition).overlay["pictures"]] == ["Room 2", "Room 1"]

    def test_what_is_no_picture_is_refused_and_the_words_stay(self, owen, cast):
        edition = draft(cast)
        sent = {"what": "add", "new-file": upload(b"no picture"), "new-alt": "Our first room"}
        response = owen.post(at(edition, "pictures/"), sent)
        assert response.status_code == 422
        assert "not a JPEG, PNG or WebP" in words(response)
        assert "Our first room" in words(response)
        assert fresh(edition).overlay == {}

    def test_a_picture_without_words_is_refused(self, owen, cast):
        sent = {"what": "add", "new-file": upload(image())}
        response = owen.post(at(draft(cast), "pictures/"), sent)
        assert response.status_code == 422
        assert "This field is required" in words(response)


class TestTwoPeopleOnPictures:
    """Owen has the page open while Iris saves; nothing of hers is lost, and nothing he typed."""

    @pytest.fixture
    def iris_too(self, as_staff, cast):
        return as_staff(Client(), "iris")

    @pytest.fixture
    def edition(self, owen, cast):
        edition = draft(cast)
        self.add(owen, edition, "Room 1", (800, 600))
        return edition

    def add(self, client, edition, alt, size):
        sent = {"what": "add", "new-file": upload(image(size)), "new-alt": alt}
        return client.post(at(edition, "pictures/"), sent)

    def arrange(self, client, edition, revision, **alts):
        sent = {"what": "arrange", "revision": revision}
        for key, alt in alts.items():
            sent |= {f"{key}-alt": alt, f"{key}-place": 1}
        return client.post(at(edition, "pictures/"), sent)

    def numbers(self, edition):
        return [f"p{placed['picture']}" for placed in fresh(edition).overlay["pictures"]]

    def alts(self, edition):
        return [placed["alt"] for placed in fresh(edition).overlay["pictures"]]

    def test_a_picture_she_added_stays_and_what_he_typed_is_shown(self, owen, iris_too, edition):
        [one] = self.numbers(edition)
        self.add(iris_too, edition, "Room 2", (600, 800))
        answer = self.arrange(owen, edition, 2, **{one: "His words"})
        assert answer.status_code == 409
        assert "“Room 1” became “His words”" in words(answer)
        assert 'value="His words"' in words(answer)
        assert self.alts(edition) == ["Room 1", "Room 2"]
        again = answer.context["revision"]
        assert self.arrange(owen, edition, again, **{one: "His words"}).status_code == 302
        assert self.alts(edition) == ["His words", "Room 2"]

    def test_her_words_are_not_replaced_unseen_even_after_his_mistake(self, owen, iris_too, edition):
        [one] = self.numbers(edition)
        self.arrange(iris_too, edition, 2, **{one: "Her words"})
        mistaken = self.arrange(owen, edition, 2, **{one: ""})
        assert (mistaken.status_code, mistaken.context["revision"]) == (422, 2)
        assert self.arrange(owen, edition, 2, **{one: "His words"}).status_code == 409
        assert self.alts(edition) == ["Her words"]

    def test_a_picture_she_took_off_stands_there_again_with_his_words(self, owen, iris_too, edition):
        [one] = self.numbers(edition)
        iris_too.post(
            at(edition, "pictures/"),
            {"what": "arrange", "revision": 2, f"{one}-alt": "x", f"{one}-place": 1, f"{one}-remove": "on"},
        )
        answer = self.arrange(owen, edition, 2, **{one: "His words"})
        assert "Picture added: His words" in words(answer)
        assert 'value="His words"' in words(answer)
        assert "pictures" not in fresh(edition).overlay

    def test_adding_one_takes_nothing_away_so_it_is_never_too_late(self, owen, iris_too, edition):
        [one] = self.numbers(edition)
        self.arrange(iris_too, edition, 2, **{one: "Her words"})
        assert self.add(owen, edition, "Room 2", (600, 800)).status_code == 302
        assert self.alts(edition) == ["Her words", "Room 2"]


class TestPreview:
    def test_shows_the_page_as_a_phone_and_a_large_screen_in_frames_that_our_own_pages_may_have(self, owen, cast):
        edition = draft(cast, overlay={"headline": "To be seen"})
        page = words(owen.get(at(edition, "preview/")))
        framed = f"/treatments/prp/?edition={edition.pk}"
        assert page.count(f'<iframe src="{framed}"') == 2
        for size in ("phone", "desktop"):
            assert words(owen.get(at(edition, "preview/"), {"size": size})).count("<iframe") == 1
        answer = owen.get(framed)
        assert "To be seen" in words(answer)
        assert answer["X-Frame-Options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]

    def test_shows_the_questions_the_consent_and_the_aftercare_as_patients_read_them_and_nothing_can_be_filled_in(
        self, owen, cast
    ):
        edition = draft(cast)
        for show, says in (
            ("questions", "Are you pregnant, or could you be?"),
            ("consent-injection", "Please read and tick each sentence"),
            ("aftercare-injection", "When to call us at once"),
        ):
            page = owen.get(at(edition, "preview/"), {"show": show})
            framed = page.context["shown"].url
            assert words(page).count(f'<iframe src="{framed}"') == 2, show
            answer = owen.get(framed)
            assert answer["X-Frame-Options"] == "SAMEORIGIN"
            assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
            seen = words(answer)
            assert says in seen
            assert "Preview of a draft" in seen
            assert 'class="patient"' in seen
            assert "<form" not in seen
            assert "<input" not in seen.partition("disabled>")[0]
        assert "With the rules that read each answer" in words(owen.get(at(edition, "preview/"), {"show": "questions"}))

    def test_what_everybody_reads_stays_out_of_frames(self, client, cast):
        approved(cast)
        answer = client.get("/treatments/prp/", headers={"host": "alderbrook.localhost"})
        assert answer["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]

    def test_another_clinic_finds_nothing(self, client, as_staff, cast):
        assert as_staff(client, "otto").get(at(draft(cast), "preview/")).status_code == 404


class TestDeciding:
    def test_the_owner_begins_and_submits_but_cannot_sign(self, owen, cast):
        where = owen.post(f"{DESK}prp/begin/").headers["Location"]
        edition = Edition.objects.get()
        assert where == at(edition)
        owen.post(at(edition, "submit/"))
        assert fresh(edition).status == "in-review"
        assert "waits for the medical director" in words(owen.get(at(edition)))
        assert "Sign and approve" not in words(owen.get(at(edition)))
        for act, sent in (
            ("approve/", {"statement": STATEMENT, "revision": 1}),
            ("return/", {"reason": "No."}),
            ("retire/", {}),
        ):
            assert owen.post(at(edition, act), sent).status_code == 403, act
        assert fresh(edition).status == "in-review"

    def test_the_director_signs_what_she_has_read(self, iris, cast):
        edition = in_review(cast)
        page = iris.get(at(edition))
        assert "Sign and approve" in words(page)
        form = page.context["approval_form"]
        sent = {"statement": form["statement"].value(), "revision": form["revision"].value()}
        assert "Alderbrook Skin" in sent["statement"]
        assert iris.post(at(edition, "approve/"), sent).headers["Location"] == at(edition)
        assert fresh(edition).status == "approved"

    def test_a_signature_under_an_older_revision_is_refused_with_her_words(self, iris, cast):
        edition = in_review(cast)
        response = iris.post(at(edition, "approve/"), {"statement": "My own words.", "revision": 7})
        assert response.status_code == 409
        assert "was changed after you opened it" in words(response)
        assert "My own words." in words(response)
        assert fresh(edition).status == "in-review"

    def test_an_empty_statement_is_refused(self, iris, cast):
        edition = in_review(cast)
        assert iris.post(at(edition, "approve/"), {"statement": " ", "revision": 1}).status_code == 422
        assert fresh(edition).status == "in-review"

    def test_she_sends_back_with_a_reason_that_the_owner_reads(self, client, as_staff, cast):
        edition = in_review(cast)
        as_staff(client, "iris").post(at(edition, "return/"), {"reason": "Soften the headline."})
        assert fresh(edition).status == "draft"
        assert "Soften the headline." in words(as_staff(client, "owen").get(at(edition)))

    def test_retired_is_off_the_site_and_stays_in_the_history(self, iris, cast):
        edition = approved(cast)
        assert iris.get("/treatments/prp/").status_code == 200
        iris.post(at(edition, "retire/"))
        assert iris.get("/treatments/prp/").status_code == 404
        assert "Retired" in words(iris.get(f"{DESK}prp/"))

    def test_pressing_twice_is_said_kindly(self, owen, cast):
        edition = draft(cast)
        owen.post(at(edition, "submit/"))
        response = owen.post(at(edition, "submit/"), follow=True)
        assert response.status_code == 200
        assert "cannot become in review" in words(response)

    @pytest.mark.parametrize("where", ["submit/", "return/", "approve/", "retire/"])
    def test_nothing_is_decided_by_looking(self, iris, cast, where):
        assert iris.get(at(draft(cast), where)).status_code == 405
