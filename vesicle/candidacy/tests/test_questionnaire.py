"""Which question comes next, and which never has to be asked."""

from datetime import timedelta

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


def left(options, answers, skipped=()):
    return way(options, answers, ON, catalogue=CATALOGUE, skipped=skipped).left


class TestWay:
    def test_asks_what_any_option_looks_at_once_and_in_the_order_of_the_bank(self) -> None:
        assert left([FIRST, SECOND], said()) == ("SCR-PREG", "SCR-ISO", "SCR-ALL", "SCR-FITZ", *TEXT)

    def test_asks_nothing_that_only_an_excluded_option_needs(self) -> None:
        third = option(rule("infection", yes("SCR-INFECT")), id_="one/third")
        assert left([FIRST, third], said(PREG="yes")) == ("SCR-INFECT", *TEXT)

    def test_ends_when_nothing_is_possible_any_more(self) -> None:
        assert left([FIRST, SECOND], said(PREG="yes")) == ()

    def test_brings_a_follow_up_right_after_its_parent_when_the_answer_leads_there(self) -> None:
        answers = said(PREG="no", ISO="no", ALL="yes")
        assert left([FIRST, SECOND], answers) == ("SCR-ALL.SOURCES", "SCR-FITZ", *TEXT)
        assert left([FIRST, SECOND], said(PREG="no", ISO="no", ALL="no")) == ("SCR-FITZ", *TEXT)

    def test_leaves_out_a_follow_up_that_can_no_longer_matter(self) -> None:
        recent = said(RESURF=("yes", ON - timedelta(days=10)))
        long_ago = said(RESURF=("yes", ON - timedelta(days=120)))
        assert "SCR-RESURF.KIND" in left([option(DEEP)], recent)
        assert "SCR-RESURF.KIND" not in left([option(DEEP)], long_ago)

    def test_does_not_ask_for_the_birth_date_again(self) -> None:
        adults = option(rule("adults", {"age": {"below": 18}}))
        assert left([adults], said(born=None)) == TEXT

    def test_passes_over_what_was_skipped(self) -> None:
        assert left([FIRST], said(PREG="no", FITZ="I"), skipped=TEXT) == ()

    def test_unsure_is_an_answer(self) -> None:
        assert left([FIRST], said(PREG="unsure", FITZ="unsure")) == TEXT

    def test_knows_where_one_is_and_where_back_leads(self) -> None:
        here = way([FIRST, SECOND], said(PREG="no", ISO="no"), ON, catalogue=CATALOGUE)
        assert (here.next, here.length, here.number_of("SCR-ALL")) == ("SCR-ALL", 5, 3)
        assert (here.before("SCR-ALL"), here.before("SCR-ISO"), here.before("SCR-PREG")) == (
            "SCR-ISO",
            "SCR-PREG",
            None,
        )

    def test_has_an_end(self) -> None:
        here = way([FIRST], said(PREG="no", FITZ="I", EXPECT="answered"), ON, catalogue=CATALOGUE)
        assert (here.next, here.length) == (None, 3)
