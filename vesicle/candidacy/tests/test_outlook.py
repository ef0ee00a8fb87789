"""Where an option is given, what would change a verdict, and when to ask again."""

from dataclasses import replace
from datetime import date, timedelta

from vesicle.candidacy.domain import Answers, evaluate
from vesicle.candidacy.tests.handmade import BORN, CATALOGUE, ON, option, rule, said, yes

PREGNANT = rule("pregnant", yes("SCR-PREG"))
ADULTS = rule("adults", {"age": {"below": 18}})
INFECTION = rule("infection", yes("SCR-INFECT"), "defer", wait={"days": 7, "event": "the infection has cleared"})
ISO = rule("iso", yes("SCR-ISO"), "defer", wait={"days": 180, "from_question": "SCR-ISO"})
DARK = rule("dark", {"question": "SCR-FITZ", "is": ["VI"]}, "review")
FINE = {"PREG": "no", "INFECT": "no", "ISO": "no", "FITZ": "I"}


def verdict(*rules, answers, on=ON, catalogue=CATALOGUE, areas=()):
    return evaluate(option(*rules, areas=areas), answers, on, catalogue=catalogue)


def turns(found):
    return [(turn.kind, turn.on) for turn in found.outlook.turns]


class TestAreas:
    def test_an_option_that_is_not_given_there_is_unsuitable_and_says_where_it_is_given(self) -> None:
        found = verdict(DARK, answers=said(FITZ="I", areas=("neck",)), areas=("full-face",))
        assert (found.verdict, found.reasons[0].rule) == ("unsuitable", "one.not-for-this-area")
        assert found.reasons[0].patient == "We do not give this treatment there: neck. We give it here: full-face."
        assert [turn.text for turn in found.outlook.turns] == ["Choose another area."]

    def test_an_area_is_covered_by_any_area_that_shares_a_place_with_it(self) -> None:
        found = verdict(DARK, answers=said(FITZ="I", areas=("face-neck",)), areas=("full-face",))
        assert (found.verdict, found.notes) == ("suitable", ())

    def test_what_is_given_in_one_of_two_areas_alone_is_noted(self) -> None:
        found = verdict(DARK, answers=said(FITZ="I", areas=("full-face", "neck")), areas=("full-face",))
        assert (found.verdict, found.notes[0].rule) == ("suitable", "one.not-for-every-area")

    def test_no_area_is_unknown_and_not_refused(self) -> None:
        assert verdict(DARK, answers=said(FITZ="I", areas=()), areas=("full-face",)).verdict == "suitable"

    def test_a_decision_made_before_areas_were_judged_replays_as_it_was(self) -> None:
        before = CATALOGUE.with_particulars({"optional": [], "future": [], "after": {}})
        found = verdict(DARK, answers=said(FITZ="I", areas=("neck",)), areas=("full-face",), catalogue=before)
        assert found.verdict == "suitable"


class TestFollowUpsAlone:
    """A follow-up that came without its parent."""

    UNCONTROLLED = rule("uncontrolled", {"question": "SCR-ISO.NOW", "is": ["no"]})

    def test_no_says_nothing_while_the_parent_is_open(self) -> None:
        found = verdict(self.UNCONTROLLED, answers=said(ISO__NOW="no"))
        assert (found.verdict, found.missing) == ("incomplete", ("SCR-ISO",))

    def test_any_other_answer_implies_the_parent(self) -> None:
        still = rule("still", yes("SCR-ISO.NOW"))
        assert verdict(still, answers=said(ISO__NOW="yes")).verdict == "unsuitable"


class TestOutlook:
    def test_a_wait_names_its_day(self) -> None:
        found = verdict(ISO, answers=said(ISO=("yes", date(2026, 9, 15))))
        assert turns(found) == [("day", date(2027, 3, 14))]
        assert found.outlook.ask_again == date(2027, 3, 14)
        assert found.outlook.turns[0].text == "The wait is over on March 14, 2027."

    def test_an_event_is_named_and_no_day_is_promised(self) -> None:
        found = verdict(INFECTION, ISO, answers=said(INFECT="yes", ISO=("yes", date(2026, 9, 15))))
        assert (found.outlook.ask_again, [turn.kind for turn in found.outlook.turns]) == (None, ["event", "day"])

    def test_who_is_too_young_is_told_the_birthday(self) -> None:
        found = verdict(ADULTS, answers=said(born=date(2009, 2, 28)))
        assert (turns(found), found.outlook.ask_again) == ([("day", date(2027, 2, 28))], date(2027, 2, 28))

    def test_an_age_without_a_birth_date_promises_no_day(self) -> None:
        found = verdict(ADULTS, answers=Answers({}, None, 17))
        assert (turns(found), found.outlook.ask_again) == ([("answer", None)], None)

    def test_a_due_date_says_when_to_ask_again(self) -> None:
        future = replace(CATALOGUE.asked["SCR-PREG"], dated=True, future=True)
        catalogue = replace(CATALOGUE, asked={**CATALOGUE.asked, "SCR-PREG": future})
        due = ON + timedelta(days=100)
        found = verdict(PREGNANT, ADULTS, answers=said(PREG=("yes", due)), catalogue=catalogue)
        assert (found.verdict, found.outlook.ask_again) == ("unsuitable", due)

    def test_an_exclusion_without_a_known_end_names_the_answer_it_rests_on(self) -> None:
        found = verdict(PREGNANT, answers=said(PREG="yes"))
        assert [turn.text for turn in found.outlook.turns] == ["Only another answer to “Is it SCR-PREG?” changes this."]
        assert found.outlook.ask_again is None

    def test_a_review_is_for_a_provider_and_an_open_date_may_settle_it_sooner(self) -> None:
        assert turns(verdict(DARK, answers=said(FITZ="VI"))) == [("decision", None)]
        assert turns(verdict(ISO, answers=said(ISO="yes"))) == [("answer", None), ("decision", None)]

    def test_what_is_incomplete_may_be_asked_again_at_once(self) -> None:
        found = verdict(DARK, PREGNANT, answers=said(FITZ="I"))
        assert (found.verdict, found.outlook.ask_again) == ("incomplete", ON)
        assert found.outlook.turns[0].questions == ("SCR-PREG",)

    def test_a_suitable_verdict_rests_on_answers_for_as_long_as_the_shortest_may_be_relied_on(self) -> None:
        found = verdict(INFECTION, ISO, answers=said(born=BORN, **FINE))
        assert (found.verdict, found.outlook.ask_again) == ("suitable", ON + timedelta(days=7))
