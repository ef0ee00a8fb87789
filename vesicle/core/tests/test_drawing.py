"""The drawings say in numbers and places what they were given, and nothing else."""

import re
from xml.etree import ElementTree

import pytest

from vesicle.core import drawing
from vesicle.core.drawing import comparison, layers, portrait, svg

NAMESPACE = "{http://www.w3.org/2000/svg}"
DAYS = (
    drawing.Stretch(0, 0, "Red & warm", 2.6),
    drawing.Stretch(1, 1, "Pink <tight>", 1.8),
    drawing.Stretch(2, 3, "Fading", 0.6),
    drawing.Stretch(4, 7, "Normal", 0),
)
WINDOW = drawing.Window(onset=(4, 6), peak=12, measured_until=12, sessions=(0, 3, 6))
BARS = (
    drawing.Bar("Exosomes", 1, 2, is_chosen=True),
    drawing.Bar("Peel", 7, 10),
    drawing.Bar("Something new", None),
)
COURSE = drawing.Course(
    "Elasticity",
    "ratio",
    0.60,
    (drawing.Reading(0, 0.60, 0.02), drawing.Reading(4, 0.62, 0.02), drawing.Reading(12, 0.70, 0.02)),
    noise=0.05,
    expected=((0, 0.58, 0.62), (12, 0.62, 0.72)),
)
REACHES = (
    drawing.Reach("Needles", "needles", 1.5, 0.5, carries=True),
    drawing.Reach("On whole skin", "film", 0),
    drawing.Reach("Heat", "heated-needles", 3.0, 1.0),
    drawing.Reach("Open light", "ablative", 1.2, 0.3),
    drawing.Reach("Closed light", "non-ablative", 1.0, 0.4, starts_mm=0.08),
    drawing.Reach("Acid", "peel", 0.3, 0.2),
    drawing.Reach("Depot", "injection", 0.8),
)
WIDTHS = (drawing.NARROW, drawing.WIDE)


def everything(width):
    return {
        "layers": drawing.skin_layers(REACHES, width=width),
        "recovery": drawing.recovery_timeline(DAYS, width=width),
        "window": drawing.result_window(WINDOW, width=width),
        "course": drawing.measured_course(COURSE, width=width),
        "bars": drawing.comparison_bars(BARS, unit="days", title="Downtime", width=width),
        "spark": drawing.sparkline([1, 4, 2], title="Redness"),
        **{motif: drawing.hero_art(motif) for motif in ("vesicles", "plasma", "needles", "light", "peel", "layers")},
    }


ALL = [pytest.param(text, id=f"{name}-{width}") for width in WIDTHS for name, text in everything(width).items()]


def parse(text):
    return ElementTree.fromstring(text)  # noqa: S314 - our own text


def words(text):
    return [" ".join(element.itertext()) for element in parse(text).iter(f"{NAMESPACE}text")]


class TestEveryDrawing:
    @pytest.mark.parametrize("text", ALL)
    def test_is_valid_xml_with_a_title_and_a_description_that_it_points_to(self, text):
        root = parse(text)
        named = {
            child.get("id"): child.text for child in root if child.tag in (f"{NAMESPACE}title", f"{NAMESPACE}desc")
        }
        assert root.get("role") == "img"
        assert named[root.get("aria-labelledby")]
        assert named[root.get("aria-describedby")]

    @pytest.mark.parametrize("text", ALL)
    def test_brings_no_colour_style_or_script_of_its_own(self, text):
        assert not re.search(r"\bstyle=|<script|<style|fill=|stroke=|\bon\w+=", text)

    @pytest.mark.parametrize("text", ALL)
    def test_has_no_coordinate_that_is_not_a_number(self, text):
        assert "nan" not in text
        assert "inf" not in re.sub(r"<(title|desc|text|tspan)[^>]*>[^<]*", "", text)

    @pytest.mark.parametrize("text", ALL)
    def test_stays_light(self, text):
        assert len(text) < 32_000

    def test_is_printed_unescaped_by_templates_that_ask_for_html(self):
        text = drawing.sparkline([1, 2], title="a")
        assert text.__html__() == text

    def test_has_ids_of_its_own_in_both_widths(self):
        ids = [
            root.get("aria-labelledby") for root in (parse(drawing.recovery_timeline(DAYS, width=w)) for w in WIDTHS)
        ]
        assert len(set(ids)) == 2

    @pytest.mark.parametrize("width", WIDTHS)
    def test_keeps_every_word_inside_its_frame(self, width):
        for name, text in everything(width).items():
            root = parse(text)
            x0, _, frame, _ = map(float, root.get("viewBox").split())
            for element in root.iter(f"{NAMESPACE}text"):
                assert x0 <= float(element.get("x")) <= x0 + frame, name


