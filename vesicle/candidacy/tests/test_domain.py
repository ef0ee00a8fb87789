"""The engine, rule by rule: what fires, what is unknown, which verdict follows, and in which words."""

from datetime import date, timedelta

import pytest

from vesicle.candidacy.domain import Answers, Verdict, evaluate, evaluate_all
from vesicle.candidacy.tests.handmade import CATALOGUE, ON, option, rule, said, yes
from vesicle.core.errors import Invalid


def verdict(rules: object, answers: Answers, on: date = ON) -> Verdict:
    several = rules if isinstance(rules, tuple) else (rules,)
    return evaluate(option(*several), answers, on, catalogue=CATALOGUE)


def rules_of(reasons: object) -> list[str]:
    return [reason.rule for reason in reasons]


PREGNANT = rule("pregnant", yes("SCR-PREG"))
INFECTION = rule(
    "infection", yes("SCR-INFECT"), "defer", wait={"days": 7, "event": "the infection has cleared completely"}
)
ISO = rule("iso", yes("SCR-ISO"), "defer", wait={"days": 180, "from_question": "SCR-ISO"})
DEEP = rule(
    "deep",
    {"question": "SCR-RESURF.KIND", "is": ["deep"]},
    "defer",
    wait={"days": 90, "from_question": "SCR-RESURF"},
)
DARK = rule("dark", {"question": "SCR-FITZ", "is": ["V", "VI"]}, "review")
CALM = rule("calm", yes("SCR-ISO"), "note")
FISH = rule("fish", {"question": "SCR-ALL.SOURCES", "is": ["fish", "milk"]})


class TestOneRule:
    @pytest.mark.parametrize(
        ("one", "answers", "expected"),
        [
            (PREGNANT, said(PREG="yes"), "unsuitable"),
            (PREGNANT, said(PREG="no"), "suitable"),
            (PREGNANT, said(PREG="unsure"), "review"),
            (PREGNANT, said(), "incomplete"),
            (INFECTION, said(INFECT="yes"), "defer"),
            (INFECTION, said(INFECT="no"), "suitable"),
            (INFECTION, said(INFECT="unsure"), "review"),
            (INFECTION, said(), "incomplete"),
            (ISO, said(ISO=("yes", ON - timedelta(days=10))), "defer"),
            (ISO, said(ISO=("yes", ON - timedelta(days=179))), "defer"),
            (ISO, said(ISO=("yes", ON - timedelta(days=180))), "suitable"),
            (ISO, said(ISO="yes"), "review"),
            (ISO, said(ISO="unsure"), "review"),
            (ISO, said(ISO="no"), "suitable"),
            (ISO, said(), "incomplete"),
            (DARK, said(FITZ="V"), "review"),
            (DARK, said(FITZ="II"), "suitable"),
            (CALM, said(ISO="yes"), "suitable"),
            (CALM, said(ISO="unsure"), "suitable"),
            (CALM, said(), "suitable"),
        ],
    )
    def test_gives_its_verdict(self, one, answers, expected) -> None:
        assert verdict(one, answers).verdict == expected

    def test_a_note_that_fires_is_told_and_never_decides(self) -> None:
        result = verdict(CALM, said(ISO="yes"))
        assert (result.verdict, rules_of(result.notes), result.reasons) == ("suitable", ["one.calm"], ())

    def test_unsure_can_be_named_by_a_rule_as_an_answer_like_any_other(self) -> None:
        avoids = rule("sun", {"question": "SCR-SUNAVOID", "is": ["no", "unsure"]})
        assert verdict(avoids, said(SUNAVOID="unsure")).verdict == "unsuitable"
        assert verdict(avoids, said(SUNAVOID="yes")).verdict == "suitable"

    def test_a_multiple_choice_fires_on_any_of_the_chosen_values(self) -> None:
        assert verdict(FISH, said(ALL="yes", ALL__SOURCES="latex,milk")).verdict == "unsuitable"
        assert verdict(FISH, said(ALL="yes", ALL__SOURCES="latex")).verdict == "suitable"

    def test_an_area_rule_fires_when_the_area_is_part_of_what_is_treated(self) -> None:
        neck = rule("neck", {"area": ["neck"]}, "review")
        assert verdict(neck, said(areas=("face-neck",))).verdict == "review"
        assert verdict(neck, said(areas=("full-face",))).verdict == "suitable"
        assert verdict(neck, said(areas=())).verdict == "incomplete"

    def test_a_date_after_the_day_asked_about_is_refused(self) -> None:
        with pytest.raises(Invalid, match=r"SCR-ISO: 2026-12-02 lies after 2026-12-01"):
            verdict(ISO, said(ISO=("yes", ON + timedelta(days=1))))

    def test_a_question_about_the_future_takes_a_date_ahead(self) -> None:
        soon = rule("event", {"question": "SCR-EVENT", "within_days": 14}, "review")
        assert verdict(soon, said(EVENT=("yes", ON + timedelta(days=14)))).verdict == "review"
        assert verdict(soon, said(EVENT=("yes", ON + timedelta(days=15)))).verdict == "suitable"


