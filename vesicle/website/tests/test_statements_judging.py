"""A clinic's own sentences: where they stand, what they may rest on, and how a link falls in each way."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vesicle.protocols.overlay import Linked, Overlay
from vesicle.protocols.schema.sections import Claim
from vesicle.website.claims.sentences import of_text
from vesicle.website.statements.judging import Basis, Made, fall_of, fingerprint, judged, proposals
from vesicle.website.statements.own_words import OwnWords, all_strings, digest, of_overlay, of_text_of_its_own
from vesicle.website.statements.withdrawing import model_without, overlay_without, without

ON = date(2026, 11, 28)
SENTENCE = "PRP may soften fine lines."


def claim(**changes):
    given_ = {
        "id": "fine-lines",
        "wording": "PRP may soften fine lines a little in some people.",
        "grade": "low",
        "rests_on": "Two small trials.",
        "jurisdictions": ("US",),
        "regulator_status": "Not approved.",
        "review_by": ON + timedelta(days=30),
        "refs": ("some-trial",),
        "basis": "verified",
    }
    return Claim.model_construct(**(given_ | changes))


def made(**changes):
    return Made(claim(**changes), ("By injection",), frozenset({"prp", "injection"}))


def basis(*claims, **more):
    return Basis(claims or (made(),), more.pop("on", ON), more.pop("jurisdiction", "US"), "1.3.0", **more)


def link(sentence=SENTENCE, of=None):
    one = of or claim()
    at = datetime(2026, 11, 1, tzinfo=UTC)
    return Linked(
        sentence=digest(sentence), claim=one.id, says=fingerprint(one), version="1.3.0", by="Owen Pryce", at=at
    )


def key(one):
    return (one.id, fingerprint(one))


class TestFall:
    def test_a_link_holds_while_the_claim_says_the_same_and_carries_the_sentence(self):
        assert fall_of(link(), SENTENCE, basis()) is None

    @pytest.mark.parametrize(
        ("found", "kind"),
        [
            (basis(made(id="another")), "gone"),
            (basis(made(wording="PRP may soften deep lines.")), "changed"),
            (basis(made(grade="very-low")), "changed"),
            (basis(made(refs=("another-trial",))), "changed"),
            (basis(made(review_by=ON - timedelta(days=1))), "review"),
            (basis(made(jurisdictions=("UK",))), "not-carried"),
        ],
    )
    def test_it_falls_with_the_claim(self, found, kind):
        assert fall_of(link(), SENTENCE, found).kind == kind

    def test_the_last_day_of_the_review_is_the_last_day_it_holds(self):
        assert fall_of(link(), SENTENCE, basis(made(review_by=ON))) is None
        assert fall_of(link(), SENTENCE, basis(made(review_by=ON), on=ON + timedelta(days=1))).kind == "review"

    def test_a_review_that_was_done_keeps_it(self):
        assert fall_of(link(), SENTENCE, basis(made(review_by=ON + timedelta(days=900)))) is None

    def test_it_falls_when_the_newest_release_does_not_make_the_claim_any_more(self):
        released = frozenset({key(claim())})
        kept = basis(released=released, newest=released, newest_version="1.4.0")
        gone = basis(released=released, newest=frozenset(), newest_version="1.4.0")
        assert fall_of(link(), SENTENCE, kept) is None
        assert fall_of(link(), SENTENCE, gone).kind == "newer-release"
        assert "1.4.0" in fall_of(link(), SENTENCE, gone).why

    def test_a_claim_of_the_clinics_own_text_asks_no_release(self):
        own = basis(released=frozenset(), newest=frozenset(), newest_version="1.4.0")
        assert fall_of(link(), SENTENCE, own) is None


class TestJudged:
    @pytest.mark.parametrize(
        ("text", "links", "state"),
        [
            ("We label every tube beside your chair.", (), "ok"),
            ("PRP cures acne.", (), "block"),
            (SENTENCE, (), "unlinked"),
            (SENTENCE, (link(),), "carried"),
            (SENTENCE, (link(of=claim(grade="high")),), "fallen"),
            ("PRP may soften fine lines!", (link(),), "unlinked"),
            ("PRP cures acne.", (link("PRP cures acne."),), "block"),
        ],
    )
    def test_a_sentence_gets_what_it_deserves(self, text, links, state):
        (one,) = judged([OwnWords("note", "Note", text)], links, basis())
        assert one.state == state

    def test_white_space_is_no_edit(self):
        (one,) = judged([OwnWords("note", "Note", "PRP  may soften fine lines.")], (link(),), basis())
        assert one.state == "carried"

    def test_an_answer_is_read_with_its_question(self):
        own = of_overlay(Overlay(questions=({"question": "Does it cure acne?", "answer": "Yes, absolutely."},)))
        assert [one.state for one in judged(own, (), basis())] == ["ok", "block"]


class TestProposals:
    def test_those_that_carry_it_come_first_and_the_most_alike_of_them_before_others(self):
        other = made(
            id="texture", wording="PRP may soften fine lines and improve skin texture in trials of many years."
        )
        strong = made(id="long", wording="PRP has not been compared with anything for jowls.", grade="very-low")
        found = proposals(SENTENCE, basis(strong, other, made()))
        assert [one.made.claim.id for one in found][:2] == ["fine-lines", "texture"]
        assert found[-1].ok is False

    def test_it_says_why_a_claim_does_not_carry_it(self):
        (one,) = proposals("PRP softens fine lines.", basis())
        assert not one.ok
        assert "low" in one.why


class TestOwnWords:
    def test_every_part_of_the_overlay_is_read(self):
        overlay = Overlay(
            headline="A headline",
            intro=("One. Two.",),
            note="A note.",
            sections={"recovery": "Call us.", "benefits": "We say why."},
            questions=({"question": "Why?", "answer": "Because."},),
            pictures=({"picture": 1, "alt": "A room", "caption": "Our room."},),
        )
        places = [one.place for one in of_overlay(overlay)]
        assert places == [
            "headline", "intro.0", "note", "sections.benefits", "sections.recovery", "questions.0.question",
            "questions.0.answer", "pictures.0.alt", "pictures.0.caption",
        ]  # fmt: skip

    def test_of_an_own_text_only_what_the_release_does_not_say_is_read(self):
        released = {"tagline": "Told plainly here.", "overview": [{"text": "One thing. Two things.", "refs": ["a-b"]}]}
        own = {"tagline": "Told plainly here.", "overview": [{"text": "One thing. Three things.", "refs": ["a-b"]}]}
        (found,) = of_text_of_its_own(own, released)
        assert (found.text, found.label) == ("Three things.", "Protocol, overview 1, text")

    @pytest.mark.parametrize(
        "own",
        [
            {"modalities": [{"name": "Exosomes that cure acne"}]},
            {"tagline": "Cures\u00a0acne"},
            {"title": "Acne-cure"},
            {"title": "acne-cure"},
            {"sections": {"benefits": [{"text": "Cures\u2009acne."}]}},
        ],
    )
    def test_of_an_own_text_names_single_words_and_words_with_other_spaces_are_read_too(self, own):
        assert len(of_text_of_its_own(own, {})) == 1

    def test_ids_and_clinicians_words_are_not_of_the_page(self):
        content = {"exam": [{"text": "Look at it."}], "rules": [{"clinician": "A b c.", "patient": "Wait a while."}]}
        assert all_strings(content) == ("Wait a while.",)


PIECES = st.text("aB1 .?!\n“”-–é", max_size=40)


class TestWithdrawing:
    def test_the_rest_of_the_paragraph_stays(self):
        text = "First of all, hello. PRP may soften fine lines. We are here."
        assert without(text, {digest(SENTENCE)}) == "First of all, hello. We are here."

    def test_a_question_goes_with_its_answer_and_a_picture_with_its_description(self):
        overlay = Overlay(
            headline=SENTENCE,
            intro=(SENTENCE, f"Hello. {SENTENCE}"),
            sections={"benefits": SENTENCE, "results": f"Hello. {SENTENCE}"},
            questions=({"question": "And lines?", "answer": SENTENCE},),
            pictures=({"picture": 1, "alt": SENTENCE},),
        )
        found = overlay_without(overlay, {digest(SENTENCE)})
        assert (found.headline, found.intro, found.questions, found.pictures) == ("", ("Hello.",), (), ())
        assert found.sections == {"results": "Hello."}

    def test_an_entry_of_the_protocol_that_says_nothing_any_more_is_left_out(self):
        one = Overlay(intro=(SENTENCE, "Hello there."))
        assert model_without(one, {digest(SENTENCE)}).intro == ("Hello there.",)
        assert model_without(one, {digest("Another sentence.")}) is one

    @given(st.lists(PIECES, max_size=6))
    @example([" 1", "\n1"])
    def test_whatever_is_withdrawn_is_gone_and_nothing_else_changes(self, pieces):
        text = " ".join(pieces)
        sentences = of_text(text)
        assert without(text, ()) == text
        for one in sentences[:2]:
            left = without(text, {digest(one.text)})
            assert len(left) <= len(text)
            if sum(digest(each.text) == digest(one.text) for each in sentences) == len(sentences):
                assert not any(letter.isalnum() for letter in left)