class TestRecovery:
    @pytest.mark.parametrize("width", WIDTHS)
    def test_escapes_what_people_wrote(self, width):
        text = drawing.recovery_timeline(DAYS, width=width)
        assert "Pink <tight>" in " ".join(words(text))
        assert "<tight>" not in text

    @pytest.mark.parametrize("width", WIDTHS)
    def test_names_each_stretch_and_how_strong_it_is(self, width):
        said = words(drawing.recovery_timeline(DAYS, width=width))
        assert [word for word in said if word.startswith("Day")] == ["Day 0", "Day 1", "Days 2–3", "Days 4–7"]
        assert [word for word in said if word in ("none", "slight", "moderate", "strong")] == [
            "strong",
            "moderate",
            "slight",
            "none",
        ]

    def test_refuses_days_in_the_wrong_order_and_strength_off_the_scale(self):
        with pytest.raises(ValueError, match="earlier day first"):
            drawing.Stretch(3, 2, "x", 1)
        with pytest.raises(ValueError, match="from 0 to 3"):
            drawing.Stretch(0, 0, "x", 4)
        with pytest.raises(ValueError, match="at least one"):
            drawing.recovery_timeline([])


class TestResultWindow:
    def test_places_the_weeks_in_proportion(self):
        root = parse(drawing.result_window(WINDOW, width=1040))
        window = next(e for e in root.iter(f"{NAMESPACE}rect") if e.get("class") == "win")
        per_week = (1040 - 12) / 26
        assert float(window.get("x")) == pytest.approx(6 + 4 * per_week, abs=0.1)
        assert float(window.get("width")) == pytest.approx(2 * per_week, abs=0.1)

    def test_breaks_the_curve_where_trials_stopped_measuring_and_says_so(self):
        text = drawing.result_window(WINDOW)
        assert 'class="ln unknown"' in text
        assert "Beyond week 12" in words(text)
        assert "what is drawn beyond is an assumption" in text

    def test_does_not_break_it_when_everything_was_measured(self):
        text = drawing.result_window(drawing.Window((2, 3), 12, (4, 6)))
        assert "unknown" not in text
        assert "4–6 months" in words(text)

    def test_says_when_nobody_knows_how_long_it_holds(self):
        assert "How long it holds is not known." in drawing.result_window(WINDOW)

    @pytest.mark.parametrize("months", [(3, 3), (4, 6), (12, 18), (24, 60)])
    @pytest.mark.parametrize("width", WIDTHS)
    def test_keeps_its_labels_apart(self, months, width):
        text = drawing.result_window(drawing.Window((2, 3), 12, months, 14), width=width)
        heads = [e for e in parse(text).iter(f"{NAMESPACE}text") if e.get("class") == "lb"]
        places = [(float(e.get("x")), float(e.get("y")), len(e.text) * svg.text_size(width) * 0.5) for e in heads]
        for index, (x, y, size) in enumerate(places):
            for other_x, other_y, other_size in places[index + 1 :]:
                assert y != other_y or x + size <= other_x or other_x + other_size <= x

    def test_refuses_windows_that_run_backwards(self):
        with pytest.raises(ValueError, match="earlier week first"):
            drawing.Window((6, 4))
        with pytest.raises(ValueError, match="smaller number first"):
            drawing.Window((2, 3), lasts_months=(6, 4))


