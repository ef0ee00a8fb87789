"""The same content gives the same reading: however its headings are set, and whatever else the page carries."""

from __future__ import annotations

import pytest

from vesicle.website.importing import read_page
from vesicle.website.importing.roles import ROLES

OPENING = "<h1>Microneedling</h1><p>Sterile needles make tiny channels that set off the skin's own repair.</p>"
PARTS = [
    ("What to expect", "We numb and cleanse the face. The whole visit takes about 70 minutes."),
    ("Results", "A difference shows in five weeks. Most people plan three sessions, four weeks apart."),
    ("Aftercare", "Expect redness for one to two days. Use a gentle cleanser, a bland cream and sunscreen."),
    ("Who should avoid it?", "Anyone who is pregnant, takes isotretinoin or has a tendency to keloid scars."),
]
HEADINGS = {
    "ranked": "<h2>{0}</h2><p>{1}</p>",
    "all main": "<h1>{0}</h1><p>{1}</p>",
    "capitals": "<p>{2}</p><p>{1}</p>",
    "underlined": "<p><u>{0}</u></p><p>{1}</p>",
    "run in": "<p><strong>{0}</strong> {1}</p>",
    "a column of their own": "<div><div><p>{0}</p></div><div><p>{1}</p></div></div>",
    "cells": "<table><tr><td><font size=4><b>{0}</b></font></td></tr><tr><td><p>{1}</p></td></tr></table>",
    "classes of layout": "<div class='md:sticky lg:w-[40%]'><h2>{0}</h2><p>{1}</p></div>",
    "short codes": '[vc_toggle title="{0}"]{1}[/vc_toggle]',
}
ENDS = {
    "cards": "<h2>Round things out</h2><div><h3>Bridal countdown</h3><p>Start 9 months before the big day.</p></div>"
    "<div><h3>Evening out</h3><p>Dry for 6 to 8 months.</p></div>",
    "reviews": "<h2>The proof</h2><p>Two weeks on and I cried with joy.</p><p>Marisol T.</p>"
    "<p>Nobody noticed three days later.</p><p>Joanne R., Mesa</p>",
    "a menu": "<h2>The list</h2><p>Hand rescue</p><p>45 minutes every 6 weeks</p>"
    "<p>Slim lounge</p><p>20 minutes, $90</p>",
    "numbers": "<h2>Since 2009</h2><div><span>14,000</span><p>Faces seen</p></div>"
    "<div><span>26</span><p>Years open</p></div>",
    "people": "<h2>Who you meet</h2><h3>Farrah Quill, MD</h3><p>She trained for 11 years and has two cats.</p>",
    "a journal": "<h2>The reading room</h2><div><h3>Five foods</h3><p>We looked at 18 studies so that you need not.</p>"
    "</div>"
    "<div><h3>Summer nights</h3><p>Give it 12 weeks and be kind to yourself meanwhile.</p></div>",
    "an offer": "<p>Autumn offer: buy 3, get 1 free until October 31.</p><p>12 Cooper's Row, open late on Fridays</p>",
}


def page(parts=PARTS, heading="<h2>{0}</h2><p>{1}</p>", end=""):
    body = "".join(heading.format(title, text, title.upper()) for title, text in parts)
    return f"<html lang=en><title>Microneedling</title><body>{OPENING}{body}{end}</body></html>"


def facts(html):
    read = read_page(html)
    sections = {name: text.replace("\n", " ") for name, text in read.sections.items()}
    return {**{role: read.figures.get(role) for role in ROLES}, **sections}, {
        one.question for one in read.contraindications
    }


@pytest.mark.parametrize("how", HEADINGS)
def test_headings_open_their_sections_however_they_are_set(how):
    found, questions = facts(page(heading=HEADINGS[how]))
    assert [found[role] for role in ROLES] == [(70, 70), (3, 3), (4, 4), (5, 5), None, (1, 2)]
    assert questions == {"SCR-PREG", "SCR-ISO", "SCR-KELOID"}
    for name, (_, text) in zip(
        ("what_to_expect", "results_timeline", "recovery_and_aftercare", "disqualifying_conditions"), PARTS, strict=True
    ):
        assert text in found[name]


@pytest.mark.parametrize("what", ENDS)
def test_what_stands_at_the_end_of_a_page_changes_nothing(what):
    assert facts(page(end=ENDS[what])) == facts(page())


def test_an_export_is_read_as_the_page_it_holds():
    body = page().partition("<body>")[2].partition("</body>")[0]
    feed = (
        "<?xml version='1.0'?><rss><channel><title>House</title><item><title>Microneedling</title>"
        f"<wp:post_id>4471</wp:post_id><content:encoded><![CDATA[{body}]]></content:encoded></item></channel></rss>"
    )
    assert facts(feed) == facts(page())


@pytest.mark.parametrize(
    "said",
    [
        "<h2>Am I a candidate?</h2><p>Most are. Pregnancy and a recent stroke are reasons to wait.</p>",
        "<h2>The details</h2><p>Not suitable for: pregnancy; high blood pressure.</p>",
        "<h2>The details</h2><p><strong>Contraindications:</strong> pregnancy and dialysis.</p>",
        "<h2>Please read</h2><p>Treatment will be postponed in case of:</p><ul><li>Pregnancy<li>Angina</ul>",
        "<h2>Precautions</h2><p>Pregnancy: please wait.</p><p>Heart condition: ask your doctor.</p>",
        "<h2>Is it safe?</h2><p>Yes, for most. It is not advised during pregnancy or with kidney failure.</p>",
        "<h2>The fine print</h2><p>If you are pregnant or have a thyroid condition, ring us first.</p>",
        (
            "<table><tr><td>Downtime</td><td>2 days</td></tr>"
            "<tr><td>Not for</td><td>Pregnancy, liver disease</td></tr></table>"
        ),
    ],
)
def test_reasons_to_wait_are_read_in_the_forms_pages_give_them(said):
    _, questions = facts(f"<title>PRP</title><h1>PRP</h1><p>Plasma from your own blood.</p>{said}")
    assert questions == {"SCR-PREG", "SCR-CARDIAC"}


def test_whom_it_suits_is_no_reason_to_wait():
    html = "<h1>PRP</h1><h2>Suitable for</h2><p>You are in good health, do not smoke and have no tan.</p>"
    read = read_page(html)
    assert read.contraindications == ()
    assert "do not smoke" in read.sections["ideal_candidates"]


def test_what_the_library_and_the_bank_do_not_have_is_named_as_on_the_page():
    html = (
        "<h1>Jessner peel</h1><h2>What it treats</h2><p>Oily skin and old scars.</p>"
        "<h2>What if it is too strong for me?</h2><p>A lactic acid peel is gentler, "
        "and LED light therapy needs no acid.</p>"
    )
    read = read_page(html)
    assert read.concerns == ("oily skin", "scars")
    assert read.alternatives == ("lactic acid peel", "led light therapy")
