"""The YAML reader: what it understands, what it refuses, and that it always says where."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from vesicle.protocols.problems import FileRefused, Problem, from_validation_error
from vesicle.protocols.yaml_source import MAX_BYTES, parse_yaml, read_yaml


def parse(text: str):
    return parse_yaml(text.encode(), name="sample.yaml")


def refusals(raw: str | bytes) -> list[Problem]:
    with pytest.raises(FileRefused) as caught:
        parse_yaml(raw.encode() if isinstance(raw, str) else raw, name="sample.yaml")
    return list(caught.value.problems)


class TestWords:
    @pytest.mark.parametrize(
        ("written", "understood"),
        [
            ("12:20", "12:20"),
            ("no", "no"),
            ("Yes", "Yes"),
            ("off", "off"),
            ("2026-09-01", "2026-09-01"),
            ("1_000", "1_000"),
            ("'1.10'", "1.10"),
            ('"0.5"', "0.5"),
            ("'~'", "~"),
            ("1.10", 1.1),
            ("010", 10),
            ("0o17", 15),
            ("0x1F", 31),
            ("-3", -3),
            ("1e3", 1000.0),
            (".5", 0.5),
            ("true", True),
            ("False", False),
            ("null", None),
            ("~", None),
            ("", None),
            ("9" * 5000, "9" * 5000),
        ],
    )
    def test_are_those_of_yaml_1_2(self, written, understood):
        value = parse(f"field: {written}\n").data["field"]
        assert value == understood
        assert type(value) is type(understood)

    def test_keys_are_always_text(self):
        assert parse("no: 1\n12:20: 2\n3: 3\n").data == {"no": 1, "12:20": 2, "3": 3}

    def test_a_number_keeps_the_form_its_author_gave_it(self):
        assert parse("version: 1.10\n").text_of(("version",)) == "1.10"

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.text(alphabet="ab c:#-'\"é0", max_size=12),
            lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=4),
            max_leaves=12,
        )
    )
    def test_json_is_read_as_it_is(self, value):
        assert parse(json.dumps({"value": value})).data == {"value": value}


class TestLines:
    TEXT = (
        "first: 1\nlist:\n  - a\n  - deep:\n      er: x\n      text: >\n        two\n        lines\nlast: [1,\n  2]\n"
    )

    @pytest.mark.parametrize(
        ("path", "line"),
        [
            ((), 1),
            (("first",), 1),
            (("list",), 2),
            (("list", 0), 3),
            (("list", 1), 4),
            (("list", 1, "deep", "er"), 5),
            (("list", 1, "deep", "text"), 6),
            (("last", 1), 10),
        ],
    )
    def test_every_node_has_its_line(self, path, line):
        assert parse(self.TEXT).line_of(path) == line

    def test_a_node_that_is_missing_has_the_line_of_the_one_around_it(self):
        assert parse(self.TEXT).line_of(("list", 1, "deep", "absent")) == 4

    def test_steps_that_only_a_validator_knows_are_skipped(self):
        assert parse(self.TEXT).line_of(("list", 1, "some-tag", "deep", "er")) == 5


class TestRefuses:
    @pytest.mark.parametrize(
        ("raw", "line", "words"),
        [
            ("a: 1\nb: &x 2\nc: *x\n", 2, "anchor"),
            ("a: 1\nb: *x\n", 2, "anchor"),
            ("a: 1\n<<: {b: 2}\n", 2, "merges"),
            ("a: 1\nb: !!python/name:os.system x\n", 2, "tag"),
            ("a: 1\nb: !own x\n", 2, "tag"),
            ("a: 1\n---\nb: 2\n", 2, "second document"),
            ("%YAML 1.1\n---\na: no\n", 2, "directive"),
            ("a: 1\nb:\t2\n", 2, "tab"),
            ("a: 1\nb: [1, 2\n", 3, "not valid YAML"),
            ("a: 1\nb: c: d\n", 2, "not valid YAML"),
            ("a: 1\n? [x, y]\n: 2\n", 2, "key"),
            (b"a: 1\nb: caf\xe9\n", 2, "UTF-8"),
            ("a: 1\nb: x\x07\n", 2, "character"),
            ("[" * 5000 + "]" * 5000, 1, "nested"),
            ("", 1, "empty"),
            ("# only a comment\n", 1, "empty"),
        ],
    )
    def test_what_is_not_plain_and_says_where(self, raw, line, words):
        (problem,) = refusals(raw)
        assert (problem.file, problem.line) == ("sample.yaml", line)
        assert words in problem.message

    def test_repeated_keys_all_at_once(self):
        problems = refusals("a: 1\nb:\n  c: 1\n  d: 1\n  c: 2\na: 3\n")
        assert [(problem.line, problem.field) for problem in problems] == [(5, "b.c"), (6, "a")]
        assert "already given on line 3" in problems[0].message

    def test_the_same_key_in_two_groups_is_fine(self):
        assert parse("a: {c: 1}\nb: {c: 2}\n").data == {"a": {"c": 1}, "b": {"c": 2}}

    def test_a_file_that_is_too_large_before_parsing_it(self, tmp_path: Path):
        file = tmp_path / "large.yaml"
        file.write_bytes(b"a: 1\n" + b"#" * MAX_BYTES)
        with pytest.raises(FileRefused, match="larger than 2 MB"):
            read_yaml(file)

    def test_a_file_that_is_not_there(self, tmp_path: Path):
        with pytest.raises(FileRefused, match="cannot be read"):
            read_yaml(tmp_path / "absent.yaml", name="absent.yaml")

    def test_and_reads_the_same_file_once_it_is_mended(self, tmp_path: Path):
        file = tmp_path / "sample.yaml"
        file.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
        source = read_yaml(file, name="sample.yaml")
        assert source.data == {"a": 1, "b": 2}
        assert source.line_of(("b",)) == 2


class Claim(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["claim"]
    grade: Literal["high", "moderate", "low", "very-low", "none"]
    version: str = "1"
    weeks: int = Field(default=1, ge=1, le=52)
    areas: tuple[str, ...] = Field(default=("face",), min_length=1)
    shown: StrictBool = True


class Rule(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["rule"]
    patient: str

    @field_validator("patient")
    @classmethod
    def ends_with_a_stop(cls, value: str) -> str:
        if not value.endswith("."):
            raise ValueError("a sentence ends with a full stop")
        if "never" in value:
            message = "promises too much"
            raise PydanticCustomError("promise", message, {"found": "never", "allowed": "words that can be kept"})
        return value


class Sample(BaseModel):
    model_config = ConfigDict(extra="forbid")
    entries: tuple[Annotated[Claim | Rule, Field(discriminator="kind")], ...]


def problems_of(text: str) -> list[Problem]:
    source = parse(text)
    with pytest.raises(ValidationError) as caught:
        Sample.model_validate(source.data)
    return from_validation_error(caught.value, source, model=Sample)


class TestProblems:
    @pytest.mark.parametrize(
        ("written", "line", "field", "message"),
        [
            (
                "  - kind: claim\n    grade: lowish\n",
                3,
                "entries[0].grade",
                "found 'lowish'; allowed: high, moderate, low, very-low, none.",
            ),
            ("  - kind: claim\n", 2, "entries[0].grade", "is missing; it must be given."),
            (
                "  - kind: claim\n    grade: low\n    version: 1.10\n",
                4,
                "entries[0].version",
                "found 1.10 (a number); allowed: text. Put it in quotes.",
            ),
            (
                "  - kind: claim\n    grade: low\n    weeks: 0\n",
                4,
                "entries[0].weeks",
                "found 0; allowed: 1 or more.",
            ),
            (
                "  - kind: claim\n    grade: low\n    areas: []\n",
                4,
                "entries[0].areas",
                "found an empty list; allowed: at least one entry.",
            ),
            (
                "  - kind: claim\n    grade: low\n    shown: no\n",
                4,
                "entries[0].shown",
                "found 'no'; allowed: true or false. In YAML 1.2 the words yes, no, on and off are plain text.",
            ),
            ("  - kind: rule\n    patient: Stop\n", 3, "entries[0].patient", "a sentence ends with a full stop."),
            ("  - kind: cliam\n", 2, "entries[0].kind", "found 'cliam'; allowed: claim, rule."),
            ("  - patient: A.\n", 2, "entries[0]", "'kind' is missing; it says what kind of entry this is."),
        ],
    )
    def test_name_line_field_and_what_is_allowed(self, written, line, field, message):
        (problem,) = problems_of(f"entries:\n{written}")
        assert (problem.line, problem.field, problem.message) == (line, field, message)

    def test_an_unknown_field_is_answered_with_the_known_ones_of_that_entry(self):
        problems = problems_of("entries:\n  - kind: rule\n    patinet: A.\n")
        assert [problem.field for problem in problems] == ["entries[0].patient", "entries[0].patinet"]
        assert problems[1].message == "'patinet' is not a field here; allowed: kind, patient. Did you mean 'patient'?"

    def test_a_validator_may_fill_the_columns_itself(self):
        (problem,) = problems_of("entries:\n  - kind: rule\n    patient: It never hurts.\n")
        assert (problem.found, problem.allowed) == ("never", "words that can be kept")
        assert problem.message == "promises too much."

    def test_all_come_at_once_and_in_the_order_of_the_file(self):
        problems = problems_of("entries:\n  - kind: claim\n    grade: x\n    weeks: 99\n  - kind: rule\nother: 1\n")
        assert [problem.line for problem in problems] == [3, 4, 5, 6]

    def test_long_text_is_shortened(self):
        (problem,) = problems_of(f"entries:\n  - kind: claim\n    grade: {'word ' * 50}\n")
        assert len(problem.found) < 70
        assert problem.found.endswith("…'")

    def test_read_as_a_sentence_with_the_place_first(self):
        (problem,) = problems_of("entries:\n  - kind: claim\n")
        assert str(problem) == "sample.yaml, line 2, entries[0].grade: is missing; it must be given."
        assert problem.as_dict()["line"] == 2
