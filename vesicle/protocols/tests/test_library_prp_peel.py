"""PRP and peels as shipped: labels, forbidden zones, caps, stop signs, times and honesty. The rules stand elsewhere."""

from __future__ import annotations

from itertools import pairwise

import pytest

from vesicle.protocols.bank import load_bank
from vesicle.protocols.needs import device_kinds
from vesicle.protocols.schema.sections import Record, Step
from vesicle.protocols.tests.shipped import option, protocol

NEEDLED = "prp/microneedling"
INJECTED = "prp/injection"
LIGHT = "chemical-peel/superficial"
MEDIUM = "chemical-peel/medium"
PRP = (NEEDLED, INJECTED)
PEELS = (LIGHT, MEDIUM)
ALL = (*PRP, *PEELS)


def records_of(name: str) -> dict[str, Record]:
    return {record.id: record for step in option(name).sections.steps for record in step.records}


def step_of(name: str, step_id: str) -> Step:
    return next(step for step in option(name).sections.steps if step.id == step_id)


class TestBlood:
    @pytest.mark.parametrize("name", PRP)
    def test_an_unlabeled_tube_stops_the_visit_before_any_blood_is_drawn(self, name):
        steps = [step.id for step in option(name).sections.steps]
        assert steps.index("label-tubes") < steps.index("draw") < steps.index("spin") < steps.index("plasma")
        assert "A tube without a complete label" in step_of(name, "label-tubes").stop_if
        labeled = records_of(name)["tubes-labeled"]
        assert (labeled.kind, labeled.required) == ("check", True)
        for part in ("name", "date of birth", "time", "collector"):
            assert part in labeled.label

    @pytest.mark.parametrize("name", PRP)
    def test_the_chain_of_custody_is_recorded(self, name):
        records = records_of(name)
        chain = ("tube-ids", "collector", "drawn-at", "centrifuge-run", "tubes-matched", "given-at", "chain-complete")
        assert all(records[one].required for one in chain)
        assert records["kit-lot"].need == "prp-kit"

    @pytest.mark.parametrize("name", PRP)
    def test_the_spin_is_written_in_g_within_what_the_task_force_recommends(self, name):
        records = records_of(name)
        bounds = {key: (records[key].min, records[key].max, records[key].unit) for key in ("first-g", "second-g")}
        assert bounds == {"first-g": (100, 300, "g"), "second-g": (400, 700, "g")}
        assert (records["first-minutes"].min, records["first-minutes"].max) == (5, 10)
        assert (records["second-minutes"].min, records["second-minutes"].max) == (10, 17)

    @pytest.mark.parametrize(
        ("name", "route"), [(NEEDLED, "topical-after-microneedling"), (INJECTED, "intradermal-injection")]
    )
    def test_plasma_is_the_patients_own_and_has_one_route(self, name, route):
        needs = {need.id: need for need in option(name).sections.products}
        assert needs["prp-kit"].categories == ("autologous-platelet",)
        assert needs["prp-kit"].routes == (route,)
        assert "own blood" in option(name).sections.consent.product_origin

    def test_nothing_is_injected_between_the_eyebrows_or_in_the_forehead(self):
        sections = option(INJECTED).sections
        offered = {area.area for area in sections.areas}
        assert offered == {"cheeks", "under-eye", "scalp"}
        sites = {site for area in offered for site in load_bank().areas[area].sites}
        assert not sites & {"glabella", "forehead"}
        assert "Never inject between the eyebrows or in the forehead" in step_of(INJECTED, "inject").instruction
        assert records_of(INJECTED)["forbidden-zones"].required
        assert "glabella" in records_of(INJECTED)["forbidden-zones"].label

    def test_each_point_takes_at_most_a_tenth_of_a_milliliter(self):
        volume = records_of(INJECTED)["volume-per-point"]
        assert (volume.min, volume.max, volume.unit) == (0.05, 0.1, "mL")

    def test_loss_of_sight_is_stressed_first_and_said_everywhere_it_counts(self):
        sections = option(INJECTED).sections
        assert sections.red_flags.stress[0] == "RF-VISION"
        assert "RF-VISION" in option(NEEDLED).sections.red_flags.stress
        assert all("RF-VISION" in point.watch_for for point in sections.course if point.to_day <= 1)
        assert "sight" in step_of(INJECTED, "inject").stop_if
        assert records_of(INJECTED)["sight-after"].required
        assert {"vision-loss", "stroke", "skin-necrosis"} <= {one.risk for one in sections.consent.risks}
        assert "sight" in {one.id for one in sections.consent.acknowledgements}
        assert "emergency number" in sections.aftercare[0].do[0]

    @pytest.mark.parametrize("name", PRP)
    def test_risks_of_blood_and_off_label_use_are_signed_for(self, name):
        consent = option(name).sections.consent
        assert {"blood-draw", "blood-borne-infection", "off-label"} <= {one.risk for one in consent.risks}
        assert {"own-blood", "off-label"} <= {one.id for one in consent.acknowledgements}

    @pytest.mark.parametrize("name", PRP)
    def test_only_medical_licenses_give_it_and_a_nurse_needs_an_order(self, name):
        qualifications = option(name).sections.qualifications
        assert set(qualifications.perform) == {"md", "np", "pa", "rn"}
        assert qualifications.order_required_for == ("rn",)

    def test_needling_with_plasma_stays_within_the_depth_of_needling(self):
        assert records_of(NEEDLED)["depth"].max == 2.5
        assert records_of(NEEDLED)["depth-thin-skin"].max == 0.5


