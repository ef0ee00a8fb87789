"""What excuses a claim, what does not, and what stands in a report."""

from __future__ import annotations

from datetime import date
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vesicle.protocols.bank import load_bank
from vesicle.website.claims import audit, audit_html, audit_lines, audit_text
from vesicle.website.claims.jurisdictions import UnknownJurisdiction
from vesicle.website.claims.rules import VERSION

ON = date(2026, 11, 28)

NEGATED = """
It does not treat acne.
It doesn’t treat acne.
It cannot treat acne, rosacea or eczema.
Nobody has shown that it treats acne.
No product here treats acne.
There is no proof that it treats acne.
It is not true that exosomes treat acne.
An FDA approval has not been given.
It is not without risk.
"""
NOT_NEGATED = """
It not only treats acne.
It not just treats acne, it cures it.
Why not treat acne today?
No other product treats acne.
Nothing treats acne like exosomes.
It does not hurt, it treats acne.
It does not hurt but treats acne.
No needles, and it treats acne.
Without a doubt it treats acne.
It never fails to treat acne.
"""


@pytest.mark.parametrize("text", NEGATED.strip().splitlines())
def test_what_is_denied_is_no_claim(text):
    finding = audit(text)
    assert finding.verdict == "ok"
    assert "negation" in {one.by for one in finding.excused}


@pytest.mark.parametrize("text", NOT_NEGATED.strip().splitlines())
def test_what_only_looks_like_a_negation_denies_nothing(text):
    assert audit(text).verdict == "block"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Does it cure acne?", "ok"),
        ("FDA approved?", "ok"),
        ("Ready to cure your acne?", "block"),
        ("With no side effects, what could go wrong?", "block"),
        ("Does it cure acne? Yes, absolutely!", "block"),
        ("Does it cure acne? No.", "ok"),
        ("Any downtime? None at all.", "block"),
        ("Tired of rosacea? Try our serum.", "block"),
        ("Rosacea? Tell us before your visit.", "ok"),
    ],
)
def test_a_question_is_judged_by_who_asks_it_and_what_is_answered(text, verdict):
    assert audit(text).verdict == verdict


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Exosomes may treat acne.", "block"),
        ("In one trial of 25 people, exosomes treated acne.", "block"),
        ("Exosomes increase collagen.", "block"),
        ("In one trial of 25 people, collagen increased.", "needs-evidence"),
        ("Needling increases collagen.", "block"),
        ("Trials suggest that needling increases collagen.", "needs-evidence"),
        ("Needling by itself raises collagen.", "needs-evidence"),
        ("Needling with our serum increases collagen.", "block"),
    ],
)
def test_a_trial_lowers_a_claim_only_where_the_law_allows(text, verdict):
    assert audit(text).verdict == verdict


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Hurry, book now!", "needs-evidence"),
        ("Hurry in before they are gone.", "needs-evidence"),
        ("She would rather postpone than hurry.", "ok"),
        ("We never hurry a consultation.", "ok"),
    ],
)
def test_whoever_is_told_to_hurry_is_pressed_and_whoever_does_not_hurry_presses_nobody(text, verdict):
    assert audit(text).verdict == verdict


def test_a_finding_says_what_why_and_how_to_say_it_better():
    finding = audit("Our serum cures acne.")
    match = finding.patterns[0]
    assert (match.id, match.class_, match.words) == ("cure", "disease", "cures")
    assert match.why
    assert match.safer


def test_words_of_one_country_are_judged_by_its_code_or_another_it_answers_to():
    assert audit("Rejuvenate your skin.").verdict == "needs-evidence"
    assert audit("Rejuvenate your skin.", jurisdiction="UK").verdict == "block"
    assert audit("Rejuvenate your skin.", jurisdiction="gb").verdict == "block"
    assert audit_text("Open daily.", on=ON, jurisdiction="DE").jurisdiction == "EU"
    with pytest.raises(UnknownJurisdiction, match=r"'XX' is not .* There are: US, EU"):
        audit("Anything.", jurisdiction="XX")


