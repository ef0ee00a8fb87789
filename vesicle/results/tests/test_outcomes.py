"""The clinic's outcomes: read, exported and shown in public, by whom and from how many."""

import csv
import io
import json
import zipfile
from datetime import timedelta

import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from vesicle.clinic.models import Clinic
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.audit import AuditEntry
from vesicle.core.errors import Conflict, Invalid, NotPermitted
from vesicle.core.scope import clinic_scope
from vesicle.people.identity import staff_actor
from vesicle.protocols.library_files import load_library
from vesicle.protocols.queries import offered
from vesicle.results.models import OwnResultSwitch, PhotoMeasure
from vesicle.results.outcomes import export, queries, services
from vesicle.results.outcomes.domain import Cohort, curve
from vesicle.results.outcomes.panel import own_result
from vesicle.results.outcomes.presenters import shown
from vesicle.results.outcomes.queries import Choice
from vesicle.results.outcomes.source import Source
from vesicle.results.tests.cohorts import crowd, later, row_of, stored
from vesicle.results.tests.test_outcomes_domain import treated as people_treated

OPTION = "exosome-therapy/microneedling"
MOIST = Choice(OPTION, Source("device", "OM-CORNEO"), "cheek")
PAGE = "/desk/results/outcomes/"
ASKED = {"option": OPTION, "what": "device:OM-CORNEO|cheek"}


def director(treated):
    return treated.house.actor("iris")


class TestReading:
    def test_counts_everybody_treated_and_who_was_not_seen(self, treated):
        crowd(treated, 14, comes=0.8)
        found = queries.outcome(director(treated), MOIST, now=later(treated))
        worked_out = curve(found.cohort)
        assert worked_out.treated == 15  # Pia, who never came back, too
        at_12 = next(point for point in worked_out.points if point.week == 12)
        assert at_12.loss.due == 15
        assert at_12.people + at_12.loss.lost == 15
        assert at_12.low < 8 < at_12.high
        assert AuditEntry.objects.filter(code="results.outcomes-read").count() == 1

    def test_nobody_is_lost_to_a_week_at_which_this_was_not_to_be_measured(self, treated):
        plan = offered(treated.encounter.clinic_id, OPTION).option.sections.follow_ups
        late = next(name for row in plan for name in row.measures if name not in plan[0].measures)
        weeks = queries.planned_weeks(plan, Source("clinician", late))
        assert weeks
        assert plan[0].week not in weeks
        assert plan[0].week in queries.planned_weeks(plan, MOIST.source)
        # Never planned: whenever people come.
        assert queries.planned_weeks(plan, Source("clinician", "OM-NOWHERE")) == tuple(row.week for row in plan)

    def test_satisfaction_is_a_score_and_never_said_to_be_better_than_before(self):
        source = Source("patient", "OM-VAS-SAT")
        found = curve(
            Cohort(people_treated(12), {person: {4: 6.0 + person % 3} for person in range(12)}, (4,), source.kind)
        )
        line = shown(
            found, source, "", next(one for one in load_library().options() if one.id == OPTION).sections.results
        ).lines[0]
        assert (line.estimate, line.meaning) == ("7.0", "–")

    def test_nobody_is_lost_before_their_time_is_over(self, treated):
        crowd(treated, 2)
        found = queries.outcome(director(treated), MOIST, now=clock.now())
        assert {loss.due for loss in curve(found.cohort).losses} == {0}

    def test_asks_as_much_for_twelve_people_as_for_two(self, treated):
        crowd(treated, 2)
        with CaptureQueriesContext(connection) as few:
            queries.outcome(director(treated), MOIST, now=later(treated))
        crowd(treated, 10, seed=4)
        with CaptureQueriesContext(connection) as many:
            queries.outcome(director(treated), MOIST, now=later(treated))
        assert len(many) <= len(few) <= 12

    def test_belongs_to_owner_and_medical_director_and_to_their_clinic(self, treated):
        for name in ("noor", "rosa", "pia"):
            with pytest.raises(NotPermitted):
                queries.outcome(treated.house.actor(name), MOIST, now=clock.now())
        cast = treated.house.cast
        with clinic_scope(cast.other.pk):
            assert queries.gathered(cast.other.pk, MOIST, now=clock.now()) is None

    def test_leaves_out_the_photographs_of_whoever_withdraws_and_keeps_them_in_the_denominator(self, treated):
        treated.agree_to_photographs()
        row_of(stored(treated), value=10.0)
        with clock.pretend(treated.encounter.started_at + timedelta(weeks=12, hours=1)):
            row_of(stored(treated, week=12), value=8.0)
        choice = Choice(OPTION, Source("photo", "wrinkles"), "forehead")
        give = {"choice": choice, "now": later(treated)}
        before = queries.outcome(director(treated), **give)
        assert (before.withheld, before.cohort.values) == (0, {treated.patient.pk: {0: 10.0, 12: 8.0}})
        assert {row.source for row in export.table(treated.encounter.clinic_id).rows} >= {"photo"}
        revision = Clinic.objects.get(pk=treated.encounter.clinic_id).site_revision

        treated.agree_to_photographs(yes=False)
        after = queries.outcome(director(treated), **give)
        assert (after.withheld, after.cohort.values) == (1, {})
        assert len(after.cohort.treated) == 1
        assert {loss.lost for loss in curve(after.cohort).losses if loss.due} == {1}
        left = {row.source for row in export.table(treated.encounter.clinic_id).rows}
        assert "photo" not in left
        assert "device" in left  # what the photographs were never the basis of
        assert Clinic.objects.get(pk=treated.encounter.clinic_id).site_revision > revision  # public pages are made anew
        # The record itself stays, and so do the values for whoever agrees again.
        assert PhotoMeasure.objects.count() == 2
        treated.agree_to_photographs()
        assert queries.outcome(director(treated), **give).cohort.values == before.cohort.values

    def test_scales_and_devices_do_not_depend_on_photographs(self, treated):
        crowd(treated, 1)
        treated.agree_to_photographs(yes=False)
        found = queries.outcome(director(treated), MOIST, now=later(treated))
        assert found.withheld == 0
        assert found.cohort.values

    def test_reads_photographs_by_one_version_only(self, treated):
        treated.agree_to_photographs()
        before, after = stored(treated), stored(treated, week=12)
        for photo, value in ((before, 10.0), (after, 8.0)):
            row_of(photo, value=value)
        row_of(after, method="wrinkles/1", value=80.0)
        choice = Choice(OPTION, Source("photo", "wrinkles"), "forehead")
        found = queries.gathered(treated.encounter.clinic_id, choice, now=clock.now())
        assert found.method == "wrinkles/0"
        # Taken on the day of the visit, it lies in the swelling window.
        assert found.cohort.values[treated.patient.pk] == {0: 10.0}
        assert found.elsewhen == 1

    def test_counts_colours_only_with_the_card_and_only_one_view(self, treated):
        treated.agree_to_photographs()
        red = {"measure": "erythema", "method": "erythema/1", "unit": "EI"}
        before = stored(treated)
        choice = Choice(OPTION, Source("photo", "erythema"), "forehead")
        row_of(before, value=20.0, calibration="none", **red)
        assert queries.gathered(treated.encounter.clinic_id, choice, now=clock.now()).cohort.values == {}
        row_of(stored(treated, view="left"), value=30.0, calibration="card", **red)
        row_of(stored(treated), value=10.0, calibration="card", **red)
        found = queries.gathered(treated.encounter.clinic_id, choice, now=clock.now())
        assert found.cohort.values == {treated.patient.pk: {0: 10.0}}


