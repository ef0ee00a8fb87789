"""The pages on a clinic's own sentences: the check while one types, choosing the evidence, refusals with all typed."""

import pytest

from vesicle.protocols import pictures
from vesicle.protocols import services as protocols
from vesicle.protocols.tests.editions import draft, fresh, install
from vesicle.protocols.tests.test_pictures import image, upload
from vesicle.website.statements.own_words import digest
from vesicle.website.tests.test_statements_services import AFTER, CARRIED, OVERLAY, in_force, link

__all__ = ["in_force"]


@pytest.fixture(autouse=True)
def releases(cast):
    install()


@pytest.fixture
def edition(cast):
    return draft(cast, "microneedling", OVERLAY)


@pytest.fixture
def owen(client, as_staff):
    return as_staff(client, "owen")


def at(edition, where=""):
    return f"/desk/statements/{edition.pk}/{where}"


def words(response):
    return response.content.decode()


class TestCheck:
    def test_each_field_gets_what_is_said_of_it_and_nothing_is_saved(self, owen, edition):
        sent = {"headline": "Needles", "note": "It cures acne. See us.", "q0-question": "", "q0-answer": "", "x": "No."}
        page = words(owen.post(at(edition, "check/"), sent))
        assert "<html" not in page
        assert 'data-beside="note"' in page
        assert 'data-beside="x"' not in page
        assert "Take out" in page
        assert "Safer:" in page
        assert "1 sentence to take out." in page
        assert fresh(edition).overlay == OVERLAY

    def test_a_sentence_has_one_mark_its_gravest_reason_and_the_others_folded(self, owen, edition):
        said = "Better than any laser, and it cures rosacea for good."
        beside = words(owen.post(at(edition, "check/"), {"note": f"{said} We are upstairs."}))
        beside = beside.partition('data-beside="note"')[2]
        assert beside.count("Take out") == 1
        assert beside.index("A cure is promised.") < beside.index("Safer:") < beside.index("<details")
        folded = beside.partition("<details")[2].partition("</details>")[0]
        assert folded.count("Safer:") >= 2
        assert f"{folded.count('Safer:')} more reasons" in folded
        assert "A comparison needs a study" not in beside, "what is only unproven is not told of what may not be said"

    def test_words_of_pictures_are_judged_with_what_is_saved_of_the_rest(self, owen, cast, edition):
        picture = pictures.add_picture(by=cast.actor("owen"), upload=upload(image()), alt="Our room")
        overlay = {"note": "It cures scars.", "pictures": [{"picture": picture.pk, "alt": "Our room"}]}
        protocols.change_overlay(by=cast.actor("owen"), edition=edition, overlay=overlay, expected_revision=1)
        page = words(owen.get(f"/desk/protocols/editions/{edition.pk}/pictures/"))
        assert page.count(f'data-judge="{at(edition, "check/")}"') == 2
        key = f"p{picture.pk}"
        for name, text in ((f"{key}-caption", "It cures acne."), ("new-alt", "A room where acne is cured for ever")):
            assert f'data-beside="{name}"' in page
            said = words(owen.post(at(edition, "check/"), {f"{key}-alt": "Our room", name: text}))
            assert "2 sentences to take out." in said, text
            assert f'data-beside="{name}"' in said
        assert "1 sentence to take out." in words(owen.post(at(edition, "check/"), {"new-alt": "Our first room"}))

    def test_whatever_is_typed_is_shown_as_text(self, owen, edition):
        page = words(owen.post(at(edition, "check/"), {"note": "<script>alert(1)</script> It cures acne."}))
        assert "<script>" not in page
        assert "&lt;script&gt;" in page

    def test_too_much_text_is_refused_while_typing(self, owen, edition):
        assert owen.post(at(edition, "check/"), {"note": "Word. " * 30_000}).status_code == 422

    @pytest.mark.parametrize("name", ["rosa", "noor"])
    def test_it_is_for_those_who_may_write(self, client, as_staff, edition, name):
        assert as_staff(client, name).post(at(edition, "check/"), {"note": "Hello."}).status_code == 403

    def test_otto_meets_404(self, client, as_staff, edition):
        otto = as_staff(client, "otto")
        assert otto.post(at(edition, "check/"), {"note": "Hello."}).status_code == 404
        assert otto.get(at(edition)).status_code == 404


