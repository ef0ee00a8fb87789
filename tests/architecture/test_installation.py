"""The documents about running and depending say what is so, and the tree names no place it was made in."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
INDEX_WORDS = ("--index-url", "--extra-index-url", "--find-links", "file://")


def read(name: str) -> str:
    return (CHECKOUT / name).read_text(encoding="utf-8")


def committed() -> list[Path]:
    listed = subprocess.run(
        ["/usr/bin/env", "git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    return [CHECKOUT / name for name in listed.stdout.split("\0") if name]


def entries(name: str) -> list[str]:
    """Return the package names of a requirements file."""
    lines = [line.strip() for line in read(name).splitlines()]
    return [re.split(r"[\[<>=!~ ;]", line)[0] for line in lines if line and line[0].isalnum()]


class TestDocuments:
    @pytest.mark.parametrize("source", ["vesicle/config/settings.py", "vesicle/config/environment.py"])
    def test_every_setting_is_in_the_table(self, source):
        for name in set(re.findall(r'"(VESICLE_\w+|DATABASE_URL)"', read(source))):
            assert f"| `{name}` |" in read("docs/running.md"), f"{name} needs a line in docs/running.md"

    def test_no_setting_of_the_table_is_made_up(self):
        code = "".join(path.read_text() for path in CHECKOUT.glob("vesicle/c*/**/*.py")) + read("tests/prepare.py")
        for name in re.findall(r"^\| `([A-Z_]+)` \|", read("docs/running.md"), flags=re.MULTILINE):
            assert name in code, f"docs/running.md explains {name}, which nothing reads"

    @pytest.mark.parametrize("source", ["requirements/run.in", "requirements/test.in", "requirements/bench.in"])
    def test_every_package_has_its_reason(self, source):
        for name in entries(source):
            assert f"| {name} |" in read("docs/dependencies.md"), f"{name} needs a line in docs/dependencies.md"


class TestLocks:
    @pytest.mark.parametrize("source", ["requirements/run.in", "requirements/test.in", "requirements/bench.in"])
    def test_every_entry_has_a_lower_bound(self, source):
        for line in read(source).splitlines():
            assert not line[:1].isalnum() or ">=" in line, f"{line} could resolve to a first release"

    @pytest.mark.parametrize(("source", "lock"), [(f"{name}.in", f"{name}.txt") for name in ("run", "test", "bench")])
    def test_every_entry_is_locked_with_hashes(self, source, lock):
        locked = read(f"requirements/{lock}")
        for name in entries(f"requirements/{source}"):
            pinned = re.sub("[._]", "-", name)
            assert re.search(rf"^{pinned}==\S+ .*\\\n    --hash=sha256:", locked, re.MULTILINE), f"{name} is not locked"

    def test_what_is_tested_is_what_runs(self):
        def pins(name: str) -> dict[str, str]:
            return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", read(name), flags=re.MULTILINE))

        assert pins("requirements/run.txt").items() <= pins("requirements/test.txt").items()


class TestTheTree:
    def test_names_no_registry_and_no_machine(self):
        forbidden = re.compile(
            "|".join([*map(re.escape, INDEX_WORDS), "pypi" + r"\.org", "pythonhosted", "/" + "work/"])
        )
        for path in committed():
            if path == Path(__file__) or not path.is_file() or path.suffix in {".png", ".woff2", ".jpg", ".webp"}:
                continue
            found = forbidden.search(path.read_text(encoding="utf-8", errors="replace"))
            assert found is None, f"{path.relative_to(CHECKOUT)} names {found.group()}"

    def test_every_step_of_the_path_stands_in_the_layers(self):
        contracts = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"]
        layers = {
            layer.strip("()") for contract in contracts if contract["id"] == "path" for layer in contract["layers"]
        }
        rooms = {path.parent.name for path in CHECKOUT.glob("vesicle/*/__init__.py")}
        assert rooms <= layers


def test_a_web_process_starts_without_the_heavy_statistics():
    """They take seconds and much memory to load, and a page or two need them."""
    asked = "import vesicle.config.wsgi, vesicle.config.urls, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "vesicle.results.rating.views" in loaded
    assert not {"statsmodels", "pandas", "pyarrow", "scipy.stats"} & loaded
