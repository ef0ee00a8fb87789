"""Shown only while the patient agrees: by the verbs, by each look, and by the database itself."""

import io
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from PIL import Image

from vesicle.clinic.models import Clinic
from vesicle.consent.models import PhotoConsent
from vesicle.core import clock
from vesicle.core.audit import AuditEntry
from vesicle.core.errors import Blocked, Conflict, Invalid, NotFound, NotPermitted
from vesicle.core.scope import clinic_scope
from vesicle.people.identity import staff_actor
from vesicle.protocols import services as protocols
from vesicle.protocols.models import Edition
from vesicle.protocols.queries import offered
from vesicle.results.models import Capture, PhotoChange, PhotoComparison, ShownPair, ShownPicture
from vesicle.results.photo_courses import primary
from vesicle.results.showing import panel, queries, services, typical, wording
from vesicle.results.showing.domain import FEWEST_FOR_TYPICAL, Crop
from vesicle.results.showing.tests.situations import photographed, show, willing
from vesicle.results.tests.cohorts import crowd
from vesicle.results.tests.drawings import taken, upload
from vesicle.treatment import photos
from vesicle.treatment.models import Photo

PAGE = "/treatments/exosome-therapy/"


@pytest.fixture
def pia(treated, settings, tmp_path):
    settings.PHOTO_ROOT = tmp_path
    return treated


def address(row, side="before"):
    width = row.pictures.filter(side=side).order_by("width").first().width
    return panel.picture_url(row, side, width)


class TestShow:
    def test_shows_both_sides_in_two_sizes_without_metadata_and_sealed(self, pia, client):
        row = show(pia, willing(pia))
        sizes = row.pictures.order_by("side", "width")
        assert {one.side for one in sizes} == {"before", "after"}
        raw = bytes(sizes[0].data)
        assert not raw.startswith(b"RIFF")  # sealed at rest
        answer = client.get(address(row))
        assert answer.status_code == 200
        picture = Image.open(io.BytesIO(answer.content))
        assert (picture.format, dict(picture.getexif())) == ("WEBP", {})
        assert "exif" not in picture.info
        assert "icc_profile" not in picture.info
        assert picture.width == sizes[0].width
        assert "private" in answer["Cache-Control"]
        assert "must-revalidate" in answer["Cache-Control"]
        assert "noimageindex" in answer["X-Robots-Tag"]
        assert client.get(address(row), headers={"If-None-Match": answer["ETag"]}).status_code == 304

    def test_the_page_says_what_the_record_knows_and_no_name(self, pia, client):
        before = Clinic.objects.get(pk=pia.patient.clinic_id).site_revision
        row = show(pia, willing(pia))
        assert Clinic.objects.get(pk=row.clinic_id).site_revision > before
        page = client.get(PAGE).content.decode()
        assert row.token in page
        assert row.alt_after in page
        assert "12 weeks after one session" in page
        assert "Results vary" in page
        assert "Whether this is a usual change is not known" in page
        for name in (pia.patient.first_name, pia.patient.last_name, f"/{pia.patient.pk}/"):
            assert name not in page
        entry = AuditEntry.objects.get(code="results.pair-shown")
        assert (entry.patient_id, entry.detail["consent"]) == (pia.patient.pk, row.consent_id)

    @pytest.mark.parametrize("missing", ["public", "clinical"])
    def test_needs_both_consents_at_that_moment(self, pia, missing):
        numbers = willing(pia)
        pia.agree_to_photographs(missing, yes=False)
        assert queries.choices(pia.house.actor("owen")) == []
        with pytest.raises(NotFound):
            show(pia, numbers)
        with pytest.raises(Blocked):
            photos.read_for_public(pia.house.actor("iris"), numbers[0])

    def test_takes_no_photograph_that_the_gate_refused(self, pia):
        numbers = willing(pia)
        photo = Photo.objects.get(pk=numbers[1])
        Capture.objects.create(
            clinic_id=photo.clinic_id, photo=photo, patient=photo.patient, quality={"accepted": False}, skin="clean",
            is_for_measuring=False, kept_because="The patient cannot hold still.", sha256=photo.sha256,
            checked_at=photo.taken_at,
        )  # fmt: skip
        with pytest.raises(NotFound):
            show(pia, numbers)

    def test_takes_no_photograph_of_swollen_skin(self, pia):
        pia.agree_to_photographs()
        pia.agree_to_photographs("public")
        numbers = photographed(pia, weeks=(None, 0.1))
        with pytest.raises(NotFound):
            show(pia, numbers)

    def test_is_for_owner_and_medical_director(self, pia):
        numbers = willing(pia)
        for name in ("noor", "rosa", "pia"):
            with pytest.raises(NotPermitted):
                show(pia, numbers, by=pia.house.actor(name))
        assert show(pia, numbers, by=pia.house.actor("owen")).shown_by == pia.house.cast.owen

    def test_another_clinics_staff_find_nothing(self, pia):
        numbers = willing(pia)
        row = show(pia, numbers)
        cast = pia.house.cast
        with clinic_scope(cast.other.pk):
            otto = staff_actor(cast.otto)
            if otto.may(queries.SHOW_PAIRS):
                with pytest.raises(NotFound):
                    queries.choice(otto, *numbers)
            assert ShownPair.objects.count() == 0
            with connection.cursor() as cursor:  # the wall behind the manager
                cursor.execute("SELECT count(*) FROM results_shownpair WHERE id = %s", [row.pk])
                assert cursor.fetchone() == (0,)

    def test_the_same_pair_is_shown_once(self, pia):
        numbers = willing(pia)
        row = show(pia, numbers)
        with pytest.raises(Conflict):
            show(pia, numbers)
        row.pk, row.token, row._state.adding = None, "another", True
        with pytest.raises(IntegrityError, match="a_pair_is_shown_once_an_option"), transaction.atomic():
            row.save()

    def test_words_that_may_not_stand_on_a_page_are_refused_with_the_reason(self, pia):
        numbers = willing(pia)
        with pytest.raises(Invalid) as refused:
            show(pia, numbers, alt_before=" ", alt_after="Exosomes cured her eczema, guaranteed.")
        assert set(refused.value.fields) == {"alt_before", "alt_after"}
        assert ShownPair.objects.count() == 0

    def test_faces_are_laid_over_each_other_and_cut_without_the_eyes(self, pia):
        pia.agree_to_photographs()
        pia.agree_to_photographs("public")
        numbers = photographed(pia, upload=lambda week: upload(taken(1) if week is None else taken(2, roll=2.0)))
        row = show(pia, numbers)
        assert row.is_registered
        assert "laid over each other" in wording.how(row)
        first, second = (
            Image.open(io.BytesIO(queries.picture(pia.me, row.token, side, 360)[0])) for side in ("before", "after")
        )
        assert first.size == second.size
        assert first.height < first.width  # 57 % of a frame of 156 by 190 mm

    def test_another_persons_face_is_refused(self, pia):
        numbers = willing(pia)
        Photo.objects.filter(pk=numbers[1]).update(path=Photo.objects.get(pk=numbers[0]).path)
        with pytest.raises(Conflict):  # the same photograph twice shows no change at all
            show(pia, numbers)


