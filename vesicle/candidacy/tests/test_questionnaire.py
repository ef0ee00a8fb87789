"""Which question comes next, and which never has to be asked."""

from datetime import timedelta

from vesicle.candidacy.domain import evaluate
from vesicle.candidacy.questionnaire import way
from vesicle.candidacy.tests.handmade import CATALOGUE, ON, option, rule, said, yes

PREGNANT = rule("pregnant", yes("SCR-PREG"))
DARK = rule("dark", {"question": "SCR-FITZ", "is": ["V", "VI"]}, "note")
FISH = rule("fish", {"question": "SCR-ALL.SOURCES", "is": ["fish"]}, "review")
ISO = rule("iso", yes("SCR-ISO"), "defer", wait={"days": 180, "from_question": "SCR-ISO"})
DEEP = rule(
    "deep", {"question": "SCR-RESURF.KIND", "is": ["deep"]}, "defer", wait={"days": 90, "from_question": "SCR-RESURF"}
)
FIRST = option(PREGNANT, DARK, id_="one/first")
SECOND = option(PREGNANT, ISO, FISH, id_="one/second")
TEXT = ("SCR-EXPECT",)


def left(options, answers, **more):
    return way(options, answers, ON, catalogue=CATALOGUE, **more).left


class TestWay:
    def test_asks_what_can_exclude_first_then_what_makes_wait_then_what_needs_a_provider(self) -> None:
        assert left([FIRST, SECOND], said()) == ("SCR-PREG", "SCR-ISO", "SCR-ALL", *TEXT)

    def test_leaves_what_is_only_noted_to_those_who_go_on(self) -> None:
        assert left([FIRST], said(PREG="no")) == TEXT
        assert left([FIRST], said(PREG="no"), in_full=["one/first"]) == ("SCR-FITZ", *TEXT)

    def test_asks_nothing_that_only_an_excluded_option_needs(self) -> None:
        third = option(rule("infection", yes("SCR-INFECT")), id_="one/third")
        assert left([FIRST, third], said(PREG="yes")) == ("SCR-INFECT", *TEXT)

    def test_ends_when_nothing_is_possible_any_more(self) -> None:
        assert left([FIRST, SECOND], said(PREG="yes"), in_full=["one/first"]) == ()

    def test_asks_nothing_more_that_could_only_call_for_a_provider_once_one_has_to_look(self) -> None:
        assert left([SECOND], said(PREG="no", ISO="no", ALL="yes", ALL__SOURCES="fish")) == ()

    def test_asks_the_rest_of_those_who_go_on_to_the_provider(self) -> None:
        several = option(PREGNANT, FISH, rule("sun", yes("SCR-SUNAVOID"), "review"), id_="one/several")
        answers = said(PREG="no", ALL="yes", ALL__SOURCES="fish")
        assert left([several], answers) == ()
        assert left([several], answers, in_full=["one/several"]) == ("SCR-SUNAVOID", *TEXT)

    def test_a_wait_that_is_known_is_only_asked_past_by_what_could_be_longer(self) -> None:
        recent = said(PREG="no", ISO=("yes", ON - timedelta(days=10)))
        short = rule("short", yes("SCR-RESURF"), "defer", wait={"days": 28, "from_question": "SCR-RESURF"})
        long = rule("long", yes("SCR-RESURF"), "defer", wait={"days": 171, "from_question": "SCR-RESURF"})
        assert left([option(ISO, short)], recent) == ("SCR-ISO.NOW",)  # "yes, still" would outweigh the date
        assert left([option(ISO, long)], recent) == ("SCR-ISO.NOW", "SCR-RESURF")

    def test_asks_whether_what_makes_somebody_wait_still_goes_on(self) -> None:
        answers = said(PREG="no", ISO=("yes", ON))
        assert "SCR-ISO.NOW" in left([option(PREGNANT, ISO)], answers)
        found = evaluate(option(ISO), said(ISO=("yes", ON), ISO__NOW="yes"), ON, catalogue=CATALOGUE)
        assert [until.sentence for until in found.until] == ["until this is over, then 180 days more"]

    def test_brings_a_follow_up_right_after_its_parent_when_the_answer_leads_there(self) -> None:
        answers = said(PREG="no", ISO="no", ALL="yes")
        assert left([FIRST, SECOND], answers) == ("SCR-ALL.SOURCES", *TEXT)
        assert left([FIRST, SECOND], said(PREG="no", ISO="no", ALL="no")) == TEXT

    def test_leaves_out_a_follow_up_that_can_no_longer_matter(self) -> None:
        recent = said(RESURF=("yes", ON - timedelta(days=10)))
        long_ago = said(RESURF=("yes", ON - timedelta(days=120)))
        assert "SCR-RESURF.KIND" in left([option(DEEP)], recent)
        assert "SCR-RESURF.KIND" not in left([option(DEEP)], long_ago)

    def test_does_not_ask_for_the_birth_date_again(self) -> None:
        adults = option(rule("adults", {"age": {"below": 18}}))
        assert left([adults], said(born=None)) == TEXT

    def test_asks_nothing_about_an_option_that_is_not_given_there(self) -> None:
        elsewhere = option(PREGNANT, FISH, id_="one/elsewhere", areas=("neck",))
        assert left([elsewhere], said()) == ()
        assert left([elsewhere], said(areas=("neck",))) == ("SCR-PREG", "SCR-ALL", *TEXT)

    def test_passes_over_what_was_skipped(self) -> None:
        assert left([FIRST], said(PREG="no"), skipped=TEXT) == ()

    def test_unsure_is_an_answer(self) -> None:
        assert left([FIRST], said(PREG="unsure")) == TEXT

    def test_an_unsure_answer_settles_nothing_that_another_answer_could_still_undo(self) -> None:
        both = option(rule("both", {"all": [yes("SCR-PREG"), yes("SCR-INFECT")]}, "review"))
        assert left([both], said(PREG="unsure")) == ("SCR-INFECT", *TEXT)

    def test_knows_where_one_is_and_where_back_leads(self) -> None:
        here = way([FIRST, SECOND], said(PREG="no", ISO="no"), ON, catalogue=CATALOGUE)
        assert (here.next, here.length, here.number_of("SCR-ALL")) == ("SCR-ALL", 4, 3)
        assert (here.before("SCR-ALL"), here.before("SCR-ISO"), here.before("SCR-PREG")) == (
            "SCR-ISO",
            "SCR-PREG",
            None,
        )

    def test_has_an_end(self) -> None:
        here = way([FIRST], said(PREG="no", EXPECT="answered"), ON, catalogue=CATALOGUE)
        assert (here.next, here.length) == (None, 2)
