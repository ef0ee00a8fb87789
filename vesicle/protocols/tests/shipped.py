"""The protocol files as shipped, read once per test run without the library's own loader."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from vesicle.protocols.library_files import version_key
from vesicle.protocols.parsed import read_shipped
from vesicle.protocols.schema import Option, Protocol, options_of

LIBRARY = Path(__file__).resolve().parent.parent / "library"
OPTIONS = [
    "exosome-therapy/microneedling",
    "exosome-therapy/topical",
    "prp/microneedling",
    "prp/injection",
    "microneedling/standard",
    "microneedling/radiofrequency",
    "laser-resurfacing/ablative-fractional",
    "laser-resurfacing/non-ablative-fractional",
    "chemical-peel/superficial",
    "chemical-peel/medium",
]
"""Every option that is shipped, written down here so that none can get lost."""


def newest(treatment: str) -> str:
    """Return the newest version of a treatment; some have had more versions than others."""
    return max((file.stem for file in (LIBRARY / treatment).glob("*.yaml")), key=version_key)


PRP = newest("prp")
"""The version of PRP that a test works on; the next one that it makes up is ``NEXT``."""
NEXT = "9.0.0"


@cache
def protocol(treatment: str, version: str = "") -> Protocol:
    """Return one protocol file, the newest unless a version is named. Raises ``KeyError`` when there is none."""
    file = LIBRARY / treatment / f"{version or newest(treatment)}.yaml"
    if not file.exists():
        raise KeyError(treatment, version)
    return Protocol.model_validate(read_shipped(file).data)


@cache
def option(name: str) -> Option:
    """Return an option by its id, with all sections and rules settled."""
    treatment = name.partition("/")[0]
    return next(one for one in options_of(protocol(treatment), protocol) if one.id == name)
