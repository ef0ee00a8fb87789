"""Visits are compared by workers once their photographs are measured, and again when a method changes."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django_tasks_db.models import DBTaskResult

from vesicle import skin
from vesicle.consent import services as consents
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Blocked, NotFound
from vesicle.core.models import AuditEntry
from vesicle.demo.pictures import skin as skin_patch
from vesicle.results.comparing import queries, services
from vesicle.results.comparing.tasks import compare_photographs
from vesicle.results.measuring.services import methods_today as measured_today
from vesicle.results.models import Capture, PhotoChange, PhotoComparison, PhotoMeasuring
from vesicle.results.tests.cohorts import a_course, visit_after
from vesicle.results.tests.drawings import taken, upload
from vesicle.treatment import photos
from vesicle.treatment.models import Photo


def captured(path, week, seed, *, day=None, is_measured=True, picture=None):
    """A photograph that passed the gate, and was measured; where nobody looks at it, not even of a face."""
    encounter = path.encounter
    day = day if day is not None else -1 if week is None else 7 * week
    at = encounter.started_at + timedelta(days=day)
    sent = upload(picture) if picture else skin_patch(person=seed, tone="II", lines=0.5)
    photo = photos.store(
        by=path.nurse, patient=encounter.patient, encounter=encounter, upload=sent,
        view="front", taken_at=at, now=at, week=week, day=day,
    )  # fmt: skip
    same = {"clinic_id": photo.clinic_id, "photo": photo}
    Capture.objects.create(
        **same, patient=encounter.patient, quality={"accepted": True}, skin="clean", is_for_measuring=True,
        sha256=photo.sha256, checked_at=at,
    )  # fmt: skip
    if is_measured:
        PhotoMeasuring.objects.create(
            **same, methods=measured_today(), state="done", queued_at=clock.now(), ended_at=clock.now()
        )
    return photo


@pytest.fixture
def photographed(agreed):
    """Pia, photographed twice before, and in weeks 1 and 12."""
    agreed.before = [captured(agreed, None, seed) for seed in (1, 2)]
    agreed.after = [captured(agreed, 1, 3), captured(agreed, 12, 4)]
    return agreed


@pytest.fixture
def agreed(treated, settings, tmp_path):
    """Pia, who agrees to photographs."""
    settings.PHOTO_ROOT = tmp_path
    cache.clear()
    treated.agree_to_photographs()
    return treated


def system(path):
    return Actor.system(path.nurse.clinic_id, "Comparing of photographs")


def work():
    """Do what is in the queue, as a worker would."""
    for waiting in DBTaskResult.objects.filter(status="READY", task_path__endswith="compare_photographs"):
        compare_photographs.call(*waiting.args_kwargs["args"])
        waiting.delete()


class TestTheQueue:
    def test_holds_each_visit_once_and_swollen_skin_never(self, photographed):
        assert services.queue_due(now=clock.now()) == 1
        assert services.queue_due(now=clock.now()) == 0
        rows = {row.week: row for row in PhotoComparison.objects.all()}
        assert (rows[1].state, rows[1].code, rows[1].facts["day"]) == ("refused", "swelling-window", 7)
        assert rows[12].state == "queued"
        assert rows[12].before == [photo.pk for photo in photographed.before]
        assert rows[12].after == [photographed.after[1].pk]

    def test_waits_until_every_capture_of_the_visit_is_measured(self, photographed):
        late = captured(photographed, 12, 5, is_measured=False)
        assert services.queue_due(now=clock.now()) == 0
        PhotoMeasuring.objects.create(
            clinic_id=late.clinic_id, photo=late, methods=measured_today(), state="done", queued_at=clock.now(),
            ended_at=clock.now(),
        )  # fmt: skip
        assert services.queue_due(now=clock.now()) == 1
        assert PhotoComparison.objects.get(week=12).after == [photographed.after[1].pk, late.pk]

    def test_in_a_course_before_is_before_its_first_visit(self, agreed):
        series = a_course(agreed)
        begun = captured(agreed, None, 1)
        second = visit_after(agreed, weeks=4, series_id=series.pk, position=2)
        last = SimpleNamespace(nurse=agreed.nurse, encounter=second)
        captured(last, None, 2)
        after = captured(last, 12, 3)
        assert services.queue_due(now=clock.now()) == 1
        row = PhotoComparison.objects.get()
        assert (row.encounter_id, row.before, row.after) == (second.pk, [begun.pk], [after.pk])

    def test_a_new_version_is_compared_beside_the_old(self, photographed, monkeypatch):
        services.queue_due(now=clock.now())
        monkeypatch.setattr(skin, "PAIRED", "paired/99")
        assert services.queue_due(now=clock.now()) == 1
        assert PhotoComparison.objects.filter(week=12).count() == 2

    def test_what_a_dead_worker_lost_is_due_again_after_an_hour(self, photographed):
        services.queue_due(now=clock.now())
        assert services.queue_due(now=clock.now() + timedelta(minutes=50)) == 0
        assert services.queue_due(now=clock.now() + timedelta(minutes=61)) == 1
        assert services.queue_due(now=clock.now() + timedelta(minutes=62)) == 0
        assert PhotoComparison.objects.filter(week=12).count() == 1

    def test_is_bounded(self, photographed):
        assert services.queue_due(now=clock.now(), most=0) == 0
        assert not PhotoComparison.objects.exists()

    def test_more_captures_than_are_averaged_are_not_due_for_ever(self, photographed):
        for seed in (5, 6, 7):
            captured(photographed, 12, seed)
        assert services.queue_due(now=clock.now()) == 1
        assert len(PhotoComparison.objects.get(week=12).after) == 3
        assert not services._due(PhotoComparison.objects.filter(methods=services.methods_today())).exists()

    def test_holds_nobody_who_does_not_agree_to_photographs(self, photographed):
        withdraw(photographed)
        assert services.queue_due(now=clock.now()) == 0

    def test_asks_as_many_questions_for_many_visits(self, photographed, django_assert_max_num_queries):
        with django_assert_max_num_queries(25):
            services.queue_due(now=clock.now())


def withdraw(path):
    consents.set_photo_consent(
        by=path.me, patient=path.encounter.patient, use="clinical", is_given=False, signature="", now=clock.now()
    )


class TestComparing:
    def test_stores_every_change_with_its_verdict_reason_and_method(self, agreed):
        for week, seed in ((None, 1), (None, 2), (12, 3)):
            captured(agreed, week, seed, picture=taken(seed=seed))
        services.queue_due(now=clock.now())
        work()
        row = PhotoComparison.objects.get(week=12)
        assert (row.state, row.light) == ("done", "relative")
        change = row.changes.get(region="cheek-left", measure="melanin")
        assert change.verdict == "within-noise", "the same drawn face"
        assert change.low < change.percent < change.high
        assert change.sdc > 0
        assert (change.code, change.basis) == ("within-noise", "pair")
        assert change.method == f"{skin.METHODS['melanin']}+{skin.PAIRED}"
        pores = row.changes.get(region="forehead", measure="pores")
        assert (pores.verdict, pores.percent, pores.code) == ("not-measurable", None, "too-coarse")
        entry = AuditEntry.objects.get(code="photo.compared")
        assert entry.detail["comparison"] == row.pk
        with pytest.raises(IntegrityError), transaction.atomic():
            PhotoChange.objects.filter(pk=change.pk).update(percent=1)
        count = PhotoChange.objects.count()
        services.compare_visits(by=system(agreed), comparison_id=row.pk, now=clock.now())
        assert PhotoChange.objects.count() == count, "again changes nothing"

    def test_what_cannot_be_compared_is_refused_with_a_code(self, agreed):
        captured(agreed, None, 1, picture=taken(seed=1))
        captured(agreed, 26, 9, picture=taken(seed=9, exposure=0.12))
        services.queue_due(now=clock.now())
        row = PhotoComparison.objects.get()
        done = services.compare_visits(by=system(agreed), comparison_id=row.pk, now=clock.now())
        assert (done.state, done.code, done.facts["problem"]) == ("refused", "refused", "too-dark")

    def test_what_shows_no_face_is_refused_too(self, photographed):
        services.queue_due(now=clock.now())
        row = PhotoComparison.objects.get(week=12)
        done = services.compare_visits(by=system(photographed), comparison_id=row.pk, now=clock.now())
        assert (done.state, done.code) == ("refused", "no-face")

    def test_nobody_who_withdrew_is_compared(self, photographed):
        services.queue_due(now=clock.now())
        withdraw(photographed)
        row = PhotoComparison.objects.get(week=12)
        with pytest.raises(Blocked):
            services.compare_visits(by=system(photographed), comparison_id=row.pk, now=clock.now())

    def test_one_that_cannot_be_read_stays_queued(self, photographed, settings):
        services.queue_due(now=clock.now())
        (settings.PHOTO_ROOT / photographed.after[1].path).unlink()
        work()
        assert PhotoComparison.objects.get(week=12).state == "queued"


class TestReading:
    @pytest.fixture
    def ended(self, photographed):
        services.queue_due(now=clock.now())
        row = PhotoComparison.objects.get(week=12)
        PhotoComparison.objects.filter(pk=row.pk).update(state="done", ended_at=clock.now())
        return photographed

    def shown(self, path):
        return [one.pair.week for one in queries.compared(path.me, path.encounter) if one.comparison is not None]

    def test_shows_what_was_compared_and_is_audited(self, ended):
        assert self.shown(ended) == [1, 12]
        assert AuditEntry.objects.filter(code="results.compared-read").exists()

    def test_a_photograph_that_was_refused_since_takes_its_comparison_along(self, ended):
        PhotoMeasuring.objects.filter(photo=ended.before[0]).update(state="refused", why="Blurred.")
        assert self.shown(ended) == []

    def test_nothing_is_shown_without_consent(self, ended):
        withdraw(ended)
        assert queries.compared(ended.nurse, ended.encounter) == []

    def test_nobody_else_reads_it(self, ended, path):
        with pytest.raises(NotFound):
            queries.compared(path("tam").me, ended.encounter)

    def test_being_measured_again_does_not_hide_what_was_compared(self, ended):
        PhotoMeasuring.objects.filter(photo__in=Photo.objects.all()).update(
            methods="newer", state="queued", ended_at=None
        )
        assert self.shown(ended) == [1, 12]
