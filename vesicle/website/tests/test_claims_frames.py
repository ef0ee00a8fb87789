"""Claims put into the frames in which advertising puts them, and into those that take them back: every pair."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from vesicle.protocols.parsed import read_shipped
from vesicle.website.claims import audit

DATA = read_shipped(Path(__file__).with_name("claims_frames.yaml"), name="claims_frames.yaml").data


def framed(frame: str, claims: str) -> Iterator[str]:
    for claim in DATA[claims]:
        text = frame.format(claim)
        yield text[0].upper() + text[1:]


@pytest.mark.parametrize(
    ("claims", "frame"),
    [*(("claims", frame) for frame in DATA["promising"]), *(("things", frame) for frame in DATA["offering"])],
)
def test_what_may_not_be_said_is_blocked_in_whatever_frame_it_is_promised(claims, frame):
    missed = [text for text in framed(frame, claims) if audit(text).verdict != "block"]
    assert not missed


@pytest.mark.parametrize(
    ("claims", "frame"),
    [*(("claims", frame) for frame in DATA["taking_back"]), *(("things", frame) for frame in DATA["refusing"])],
)
def test_what_is_denied_asked_about_or_warned_of_is_not_blocked(claims, frame):
    blocked = [text for text in framed(frame, claims) if audit(text).verdict == "block"]
    assert not blocked


@pytest.mark.parametrize(
    ("things", "frame"),
    [
        *(("illnesses", frame) for frame in DATA["told_of_illnesses"]),
        *(("biology", frame) for frame in DATA["told_of_biology"]),
    ],
)
def test_what_honest_texts_say_of_illnesses_and_of_the_body_is_not_blocked(things, frame):
    blocked = [text for text in framed(frame, things) if audit(text).verdict == "block"]
    assert not blocked