class TestPeelVisit:
    @pytest.mark.parametrize(
        ("record", "cap"),
        [("glycolic-seconds", 180), ("salicylic-seconds", 240), ("mixed-seconds", 300), ("layers", 3)],
    )
    def test_a_light_peel_has_a_time_cap_for_each_acid(self, record, cap):
        assert records_of(LIGHT)[record].max == cap

    @pytest.mark.parametrize(("name", "cap"), [(LIGHT, 20), (MEDIUM, 35)])
    def test_tca_is_capped_by_depth(self, name, cap):
        assert records_of(name)["tca-percent"].max == cap

    def test_the_timer_is_always_recorded(self):
        records = records_of(LIGHT)
        assert records["start"].required
        assert records["stopped"].required
        assert "timer at the first touch" in step_of(LIGHT, "apply").instruction

    @pytest.mark.parametrize(
        ("name", "step", "sign"),
        [
            (LIGHT, "apply", "Gray-white patches"),
            (LIGHT, "apply", "blister"),
            (LIGHT, "apply", "Ringing ears"),
            (LIGHT, "protect", "eye wash"),
            (MEDIUM, "first-coat", "gray-white patches"),
            (MEDIUM, "tca", "cannot be neutralized"),
            (MEDIUM, "solutions", "above 35%"),
            (MEDIUM, "antiviral", "antiviral"),
        ],
    )
    def test_stop_signs(self, name, step, sign):
        assert sign in step_of(name, step).stop_if

    def test_a_medium_peel_is_for_the_face_by_a_physician_with_an_antiviral_for_all(self):
        sections = option(MEDIUM).sections
        assert [area.area for area in sections.areas] == ["full-face"]
        assert sections.qualifications.perform == ("md",)
        assert records_of(MEDIUM)["antiviral-decided"].required
        assert records_of(MEDIUM)["tca-layers"].max == 2

    def test_no_peel_needs_a_device_and_each_solution_is_a_peel(self):
        for name in PEELS:
            sections = option(name).sections
            assert sections.equipment == ()
            assert not any(device_kinds(need) for phase in sections.timing.phases for need in phase.needs)
            for need in sections.products:
                if "peel-application" in need.routes:
                    assert all(category.startswith("peel-") for category in need.categories)

    def test_deep_peels_are_named_only_to_say_that_they_are_not_offered(self):
        assert [one.id for one in protocol("chemical-peel").modalities] == ["superficial", "medium"]
        assert any("phenol" in one for one in protocol("chemical-peel").not_the_same_as)

    @pytest.mark.parametrize("name", PEELS)
    def test_stressed_flags(self, name):
        stressed = {"RF-BLISTER", "RF-PAIN", "RF-HSV", "RF-PUS", "RF-EYE", "RF-PIGMENT", "RF-SCAR"}
        assert set(option(name).sections.red_flags.stress) == stressed


