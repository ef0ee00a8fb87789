"""A paragraph of the clinic's own under each section of a treatment's page."""

from vesicle.protocols.overlay import PAGE_SECTIONS, Overlay
from vesicle.protocols.overlay_changes import overlay_changes
from vesicle.protocols.side_by_side import side_by_side
from vesicle.website.presenters.treatment import CONTENTS
from vesicle.website.tests.site import html, open_site, section, words_of


def test_the_sections_are_named_as_on_the_page():
    assert dict(CONTENTS).items() >= dict(PAGE_SECTIONS).items()


def test_each_paragraph_stands_under_its_heading_and_nowhere_else(client, town, cast, stock):
    said = {anchor: f"Call us in room {number + 11}." for number, anchor in enumerate(PAGE_SECTIONS)}
    open_site(cast, "microneedling", microneedling={"sections": said})
    page = html(client, "/treatments/microneedling/")
    for anchor, words in said.items():
        assert words_of(page).count(words) == 1, anchor
        assert words in words_of(section(page, anchor)), anchor


def test_a_change_is_told_and_shown_side_by_side():
    before, after = Overlay(), Overlay(sections={"results": "Ask us for ours."})
    (change,) = overlay_changes(before, after, ())
    assert change.text == "Words under “Results” added: “Ask us for ours.”"
    ((line,), _) = side_by_side(before, after, ())
    assert line.label == "Words under “Results”"
