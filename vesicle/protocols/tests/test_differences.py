"""What changed, in words: between two versions of a protocol, and between two overlays."""

import json

import pytest
from pydantic import ValidationError

from vesicle.protocols import differences
from vesicle.protocols.bank import load_bank
from vesicle.protocols.difference_words import rule_name, said
from vesicle.protocols.differences import changes, identity_changes
from vesicle.protocols.overlay import AreaTerms, ModalityTerms, Overlay, OwnQuestion, PlacedPicture
from vesicle.protocols.overlay_changes import overlay_changes
from vesicle.protocols.schema import Rule, Sections
from vesicle.protocols.tests import shipped
from vesicle.protocols.tests.shipped import option

BEFORE = option("prp/injection")
RULE = {"id": "pregnancy", "effect": "exclude", "patient": "Not now.", "clinician": "Pregnant.", "basis": "convention"}


def with_sections(**update):
    return BEFORE.model_copy(update={"sections": BEFORE.sections.model_copy(update=update)})


def with_rule(index, **update):
    entry = BEFORE.rules[index]
    changed = entry.model_copy(update={"rule": entry.rule.model_copy(update=update)})
    return BEFORE.model_copy(update={"rules": (*BEFORE.rules[:index], changed, *BEFORE.rules[index + 1 :])})


def texts(after, before=BEFORE):
    return [change.text for change in changes([before], [after])]