class TestWords:
    def test_without_a_script_the_same_stands_there_after_saving(self, owen, edition):
        page = words(owen.get(f"/desk/protocols/editions/{edition.pk}/words/"))
        assert "Needs evidence" in page
        assert "1 sentence in need of evidence." in page

    def test_what_is_refused_on_submitting_is_told_sentence_by_sentence(self, owen, edition):
        response = owen.post(f"/desk/protocols/editions/{edition.pk}/submit/")
        assert response.status_code == 409
        assert CARRIED in words(response)
        assert f"{at(edition)}#s-{digest(CARRIED)[:12]}" in words(response)
        assert fresh(edition).status == "draft"

    def test_saving_words_keeps_the_links(self, owen, cast, edition):
        row = link(cast, edition)
        url = f"/desk/protocols/editions/{edition.pk}/words/"
        form = owen.get(url).context["form"]
        sent = {field.html_name: field.value() for field in form if field.value() not in (None, False)}
        assert owen.post(url, sent | {"headline": "Needles, told plainly"}).status_code == 302
        assert fresh(edition).overlay["links"] == row.overlay["links"]


class TestEvidence:
    def test_it_offers_what_carries_the_sentence_and_says_why_others_do_not(self, owen, edition):
        response = owen.get(at(edition))
        (choice,) = response.context["choices"]
        assert choice.carrying[0].made.claim.id == "fine-lines"
        assert choice.others
        assert "The claim does not speak of this" in words(response)
        assert "compliant" not in words(response).lower()

    def test_a_sentence_is_linked_and_unlinked(self, owen, edition):
        first = owen.get(at(edition)).context["choices"][0].carrying[0].made
        sent = {"revision": 1, "sentence": digest(CARRIED), "claim": f"{first.claim.id} {first.says}"}
        page = words(owen.post(at(edition), sent, follow=True))
        assert "Rests on a claim" in page
        assert "Linked by Owen Pryce" in page
        again = owen.post(at(edition), {"revision": 2, "sentence": digest(CARRIED), "do": "unlink"}, follow=True)
        assert "Needs evidence" in words(again)

    def test_the_slower_of_two_sees_what_is_saved_now(self, owen, cast, edition):
        first = owen.get(at(edition)).context["choices"][0].carrying[0].made
        protocols.change_overlay(by=cast.actor("iris"), edition=edition, overlay=OVERLAY, expected_revision=1)
        sent = {"revision": 1, "sentence": digest(CARRIED), "claim": f"{first.claim.id} {first.says}"}
        response = owen.post(at(edition), sent)
        assert response.status_code == 409
        assert "Somebody else saved this draft" in words(response)

    @pytest.mark.parametrize("sent", [{}, {"sentence": "x", "claim": "y"}, {"revision": "9" * 30, "do": "unlink"}])
    def test_nonsense_is_refused(self, owen, edition, sent):
        assert owen.post(at(edition), sent).status_code == 409
        assert fresh(edition).revision == 1

    def test_those_who_may_only_read_get_no_buttons(self, client, as_staff, edition):
        rosa = as_staff(client, "rosa")
        page = words(rosa.get(at(edition)))
        assert CARRIED in page
        assert "Link the sentence" not in page
        assert rosa.post(at(edition), {"revision": 1, "sentence": digest(CARRIED), "claim": "a b"}).status_code == 403


class TestFallen:
    def test_owners_see_it_on_the_list_of_treatments_and_others_do_not(self, client, as_staff, in_force, monkeypatch):
        from vesicle.core import clock

        monkeypatch.setattr(clock, "now", lambda: AFTER)
        page = words(as_staff(client, "owen").get("/desk/protocols/"))
        assert "1 sentence taken off your pages" in page
        assert CARRIED in page
        assert 'class="count">1<' in page
        assert CARRIED not in words(as_staff(client, "rosa").get("/desk/protocols/"))

    def test_the_report_of_the_approval_stays_readable(self, client, as_staff, in_force):
        page = words(as_staff(client, "owen").get(at(in_force)))
        assert "Report of " in page
        assert "no legal advice" in page
