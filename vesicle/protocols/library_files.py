"""The protocol files that come with this release: found, read, checked and resolved into options.

A released version never changes: its SHA-256 stands in ``library/checksums.txt``, and a file whose
bytes differ is refused. A version without a checksum is a draft; drafts can be checked and shown
but never installed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from vesicle.protocols.checking import check_source, options_in, validated
from vesicle.protocols.parsed import parsed, read_shipped
from vesicle.protocols.problems import FileRefused, Problem, problem_at
from vesicle.protocols.schema import IncompleteOption, Option, Protocol, options_of
from vesicle.protocols.yaml_source import Source

LIBRARY = Path(__file__).parent / "library"
CHECKSUMS = LIBRARY / "checksums.txt"
HOUSE_ORDER = ("exosome-therapy", "prp", "microneedling", "laser-resurfacing", "chemical-peel")
"""How treatments are listed. One that is not named here comes after these, so a new file needs no code."""
_NOT_TREATMENTS = {"bank"}


@dataclass(frozen=True, slots=True)
class Library:
    """Every protocol of the library by treatment and version, newest last, and their options."""

    protocols: Mapping[str, Mapping[str, Protocol]]
    options_by_version: Mapping[tuple[str, str], tuple[Option, ...]]

    def protocol(self, treatment: str, version: str) -> Protocol:
        """Return one version. Raises ``KeyError`` when there is none."""
        return self.protocols[treatment][version]

    def latest(self, treatment: str) -> Protocol:
        """Return the newest version of a treatment. Raises ``KeyError`` for an unknown treatment."""
        versions = self.protocols[treatment]
        return versions[max(versions, key=version_key)]

    def treatments(self) -> tuple[str, ...]:
        """Return the treatments' ids in the order the house lists them."""
        return tuple(self.protocols)

    def options(self) -> tuple[Option, ...]:
        """Return every option of the newest versions."""
        latest = (self.latest(treatment) for treatment in self.protocols)
        return tuple(option for p in latest for option in self.options_by_version[p.id, p.version])

    def option(self, option_id: str, version: str | None = None) -> Option:
        """Return one option, of the newest version unless one is named. Raises ``KeyError``."""
        treatment = option_id.partition("/")[0]
        wanted = version or self.latest(treatment).version
        for option in self.options_by_version[treatment, wanted]:
            if option.id == option_id:
                return option
        raise KeyError(option_id)


def version_key(version: str) -> tuple[int, ...]:
    """Return a version as numbers, so that 1.10.0 comes after 1.9.0, and a clinic's own 1.9.0+e2 after 1.9.0."""
    release, _, edition = version.partition("+e")
    return (*(int(part) for part in release.split(".")), int(edition or 0))


