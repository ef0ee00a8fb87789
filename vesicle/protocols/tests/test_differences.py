"""What changed, in words: between two versions of a protocol, and between two overlays."""

import pytest

from vesicle.protocols.differences import changes
from vesicle.protocols.overlay import AreaTerms, ModalityTerms, Overlay, OwnQuestion, PlacedPicture
from vesicle.protocols.overlay_changes import overlay_changes
from vesicle.protocols.tests.shipped import option

BEFORE = option("prp/injection")


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
        id_ = BEFORE.rules[index].id
        assert texts(with_rule(index, effect="exclude")) == [f"Rule {id_} is stricter: review became exclude."]
        assert texts(with_rule(index, effect="note")) == [f"Rule {id_} is milder: review became note."]

    def test_a_wait_says_the_days(self):
        index = next(i for i, entry in enumerate(BEFORE.rules) if entry.rule.wait and entry.rule.wait.days)
        wait = BEFORE.rules[index].rule.wait
        longer = with_rule(index, wait=wait.model_copy(update={"days": wait.days + 7}))
        assert texts(longer) == [
            f"Rule {BEFORE.rules[index].id} waits longer: {wait.days} days became {wait.days + 7}."
        ]

    def test_withdrawn_and_added_rules_say_what_they_say(self):
        fewer = BEFORE.model_copy(update={"rules": BEFORE.rules[1:]})
        rule = BEFORE.rules[0].rule
        assert texts(fewer) == [f"Rule withdrawn: {rule.clinician}"]
        assert texts(BEFORE, before=fewer) == [f"Rule added ({rule.effect}): {rule.clinician}"]

    def test_a_grade_goes_up_or_down(self):
        first = BEFORE.sections.benefits[0]
        other = "high" if first.grade != "high" else "low"
        after = with_sections(benefits=(first.model_copy(update={"grade": other}), *BEFORE.sections.benefits[1:]))
        [text] = texts(after)
        assert f"{first.id} is graded {'up' if other == 'high' else 'down'}: {first.grade} to {other}." in text

    def test_a_changed_number_names_the_place_and_both_values(self):
        area = BEFORE.sections.areas[0]
        longer = area.model_copy(update={"minutes": area.minutes + 5})
        after = with_sections(areas=(longer, *BEFORE.sections.areas[1:]))
        assert texts(after) == [f"areas {area.area} minutes: {area.minutes} became {area.minutes + 5}."]


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
