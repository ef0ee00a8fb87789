"""Labelled pages: nothing invented, no trap read, most of what they state found; and what pages are made of."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vesicle.protocols.bank import load_bank
from vesicle.protocols.library_files import load_library
from vesicle.website.importing import Unreadable, read_page
from vesicle.website.importing.contradictions import contradictions
from vesicle.website.importing.roles import ROLES
from vesicle.website.importing.source import MOST_BYTES
from vesicle.website.importing.words import SECTIONS, heading_words, question_words, treatment_words
from vesicle.website.tests.import_measured import PAGES, expected, measured

ALL_KEYS = {
    *("treatment", "modalities", *ROLES, "contraindications", "concerns", "alternatives"),
    *("sections", "sentences", "unread"),
}
BROKEN = [
    *(
        "<div>",
        "</p>",
        "<li>",
        "<table><tr><td>",
        "</div>",
        "PRP takes 45 minutes. ",
        "<h2>",
        "é–",
        "<!--",
        "<a href='",
    ),
    *("\x0b", "Downtime", "&nbsp;"),
]


def page(body, head="<title>PRP facial</title>", lang="en"):
    return f"<!doctype html><html lang='{lang}'><head>{head}</head><body>{body}</body></html>"


class TestLabelledPages:
    @pytest.mark.parametrize("kept", [False, True])
    def test_nothing_is_invented_and_no_trap_is_read(self, kept):
        found = measured(kept=kept)
        assert (found.invented, found.trapped) == ([], [])

    @pytest.mark.parametrize("kept", [False, True])
    def test_most_of_what_pages_state_is_found(self, kept):
        assert measured(kept=kept).share >= 0.85

    def test_every_page_is_labelled(self):
        assert {path.stem for path in PAGES.glob("*.html")} == set(expected())

    @pytest.mark.parametrize("name", sorted(expected()))
    def test_every_value_points_to_words_that_stand_on_the_page(self, name):
        read = read_page((PAGES / f"{name}.html").read_bytes())
        text = "\n".join([*(one.text for one in read.findings), *read.sections.values()])
        for role in ROLES:
            if read.figures.get(role) is not None:
                assert read.read_from[role].words in text
        for number, one in enumerate(read.contraindications):
            assert read.read_from[f"contraindications.{number}"].words == one.text

    def test_the_machine_form_is_that_of_the_issue(self):
        data = read_page((PAGES / "plain-peel.html").read_bytes()).as_dict()
        assert data.keys() >= ALL_KEYS
        assert data["duration_minutes"] == [30, 30]
        assert set(data["sections"]) <= set(SECTIONS)
        assert all({"text", "verdict", "patterns"} <= set(one) for one in data["sentences"])


class TestWords:
    def test_every_name_is_one_of_the_library_or_the_bank(self):
        library, bank, words = load_library(), load_bank(), treatment_words()
        assert set(words.treatments) == set(library.treatments())
        assert set(words.modalities) == {option.id for option in library.options()}
        assert set(words.concerns) == set(bank.concerns)
        assert {name for name, _ in question_words()} <= set(bank.questions)

    def test_every_section_has_its_words_and_its_place_in_the_order(self):
        words = heading_words()
        assert set(words.sections) == set(words.order) == set(SECTIONS)
        assert set(words.labels) >= set(ROLES)


class TestContradictions:
    def test_an_onset_earlier_than_the_protocol_is_said_with_when_trials_looked(self):
        read = read_page(page("<h1>Exosome microneedling</h1><p>Results are visible within 2–3 weeks.</p>"))
        told = {one.field: (one.page, one.protocol) for one in contradictions(read)}
        assert told["onset_weeks"] == ("2–3 weeks", "4–6 weeks")
        assert told["assessed"] == ("2–3 weeks", "judged at 12 weeks")

    def test_a_duration_nobody_measured_is_said(self):
        read = read_page(page("<h1>Exosome microneedling</h1><p>Results last up to six months.</p>"))
        assert [one.protocol for one in contradictions(read)] == ["how long a result lasts is not known"]

    def test_a_figure_within_the_protocol_is_no_contradiction(self):
        assert contradictions(read_page(page("<h1>PRP microneedling</h1><p>We recommend three sessions.</p>"))) == ()


class TestWhatIsNoContent:
    @pytest.mark.parametrize(
        "body",
        [
            "<nav><ul><li>PRP takes 45 minutes</li></ul></nav>",
            "<footer>PRP takes 45 minutes</footer>",
            "<div class='testimonial-slider'><p>It takes 45 minutes</p></div>",
            "<div role=dialog><p>The treatment takes 45 minutes</p></div>",
            "<script>'The treatment takes 45 minutes'</script><template>The treatment takes 45 minutes</template>",
            "<noscript>The treatment takes 45 minutes</noscript>",
            "<div class='products'><div class='product'>The treatment takes 45 minutes</div></div>",
            "<h2>Related treatments</h2><h3>PRP</h3><p>The treatment takes 45 minutes</p>",
            "<h2>What our patients say</h2><p>The treatment takes 45 minutes and I loved it</p>",
            "<h2>Dermal fillers</h2><p>The treatment takes 45 minutes</p>",
        ],
    )
    def test_furniture_gives_no_figure_and_no_section(self, body):
        read = read_page(page(f"<h1>PRP facial</h1><p>Made from your own blood.</p>{body}"))
        assert read.figures["duration_minutes"] is None
        assert "45" not in " ".join(read.sections.values())

    @pytest.mark.parametrize(
        "body",
        [
            "<div hidden><p>The treatment takes 45 minutes.</p></div>",
            "<div style='display:none' aria-hidden=true><p>The treatment takes 45 minutes.</p></div>",
            "<details><summary>How long does it take?</summary>45 minutes</details>",
            "<table><tr><th>Treatment time</th><td>45 min</td></tr></table>",
            "<dl><dt>Treatment time<dd>45 min</dl>",
            "<div><div>45&nbsp;min</div><div>Treatment time</div></div>",
            "<p><strong>Duration:</strong> 45 min<br><strong>Numbing:</strong> 20 min</p>",
            "<p><b>How long does it take?</b></p><p>About 45 minutes.</p>",
        ],
    )
    def test_what_is_closed_or_in_a_box_is_content(self, body):
        read = read_page(page(f"<h1>PRP facial</h1><p>Made from your own blood.</p>{body}"))
        assert read.figures["duration_minutes"] == (45, 45)


class TestWhomItExcludes:
    def test_a_list_led_to_by_a_sentence_is_read(self):
        body = (
            "<h1>PRP</h1><h2>Good to know</h2><p>We do not treat people who:</p><ul><li>are pregnant<li>own a boat</ul>"
        )
        found = [(one.text, one.question) for one in read_page(page(body)).contraindications]
        assert found == [("are pregnant", "SCR-PREG"), ("own a boat", None)]

    def test_a_question_answered_with_no_is_read(self):
        body = "<h1>PRP</h1><h3>Can I have it while breastfeeding?</h3><p>No, please wait until you have stopped.</p>"
        assert [one.question for one in read_page(page(body)).contraindications] == ["SCR-BF"]

    def test_what_to_avoid_afterwards_excludes_nobody(self):
        body = "<h1>PRP</h1><h2>Aftercare</h2><p>Avoid retinol and sun tanning for 2 weeks after your treatment.</p>"
        assert read_page(page(body)).contraindications == ()


class TestWhichTreatment:
    @pytest.mark.parametrize(
        ("body", "treatment", "modalities"),
        [
            ("<h1>Microneedling with PRP</h1>", "prp", ("microneedling",)),
            ("<h1>Microneedling</h1><p>PRP PRP PRP PRP exosomes</p>", "microneedling", ()),
            ("<h1>Glow</h1><p>A chemical peel lifts skin. Our peels are light.</p>", "chemical-peel", ("superficial",)),
            ("<h1>Botox</h1><p>PRP is an option too.</p>", None, ()),
        ],
    )  # fmt: skip
    def test_the_main_heading_decides_then_the_weight_of_the_text(self, body, treatment, modalities):
        read = read_page(page(body, head=""))
        assert (read.treatment, read.modalities) == (treatment, modalities)

    def test_a_page_about_several_is_said_and_gives_no_figure(self):
        body = (
            "<h1>Our services</h1><h2>PRP</h2><p>Takes 45 minutes.</p><h2>Chemical peels</h2><p>Takes 30 minutes.</p>"
        )
        read = read_page(page(body, head=""))
        assert read.treatment is None
        assert all(value is None for value in read.figures.values())
        assert "several treatments" in read.notes[0]


class TestBadInput:
    def test_another_language_is_said_and_nothing_guessed(self):
        words = "El tratamiento de la piel con plasma es una sesión que dura 45 minutos y se hace en la clínica. " * 4
        read = read_page(page(f"<h1>PRP</h1><p>{words}</p>", lang="es"))
        assert (read.language, read.treatment, read.sections) == ("Spanish", None, {})

    def test_english_under_a_wrong_language_mark_is_read(self):
        words = "The treatment takes 45 minutes and is done with the plasma of your own blood in our clinic. " * 3
        assert read_page(page(f"<h1>PRP</h1><p>{words}</p>", lang="fr")).figures["duration_minutes"] == (45, 45)

    @pytest.mark.parametrize("raw", [b"", b"   \n"])
    def test_an_empty_file_is_refused_or_said_to_be_empty(self, raw):
        with pytest.raises(Unreadable, match="is empty"):
            read_page(raw)

    @pytest.mark.parametrize(
        "html",
        ["<body><div id=root></div><script>fill()</script></body>", "<!-- PRP takes 45 minutes. -->", "<style>p"],
    )
    def test_a_page_filled_by_scripts_or_without_content_is_refused(self, html):
        with pytest.raises(Unreadable, match="has no content"):
            read_page(html)

    def test_fifty_megabytes_are_refused_with_the_limit(self):
        with pytest.raises(Unreadable, match="larger than 10 MB"):
            read_page(b"<p>PRP " * (50_000_000 // 7))
        assert MOST_BYTES == 10_000_000

    @pytest.mark.parametrize(
        ("encoding", "declared", "noted"),
        [
            ("utf-8", "utf-8", False),
            ("cp1252", "utf-8", True),
            ("utf-8", "iso-8859-1", True),
            ("utf-16", "utf-8", False),
        ],
    )
    def test_wrong_encodings_are_read_and_said(self, encoding, declared, noted):
        html = page("<h1>PRP facial</h1><p>It takes 45–60 minutes.</p>", head=f"<meta charset={declared}>")
        read = read_page(html.encode(encoding))
        assert read.figures["duration_minutes"] == (45, 60)
        assert bool(read.notes) is noted

    def test_letters_damaged_before_saving_are_mended_and_said(self):
        html = page("<h1>PRP facial</h1><p>It takes 45–60 minutes.</p>").encode().decode("cp1252")
        read = read_page(html)
        assert read.figures["duration_minutes"] == (45, 60)
        assert "damaged" in read.notes[0]

    def test_nothing_executable_survives(self):
        body = (
            "<h1 onclick=alert(1)>PRP</h1><p onmouseover='x()'>Made from <b onfocus=y()>blood</b>."
            "<script>evil()</script><img src=x onerror=evil()><a href='javascript:evil()'>more about it</a>"
            "<svg><script>evil()</script></svg><iframe srcdoc='<script>evil()</script>'></iframe></p>"
        )
        told = str(read_page(page(body)).as_dict())
        assert not any(bad in told for bad in ("evil", "alert", "onclick", "javascript", "<"))

    @pytest.mark.parametrize(
        "html",
        [
            "<h1>PRP</h1>" + "<h2>Heading</h2>" * 20_000,
            "<h1>PRP</h1>" + "<div>" * 60_000 + "text",
            "<h1>PRP</h1>" + "<b><i><p>word " * 10_000,
            "<h1>PRP</h1><table>" + "<tr><td>one" * 10_000,
            "<h1>PRP</h1><p>" + "4 to 6 " * 20_000,
        ],
        ids=["headings", "nested", "unclosed", "cells", "numbers"],
    )
    def test_hostile_pages_are_read_in_bounded_time(self, html):

        began = time.process_time()
        assert read_page(html).treatment == "prp"
        assert time.process_time() - began < 30

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.sampled_from(BROKEN) | st.text(max_size=20), max_size=30))
    def test_any_broken_page_is_read_or_refused(self, parts):
        try:
            data = read_page("".join(parts)).as_dict()
        except Unreadable:
            return
        assert data.keys() >= ALL_KEYS
