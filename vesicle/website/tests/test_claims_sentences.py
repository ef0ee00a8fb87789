"""Texts and pages taken apart into sentences."""

from __future__ import annotations

import pytest

from vesicle.website.claims.sentences import of_html, of_text
from vesicle.website.claims.words import words_of


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Dr. Lee and Prof. May see you.", ["Dr. Lee and Prof. May see you."]),
        ("Use a serum, e.g. Ours. Rest.", ["Use a serum, e.g. Ours.", "Rest."]),
        ("It takes 30–60 min. on average. Then rest.", ["It takes 30–60 min. on average.", "Then rest."]),
        ("It takes approx. 2.5 hours.", ["It takes approx. 2.5 hours."]),
        ("Open 9 a.m. to 6 p.m. every day.", ["Open 9 a.m. to 6 p.m. every day."]),
        ("No. It is not.", ["No.", "It is not."]),
        ("See room no. 5. Thanks.", ["See room no. 5.", "Thanks."]),
        ("A heading\nA sentence.", ["A heading", "A sentence."]),
        ("“It is great!” – Ann P.", ["“It is great!” – Ann P."]),
        ("Wait … what? Yes!", ["Wait …", "what?", "Yes!"]),
        ("…\n\n---\n", []),
        ("", []),
    ],
)
def test_a_text_becomes_sentences(text, sentences):
    found = of_text(text)
    assert [one.text for one in found] == sentences
    assert [text[one.start : one.end] for one in found] == sentences


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("It hydrates.", "sentence"),
        ("Does it hurt?", "question"),
        ("- Smoother skin", "list-item"),
        ("“My skin glows.” – Ann", "testimonial"),
        ('"I love it", says Joe', "testimonial"),
        ("The “glow” we mean", "sentence"),
    ],
)
def test_a_line_says_what_kind_it_is(text, kind):
    assert of_text(text)[0].kind == kind


PAGE = """<!doctype html><html><head><title>Exosomes | Spa</title>
<meta name="description" content="Glow now."><style>p{content:"x."}</style></head><body>
<script>document.write("cures acne")</script><noscript>Turn it on.</noscript>
<h2>Does it <em>hurt</em>?</h2><p>It <b>stin</b>gs a little.<p>Approx. 30&ndash;60&nbsp;min. per visit.
<ul><li>First<li>Second</ul>
<figure><img src=x alt="A smiling patient"><figcaption>After 12 weeks</figcaption></figure>
<blockquote>Skin is an organ.</blockquote>
<div class="elementor-testimonial__text"><p>My acne is gone.</p></div>
<template><p>Hidden.</p></template><h2>Prices</h2><table><tr><td>Face<td>$300</table></body></html>"""


def test_a_page_becomes_sentences_with_their_kinds():
    assert [(one.kind, one.text) for one in of_html(PAGE)] == [
        ("heading", "Exosomes | Spa"),
        ("caption", "Glow now."),
        ("question", "Does it hurt?"),
        ("sentence", "It stings a little."),
        ("sentence", "Approx. 30–60 min. per visit."),
        ("list-item", "First"),
        ("list-item", "Second"),
        ("caption", "A smiling patient"),
        ("caption", "After 12 weeks"),
        ("quotation", "Skin is an organ."),
        ("testimonial", "My acne is gone."),
        ("heading", "Prices"),
        ("list-item", "Face"),
        ("list-item", "$300"),
    ]


def test_a_sentence_of_a_page_knows_its_heading_and_the_elements_around_it():
    [stings] = [one for one in of_html(PAGE) if one.text == "It stings a little."]
    assert stings.context == "Does it hurt?"
    assert stings.path.endswith("body/p")


@pytest.mark.parametrize(
    "html",
    [
        "<p>One.</b></i></div><p>Two.",
        "<p>One.<!-- never closed -- ><p>Two.--> x<!--",
        "<P\nCLASS=a>One.</P><p/>Two.",
        "One.<p>Two.",
    ],
)
def test_broken_nesting_loses_no_more_than_a_browser_would(html):
    assert "One." in [one.text for one in of_html(html)]


def test_text_very_deep_in_a_page_is_read():
    assert [one.text for one in of_html("<div>" * 5_000 + "Deep." + "</div>" * 5_000 + "<p>After.")] == [
        "Deep.",
        "After.",
    ]


def test_words_are_read_through_hyphens_quotation_marks_accents_and_what_is_not_seen():
    assert [word.text for word in words_of("Don’t: FDA‑approved décolleté, stem\u00adcell can't")] == [
        "do", "not", "fda", "approved", "decollete", "stemcell", "can", "not",
    ]  # fmt: skip
