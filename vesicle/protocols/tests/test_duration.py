"""How long an appointment takes."""

import pytest

from vesicle.protocols.duration import appointment_minutes, hands_on_minutes
from vesicle.protocols.tests.shipped import option

AREAS = {"face": 35, "neck": 20, "hands": 20}


@pytest.mark.parametrize(
    ("chosen", "share", "minutes"),
    [
        (["face"], 0.75, 35),
        (["neck", "face"], 0.75, 50),
        (["face", "neck", "hands"], 0.75, 65),
        (["face", "neck"], 1, 55),
        (["face", "neck"], 0.01, 40),
        (["face", "face"], 0.75, 35),
    ],
)
def test_the_longest_area_counts_in_full_and_the_sum_goes_up_to_whole_ticks(chosen, share, minutes):
    assert hands_on_minutes(AREAS, chosen, share) == minutes


def test_an_area_that_is_not_offered_is_refused():
    with pytest.raises(KeyError):
        hands_on_minutes(AREAS, ["scalp"], 1)


def test_no_area_is_no_appointment():
    with pytest.raises(ValueError, match="at least one"):
        hands_on_minutes(AREAS, [], 1)


def test_an_appointment_is_hands_on_time_and_the_phases_around_it():
    sections = option("exosome-therapy/microneedling").sections
    around = sum(phase.minutes or 0 for phase in sections.timing.phases)
    face = next(area.minutes for area in sections.areas if area.area == "full-face")
    assert appointment_minutes(sections.timing, sections.areas, ["full-face"]) == around + face