class TestExport:
    def test_holds_no_identity_and_other_names_each_time(self, treated):
        crowd(treated, 3)
        owner = treated.house.actor("owen")
        one, two = (services.export_results(by=owner, now=clock.now()) for _ in range(2))
        assert one.people == two.people == 4
        assert {row.person for row in one.rows}.isdisjoint(row.person for row in two.rows)
        text = export.as_csv(one).decode()
        for secret in ("Quill", "Cohortson", "Noor", "Pia", "2026", "@example.org"):
            assert secret not in text
        assert AuditEntry.objects.filter(code="results.exported").count() == 2

    def test_says_the_same_in_csv_and_parquet_and_explains_every_column(self, treated):
        table = services.export_results(by=director(treated), now=clock.now())
        rows = list(csv.DictReader(io.StringIO(export.as_csv(table).decode())))
        parquet = pq.read_table(io.BytesIO(export.as_parquet(table)))
        assert parquet.num_rows == len(rows) == len(table.rows) > 0
        assert [float(row["value"]) for row in rows] == parquet.column("value").to_pylist()
        assert list(rows[0]) == parquet.column_names == list(export.DICTIONARY)
        assert {row["day"] for row in rows} <= {"0", "-1"}

    def test_marks_text_that_a_spreadsheet_would_run(self, treated):
        table = services.export_results(by=director(treated), now=clock.now())
        row = table.rows[0].__class__(
            **{name: getattr(table.rows[0], name) for name in export.DICTIONARY} | {"region": "=1"}
        )
        assert "'=1" in export.as_csv(export.Table((row,), 1)).decode()

    def test_is_for_owner_and_director_alone(self, treated):
        for name in ("noor", "rosa", "pia"):
            with pytest.raises(NotPermitted):
                services.export_results(by=treated.house.actor(name), now=clock.now())
        with clinic_scope(treated.house.cast.other.pk):
            assert services.export_results(by=staff_actor(treated.house.cast.otto), now=clock.now()).rows == ()

    def test_is_written_by_a_command_into_a_new_folder_only(self, treated, tmp_path, capsys):
        call_command("outcomes", "export", str(tmp_path / "out"), "--json")
        assert json.loads(capsys.readouterr().out)["people"] == 1
        names = {path.name for path in (tmp_path / "out").iterdir()}
        assert names == {"results.csv", "results.parquet", "dictionary.csv", "README.txt"}
        with pytest.raises((Invalid, CommandError), match="not empty"):
            call_command("outcomes", "export", str(tmp_path / "out"))