class TestAge:
    ADULTS = rule("adults", {"age": {"below": 18}})

    @pytest.mark.parametrize(
        ("born", "expected"),
        [
            (date(2008, 12, 1), "suitable"),
            (date(2008, 12, 2), "unsuitable"),
            (date(1926, 12, 1), "suitable"),
            (None, "incomplete"),
        ],
    )
    def test_counts_completed_years_on_the_day(self, born, expected) -> None:
        result = verdict(self.ADULTS, said(born=born))
        assert result.verdict == expected
        assert result.missing == (("SCR-AGE",) if born is None else ())

    def test_an_age_given_in_years_stands_as_it_is(self) -> None:
        assert verdict(self.ADULTS, Answers({}, None, 17)).verdict == "unsuitable"
        assert verdict(self.ADULTS, Answers({}, None, 18)).verdict == "suitable"

    def test_bands_include_their_lower_end_and_leave_out_their_upper_one(self) -> None:
        young = rule("young", {"age": {"from": 18, "below": 22}}, "review")
        found = {age: verdict(young, Answers({}, None, age)).verdict for age in (17, 18, 21, 22)}
        assert found == {17: "suitable", 18: "review", 21: "review", 22: "suitable"}

    def test_who_was_born_on_a_leap_day_turns_older_on_the_first_of_march(self) -> None:
        born = said(born=date(2008, 2, 29))
        assert verdict(self.ADULTS, born, date(2026, 2, 28)).verdict == "unsuitable"
        assert verdict(self.ADULTS, born, date(2026, 3, 1)).verdict == "suitable"


class TestThreeValues:
    """Kleene's tables, on PREG and INFECT, for a rule that excludes when its condition holds."""

    VALUES = {"T": "yes", "F": "no", "U": "unsure"}
    OUTCOME = {"T": "unsuitable", "F": "suitable", "U": "review"}

    def outcome(self, when, one, other):
        return verdict(rule("r", when), said(PREG=self.VALUES[one], INFECT=self.VALUES[other])).verdict

    @pytest.mark.parametrize("case", ["TTT", "TFF", "TUU", "FTF", "FFF", "FUF", "UTU", "UFF", "UUU"])
    def test_all(self, case) -> None:
        when = {"all": [yes("SCR-PREG"), yes("SCR-INFECT")]}
        assert self.outcome(when, case[0], case[1]) == self.OUTCOME[case[2]]

    @pytest.mark.parametrize("case", ["TTT", "TFT", "TUT", "FTT", "FFF", "FUU", "UTT", "UFU", "UUU"])
    def test_any(self, case) -> None:
        when = {"any": [yes("SCR-PREG"), yes("SCR-INFECT")]}
        assert self.outcome(when, case[0], case[1]) == self.OUTCOME[case[2]]

    @pytest.mark.parametrize("case", ["TF", "FT", "UU"])
    def test_not(self, case) -> None:
        assert self.outcome({"not": yes("SCR-PREG")}, case[0], "F") == self.OUTCOME[case[1]]

    def test_what_another_part_has_settled_is_not_missing(self) -> None:
        result = verdict(rule("r", {"all": [yes("SCR-PREG"), yes("SCR-INFECT")]}), said(PREG="no"))
        assert (result.verdict, result.missing) == ("suitable", ())


