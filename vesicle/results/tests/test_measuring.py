"""Photographs measured by the library: once by a method, with reasons, queued when stored, and an archive again."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult
from PIL import Image

from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound, NotPermitted
from vesicle.core.scope import clinic_scope
from vesicle.demo.pictures import skin
from vesicle.people.identity import staff_actor
from vesicle.results.measuring import queries, services
from vesicle.results.measuring.tasks import measure_photos
from vesicle.results.models import PhotoMeasure
from vesicle.skin.measuring import METHODS
from vesicle.skin.trial.drawn import Drawing, face
from vesicle.treatment import photos


def stored(path, upload=None, **more):
    give = {"by": path.nurse, "patient": path.patient, "encounter": path.encounter, "view": "front"}
    upload = upload or skin(person=1, tone="II", lines=0.5)
    return photos.store(**give, upload=upload, taken_at=clock.now(), now=clock.now(), **more)


@pytest.fixture
def agreed(treated):
    treated.agree_to_photographs()
    return treated


@pytest.fixture(scope="module")
def drawn():
    out = io.BytesIO()
    Image.fromarray(face(Drawing(px_per_mm=5))).save(out, "JPEG", quality=95)
    return out.getvalue()


class TestOnePhotograph:
    def test_is_measured_once_and_every_region_has_a_value_or_a_reason(self, agreed, drawn):
        photo = stored(agreed, SimpleUploadedFile("face.jpg", drawn, "image/jpeg"))
        give = {"by": agreed.nurse, "photo_id": photo.pk, "now": clock.now()}
        added = services.measure_photo(**give)
        rows = PhotoMeasure.objects.filter(photo=photo)
        assert added == rows.count() == 11 * len(METHODS)
        assert set(rows.values_list("method", flat=True)) == set(METHODS.values())
        assert all(row.why_not for row in rows if row.value is None)
        assert all(row.unit and row.basis for row in rows if row.value is not None)
        assert services.measure_photo(**give) == 0
        assert rows.count() == added

    def test_without_a_face_has_a_reason_for_every_measure_and_is_not_tried_again(self, agreed):
        photo = stored(agreed)
        services.measure_photo(by=agreed.nurse, photo_id=photo.pk, now=clock.now())
        rows = PhotoMeasure.objects.filter(photo=photo)
        assert {row.measure for row in rows} == set(METHODS)
        assert all(row.why_not and row.value is None and row.region == "" for row in rows)
        assert queries.unmeasured(agreed.nurse, METHODS) == []

    def test_of_another_clinic_or_by_the_front_desk_is_not_measured(self, agreed):
        photo = stored(agreed)
        cast = agreed.house.cast
        with pytest.raises(NotPermitted):
            services.measure_photo(by=agreed.house.actor("rosa"), photo_id=photo.pk, now=clock.now())
        with clinic_scope(cast.other.pk), pytest.raises(NotFound):
            services.measure_photo(by=staff_actor(cast.otto), photo_id=photo.pk, now=clock.now())

    def test_keeps_values_of_an_older_version_beside_the_new_and_neither_changes(self, agreed):
        photo = stored(agreed)
        old = row_of(photo, method="wrinkles/0")
        services.measure_photo(by=agreed.nurse, photo_id=photo.pk, now=clock.now())
        assert set(PhotoMeasure.objects.filter(measure="wrinkles").values_list("method", flat=True)) == {
            "wrinkles/0",
            METHODS["wrinkles"],
        }
        with pytest.raises(IntegrityError), transaction.atomic():
            PhotoMeasure.objects.filter(pk=old.pk).update(value=2)

    @pytest.mark.parametrize("wrong", [{"value": None}, {"why_not": "Too dark."}, {"sdc": -1.0}, {"basis": ""}])
    def test_cannot_have_a_value_and_a_reason_or_neither(self, agreed, wrong):
        photo = stored(agreed)
        with pytest.raises(IntegrityError), transaction.atomic():
            row_of(photo, **wrong)


def row_of(photo, **changes):
    given = {"region": "forehead", "measure": "wrinkles", "method": "wrinkles/0", "value": 1.0, "unit": "x"}
    given |= {"sem": 0.1, "sdc": 0.3, "basis": "published", "measured_at": clock.now()}
    return PhotoMeasure.objects.create(photo=photo, patient=photo.patient, **given | changes)


class TestTheQueue:
    def test_receives_each_stored_photograph(self, agreed):
        photo = stored(agreed)
        waiting = DBTaskResult.objects.get(task_path="vesicle.results.measuring.tasks.measure_photos")
        assert waiting.args_kwargs["args"] == [photo.clinic_id, [photo.pk]]

    def test_is_worked_off_by_a_task_that_one_bad_photograph_does_not_stop(self, agreed):
        good = stored(agreed)
        added = measure_photos.call(good.clinic_id, [999_999, good.pk])
        assert added == len(METHODS)

    def test_takes_an_archive_in_batches_and_takes_up_where_it_was(self, agreed):
        shots = [stored(agreed) for _ in range(5)]
        DBTaskResult.objects.all().delete()
        services.measure_photo(by=agreed.nurse, photo_id=shots[1].pk, now=clock.now())
        row_of(shots[0], method="wrinkles/0")
        by = Actor.system(agreed.encounter.clinic_id, "test")
        with CaptureQueriesContext(connection) as asked:
            assert services.queue_archive(by=by, batch=2) == 4
        assert len(asked) <= 12
        ids = [task.args_kwargs["args"][1] for task in DBTaskResult.objects.order_by("enqueued_at")]
        assert ids == [[shots[0].pk, shots[2].pk], [shots[3].pk, shots[4].pk]]
        for batch in ids[:1]:
            measure_photos.call(by.clinic_id, batch)
        assert services.queue_archive(by=by, most=1) == 1
        call_command("remeasure", "--json")
