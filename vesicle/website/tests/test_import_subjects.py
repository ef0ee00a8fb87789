"""Whose time a figure is: its own subject decides, in the words around it and where pages put them apart."""

from __future__ import annotations

import pytest

from vesicle.website.importing import read_page
from vesicle.website.importing.blocks import Block
from vesicle.website.importing.exclusions import excludes, suits
from vesicle.website.importing.figures import figures_in
from vesicle.website.importing.parts import part_of

OURS = frozenset({"prp", "microneedling"})
AFTER, ASKED, LASTS = "Aftercare", "How long is the visit?", "How long does it last?"
# Sentence, heading above, the figure, its range; None for a figure the sentence does not state.
STATED = [
    ("The visit takes, including the cream and the photographs, about 75 minutes.", "", "duration_minutes", (75, 75)),
    ("Start to finish, it's 50 minutes.", "", "duration_minutes", (50, 50)),
    ("Count on two hours.", "", "duration_minutes", (120, 120)),
    ("A little redness (24-48hrs) is usual.", AFTER, "downtime_days", (1, 2)),
    ("Within 5-8 days, most of the flaking has gone.", AFTER, "downtime_days", (5, 8)),
    ("You may be pink at first, and it typically fades within two or three days.", AFTER, "downtime_days", (2, 3)),
    ("Most people are out of the house for 24 to 48 hours or less, while the redness fades.", AFTER, "downtime_days",
     (1, 2)),
    ("About a year, after which one refresher visit does it.", LASTS, "lasts_months", (12, 12)),
    ("With maintenance the results can last 9 to 12 months.", "", "lasts_months", (9, 12)),
    ("The change can be expected to stick around for five months.", "", "lasts_months", (5, 5)),
    ("Courses are done at intervals of three months.", "", "interval_weeks", (12, 12)),
    ("It becomes noticeable from about two months and keeps building for another four.", "", "onset_weeks", (8, None)),
    ("Usually two treatments are needed at 3-4 monthly intervals.", "", "interval_weeks", (12, 16)),
    ("It takes several sittings (usually 5-8).", "", "sessions", (5, 8)),
    ("By day six the flaking is over.", AFTER, "downtime_days", (6, 6)),
    ("Two or three visits, five weeks between them.", "", "sessions", (2, 3)),
]  # fmt: skip
NOT_STATED = [
    ("The cream takes 20 to 40 minutes to work.", "", "duration_minutes"),
    ("The pen takes about 25 minutes for a whole face.", "", "duration_minutes"),
    ("6 hours post treatment: do not touch the skin.", "", "duration_minutes"),
    ("From a few minutes for one mark to an hour.", ASKED, "duration_minutes"),
    ("In a small study, people had five sessions spaced three weeks apart.", "", "sessions"),
    ("In a small study, people had five sessions spaced three weeks apart.", "", "interval_weeks"),
    ("The resting phase of a hair, the telogen, lasts up to four months.", "", "lasts_months"),
    ("Vouchers are in your name and good for twenty months.", "", "lasts_months"),
    ("You will continue to see improvements for up to 8 months.", LASTS, "lasts_months"),
    ("Some see a first change at 3 weeks and continued improvement over the next 5 months.", LASTS, "lasts_months"),
    ("Skin looks firmer, and collagen goes on building for 4 to 5 months.", "", "onset_weeks"),
    ("Use sun cream (SPF50 or over) for a week so as not to bring on pigment changes.", AFTER, "onset_weeks"),
    ("By day two or three you will look bronzed and a little sandy.", AFTER, "downtime_days"),
    ("You can start peeling some 48 to 72 hours after.", AFTER, "downtime_days"),
    ("Weeks 5–12", AFTER, "downtime_days"),
    ("Bruising can come and go for up to two weeks.", AFTER, "downtime_days"),
    ("Redness is maximal in the first 2 weeks.", AFTER, "downtime_days"),
    ("Typically, around the third day, the skin will start to peel.", AFTER, "downtime_days"),
    ("Expect the scabbing to begin about six days after.", AFTER, "downtime_days"),
    ("It may flake a little and at 30 days the skin looks different.", AFTER, "downtime_days"),
    ("Skin appears pink for anywhere from two to five months.", "", "onset_weeks"),
]


def read(text, heading):
    headings = ((1, "PRP"), (2, heading)) if heading else ((1, "PRP"),)
    section = "recovery_and_aftercare" if heading == AFTER else ""
    taken, _ = figures_in(Block(text, "text", headings=headings), section, OURS)
    found = {}
    for one in sorted(taken, key=lambda one: -one.weight):
        found.setdefault(one.role, one.values)
    return found


@pytest.mark.parametrize(("text", "heading", "role", "values"), STATED)
def test_a_time_is_read_of_what_it_is_the_time_of(text, heading, role, values):
    assert read(text, heading).get(role) == values


@pytest.mark.parametrize(("text", "heading", "role"), NOT_STATED)
def test_a_time_of_something_else_is_none_of_ours(text, heading, role):
    assert role not in read(text, heading)


def test_what_is_sure_of_the_whole_visit_outweighs_a_part_of_it():
    text = "Microneedling takes roughly half an hour. Your visit takes about 90 minutes."
    assert read(text, "")["duration_minutes"] == (90, 90)


def test_a_label_of_being_away_outweighs_one_side_effect():
    page = read_page(
        "<h1>PRP Microneedling</h1><p>Your own plasma, worked into the skin by our nurses.</p>"
        "<ul><li>Swelling: lasts 3 to 6 days.</li><li>Presentable in public: in 7 to 9 days.</li></ul>"
    )
    assert page.figures["downtime_days"] == (7, 9)


