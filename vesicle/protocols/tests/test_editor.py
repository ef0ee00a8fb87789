"""The editor's fields: made from the schema, and sent back unread they leave every protocol as it was."""

import copy
from typing import Literal

import pytest
from django.http import QueryDict
from pydantic import Field

from vesicle.core.errors import Invalid
from vesicle.protocols.bank import load_bank
from vesicle.protocols.checking import plain
from vesicle.protocols.editor import conditions, places
from vesicle.protocols.editor import shape as shape_module
from vesicle.protocols.editor.controls import control
from vesicle.protocols.editor.page import Spot, TextPage, put, value_at
from vesicle.protocols.editor.reading import read
from vesicle.protocols.editor.sentences import rule_sentence, said_otherwise
from vesicle.protocols.editor.shape import Shape, protocol_shape
from vesicle.protocols.library_files import library_paths
from vesicle.protocols.schema import Protocol, Rule, Sections
from vesicle.protocols.schema.common import Range, Section, Text
from vesicle.protocols.tests import shipped
from vesicle.protocols.tests.browser import sent_by

SHIPPED = [(path.parent.name, path.stem) for path in library_paths()]
OPTIONS = {"prp/injection", "prp/microneedling", "microneedling/standard"}


def all_spots(content):
    """Return every spot that some page of the editor edits."""
    for place in places.places(content):
        for section in places.sections():
            for field in places.fields_of(place, section):
                if place.holder(content).get(field) is not None:
                    yield Spot(f"{place.prefix}{field}", place.shape(field))
        for index, _ in enumerate(place.holder(content).get("rules", ())):
            yield Spot(f"{place.prefix}rules.{index}", rule_shape())


def rule_shape():
    listed = protocol_shape().part("rules")
    return Shape("rule", "group", "Rule", needed=True, parts=listed.parts)


def part_of(control, key):
    """Return the part of a control whose name ends with `key`."""
    return next(part for part in control.parts if part.name.rpartition(".")[2] == key)


@pytest.mark.parametrize(("treatment", "version"), SHIPPED)
def test_what_is_sent_back_as_it_stands_says_the_same(treatment, version):
    protocol = shipped.protocol(treatment, version)
    content = plain(protocol)
    spots = list(all_spots(content))
    fields = TextPage(content, spots, OPTIONS).controls
    after = TextPage(content, spots, OPTIONS, sent_by(fields)).tidied()
    assert Protocol.model_validate(after).model_dump() == protocol.model_dump()


def test_every_section_of_the_schema_has_a_page():
    pages = places.sections()
    assert set(Sections.model_fields) <= set(pages)
    assert {name for _, names in places.groups() for name in names} == set(pages)


def test_every_field_of_the_schema_has_a_kind_and_a_help_text():
    def walk(shape):
        yield shape
        for part in shape.parts:
            yield from walk(part)

    found = list(walk(protocol_shape()))
    assert len(found) > 300
    assert not [one.key for one in found if one.kind == "kept"], "these could not be edited here"
    described = [one for one in found if one.kind not in ("group", "list")]
    # A field that is chosen from a shared list says by its choices what it holds.
    chosen = {"concern", "area", "risk", "jurisdiction"}
    assert {one.key for one in described if not one.help} <= chosen
    assert not [one.key for one in described if "null" in one.help]


def test_a_new_section_needs_no_code_here():
    class Finding(Section):
        label: Text
        """What is looked for."""
        kind: Literal["check", "text"] = "check"
        required: bool = True

    class Exam(Section):
        validity: Range | None = None
        findings: tuple[Finding, ...] = Field(min_length=1)
        modes: tuple[Literal["video", "in-person"], ...] = ("video",)
        notes: tuple[Text, ...] = ()
        other: dict[str, int] = Field(default_factory=dict)

    schema = Exam.model_json_schema()
    shape = shape_module._group("exam", schema, schema["$defs"], needed=True)
    kinds = {part.key: part.kind for part in shape.parts}
    assert kinds == {"validity": "group", "findings": "list", "modes": "ticks", "notes": "lines", "other": "kept"}
    value = {"findings": [{"label": "Skin looked at", "kind": "text"}], "modes": ["in-person"], "other": {"a": 1}}
    read_back = read(shape, "exam", sent_by([control(shape, "exam", value, OPTIONS)]))
    assert Exam.model_validate(read_back) == Exam.model_validate(value)


