"""What the comparison with the FHIR export would notice, and what the export does with responses that are not right."""

import re
from datetime import date

import pytest

from vesicle.candidacy.domain import Answer, Answers, evaluate, standard_catalogue
from vesicle.candidacy.tests.fhir_reading import Reader, compose, effect_of, expression_of, response
from vesicle.candidacy.tests.made_from_rules import healthy
from vesicle.candidacy.tests.test_fhir import OPTIONS, exported, judged
from vesicle.protocols.bank import load_bank
from vesicle.protocols.library_files import load_library

ON = date(2026, 12, 1)
NEEDLING = "exosome-therapy/microneedling"


@pytest.fixture(scope="module")
def well():
    """Somebody of 36 whom nothing speaks against."""
    return Answers(healthy(standard_catalogue()), date(1990, 5, 1))


def action_of(plan, name: str):
    return next(action for action in plan["action"] if action["id"] == name)


def applies(plan, name: str, answered) -> bool:
    return Reader().applies_to_all_of(expression_of(action_of(plan, name)), answered)


def item_of(answered, name: str):
    return next(item for item in answered["item"] if item["linkId"] == name)


class TestTheComparisonNotices:
    @pytest.mark.parametrize("by", [-1, 1])
    def test_another_number_of_days_in_a_condition(self, by) -> None:
        option_id, plan = NEEDLING, exported(NEEDLING)[1]
        reader = Reader()
        dated = [action for action in plan["action"] if "fromQuestion" in str(action.get("extension"))]
        assert len(dated) >= 5
        for action in dated:
            other = re.sub(r"- (\d+) days", lambda days: f"- {int(days[1]) + by} days", expression_of(action))
            alike = {**action, "condition": [{**action["condition"][0], "expression": _fhirpath(other)}]}
            assert any(
                bool(reader.applicable({"action": [alike]}, answered)) != (action in applicable)
                for _, _, answered, applicable in judged(option_id)
            ), action["id"]


def _fhirpath(expression: str):
    return {"language": "text/fhirpath", "expression": expression}


def _part(answered, expression):
    return {**answered, "item": [item for item in answered["item"] if f"'{item['linkId']}'" in expression]}


class TestTheWholeResponse:
    def test_it_gives_what_the_items_named_give(self) -> None:
        # test_fhir runs each expression on the items that it names; here it is run on everything that was said.
        plan = exported(NEEDLING)[1]
        for _, _, answered, applicable in judged(NEEDLING)[-2:]:
            whole = [a for a in plan["action"] if Reader().applies_to_all_of(expression_of(a), answered)]
            assert whole == applicable


class TestAResponseThatIsNotRight:
    def test_without_the_day_there_is_no_verdict(self, well) -> None:
        questionnaire, plan = exported(NEEDLING)
        answered = response(questionnaire, well, ON)
        assert not applies(plan, "exosome-therapy.check.day-asked-about", answered)
        for broken in ([], [{"valueDate": "2026-12"}]):
            item_of(answered, "on")["answer"] = broken
            assert applies(plan, "exosome-therapy.check.day-asked-about", answered)

    @pytest.mark.parametrize(
        "broken",
        [
            [{"valueCoding": {"code": "maybe"}}],
            [{"valueBoolean": True}],
            [{"valueCoding": {"code": "yes"}}, {"valueCoding": {"code": "no"}}],
        ],
    )
    def test_an_answer_that_is_none_is_not_taken_for_no(self, well, broken) -> None:
        questionnaire, plan = exported(NEEDLING)
        answered = response(questionnaire, well, ON)
        assert not applies(plan, "exosome-therapy.check.known-answers", answered)
        item_of(answered, "SCR-PREG")["answer"] = broken
        assert applies(plan, "exosome-therapy.check.known-answers", answered)

    @pytest.mark.parametrize(
        ("question", "day", "impossible"),
        [
            ("SCR-ISO", date(2026, 12, 1), False),
            ("SCR-ISO", date(2026, 12, 2), True),
            ("SCR-PREG", date(2027, 5, 1), False),
            ("SCR-PREG", date(2037, 5, 1), True),
        ],
    )
    def test_a_date_that_cannot_be(self, well, question, day, impossible) -> None:
        questionnaire, plan = exported(NEEDLING)
        answered = response(questionnaire, well.with_answer(question, Answer("yes", day)), ON)
        assert applies(plan, "exosome-therapy.check.possible-dates", answered) == impossible

    @pytest.mark.parametrize(
        ("born", "impossible"),
        [("2013-12-02", True), ("2013-12-01", False), ("1905-12-02", False), ("1905-12-01", True)],
    )
    def test_an_age_we_ask_nobody_of(self, well, born, impossible) -> None:
        questionnaire, plan = exported(NEEDLING)
        answered = response(questionnaire, well, ON)
        item_of(answered, "SCR-AGE")["answer"] = [{"valueDate": born}]
        assert applies(plan, "exosome-therapy.check.possible-age", answered) == impossible

    def test_a_month_is_not_a_date(self, well) -> None:
        # FHIR allows "2026-05" as a date. Taken for a day it could end a wait too early.
        questionnaire, plan = exported(NEEDLING)
        answered = response(questionnaire, well.with_answer("SCR-ISO", Answer("yes", date(2026, 5, 1))), ON)
        (day,) = item_of(answered, "SCR-ISO")["answer"][0]["item"]
        assert not applies(plan, "microneedling.isotretinoin.ask-provider", answered)
        day["answer"] = [{"valueDate": "2026-05"}]
        assert applies(plan, "microneedling.isotretinoin.ask-provider", answered)

    def test_somebody_of_whom_nothing_is_wrong_passes_every_check(self, well) -> None:
        questionnaire, plan = exported(NEEDLING)
        answered = response(questionnaire, well, ON)
        checks = [action for action in plan["action"] if effect_of(action) == "no-verdict"]
        assert [check["id"].rpartition(".")[2] for check in checks] == [
            "day-asked-about",
            "known-answers",
            "possible-dates",
            "possible-age",
        ]
        assert not any(Reader().applies_to_all_of(expression_of(check), answered) for check in checks)
        assert compose(Reader().applicable(plan, answered), answered).verdict == "suitable"
        assert evaluate(load_library().option(NEEDLING), well, ON).verdict == "suitable"


class TestAreas:
    @pytest.mark.parametrize("option_id", OPTIONS)
    def test_an_option_is_unsuitable_where_no_site_is_shared(self, option_id, well) -> None:
        questionnaire, plan = exported(option_id)
        option, areas = load_library().option(option_id), load_bank().areas
        sites = {site for one in option.sections.areas for site in areas[one.area].sites}
        rule = f"{option.treatment}.not-for-this-area"
        for area in areas.values():
            answered = response(questionnaire, Answers(well.given, well.date_of_birth, None, (area.id,)), ON)
            assert applies(plan, rule, _part(answered, "'areas'")) == sites.isdisjoint(area.sites), area.id

    def test_one_area_that_is_offered_is_enough(self, well) -> None:
        questionnaire, plan = exported("prp/injection")
        answered = response(questionnaire, Answers(well.given, well.date_of_birth, None, ("hands", "scalp")), ON)
        assert not applies(plan, "prp.not-for-this-area", _part(answered, "'areas'"))
