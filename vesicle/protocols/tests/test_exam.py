"""The exam section: what the format refuses, what is shipped for every option, and how a change of it reads."""

import pytest
from pydantic import ValidationError

from vesicle.protocols.bank import load_bank
from vesicle.protocols.consistency import faults_of
from vesicle.protocols.differences import changes
from vesicle.protocols.schema import Protocol, options_of
from vesicle.protocols.schema.resolve import IncompleteOption
from vesicle.protocols.schema.sections import ExamItem
from vesicle.protocols.tests import shipped

EVERYWHERE = {
    "identity",
    "health-history",
    "medicines-allergies",
    "pregnancy",
    "skin-type",
    "area",
    "expectations",
    "plan",
}


def item(**finding):
    given = {"id": "type", "label": "Type", "kind": "choice", "choices": ["I", "II"]} | finding
    return {"id": "skin", "title": "Skin", "instruction": "Look.", "basis": "convention", "findings": [given]}


def with_exam(*items):
    """Return microneedling with another exam."""
    content = shipped.protocol("microneedling").model_dump(mode="json", by_alias=True)
    return Protocol.model_validate(content | {"exam": list(items)})


class TestFormat:
    @pytest.mark.parametrize(
        ("finding", "words"),
        [
            ({"against": ["VI"]}, "not among 'choices'"),
            ({"per_area": True}, "belongs to the visit"),
            ({"kind": "photo"}, "'check', 'choice', 'number' or 'text'"),
            ({"kind": "number", "choices": []}, "a number needs 'unit', 'min' and 'max'"),
        ],
    )
    def test_refuses_a_finding_that_cannot_be_recorded(self, finding, words) -> None:
        with pytest.raises(ValidationError, match=words):
            ExamItem.model_validate(item(**finding))

    def test_a_file_of_before_needs_no_exam(self) -> None:
        old = shipped.protocol("prp", "1.0.0")
        assert [one.sections.exam for one in options_of(old, shipped.protocol)] == [(), ()]

    def test_an_item_for_one_modality_stays_away_from_the_other(self) -> None:
        protocol = with_exam(item() | {"only": ["radiofrequency"]}, item() | {"id": "both"})
        standard, radiofrequency = options_of(protocol, shipped.protocol)
        assert [one.id for one in standard.sections.exam] == ["both"]
        assert [one.id for one in radiofrequency.sections.exam] == ["skin", "both"]

    def test_an_item_for_a_modality_there_is_not_is_a_fault(self) -> None:
        with pytest.raises(IncompleteOption, match="there is no modality 'laser'"):
            options_of(with_exam(item() | {"only": ["laser"]}), shipped.protocol)

    def test_a_rule_it_decides_has_to_be_the_options_own(self) -> None:
        protocol = with_exam(item() | {"decides": {"rules": ["keloid", "blood-moon"]}})
        options = options_of(protocol, shipped.protocol)
        found = [one.message for one in faults_of(protocol, options, {"modalities": [{}, {}]})]
        assert [words for words in found if "keloid" in words] == []
        assert len([words for words in found if "blood-moon" in words]) == 2

    def test_a_change_is_told_to_whoever_signs(self) -> None:
        before = options_of(with_exam(item()), shipped.protocol)
        after = options_of(with_exam(item(against=["II"]), item() | {"id": "more"}), shipped.protocol)
        told = [change.text for change in changes(before[:1], after[:1])]
        assert "Exam item added: “Skin” (more)." in told
        assert any("against" in words and "“II” added" in words for words in told)


class TestShipped:
    @pytest.mark.parametrize("name", shipped.OPTIONS)
    def test_every_option_has_an_exam_of_all_that_is_always_examined(self, name) -> None:
        exam = shipped.option(name).sections.exam
        assert {one.id for one in exam} >= EVERYWHERE
        assert any(finding.required for one in exam for finding in one.findings)
        assert all(question in load_bank().asked for one in exam for question in one.decides.questions)

    @pytest.mark.parametrize("name", shipped.OPTIONS)
    def test_what_a_rule_excludes_closes_the_exam_too(self, name) -> None:
        """A pregnancy found on the day, or a skin type the rules exclude, is against a clearance here as well."""
        option = shipped.option(name)
        effects: dict[str, set[str]] = {}
        for one in option.rules:
            effects.setdefault(one.rule.id, set()).add(one.rule.effect)
        against = {
            f"{each.id}.{finding.id}": set(finding.against)
            for each in option.sections.exam
            for finding in each.findings
        }
        assert "Pregnant, or could be" in against["pregnancy.today"]
        strict = effects.get("breastfeeding", set()) & {"exclude", "defer"}
        assert ("Breastfeeding" in against["pregnancy.today"]) is bool(strict)
        types = effects.get("skin-type-v-vi", set()) | effects.get("skin-types-five-and-six", set())
        assert (against["skin-type.type"] == {"V", "VI"}) is ("exclude" in types)

    @pytest.mark.parametrize("name", shipped.OPTIONS)
    def test_every_required_finding_has_an_answer_that_lets_one_clear(self, name) -> None:
        for each in shipped.option(name).sections.exam:
            for finding in each.findings:
                assert not finding.choices or set(finding.choices) - set(finding.against), finding.label
