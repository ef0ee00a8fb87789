"""How the needs of a phase are written."""

import pytest

from vesicle.protocols.needs import device_kinds, parse_need


class TestParseNeed:
    @pytest.mark.parametrize(
        ("text", "alternatives"),
        [
            ("room", (("room", None),)),
            ("provider", (("provider", None),)),
            ("device:centrifuge", (("device", "centrifuge"),)),
            ("room:laser|room", (("room", "laser"), ("room", None))),
            ("device:laser|device:ipl", (("device", "laser"), ("device", "ipl"))),
            ("device:laser|ipl", (("device", "laser"), ("device", "ipl"))),
            ("device:pen|device:pen", (("device", "pen"),)),
        ],
    )
    def test_reads_kinds_names_and_alternatives(self, text, alternatives):
        assert parse_need(text) == alternatives

    @pytest.mark.parametrize(
        "text", ["", "laser", "chair:red", "device:", "device:-pen", "room||provider", "device:Laser", "room:a:b"]
    )
    def test_says_what_a_need_may_be(self, text):
        with pytest.raises(ValueError, match="write room, provider or device"):
            parse_need(text)


class TestDeviceKinds:
    def test_tells_one_kind_from_every_kind(self):
        assert device_kinds("device:laser|ipl|room") == ("laser", "ipl")
        assert device_kinds("device") == (None,)
        assert device_kinds("provider") == ()
