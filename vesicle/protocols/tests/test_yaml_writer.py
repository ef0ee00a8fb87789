"""A protocol written as a file reads back as the same protocol, whatever its words are."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vesicle.protocols.checking import plain
from vesicle.protocols.library_files import library_paths
from vesicle.protocols.schema import Protocol
from vesicle.protocols.tests import shipped
from vesicle.protocols.yaml_source import parse_yaml
from vesicle.protocols.yaml_writer import WIDTH, as_yaml, plain_yaml

SHIPPED = [(path.parent.name, path.stem) for path in library_paths()]


def read_back(protocol):
    return Protocol.model_validate(parse_yaml(as_yaml(protocol).encode(), name="back.yaml").data)


@pytest.mark.parametrize(("treatment", "version"), SHIPPED)
def test_every_shipped_protocol_comes_back_as_it_was(treatment, version):
    protocol = shipped.protocol(treatment, version)
    back = read_back(protocol)
    assert back == protocol
    assert plain(back) == plain(protocol)
    assert as_yaml(back) == as_yaml(protocol)


def test_it_reads_like_a_file_that_somebody_wrote():
    text = as_yaml(shipped.protocol("prp"))
    lines = text.splitlines()
    assert lines[:2] == ["format: 1", "id: prp"]
    assert f'version: "{shipped.PRP}"' in lines
    assert "title: Platelet-rich plasma (PRP)" in lines
    assert max(map(len, lines)) <= WIDTH + 20
    assert list(parse_yaml(text.encode(), name="x").data) == list(plain(shipped.protocol("prp")))


AWKWARD = ["no", "Yes", "1.10", "2026-09-01", "12:20", "null", "a: b", "# not a comment", "- dash", "'quoted'"]
AWKWARD += ["back\\slash at the end\\", "tab\tinside", "two\nlines", "\n\nleading", "…", "naïve Müller 皮膚", '"so"']
AWKWARD += ["x" * 300, "word " * 60 + "end", "\\ \\ \\ " * 30 + "end", "@at", "{a}", "[b]", "*c", "&d", "!e", "%f"]
AWKWARD += ["line\u2028separator", "next\x85line", "mark\ufeff", "delete\x7f", "😀 face", "0x1F", "1e3", "---", "..."]
AWKWARD += ["  leading", "trailing  ", "a  b   c", "?", "~", "", " ", "a, b", "a - b", "a -", "-a", "y", "<<"]
words = st.one_of(st.sampled_from(AWKWARD), st.text(st.characters(codec="utf-8"), max_size=300))
numbers = st.one_of(st.integers(-(10**12), 10**12), st.floats(allow_nan=False, allow_infinity=False))
values = st.one_of(words, numbers, st.booleans(), st.none())
groups = st.dictionaries(st.sampled_from("abc"), values, min_size=1)
lists = st.one_of(st.lists(values), st.lists(groups))
data = st.dictionaries(st.sampled_from("defghi"), st.one_of(values, groups, lists, st.lists(words)), min_size=1)


@settings(max_examples=300, deadline=None)
@given(data)
@example({"d": "'", "e": '":#', "f": "\\", "g": [{"a": "- a\n b"}], "h": ["no", "1.10"], "i": []})
@example({"d": "aaaa " * 40 + "  " + "bbbb \\ " * 30})
def test_any_words_and_numbers_come_back_letter_by_letter(given_data):
    back = parse_yaml(plain_yaml(given_data).encode(), name="back.yaml").data
    assert back == given_data
    assert repr(back) == repr(given_data), "1 is not 1.0, and not true"


def test_what_the_schema_strips_is_not_brought_back():
    content = plain(shipped.protocol("microneedling"))
    awkward = [text for text in AWKWARD if len(text.strip()) > 2]
    protocol = Protocol.model_validate(content | {"tagline": "  1.10  ", "synonyms": awkward})
    back = read_back(protocol)
    assert back == protocol
    assert (back.tagline, back.synonyms) == ("1.10", tuple(text.strip() for text in awkward))
