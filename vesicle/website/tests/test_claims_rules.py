"""The data of the claims check: every pattern finds its own examples and leaves the others alone."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from vesicle.protocols.bank import load_bank
from vesicle.protocols.problems import FileRefused
from vesicle.website.claims import audit
from vesicle.website.claims.phrases import Vocabulary
from vesicle.website.claims.rules import DATA, load_rules, read_rules
from vesicle.website.claims.words import words_of

PATTERNS = [ready.pattern for ready in load_rules().patterns]
HITS = [(pattern, text) for pattern in PATTERNS for text in pattern.hit]
MISSES = [(pattern, text) for pattern in PATTERNS for text in pattern.miss]


def where(pattern):
    return pattern.jurisdictions[0] if pattern.jurisdictions else "US"


@pytest.mark.parametrize(("pattern", "text"), HITS, ids=[f"{p.id}: {t}" for p, t in HITS])
def test_a_pattern_finds_what_it_is_meant_for(pattern, text):
    found = audit(text, jurisdiction=where(pattern))
    assert pattern.id in {match.id for match in found.patterns}
    match = next(match for match in found.patterns if match.id == pattern.id)
    assert match.words == text[match.start : match.end]


@pytest.mark.parametrize(("pattern", "text"), MISSES, ids=[f"{p.id}: {t}" for p, t in MISSES])
def test_a_pattern_leaves_alone_what_only_looks_like_it(pattern, text):
    assert pattern.id not in {match.id for match in audit(text, jurisdiction=where(pattern)).patterns}


def test_words_forbidden_in_one_country_are_found_there_alone():
    for pattern in PATTERNS:
        for text in pattern.hit if pattern.jurisdictions else ():
            elsewhere = next(code for code in load_bank().jurisdictions if code not in pattern.jurisdictions)
            assert pattern.id not in {match.id for match in audit(text, jurisdiction=elsewhere).patterns}


def test_every_rule_on_advertising_names_patterns_that_are_there_and_hold_in_its_country():
    by_id = {pattern.id: pattern for pattern in PATTERNS}
    named = set()
    for country in load_bank().jurisdictions.values():
        for rule in country.advertising:
            for name in rule.patterns:
                assert not by_id[name].jurisdictions or country.id in by_id[name].jurisdictions, (rule.id, name)
                named.add(name)
            assert rule.refs or rule.checked == "not-verified", f"{rule.id} was checked against nothing"
    assert {pattern.id for pattern in PATTERNS if pattern.jurisdictions} <= named


def test_no_sentence_of_the_rules_uses_a_word_we_never_print():
    for file in DATA.glob("*.yaml"):
        for pattern in PATTERNS:
            assert "compliant" not in f"{pattern.why} {pattern.safer}".lower(), file


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("cure~", "It cured her.", True),
        ("cure~", "secure booking", False),
        ("stop~", "It stopped.", True),
        ("clarify~", "It clarifies.", True),
        ("hydrat*", "hydration", True),
        ("boost~ ..2 collagen", "boosts your own collagen", True),
        ("boost~ ..1 collagen", "boosts your very own collagen", False),
        ("boost~ ..4 collagen", "boosts mood; collagen is a protein", False),
        ("boost~ ..4 collagen", "boosts mood but collagen stays", False),
        ("for_good|forever", "gone for good", True),
        ("# ..1 weeks", "2–3 weeks", True),
        ("<colour> line", "a dark red line", True),
        ("^ under 18 .", "Under 18.", True),
        ("^ under 18 .", "Under 18 facials.", False),
        ("quiet ..1 .", "quiet now", True),
    ],
)
def test_the_small_language_of_phrases(phrase, text, found):
    vocabulary = Vocabulary({"colour": ["dark red", "blue"]})
    vocabulary.phrase(phrase)
    assert bool(vocabulary.places(words_of(text))) is found


@pytest.mark.parametrize("phrase", ["", "..3", "cure ..3", "<nothing>"])
def test_a_phrase_that_cannot_be_read_is_refused(phrase):
    with pytest.raises(ValueError, match=r"phrase|concept"):
        Vocabulary({}).phrase(phrase)


def test_a_slip_in_the_data_is_told_with_file_line_and_field(tmp_path: Path):
    copy = copytree(DATA, tmp_path / "data")
    file = copy / "disease.yaml"
    file.write_text(file.read_text().replace("class: disease", "class: desease", 1))
    with pytest.raises(FileRefused) as refused:
        read_rules(copy)
    [problem] = refused.value.problems
    assert (problem.file, problem.line) == ("claims/disease.yaml", 5)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("excused_by: [recovery, aftercare, decline]", "excused_by: [nothing]", "'nothing' is not in context.yaml"),
        ("id: heals", "id: cure", "'cure' is given twice"),
        ("<cure-word>", "<curse-word>", "no concept 'curse-word'"),
    ],
)
def test_a_name_that_leads_nowhere_is_refused(tmp_path, before, after, told):
    copy = copytree(DATA, tmp_path / "data")
    file = copy / "disease.yaml"
    file.write_text(file.read_text().replace(before, after, 1))
    with pytest.raises(FileRefused, match=told):
        read_rules(copy)
