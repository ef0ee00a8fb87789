"""The code keeps the house's own rules: plain domains, audited verbs, untouched releases, no inline script or style."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from vesicle.protocols.library_files import CHECKSUMS, checksum, library_paths, released_checksums

CHECKOUT = Path(__file__).resolve().parents[2]
ROOMS = CHECKOUT / "vesicle"
FRAMEWORKS = {"django", "allauth", "ninja", "django_htmx", "django_tasks", "psycopg", "environ"}
NOT_ACTS = {
    # Ten more minutes for a time that is held already, asked for by a page's script every few minutes.
    "scheduling/services/holds.py: refresh_hold",
    # A count of what was looked for, without a name: nobody did anything to anybody.
    "scheduling/services/demand.py: note_search",
}
WRITES = {"create", "save", "update", "delete", "bulk_create", "get_or_create", "update_or_create", "bulk_update"}


def domains() -> list[Path]:
    return sorted([*ROOMS.glob("*/domain.py"), *ROOMS.glob("*/domain/*.py")])


def imported(path: Path) -> Iterator[str]:
    """Yield the modules a file imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", domains(), ids=lambda path: str(path.relative_to(ROOMS)))
def test_a_domain_is_plain_python(path):
    assert not {name.partition(".")[0] for name in imported(path)} & FRAMEWORKS


@pytest.mark.parametrize("path", domains(), ids=lambda path: str(path.relative_to(ROOMS)))
def test_a_domain_looks_at_no_clock(path):
    text = path.read_text("utf-8")
    assert not re.search(r"\b(datetime\.now|date\.today|time\.time|utcnow|clock\.now)\(", text)


# --- every verb is audited ----------------------------------------------------------------------


def service_files() -> list[Path]:
    return sorted([*ROOMS.glob("*/services.py"), *ROOMS.glob("*/services/*.py")])


def verbs(path: Path) -> Iterator[ast.FunctionDef]:
    """Yield the public functions of a services file that name who acts."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            names = {argument.arg for argument in [*node.args.args, *node.args.kwonlyargs]}
            if "by" in names:
                yield node


def called(node: ast.AST) -> set[str]:
    """Return the last part of everything called inside a function: ``audit.record`` gives ``audit.record``."""
    found = set()
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            found.add(ast.unparse(call.func))
    return found


def test_every_verb_that_writes_leaves_an_entry_in_the_audit_trail():
    """A verb that writes calls ``audit.record`` itself or through a function of its room that does."""
    silent = []
    for path in service_files():
        functions = {
            node.name: node
            for other in path.parent.glob("*.py")
            for node in ast.walk(ast.parse(other.read_text("utf-8")))
            if isinstance(node, ast.FunctionDef)
        }
        for verb in verbs(path):
            reached = _reached(verb, functions)
            writes = any(name.rpartition(".")[2] in WRITES for name in reached)
            name = f"{path.relative_to(ROOMS)}: {verb.name}"
            if writes and "audit.record" not in reached and name not in NOT_ACTS:
                silent.append(name)
    assert silent == [], "these verbs write without a word in the audit trail"


def _reached(verb: ast.FunctionDef, functions: dict[str, ast.FunctionDef]) -> set[str]:
    """Return everything called by a verb, through the functions of its own room."""
    seen: set[str] = set()
    found: set[str] = set()
    waiting = [verb]
    while waiting:
        node = waiting.pop()
        for name in called(node):
            found.add(name)
            short = name.rpartition(".")[2]
            if short in functions and short not in seen:
                seen.add(short)
                waiting.append(functions[short])
    return found


def test_every_verb_takes_who_acts_by_name():
    for path in service_files():
        for verb in verbs(path):
            by = next(a for a in [*verb.args.args, *verb.args.kwonlyargs] if a.arg == "by")
            assert by.annotation is not None, f"{path.name}: {verb.name}"
            assert "Actor" in ast.unparse(by.annotation), f"{path.name}: {verb.name}"


# --- released protocols -------------------------------------------------------------------------


def test_every_released_protocol_is_as_it_was_released():
    assert CHECKSUMS.exists()
    files = {(path.parent.name, path.stem): path for path in library_paths()}
    released = released_checksums()
    assert released, "nothing is released"
    for key, expected in released.items():
        assert key in files, f"{key} was released and is gone"
        assert checksum(files[key]) == expected, f"{key} was altered after its release"


def test_all_five_treatments_are_released_with_their_ten_options():
    from vesicle.protocols.library_files import load_library

    assert {treatment for treatment, _ in released_checksums()} == set(load_library().treatments())
    assert len(load_library().treatments()) == 5
    assert len(load_library().options()) == 10


# --- templates ----------------------------------------------------------------------------------


def templates() -> list[Path]:
    return sorted(ROOMS.glob("*/templates/**/*.html"))


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOMS)))
def test_a_template_has_no_inline_script_style_or_handler(path):
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", text)
    assert not re.search(r"<style\b", text)
    assert not re.search(r"<[^>{]*\sstyle=", text)
    assert not re.search(r"<[^>{]*\son[a-z]+=", text)
    assert "javascript:" not in text


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOMS)))
def test_a_page_says_its_title(path):
    text = path.read_text("utf-8")
    if re.search(r"{%\s*extends\s+\"layouts/(public|patient|staff|print)", text):
        is_base = path.name.startswith("_")
        assert is_base or re.search(r"{%\s*block title\s*%}\s*\S", text), "a page needs a title of its own"
