"""Follow-ups in their window, measurements with unit and rater, corrections, and what the pages make of them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from vesicle.core import clock
from vesicle.core.errors import Conflict, Invalid, NotFound, NotPermitted
from vesicle.core.scope import clinic_scope
from vesicle.demo.pictures import skin
from vesicle.people.identity import staff_actor
from vesicle.protocols.bank import load_bank
from vesicle.protocols.queries import option_of_edition
from vesicle.results import queries, services
from vesicle.results.models import FollowUp, Measurement
from vesicle.results.presenters import curves, pairs
from vesicle.treatment import photos

SCORES = {"OM-GAIS": 1, "OM-VAS-SAT": 7}


def week(path, number):
    return FollowUp.objects.get(encounter=path.encounter, week=number)


def measure(path, value, *, week=12, name="noor", **changes):
    given = {"by": path.house.actor(name), "encounter": path.encounter, "measure_id": "OM-CORNEO", "now": clock.now()}
    return services.record_measurement(**given | {"region": "cheek"} | changes, value=value, week=week)


class TestFollowUps:
    def test_are_planned_with_the_baseline_of_the_visit_as_week_zero(self, treated):
        assert sorted(FollowUp.objects.values_list("week", flat=True)) == [3, 12, 26]
        baseline = Measurement.objects.filter(week=0)
        assert "OM-CORNEO" in baseline.values_list("measure", flat=True)
        assert all(row.unit and row.staff_id for row in baseline if row.scored_by == "device")

    def test_are_answered_once_inside_their_window(self, treated):
        row = week(treated, 3)
        give = {"by": treated.me, "follow_up": row, "values": SCORES}
        for outside in (row.opens_at - timedelta(minutes=1), row.closes_at + timedelta(minutes=1)):
            with pytest.raises(Conflict):
                services.answer_follow_up(**give, now=outside)
        answered = services.answer_follow_up(**give, now=row.due_at, note=" Softer. ")
        assert answered.note == "Softer."
        assert set(answered.measurements.values_list("measure", "scored_by")) == {
            ("OM-GAIS", "patient"),
            ("OM-VAS-SAT", "patient"),
        }
        with pytest.raises(Conflict):
            services.answer_follow_up(**give, now=row.due_at)

    @pytest.mark.parametrize(
        "values",
        [{}, {"OM-GAIS": 1}, SCORES | {"OM-GAIS": 4}, SCORES | {"OM-VAS-SAT": "good"}, SCORES | {"OM-GAIS": "nan"}],
    )
    def test_ask_again_for_what_is_missing_or_impossible(self, treated, values):
        row = week(treated, 12)
        with pytest.raises(Invalid) as refused:
            services.answer_follow_up(by=treated.me, follow_up=row, values=values, now=row.due_at)
        assert refused.value.fields
        assert not Measurement.objects.filter(week=12).exists()
        assert services.answer_follow_up(by=treated.me, follow_up=row, values=SCORES, now=row.due_at)

    def test_are_answered_by_nobody_else(self, treated):
        row = week(treated, 3)
        with pytest.raises(NotFound):
            services.answer_follow_up(by=treated.house.actor("tam"), follow_up=row, values=SCORES, now=row.due_at)
        with pytest.raises(NotPermitted):
            services.answer_follow_up(by=treated.nurse, follow_up=row, values=SCORES, now=row.due_at)


class TestMeasurements:
    def test_carry_unit_rater_and_method(self, treated):
        row = measure(treated, "48,5", method="Corneometer CM 825")
        assert (row.value, row.scored_by, row.staff) == (Decimal("48.5"), "device", treated.house.cast.noor)
        assert row.unit
        assert row.method == "Corneometer CM 825"

    @pytest.mark.parametrize("value", ["", "much", "-5", "9999", "inf"])
    def test_refuse_what_the_device_cannot_show(self, treated, value):
        with pytest.raises(Invalid) as refused:
            measure(treated, value)
        assert list(refused.value.fields) == ["value"]
        assert measure(treated, "50")

    def test_refuse_scores_that_are_the_patients_and_roles_that_may_not(self, treated):
        with pytest.raises(Invalid):
            measure(treated, "5", measure_id="OM-VAS-SAT")
        with pytest.raises(Invalid):
            measure(treated, "5", measure_id="OM-MADE-UP")
        for name in ("rosa", "owen", "pia"):
            with pytest.raises(NotPermitted):
                measure(treated, "50", name=name)

    def test_a_correction_replaces_and_both_stay(self, treated):
        wrong = measure(treated, "84")
        right = measure(treated, "48", corrects=wrong)
        values = [row.value for row in queries.measurements_of(treated.nurse, treated.encounter) if row.week == 12]
        assert values == [right.value]
        assert Measurement.objects.filter(week=12).count() == 2
        with pytest.raises(IntegrityError), transaction.atomic():
            Measurement.objects.filter(pk=wrong.pk).update(value=1)
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong.delete()

    def test_are_read_by_the_patient_and_clinicians_only(self, treated):
        assert queries.measurements_of(treated.me, treated.encounter)
        with pytest.raises(NotFound):
            queries.measurements_of(treated.house.actor("tam"), treated.encounter)
        for name in ("rosa", "owen"):
            with pytest.raises(NotPermitted):
                queries.measurements_of(treated.house.actor(name), treated.encounter)
        cast = treated.house.cast
        with clinic_scope(cast.other.pk), pytest.raises(NotFound):
            queries.measurements_of(staff_actor(cast.otto), treated.encounter)


class TestWhatThePageSays:
    def curve(self, path, name="OM-CORNEO", region="cheek"):
        rows = queries.measurements_of(path.nurse, path.encounter)
        known = queries.repeatabilities(path.nurse, [name])
        results = option_of_edition(path.encounter.edition_id, path.encounter.option).option.sections.results
        found = curves(rows, known, results, path.encounter.started_at)
        return next(c for c in found if c.name == load_bank().measures[name].name and c.region.lower() == region)

    def test_is_no_change_until_the_clinic_knows_its_error_and_then_is(self, treated):
        for value in ("40", "40.4"):
            measure(treated, value, week=0)
        with clock.pretend(treated.after(weeks=12)):
            for value in ("60", "60.4"):
                measure(treated, value)
            assert self.curve(treated).verdict == "Not measurable"
            for number in range(10):
                for value in ("50", "50.4"):
                    measure(treated, value, region=f"spot {number}")
        assert queries.repeatabilities(treated.nurse, ["OM-CORNEO"])["OM-CORNEO"].repeats == 12
        found = self.curve(treated)
        assert (found.verdict, found.tone) == ("Real change", "ok")

    def test_a_reading_in_the_swelling_window_does_not_count(self, treated):
        measure(treated, "40", week=0)
        with clock.pretend(treated.after(days=3)):
            measure(treated, "90", week=1)
        found = self.curve(treated)
        assert found.verdict == "Not measurable"
        assert "swollen" in found.why

    def test_pairs_show_the_same_view_and_mark_the_swelling_window(self, treated):
        treated.agree_to_photographs()
        show = {"by": treated.nurse, "patient": treated.patient, "encounter": treated.encounter}
        for view, days, number in (("front", 0, None), ("left", 0, None), ("front", 3, 1), ("front", 90, 12)):
            at = treated.after(days=days)
            photos.store(
                **show, upload=skin(person=1, tone="II", lines=0.5), view=view, taken_at=at, now=at, week=number
            )
        found = pairs(queries.photos_of(treated.me, treated.encounter), 14)
        assert [(pair.view, pair.when, pair.counts) for pair in found] == [
            ("From the front", "Week 1", False),
            ("From the front", "Week 12", True),
        ]
