"""Pictures of the clinic: what is refused, what is taken out of them, and who gets to see them."""

import io
import warnings

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image

from vesicle.core.actor import Actor
from vesicle.core.errors import Invalid, NotPermitted
from vesicle.protocols import pictures
from vesicle.protocols.models import Picture, PictureSize
from vesicle.protocols.overlay import PictureCrop, PlacedPicture


def image(size=(800, 600), kind="JPEG", **save):
    target = io.BytesIO()
    Image.new("RGB", size, (180, 140, 90)).save(target, kind, **save)
    return target.getvalue()


def upload(data, name="room.jpg", content_type="image/jpeg"):
    return SimpleUploadedFile(name, data, content_type)


def add(cast, data, alt="The treatment room", by="owen", **more):
    return pictures.add_picture(by=cast.actor(by), upload=upload(data), alt=alt, **more)


def opened(picture):
    with picture.file.open("rb") as file:
        return Image.open(io.BytesIO(file.read()))


def place(picture, **crop):
    placed = PlacedPicture(picture=picture.pk, alt="A room", crop=PictureCrop(**crop))
    pictures.make_sizes(picture.clinic_id, [placed])
    return placed


class TestSizes:
    def test_a_placed_picture_is_made_in_every_width_that_is_not_larger_than_itself(self, cast):
        picture = add(cast, image((1200, 800)))
        place(picture)
        place(picture)  # a second time nothing is added
        assert [(row.width, row.height) for row in PictureSize.objects.order_by("width")] == [
            (480, 320), (960, 640), (1200, 800),
        ]  # fmt: skip
        size = PictureSize.objects.order_by("width").first()
        assert opened(size).format == "WEBP"
        assert pictures.picture_bytes(Actor.visitor(size.clinic_id), size.sha256)[0].startswith(b"RIFF")

    def test_only_the_part_that_is_shown_is_in_it(self, cast):
        half = Image.new("RGB", (1000, 400), (250, 250, 250))
        half.paste((0, 0, 120), (0, 0, 500, 400))
        data = io.BytesIO()
        half.save(data, "PNG")
        place(add(cast, data.getvalue()), left=50, width=50)
        row = PictureSize.objects.order_by("width").last()
        assert (row.width, row.height) == (500, 400)
        assert min(opened(row).convert("RGB").getpixel((10, 200))) > 230

    def test_a_part_outside_the_picture_is_refused_here_and_in_the_database(self, cast):
        picture = add(cast, image())
        with pytest.raises(ValueError, match="outside the picture"):
            PictureCrop(left=60, width=50)
        with pytest.raises(IntegrityError, match="a_part_lies_inside_its_picture"), transaction.atomic():
            PictureSize.objects.create(
                picture=picture, left=60, top=0, crop_width=50, crop_height=100, width=9, height=9, sha256="0"
            )

    def test_a_picture_whose_file_is_missing_gets_no_sizes(self, cast):
        picture = add(cast, image())
        picture.file.storage.delete(picture.file.name)
        place(picture)
        assert PictureSize.objects.count() == 0


class TestAdd:
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_a_picture_is_kept_as_webp_with_its_size(self, cast, kind):
        picture = add(cast, image(kind=kind))
        assert (picture.width, picture.height) == (800, 600)
        assert opened(picture).format == "WEBP"

    def test_a_large_one_is_made_smaller(self, cast):
        assert max(opened(add(cast, image((4000, 2000)))).size) == pictures.LONGEST_SIDE

    def test_where_it_was_taken_is_removed_and_it_stands_upright(self, cast):
        exif = Image.Exif()
        exif[0x0112] = 6
        exif[0x8825] = {1: "N", 2: (45.0, 31.0, 0.0)}
        kept = opened(add(cast, image(exif=exif.tobytes())))
        assert kept.size == (600, 800)
        assert not kept.getexif()
        assert "exif" not in kept.info

    def test_the_same_picture_is_kept_once(self, cast):
        assert add(cast, image()).pk == add(cast, image(), alt="Again").pk
        assert Picture.objects.count() == 1

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"%PDF-1.7 not a picture", "not a JPEG, PNG or WebP"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "not a JPEG, PNG or WebP"),
            (image(kind="GIF"), "not a JPEG, PNG or WebP"),
            (image()[:900], "damaged"),
            (image((150, 900)), "150 × 900"),
            (image((9000, 9000), kind="PNG"), "more than we open"),
        ],
    )
    def test_what_is_no_usable_picture_is_refused_at_its_field(self, cast, data, words):
        with warnings.catch_warnings(), pytest.raises(Invalid, match=words) as refused:
            add(cast, data)
        assert list(refused.value.fields) == ["file"]
        assert Picture.objects.count() == 0

    def test_a_bomb_is_refused_without_being_opened(self, cast, monkeypatch):
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100_000)
        with pytest.raises(Invalid, match="more pixels than we open"):
            add(cast, image())

    def test_a_huge_file_is_refused(self, cast, monkeypatch):
        monkeypatch.setattr(pictures, "LARGEST_FILE", 1000)
        with pytest.raises(Invalid, match="larger than"):
            add(cast, image())

    def test_it_must_be_described(self, cast):
        with pytest.raises(Invalid) as refused:
            add(cast, image(), alt=" ")
        assert list(refused.value.fields) == ["alt"]

    def test_the_front_desk_may_not(self, cast):
        with pytest.raises(NotPermitted):
            add(cast, image(), by="rosa")


class TestServe:
    def test_a_visitor_sees_it_and_may_keep_it(self, cast, client):
        picture = add(cast, image())
        answer = client.get(f"/pictures/{picture.sha256}/", headers={"host": "alderbrook.localhost"})
        assert answer.status_code == 200
        assert answer["Content-Type"] == "image/webp"
        assert "immutable" in answer["Cache-Control"]
        again = client.get(
            f"/pictures/{picture.sha256}/", headers={"host": "alderbrook.localhost", "if-none-match": answer["ETag"]}
        )
        assert again.status_code == 304

    def test_another_clinics_site_does_not_have_it(self, cast, client):
        picture = add(cast, image())
        assert client.get(f"/pictures/{picture.sha256}/", headers={"host": "bellhaven.localhost"}).status_code == 404

    def test_an_unknown_one_is_not_found(self, cast, client):
        assert client.get(f"/pictures/{'0' * 64}/").status_code == 404
