"""The textbook's way measures what it says, and captures are told apart by region and measure."""

import numpy as np
import pytest

from vesicle.core.errors import Invalid
from vesicle.demo import skin_benchmark, skin_textbook
from vesicle.skin.trial import drawn, effects


@pytest.fixture(scope="module")
def face():
    return drawn.face(drawn.Drawing(px_per_mm=4))


class TestTextbook:
    def test_sees_pigment_as_darker_and_blood_as_redder(self, face):
        scene = effects.scene(face)
        weight = effects.face_weight(scene)
        plain = skin_textbook.measure(face, ("cheek-left",))["cheek-left"]
        darker = skin_textbook.measure(effects.with_pigment(scene, 0.1, weight), ("cheek-left",))["cheek-left"]
        redder = skin_textbook.measure(effects.with_redness(scene, 0.1, weight), ("cheek-left",))["cheek-left"]
        assert set(plain) == set(skin_textbook.MEASURES)
        assert darker["melanin"] > plain["melanin"]
        assert redder["erythema"] > plain["erythema"]


class TestCounting:
    def test_series_are_kept_by_region(self):
        captures = [{"chin": {"spots": 1.0}, "forehead": {"spots": 3.0}}, {"chin": {"spots": 2.0}}]
        assert skin_benchmark._collect(captures) == {"spots": [[1.0, 2.0], [3.0]]}

    def test_one_capture_repeats_nothing(self):
        with pytest.raises(Invalid, match="twice"):
            skin_benchmark.run({"captures": 1, "seed": 1, "photo": ""}, print)

    def test_a_photograph_that_cannot_be_read_is_named(self, tmp_path):
        file = tmp_path / "no.jpg"
        file.write_bytes(np.zeros(9, np.uint8).tobytes())
        with pytest.raises(Invalid, match=r"no\.jpg"):
            skin_benchmark.run({"captures": 2, "seed": 1, "photo": str(file)}, print)