class TestFollowUps:
    def test_a_parent_answered_no_makes_the_follow_up_not_apply(self) -> None:
        assert verdict(DEEP, said(RESURF="no")).verdict == "suitable"

    def test_what_was_said_to_the_follow_up_no_longer_counts_once_the_parent_is_no(self) -> None:
        assert verdict(FISH, said(ALL="no", ALL__SOURCES="fish")).verdict == "suitable"

    def test_an_open_follow_up_needs_somebody_to_ask(self) -> None:
        result = verdict(FISH, said(ALL="yes"))
        assert (result.verdict, result.missing, result.unasked) == ("review", ("SCR-ALL.SOURCES",), ())
        assert result.reasons[0].patient.startswith("This is still open: “Is it SCR-ALL.SOURCES?”")

    def test_an_open_parent_is_what_is_missing(self) -> None:
        result = verdict(FISH, said())
        assert (result.verdict, result.missing, result.unasked) == ("incomplete", ("SCR-ALL",), ("SCR-ALL",))

    def test_unsure_about_the_parent_is_unsure(self) -> None:
        result = verdict(FISH, said(ALL="unsure"))
        assert (result.verdict, result.missing) == ("review", ())
        assert result.reasons[0].questions == ("SCR-ALL",)

    def test_may_follow_other_answers_than_yes(self) -> None:
        why = rule("why", yes("SCR-SUNAVOID.WHY"))
        assert verdict(why, said(SUNAVOID="yes")).verdict == "suitable"
        assert verdict(why, said(SUNAVOID="unsure", SUNAVOID__WHY="yes")).verdict == "unsuitable"
        assert verdict(why, said(SUNAVOID="no")).verdict == "review"

    def test_an_optional_one_never_holds_up_a_verdict_but_decides_once_answered(self) -> None:
        worry = rule("worry", yes("SCR-EXPECT.WORRY"), "review")
        open_one = verdict(worry, said(EXPECT=("answered", None, "less redness")))
        assert (open_one.verdict, open_one.missing, open_one.optional) == ("suitable", (), ("SCR-EXPECT.WORRY",))
        assert verdict(worry, said()).optional == ("SCR-EXPECT",)
        assert verdict(worry, said(EXPECT="answered", EXPECT__WORRY="yes")).verdict == "review"
        assert verdict(worry, said(EXPECT="answered", EXPECT__WORRY="unsure")).verdict == "review"

    def test_the_wait_may_run_from_the_date_of_the_parent(self) -> None:
        deep = said(RESURF=("yes", ON - timedelta(days=30)), RESURF__KIND="deep")
        assert verdict(DEEP, deep).earliest == ON + timedelta(days=60)
        assert verdict(DEEP, said(RESURF=("yes", ON - timedelta(days=30)), RESURF__KIND="light")).verdict == "suitable"

    def test_a_wait_that_is_over_whatever_the_follow_up_says_does_not_ask_it(self) -> None:
        result = verdict(DEEP, said(RESURF=("yes", ON - timedelta(days=90))))
        assert (result.verdict, result.missing) == ("suitable", ())


class TestStrictness:
    def test_the_strictest_rule_decides_and_the_others_are_told(self) -> None:
        answers = said(PREG="yes", INFECT="yes", FITZ="VI", ISO=("yes", ON))
        result = verdict((DARK, CALM, INFECTION, PREGNANT), answers)
        assert result.verdict == "unsuitable"
        assert rules_of(result.reasons) == ["one.pregnant"]
        assert rules_of(result.other) == ["one.infection", "one.dark"]
        assert rules_of(result.notes) == ["one.calm"]

    def test_waiting_is_stricter_than_review_and_review_than_missing(self) -> None:
        assert verdict((DARK, INFECTION), said(FITZ="VI", INFECT="yes")).verdict == "defer"
        mixed = verdict((DARK, INFECTION), said(FITZ="VI"))
        assert (mixed.verdict, mixed.missing, mixed.unasked) == ("review", ("SCR-INFECT",), ("SCR-INFECT",))

    def test_every_reason_for_a_review_is_among_those_to_decide(self) -> None:
        result = verdict((DARK, INFECTION, FISH), said(FITZ="VI", INFECT="yes", ALL="unsure"))
        assert sorted(rules_of(result.for_review)) == ["one.dark", "one.fish"]


