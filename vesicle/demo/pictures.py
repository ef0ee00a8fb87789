"""Drawn skin, so that the demo has photographs that are nobody's: the same patch with fewer lines as weeks go by."""

import io
import random

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFilter

TONES = {
    "I": (238, 208, 190),
    "II": (231, 195, 172),
    "III": (214, 172, 143),
    "IV": (180, 134, 102),
    "V": (132, 92, 68),
    "VI": (90, 62, 48),
}
_SIZE = (720, 480)


def skin(*, person: int, tone: str, lines: float, redness: float = 0.0) -> SimpleUploadedFile:
    """Return a picture of drawn skin as an upload.

    ``person`` fixes where lines and spots lie; ``lines`` (0 to 1) is how deep they are, ``redness``
    (0 to 1) how red the skin is.
    """
    base = TONES[tone]
    color = (
        min(255, int(base[0] + 30 * redness)),
        int(base[1] * (1 - 0.18 * redness)),
        int(base[2] * (1 - 0.2 * redness)),
    )
    picture = Image.new("RGB", _SIZE, color)
    draw = ImageDraw.Draw(picture)
    fixed = random.Random(person)  # noqa: S311  # a drawing, not a secret
    dark = tuple(int(part * (1 - 0.34 * lines)) for part in color)
    for row in range(9):
        y = 40 + row * 48 + fixed.randint(-8, 8)
        points = [(x, y + fixed.randint(-5, 5)) for x in range(30, _SIZE[0] - 20, 34)]
        draw.line(points, fill=dark, width=2 + fixed.randint(0, 1))
    for _ in range(46):
        x, y, r = fixed.randint(0, _SIZE[0]), fixed.randint(0, _SIZE[1]), fixed.randint(1, 4)
        spot = tuple(int(part * 0.9) for part in color)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=spot)
    out = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(1.1)).save(out, "JPEG", quality=88)
    return SimpleUploadedFile("skin.jpg", out.getvalue(), "image/jpeg")