class TestMeasuredCourse:
    def test_fills_only_points_that_differ_by_more_than_the_noise(self):
        root = parse(drawing.measured_course(COURSE))
        marks = [e.get("class") for e in root.iter(f"{NAMESPACE}circle")]
        assert marks == ["pt", "pt", "pt on"]

    def test_higher_values_lie_higher_and_later_ones_further_right(self):
        points = [
            (float(e.get("cx")), float(e.get("cy")))
            for e in parse(drawing.measured_course(COURSE)).iter(f"{NAMESPACE}circle")
        ]
        assert points[0][0] < points[1][0] < points[2][0]
        assert points[0][1] > points[1][1] > points[2][1]

    def test_says_unit_direction_baseline_and_error(self):
        text = drawing.measured_course(COURSE)
        assert {"Elasticity, ratio", "higher is better"} <= set(words(text))
        assert "Baseline 0.6" in text
        assert "week 12: 0.7 ± 0.02" in text

    def test_draws_a_single_unchanged_value(self):
        course = drawing.Course("Redness", "0–10", 0, (drawing.Reading(0, 0),), lower_is_better=True)
        assert "lower is better" in words(drawing.measured_course(course))

    def test_a_long_name_and_what_is_better_stand_in_lines_of_their_own_on_a_phone(self):
        course = drawing.Course("Fitzpatrick-Goldman wrinkle and elastosis score", "", 4, (drawing.Reading(0, 4),))
        lines = {
            e.text: float(e.get("y"))
            for e in parse(drawing.measured_course(course)).iter(f"{NAMESPACE}text")
            if e.text in (course.measure, "higher is better", "before")
        }
        assert lines[course.measure] < lines["higher is better"] < lines["before"]

    def test_refuses_to_draw_nothing(self):
        with pytest.raises(ValueError, match="nothing was measured"):
            drawing.measured_course(drawing.Course("Redness", "", 0, ()))


class TestComparison:
    def test_says_what_is_not_known_instead_of_drawing_it(self):
        text = drawing.comparison_bars(BARS, unit="days", title="Downtime")
        assert words(text)[-1] == "not measured"
        assert text.count('class="br') == 2

    def test_lengths_are_in_proportion(self):
        root = parse(drawing.comparison_bars(BARS, unit="days", title="Downtime"))
        lines = [e.get("d") for e in root.iter(f"{NAMESPACE}path") if (e.get("class") or "").startswith("br")]
        lengths = [
            float(end) - float(start)
            for start, end in (re.match(r"M([\d.]+) [\d.]+L([\d.]+)", d).groups() for d in lines)
        ]
        assert lengths[1] == pytest.approx(3 * lengths[0], abs=0.3)

    @pytest.mark.parametrize(
        ("top", "wanted", "step"), [(14, 7, 2), (10, 4, 2.5), (1, 4, 0.25), (90, 4, 25), (0.04, 4, 0.01)]
    )
    def test_ticks_are_round_numbers(self, top, wanted, step):
        assert comparison.nice_step(top, wanted) == pytest.approx(step)

    def test_refuses_a_range_that_runs_backwards(self):
        with pytest.raises(ValueError, match="smaller number first"):
            drawing.Bar("x", 3, 2)


