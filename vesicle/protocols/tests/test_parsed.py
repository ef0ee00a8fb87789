"""Reading a shipped file a second time: the same, whatever became of the copy."""

from pathlib import Path

import pytest

from vesicle.protocols import parsed
from vesicle.protocols.bank.loader import LIBRARY
from vesicle.protocols.problems import FileRefused
from vesicle.protocols.yaml_source import read_yaml

BANK = sorted(LIBRARY.glob("*.yaml"))


@pytest.fixture
def copies(tmp_path, monkeypatch) -> Path:
    """Where copies are kept: nowhere else than in this test."""
    monkeypatch.setattr(parsed, "FOLDER", tmp_path / "copies")
    return tmp_path / "copies"


@pytest.mark.parametrize("path", BANK, ids=lambda path: path.name)
def test_the_copy_has_the_same_data_lines_and_written_words(path, copies) -> None:
    once, again = (parsed.read_shipped(path, name="bank") for _ in range(2))
    assert once == again == read_yaml(path, name="bank")
    assert len(list(copies.iterdir())) == 1


def test_a_protocol_comes_back_from_its_copy_as_it_was_read(copies) -> None:
    path = max((LIBRARY.parent / "prp").glob("*.yaml"))
    once, again = (parsed.read_shipped(path) for _ in range(2))
    assert once == again == read_yaml(path)


@pytest.mark.parametrize("damage", [b"", b"[1, 2", b"[]", b"[1, [[2]]]", b"\xff"])
def test_a_damaged_copy_is_read_anew(copies, damage) -> None:
    fresh = parsed.read_shipped(BANK[0], name="bank")
    [copy] = copies.iterdir()
    copy.write_bytes(damage)
    assert parsed.read_shipped(BANK[0], name="bank") == fresh
    assert copy.read_bytes() != damage


def test_the_same_text_elsewhere_is_served_by_the_copy_under_its_own_name_and_a_spoilt_one_is_read(copies, tmp_path):
    parsed.read_shipped(BANK[0])
    mine = tmp_path / "mine.yaml"
    mine.write_bytes(BANK[0].read_bytes())
    assert parsed.read_shipped(mine) == read_yaml(mine)
    mine.write_bytes(BANK[0].read_bytes() + b"\tspoilt: 1\n")
    with pytest.raises(FileRefused, match=r"mine\.yaml"):
        parsed.read_shipped(mine)
    assert len(list(copies.iterdir())) == 1


def test_of_a_file_from_elsewhere_no_copy_is_kept(copies, tmp_path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("a: 1\n")
    assert parsed.read_shipped(mine, name="mine").data == {"a": 1}
    assert not copies.exists()
    with pytest.raises(FileRefused):
        parsed.read_shipped(tmp_path / "none.yaml", name="none")