def checksum(path: Path) -> str:
    """Return the SHA-256 (hex) of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def released_checksums() -> dict[tuple[str, str], str]:
    """Return the checksum of every released version, by treatment and version."""
    if not CHECKSUMS.exists():
        return {}
    rows = (line.split() for line in CHECKSUMS.read_text("ascii").splitlines() if line and not line.startswith("#"))
    return {(treatment, version): sha for sha, treatment, version in rows}


def library_paths() -> list[Path]:
    """Return the protocol files of the library, by treatment and version."""
    folders = sorted(f for f in LIBRARY.iterdir() if f.is_dir() and f.name not in _NOT_TREATMENTS)
    return [path for f in folders for path in sorted(f.glob("*.yaml"), key=lambda p: version_key(p.stem))]


@lru_cache(maxsize=1)
def load_library() -> Library:
    """Read, check and resolve the whole library, once per process.

    Raises ``FileRefused`` with every problem of every file: one that is wrong, one whose released text was changed,
    one that calls itself something else than its place says, one that lacks a section.
    """
    problems = [problem for path in library_paths() for problem in _altered(path)]
    found: dict[str, dict[str, Protocol]] = {}
    for path in library_paths():
        try:
            protocol = parsed(path, validated)
        except FileRefused as refused:
            problems.extend(refused.problems)
            continue
        if _is_misplaced(path, protocol):
            # Filed under its own words it would take the place of the version it was copied from.
            problems.append(_misplaced(read_shipped(path), protocol))
        else:
            found.setdefault(protocol.id, {})[protocol.version] = protocol
    if problems:
        raise FileRefused(problems)
    options = _all_options(found)
    return Library(dict(sorted(found.items(), key=lambda item: house_order(item[0]))), options)


def house_order(treatment: str) -> tuple[int, str]:
    """Return the place of a treatment in lists, as a key to sort by."""
    return (HOUSE_ORDER.index(treatment) if treatment in HOUSE_ORDER else len(HOUSE_ORDER), treatment)


def _all_options(found: Mapping[str, Mapping[str, Protocol]]) -> dict[tuple[str, str], tuple[Option, ...]]:
    options, problems = {}, []
    for protocol in (protocol for versions in found.values() for protocol in versions.values()):
        try:
            settled = options_of(protocol, lambda treatment, version: found[treatment][version])
        except IncompleteOption as incomplete:
            source = read_shipped(LIBRARY / protocol.id / f"{protocol.version}.yaml")
            problems += [problem_at(source, way, f"{message}.") for way, message in incomplete.faults]
            continue
        options[protocol.id, protocol.version] = settled
    if problems:
        raise FileRefused(problems)
    return options


def _is_misplaced(path: Path, protocol: Protocol) -> bool:
    return (path.parent.name, path.stem) != (protocol.id, protocol.version)


def _misplaced(source: Source, protocol: Protocol) -> Problem:
    place = f"library/{protocol.id}/{protocol.version}.yaml"
    words = f"the file must lie at {place}, as it says of itself; move it there, or mend its id and version."
    return problem_at(source, ("version",), words, found=source.file, allowed=place)


def _in_library(path: Path) -> bool:
    return path.resolve().is_relative_to(LIBRARY.resolve())


def _altered(path: Path) -> Iterable[Problem]:
    path = path.resolve()
    expected = released_checksums().get((path.parent.name, path.stem))
    if expected is None or expected == checksum(path):
        return
    yield Problem(
        file=str(path.relative_to(LIBRARY.resolve().parent)),
        line=1,
        field="",
        found=f"checksum {checksum(path)[:12]}…",
        allowed=f"checksum {expected[:12]}…",
        message=(
            f"version {path.stem} of {path.parent.name} is released, and its text has been altered since. "
            "Undo the change, or save it as a new version and release that."
        ),
    )


def check_file(path: Path) -> tuple[Protocol, tuple[Option, ...]]:
    """Check one file completely and return its protocol and options.

    Other protocols that it combines with come from the library. Raises ``FileRefused`` with all
    problems at once: form, unknown ids, incomplete options, a changed released version.
    """
    source = read_shipped(path)
    others = _others(path)
    problems = list(_altered(path)) if _in_library(path) else []

    def find(treatment: str, version: str) -> Protocol:
        return others[treatment, version]

    protocol, options, found = check_source(source, find, options_in(list(others.values())))
    problems += found
    if protocol is not None and _in_library(path) and _is_misplaced(path.resolve(), protocol):
        problems.append(_misplaced(source, protocol))
    if protocol is not None and "+" in protocol.version:
        words = f"'{protocol.version}' is the version of a clinic's own text; a file has three numbers, such as 1.2.0."
        problems.append(problem_at(source, ("version",), words, found=protocol.version, allowed="three numbers"))
    if protocol is None or problems:
        raise FileRefused(problems)
    return protocol, options


def _others(path: Path) -> dict[tuple[str, str], Protocol]:
    others = {}
    for other in library_paths():
        if other.resolve() != path.resolve():
            try:
                protocol = parsed(other, validated)
            except FileRefused:
                continue  # its own check tells; here it is only looked up
            if not _is_misplaced(other, protocol):
                others[protocol.id, protocol.version] = protocol
    return others


def release(path: Path) -> tuple[Protocol, str]:
    """Release a checked file of the library: add its checksum.

    Raises ``FileRefused`` for a file that is wrong, that does not lie in the library, or whose version is released
    with another text: an existing release is never replaced.
    """
    protocol, _ = check_file(path)
    if not _in_library(path):
        place = f"library/{protocol.id}/{protocol.version}.yaml"
        words = f"a release lies in the library; save the file as {place} and release that."
        raise FileRefused([Problem(str(path), 1, "", str(path), place, words)])
    known = released_checksums()
    found = checksum(path)
    known[protocol.id, protocol.version] = found
    rows = (f"{sha}  {treatment}  {version}" for (treatment, version), sha in sorted(known.items()))
    CHECKSUMS.write_text(
        "# SHA-256 of every released protocol. Lines are added, never changed.\n" + "\n".join(rows) + "\n", "ascii"
    )
    load_library.cache_clear()
    return protocol, found
