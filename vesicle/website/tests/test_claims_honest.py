"""Honest texts are left alone: our own protocols as a whole, and the frames in which they name what claims name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from vesicle.protocols.library_files import LIBRARY, load_library
from vesicle.protocols.parsed import read_shipped
from vesicle.website.claims import audit, audit_text

FRAMES = read_shipped(Path(__file__).with_name("claims_honest.yaml"), name="claims_honest.yaml").data["frames"]
SHORTEST_TEXT = 25
MOST_BLOCKED = 25
"""Of more than 3,700 sentences. Nobody wrote the protocols as advertising, so nearly all must pass; the few that are
left would be claims on a clinic's own page: what cells and collagen do, hair that thins, fewer breakouts, "stem cell".
docs/rooms/claims.md says which."""


@pytest.mark.parametrize(("frame", "text"), [(one["name"], text) for one in FRAMES for text in one["honest"]])
def test_a_frame_that_claims_nothing_is_not_blocked(frame, text):
    assert audit(text).verdict != "block", frame


@pytest.mark.parametrize(("frame", "text"), [(one["name"], text) for one in FRAMES for text in one["claims"]])
def test_a_claim_that_looks_like_such_a_frame_is_blocked(frame, text):
    assert audit(text).verdict == "block", frame


@pytest.mark.parametrize(
    "text",
    [
        "Nicotine slows healing and our serum wakes your tired cells.",
        "The nerve block numbs, and the serum restores your collagen.",
        "It is always covered, and results are always guaranteed.",
        "An acne flare or milia may come, then rosacea fans will cheer.",
    ],
)
def test_an_exception_holds_for_the_words_it_touches_and_not_for_the_sentence(text):
    assert audit(text).verdict == "block"


def texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        if len(node) > SHORTEST_TEXT and " " in node:
            yield node
    elif isinstance(node, dict | list):
        for one in node.values() if isinstance(node, dict) else node:
            yield from texts(one)


def test_our_own_protocols_are_hardly_ever_blocked():
    library = load_library()
    newest = [LIBRARY / one / f"{library.latest(one).version}.yaml" for one in library.treatments()]
    ours = {text for path in newest for text in texts(read_shipped(path, name=path.name).data)}
    findings = [one for text in ours for one in audit_text(text, on=date(2026, 11, 28)).findings]
    blocked = sorted({one.text for one in findings if one.verdict == "block"})
    assert len(findings) > 3_700
    assert len(blocked) <= MOST_BLOCKED, blocked