class TestInPublic:
    def panel(self, treated):
        return own_result(Actor.visitor(treated.encounter.clinic_id), offered(treated.encounter.clinic_id, OPTION))

    def test_is_shown_by_the_owner_alone_while_numbers_carry_it_and_each_turn_is_kept(self, treated, client):
        owner = treated.house.actor("owen")
        with pytest.raises(Conflict, match="at least 20"):
            services.show_own_result(by=owner, choice=MOIST, now=later(treated))
        crowd(treated, 24)
        assert self.panel(treated) is None
        with pytest.raises(NotPermitted):
            services.show_own_result(by=director(treated), choice=MOIST, now=later(treated))
        with clock.pretend(later(treated)):
            services.show_own_result(by=owner, choice=MOIST, now=clock.now())
            page = client.get("/treatments/exosome-therapy/").content.decode()
            assert "What we measured here" in page
            assert "26 weeks after treatment, in 24 people" in page
            assert "Of 25 people treated" in page
            assert "1 of these were not seen again" in page
            with translation.override("es"):
                assert self.panel(treated).title == "Lo que medimos aquí"
            services.hide_own_result(by=owner, option=OPTION, now=clock.now())
            assert self.panel(treated) is None
            assert "What we measured here" not in client.get("/treatments/exosome-therapy/").content.decode()
        assert [row.is_on for row in queries.turns(owner, OPTION)] == [False, True]
        with pytest.raises(IntegrityError), transaction.atomic():
            OwnResultSwitch.objects.update(is_on=True)

    def test_disappears_by_itself_when_too_few_are_left(self, treated):
        crowd(treated, 22)
        owner = treated.house.actor("owen")
        with clock.pretend(later(treated)):
            services.show_own_result(by=owner, choice=MOIST, now=clock.now())
            assert self.panel(treated) is not None
            crowd(treated, 24, seed=4, comes=0)
            assert self.panel(treated) is None


class TestPages:
    def test_show_the_curve_with_the_same_numbers_beneath_and_no_comparison_of_few(self, treated, client, as_staff):
        crowd(treated, 14, providers=("noor", "iris"))
        iris = as_staff(client, "iris")
        with clock.pretend(later(treated)):
            page = iris.get(PAGE, ASKED).content.decode()
        assert "15 people treated" in page
        assert "dw-outcome" in page
        assert "The numbers carry no comparison." in page
        assert "a comparison needs 20" in page
        assert "Show this result on the page" not in page  # the owner's

    def test_say_what_is_missing_where_few_were_seen(self, treated, client, as_staff):
        crowd(treated, 3)
        with clock.pretend(later(treated)):
            page = as_staff(client, "owen").get(PAGE, ASKED).content.decode()
        assert "Too few for a curve" in page
        assert "dw-outcome" not in page

    def test_are_empty_before_anybody_is_treated(self, house, client, as_staff):
        assert "Nobody treated yet" in as_staff(client, "owen").get(PAGE).content.decode()

    def test_hand_out_an_archive(self, treated, client, as_staff):
        answer = as_staff(client, "owen").post(f"{PAGE}export/")
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            assert "results.parquet" in archive.namelist()

    def test_are_closed_to_everybody_else(self, treated, client, as_staff):
        noor = as_staff(client, "noor")
        assert noor.get(PAGE).status_code == 403
        assert noor.post(f"{PAGE}export/").status_code == 403
        assert noor.post(f"{PAGE}switch/", ASKED).status_code == 403
