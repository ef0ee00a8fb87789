"""Many photographs at a time: found in folders, measured on all cores, taken up again where an earlier run ended.

Knows no database; the commands ``vesicle measure`` and ``vesicle compare`` are a thin skin over it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import IO, Any

from tqdm import tqdm

from vesicle import skin
from vesicle.core.errors import Invalid
from vesicle.core.processes import end_with_parent

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".heic", ".heif"})


def found_in(paths: Sequence[Path]) -> list[Path]:
    """Return the photographs among files and folders, in order. Raises ``Invalid`` for what is not there or empty."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(one for one in path.rglob("*") if one.suffix.lower() in PICTURES and one.is_file())
            if not inside:
                raise Invalid(f"There is no photograph in {path}. Looked for {', '.join(sorted(PICTURES))}.")
            found += inside
        elif path.is_file():
            found.append(path)
        else:
            raise Invalid(f"There is no file or folder {path}.")
    return found


def pairs_in(before: Path, after: Path) -> list[tuple[Path, Path]]:
    """Return two photographs, or those of two folders that have the same name in both.

    Raises ``Invalid`` for a file beside a folder, or folders without a name in common.
    """
    if before.is_dir() != after.is_dir():
        raise Invalid("Name two photographs, or two folders with the same file names in them.")
    if not before.is_dir():
        return list(zip(found_in([before]), found_in([after]), strict=True))
    later = {one.relative_to(after): one for one in found_in([after])}
    both = [(one, later[name]) for one in found_in([before]) if (name := one.relative_to(before)) in later]
    if not both:
        raise Invalid(f"No photograph in {before} has the same name as one in {after}.")
    return both


def each(
    work: Callable[[Any], dict[str, Any]], items: Sequence[Any], *, jobs: int | None, progress: IO[str] | None
) -> Iterator[dict[str, Any]]:
    """Yield what ``work`` makes of each item, in order, on ``jobs`` processes (default: all cores)."""
    jobs = min(jobs or os.cpu_count() or 1, len(items))
    bar = tqdm(total=len(items), file=progress, disable=progress is None or len(items) < 2, unit="photo")
    with bar:
        if jobs < 2:
            for item in items:
                yield work(item)
                bar.update()
            return
        # Not forked: a copy of OpenCV's threads waits for ever on locks that nobody holds.
        spawned = get_context("spawn")
        with ProcessPoolExecutor(jobs, mp_context=spawned, initializer=_begin) as pool:
            for done in pool.map(work, items):
                yield done
                bar.update()


def _begin() -> None:
    # A run that is killed takes its processes with it; they would wait for work for ever.
    end_with_parent()
    # As many processes as cores: threads inside each would only stand in each other's way.
    import cv2

    cv2.setNumThreads(1)


def kept_in(file: Path) -> dict[str, dict[str, Any]]:
    """Return the lines of an earlier run by their key; a last line that was cut off is left out."""
    found: dict[str, dict[str, Any]] = {}
    if not file.exists():
        return found
    for line in file.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
            found[row["key"]] = row
        except (ValueError, KeyError, TypeError):
            continue
    return found


def resumed(
    work: Callable[[Any], dict[str, Any]],
    items: Sequence[tuple[str, Any]],
    *,
    into: Path | None,
    jobs: int | None,
    progress: IO[str] | None,
) -> list[dict[str, Any]]:
    """Return what ``work`` makes of each keyed item, taking what ``into`` (JSON lines) holds already.

    Each new result is appended as soon as it is there, so that an interrupted run loses nothing. Raises ``Invalid`` for
    a number of processes below one and for a file that cannot be written.
    """
    if jobs is not None and jobs < 1:
        raise Invalid(f"{jobs} processes can do nothing: give --jobs 1 or more, or leave it out for all cores.")
    known = kept_in(into) if into is not None else {}
    todo = [(key, item) for key, item in items if key not in known]
    done = iter(each(work, [item for _, item in todo], jobs=jobs, progress=progress)) if todo else iter(())
    try:
        out = into.open("a", encoding="utf-8") if into is not None and todo else None
    except OSError as error:
        raise Invalid(f"Results cannot be written to {into}: {error.strerror}.") from None
    try:
        if out is not None and into is not None and _was_cut_off(into):
            out.write("\n")
        for (key, _), row in zip(todo, done, strict=True):
            known[key] = row
            if out is not None:
                out.write(json.dumps(row | {"key": key}, ensure_ascii=False) + "\n")
                out.flush()
    finally:
        if out is not None:
            out.close()
    return [{name: value for name, value in known[key].items() if name != "key"} for key, _ in items]


def _was_cut_off(file: Path) -> bool:
    data = file.read_bytes()
    return bool(data) and not data.endswith(b"\n")


def key_of(*paths: Path, about: Iterable[str] = ()) -> str:
    """Return what a result belongs to: the files' contents, what was asked, and the versions of all methods."""
    whole = hashlib.sha256()
    for path in paths:
        whole.update(path.read_bytes())
    for part in (*about, skin.PAIRED, *(f"{name}={version}" for name, version in sorted(skin.METHODS.items()))):
        whole.update(part.encode() + b"\0")
    return whole.hexdigest()


def measured(asked: tuple[Path, str, tuple[str, ...] | None]) -> dict[str, Any]:
    """Return the report of one photograph as plain values; of one that is refused, the refusal."""
    path, view, regions = asked
    try:
        return skin.measure(path, view=view, regions=regions, refused_too=False).as_dict()
    except skin.Refused as refused:
        return {"quality": _refused(refused), "measures": {}}


def refusal(row: Mapping[str, Any], what: str) -> str:
    """Return why a file could not be looked at at all; empty where ``what`` (measures, changes) were looked for."""
    return "" if row[what] else " ".join(one["sentence"] for one in row["quality"]["problems"])


def compared(asked: tuple[Path, Path, str, int | None, int | None]) -> dict[str, Any]:
    """Return the changes between two photographs as plain values; of a pair that is refused, the refusal."""
    before, after, view, day, window = asked
    try:
        return skin.compare(before, after, view=view, day=day, swelling_window_days=window).as_dict()
    except skin.Refused as refused:
        return {"quality": _refused(refused), "changes": {}}


def _refused(refused: skin.Refused) -> dict[str, Any]:
    return {"accepted": False, "problems": [{"code": refused.code, "sentence": refused.message}]}