class TestEarliest:
    PEEL = rule("peel", yes("SCR-RESURF"), "defer", wait={"days": 28, "from_question": "SCR-RESURF"})

    def test_is_the_latest_of_all_waits(self) -> None:
        answers = said(ISO=("yes", date(2026, 9, 15)), RESURF=("yes", date(2026, 11, 20)))
        result = verdict((ISO, self.PEEL), answers)
        assert (result.verdict, result.earliest) == ("defer", date(2027, 3, 14))
        assert rules_of(result.reasons) == ["one.iso", "one.peel"]
        assert [reason.earliest for reason in result.reasons] == [date(2027, 3, 14), date(2026, 12, 18)]

    def test_the_same_answers_are_free_on_that_day_and_not_before(self) -> None:
        answers = said(ISO=("yes", date(2026, 9, 15)))
        assert verdict(ISO, answers, date(2027, 3, 13)).verdict == "defer"
        assert verdict(ISO, answers, date(2027, 3, 14)).verdict == "suitable"

    def test_an_event_that_has_not_happened_leaves_it_open_and_says_what_to_wait_for(self) -> None:
        result = verdict((INFECTION, ISO), said(INFECT="yes", ISO=("yes", date(2026, 9, 15))))
        assert (result.earliest, result.not_before) == (None, date(2027, 3, 14))
        assert [until.sentence for until in result.until] == [
            "until the infection has cleared completely, then 7 days more"
        ]

    @pytest.mark.parametrize(("days", "words"), [(0, "until it is over"), (1, "until it is over, then 1 day more")])
    def test_days_after_an_event_are_said_as_people_say_them(self, days, words) -> None:
        wait = rule("w", yes("SCR-INFECT"), "defer", wait={"days": days, "event": "it is over"})
        assert verdict(wait, said(INFECT="yes")).until[0].sentence == words

    def test_the_days_after_an_event_that_has_happened_are_computed(self) -> None:
        answers = said(INFECT=("no", None, "", date(2026, 11, 25)))
        result = verdict(INFECTION, answers)
        assert (result.verdict, result.earliest, result.until) == ("defer", date(2026, 12, 2), ())
        assert result.reasons[0].earliest == date(2026, 12, 2)
        assert result.outlook.ask_again == date(2026, 12, 2)
        assert [turn.text for turn in result.outlook.turns] == ["The wait is over on December 2, 2026."]
        assert verdict(INFECTION, answers, date(2026, 12, 2)).verdict == "suitable"

    @pytest.mark.parametrize(
        ("iso", "earliest"), [(date(2026, 9, 15), date(2027, 3, 14)), (date(2026, 6, 4), date(2026, 12, 2))]
    )
    def test_the_latest_of_dated_waits_and_ended_ones_wins(self, iso, earliest) -> None:
        answers = said(INFECT=("no", None, "", date(2026, 11, 25)), ISO=("yes", iso), ISO__NOW="no")
        assert verdict((INFECTION, ISO), answers).earliest == earliest

    def test_what_ended_longer_ago_than_the_wait_says_nothing(self) -> None:
        assert verdict(INFECTION, said(INFECT=("no", None, "", date(2026, 11, 24)))).verdict == "suitable"

    def test_an_event_without_days_after_it_is_over_at_once(self) -> None:
        wait = rule("w", yes("SCR-INFECT"), "defer", wait={"days": 0, "event": "it is over"})
        assert verdict(wait, said(INFECT=("no", None, "", ON))).verdict == "suitable"

    def test_only_waits_outlast_an_answer(self) -> None:
        assert verdict(PREGNANT, said(PREG=("no", None, "", ON))).verdict == "suitable"

    BOTH = rule("both", {"all": [yes("SCR-INFECT"), yes("SCR-PREG")]}, "defer", wait={"days": 7, "event": "it is over"})
    EITHER = rule(
        "any", {"any": [yes("SCR-INFECT"), yes("SCR-PREG")]}, "defer", wait={"days": 7, "event": "it is over"}
    )

    @pytest.mark.parametrize(("several", "day"), [(BOTH, date(2026, 12, 4)), (EITHER, date(2026, 12, 6))])
    def test_a_wait_runs_from_the_day_its_condition_last_held(self, several, day) -> None:
        answers = said(INFECT=("no", None, "", date(2026, 11, 27)), PREG=("no", None, "", date(2026, 11, 29)))
        assert verdict(several, answers).earliest == day

    def test_an_unknown_beside_what_ended_stays_unknown(self) -> None:
        ended = ("no", None, "", date(2026, 11, 29))
        assert verdict(self.BOTH, said(INFECT=ended, PREG="unsure")).verdict == "review"
        open_ = verdict(self.BOTH, said(INFECT=ended))
        assert (open_.verdict, open_.unasked) == ("incomplete", ("SCR-PREG",))
        assert verdict(self.BOTH, said(INFECT=ended, PREG="no")).verdict == "suitable"
        assert verdict(self.EITHER, said(INFECT=ended, PREG="unsure")).verdict == "defer"

    def test_what_followed_a_former_yes_is_taken_at_its_strictest(self) -> None:
        fish = {"question": "SCR-ALL.SOURCES", "is": ["fish"]}
        wait = rule("fish", {"all": [yes("SCR-ALL"), fish]}, "defer", wait={"days": 7, "event": "it is over"})
        assert verdict(wait, said(ALL=("no", None, "", ON))).earliest == ON + timedelta(days=7)

    def test_a_condition_that_lapses_sooner_than_the_wait_ends_it(self) -> None:
        recent = rule(
            "recent",
            {"question": "SCR-ISO", "within_days": 30},
            "defer",
            wait={"days": 180, "from_question": "SCR-ISO"},
        )
        answers = said(ISO=("yes", ON))
        assert verdict(recent, answers).earliest == ON + timedelta(days=31)
        assert verdict(recent, answers, ON + timedelta(days=31)).verdict == "suitable"

    def test_a_birthday_during_the_wait_can_end_or_prolong_it(self) -> None:
        wait = {"days": 180, "from_question": "SCR-ISO"}
        young = rule("young", {"all": [yes("SCR-ISO"), {"age": {"below": 22}}]}, "defer", wait=wait)
        birthday = ON + timedelta(days=20)
        answers = said(born=birthday.replace(year=birthday.year - 22), ISO=("yes", ON))
        assert verdict(young, answers).earliest == birthday


