"""Exosome therapy and microneedling as shipped: routes, depths, times and honesty. The rules have their own file."""

from __future__ import annotations

from itertools import pairwise

import pytest

from vesicle.protocols.bank import load_bank
from vesicle.protocols.schema.sections import Record
from vesicle.protocols.tests.shipped import option, protocol

NEEDLED = "exosome-therapy/microneedling"
INTACT = "exosome-therapy/topical"
STANDARD = "microneedling/standard"
RF = "microneedling/radiofrequency"
ALL = (NEEDLED, INTACT, STANDARD, RF)


def records_of(name: str) -> dict[str, Record]:
    return {record.id: record for step in option(name).sections.steps for record in step.records}


class TestRouteAndDepth:
    @pytest.mark.parametrize(("name", "route"), [(NEEDLED, "topical-after-microneedling"), (INTACT, "topical-intact")])
    def test_an_exosome_product_has_one_route_and_it_is_on_the_skin(self, name, route):
        vesicles = {key for key, one in load_bank().product_categories.items() if one.family == "vesicles"}
        needs = [need for need in option(name).sections.products if set(need.categories) & vesicles]
        assert [need.routes for need in needs] == [(route,)]
        assert set(needs[0].categories) <= vesicles
        assert "synthetic-liposome" not in needs[0].categories

    @pytest.mark.parametrize(("name", "deepest"), [(STANDARD, 2.5), (RF, 2.5), (NEEDLED, 1.5)])
    def test_depth_is_capped(self, name, deepest):
        records = records_of(name)
        assert (records["depth"].unit, records["depth"].max, records["depth"].required) == ("mm", deepest, True)
        assert records["depth-thin-skin"].max == 0.5
        assert max(reach.to_mm for reach in option(name).sections.reaches) <= deepest

    def test_intact_skin_means_no_needle_no_numbing_and_no_device(self):
        sections = option(INTACT).sections
        assert sections.equipment == ()
        assert not any("device" in phase.needs for phase in sections.timing.phases)
        assert {route for need in sections.products for route in need.routes} == {"topical-intact"}
        assert not {"depth", "numbing-used", "passes"} & set(records_of(INTACT))
        assert max(reach.to_mm for reach in sections.reaches) <= 0.05

    def test_numbing_cream_never_stays_longer_than_an_hour(self):
        for name in (STANDARD, RF, NEEDLED):
            assert records_of(name)["numbing-minutes"].max == 60
            assert records_of(name)["numbing-strength"].max == 5

    def test_the_product_and_its_lot_are_recorded_before_anything_touches_the_skin(self):
        for name in (NEEDLED, INTACT):
            steps = [step.id for step in option(name).sections.steps]
            assert steps.index("product-check") < steps.index("cleanse") < steps.index("apply")
            assert records_of(name)["exosome-lot"].required

    def test_estheticians_are_never_assigned(self):
        for name in ALL:
            qualifications = option(name).sections.qualifications
            assert set(qualifications.perform) == {"md", "np", "pa", "rn"}
            assert qualifications.order_required_for == ("rn",)
            assert "rn" not in qualifications.exam_by


class TestTime:
    @pytest.mark.parametrize(
        ("name", "minutes"),
        [
            (NEEDLED, [60, 75, 90, 45, 45, 45, 60]),
            (STANDARD, [60, 75, 90, 45, 45, 45, 60]),
            (RF, [90]),
            (INTACT, [30, 45, 60, 30, 30, 30]),
        ],
    )
    def test_appointments_by_area(self, name, minutes):
        sections = option(name).sections
        fixed = sum(phase.minutes or 0 for phase in sections.timing.phases)
        assert [area.minutes + fixed for area in sections.areas] == minutes

    @pytest.mark.parametrize("name", [NEEDLED, STANDARD, INTACT])
    def test_areas_booked_one_by_one_take_as_long_as_booked_together(self, name):
        sections = option(name).sections
        minutes = {area.area: area.minutes for area in sections.areas}
        share = sections.timing.further_area_share
        assert minutes["full-face"] + share * minutes["neck"] == minutes["face-neck"]
        assert minutes["face-neck"] + share * minutes["decollete"] == minutes["face-neck-decollete"]

    @pytest.mark.parametrize(
        ("name", "sessions", "weeks"), [(NEEDLED, (3, 3), (3, 3)), (STANDARD, (3, 6), (4, 6)), (RF, (3, 6), (4, 6))]
    )
    def test_courses(self, name, sessions, weeks):
        plan = option(name).sections.sessions
        assert (plan.sessions.min, plan.sessions.max) == sessions
        assert (plan.spacing_weeks.min, plan.spacing_weeks.max) == weeks

    def test_the_visits_of_a_course_do_not_count_as_earlier_resurfacing(self):
        assert "course" in load_bank().questions["SCR-RESURF"].help

    @pytest.mark.parametrize("name", ALL)
    def test_the_course_runs_without_a_gap_to_day_90(self, name):
        course = option(name).sections.course
        for before, after in pairwise(course):
            if after.from_day == 0:
                assert after.from_hour == before.to_hour
            else:
                assert after.from_day == before.to_day + 1
        assert (course[0].from_day, course[0].from_hour, course[-1].to_day) == (0, 0, 90)
        assert {"RF-NODULE", "RF-PIGMENT"} <= set(course[-1].watch_for)

    @pytest.mark.parametrize("name", ALL)
    def test_what_is_normal_never_gets_worse_again(self, name):
        course = option(name).sections.course
        for bound in ("redness_max", "swelling_max", "pain_max", "intensity"):
            values = [getattr(point, bound) for point in course]
            assert values == sorted(values, reverse=True), bound

    @pytest.mark.parametrize("name", [NEEDLED, INTACT])
    def test_day_2_is_asked_about(self, name):
        days = {check.day: check.measures for check in option(name).sections.check_ins}
        assert "OM-REDNESS" in days[2]
        assert {1, 7, 28} <= set(days)

    @pytest.mark.parametrize("name", ALL)
    def test_follow_ups_at_3_12_and_26_weeks_are_no_earlier_than_the_swelling(self, name):
        sections = option(name).sections
        assert [follow_up.week for follow_up in sections.follow_ups] == [3, 12, 26]
        for follow_up in sections.follow_ups:
            assert {"OM-GAIS", "OM-VAS-SAT"} <= set(follow_up.measures)
            assert follow_up.week * 7 - follow_up.opens_days_before > sections.results.swelling_window_days