class TestTakeDown:
    @pytest.mark.parametrize("use", ["public", "clinical"])
    def test_a_no_takes_everything_down_in_the_same_transaction(self, pia, client, use):
        row = show(pia, willing(pia))
        url = address(row)
        assert row.token in client.get(PAGE).content.decode()
        revision = Clinic.objects.get(pk=row.clinic_id).site_revision
        pia.agree_to_photographs(use, yes=False)
        row.refresh_from_db()
        assert (row.taken_down_because, row.taken_down_by_name) == ("withdrawn", pia.me.name)
        assert ShownPicture.objects.count() == 0
        assert Clinic.objects.get(pk=row.clinic_id).site_revision > revision
        gone = client.get(url)
        assert (gone.status_code, gone["Cache-Control"]) == (410, "no-store")
        assert row.token not in client.get(PAGE).content.decode()
        assert AuditEntry.objects.get(code="results.pair-taken-down").detail["because"] == "withdrawn"
        # Saying yes again brings nothing back.
        pia.agree_to_photographs(use)
        assert client.get(url).status_code == 410
        assert row.token not in client.get(PAGE).content.decode()

    def test_a_no_that_is_rolled_back_leaves_it_shown(self, pia, client):
        row = show(pia, willing(pia))
        with transaction.atomic():
            pia.agree_to_photographs("public", yes=False)
            transaction.set_rollback(True)
        assert client.get(address(row)).status_code == 200

    def test_a_no_recorded_by_any_other_way_hides_it_at_the_next_look(self, pia, client):
        row = show(pia, willing(pia))
        url = address(row)
        PhotoConsent.objects.create(
            clinic_id=row.clinic_id, patient=pia.patient, use="public", is_given=False, at=clock.now(), by_name="x"
        )
        assert client.get(url).status_code == 410
        assert queries.on_page(pia.me, row.option) == []

    def test_a_no_to_teaching_changes_nothing(self, pia, client):
        row = show(pia, willing(pia))
        pia.agree_to_photographs("teaching", yes=False)
        assert client.get(address(row)).status_code == 200

    def test_staff_take_it_down_once(self, pia, client):
        row = show(pia, willing(pia))
        url, owen = address(row), pia.house.actor("owen")
        services.take_down(by=owen, pair=row, now=clock.now())
        with pytest.raises(Conflict):
            services.take_down(by=owen, pair=row, now=clock.now())
        assert client.get(url).status_code == 410
        assert queries.count_taken_down(owen) == 0  # who took it down knows it

    def test_retiring_the_edition_takes_it_down_and_the_owner_is_told(self, pia, client):
        row = show(pia, willing(pia))
        url, owen = address(row), pia.house.actor("owen")
        edition = Edition.objects.get(treatment="exosome-therapy", status="approved")
        protocols.retire_edition(by=pia.house.actor("iris"), edition=edition)
        row.refresh_from_db()
        assert row.taken_down_because == "not-offered"
        assert client.get(url).status_code == 410
        assert queries.count_taken_down(owen) == 1
        services.note(by=owen, pair=row, now=clock.now())
        assert queries.count_taken_down(owen) == 0

    def test_an_edition_that_offers_the_option_no_longer_takes_it_down(self, pia):
        row = show(pia, willing(pia))
        iris = pia.house.actor("iris")
        edition = protocols.draft_edition(by=iris, treatment="exosome-therapy")
        protocols.change_overlay(
            by=iris,
            edition=edition,
            overlay={"modalities": {row.option.partition("/")[2]: {"offered": False}}},
            expected_revision=edition.revision,
        )
        edition.refresh_from_db()
        protocols.submit_for_review(by=iris, edition=edition)
        protocols.approve_edition(by=iris, edition=edition, statement="Read.")
        row.refresh_from_db()
        assert row.taken_down_because == "not-offered"

    def test_a_new_edition_that_still_offers_it_leaves_it_shown(self, pia):
        row = show(pia, willing(pia))
        iris = pia.house.actor("iris")
        edition = protocols.draft_edition(by=iris, treatment="exosome-therapy")
        protocols.submit_for_review(by=iris, edition=edition)
        protocols.approve_edition(by=iris, edition=edition, statement="Read.")
        assert [one.pk for one in queries.on_page(iris, row.option)] == [row.pk]

    def test_a_deleted_photograph_takes_it_down_in_the_database_itself(self, pia, client):
        row = show(pia, willing(pia))
        url, revision = address(row), Clinic.objects.get(pk=row.clinic_id).site_revision
        Photo.objects.get(pk=row.before_id).delete()
        row.refresh_from_db()
        assert row.taken_down_because == "photo-gone"
        assert ShownPicture.objects.count() == 0
        assert client.get(url).status_code == 410
        assert Clinic.objects.get(pk=row.clinic_id).site_revision > revision
        assert queries.count_taken_down(pia.house.actor("owen")) == 1