class TestCombinations:
    OWN = option(
        rule("pregnant", yes("SCR-PREG"), refs=["a2001"]),
        rule("recent", yes("SCR-ISO"), "defer", wait={"days": 30, "from_question": "SCR-ISO"}, refs=["b2002"]),
        rule("pregnant", yes("SCR-PREG"), treatment="two", refs=["c2003"]),
        rule("recent", yes("SCR-ISO"), "defer", "two", wait={"days": 90, "from_question": "SCR-ISO"}, refs=["d2004"]),
        rule("dark", {"question": "SCR-FITZ", "is": ["VI"]}, "review", treatment="two"),
    )

    def decide(self, **answers):
        return evaluate(self.OWN, said(**{"PREG": "no", "ISO": "no", "FITZ": "I"} | answers), ON, catalogue=CATALOGUE)

    def test_takes_the_union_of_both_treatments_rules(self) -> None:
        assert self.decide(FITZ="VI").verdict == "review"

    def test_says_once_what_both_treatments_say(self) -> None:
        result = self.decide(PREG="yes")
        assert [(r.rule, r.also, r.sources) for r in result.reasons] == [
            ("one.pregnant", ("two.pregnant",), ("a2001", "c2003"))
        ]

    def test_says_the_longer_of_two_waits_for_the_same_thing(self) -> None:
        result = self.decide(ISO=("yes", ON))
        assert [(r.rule, r.also) for r in result.reasons] == [("two.recent", ("one.recent",))]
        assert result.earliest == ON + timedelta(days=90)

    def test_asks_an_open_point_once_and_tells_the_clinician_what_each_rule_would_mean(self) -> None:
        result = self.decide(PREG="unsure")
        assert len(result.reasons) == 1
        assert result.reasons[0].rules == ("one.pregnant", "two.pregnant")
        assert result.reasons[0].patient == (
            "You were not sure about “Is it SCR-PREG?” A provider will go through it with you."
        )
        assert "Patient unsure: Label of SCR-PREG. If so (exclude): Clinician reads" in result.reasons[0].clinician


class TestVerdictAsData:
    def test_has_the_form_other_programs_rely_on(self) -> None:
        answers = said(ISO=("yes", date(2026, 9, 15)))
        data = verdict((ISO, PREGNANT), answers).as_json()
        assert {key: data[key] for key in ("option", "protocol", "verdict", "earliest", "missing")} == {
            "option": "one/way",
            "protocol": "1.0.0",
            "verdict": "defer",
            "earliest": "2027-03-14",
            "missing": ["SCR-PREG"],
        }
        reason = {key: data["reasons"][0][key] for key in ("rule", "effect", "patient", "clinician", "questions")}
        assert reason == {
            "rule": "one.iso",
            "effect": "defer",
            "patient": "Patient hears about iso.",
            "clinician": "Clinician reads about iso.",
            "questions": ["SCR-ISO"],
        }
        assert data["reasons"][0]["sources"] == []

    def test_answers_survive_being_stored(self) -> None:
        answers = said(
            PREG="no", ISO=("yes", date(2026, 9, 15), "20 mg"), ALL__SOURCES="fish,milk", EXPECT=("answered",)
        )
        assert Answers.from_json(answers.as_json()) == answers

    def test_several_options_keep_their_order(self) -> None:
        options = [option(PREGNANT, id_="one/way"), option(ISO, id_="two/way")]
        found = evaluate_all(options, said(PREG="no", ISO="no"), ON, catalogue=CATALOGUE)
        assert [v.option for v in found] == ["one/way", "two/way"]
