"""Photographs: refused before they are read or decoded, stripped, sealed, and never without consent."""

import hashlib
import io
from pathlib import Path as File

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from vesicle.consent import services as consents
from vesicle.core import clock
from vesicle.core.errors import Blocked, Invalid, NotFound, NotPermitted
from vesicle.core.models import AuditEntry
from vesicle.core.scope import clinic_scope
from vesicle.demo.pictures import skin
from vesicle.people.identity import staff_actor
from vesicle.treatment import photos
from vesicle.treatment.models import Photo


def picture(size=(640, 480), kind="JPEG", **more):
    out = io.BytesIO()
    Image.new("RGB", size, (200, 160, 140)).save(out, kind, **more)
    return out.getvalue()


def upload(data, name="photo.jpg"):
    return SimpleUploadedFile(name, data, "image/jpeg")


@pytest.fixture
def pia(path, settings, tmp_path):
    settings.PHOTO_ROOT = tmp_path  # other tests store photographs at the same time
    someone = path()
    someone.agree_to_photographs()
    return someone


def store(pia, file, **changes):
    given = {"by": pia.me, "patient": pia.patient, "upload": file, "view": "front"}
    return photos.store(**given | {"taken_at": clock.now(), "now": clock.now()} | changes)


def animated():
    out = io.BytesIO()
    frames = [Image.new("RGB", (300, 300), color) for color in ("red", "blue")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    return out.getvalue()


def bomb():
    """A small file that says it has more points than we decode."""
    return picture((9000, 9000), "PNG")


REFUSED = {
    "text": (lambda: b"this is no picture", "not a photograph"),
    "empty": (lambda: b"", "not a photograph"),
    "svg": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a photograph"),
    "gif": (lambda: picture(kind="GIF"), "not a photograph"),
    "truncated": (lambda: picture()[:900], "damaged"),
    "animated": (animated, "moving picture"),
    "bomb": (bomb, "points"),
    "tiny": (lambda: picture((80, 80)), "80 by 80"),
}


class TestRefusals:
    @pytest.mark.parametrize("what", REFUSED)
    def test_what_is_no_usable_photograph_leaves_nothing_behind(self, pia, what):
        make, words = REFUSED[what]
        before = set(File(settings.PHOTO_ROOT).rglob("*"))
        with pytest.raises(Invalid) as refused:
            store(pia, upload(make()))
        assert words in refused.value.fields["photo"]
        assert set(File(settings.PHOTO_ROOT).rglob("*")) == before
        assert not Photo.objects.exists()
        assert store(pia, upload(picture()))

    def test_a_file_above_the_limit_is_not_even_opened(self, pia, settings):
        settings.PHOTO_MAX_BYTES = 1000
        file = upload(picture())
        file.file.close()  # reading it would fail
        with pytest.raises(Invalid) as refused:
            store(pia, file)
        assert "larger than" in refused.value.message

    def test_sixty_megabytes_are_refused_by_their_length_alone(self, pia, client, as_staff):
        class Unread(io.BytesIO):
            def read(self, *args):
                raise AssertionError("the body was read")

        answer = as_staff(client, "noor").post(
            "/desk/visits/1/steps/baseline/photo/",
            data=b"",
            content_type="multipart/form-data; boundary=x",
            CONTENT_LENGTH=str(60 * 2**20),
            **{"wsgi.input": Unread()},
        )
        assert answer.status_code == 413
        assert b"smaller size" in answer.content

    def test_without_consent_none_is_stored(self, path):
        someone = path("tam")
        with pytest.raises(Blocked):
            store(someone, upload(picture()))
        someone.agree_to_photographs("teaching")
        with pytest.raises(Blocked):
            store(someone, upload(picture()))
        someone.agree_to_photographs()
        assert store(someone, upload(picture()))
        someone.agree_to_photographs(yes=False)
        with pytest.raises(Blocked):
            store(someone, upload(picture()))

    def test_nobody_stores_a_picture_of_somebody_else(self, pia):
        with pytest.raises(NotFound):
            store(pia, upload(picture()), by=pia.house.actor("tam"))
        for name in ("rosa", "owen"):
            with pytest.raises(NotPermitted):
                store(pia, upload(picture()), by=pia.house.actor(name))
        with pytest.raises(Invalid):
            store(pia, upload(picture()), view="from above")


class TestStore:
    def test_is_sealed_stripped_and_comes_back_upright(self, pia):
        exif = Image.Exif()
        exif[0x0112] = 6  # turned by a quarter
        exif[0x010F] = "Camera of Pia"
        photo = store(pia, upload(picture((640, 480), exif=exif)))
        assert (photo.width, photo.height) == (480, 640)
        sealed = (File(settings.PHOTO_ROOT) / photo.path).read_bytes()
        assert b"JFIF" not in sealed
        assert photo.camera["make"] == "Camera of Pia"
        kept = photos.read_out(pia.nurse, photo.pk)
        assert hashlib.sha256(kept).hexdigest() == photo.sha256
        assert b"Camera of Pia" not in kept
        assert dict(Image.open(io.BytesIO(kept)).getexif()) == {0x0112: 6}
        data = photos.look_at(pia.nurse, photo.pk)
        found = Image.open(io.BytesIO(data))
        assert found.size == (480, 640)
        assert not dict(found.getexif())
        seen = AuditEntry.objects.get(code="photo.seen")
        assert (seen.actor_name, seen.patient_id) == ("Noor Haddad", pia.patient.pk)

    def test_is_seen_by_nobody_else(self, pia):
        photo = store(pia, skin(person=1, tone="III", lines=0.4))
        assert photos.look_at(pia.me, photo.pk)
        with pytest.raises(NotFound):
            photos.look_at(pia.house.actor("tam"), photo.pk)
        for name in ("rosa", "owen", "ines"):
            with pytest.raises(NotPermitted):
                photos.look_at(pia.house.actor(name), photo.pk)
        cast = pia.house.cast
        with clinic_scope(cast.other.pk), pytest.raises(NotFound):
            photos.look_at(staff_actor(cast.otto), photo.pk)
        assert consents.PHOTO.code == "consent.photo-decided"