class TestTheDatabase:
    def again(self, row, **changes):
        copy = ShownPair.objects.get(pk=row.pk)
        for name, value in {"pk": None, "token": "another", **changes}.items():
            setattr(copy, name, value)
        copy._state.adding = True
        copy.taken_down_at, copy.taken_down_because = None, ""
        with transaction.atomic():
            copy.save()

    def test_refuses_a_pair_without_a_consent_in_force(self, pia):
        row = show(pia, willing(pia))
        pia.agree_to_photographs("public", yes=False)
        with pytest.raises(IntegrityError, match="consent to public use in force"):
            self.again(row)
        with pytest.raises(IntegrityError, match="consent to public use in force"):
            self.again(row, consent_id=PhotoConsent.objects.filter(use="public").latest("pk").pk)

    def test_refuses_a_consent_to_another_use_and_photographs_of_another_person(self, pia):
        row = show(pia, willing(pia))
        services.take_down(by=pia.house.actor("owen"), pair=row, now=clock.now())
        with pytest.raises(IntegrityError, match="consent to public use in force"):
            self.again(row, consent_id=PhotoConsent.objects.get(use="clinical").pk)
        Photo.objects.filter(pk=row.after_id).update(patient=pia.house.cast.tam)
        with pytest.raises(IntegrityError, match="one patient in one view"):
            self.again(row)

    def test_brings_nothing_back_and_deletes_no_record(self, pia):
        row = show(pia, willing(pia))
        services.take_down(by=pia.house.actor("owen"), pair=row, now=clock.now())
        rows = ShownPair.objects.filter(pk=row.pk)
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(taken_down_at=None, taken_down_because="")
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(option="prp/injection")
        with pytest.raises(IntegrityError), transaction.atomic():
            ShownPicture.objects.create(pair=row, side="before", width=360, height=300, sha256="0", data=b"x")
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM results_shownpair")

    @pytest.mark.parametrize("crop", [{"left": 50}, {"width": 5}, {"top": 60}])
    def test_refuses_a_crop_outside_the_picture(self, pia, crop):
        row = show(pia, willing(pia))
        services.take_down(by=pia.house.actor("owen"), pair=row, now=clock.now())
        with pytest.raises(IntegrityError, match="a_crop_lies_inside_the_picture"):
            self.again(row, **crop)


