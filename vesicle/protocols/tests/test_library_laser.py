"""Laser resurfacing as shipped: settings left blank, times, and honesty. The rules have a file of their own."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from vesicle.protocols.duration import appointment_minutes
from vesicle.protocols.schema.sections import Record
from vesicle.protocols.tests.shipped import option, protocol

ABLATIVE = "laser-resurfacing/ablative-fractional"
CLOSED = "laser-resurfacing/non-ablative-fractional"
BOTH = (ABLATIVE, CLOSED)

SETTINGS = ("energy", "energy-unit", "density", "spot", "pulse", "depth", "passes")


def records_of(name: str) -> dict[str, Record]:
    return {record.id: record for step in option(name).sections.steps for record in step.records}


def risks_of(name: str) -> set[str]:
    return {one.risk for one in option(name).sections.consent.risks}


class TestSettings:
    @pytest.mark.parametrize("name", BOTH)
    def test_settings_are_recorded_per_area_and_never_suggested(self, name):
        records = records_of(name)
        assert set(SETTINGS) <= set(records)
        assert all(records[one].per_area for one in SETTINGS if one != "energy-unit")
        assert records["energy"].required
        assert records["energy"].min == 0
        assert not re.search(r"\d", records["energy"].help)

    @pytest.mark.parametrize("name", BOTH)
    def test_no_text_of_the_visit_names_an_energy(self, name):
        for step in option(name).sections.steps:
            said = [step.title, step.instruction, step.stop_if or "", *(one.help or "" for one in step.records)]
            assert not re.search(r"\d\s*(m?J\b|%\s*density|µm)", " ".join(said)), step.id

    @pytest.mark.parametrize("name", BOTH)
    def test_device_eyes_and_room_are_recorded_before_the_settings(self, name):
        steps = [step.id for step in option(name).sections.steps]
        assert steps.index("cleanse-and-shield") < steps.index("device") < steps.index("settings")
        required = {key for key, record in records_of(name).items() if record.required}
        assert {
            "maker-model",
            "serial",
            "wavelength",
            "eyewear",
            "eye-shields",
            "smoke-and-fire",
            "test-spot",
        } <= required

    @pytest.mark.parametrize("name", BOTH)
    def test_numbing_cream_never_stays_longer_than_an_hour(self, name):
        assert records_of(name)["numbing-minutes"].max == 60
        assert records_of(name)["numbing-strength"].max == 5

    def test_each_kind_needs_its_own_device(self):
        kinds = [option(name).sections.equipment[0].kind for name in BOTH]
        assert kinds == ["fractional-ablative-laser", "fractional-nonablative-laser"]

    def test_who_may_treat(self):
        assert option(ABLATIVE).sections.qualifications.perform == ("md",)
        closed = option(CLOSED).sections.qualifications
        assert (set(closed.perform), closed.order_required_for) == ({"md", "np", "pa", "rn"}, ("rn",))
        assert all("rn" not in option(name).sections.qualifications.exam_by for name in BOTH)

    @pytest.mark.parametrize("name", BOTH)
    def test_nothing_but_numbing_and_plain_ointment_touches_the_skin(self, name):
        categories = {one for need in option(name).sections.products for one in need.categories}
        assert categories == {"topical-anesthetic", "aftercare-ointment"}


class TestTime:
    @pytest.mark.parametrize(
        ("name", "minutes"),
        [
            (ABLATIVE, {"full-face": 120, "around-eyes": 60, "perioral": 60}),
            (
                CLOSED,
                {"full-face": 90, "around-eyes": 45, "perioral": 45, "neck": 60, "decollete": 60, "hands": 60},
            ),
        ],
    )
    def test_appointments_by_area_and_no_other_area(self, name, minutes):
        sections = option(name).sections
        booked = {
            area.area: appointment_minutes(sections.timing, sections.areas, [area.area]) for area in sections.areas
        }
        assert booked == minutes

    @pytest.mark.parametrize(
        ("name", "sessions", "weeks", "price"),
        [(ABLATIVE, (1, 3), (8, 12), (1000, 3000)), (CLOSED, (3, 5), (4, 4), (500, 1200))],
    )
    def test_courses_and_prices(self, name, sessions, weeks, price):
        sections = option(name).sections
        assert (sections.sessions.sessions.min, sections.sessions.sessions.max) == sessions
        assert (sections.sessions.spacing_weeks.min, sections.sessions.spacing_weeks.max) == weeks
        assert (sections.price.per_session.min, sections.price.per_session.max) == price

    @pytest.mark.parametrize(("name", "downtime", "onset"), [(ABLATIVE, (5, 7), (4, 8)), (CLOSED, (2, 3), (4, 12))])
    def test_downtime_onset_and_peak(self, name, downtime, onset):
        sections = option(name).sections
        assert (sections.downtime.days.min, sections.downtime.days.max) == downtime
        assert (sections.results.onset_weeks.min, sections.results.onset_weeks.max) == onset
        assert (sections.results.peak_weeks.min, sections.results.peak_weeks.max) == (12, 26)

    @pytest.mark.parametrize("name", BOTH)
    def test_the_course_runs_without_a_gap_past_the_six_month_check(self, name):
        course = option(name).sections.course
        for before, after in pairwise(course):
            if after.from_day == 0:
                assert after.from_hour == before.to_hour
            else:
                assert after.from_day == before.to_day + 1
        assert (course[0].from_day, course[0].from_hour) == (0, 0)
        assert course[-1].to_day >= 26 * 7
        assert "RF-PIGMENT" in course[-1].watch_for

    @pytest.mark.parametrize("name", BOTH)
    def test_what_is_normal_never_gets_worse_again(self, name):
        course = option(name).sections.course
        for bound in ("redness_max", "swelling_max", "pain_max", "intensity"):
            values = [getattr(point, bound) for point in course]
            assert values == sorted(values, reverse=True), bound

    @pytest.mark.parametrize("name", BOTH)
    def test_the_day_after_is_asked_about(self, name):
        days = {check.day: check.measures for check in option(name).sections.check_ins}
        assert {"OM-REDNESS", "OM-SWELLING", "OM-VAS-PAIN"} <= set(days[1])
        assert {3, 7, 90} <= set(days)
        assert any("OM-DOWNTIME" in measures for measures in days.values())

    @pytest.mark.parametrize("name", BOTH)
    def test_follow_ups_at_3_12_and_26_weeks_and_the_last_is_the_pigment_check(self, name):
        sections = option(name).sections
        assert [one.week for one in sections.follow_ups] == [3, 12, 26]
        last = sections.follow_ups[-1]
        assert "pigment check" in last.purpose
        assert {"OM-AE", "OM-MMASI", "OM-MEXA"} <= set(last.measures)
        assert last.photographs
        assert "six-months" in {one.id for one in sections.consent.acknowledgements}
        for one in sections.follow_ups:
            assert one.week * 7 - one.opens_days_before > sections.results.swelling_window_days

    @pytest.mark.parametrize("name", BOTH)
    def test_aftercare_has_no_day_without_advice_up_to_day_90(self, name):
        aftercare = option(name).sections.aftercare
        assert (aftercare[0].from_day, aftercare[-1].to_day) == (0, 90)
        assert all(after.from_day == before.to_day + 1 for before, after in pairwise(aftercare))


class TestHonesty:
    @pytest.mark.parametrize(
        ("name", "concern", "grade"),
        [
            (ABLATIVE, "wrinkles", "moderate"),
            (ABLATIVE, "sun-damage", "moderate"),
            (ABLATIVE, "acne-scars", "low"),
            (ABLATIVE, "melasma", "very-low"),
            (ABLATIVE, "sagging", "very-low"),
            (CLOSED, "texture", "moderate"),
            (CLOSED, "fine-lines", "moderate"),
            (CLOSED, "enlarged-pores", "moderate"),
            (CLOSED, "acne-scars", "low"),
            (CLOSED, "tone", "low"),
            (CLOSED, "melasma", "very-low"),
            (CLOSED, "sagging", "very-low"),
        ],
    )
    def test_grades_of_headline_uses(self, name, concern, grade):
        assert {one.concern: one.grade for one in option(name).sections.concerns}[concern] == grade

    @pytest.mark.parametrize("name", BOTH)
    def test_nothing_is_stated_with_high_certainty(self, name):
        sections = option(name).sections
        stated = [*sections.benefits, *sections.concerns, *sections.claims, sections.results]
        assert "high" not in {one.grade for one in stated}

    @pytest.mark.parametrize("name", BOTH)
    def test_a_benefit_is_graded_no_higher_than_its_concern(self, name):
        rank = ("none", "very-low", "low", "moderate", "high").index
        sections = option(name).sections
        concerns = {one.concern: one.grade for one in sections.concerns}
        for benefit in sections.benefits:
            assert rank(benefit.grade) <= rank(concerns[benefit.concern]), benefit.id

    @pytest.mark.parametrize("name", BOTH)
    def test_every_claim_is_reviewed_within_a_year_of_release(self, name):
        released = protocol("laser-resurfacing").released
        for claim in option(name).sections.claims:
            assert released < claim.review_by <= released.replace(year=released.year + 1), claim.id

    @pytest.mark.parametrize("name", BOTH)
    def test_the_risks_of_the_consent_list(self, name):
        expected = """
            burn-blister infection cold-sores long-redness dark-patches pale-patches scarring eyelid-pull eye-injury
            acne-milia demarcation pigment-change-hair-tattoo numbing-toxicity no-benefit sun-avoidance
        """
        assert set(expected.split()) <= risks_of(name)
        assert ("anesthesia" in risks_of(name)) is (name == ABLATIVE)

    @pytest.mark.parametrize("name", BOTH)
    def test_red_flags_to_stress(self, name):
        flags = option(name).sections.red_flags
        stressed = {"RF-HSV", "RF-PAIN", "RF-PUS", "RF-SCAR", "RF-EYE", "RF-BLISTER", "RF-PIGMENT"}
        assert set(flags.stress) == stressed <= set(flags.ask)

    @pytest.mark.parametrize("name", BOTH)
    def test_that_no_clearance_was_read_is_said(self, name):
        sections = option(name).sections
        assert any("clearance" in gap for gap in sections.gaps)
        assert {one.basis for one in sections.regulation} == {"to-confirm"}

    def test_how_long_the_gentler_laser_holds_is_left_open(self):
        assert option(CLOSED).sections.results.lasts_months is None

    @pytest.mark.parametrize("name", BOTH)
    def test_alternatives_cover_the_other_kind_and_the_other_treatments(self, name):
        offered = {one.option for one in option(name).sections.alternatives}
        assert set(BOTH) - {name} <= offered
        assert {"prp", "microneedling", "chemical-peel"} <= {one.partition("/")[0] for one in offered}