class TestTime:
    @pytest.mark.parametrize(
        ("name", "minutes"),
        [
            (NEEDLED, {"full-face": 75, "face-neck": 90, "hands": 60}),
            (INJECTED, {"cheeks": 60, "under-eye": 45, "scalp": 60}),
            (LIGHT, {"full-face": 30, "face-neck": 40, "face-neck-decollete": 50, "hands": 30, "back": 45}),
            (MEDIUM, {"full-face": 75}),
        ],
    )
    def test_appointments_by_area(self, name, minutes):
        sections = option(name).sections
        fixed = sum(phase.minutes or 0 for phase in sections.timing.phases)
        assert {area.area: area.minutes + fixed for area in sections.areas} == minutes

    @pytest.mark.parametrize(
        ("name", "sessions", "weeks"),
        [(NEEDLED, (3, 4), (4, 4)), (INJECTED, (3, 3), (4, 4)), (LIGHT, (4, 6), (2, 4)), (MEDIUM, (1, 1), None)],
    )
    def test_courses(self, name, sessions, weeks):
        plan = option(name).sections.sessions
        assert (plan.sessions.min, plan.sessions.max) == sessions
        assert (plan.spacing_weeks and (plan.spacing_weeks.min, plan.spacing_weeks.max)) == weeks

    @pytest.mark.parametrize(("name", "last"), [(NEEDLED, 90), (INJECTED, 90), (LIGHT, 90), (MEDIUM, 120)])
    def test_the_course_runs_without_a_gap_and_never_gets_worse_again(self, name, last):
        course = option(name).sections.course
        for before, after in pairwise(course):
            if after.from_day == 0:
                assert after.from_hour == before.to_hour
            else:
                assert after.from_day == before.to_day + 1
        assert (course[0].from_day, course[0].from_hour, course[-1].to_day) == (0, 0, last)
        for bound in ("redness_max", "swelling_max", "pain_max"):
            values = [getattr(point, bound) for point in course]
            assert values == sorted(values, reverse=True), bound

    @pytest.mark.parametrize("name", ALL)
    def test_follow_ups_at_3_12_and_26_weeks_are_no_earlier_than_the_swelling(self, name):
        sections = option(name).sections
        assert [follow_up.week for follow_up in sections.follow_ups] == [3, 12, 26]
        for follow_up in sections.follow_ups:
            assert {"OM-GAIS", "OM-VAS-SAT"} <= set(follow_up.measures)
            assert follow_up.week * 7 - follow_up.opens_days_before > sections.results.swelling_window_days

    @pytest.mark.parametrize("name", ALL)
    def test_safety_is_asked_on_day_1_and_day_7(self, name):
        assert {1, 7, 28} <= {check.day for check in option(name).sections.check_ins}


class TestHonesty:
    @pytest.mark.parametrize(
        ("name", "concern", "grade"),
        [
            (NEEDLED, "acne-scars", "moderate"),
            (NEEDLED, "fine-lines", "low"),
            (NEEDLED, "hydration", "none"),
            (INJECTED, "hair-thinning", "low"),
            (INJECTED, "texture", "low"),
            (INJECTED, "fine-lines", "low"),
            (INJECTED, "under-eye", "very-low"),
            (LIGHT, "texture", "moderate"),
            (LIGHT, "fine-lines", "moderate"),
            (LIGHT, "acne", "low"),
            (LIGHT, "post-acne-marks", "low"),
            (LIGHT, "melasma", "low"),
            (LIGHT, "acne-scars", "none"),
            (MEDIUM, "sun-damage", "moderate"),
            (MEDIUM, "fine-lines", "moderate"),
            (MEDIUM, "texture", "low"),
        ],
    )
    def test_grades_of_headline_uses(self, name, concern, grade):
        assert {one.concern: one.grade for one in option(name).sections.concerns}[concern] == grade

    def test_whoever_reads_about_injections_in_the_cheeks_reads_that_blinded_raters_saw_nothing(self):
        sections = option(INJECTED).sections
        said = [one for one in (*sections.benefits, *sections.concerns, *sections.claims) if "alam2018" in one.refs]
        cheeks = next(one for one in said if getattr(one, "wording", "") and one.id == "cheeks")
        assert "blinded dermatologists saw no difference" in cheeks.wording
        assert "blinded dermatologists saw no difference" in sections.consent.expected_benefit

    @pytest.mark.parametrize("name", PRP)
    def test_how_long_prp_lasts_is_left_open(self, name):
        assert option(name).sections.results.lasts_months is None
        assert "not known" in option(name).sections.results.text

    @pytest.mark.parametrize("name", ALL)
    def test_the_same_grade_or_less_is_shown_for_a_benefit_as_for_its_concern(self, name):
        rank = ("none", "very-low", "low", "moderate", "high").index
        sections = option(name).sections
        concerns = {one.concern: one.grade for one in sections.concerns}
        assert 3 <= len(sections.benefits) <= 5
        for benefit in sections.benefits:
            assert rank(benefit.grade) <= rank(concerns[benefit.concern]), benefit.id

    @pytest.mark.parametrize("name", ALL)
    def test_every_claim_is_reviewed_within_a_year_of_release(self, name):
        released = protocol(name.partition("/")[0]).released
        for claim in option(name).sections.claims:
            assert released < claim.review_by <= released.replace(year=released.year + 1), claim.id

    @pytest.mark.parametrize("name", ALL)
    def test_alternatives_cover_the_four_others(self, name):
        own = name.partition("/")[0]
        others = {"exosome-therapy", "prp", "microneedling", "laser-resurfacing", "chemical-peel"} - {own}
        assert others <= {one.option.partition("/")[0] for one in option(name).sections.alternatives}
