"""Somebody who is still taking the drug is never cleared by an old date."""

from datetime import date

import pytest

from vesicle.candidacy.domain import Answer, evaluate
from vesicle.demo.answers import healthy
from vesicle.protocols.library_files import load_library

ON = date(2026, 12, 1)
LONG_AGO, ILL = date(2026, 5, 15), date(2026, 11, 11)
EVERY = [option.id for option in load_library().options()]


def told(still: str, question: str, day: date, name: str):
    option = load_library().option(name)
    answers = healthy(born=date(1990, 5, 1), areas=tuple(a.area for a in option.sections.areas[:1]), skin="II")
    answers = answers.with_answer(question, Answer("yes", day)).with_answer(f"{question}.NOW", Answer(still))
    return evaluate(option, answers, ON)


class TestStill:
    @pytest.mark.parametrize(
        "name", ["microneedling/standard", "laser-resurfacing/ablative-fractional", "chemical-peel/medium"]
    )
    def test_still_taking_isotretinoin_defers_whatever_the_date_says(self, name):
        verdict = told("yes", "SCR-ISO", LONG_AGO, name)
        assert (verdict.verdict, verdict.earliest) == ("defer", None)

    @pytest.mark.parametrize(
        "name", ["microneedling/standard", "laser-resurfacing/ablative-fractional", "chemical-peel/medium"]
    )
    def test_unsure_whether_still_taking_it_goes_to_a_provider(self, name):
        assert told("unsure", "SCR-ISO", LONG_AGO, name).verdict == "review"

    @pytest.mark.parametrize("name", ["microneedling/standard", "chemical-peel/medium"])
    def test_a_last_dose_long_past_and_no_longer_taken_speaks_against_nothing(self, name):
        assert told("no", "SCR-ISO", LONG_AGO, name).verdict == "suitable"

    @pytest.mark.parametrize("name", [name for name in EVERY if name.startswith(("prp/", "laser"))])
    def test_still_ill_is_never_suitable(self, name):
        verdict = told("yes", "SCR-FEVER", ILL, name).verdict
        assert verdict == ("unsuitable" if name.startswith("prp/") else "defer")

    @pytest.mark.parametrize("name", EVERY)
    @pytest.mark.parametrize("still", ["yes", "unsure"])
    def test_what_goes_on_is_at_least_as_strict_as_what_has_ended(self, name, still):
        order = ["suitable", "incomplete", "review", "defer", "unsuitable"]
        for question, day in (("SCR-ISO", LONG_AGO), ("SCR-ISO", ILL), ("SCR-FEVER", ILL)):
            ended = told("no", question, day, name).verdict
            assert order.index(told(still, question, day, name).verdict) >= order.index(ended)
