"""Documents hold everything they show, and drawing them changes nothing for photographs."""

import io

import pytest
from PIL import Image, ImageFile

from vesicle.core.documents import as_pdf


def test_a_document_is_drawn_and_no_address_in_it_is_followed(live_server):
    picture, sheet = (f"{live_server.url}/static/none.{kind}" for kind in ("png", "css"))
    html = f'<h1>Consent</h1><img src="{picture}"><link rel="stylesheet" href="{sheet}">'
    assert as_pdf(html, "h1 { font-size: 12pt }").startswith(b"%PDF")


def test_a_damaged_picture_is_still_damaged_after_a_document_was_drawn():
    as_pdf("<p>Text</p>", "")
    assert not ImageFile.LOAD_TRUNCATED_IMAGES
    out = io.BytesIO()
    Image.effect_noise((300, 300), 60).save(out, "JPEG")
    with pytest.raises(OSError, match="truncated"):
        Image.open(io.BytesIO(out.getvalue()[:2000])).load()
