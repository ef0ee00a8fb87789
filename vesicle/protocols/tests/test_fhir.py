"""The export to FHIR: valid R4, complete, and readable by programs that know nothing of us."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain

import fhirpathpy
import pytest
from fhir.resources.R4B.bundle import Bundle
from fhirpathpy.models import models

from vesicle.protocols.bank import load_bank
from vesicle.protocols.fhir import export
from vesicle.protocols.fhir.names import EFFECT_WORDS
from vesicle.protocols.fhir.questionnaire import questionnaire
from vesicle.protocols.library_files import load_library
from vesicle.protocols.tests.shipped import newest

R4 = models["r4"]
"""The elements of FHIR R4 (4.0.1) and their types, as fhirpathpy carries them."""
RELEASES = [(treatment, version) for treatment, version in load_library().options_by_version]
NEWEST = [(treatment, load_library().latest(treatment).version) for treatment in load_library().treatments()]
OPTIONS = [(option.id, option.version) for option in load_library().options()]
FITS = {"choice": {"valueCoding"}, "date": set(), "text": set(), "display": set()}


@cache
def bundle_of(name: str, version: str):
    library = load_library()
    treatment = name.partition("/")[0]
    options = library.options_by_version[treatment, version]
    chosen = options if name == treatment else tuple(option for option in options if option.id == name)
    return export(load_bank(), library.protocol(treatment, version), chosen, name)


def resources(bundle, kind: str) -> list:
    return [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind]


def all_items(items) -> Iterator:
    for item in items:
        yield item
        yield from all_items(item.get("item", ()))


def unknown_elements(value, path: str) -> Iterator[str]:
    """Yield every element below ``value`` that R4 does not have. ``path`` is where it stands: ``Bundle.entry``."""
    if isinstance(value, list):
        for one in value:
            yield from unknown_elements(one, path)
    elif isinstance(value, dict):
        path = value.get("resourceType", path)
        for key, below in value.items():
            if key == "resourceType":
                continue
            found = _type_of(f"{path}.{key}")
            if found is None:
                yield f"{path}.{key}"
            else:
                yield from unknown_elements(below, found)


@cache
def _type_of(path: str) -> str | None:
    """Return the type of the element at ``path``, ``path`` itself for one with elements of its own, or ``None``."""
    path = R4["pathsDefinedElsewhere"].get(path, path)
    if path in R4["path2Type"]:
        return R4["path2Type"][path]
    for choice, types in R4["choiceTypePaths"].items():
        if path.startswith(choice) and path.removeprefix(choice) in types:
            return path.removeprefix(choice)
    if any(known.startswith(f"{path}.") for known in R4["path2Type"]) or path == "Bundle.entry.resource":
        return path
    parent, _, name = path.rpartition(".")
    return _type_of(f"{R4['type2Parent'][parent]}.{name}") if parent in R4["type2Parent"] else None


def empty_values(value) -> Iterator:
    """Yield what FHIR does not allow: an element without content."""
    if value in (None, "", [], {}):
        yield value
    elif isinstance(value, dict | list):
        for below in value.values() if isinstance(value, dict) else value:
            yield from empty_values(below)


class TestValid:
    @pytest.mark.parametrize(("name", "version"), [*RELEASES, *OPTIONS])
    def test_every_export_passes_the_models_of_the_standard(self, name, version) -> None:
        # The models are those of R4B (4.3.0), the nearest there are; that every element is one of R4 is tested below.
        Bundle.model_validate(bundle_of(name, version))

    @pytest.mark.parametrize(("name", "version"), NEWEST)
    def test_every_element_is_one_of_r4(self, name, version) -> None:
        assert set(unknown_elements(bundle_of(name, version), "Bundle")) == set()

    def test_an_element_of_r5_would_be_noticed(self) -> None:
        item = {"linkId": "a", "disabledDisplay": "hidden", "answerConstraint": "optionsOnly"}
        broken = {"resourceType": "Questionnaire", "item": [{"linkId": "b", "item": [item]}]}
        assert set(unknown_elements(broken, "")) == {
            "Questionnaire.item.disabledDisplay",
            "Questionnaire.item.answerConstraint",
        }

    @pytest.mark.parametrize(("name", "version"), NEWEST)
    def test_nothing_is_empty(self, name, version) -> None:
        assert list(empty_values(bundle_of(name, version))) == []

    @pytest.mark.parametrize(("name", "version"), NEWEST)
    def test_addresses_and_versions(self, name, version) -> None:
        bundle = bundle_of(name, version)
        urls = [entry["fullUrl"] for entry in bundle["entry"]]
        assert len(set(urls)) == len(urls)
        (asked,) = resources(bundle, "Questionnaire")
        for entry in bundle["entry"]:
            resource = entry["resource"]
            assert entry["fullUrl"] == resource["url"]
            assert resource["url"].endswith(f"/{resource['resourceType']}/{resource['id']}")
            assert resource["version"] == version
            assert re.fullmatch(r"[A-Za-z0-9.-]{1,64}", resource["id"])
            assert re.fullmatch(r"[A-Z][A-Za-z0-9_]{0,254}", resource["name"])
        for plan in resources(bundle, "PlanDefinition"):
            assert plan["relatedArtifact"][0]["resource"] == f"{asked['url']}|{version}"

    def test_a_draft_says_that_it_is_one(self) -> None:
        library = load_library()
        chosen = (load_library().option("prp/injection"),)
        draft = export(load_bank(), library.latest("prp"), chosen, "prp/injection", is_released=False)
        assert {entry["resource"]["status"] for entry in draft["entry"]} == {"draft"}
        assert {one["resource"]["status"] for one in bundle_of("prp/injection", newest("prp"))["entry"]} == {"active"}


class TestQuestionnaire:
    @pytest.mark.parametrize(("name", "version"), NEWEST)
    def test_items_follow_the_rules_of_the_standard(self, name, version) -> None:
        (asked,) = resources(bundle_of(name, version), "Questionnaire")
        items = {item["linkId"]: item for item in all_items(asked["item"])}
        assert len(items) == len(list(all_items(asked["item"])))
        for item in items.values():
            options = [coding["valueCoding"] for coding in item.get("answerOption", ())]
            assert {key for option in item.get("answerOption", ()) for key in option} == FITS[item["type"]]
            assert len({option["code"] for option in options}) == len(options)
            assert all(option["system"] and option["display"] for option in options)
            conditions = item.get("enableWhen", ())
            assert ("enableBehavior" in item) == (len(conditions) > 1)
            for when in conditions:
                assert when["question"] in items
                if when["operator"] == "exists":
                    assert when["answerBoolean"] is True
                else:
                    assert {"valueCoding": when["answerCoding"]} in items[when["question"]]["answerOption"]
            if item["type"] == "display":
                assert not {"code", "required", "repeats", "item"} & set(item)

    @pytest.mark.parametrize(("name", "version"), OPTIONS)
    def test_it_asks_what_the_conditions_read_and_nothing_else(self, name, version) -> None:
        bundle = bundle_of(name, version)
        (asked,) = resources(bundle, "Questionnaire")
        items = {item["linkId"] for item in all_items(asked["item"]) if item["type"] != "display"}
        expressions = [expression for plan in resources(bundle, "PlanDefinition") for _, expression in conditions(plan)]
        read = set(chain.from_iterable(re.findall(r"linkId = '([^']+)'", one) for one in expressions))
        assert read <= items
        questions = {one for one in items if not one.endswith((".date", ".text"))}
        # A question for text is only there for the follow-up below it.
        assert questions - read <= {"SCR-EXPECT"}

    def test_the_words_are_the_patients_and_unsure_is_an_answer(self) -> None:
        (asked,) = resources(bundle_of("exosome-therapy/topical", newest("exosome-therapy")), "Questionnaire")
        question = load_bank().questions["SCR-PREG"]
        item = next(item for item in asked["item"] if item["linkId"] == "SCR-PREG")
        assert item["text"] == question.ask
        assert item["required"] is True
        assert [option["valueCoding"]["code"] for option in item["answerOption"]] == ["yes", "no", "unsure"]
        (day,) = [below for below in item["item"] if below["type"] == "date"]
        assert day["enableWhen"][0]["answerCoding"]["code"] == "yes"
        assert day["required"] is False

    def test_a_follow_up_of_several_answers_opens_after_any_of_them(self) -> None:
        asked = ["SCR-BIOLOGIC-OK", "SCR-BIOLOGIC-OK.DECLINED"]
        made = questionnaire(load_bank(), load_library().latest("prp"), "prp", "PRP", asked)
        declined = next(item for item in all_items(made["item"]) if item["linkId"] == asked[1])
        assert [when["answerCoding"]["code"] for when in declined["enableWhen"]] == ["no", "unsure"]
        assert declined["enableBehavior"] == "any"
        assert declined["repeats"] is True


def conditions(plan) -> Iterator[tuple[str, str]]:
    for action in plan["action"]:
        (condition,) = action["condition"]
        yield action["id"], condition["expression"]["expression"]


class TestPlanDefinition:
    @pytest.mark.parametrize(("name", "version"), OPTIONS)
    def test_every_rule_is_one_action_with_its_words_and_sources(self, name, version) -> None:
        option = load_library().option(name, version)
        (plan,) = resources(bundle_of(name, version), "PlanDefinition")
        actions = {action["id"]: action for action in plan["action"]}
        assert len(actions) == len(plan["action"])
        for entry in option.rules:
            action, rule = actions[entry.id], entry.rule
            assert (action["description"], action["textEquivalent"]) == (rule.patient, rule.clinician)
            assert action["code"][0]["coding"][0]["code"] == rule.effect
            assert len(action.get("documentation", ())) == len(rule.refs)
            assert len(action.get("participant", ())) == len(rule.cleared_by)
            given = {e["url"].rpartition("/")[2]: e for e in action["extension"]}
            assert given["basis"]["valueCode"] == rule.basis
            assert ("wait" in given) == (rule.wait is not None)
            if rule.wait:
                parts = {part["url"]: part for part in given["wait"]["extension"]}
                assert parts["duration"]["valueDuration"]["value"] == rule.wait.days
                assert parts.get("event", {}).get("valueString") == rule.wait.event
                assert parts.get("fromQuestion", {}).get("valueString") == rule.wait.from_question

    @pytest.mark.parametrize(("name", "version"), OPTIONS)
    def test_every_condition_is_fhirpath_and_looks_at_no_clock_and_no_variable(self, name, version) -> None:
        (plan,) = resources(bundle_of(name, version), "PlanDefinition")
        for action_id, expression in conditions(plan):
            _parsed(expression)
            assert not re.search(r"today\(|now\(|timeOfDay\(|%", expression), action_id

    def test_every_effect_it_uses_is_explained_in_its_usage(self) -> None:
        (plan,) = resources(bundle_of("prp/injection", newest("prp")), "PlanDefinition")
        used = {action["code"][0]["coding"][0]["code"] for action in plan["action"]}
        assert used == set(EFFECT_WORDS)
        assert all(effect in plan["usage"] for effect in used)
        assert "medicines" in plan["usage"]


@cache
def _parsed(expression: str):
    return fhirpathpy.compile(expression, R4)