def test_a_report_says_version_day_country_and_that_it_is_no_legal_advice():
    report = audit_lines("Cures acne.\n\nOpen daily.\n", on=ON)
    told = report.as_dict()
    assert (told["checked_on"], told["jurisdiction"], told["version"]) == ("2026-11-28", "US", VERSION)
    assert "no legal advice" in told["note"]
    assert [one["verdict"] for one in told["sentences"]] == ["block", "ok"]
    assert set(told["sentences"][0]["patterns"][0]) >= {"id", "class", "why", "safer"}
    assert "compliant" not in str(told)


def test_a_page_that_names_exosomes_needs_the_status_sentence():
    without = audit_text("We offer an exosome serum.", on=ON)
    assert [(one.rule.id, one.is_there) for one in without.required] == [("us-status", False)]
    with_it = audit_text("We offer an exosome serum. No exosome product is approved by the FDA.", on=ON)
    assert [one.is_there for one in with_it.required] == [True]
    assert audit_text("We offer chemical peels.", on=ON).required == ()


@given(st.text(max_size=300))
def test_any_text_is_judged_and_places_are_inside_it(text):
    for finding in audit_text(text, on=ON).findings:
        assert finding.verdict in ("block", "needs-evidence", "ok")
    for match in audit(text).patterns:
        assert 0 <= match.start < match.end <= len(text)


@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<b", "<!--", "-->", "<script>", "</script>", '"', "'", ">", "=", "x", "&lt;", " "]
        )
    )
)
def test_any_markup_is_read(pieces):
    audit_html("".join(pieces), on=ON)


PIECES = [
    "!",
    '"_',
    "<div>",
    "<p>x",
    "<!--",
    "<a",
    "<b><p>",
    '<a_b="',
    "<script>",
    "</div>",
    "<svg>",
    "a.",
    ".",
    "“",
    "cure_acne_",
    "not_",
    "improve_skin_",
    "-",
    "'",
    "a",
    "&",
    "<![CDATA[",
    "(.",
]


def _seconds(html):
    began = process_time()
    audit_html(html, on=ON)
    return process_time() - began


@pytest.mark.parametrize("piece", PIECES)
def test_time_grows_with_the_text_and_no_faster(piece):
    piece = piece.replace("_", " ")
    short, long = (min(_seconds(piece * (letters // len(piece))) for _ in range(3)) for letters in (20_000, 160_000))
    # Eight times the text may take eight times as long, and as much again for a busy machine; the quickest of three
    # counts, since sweeping the memory of a long run of tests took half a second out of one.
    assert long < max(16 * short, 0.5)


@pytest.mark.parametrize("country", load_bank().jurisdictions.values(), ids=lambda country: country.id)
class TestRequiredStatement:
    def missing(self, text, country):
        return [one.rule.id for one in audit_text(text, on=ON, jurisdiction=country.id).required if not one.is_there]

    def test_the_statement_of_a_country_stands_where_it_is_printed_word_for_word(self, country):
        assert self.missing(country.statement, country) == []
        assert self.missing(country.statement.upper().replace(",", " –"), country) == []

    def test_exosomes_named_without_it_lack_it(self, country):
        assert self.missing("Our exosome serum. Open daily.", country)

    def test_what_a_regulator_elsewhere_says_is_not_where_they_stand_here(self, country):
        foreign = "No exosome product is approved by the FDA."
        assert bool(self.missing(foreign, country)) is (country.id != "US")

    def test_the_rule_says_that_it_is_ours_and_what_its_facts_rest_on(self, country):
        (rule,) = [one for one in country.advertising if one.kind == "required-statement"]
        assert "a rule of ours" in rule.says
        assert (rule.basis, rule.refs, rule.checked) == ("convention", country.refs, country.checked)
