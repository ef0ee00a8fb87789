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

from pydantic import ValidationError

from vesicle.protocols.bank import load_bank
from vesicle.protocols.crosschecks import problems_of
from vesicle.protocols.parsed import parsed
from vesicle.protocols.problems import FileRefused, Problem, from_validation_error, problem_at
from vesicle.protocols.schema import IncompleteOption, Option, Protocol, options_of
from vesicle.protocols.yaml_source import Source, read_yaml

LIBRARY = Path(__file__).parent / "library"
CHECKSUMS = LIBRARY / "checksums.txt"
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
    """Return a version as numbers, so that 1.10.0 comes after 1.9.0."""
    return tuple(int(part) for part in version.split("."))


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

    Raises ``FileRefused`` with every problem of every file, a changed released version among them.
    """
    problems = [problem for path in library_paths() for problem in _altered(path)]
    found: dict[str, dict[str, Protocol]] = {}
    for path in library_paths():
        try:
            protocol = parsed(path, _validated)
        except FileRefused as refused:
            problems.extend(refused.problems)
            continue
        found.setdefault(protocol.id, {})[protocol.version] = protocol
    if problems:
        raise FileRefused(problems)
    options = {
        (p.id, p.version): options_of(p, lambda treatment, version: found[treatment][version])
        for versions in found.values()
        for p in versions.values()
    }
    return Library(dict(sorted(found.items(), key=_house_order)), options)


def _house_order(item: tuple[str, object]) -> tuple[int, str]:
    order = ("exosome-therapy", "prp", "microneedling", "laser-resurfacing", "chemical-peel")
    return (order.index(item[0]) if item[0] in order else len(order), item[0])


def _altered(path: Path) -> Iterable[Problem]:
    expected = released_checksums().get((path.parent.name, path.stem))
    if expected is None or expected == checksum(path):
        return
    yield Problem(
        file=str(path.relative_to(LIBRARY.parent)),
        line=1,
        field="",
        found=f"checksum {checksum(path)[:12]}…",
        allowed=f"checksum {expected[:12]}…",
        message=(
            f"version {path.stem} of {path.parent.name} is released, and its text has been altered since. "
            "Undo the change, or save it as a new version and release that"
        ),
    )


def _validated(source: Source) -> Protocol:
    try:
        return Protocol.model_validate(source.data)
    except ValidationError as error:
        raise FileRefused(from_validation_error(error, source, model=Protocol)) from error


def check_file(path: Path) -> tuple[Protocol, tuple[Option, ...]]:
    """Check one file completely and return its protocol and options.

    Other protocols that it combines with come from the library. Raises ``FileRefused`` with all
    problems at once: form, unknown ids, incomplete options, a changed released version.
    """
    source = read_yaml(path)
    others = _others(path)
    altered = list(_altered(path)) if path.resolve().is_relative_to(LIBRARY) else []
    try:
        protocol = _validated(source)
    except FileRefused as refused:
        # Its form is wrong; unknown ids are told all the same, so that its author mends everything at once.
        unknown = problems_of((), source, load_bank(), _known_options(others.values()))
        lines = {(problem.line, problem.field) for problem in refused.problems}
        more = [problem for problem in unknown if (problem.line, problem.field) not in lines]
        raise FileRefused([*altered, *refused.problems, *more]) from refused

    def find(treatment: str, version: str) -> Protocol:
        return protocol if (treatment, version) == (protocol.id, protocol.version) else others[treatment, version]

    problems = altered
    if path.resolve().is_relative_to(LIBRARY) and (path.parent.name, path.stem) != (protocol.id, protocol.version):
        problems.append(
            problem_at(
                source,
                ("version",),
                f"the file must lie at library/{protocol.id}/{protocol.version}.yaml, as it says of itself",
            )
        )
    options: tuple[Option, ...] = ()
    try:
        options = options_of(protocol, find)
    except IncompleteOption as incomplete:
        problems += [problem_at(source, way, message) for way, message in incomplete.faults]
    problems += problems_of(options, source, load_bank(), _known_options([*others.values(), protocol]))
    if problems:
        raise FileRefused(problems)
    return protocol, options


def _known_options(protocols: Iterable[Protocol]) -> set[str]:
    return {f"{protocol.id}/{modality.id}" for protocol in protocols for modality in protocol.modalities}


def _others(path: Path) -> dict[tuple[str, str], Protocol]:
    others = {}
    for other in library_paths():
        if other.resolve() != path.resolve():
            try:
                protocol = parsed(other, _validated)
            except FileRefused:
                continue  # its own check tells; here it is only looked up
            others[protocol.id, protocol.version] = protocol
    return others


def release(path: Path) -> tuple[Protocol, str]:
    """Release a checked file of the library: add its checksum.

    Raises ``FileRefused`` for a file that is wrong, that does not lie in the library, or whose version is released
    with another text: an existing release is never replaced.
    """
    protocol, _ = check_file(path)
    if not path.resolve().is_relative_to(LIBRARY):
        place = f"library/{protocol.id}/{protocol.version}.yaml"
        words = f"a release lies in the library; save the file as {place} and release that"
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