class TestHonesty:
    @pytest.mark.parametrize(
        ("name", "concern", "grade"),
        [
            (STANDARD, "acne-scars", "moderate"),
            (RF, "acne-scars", "moderate"),
            (RF, "sagging", "very-low"),
            (NEEDLED, "acne-scars", "low"),
            (NEEDLED, "fine-lines", "low"),
            (NEEDLED, "texture", "low"),
            (NEEDLED, "tone", "very-low"),
            (NEEDLED, "melasma", "very-low"),
            (NEEDLED, "inflammation", "very-low"),
            (NEEDLED, "sagging", "none"),
        ],
    )
    def test_grades_of_headline_uses(self, name, concern, grade):
        assert {one.concern: one.grade for one in option(name).sections.concerns}[concern] == grade

    def test_nothing_is_claimed_with_more_than_very_low_certainty_on_intact_skin(self):
        sections = option(INTACT).sections
        stated = [*sections.benefits, *sections.concerns, *sections.claims, sections.results]
        assert {one.grade for one in stated} <= {"very-low", "none"}

    def test_nothing_is_claimed_with_more_than_low_certainty_for_exosomes_after_needles(self):
        sections = option(NEEDLED).sections
        stated = [*sections.benefits, *sections.concerns, *sections.claims, sections.results]
        assert {one.grade for one in stated} <= {"low", "very-low", "none"}

    @pytest.mark.parametrize("name", [NEEDLED, INTACT])
    def test_four_benefits_and_each_is_a_concern_of_its_own_with_a_measure(self, name):
        benefits = option(name).sections.benefits
        assert len({benefit.concern for benefit in benefits}) == len(benefits) == 4

    @pytest.mark.parametrize("name", [NEEDLED, INTACT])
    def test_how_long_it_lasts_is_left_open(self, name):
        sections = option(name).sections
        assert sections.results.lasts_months is None
        assert sections.sessions.maintenance_months is None
        assert "not known" in sections.results.text

    @pytest.mark.parametrize("name", [NEEDLED, INTACT])
    def test_the_fda_position_is_said_on_the_page_in_the_consent_and_to_be_ticked(self, name):
        sections = option(name).sections
        (united_states,) = (one for one in sections.regulation if one.jurisdiction == "US")
        assert "No exosome product is approved by the FDA" in united_states.text
        assert "No exosome product is approved" in sections.consent.legal_status
        assert "not approved by the FDA" in sections.summary
        assert "not-approved" in {one.id for one in sections.consent.acknowledgements}
        assert sections.consent.product_origin

    @pytest.mark.parametrize("name", [NEEDLED, INTACT])
    def test_serious_and_unknown_risks_are_in_the_consent(self, name):
        risks = {one.risk for one in option(name).sections.consent.risks}
        expected = {
            "not-approved",
            "contents-vary",
            "donor-infection",
            "allergy",
            "unknown-long-term",
            "unknown-cancer",
        }
        assert expected | {"no-benefit"} <= risks

    def test_the_fda_warning_about_radiofrequency_is_in_its_consent(self):
        consent = option(RF).sections.consent
        assert {"burn-blister", "fat-loss", "nerve-injury", "scarring"} <= {one.risk for one in consent.risks}
        assert "fda-warning" in {one.id for one in consent.acknowledgements}

    @pytest.mark.parametrize("name", ALL)
    def test_every_claim_is_reviewed_within_a_year_of_release(self, name):
        released = protocol(name.partition("/")[0]).released
        for claim in option(name).sections.claims:
            assert released < claim.review_by <= released.replace(year=released.year + 1), claim.id

    @pytest.mark.parametrize("name", ALL)
    def test_the_same_grade_or_less_is_shown_for_a_benefit_as_for_its_concern(self, name):
        rank = ("none", "very-low", "low", "moderate", "high").index
        sections = option(name).sections
        concerns = {one.concern: one.grade for one in sections.concerns}
        for benefit in sections.benefits:
            assert rank(benefit.grade) <= rank(concerns[benefit.concern]), benefit.id

    def test_alternatives_cover_the_four_others(self):
        for name in (NEEDLED, INTACT):
            offered = {one.option.partition("/")[0] for one in option(name).sections.alternatives}
            assert {"prp", "microneedling", "laser-resurfacing", "chemical-peel"} <= offered
