"""Guided photographs: judged on the server, kept with what matters, refused with what is wrong."""

import hashlib
from datetime import timedelta
from pathlib import Path as File

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction

from vesicle.core import clock
from vesicle.core.errors import Blocked, Conflict, Invalid, NotFound, NotPermitted
from vesicle.core.models import AuditEntry
from vesicle.core.scope import clinic_scope
from vesicle.people.identity import staff_actor
from vesicle.results.capture import gate, queries, services
from vesicle.results.capture.domain import Shot
from vesicle.results.models import Capture, FollowUp
from vesicle.results.tests.drawings import dated, frame, taken, upload
from vesicle.treatment import photos
from vesicle.treatment.models import Photo
from vesicle.treatment.tests.test_photos import picture

FRONT = Shot("front")
WHY = "The patient cannot hold still."


@pytest.fixture
def pia(treated, settings, tmp_path):
    settings.PHOTO_ROOT = tmp_path
    cache.clear()
    treated.agree_to_photographs()
    return treated


def week(pia, number=3):
    return FollowUp.objects.get(encounter=pia.encounter, week=number)


def keep(pia, data, **changes):
    row = week(pia)
    given = {"by": pia.me, "encounter": pia.encounter, "shot": FRONT, "skin": "clean", "follow_up": row}
    return services.keep(**given | {"now": row.due_at} | changes, upload=upload(data))


def by_noor(pia, data, **changes):
    return keep(pia, data, by=pia.nurse, follow_up=None, **changes)


def turned_before(pia, yaw=20.0):
    """Keep a photograph whose report says that the head was turned: a drawn face does not turn by itself."""
    report = gate.check(taken(), view="front", reference=None).report
    at = pia.encounter.started_at
    photo = photos.store(
        by=pia.nurse, patient=pia.patient, upload=upload(taken(seed=9)), view="front", taken_at=at, now=at,
        encounter=pia.encounter,
    )  # fmt: skip
    return Capture.objects.create(
        photo=photo, patient=pia.patient, sha256=photo.sha256, checked_at=clock.now(), skin="clean",
        is_for_measuring=True, quality=report | {"pose": report["pose"] | {"yaw": yaw}},
    )  # fmt: skip


def nothing_is_kept(root):
    return not Photo.objects.exists() and not Capture.objects.exists() and not any(File(root).rglob("*/*"))