class TestFields:
    def test_ids_of_the_bank_are_chosen_by_name(self):
        field = control(protocol_shape().part("concerns"), "concerns", [{"concern": "fine-lines"}], OPTIONS)
        concern = part_of(field.parts[0], "concern")
        assert [choice.label for choice in concern.choices if choice.is_chosen] == [
            load_bank().concerns["fine-lines"].name
        ]

    def test_a_blank_short_name_is_made_from_the_title(self):
        shape = protocol_shape().part("benefits")
        sent = sent_by([control(shape, "benefits", [{"title": "Calmer skin, sooner"}], OPTIONS)])
        assert read(shape, "benefits", sent)[0]["id"] == "calmer-skin-sooner"

    def test_numbers_are_numbers_and_what_is_none_stays_as_typed(self):
        shape = protocol_shape().part("sessions")
        sent = sent_by([control(shape, "sessions", {"sessions": {"min": 3}, "text": "Three."}, OPTIONS)])
        sent["sessions.sessions.max"] = "four"
        found = read(shape, "sessions", sent)
        assert found["sessions"] == {"min": 3, "max": "four"}
        assert "spacing_weeks" not in found

    def test_what_is_ticked_keeps_its_order(self):
        shape = protocol_shape().part("red_flags")
        value = {"ask": ["RF-HSV", "RF-ALLERGY"], "stress": []}
        field = control(shape, "red_flags", value, OPTIONS)
        assert read(shape, "red_flags", sent_by([field]))["ask"] == value["ask"]


def page(content=None, name="areas"):
    content = content or plain(shipped.protocol("microneedling"))
    return TextPage(content, [Spot(name, protocol_shape().part(name))], OPTIONS)


class TestEntries:
    def content(self):
        content = plain(shipped.protocol("microneedling"))
        areas = content.get("areas") or content["modalities"][0]["areas"]
        return {"areas": copy.deepcopy(areas[:3])}

    def test_one_is_added_at_the_end(self):
        one = page(self.content())
        assert one.act("add", "areas") == "areas.3"
        assert (one.content["areas"][3], one.controls[0].parts[3].summary) == ({}, "New")

    def test_one_is_removed_and_one_is_moved(self):
        one = page(self.content())
        names = [area["area"] for area in one.content["areas"]]
        one.act("remove", "areas.0")
        one.act("up", "areas.1")
        assert [area["area"] for area in one.content["areas"]] == [names[2], names[1]]
        assert one.act("up", "areas.0") == "areas.0"

    def test_what_is_not_there_changes_nothing(self):
        one = page(self.content())
        before = copy.deepcopy(one.content)
        for name in ("areas.9", "nothing", "rules.0"):
            one.act("remove", name)
        assert one.content == before

    def test_a_problem_stands_beside_the_nearest_field(self):
        one = page(self.content())
        one.tell({"areas[1].minutes": "too short.", "areas[2].refs[0]": "unknown.", "price.text": "missing."})
        assert part_of(one.controls[0].parts[1], "minutes").problem == "too short."
        assert part_of(one.controls[0].parts[2], "refs").problem == "unknown."
        assert (one.elsewhere, one.count) == ({"price.text": "missing."}, 2)


NESTED = {
    "any": [
        {"question": "SCR-PREG", "is": ["yes", "unsure"]},
        {"all": [{"question": "SCR-ISO", "within_days": 180}, {"not": {"age": {"from": 18, "below": 65}}}]},
        {"not": {"any": [{"area": ["face", "neck"]}, {"question": "SCR-FITZ", "is": ["V", "VI"]}]}},
    ]
}
LEAF = {"question": "SCR-PREG", "is": ["yes"]}


