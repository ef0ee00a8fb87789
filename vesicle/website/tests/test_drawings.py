"""Drawings say what the protocol says, and nothing it does not."""

import pytest

from vesicle.protocols.schema.common import Range
from vesicle.protocols.schema.sections import Reach
from vesicle.protocols.tests.shipped import OPTIONS, option
from vesicle.website import drawings


@pytest.mark.parametrize("name", OPTIONS)
class TestEveryOption:
    def test_draws_its_skin_recovery_and_results_for_phone_and_desk(self, name):
        shipped = option(name)
        sections = shipped.sections
        pairs = [
            drawings.skin([shipped]),
            drawings.recovery(sections.course, shipped.label),
            drawings.results(sections.results, sections.sessions, shipped.label),
        ]
        for pair in pairs:
            assert "dw-narrow" in pair.narrow
            assert "dw-narrow" not in pair.wide
            assert "<title" in pair.wide
            assert "style=" not in pair.wide + pair.narrow

    def test_names_every_reach(self, name):
        shipped = option(name)
        described = drawings.skin([shipped]).wide
        for reach in shipped.sections.reaches:
            assert reach.label.replace("'", "&#x27;") in described


class TestHowAReachIsDrawn:
    def kinds(self, name):
        shipped = option(name)
        return [drawings._kind(reach, shipped) for reach in shipped.sections.reaches]

    def test_a_serum_on_whole_skin_is_a_film(self):
        assert self.kinds("exosome-therapy/topical") == ["film"]

    def test_a_serum_after_needling_follows_the_channels(self):
        assert set(self.kinds("exosome-therapy/microneedling")) == {"needles"}

    def test_injected_plasma_is_a_depot_and_not_a_needled_channel(self):
        assert set(self.kinds("prp/injection")) == {"injection"}

    def test_heat_has_needles_only_where_needles_bring_it(self):
        assert "heated-needles" in self.kinds("microneedling/radiofrequency")
        assert self.kinds("laser-resurfacing/non-ablative-fractional") == ["non-ablative"]

    def test_light_from_the_surface_down_takes_columns_off(self):
        assert self.kinds("laser-resurfacing/ablative-fractional")[0] == "ablative"

    def test_light_that_begins_deeper_leaves_the_surface_whole(self):
        below = Reach(label="Columns", kind="light", from_mm=0.1, to_mm=1, note="Below the surface.")
        assert drawings._kind(below, option("laser-resurfacing/ablative-fractional")) == "non-ablative"


class TestResults:
    def test_an_unknown_duration_is_drawn_as_unknown(self):
        sections = option("exosome-therapy/microneedling").sections
        assert sections.results.lasts_months is None
        drawing = drawings.results(sections.results, sections.sessions, "It").wide
        assert "not measured" in drawing
        assert "Holds for" not in drawing

    def test_a_known_duration_is_written_beside_the_curve(self):
        sections = option("laser-resurfacing/ablative-fractional").sections
        drawing = drawings.results(sections.results, sections.sessions, "It").wide
        assert "12–60 months" in drawing

    def test_sessions_stand_at_the_middle_of_their_spacing(self):
        sections = option("exosome-therapy/microneedling").sections
        assert drawings._session_weeks(sections.sessions) == (0, 3, 6)


class TestBars:
    def test_a_missing_range_says_so_and_an_open_one_too(self):
        pair = drawings.bars([("Known", Range(min=1, max=2)), ("Not", None), ("Open", Range(min=3))], "days", "Title")
        assert "not known" in pair.wide
        assert "or more" in pair.wide
        assert "1–2 days" in pair.wide

    def test_one_is_no_plural(self):
        rows = [("Once", Range(min=1, max=1)), ("Often", Range(min=1, max=6))]
        assert "Once: 1 visit; Often: 1–6 visits" in drawings.bars(rows, "visits", "Visits", one="visit").wide


def test_the_first_page_draws_each_treatment_once_from_its_gentlest_to_its_deepest_way():
    pair = drawings.depths(
        [
            ("Exosome therapy", [option("exosome-therapy/microneedling"), option("exosome-therapy/topical")]),
            ("Laser resurfacing", [option("laser-resurfacing/ablative-fractional")]),
        ]
    )
    assert pair is not None
    assert "Exosome therapy: 0.02–1 mm" in pair.wide
    assert 'class="reach ablative"' in pair.wide


def test_nothing_offered_draws_nothing():
    assert drawings.depths([]) is None


def test_options_of_which_nothing_is_known_still_make_a_drawing():
    pair = drawings.bars([("One", None), ("Another", None)], "months", "How long it lasts")
    assert pair.wide.count("not known") >= 2
