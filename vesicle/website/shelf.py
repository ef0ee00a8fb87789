"""Copies of finished pages on disk, for the other processes of this machine and for the next start.

A web server has several processes, and each remembers only the pages it built itself. While the database answers nobody
reads here; while it is away, a page that another process built can still be shown, under the same rules. Each copy is
one file, written whole or not at all: a line of JSON about it, then the page as it goes out. The last word of the
database about a host is a file as well. A few hundred are kept, the oldest go first.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from vesicle.website.page_store import KeptPage, Key, Stamp

_MOST: Final = 400


def put(key: Key, page: KeptPage) -> None:
    """Keep a copy of a page, in place of an older one."""
    about = {"stamp": _told(page.stamp), "etag": page.etag, "headers": page.headers}
    _write(_page_file(key), about, page.as_brotli)
    _prune()


def get(key: Key, stamp: Stamp) -> KeptPage | None:
    """Return the copy of a page if it was made from what the stamp says, else ``None``."""
    found = _read(_page_file(key))
    if found is None or found[0]["stamp"] != _told(stamp):
        return None
    about, body = found
    return KeptPage(stamp, about["etag"], tuple((name, value) for name, value in about["headers"]), body)


def put_word(host: str, stamp: Stamp, at: datetime) -> None:
    """Write down what the database said of a host, and when."""
    _write(_word_file(host), {"stamp": _told(stamp), "at": at.isoformat()}, b"")


def word(host: str) -> tuple[Stamp, datetime] | None:
    """Return what the database said last of a host to any process here."""
    found = _read(_word_file(host))
    if found is None or len(found[0]["stamp"]) != len(Stamp.__dataclass_fields__):  # of an earlier version
        return None
    clinic_id, revision, day, until = found[0]["stamp"]
    stamp = Stamp(clinic_id, revision, date.fromisoformat(day), datetime.fromisoformat(until) if until else None)
    return stamp, datetime.fromisoformat(found[0]["at"])


def _told(stamp: Stamp) -> list[Any]:
    until = stamp.until.isoformat() if stamp.until else ""
    return [stamp.clinic_id, stamp.revision, stamp.day.isoformat(), until]


def _page_file(key: Key) -> Path:
    told = json.dumps([key.scheme, key.host, key.path, key.query])
    return Path(settings.PAGE_COPIES) / f"{hashlib.sha256(told.encode()).hexdigest()}.page"


def _word_file(host: str) -> Path:
    return Path(settings.PAGE_COPIES) / f"{hashlib.sha256(host.encode()).hexdigest()}.word"


def _write(file: Path, about: Mapping[str, Any], body: bytes) -> None:
    """Write a file beside its place and move it there. A full or read-only disk costs the copy and nothing else."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=file.parent, suffix=".new")
        with os.fdopen(handle, "wb") as new:
            new.write(json.dumps(about).encode() + b"\n" + body)
        Path(name).replace(file)
    except OSError:
        return


def _read(file: Path) -> tuple[dict[str, Any], bytes] | None:
    try:
        head, _, body = file.read_bytes().partition(b"\n")
        about = json.loads(head)
        return (about, body) if isinstance(about, dict) else None
    except (OSError, ValueError):
        return None


def _prune() -> None:
    try:
        files = sorted(Path(settings.PAGE_COPIES).iterdir(), key=lambda file: file.stat().st_mtime)
        for file in files[:-_MOST]:
            file.unlink(missing_ok=True)
    except OSError:  # another process tidies as well
        return