class TestProtocols:
    def test_the_same_says_nothing(self):
        assert texts(BEFORE) == []

    def test_an_option_that_came_and_one_that_went_are_named(self):
        other = option("prp/microneedling")
        found = changes([BEFORE], [other])
        assert {change.kind for change in found} == {"option-added", "option-removed"}
        assert f"{other.label} is new." in [change.text for change in found]

    def test_a_rule_that_became_stricter_or_milder_is_said_so(self):
        index = next(i for i, entry in enumerate(BEFORE.rules) if entry.rule.effect == "review")
        name = rule_name(BEFORE.rules[index].id, BEFORE.rules[index].rule)
        assert texts(with_rule(index, effect="exclude")) == [f"{name} is stricter: review became exclude."]
        assert texts(with_rule(index, effect="note")) == [f"{name} is milder: review became note."]

    def test_a_wait_says_the_days(self):
        index = next(i for i, entry in enumerate(BEFORE.rules) if entry.rule.wait and entry.rule.wait.days)
        wait = BEFORE.rules[index].rule.wait
        longer = with_rule(index, wait=wait.model_copy(update={"days": wait.days + 7}))
        name = rule_name(BEFORE.rules[index].id, BEFORE.rules[index].rule)
        assert texts(longer) == [f"{name} waits 7 days longer: {wait.days} days became {wait.days + 7} days."]
        assert texts(BEFORE, before=longer) == [
            f"{name} waits 7 days shorter: {wait.days + 7} days became {wait.days} days."
        ]

    def test_withdrawn_and_added_rules_say_what_they_say(self):
        fewer = BEFORE.model_copy(update={"rules": BEFORE.rules[1:]})
        rule = BEFORE.rules[0].rule
        assert texts(fewer) == [f"Rule withdrawn ({rule.effect}): {rule.clinician}"]
        assert texts(BEFORE, before=fewer) == [f"Rule added ({rule.effect}): {rule.clinician}"]

    def test_a_grade_goes_up_or_down(self):
        first = BEFORE.sections.benefits[0]
        other = "high" if first.grade != "high" else "low"
        after = with_sections(benefits=(first.model_copy(update={"grade": other}), *BEFORE.sections.benefits[1:]))
        [text] = texts(after)
        assert f"{first.id} is graded {'up' if other == 'high' else 'down'}: {first.grade} to {other}." in text

    def test_a_changed_number_names_the_place_and_both_values(self):
        area = BEFORE.sections.areas[0]
        longer = area.model_copy(update={"minutes": area.minutes + 10})
        after, name = with_sections(areas=(longer, *BEFORE.sections.areas[1:])), load_bank().areas[area.area].name
        takes = f"{name} {'take' if name.endswith('s') else 'takes'} 10 minutes"
        assert texts(after) == [f"{takes} longer: {area.minutes} became {area.minutes + 10}."]
        assert texts(BEFORE, before=after) == [f"{takes} less: {area.minutes + 10} became {area.minutes}."]

    def test_a_claim_that_came_or_went_is_quoted_with_its_grade(self):
        first, *others = BEFORE.sections.claims
        fewer = with_sections(claims=tuple(others))
        assert texts(fewer) == [f"Claim withdrawn: {said(first.wording)} ({first.id})."]
        assert texts(BEFORE, before=fewer) == [
            f"Claim added (graded {first.grade}): {said(first.wording)} ({first.id})."
        ]

    def test_measures_red_flags_and_yes_or_no_are_said_in_words(self):
        flags = BEFORE.sections.red_flags
        after = with_sections(red_flags=flags.model_copy(update={"ask": flags.ask[1:]}))
        name = load_bank().red_flags[flags.ask[0]].name
        assert texts(after) == [f"Red flags, ask: “{name}” ({flags.ask[0]}) withdrawn."]
        follow_up, *more = BEFORE.sections.follow_ups
        other = follow_up.model_copy(update={"photographs": not follow_up.photographs})
        [text] = texts(with_sections(follow_ups=(other, *more)))
        assert text == f"Follow-up of week {follow_up.week}, photographs: yes became no."

    def test_a_price_and_a_downtime_say_which_end_moved(self):
        price, downtime = BEFORE.sections.price, BEFORE.sections.downtime
        dearer = price.per_session.model_copy(update={"min": price.per_session.min + 50})
        [text] = texts(with_sections(price=price.model_copy(update={"per_session": dearer})))
        assert text == f"Price, per session, from: {price.per_session.min:g} became {dearer.min:g}."
        longer = downtime.days.model_copy(update={"max": (downtime.days.max or 0) + 2})
        [text] = texts(with_sections(downtime=downtime.model_copy(update={"days": longer})))
        assert text.startswith("Downtime, days, to: ")

    def test_a_condition_is_said_as_it_was_and_as_it_is(self):
        plain = RULE | {"when": {"question": "SCR-PREG", "is": ["yes"]}}
        before = with_rule(0, when=Rule.model_validate(plain).when)
        id_ = BEFORE.rules[0].id
        when = Rule.model_validate(
            {**RULE, "when": {"any": [{"question": "SCR-PREG", "is": ["yes"]}, {"age": {"from": 18, "below": 22}}]}}
        ).when
        [text] = texts(with_rule(0, when=when), before=before)
        asked = f"{load_bank().asked['SCR-PREG'].clinician} (SCR-PREG) is yes"
        assert text.startswith(f"{rule_name(id_, BEFORE.rules[0].rule)} applied when {asked}; it applies when ")
        assert text.endswith(f"({asked} or the age is at least 18 and below 22).")

    def test_what_a_treatment_says_of_itself_as_a_whole(self):
        protocol = shipped.protocol("prp")
        after = protocol.model_copy(update={"tagline": "Another line.", "synonyms": (*protocol.synonyms, "More")})
        assert [change.text for change in identity_changes(protocol, after)] == [
            f"Tagline: “{protocol.tagline}” became “Another line.”.",
            "Synonyms: “More” added.",
        ]
        assert identity_changes(protocol, protocol) == []

    def test_of_long_texts_the_part_that_differs_is_quoted(self):
        words = "All of this stands as before. " * 20
        after = with_sections(summary=words + "But the end is new.")
        [text] = texts(after, before=with_sections(summary=words + "And the end is old."))
        assert "And the end is old." in text
        assert "But the end is new." in text

    def test_lists_say_what_came_went_and_moved(self):
        first, *others = BEFORE.sections.aftercare
        days = f"days {first.from_day} to {first.to_day}" if first.to_day > first.from_day else f"day {first.from_day}"
        name = f"Aftercare for {days}, do"
        came = first.model_copy(update={"do": (*first.do, "Sleep on your back.")})
        moved = first.model_copy(update={"do": tuple(reversed(first.do))})
        assert texts(with_sections(aftercare=(came, *others))) == [f"{name}: “Sleep on your back.” added."]
        assert texts(with_sections(aftercare=(moved, *others))) == [f"{name}: in another order."]
        backwards = with_sections(steps=tuple(reversed(BEFORE.sections.steps)))
        assert texts(backwards) == ["Steps: in another order."]

    def test_a_new_entry_in_the_middle_does_not_rewrite_those_after_it(self):
        consent = BEFORE.sections.consent
        fewer = with_sections(consent=consent.model_copy(update={"risks": consent.risks[1:]}))
        risk = consent.risks[0].risk
        name = load_bank().consent_risks[risk].name
        assert texts(BEFORE, before=fewer) == [f"Consent, risks: “{name}” ({risk}) added."]


