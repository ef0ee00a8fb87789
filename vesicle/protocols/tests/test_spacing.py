"""The days between our own treatments, as the rules of the screening have them."""

import pytest

from vesicle.protocols.bank import load_bank
from vesicle.protocols.schema import Rule
from vesicle.protocols.spacing import gap_after, gaps, overlap
from vesicle.protocols.tests.shipped import OPTIONS, option

NEEDLING, RF = "microneedling/standard", "microneedling/radiofrequency"
EXOSOMES, SERUM = "exosome-therapy/microneedling", "exosome-therapy/topical"
PRP, PRP_SHOTS = "prp/microneedling", "prp/injection"
ABLATIVE, FRACTIONAL = "laser-resurfacing/ablative-fractional", "laser-resurfacing/non-ablative-fractional"
LIGHT_PEEL, PEEL = "chemical-peel/superficial", "chemical-peel/medium"
LEAVES_SKIN_ALONE = {SERUM, PRP_SHOTS}


def days(later, earlier):
    found = gap_after(option(later), earlier)
    return None if found is None else (found.days, found.effect)


class TestBank:
    def test_what_counts_as_a_recent_procedure_is_every_option_that_injures_the_surface(self):
        question = load_bank().questions["SCR-RESURF"]
        assert {name for name in OPTIONS if question.as_if(name)} == set(OPTIONS) - LEAVES_SKIN_ALONE
        assert question.as_if(RF) == {"SCR-RESURF": "yes", "SCR-RESURF.KIND": "needling"}
        assert question.as_if(PRP_SHOTS) == {}

    def test_it_names_no_option_that_is_not_shipped(self):
        named = {name for asked in load_bank().asked.values() for name in asked.counting}
        assert named
        assert named <= set(OPTIONS)


class TestGaps:
    @pytest.mark.parametrize(
        ("later", "earlier", "expected"),
        [
            (PRP, LIGHT_PEEL, (28, "wait")),  # prp asks for 14 days, the needling it combines with for 28
            (PRP_SHOTS, LIGHT_PEEL, (14, "wait")),
            (PRP_SHOTS, NEEDLING, (28, "wait")),
            (PRP_SHOTS, ABLATIVE, (84, "wait")),
            (NEEDLING, ABLATIVE, (28, "wait")),
            (ABLATIVE, NEEDLING, (84, "wait")),
            (SERUM, EXOSOMES, (28, "wait")),
            (EXOSOMES, SERUM, None),
            (NEEDLING, PRP_SHOTS, None),
            (LIGHT_PEEL, NEEDLING, (14, "review")),
            (LIGHT_PEEL, PEEL, None),  # a review for as long as the question looks back, which it says in words
        ],
    )
    def test_are_the_longest_wait_of_the_rules_and_hold_in_one_direction(self, later, earlier, expected):
        assert days(later, earlier) == expected

    @pytest.mark.parametrize(
        ("name", "weeks"),
        [(EXOSOMES, 3), (SERUM, 3), (PRP, 4), (PRP_SHOTS, 4), (NEEDLING, 4), (RF, 4), (ABLATIVE, 8), (FRACTIONAL, 4)],
    )
    def test_of_a_course_are_those_of_its_plan_whatever_the_rules_say_of_other_visits(self, name, weeks):
        (own,) = [gap for gap in gaps(option(name)) if name in gap.after]
        assert (own.days, own.rule, own.effect) == (7 * weeks, "", "wait")

    def test_without_a_plan_the_rules_count_for_the_option_itself(self):
        assert option(PEEL).sections.sessions.spacing_weeks is None
        assert days(PEEL, PEEL) == (90, "wait")

    def test_carry_the_rule_its_reason_and_whether_it_is_about_the_same_skin(self):
        found = gap_after(option(ABLATIVE), PEEL)
        rule = next(one for one in option(ABLATIVE).rules if one.id == "laser-resurfacing.recent-resurfacing")
        assert (found.rule, found.patient, found.per_area) == (rule.id, rule.rule.patient, True)

    def test_move_with_the_rule(self):
        one = option(ABLATIVE)
        entry = next(each for each in one.rules if each.id == "laser-resurfacing.recent-resurfacing")
        wait = entry.rule.wait.model_copy(update={"days": 100})
        longer = entry.model_copy(update={"rule": entry.rule.model_copy(update={"wait": wait})})
        changed = one.model_copy(update={"rules": (longer,)})
        assert gap_after(changed, PEEL).days == 100

    @pytest.mark.parametrize(
        ("rule", "expected"),
        [
            ({"effect": "note", "when": {"question": "SCR-RESURF", "within_days": 9}}, None),
            ({"effect": "review", "when": {"question": "SCR-RESURF", "within_days": 9}}, 10),
            ({"effect": "review", "when": {"not": {"not": {"question": "SCR-RESURF", "within_days": 9}}}}, 10),
            ({"effect": "review", "when": {"question": "SCR-RESURF", "is": ["yes"]}}, None),
            (
                {
                    "effect": "review",
                    "when": {
                        "all": [
                            {"question": "SCR-RESURF", "within_days": 9},
                            {"question": "SCR-PREG", "is": ["yes"]},
                        ]
                    },
                },
                None,
            ),
            (
                {
                    "effect": "review",
                    "when": {
                        "any": [
                            {"question": "SCR-RESURF", "within_days": 9},
                            {"question": "SCR-PREG", "is": ["yes"]},
                        ]
                    },
                },
                10,
            ),
            (
                {
                    "effect": "defer",
                    "wait": {"days": 30, "from_question": "SCR-TOXIN"},
                    "when": {"question": "SCR-RESURF", "is": ["yes"]},
                },
                None,
            ),
        ],
    )
    def test_are_only_what_the_visit_alone_decides_and_what_ends_by_itself(self, rule, expected):
        whole = {"id": "mine", "patient": "Not yet.", "clinician": "Too near.", "basis": "convention"} | rule
        one = option(ABLATIVE)
        entry = one.rules[0].model_copy(update={"rule": Rule.model_validate(whole)})
        found = gap_after(one.model_copy(update={"rules": (entry,)}), NEEDLING)
        assert (found.days if found else None) == expected


class TestOverlap:
    @pytest.mark.parametrize(
        ("areas", "others", "same"),
        [
            (["full-face"], ["perioral"], True),
            (["full-face"], ["hands"], False),
            (["hands", "neck"], ["full-face", "neck"], True),
            (["full-face"], [], True),
            (["full-face"], ["somewhere"], True),
        ],
    )
    def test_is_about_the_skin_both_treat_and_in_doubt_there_is_some(self, areas, others, same):
        assert overlap(areas, others) is same
        assert overlap(others, areas) is same