class TestSkinLayers:
    @pytest.mark.parametrize("width", WIDTHS)
    def test_writes_every_label_with_its_depth(self, width):
        said = words(drawing.skin_layers(REACHES, width=width))
        assert {"0.5–1.5 mm", "stays on the surface", "1–3 mm", "to 0.8 mm"} <= set(said)
        assert "Reticular dermis" in said

    def test_deeper_is_drawn_lower_and_layers_meet_at_their_borders(self):
        places = [layers.depth_place(depth) for depth in (0, 0.01, 0.02, 0.1, 0.3, 1.0, 2.0, 3.9, 4.0, 9.0)]
        assert places == sorted(places)
        assert places[0] == 0
        assert places[2] == layers.FACE[0].room
        assert places[-1] == sum(layer.room for layer in layers.FACE)

    @pytest.mark.parametrize(
        ("depth", "name"),
        [(0.01, "Stratum corneum"), (0.3, "Papillary dermis"), (1.5, "Reticular dermis"), (9, "Fat below the skin")],
    )
    def test_names_the_layer_of_a_depth(self, depth, name):
        assert layers.named_layer(depth) == name

    def test_needles_end_where_the_depth_lies(self):
        text = drawing.skin_layers([drawing.Reach("Needles", "needles", 1.0)], width=1040)
        tips = {float(tip) for tip in re.findall(r'd="M[\d. ]+L[\d.]+ ([\d.]+)L[^"]+" class="channel"', text)}
        surface = float(re.search(r'd="M196 ([\d.]+)q[^"]+" class="edge skin"', text).group(1))
        assert len(tips) == 1
        assert tips.pop() == pytest.approx(surface + layers.depth_place(1.0), abs=0.1)

    def test_a_film_has_no_mark_below_the_surface(self):
        text = drawing.skin_layers([drawing.Reach("Cream", "film", 0)], width=1040)
        surface = float(re.search(r'd="M196 ([\d.]+)q[^"]+" class="edge skin"', text).group(1))
        drops = [float(e.get("cy")) for e in parse(text).iter(f"{NAMESPACE}circle")]
        assert drops
        assert max(drops) < surface

    def test_refuses_depths_that_make_no_sense(self):
        with pytest.raises(ValueError, match="start between"):
            drawing.Reach("x", "needles", 0.5, starts_mm=1)
        with pytest.raises(ValueError, match="must lie between"):
            drawing.Reach("x", "needles", 0.5, 0.9)
        with pytest.raises(ValueError, match="at least one"):
            drawing.skin_layers([])


class TestHero:
    def test_is_the_same_for_the_same_seed_and_differs_between_treatments(self):
        assert drawing.hero_art("vesicles", seed=2) == drawing.hero_art("vesicles", seed=2)
        assert len({drawing.hero_art(motif) for motif in drawing.MOTIFS.values()}) == 5
        assert drawing.hero_art("vesicles", seed=2) != drawing.hero_art("vesicles", seed=3)

    def test_inner_lines_of_the_map_lie_inside_one_another(self):
        fronts = [min(x for x, y in portrait.contour(share) if 280 < y < 330) for share in (0, 0.2, 0.4, 0.6, 0.8)]
        assert fronts == sorted(fronts)


class TestPen:
    @pytest.mark.parametrize(("value", "text"), [(1, "1"), (1.04, "1"), (1.26, "1.3"), (-0.01, "0"), (-2.5, "-2.5")])
    def test_numbers_are_short(self, value, text):
        assert svg.number(value) == text

    def test_path_data_keeps_numbers_apart(self):
        assert svg.data("M", 1, 2, "L", -3, 4.5, "Z") == "M1 2L-3 4.5Z"

    def test_long_words_stay_whole(self):
        assert svg.wrap("a hyperpigmentation b", 40, 13) == ["a", "hyperpigmentation", "b"]

    def test_a_curve_through_measurements_never_overshoots(self):
        data = svg.rising([(0, 0), (10, 10), (20, 10), (30, 0)])
        ys = [float(y) for y in re.findall(r"[ -]?([\d.]+)(?=C|$)", data)]
        controls = [float(n) for n in re.findall(r"[\d.]+", data)][1::2]
        assert max(ys + controls) <= 10


@pytest.mark.parametrize("label", ["Peel", "Rejuvenecimiento con láser, fraccionado no ablativo"])
def test_a_scale_begins_beside_the_longest_name(label):
    picture = drawing.comparison_bars([drawing.Bar(label, 0, 2)], unit="días", title="Recuperación", width=drawing.WIDE)
    begins = float(re.search(r'class="ax"[^>]*d="M([\d.]+)|d="M([\d.]+)[^>]*class="ax"', picture).expand(r"\1\2"))
    assert begins >= 7 * len(label)
