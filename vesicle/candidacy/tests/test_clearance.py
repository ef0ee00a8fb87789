"""The gate: who may be booked, who may be treated, and which sentence says why not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from vesicle.candidacy.domain import evaluate
from vesicle.candidacy.domain.clearance import (
    Decision,
    clear,
    may_decide,
    prints_of,
    prints_of_stored,
    stale_on,
    unscreened,
)
from vesicle.candidacy.tests.handmade import CATALOGUE, ON, option, rule, said, yes

OPTION = option(
    rule("pregnant", yes("SCR-PREG")),
    rule("infection", yes("SCR-INFECT"), "defer", wait={"days": 7, "event": "the infection has cleared"}),
    rule("iso", yes("SCR-ISO"), "defer", wait={"days": 180, "from_question": "SCR-ISO"}),
    rule("dark", {"question": "SCR-FITZ", "is": ["V", "VI"]}, "review"),
    rule("allergy", yes("SCR-ALL"), "review"),
)
FINE = said(PREG="no", INFECT="no", ISO="no", FITZ="II", ALL="no")
DARK = FINE.with_answer("SCR-FITZ", said(FITZ="VI").given["SCR-FITZ"])
EXAM = Decision(
    "cleared", ON - timedelta(days=30), "Examined, all well.", "Dr. Iris", expires_on=ON + timedelta(days=60)
)


def gate(answers, decision=None, on=ON, fresh=None):
    def verdict(given):
        return evaluate(OPTION, given, on, catalogue=CATALOGUE)

    return clear(verdict(answers), verdict(answers if fresh is None else fresh), answers, decision)


def having_seen(answers, decision=EXAM):
    return replace(decision, saw=prints_of(evaluate(OPTION, answers, ON, catalogue=CATALOGUE).for_review, answers))


class TestSuitable:
    def test_may_be_booked_but_is_examined_before_treatment(self) -> None:
        result = gate(FINE)
        assert (result.may_book, result.may_treat) == (True, False)
        assert result.why == "A provider has to examine the patient before the treatment can begin."

    def test_may_be_treated_once_examined(self) -> None:
        result = gate(FINE, EXAM)
        assert (result.may_book, result.may_treat, result.is_clear) == (True, True, True)
        assert (result.why, result.valid_until) == ("", ON + timedelta(days=60))

    def test_may_be_treated_until_the_last_day_of_the_clearance_and_not_after(self) -> None:
        last = EXAM.expires_on
        assert gate(FINE, EXAM, on=last).may_treat
        after = gate(FINE, EXAM, on=last + timedelta(days=1))
        assert (after.may_book, after.may_treat) == (True, False)
        assert after.why == "The provider's clearance expired on January 30, 2027. They have to examine again."

    @pytest.mark.parametrize(
        ("outcome", "more", "words"),
        [
            ("declined", {}, "Dr. Iris decided against it on November 1, 2026: Scarring."),
            ("more-information", {}, "Dr. Iris needs to know more before deciding: Scarring."),
            (
                "deferred",
                {"not_before": ON + timedelta(days=1)},
                "Dr. Iris decided to wait until December 2, 2026: Scarring.",
            ),
        ],
    )
    def test_is_closed_by_a_provider_who_decided_otherwise(self, outcome, more, words) -> None:
        result = gate(FINE, replace(EXAM, outcome=outcome, expires_on=None, reason="Scarring.", **more))
        assert (result.may_book, result.may_treat, result.why) == (False, False, words)

    def test_opens_again_on_the_day_a_provider_named(self) -> None:
        waited = replace(EXAM, outcome="deferred", expires_on=None, not_before=ON)
        assert (gate(FINE, waited).may_book, gate(FINE, waited).may_treat) == (True, False)


class TestReview:
    def test_waits_for_a_provider(self) -> None:
        result = gate(DARK)
        assert (result.may_book, result.why) == (False, "A provider has to decide first.")

    def test_is_open_once_a_provider_has_cleared_just_this(self) -> None:
        result = gate(DARK, having_seen(DARK))
        assert (result.may_book, result.may_treat) == (True, True)

    def test_is_closed_again_when_the_clearance_has_expired(self) -> None:
        result = gate(DARK, having_seen(DARK), on=EXAM.expires_on + timedelta(days=1))
        assert (result.may_book, result.may_treat) == (False, False)
        assert "expired on" in result.why

    def test_does_not_count_a_clearance_from_before_it_was_given(self) -> None:
        assert not gate(DARK, having_seen(DARK), on=EXAM.decided_on - timedelta(days=1)).may_book

    def test_is_closed_by_a_reason_the_provider_did_not_see(self) -> None:
        more = DARK.with_answer("SCR-ALL", said(ALL="yes").given["SCR-ALL"])
        result = gate(more, having_seen(DARK))
        assert (result.may_book, result.why) == (
            False,
            "Something has changed since Dr. Iris decided; a provider has to look again.",
        )

    def test_is_closed_by_another_answer_behind_a_reason_the_provider_saw(self) -> None:
        first = FINE.with_answer("SCR-ALL", said(ALL=("yes", None, "latex")).given["SCR-ALL"])
        other = FINE.with_answer("SCR-ALL", said(ALL=("yes", None, "fish")).given["SCR-ALL"])
        assert gate(first, having_seen(first)).may_book
        assert not gate(other, having_seen(first)).may_book

    def test_stays_open_when_a_reason_has_gone(self) -> None:
        assert gate(FINE, having_seen(DARK)).may_treat

    def test_nobody_clears_questions_that_were_never_answered(self) -> None:
        short = DARK.without("SCR-PREG")
        result = gate(short, having_seen(short))
        assert (result.may_book, result.why) == (False, "1 question is not answered yet.")


class TestWhatNobodyClears:
    def test_unsuitable(self) -> None:
        pregnant = FINE.with_answer("SCR-PREG", said(PREG="yes").given["SCR-PREG"])
        result = gate(pregnant, EXAM)
        assert (result.may_book, result.why) == (False, "Patient hears about pregnant.")

    def test_a_wait_before_its_day_and_it_clears_itself_on_that_day(self) -> None:
        recent = FINE.with_answer("SCR-ISO", said(ISO=("yes", date(2026, 9, 15))).given["SCR-ISO"])
        assert gate(recent, EXAM).why == "The earliest day for this is March 14, 2027."
        assert gate(recent, EXAM).earliest == date(2027, 3, 14)
        assert not gate(recent, EXAM, on=date(2027, 3, 13)).may_book
        assert gate(recent, EXAM, on=date(2027, 3, 14)).may_book

    def test_a_wait_for_something_to_happen(self) -> None:
        ill = FINE.with_answer("SCR-INFECT", said(INFECT="yes").given["SCR-INFECT"])
        assert gate(ill, EXAM).why == "This has to wait until the infection has cleared, then 7 days more."

    def test_questions_never_answered(self) -> None:
        assert gate(said(PREG="no"), EXAM).why == "4 questions are not answered yet."
        assert unscreened(ON).why == "The candidacy questions have not been answered yet."
        assert not unscreened(ON).may_treat


class TestFreshness:
    def test_old_answers_do_for_booking_but_not_for_treating(self) -> None:
        result = gate(FINE, EXAM, fresh=FINE.without("SCR-INFECT", "SCR-ISO"))
        assert (result.may_book, result.may_treat) == (True, False)
        assert result.why == "2 answers are too old to rely on. Ask them again."
        assert result.stale == ("SCR-INFECT", "SCR-ISO")

    def test_answers_are_stale_after_the_days_of_the_bank_and_follow_ups_with_their_parent(self) -> None:
        said_on = {
            "SCR-INFECT": ON - timedelta(days=7),
            "SCR-ISO": ON - timedelta(days=31),
            "SCR-ISO.NOW": ON - timedelta(days=5),
            "SCR-PREG": ON - timedelta(days=400),
        }
        assert stale_on(ON, said_on, CATALOGUE) == ("SCR-ISO", "SCR-ISO.NOW")
        assert stale_on(ON + timedelta(days=1), said_on, CATALOGUE) == ("SCR-INFECT", "SCR-ISO", "SCR-ISO.NOW")


class TestCovering:
    def test_reads_the_same_from_what_was_stored(self) -> None:
        verdict = evaluate(OPTION, DARK, ON, catalogue=CATALOGUE)
        stored = [reason.as_json() for reason in (*verdict.reasons, *verdict.other)]
        assert prints_of_stored(stored, DARK) == prints_of(verdict.for_review, DARK)

    def test_a_license_has_to_be_named_by_every_reason(self) -> None:
        assert may_decide([("md", "np"), ("md",)], "md")
        assert not may_decide([("md", "np"), ("md",)], "np")
        assert not may_decide([("md",)], "")
