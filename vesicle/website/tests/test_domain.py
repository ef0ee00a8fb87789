"""What pages work out from protocols."""

from datetime import date

import pytest

from vesicle.protocols.schema.rules import Rule
from vesicle.protocols.schema.sections import Claim, Reach
from vesicle.protocols.schema.treatment import OptionRule
from vesicle.protocols.tests.shipped import option
from vesicle.website import domain

NEEDLING = option("exosome-therapy/microneedling")
TOPICAL = option("exosome-therapy/topical")


def rule(id_, question, effect, patient="A sentence for the patient.", **more):
    data = {
        "id": id_,
        "when": {"question": question, "is": ["yes"]},
        "effect": effect,
        "patient": patient,
        "clinician": "A sentence for the clinician.",
        "basis": "to-confirm",
        **more,
    }
    return OptionRule(id=f"prp.{id_}", origin="prp/injection", rule=Rule.model_validate(data))


def with_rules(base, *rules):
    return base.model_copy(update={"rules": rules})


def days(count):
    return {"days": count, "from_question": "SCR-ISO"}


class TestCertainty:
    def test_grades_are_ordered_from_high_to_none(self):
        assert [domain.certainty(grade) for grade in domain.GRADES] == [4, 3, 2, 1, 0]


class TestBarriers:
    def test_of_two_rules_about_one_answer_the_strictest_is_told(self):
        own = with_rules(TOPICAL, rule("a", "SCR-PREG", "review"), rule("b", "SCR-PREG", "exclude", "We do not do it."))
        assert [(one.effect, one.sentence) for one in domain.barriers([own])] == [("exclude", "We do not do it.")]

    def test_of_two_waits_the_longer_one_is_told(self):
        own = with_rules(
            TOPICAL,
            rule("a", "SCR-ISO", "defer", "Wait a month.", wait=days(30)),
            rule("b", "SCR-ISO", "defer", "Wait half a year.", wait=days(180)),
        )
        assert [one.sentence for one in domain.barriers([own])] == ["Wait half a year."]

    def test_of_equals_the_treatment_of_the_page_speaks_first(self):
        own = with_rules(
            TOPICAL, rule("a", "SCR-BF", "exclude", "Our own."), rule("b", "SCR-BF", "exclude", "Its part's.")
        )
        assert [one.sentence for one in domain.barriers([own])] == ["Our own."]

    def test_what_all_ways_say_alike_is_told_once_for_all_of_them(self):
        same = rule("a", "SCR-PREG", "exclude")
        told = domain.barriers([with_rules(NEEDLING, same), with_rules(TOPICAL, same)])
        assert [one.options for one in told] == [(NEEDLING.id, TOPICAL.id)]

    def test_what_ways_say_differently_is_told_for_each(self):
        told = domain.barriers(
            [
                with_rules(NEEDLING, rule("a", "SCR-ACNE", "defer", wait=days(7))),
                with_rules(TOPICAL, rule("a", "SCR-ACNE", "review")),
            ]
        )
        assert [(one.effect, one.options) for one in told] == [("defer", (NEEDLING.id,)), ("review", (TOPICAL.id,))]

    @pytest.mark.parametrize("shipped", [NEEDLING, TOPICAL], ids=lambda one: one.id)
    def test_no_condition_of_a_shipped_option_is_lost(self, shipped):
        told = {repr(one.when) for one in domain.barriers([shipped])}
        assert told == {repr(item.rule.when) for item in shipped.rules}


class TestHelp:
    def test_the_most_certain_help_comes_first(self):
        helps = domain.help_by_concern([TOPICAL, option("microneedling/standard"), NEEDLING])["acne-scars"]
        grades = [domain.certainty(one.grade) for one in helps]
        assert grades == sorted(grades, reverse=True)
        assert helps[0].option == "microneedling/standard"

    def test_a_concern_nobody_speaks_of_is_absent(self):
        assert "neck-lines" not in domain.help_by_concern([TOPICAL])


class TestClaims:
    CLAIM = TOPICAL.sections.claims[0]

    def claim(self, **changes) -> Claim:
        return self.CLAIM.model_copy(update=changes)

    def test_a_claim_holds_until_the_end_of_its_review_date(self):
        claim = self.claim(review_by=date(2027, 11, 23))
        assert domain.claims_in_force([claim], on=date(2027, 11, 23), jurisdiction="US") == (claim,)

    def test_it_is_withdrawn_the_day_after(self):
        claim = self.claim(review_by=date(2027, 11, 23))
        assert domain.claims_in_force([claim], on=date(2027, 11, 24), jurisdiction="US") == ()

    def test_a_claim_made_for_another_country_is_not_printed_here(self):
        claim = self.claim(jurisdictions=("EU",))
        assert domain.claims_in_force([claim], on=date(2026, 1, 1), jurisdiction="US") == ()
        assert domain.claims_in_force([claim], on=date(2026, 1, 1), jurisdiction="EU") == (claim,)


def test_the_end_of_a_reach_is_its_deeper_side():
    upwards = Reach(label="Heat", kind="heat", from_mm=1.2, to_mm=0.3, note="Below the surface.")
    assert domain.ends_at(upwards) == 1.2
