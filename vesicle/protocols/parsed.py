"""Keeps what was read from the YAML that ships with Vesicle, so that the next start does not read it again.

Reading YAML with the line of every node takes half a second a treatment; the plain data behind it
loads in milliseconds. The copy is filed under the checksum of the text, so it can never be stale.
"""

import json
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path

from pydantic import ValidationError

from vesicle.protocols import yaml_source
from vesicle.protocols.schema import Protocol
from vesicle.protocols.yaml_source import MAX_BYTES, Source, read_yaml

PACKAGE = Path(__file__).resolve().parent.parent
FOLDER = PACKAGE.parent / "var" / "cache" / "protocols"


def read_shipped(path: Path, *, name: str | None = None) -> Source:
    """Return what ``read_yaml`` returns, from the copy where a shipped file's text was read before.

    Copies are made of files inside the package alone; a file from elsewhere that says the same, letter by letter, is
    served by them too. Raises ``FileRefused`` as ``read_yaml`` does.
    """
    name = name or str(path)
    try:
        raw = path.read_bytes() if path.stat().st_size <= MAX_BYTES else b""
    except OSError:
        raw = b""
    kept = FOLDER / f"{sha256(raw + _reader()).hexdigest()}.json"
    try:
        return Source.from_json(name, raw.decode("utf-8-sig"), kept.read_bytes())
    except (OSError, ValueError, TypeError):
        pass
    source = read_yaml(path, name=name)
    if PACKAGE in path.parents:
        _keep(kept, source.as_json())
    return source


def parsed(path: Path, validate: Callable[[Source], Protocol]) -> Protocol:
    """Return the protocol in ``path``; ``validate`` is asked the first time this text is seen."""
    kept = FOLDER / f"{sha256(path.read_bytes() + _schema()).hexdigest()}.json"
    try:
        return Protocol.model_validate_json(kept.read_bytes())
    except (OSError, ValidationError):
        pass
    protocol = validate(read_shipped(path))
    _keep(kept, protocol.model_dump_json(by_alias=True, exclude_unset=True))
    return protocol


@cache
def _schema() -> bytes:
    return json.dumps(Protocol.model_json_schema(), sort_keys=True).encode()


@cache
def _reader() -> bytes:
    """Another way of reading makes other copies."""
    return Path(yaml_source.__file__).read_bytes()


def _keep(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text(text, "utf-8")
        fresh.replace(path)
    except OSError:
        return  # a read-only checkout works without the copy, only slower