class TestKeeping:
    def test_knows_view_day_week_camera_quality_and_skin(self, pia):
        capture = keep(pia, taken())
        photo = capture.photo
        assert (photo.view, photo.area, photo.week, photo.day) == ("front", "", 3, 21)
        assert (capture.is_for_measuring, capture.skin, capture.kept_because) == (True, "clean", "")
        assert capture.quality["accepted"] is True
        assert 5.5 < capture.quality["facts"]["px_per_mm"] < 6.5
        assert hashlib.sha256(photos.read_out(pia.nurse, photo.pk)).hexdigest() == capture.sha256
        assert AuditEntry.objects.filter(code="capture.kept", patient_id=pia.patient.pk).count() == 1

    def test_before_the_visit_is_signed_it_is_from_before_the_treatment(self, path, settings, tmp_path):
        settings.PHOTO_ROOT = tmp_path
        someone = path().started()
        someone.agree_to_photographs()
        now = someone.encounter.started_at
        capture = services.keep(
            by=someone.nurse, encounter=someone.encounter, shot=FRONT, upload=upload(taken()), skin="clean", now=now
        )
        assert (capture.photo.week, capture.photo.day) == (None, 0)

    def test_staff_keep_on_any_day_and_it_belongs_to_the_nearest_week(self, pia):
        capture = by_noor(pia, taken(), now=pia.encounter.started_at + timedelta(days=45))
        assert (capture.photo.week, capture.photo.day) == (6, 45)

    def test_the_same_file_is_no_second_capture(self, pia):
        keep(pia, taken())
        with pytest.raises(Conflict, match="kept already"):
            keep(pia, taken())
        assert Photo.objects.count() == 1
        assert len([one for one in File(str(photos._place(""))).rglob("*") if one.is_file()]) == 1
        assert keep(pia, taken(seed=2))

    def test_is_never_changed_and_never_measured_without_having_passed(self, pia):
        capture = keep(pia, taken())
        with pytest.raises(IntegrityError), transaction.atomic():
            Capture.objects.filter(pk=capture.pk).update(skin="covered")
        other = photos.store(
            by=pia.nurse, patient=pia.patient, upload=upload(taken(seed=3)), view="front", taken_at=clock.now(),
            now=clock.now(), encounter=pia.encounter,
        )  # fmt: skip
        row = {"photo": other, "patient": pia.patient, "sha256": "0" * 64, "checked_at": clock.now()}
        for wrong in (
            {"skin": "clean", "quality": {}, "is_for_measuring": True},
            {"skin": "clean", "quality": {"accepted": False}, "is_for_measuring": True},
            {"skin": "covered", "quality": {"accepted": True}, "is_for_measuring": True},
            {"skin": "clean", "quality": {"accepted": False}, "is_for_measuring": False},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                Capture.objects.create(**row, **wrong)


class TestRefusals:
    @pytest.mark.parametrize(
        ("different", "words"),
        [
            ({"roll": 18.0}, "leans 1"),
            ({"exposure": 0.04}, "Too dark on the"),
            ({"side_light": 0.9}, "one-sided"),
        ],
    )
    def test_say_what_is_wrong_and_keep_nothing(self, pia, settings, different, words):
        with pytest.raises(services.NotMeasurable) as refused:
            keep(pia, taken(**different))
        assert words in refused.value.fields["photo"]
        assert nothing_is_kept(settings.PHOTO_ROOT)
        assert keep(pia, taken())

    def test_a_file_that_is_no_photograph_is_refused_before_the_gate(self, pia, settings):
        with pytest.raises(Invalid) as refused:
            keep(pia, b"a text")
        assert "not a photograph" in refused.value.fields["photo"]
        assert nothing_is_kept(settings.PHOTO_ROOT)

    def test_covered_skin_is_not_measured_and_silence_is_no_answer(self, pia):
        with pytest.raises(services.NotMeasurable, match="Wash off"):
            keep(pia, taken(), skin="covered")
        with pytest.raises(Invalid) as refused:
            keep(pia, taken(), skin="")
        assert list(refused.value.fields) == ["skin"]
        assert keep(pia, taken())

    def test_an_old_photograph_from_the_album_does_not_pass_for_one_of_today(self, pia):
        old, new = (dated(taken(), f"{day} 09:00:00") for day in ("2026:11:03", f"{week(pia).due_at:%Y:%m:%d}"))
        with pytest.raises(services.NotMeasurable, match="took this photograph on 11/03/2026"):
            keep(pia, old)
        assert keep(pia, new).photo.camera["model"] == "Model 7"

    def test_staff_keep_for_documentation_with_a_reason_and_a_patient_never(self, pia):
        with pytest.raises(services.NotMeasurable):
            keep(pia, taken(roll=18.0), because=WHY)
        with pytest.raises(services.NotMeasurable):
            by_noor(pia, taken(roll=18.0), because="  ")
        capture = by_noor(pia, taken(roll=18.0), because=WHY)
        assert (capture.is_for_measuring, capture.kept_because) == (False, WHY)
        assert "tilted" in [one["code"] for one in capture.quality["problems"]]
        assert by_noor(pia, taken(), because=WHY).kept_because == "", "one that passes needs no excuse"

    def test_the_next_one_is_held_against_the_last_of_its_view(self, pia):
        last = turned_before(pia).photo
        assert queries.earlier(pia.me, pia.encounter, FRONT) == last
        assert queries.earlier(pia.me, pia.encounter, Shot("left")) is None
        with pytest.raises(services.NotMeasurable, match=r"turned 2\d° from the last photo"):
            keep(pia, taken())
        by_noor(pia, taken(), because=WHY)
        assert queries.earlier(pia.me, pia.encounter, FRONT) == last, "what cannot be measured is no example"

    def test_a_patient_sends_only_while_the_follow_up_is_open(self, pia):
        row = week(pia)
        for outside in (row.opens_at - timedelta(minutes=1), row.closes_at + timedelta(minutes=1)):
            with pytest.raises(Conflict):
                keep(pia, taken(), now=outside)
        with pytest.raises(NotFound):
            keep(pia, taken(), follow_up=None)
        assert keep(pia, taken(), now=row.opens_at)

    def test_without_consent_none_is_kept(self, pia):
        pia.agree_to_photographs(yes=False)
        with pytest.raises(Blocked):
            keep(pia, taken())
        pia.agree_to_photographs()
        assert keep(pia, taken())

    def test_nobody_else_keeps_or_looks(self, pia):
        cast = pia.house.cast
        with pytest.raises(NotFound):
            keep(pia, taken(), by=pia.house.actor("tam"))
        for name in ("rosa", "owen"):
            with pytest.raises(NotPermitted):
                keep(pia, taken(), by=pia.house.actor(name))
        otto = staff_actor(cast.otto)
        with clinic_scope(cast.other.pk), pytest.raises(NotFound):
            queries.session(otto, pia.encounter, now=clock.now())


class TestCloseUps:
    HANDS = Shot("close-up", "hands")

    def test_is_kept_for_documentation_and_counts_as_taken(self, pia):
        pia.encounter.areas = ["hands"]
        capture = keep(pia, picture(), shot=self.HANDS)
        assert (capture.is_for_measuring, capture.kept_because) == (False, gate.NO_WHOLE_FACE)
        assert (capture.photo.view, capture.photo.area) == ("close-up", "hands")
        assert queries.session(pia.me, pia.encounter, now=week(pia).due_at).is_complete
        with pytest.raises(services.NotMeasurable, match="Wash off"):
            keep(pia, picture((640, 481)), shot=self.HANDS, skin="covered")

    def test_nothing_is_wrong_with_it_in_the_guide(self, pia):
        found = services.look(by=pia.me, encounter=pia.encounter, shot=self.HANDS, frame=frame(picture()), width=1200)
        assert found.sentences == ()


class TestLooking:
    def look(self, pia, data, width=1200, **changes):
        given = {"by": pia.me, "encounter": pia.encounter, "shot": FRONT, "frame": frame(data), "width": width}
        return services.look(**given | changes)

    def test_says_what_is_wrong_and_leaves_no_trace(self, pia, settings):
        before = AuditEntry.objects.count()
        assert self.look(pia, taken()).sentences == ()
        assert any("leans" in sentence for sentence in self.look(pia, taken(roll=18.0)).sentences)
        assert AuditEntry.objects.count() == before
        assert nothing_is_kept(settings.PHOTO_ROOT)

    def test_holds_distance_and_pose_against_the_photograph_not_against_its_copy(self, pia):
        capture = by_noor(pia, taken())
        seen = self.look(pia, taken(seed=2))
        assert seen.sentences == ()
        assert seen.report["pose"]["px_per_mm"] == pytest.approx(capture.quality["pose"]["px_per_mm"], rel=0.03)

    def test_holds_the_head_against_the_last_photograph(self, pia):
        turned_before(pia)
        assert any("from the last photo" in one for one in self.look(pia, taken()).sentences)

    def test_looks_at_one_frame_at_a_time_and_not_for_ever(self, pia, monkeypatch):
        key = f"capture-look:{pia.me.clinic_id}:{pia.encounter.pk}"
        cache.add(key, 1)
        with pytest.raises(services.TooFast):
            self.look(pia, taken())
        cache.delete(key)
        monkeypatch.setattr(services, "FRAMES_A_QUARTER", 1)
        assert self.look(pia, taken())
        with pytest.raises(services.TooFast, match="long time"):
            self.look(pia, taken())
        assert cache.get(key) is None, "a refusal does not close the door"

    def test_a_frame_is_small(self, pia):
        with pytest.raises(Invalid):
            self.look(pia, taken(), frame=upload(b"x" * (services.FRAME_MAX_BYTES + 1)))


class TestSession:
    def test_asks_for_three_of_each_view_in_the_clinic_and_one_at_home(self, pia):
        there = week(pia).due_at
        assert queries.session(pia.me, pia.encounter, now=there).wanted == 1
        assert queries.session(pia.nurse, pia.encounter, now=there).wanted == 3
        keep(pia, taken())
        found = queries.session(pia.me, pia.encounter, now=there)
        assert (found.taken, found.next.view) == ({FRONT: 1}, "left-oblique")

    def test_one_kept_for_documentation_is_still_to_be_taken(self, pia):
        there = week(pia).due_at
        by_noor(pia, taken(roll=18.0), because=WHY)
        found = queries.session(pia.nurse, pia.encounter, now=there)
        assert (found.taken, found.kept_only, found.next) == ({}, {FRONT: 1}, FRONT)
