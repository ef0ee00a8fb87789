"""How a page is built: tabs, headings never ended, columns beside, cards that sell; and placing by words."""

from __future__ import annotations

import re
import time

import pytest

from vesicle.website.importing import Unreadable, exclusions, names, read_page
from vesicle.website.importing.content import content_of, text_in
from vesicle.website.importing.evidence import lists_exclusions, section_of_text
from vesicle.website.importing.exclusions import excludes
from vesicle.website.importing.notices import without_notices
from vesicle.website.importing.panes import panes_of
from vesicle.website.importing.practice import without_the_house
from vesicle.website.importing.quantities import quantities
from vesicle.website.importing.tree import Node, parse

PRP = frozenset({"prp"})


def blocks(html):
    return [(one.kind, one.text) for one in content_of(parse(html)).blocks]


def counted(html):
    root = parse(html)
    content_of(root)
    return root


class TestPanes:
    @pytest.mark.parametrize(
        "html",
        [
            "<a role=tab aria-controls=x>Aftercare</a><div id=x><p>Keep it clean and dry.</p></div>",
            "<button role=tab id=t>Aftercare</button><div id=p aria-labelledby=t><p>Keep it clean and dry.</p></div>",
            (
                "<div><div class='w-tab-menu'><a class='w-tab-link'>Aftercare</a><a class='w-tab-link'>Cost</a></div>"
                "<div><div><p>Keep it clean and dry.</p></div><div><p>Ask us about it.</p></div></div></div>"
            ),
        ],
    )  # fmt: skip
    def test_a_pane_is_read_under_its_label_however_the_two_are_tied(self, html):
        assert "Aftercare" in {title for title, _ in panes_of(counted(html), text_in).titles.values()}
        read = blocks(html)
        assert read.index(("heading", "Aftercare")) + 1 == read.index(("text", "Keep it clean and dry."))


class TestTree:
    def test_a_heading_never_ended_ends_at_the_next_paragraph(self):
        assert blocks("<h2>Recovery<p>Two days of redness.</p>") == [
            ("heading", "Recovery"),
            ("text", "Two days of redness."),
        ]

    def test_any_headings_end_tag_ends_the_open_one(self):
        assert blocks("<h2>Recovery</h3>Two days.")[0] == ("heading", "Recovery")

    def test_a_link_never_ended_ends_where_the_next_begins(self):
        links: list[Node] = []
        waiting = [parse("<p><a href=1>one<a href=2>two</p>")]
        while waiting:
            node = waiting.pop()
            links += [node] if node.name == "a" else []
            waiting += [child for child in node.children if isinstance(child, Node)]
        assert len(links) == 2
        assert not any(isinstance(child, Node) for link in links for child in link.children)


class TestBesideAndBelow:
    def test_a_column_beside_the_text_is_left_out(self):
        html = (
            "<table><tr><td>Lip filler<br>Weight loss</td><td><h1>PRP facial</h1><p>Your own platelets are needled "
            "back into the skin of the face by a nurse.</p></td></tr></table>"
        )
        assert "Weight loss" not in str(blocks(html))

    def test_the_table_that_lays_out_an_old_page_holds_no_facts(self):
        words = "Needling makes small channels in the skin and leaves it pink for a day or two. " * 6
        read = blocks(
            "<table><tr><td><a href=a.htm>Home</a><br><a href=b.htm>Rhinoplasty</a><hr><b>Opening hours</b></td>"
            f"<td><blockquote><h1>Microneedling</h1><p>{words}</blockquote></td>"
            "<td>Store<br>Night cream, $90</td></tr></table>"
        )
        text = " ".join(words for _, words in read)
        assert "small channels" in text
        assert not any(word in text for word in ("Rhinoplasty", "Opening", "Night cream"))

    def test_cards_that_sell_something_else_are_left_out_and_cards_of_facts_are_not(self):
        html = (
            "<h1>PRP facial</h1><div><div class=a><b>Time</b><i>45 minutes</i></div>"
            "<div class=a><b>Visits</b><i>3</i></div></div>"
            "<div><div class=b><a href=x>Brow tint</a> $40</div><div class=b><a href=y>Lash lift</a> $90</div></div>"
        )
        read = read_page(html)
        assert (read.figures["duration_minutes"], read.figures["sessions"]) == ((45, 45), (3, 3))
        assert "Lash" not in str(read.as_dict())

    @pytest.mark.parametrize(
        ("text", "left"),
        [
            ("Open Mon–Fri from 9am.", ""),
            ("Made from your blood. Serving Tulsa since 2009.", "Made from your blood."),
            ("Plan on three visits, a month apart.", "Plan on three visits, a month apart."),
            ("Can I cancel?", "Can I cancel?"),
        ],
    )
    def test_sentences_about_the_practice_are_no_content(self, text, left):
        assert without_the_house(text) == left

    @pytest.mark.parametrize(
        ("text", "left"),
        [
            ("To schedule an appointment please telephone Ada between 9 and 4.", ""),
            ("Drop us a line today.", ""),
            ("If blisters appear, please phone us at once.", "If blisters appear, please phone us at once."),
            ("A nurse will call you back the next day.", "A nurse will call you back the next day."),
        ],
    )
    def test_ways_to_book_are_no_content_and_whom_to_call_when_something_is_wrong_is(self, text, left):
        assert without_notices(text) == left

    def test_titles_that_are_only_styled_alike_head_what_follows_them(self):
        item = "<div><div class='q'>{}</div><div><p>{}</p></div></div>"
        html = item.format("Your face tomorrow", "It is warm and pink for three days or so.") + item.format(
            "The long game", "You will come three times and then once a year."
        )
        assert [text for kind, text in blocks(html) if kind == "heading"] == ["Your face tomorrow", "The long game"]