@pytest.mark.django_db(transaction=True)
def test_a_no_that_is_being_saved_is_waited_for_and_wins(pia):
    """Whoever chooses at that moment has seen the old yes, waits for the patient's row, and is refused."""
    numbers = willing(pia)
    clinic, outcome = pia.patient.clinic_id, []

    def chooses():
        try:
            with clinic_scope(clinic):
                outcome.append(show(pia, numbers))
        except Blocked as refused:
            outcome.append(refused)
        finally:
            connection.close()

    thread = threading.Thread(target=chooses)
    with clinic_scope(clinic), transaction.atomic():
        pia.agree_to_photographs("public", yes=False)
        thread.start()
        assert wait_for_somebody_who_waits()
    thread.join()
    assert [type(one) for one in outcome] == [Blocked]
    with clinic_scope(clinic):
        assert not ShownPair.objects.exists()
        assert not ShownPicture.objects.exists()


def wait_for_somebody_who_waits():
    """Return whether another connection waits for a lock within half a minute."""
    for _ in range(600):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.05)")
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return True
    return False


def test_the_patient_is_told_where_and_takes_it_down_there(pia, as_patient, client):
    row = show(pia, willing(pia))
    as_patient(client, pia.patient)
    assert "Your photographs are on our pages" in client.get("/my/").content.decode()
    url = f"/consent/{pia.appointment.pk}/photos/"
    page = client.get(url).content.decode()
    assert "Shown in public now" in page
    assert PAGE in page
    answers = {"use_clinical": "yes", "use_teaching": "no", "use_public": "no", "signature": pia.patient.full_name}
    assert client.post(url, answers).status_code == 302
    row.refresh_from_db()
    assert row.taken_down_because == "withdrawn"
    assert "Shown in public now" not in client.get(url).content.decode()


def test_a_page_without_pairs_asks_one_query_more(pia, django_assert_num_queries):
    found = offered(pia.patient.clinic_id, pia.option)
    with django_assert_num_queries(1):
        assert panel.shown_pairs(pia.me, found) is None


def test_a_change_is_called_usual_once_enough_people_were_measured_in_the_same_way(pia):
    row = show(pia, willing(pia))
    found = offered(row.clinic_id, row.option)
    name = primary(found.option.sections, row.areas)[0]
    others = crowd(pia, FEWEST_FOR_TYPICAL, comes=0)
    for number, visit in enumerate(others):
        agree(visit.patient)
        compared(visit, name, -10.0 - number)
    assert typical.standing_of(pia.me, found, row).kind == "unknown"  # the pair itself was not compared
    compared(pia.encounter, name, -20.0, before=row.before_id, after=row.after_id)
    standing = typical.standing_of(pia.me, found, row)
    assert (standing.kind, standing.people) == ("usual", FEWEST_FOR_TYPICAL + 1)
    assert "A usual change here" in wording.typical(standing)
    # Whoever withdraws from photographs in their record counts no more.
    for visit in others[:2]:
        agree(visit.patient, yes=False)
    assert typical.standing_of(pia.me, found, row).kind == "unknown"


def agree(patient, *, yes=True):
    PhotoConsent.objects.create(
        clinic_id=patient.clinic_id, patient=patient, use="clinical", is_given=yes, signature="x" if yes else "",
        at=clock.now(), by_name="x",
    )  # fmt: skip


def compared(visit, name, percent, *, before=None, after=None):
    """Keep a change of one measure twelve weeks after a visit."""
    region, _, measure = name.partition(":")
    numbers = [before or visit.pk * 10, after or visit.pk * 10 + 1]
    comparison = PhotoComparison.objects.create(
        clinic_id=visit.clinic_id, encounter=visit, patient=visit.patient, view="front", week=12, day=84,
        before=numbers[:1], after=numbers[1:], methods="1", state="done", queued_at=clock.now(), ended_at=clock.now(),
    )  # fmt: skip
    PhotoChange.objects.create(
        clinic_id=visit.clinic_id, comparison=comparison, region=region, measure=measure, method=f"{measure}/1",
        unit="x", before=1.0, after=0.9, percent=percent, low=percent, high=percent, sdc=1.0, verdict="real-change",
        basis="pair", code="real",
    )  # fmt: skip


def test_an_address_that_never_was_is_not_found(pia, client):
    row = show(pia, willing(pia))
    for name in (
        f"{row.token}/before-361.webp",
        f"{row.token}/x.webp",
        "nothing/before-360.webp",
        f"{row.pk}/before-360.webp",
    ):
        assert client.get(f"/before-and-after/{name}").status_code == 404
    assert Crop().shows_eyes
    assert len(row.token) >= 43