def test_a_part_reaches_over_brackets_and_the_comma_behind_an_opening_time():
    text = "Within a week, the redness (24 hours) is gone."
    start, end = part_of(text, 0, 13)
    assert text[start:end].startswith("Within a week, the redness")
    at = text.index("24")
    start, end = part_of(text, at, at + 8)
    assert "redness" in text[start:end]


class TestAsPagesAreBuilt:
    def test_tiles_hold_a_label_and_its_value_however_they_are_set(self):
        tiles = "".join(
            f"<div class=item><div class=label>{label}</div><div class='value heading-h5'>{value}</div></div>"
            for label, value in (
                ("Treatments", "Two"),
                ("Time in office", "2–3 hours"),
                ("Social downtime", "4–6 days"),
                ("Anesthesia", "Local"),
            )
        )
        page = read_page(f"<h1>PRP Microneedling</h1><p>Plasma, worked into the skin.</p><div>{tiles}</div>")
        assert page.figures["sessions"] == (2, 2)
        assert page.figures["duration_minutes"] == (120, 180)
        assert page.figures["downtime_days"] == (4, 6)

    def test_cells_that_are_tiles_are_read_each_by_itself(self):
        cells = "<td><b>Recovery</b><br>3-6 days</td><td><b>Procedure Time</b><br>40-50 minutes</td>"
        page = read_page(f"<h1>PRP Facial</h1><p>Plasma for the face.</p><table><tr>{cells}</tr></table>")
        assert page.figures["downtime_days"] == (3, 6)
        assert page.figures["duration_minutes"] == (40, 50)

    def test_an_answer_that_begins_with_another_name_is_no_card(self):
        page = read_page(
            "<h1>Exosome Hair Therapy</h1><p>Exosomes for the scalp, after microneedling.</p>"
            "<div><div class=b>What are my other choices?</div>"
            "<div class=b><p>Minoxidil or a transplant.</p></div></div>"
        )
        assert "minoxidil" in page.alternatives

    def test_what_builders_name_as_reviews_is_none_of_the_content(self):
        page = read_page(
            "<h1>PRP Facial</h1><p>Plasma for the face, spun from your own blood.</p>"
            "<section data-framer-name='Testimonials'><p>After four visits the jeans are loose at last</p></section>"
        )
        assert page.left_out == {"testimonials": 1}
        assert not page.unread

    def test_what_a_shop_says_of_a_treatment_it_sells_is_read(self):
        page = read_page(
            "<h1>TCA Peel</h1><p>A peel of medium depth.</p><div class='accordion product__accordion'><details>"
            "<summary>How long is the appointment?</summary><p>45 minutes.</p></details></div>"
            "<div class=product-card><h3>Serum</h3><p>Lasts 3 months.</p></div>"
        )
        assert page.figures["duration_minutes"] == (45, 45)
        assert page.figures["lasts_months"] is None

    def test_a_card_behind_the_reviews_is_none_of_the_section_above_it(self):
        page = read_page(
            "<h1>CO2 Laser Resurfacing</h1><p>The laser takes away the top of the skin in columns, and new skin grows "
            "in from the bridges left between them over the days that follow.</p><h2>Alternatives</h2>"
            "<p>Ask about microneedling.</p><div class=testimonial><p>Lovely people all of them.</p></div>"
            "<h4>Tattoo removal</h4><p>From £60, 8-10 sessions, 6 weeks apart</p>"
        )
        assert "8-10" not in " ".join(page.sections.values())

    def test_a_heading_of_furniture_closes_nothing_of_the_next_section(self):
        page = read_page(
            "<h1>PRP Facial</h1><div><h2>Meet the team</h2><p>Nurses, all of them.</p>"
            "<h2>Benefits</h2><p>Skin may look smoother and less dull.</p></div>"
        )
        assert page.sections == {"benefits": "Skin may look smoother and less dull."}

    def test_a_list_of_reasons_under_another_heading_is_read_as_such(self):
        page = read_page(
            "<h1>PRP Facial</h1><h2>Before</h2><p>Talk these over with your nurse:</p><ul>"
            "<li>You may not be pregnant.</li>"
            "<li>A history of keloid scars.</li><li>Current or past cancer.</li><li>A pacemaker.</li></ul>"
        )
        assert {"SCR-PREG", "SCR-KELOID"} <= {one.question for one in page.contraindications}
        assert "keloid" in page.sections["disqualifying_conditions"]

    def test_a_list_that_answers_a_question_is_told_as_one_sentence(self):
        page = read_page(
            "<h1>PRP Facial</h1><h2>Who should wait?</h2><p>Anyone with one of these:</p>"
            "<ul><li>Pregnancy</li><li>A cold sore</li></ul><p>Ask us.</p>"
        )
        assert page.questions == (("Who should wait?", "Anyone with one of these: Pregnancy; A cold sore Ask us."),)

    def test_a_list_of_what_to_leave_off_before_a_visit_is_none(self):
        page = read_page(
            "<h1>PRP Facial</h1><h2>Before</h2><ul><li>Avoid aspirin for a week.</li>"
            "<li>Stop retinol for five days.</li>"
            "<li>Avoid the sun for two weeks.</li><li>Do not wax.</li></ul>"
        )
        assert "disqualifying_conditions" not in page.sections


def test_whom_it_suits_is_told_apart_from_whom_it_does_not():
    assert suits("Good candidates are people with fair skin and time to heal.")
    assert not suits("Good candidates are not pregnant.")
    assert not excludes("The ideal patient is in good health and not ready for surgery on the face.")
    assert excludes("We will not go ahead if you are pregnant or have a cold sore.")
