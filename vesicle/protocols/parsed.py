"""Keeps what was read from protocol files, so that the next start does not read them again.

Reading YAML with the line of every node takes half a second a treatment; the plain data behind it
loads in milliseconds. The copy is filed under the checksum of the text, so it can never be stale.
"""

import json
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path

from pydantic import ValidationError

from vesicle.protocols.schema import Protocol
from vesicle.protocols.yaml_source import Source, read_yaml

FOLDER = Path(__file__).resolve().parent.parent.parent / "var" / "cache" / "protocols"


def parsed(path: Path, validate: Callable[[Source], Protocol]) -> Protocol:
    """Return the protocol in ``path``; ``validate`` is asked the first time this text is seen."""
    kept = FOLDER / f"{sha256(path.read_bytes() + _schema()).hexdigest()}.json"
    try:
        return Protocol.model_validate_json(kept.read_bytes())
    except (OSError, ValidationError):
        pass
    protocol = validate(read_yaml(path))
    _keep(kept, protocol.model_dump_json(by_alias=True, exclude_unset=True))
    return protocol


@cache
def _schema() -> bytes:
    return json.dumps(Protocol.model_json_schema(), sort_keys=True).encode()


def _keep(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text(text, "utf-8")
        fresh.replace(path)
    except OSError:
        return  # a read-only checkout works without the copy, only slower