class TestConditions:
    def read_back(self, when):
        shape = Shape("rule", "group", "Rule", parts=rule_shape().parts)
        field = control(shape, "rules.0", {"when": when}, OPTIONS)
        return conditions.read("rules.0.when", sent_by([field]))

    @pytest.mark.parametrize("when", [LEAF, NESTED, {"not": LEAF}, {"not": NESTED}, {"all": [LEAF]}])
    def test_what_is_sent_back_stays_as_it_was_written(self, when):
        assert conditions.tidy(self.read_back(when), when) == when

    def test_twice_negated_is_not_negated(self):
        assert conditions.tidy(self.read_back({"not": {"not": LEAF}})) == LEAF

    def test_a_row_is_added_to_a_condition_that_has_but_one(self):
        content = {"rules": [{"id": "a", "when": LEAF}]}
        first = TextPage(content, [Spot("rules.0", rule_shape())], OPTIONS)
        one = TextPage(content, first.spots, OPTIONS, sent_by(first.controls))
        assert one.act("add", "rules.0.when", "within") == "rules.0.when.1"
        assert one.content["rules"][0]["when"] == {"all": [LEAF, {"question": "", "within_days": None}]}
        one.act("add", "rules.0.when", "group")
        one.act("add", "rules.0.when.2", "age")
        assert one.content["rules"][0]["when"]["all"][2] == {"all": [{"age": {}}]}
        one.act("remove", "rules.0.when.2")
        one.act("remove", "rules.0.when.1")
        assert one.tidied()["rules"][0]["when"] == LEAF

    def test_groups_without_end_are_refused(self):
        sent = QueryDict(mutable=True)
        name = "rules.0.when"
        for _ in range(200):
            sent[name], sent[f"{name}.kind"] = "0", "all"
            name = f"{name}.0"
        with pytest.raises(Invalid):
            conditions.read("rules.0.when", sent)

    def test_answers_are_those_of_the_question_in_its_words(self):
        field = control(rule_shape(), "rules.0", {"when": {"question": "SCR-FITZ", "is": ["V"]}}, OPTIONS)
        row = part_of(field, "when").parts[0]
        labels = {choice.value: choice.label for choice in part_of(row, "is").choices}
        assert set(labels) == set(load_bank().asked["SCR-FITZ"].answers)
        assert labels["unsure"] == "not sure"

    def test_problems_of_a_row_stand_in_the_row(self):
        first = TextPage({"rules": [{"id": "a", "when": NESTED}]}, [Spot("rules.0", rule_shape())], OPTIONS)
        first.tell({"rules[0].when.any[1].all[1].not.age.from": "too old.", "rules[0].when.any[0].is[0]": "no answer."})
        rows = part_of(first.controls[0], "when").parts
        assert part_of(rows[1].parts[1], "from").problem == "too old."
        assert part_of(rows[0], "is").problem == "no answer."


class TestSentences:
    def said(self, **update):
        rule = {"id": "a", "effect": "exclude", "patient": "So.", "clinician": "So.", "basis": "convention"}
        return rule_sentence(Rule.model_validate(rule | {"when": LEAF} | update))

    def test_a_rule_is_said_as_a_clinician_would(self):
        name = load_bank().asked["SCR-PREG"].clinician
        assert self.said() == f"Exclude if {name} (SCR-PREG) is yes."

    def test_a_wait_is_said_with_what_it_waits_for(self):
        wait = {"effect": "defer", "wait": {"days": 14, "event": "the skin has healed"}}
        assert self.said(**wait).startswith("Defer until the skin has healed, then 14 days more if ")
        since = {"effect": "defer", "wait": {"days": 180, "from_question": "SCR-ISO"}}
        assert self.said(**since).startswith("Defer until 180 days after ")

    def test_every_shipped_rule_has_a_sentence(self):
        for treatment in ("exosome-therapy", "prp", "microneedling", "laser-resurfacing", "chemical-peel"):
            for rule in shipped.protocol(treatment).rules:
                words = rule_sentence(rule)
                assert words.endswith(".")
                assert "  " not in words

    @pytest.mark.parametrize(
        ("days", "patient", "is_odd"),
        [
            (45, "Please leave 5 days before your peel.", True),
            (45, "Please leave 45 days before your peel.", False),
            (14, "We wait 2 weeks after a sunburn of the last 3 days.", False),
            (180, "Not before 6 months have passed.", False),
            (90, "Not before 6 months have passed.", True),
            (45, "Please leave some time before your peel.", False),
            (0, "Not on the same day; 3 days later is fine.", False),
        ],
    )
    def test_a_patient_who_reads_of_another_wait_is_noticed(self, days, patient, is_odd):
        rule = {"id": "a", "effect": "defer", "clinician": "So.", "basis": "convention", "patient": patient}
        wait = {"days": days, "from_question": "SCR-ISO"}
        said = said_otherwise(Rule.model_validate(rule | {"when": LEAF, "wait": wait}))
        assert bool(said) is is_odd
        assert not is_odd or f"the rule waits {days} days" in said

    def test_no_shipped_rule_is_odd(self):
        for treatment in ("exosome-therapy", "prp", "microneedling", "laser-resurfacing", "chemical-peel"):
            protocol = shipped.protocol(treatment)
            for rule in [*protocol.rules, *(rule for one in protocol.modalities for rule in one.rules)]:
                assert said_otherwise(rule) == "", rule.id


def test_a_value_is_put_and_taken_out_by_its_place():
    content = {"a": [{"b": 1}]}
    put(content, "a.1", {"b": 2})
    put(content, "a.0.c", 3)
    put(content, "a.0.b", None)
    assert content == {"a": [{"c": 3}, {"b": 2}]}
    assert value_at(content, "a.7.b") is None