class TestPlacing:
    @pytest.mark.parametrize(
        ("text", "section"),
        [
            ("Not while pregnant.", "disqualifying_conditions"),
            ("A tan is a reason to postpone, and so is pregnancy.", "disqualifying_conditions"),
            ("Skip the gym and wear sunscreen until the redness is gone.", "recovery_and_aftercare"),
            ("Prefer no needles? A light chemical peel is an option.", "alternatives"),
            ("Your nurse numbs the skin first.", "what_to_expect"),
            ("Smoother, brighter skin.", "benefits"),
            ("Ask at the desk.", ""),
        ],
    )
    def test_a_text_goes_where_its_own_words_belong(self, text, section):
        assert section_of_text(text, PRP)[0] == section

    def test_conditions_in_a_list_exclude_unless_it_says_what_it_is_good_for(self):
        assert lists_exclusions(["Smokers", "Keloid formers", "Pregnant patients"])
        assert not lists_exclusions(["Helps eczema", "Helps rosacea"])

    @pytest.mark.parametrize("text", ["It can be reported with infection.", "Avoid the sun after your treatment."])
    def test_risks_and_care_exclude_nobody(self, text):
        assert not excludes(text)

    def test_a_heading_of_no_meaning_is_placed_by_all_that_stands_under_it(self):
        html = "<h1>PRP</h1><p>From your own blood.</p><h2>Mind this</h2><ul><li>Pacemaker<li>Keloids<li>Pregnancy</ul>"
        assert "Keloids" in read_page(html).sections["disqualifying_conditions"]

    def test_the_name_of_a_house_is_no_treatment(self):
        html = "<h1>Lakeside Laser & Skin Center</h1><h2>PRP facial</h2><p>Your own platelets, needled.</p>"
        assert read_page(html).treatment == "prp"


class TestSpokenNumbers:
    @pytest.mark.parametrize(
        ("text", "low", "unit"),
        [
            ("an hour and fifteen minutes", "5/4", "hour"),
            ("three quarters of an hour", "3/4", "hour"),
            ("after a couple of weeks", "2", "week"),
            ("seventy-five minutes", "75", "minute"),
            ("a trio of visits", "3", "session"),
        ],
    )
    def test_a_number_in_words_is_a_number(self, text, low, unit):
        assert [(str(one.low), one.unit) for one in quantities(text)] == [(low, unit)]


def test_twenty_thousand_headings_cost_what_twenty_thousand_headings_must():
    html = "<h1>PRP</h1>" + "".join(f"<h2>Heading {number}</h2><p>Words {number} on skin." for number in range(20_000))
    began = time.process_time()
    assert "only its beginning was read" in read_page(html).notes[0]
    assert time.process_time() - began < 12


@pytest.mark.parametrize(
    "html",
    ["<h1>PRP</h1>" + "<div>" * 300_000, "<h1>PRP</h1>" + "<" * 2_000_000, "<h1>PRP</h1>" + "<p " + "a " * 900_000],
    ids=["elements", "signs", "attributes"],
)
def test_very_many_of_anything_are_read_in_bounded_time(html):
    began = time.process_time()
    assert read_page(html).treatment == "prp"
    assert time.process_time() - began < 10


def test_a_feed_of_items_never_ended_is_read_in_time_that_grows_with_it():
    began = time.process_time()
    with pytest.raises(Unreadable, match="has no content"):
        read_page("<?xml version='1.0'?><rss>" + "<item><title>" * 200_000)
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    "text",
    [
        "Micro-needling, microneedling and MICRO NEEDLING with PRP; anti-acne, acne scars, fine-lines.",
        "“PRP” (Exosomes) İPL, ſkin, laser-peel: chemical peels. 4 weeks of Accutane; pregnant? Cold sores, a cold.",
        "e.g. .re expecting\nnursing/breast-feeding & blood thinners, no-one under 18, tan lines, heart arrhythmia",
    ],
)
def test_what_may_begin_so_finds_what_trying_every_name_finds(text):
    for patterns in (names._treatment_names()[0], names._concern_names()[0], exclusions._openings()):
        whole = "|".join(f"({pattern})" for pattern in patterns._patterns)
        tried = re.compile(rf"(?<![{patterns._not_after}])(?:{whole})(?!\w)", re.IGNORECASE)
        found = [(match.start(), match.end()) for match in tried.finditer(text)]
        assert [(match.start(), match.end()) for _, match in patterns.finditer(text)] == found
