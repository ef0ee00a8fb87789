"""Visits that have to come before a treatment: what the protocols say, how it is checked, edited and told."""

import pytest
from pydantic import ValidationError

from vesicle.protocols.checking import check_source, plain, plain_source
from vesicle.protocols.difference_words import prerequisite_words
from vesicle.protocols.differences import changes
from vesicle.protocols.editor.page import Spot, TextPage
from vesicle.protocols.editor.shape import protocol_shape
from vesicle.protocols.schema.sections import Prerequisite
from vesicle.protocols.tests import shipped
from vesicle.protocols.tests.browser import sent_by
from vesicle.protocols.tests.shipped import OPTIONS, option

SPOT = {
    "id": "spot",
    "visit": "patch-test",
    "when": {"question": "SCR-FITZ", "is": ["V", "VI"]},
    "min_days_before": 7,
    "valid_days": 90,
    "patient": "We try a small spot first.",
    "clinician": "Test spot.",
    "basis": "to-confirm",
}
PEEL = "chemical-peel/superficial"


def spot(**given):
    return Prerequisite.model_validate({key: value for key, value in (SPOT | given).items() if value is not None})


def peel_with(*visits, before=PEEL):
    one = option(before)
    return one.model_copy(update={"sections": one.sections.model_copy(update={"prerequisites": visits})})


class TestShipped:
    def test_lasers_and_peels_ask_for_a_spot_where_skin_darkens_easily(self):
        asked = {
            name: [(visit.id, visit.when.is_ if visit.when else None, visit.first_time) for visit in visits]
            for name in OPTIONS
            if (visits := option(name).sections.prerequisites)
        }
        dark = ("dark-skin-spot", ("IV", "V", "VI"), False)
        assert asked == {
            "laser-resurfacing/ablative-fractional": [dark],
            "laser-resurfacing/non-ablative-fractional": [dark],
            "chemical-peel/superficial": [dark],
            "chemical-peel/medium": [("first-strong-peel", None, True), ("dark-skin-spot", ("IV",), False)],
        }

    def test_each_is_a_week_before_and_marked_as_a_default_to_confirm(self):
        for name in OPTIONS:
            for visit in option(name).sections.prerequisites:
                assert (visit.visit, visit.min_days_before, visit.valid_days) == ("patch-test", 7, 180)
                assert visit.basis == "to-confirm"

    def test_versions_before_ask_for_none(self):
        assert shipped.protocol("chemical-peel", "1.1.0").modalities[0].prerequisites is None


class TestSchema:
    def test_a_visit_that_never_counts_is_refused(self):
        with pytest.raises(ValidationError, match="never counts"):
            spot(valid_days=7)
        assert spot(valid_days=8).valid_days == 8
        assert spot(valid_days=None).valid_days is None

    @pytest.mark.parametrize(
        ("change", "field", "said"),
        [
            ({"visit": "walk"}, "prerequisites[0].visit", "allowed: patch-test, consultation"),
            (
                {"when": {"question": "SCR-FITZ", "is": ["VII"]}},
                "prerequisites[0].when.is[0]",
                "is no answer to SCR-FI",
            ),
            (
                {"when": {"question": "SCR-NOBODY", "is": ["yes"]}},
                "prerequisites[0].when.question",
                "is no question of",
            ),
            ({"refs": ["nobody1900"]}, "prerequisites[0].refs[0]", "is no reference"),
        ],
    )
    def test_a_file_is_told_what_is_wrong_and_where(self, change, field, said):
        data = plain(shipped.protocol("laser-resurfacing")) | {"prerequisites": [SPOT | change]}
        source = plain_source(data, name="laser")
        _, _, problems = check_source(source, shipped.protocol, OPTIONS)
        assert [one for one in problems if one.field == field and said in one.message], problems

    def test_a_need_that_is_none_is_told_with_its_place(self):
        data = plain(shipped.protocol("laser-resurfacing"))
        data["modalities"][0]["timing"]["phases"][1]["needs"] = ["room", "laser"]
        _, _, problems = check_source(plain_source(data, name="laser"), shipped.protocol, OPTIONS)
        (problem,) = problems
        assert problem.field == "modalities[0].timing.phases[1].needs[1]"
        assert "write room, provider or device" in problem.message


class TestWords:
    def test_it_is_one_sentence(self):
        assert prerequisite_words(spot()).startswith("A patch test at least 7 days before if Fitzpatrick skin type")
        assert prerequisite_words(spot()).endswith(
            "(SCR-FITZ) is It almost never burns or It never burns; it counts for 90 days."
        )
        plainest = spot(visit="consultation", when=None, min_days_before=0, valid_days=None)
        assert prerequisite_words(plainest) == "A consultation first."
        assert prerequisite_words(spot(when=None, first_time=True, valid_days=None)) == (
            "A patch test at least 7 days before the first time."
        )

    def test_what_came_went_or_changed_is_told(self):
        told = [one.text for one in changes([peel_with()], [peel_with(spot())])]
        assert told == [f"Visit before added: {prerequisite_words(spot()).rstrip('.')} (spot)."]
        told = [one.text for one in changes([peel_with(spot())], [peel_with(spot(when=None, min_days_before=14))])]
        who = "Fitzpatrick skin type, self-reported; confirm by examination (SCR-FITZ)"
        burns = "It almost never burns or It never burns"
        assert told == [
            f"Visit before spot was needed if {who} is {burns}; it is needed for everybody.",
            "Visit before spot, days before, at least: 7 became 14.",
        ]
        assert changes([peel_with(spot())], [peel_with(spot())]) == []

    def test_a_device_of_one_kind_is_told_by_its_kind(self):
        told = [
            one.text
            for one in changes(
                [one for one in shipped_options("prp", "1.1.0") if one.id == "prp/microneedling"],
                [option("prp/microneedling")],
            )
        ]
        assert "The appointment, phases, spin, needs: device “centrifuge” added." in told
        assert "The appointment, phases, spin, needs: a device of every kind listed withdrawn." in told


def shipped_options(treatment, version):
    return shipped.options_of(shipped.protocol(treatment, version), shipped.protocol)


class TestEditor:
    def page(self, rows, sent=None):
        spots = [Spot("prerequisites", protocol_shape().part("prerequisites"))]
        return TextPage({"prerequisites": rows}, spots, OPTIONS, sent)

    def test_what_is_sent_back_unchanged_is_as_it_was_written(self):
        rows = [SPOT, {key: value for key, value in SPOT.items() if key not in ("when", "valid_days")} | {"id": "b"}]
        again = self.page(rows, sent_by(self.page(rows).controls)).tidied()["prerequisites"]
        assert [Prerequisite.model_validate(row) for row in again] == [Prerequisite.model_validate(row) for row in rows]
        assert again[0]["when"] == SPOT["when"]
        assert "when" not in again[1]

    def test_a_condition_can_be_added_where_there_was_none(self):
        rows = [{key: value for key, value in SPOT.items() if key != "when"}]
        page = self.page(rows, sent_by(self.page(rows).controls))
        page.act("add", "prerequisites.0.when", "age")
        assert page.content["prerequisites"][0]["when"] == {"all": [{"age": {}}]}

    def test_it_is_told_as_a_sentence_and_named_by_the_visit(self):
        page = self.page([SPOT, {"id": "half"}])
        assert page.sentences == [prerequisite_words(spot())]
        assert [entry.summary for entry in page.controls[0].parts] == ["Patch test, 7 days before", "half"]
