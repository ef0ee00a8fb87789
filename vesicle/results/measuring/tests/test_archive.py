"""Photographs are measured by workers, again when a method changes, with their camera's own error once it is known."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django_tasks_db.models import DBTaskResult

from vesicle import skin
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, NotPermitted
from vesicle.core.models import AuditEntry
from vesicle.results.capture import services as capturing
from vesicle.results.capture.domain import Shot
from vesicle.results.measuring import queries, retesting, services
from vesicle.results.measuring.tasks import measure_photographs
from vesicle.results.models import FollowUp, PhotoMeasure, PhotoMeasuring, Retest
from vesicle.results.tests.drawings import taken, upload
from vesicle.skin.repeatability import of_series


@pytest.fixture
def photographed(treated, settings, tmp_path):
    """Pia with two photographs of week 3 that may be measured."""
    settings.PHOTO_ROOT = tmp_path
    cache.clear()
    treated.agree_to_photographs()
    row = FollowUp.objects.get(encounter=treated.encounter, week=3)
    treated.photos = [
        capturing.keep(
            by=treated.me, encounter=treated.encounter, shot=Shot("front"), skin="clean", follow_up=row, now=row.due_at,
            upload=upload(taken(seed=seed)),
        ).photo
        for seed in (1, 2)
    ]  # fmt: skip
    return treated


def system(path):
    return Actor.system(path.nurse.clinic_id, "Measuring of photographs")


def work():
    """Do what is in the queue, as a worker would."""
    for waiting in DBTaskResult.objects.filter(status="READY"):
        measure_photographs.call(*waiting.args_kwargs["args"])
        waiting.delete()


class TestTheArchive:
    def test_is_queued_once_and_measured_with_errors_and_reasons(self, photographed):
        now = clock.now()
        assert services.queue_due(now=now) == 2
        assert services.queue_due(now=now) == 0
        work()
        assert set(PhotoMeasuring.objects.values_list("state", flat=True)) == {"done"}
        values = PhotoMeasure.objects.filter(value__isnull=False)
        assert values.filter(measure="erythema", region="cheek-left").count() == 2
        assert all(row.basis and row.calibration == "none" for row in values)
        assert set(PhotoMeasure.objects.filter(measure="pores").values_list("value", flat=True)) == {None}
        assert "pixels a millimetre" in PhotoMeasure.objects.filter(measure="pores").first().reason

    def test_measuring_again_changes_nothing_and_is_in_the_audit_trail(self, photographed):
        photo = photographed.photos[0]
        for _ in range(2):
            services.measure_photo(by=system(photographed), photo_id=photo.pk, now=clock.now())
        assert AuditEntry.objects.filter(code="photo.measured").count() == 1
        row = PhotoMeasure.objects.first()
        with pytest.raises(IntegrityError), transaction.atomic():
            PhotoMeasure.objects.filter(pk=row.pk).update(value=1)

    def test_a_new_version_is_measured_beside_the_old(self, photographed, monkeypatch):
        photo = photographed.photos[0]
        services.measure_photo(by=system(photographed), photo_id=photo.pk, now=clock.now())
        before = PhotoMeasure.objects.count()
        older = dict(PhotoMeasure.objects.values_list("pk", "method"))
        assert services.queue_due(now=clock.now()) == 1
        monkeypatch.setitem(skin.METHODS, "erythema", "erythema/99")
        assert services.queue_due(now=clock.now()) == 2, "both are due by the new method"
        assert dict(PhotoMeasure.objects.values_list("pk", "method")) == older
        assert before

    def test_what_a_dead_worker_lost_is_due_again_after_an_hour(self, photographed):
        services.queue_due(now=clock.now())
        assert services.queue_due(now=clock.now() + timedelta(minutes=50)) == 0
        assert services.queue_due(now=clock.now() + timedelta(minutes=61)) == 2

    def test_one_that_cannot_be_read_holds_up_no_other(self, photographed, settings):
        first, second = sorted(photographed.photos, key=lambda photo: photo.pk)
        (settings.PHOTO_ROOT / first.path).unlink()
        services.queue_due(now=clock.now())
        work()
        assert PhotoMeasuring.objects.get(photo=first).state == "queued"
        assert PhotoMeasuring.objects.get(photo=second).state == "done"

    def test_an_archive_waits_in_portions(self, photographed):
        assert services.queue_due(now=clock.now(), most=1) == 1
        assert services.queue_due(now=clock.now(), most=1) == 0
        work()
        assert services.queue_due(now=clock.now(), most=1) == 1

    def test_questions_do_not_grow_with_the_archive(self, photographed, django_assert_max_num_queries):
        with django_assert_max_num_queries(12):
            services.queue_due(now=clock.now())


class TestRetest:
    def test_counts_people_photographed_twice_on_one_day(self, photographed):
        for photo in photographed.photos:
            services.measure_photo(by=system(photographed), photo_id=photo.pk, now=clock.now())
        assert queries.retest_progress(photographed.nurse) == [retesting.Progress("", twice=1, complete=0)]

    def test_is_settled_by_the_medical_director_from_enough_people(self, photographed):
        with pytest.raises(NotPermitted):
            services.settle_retest(by=photographed.nurse, camera="", now=clock.now())
        with pytest.raises(Conflict, match="0 people"):
            services.settle_retest(by=photographed.house.actor("iris"), camera="Model 7", now=clock.now())

    def test_figures_survive_being_stored(self):
        one = of_series("erythema", [[[10.0, 11.0], [20.0, 21.0], [30.0, 29.0]]], unit="EI", method="e/1", basis="r")
        stored = retesting.as_stored({"erythema": one})
        assert retesting.as_figures(stored)["erythema"].sdc == pytest.approx(one.sdc)

    def test_a_settled_camera_gives_its_error_to_what_is_measured_next(self, photographed):
        figure = of_series(
            "erythema", [[[10.0, 10.5]] * 12], unit="EI", method=skin.METHODS["erythema"], basis="retest:2026-11-28"
        )
        photo = photographed.photos[0]
        type(photo).objects.filter(pk=photo.pk).update(camera={"make": "Maker", "model": "Model 7"})
        Retest.objects.create(
            clinic_id=photographed.nurse.clinic_id, camera="Maker Model 7", people=12, captures=24,
            figures=retesting.as_stored({"erythema": figure}), settled_at=clock.now(),
            settled_by=photographed.house.cast.iris,
        )  # fmt: skip
        services.measure_photo(by=system(photographed), photo_id=photo.pk, now=clock.now())
        row = PhotoMeasure.objects.filter(measure="erythema", value__isnull=False).first()
        assert row.basis == "retest:2026-11-28"
        assert row.sdc == pytest.approx(figure.sdc)
        assert PhotoMeasure.objects.filter(measure="ita", value__isnull=False).first().basis == "published"


class TestPages:
    def test_say_how_far_each_camera_is_and_refuse_what_is_too_little(self, photographed, client, as_staff):
        for photo in photographed.photos:
            services.measure_photo(by=system(photographed), photo_id=photo.pk, now=clock.now())
        iris = as_staff(client, "iris")
        page = iris.get("/desk/results/cameras/").content.decode()
        assert "0 of 20" in page
        assert "published figures are used" in page
        answer = iris.post("/desk/results/cameras/settle/", {"camera": "Model 7"}, follow=True)
        assert "were photographed twice or more on one day" in answer.content.decode()