def places(value, path=()):
    """Yield the way to every value of a protocol, one for each shape of way."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from places(part, (*path, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from places(part, (*path, index))
    else:
        yield path


def every_kind_of_place(data):
    kinds = {}
    for path in places(data):
        kinds.setdefault(tuple(part for part in path if isinstance(part, str)), path)
    return list(kinds.values())


OTHER = {bool: lambda value: not value, int: lambda value: value + 1, float: lambda value: value + 1}


def with_other(data, path):
    """Return the data with another value in one place, whether or not the schema would allow it."""
    copy = json.loads(json.dumps(data))
    at = copy
    for part in path[:-1]:
        at = at[part]
    value = at[path[-1]]
    at[path[-1]] = "new" if value is None else OTHER.get(type(value), lambda text: text + "x")(value)
    return copy


class TestNothingIsLeftOut:
    """A director signs what these words say, so a change that they do not say must not exist."""

    SECTIONS = BEFORE.sections.model_dump(mode="json", by_alias=True)

    @pytest.mark.parametrize("path", every_kind_of_place(SECTIONS), ids=lambda path: ".".join(map(str, path)))
    def test_of_any_field_of_a_section(self, path):
        other = with_other(self.SECTIONS, path)
        try:
            after = BEFORE.model_copy(update={"sections": Sections.model_validate(other)})
        except ValidationError:
            # No file could say this; the comparison itself still may not pass over it.
            assert list(differences._compare("prp/injection", path[0], self.SECTIONS[path[0]], other[path[0]]))
        else:
            assert texts(after)
            assert texts(BEFORE, before=after)

    def test_of_a_text_that_is_only_said_more_often(self):
        first, *others = BEFORE.sections.aftercare
        sides = [(*first.do, first.do[0]), (*first.do, first.do[-1])]
        before, after = (with_sections(aftercare=(first.model_copy(update={"do": do}), *others)) for do in sides)
        assert texts(after, before=before)

    @pytest.mark.parametrize("name", ["refs", "basis", "cleared_by", "patient", "clinician"])
    def test_of_a_rule(self, name):
        value = {"refs": ("alam2018", "wu2022", "kang2022"), "basis": "to-confirm", "cleared_by": ("md",)}
        assert texts(with_rule(0, **{name: value.get(name, "Said differently.")}))

    def test_of_what_a_wait_begins_with(self):
        index = next(i for i, entry in enumerate(BEFORE.rules) if entry.rule.wait and entry.rule.wait.event)
        wait = BEFORE.rules[index].rule.wait
        [text] = texts(with_rule(index, wait=wait.model_copy(update={"event": "the moon is full"})))
        assert "“the moon is full”" in text

    def test_of_an_option_that_has_another_name(self):
        assert texts(BEFORE.model_copy(update={"name": "By needle"})) == [f"Name: “{BEFORE.name}” became “By needle”."]

    def test_two_different_treatments_differ_everywhere_and_always_in_one_order(self):
        other = option("microneedling/standard").model_copy(update={"id": BEFORE.id})
        found = changes([BEFORE], [other])
        assert found == changes([BEFORE], [other])
        assert {change.kind for change in found} >= {"rule-added", "rule-removed", "steps-added", "claims-removed"}


class TestOverlays:
    def said(self, before, after):
        return [change.text for change in overlay_changes(before, after, [BEFORE])]

    def test_the_same_says_nothing(self):
        assert self.said(Overlay(note="Ring twice."), Overlay(note="Ring twice.")) == []

    @pytest.mark.parametrize(
        ("before", "after", "text"),
        [
            (Overlay(), Overlay(headline="New"), "Headline added: “New”"),
            (Overlay(headline="Old"), Overlay(), "Headline taken out: “Old”"),
            (Overlay(headline="Old"), Overlay(headline="New"), "Headline reworded: “Old” became “New”"),
            (Overlay(intro=("One.",)), Overlay(intro=("One.", "Two.")), "Introduction, paragraph 2 added: “Two.”"),
            (Overlay(intro=("A.", "B.")), Overlay(intro=("B.", "A.")), "Introduction: in another order."),
            (
                Overlay(),
                Overlay(questions=(OwnQuestion(question="Why?", answer="So."),)),
                "Question 1 added: “Why? So.”",
            ),
            (
                Overlay(pictures=(PlacedPicture(picture=1, alt="A room"),)),
                Overlay(),
                "Picture taken out: A room",
            ),
        ],
    )
    def test_words_are_quoted(self, before, after, text):
        assert self.said(before, after) == [text]

    def test_numbers_say_both_values_and_the_unit(self):
        area = BEFORE.sections.areas[0].area
        own = ModalityTerms(price_from=700, areas={area: AreaTerms(minutes=40)})
        found = self.said(Overlay(), Overlay(modalities={"injection": own}))
        assert f"{BEFORE.name}, price from: the protocol’s became 700 USD." in found
        assert f"{BEFORE.name}, {area.replace('-', ' ')}, minutes: the protocol’s became 40 min." in found
        assert len(found) == 2

    def test_a_modality_that_is_taken_off_is_said(self):
        off = Overlay(modalities={"injection": ModalityTerms(offered=False)})
        assert self.said(Overlay(), off) == [f"{BEFORE.name} is no longer offered."]
        assert self.said(off, Overlay()) == [f"{BEFORE.name} is offered."]
