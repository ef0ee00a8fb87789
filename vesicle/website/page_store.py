"""Finished pages kept in memory: compressed once, bounded in size, dropped when their stamp no longer fits."""

import gzip
import hashlib
import os
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

import brotli

QUICK = 5
"""Brotli quality of a page that was just built. With less the longest page would weigh more than a first visit may."""
SMALL = 10
"""Brotli quality of a page that is kept: a sixth smaller, and a sixth of a second of work, done aside."""
LEAST_URGENT = 19


@dataclass(frozen=True, slots=True)
class Key:
    """What was asked for: where, which page, and the part of the query that the page looks at."""

    scheme: str
    host: str
    path: str
    query: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a page was made from. A page with another stamp is out of date, and so is one after ``until``."""

    clinic_id: int
    revision: int
    day: date
    until: datetime | None = None

    def says_all(self, now: datetime) -> bool:
        """Whether the moment has not come at which the clinic's pages change by themselves."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page as it goes out. ``as_gzip`` is made ready later; until then it is made for whoever needs it."""

    stamp: Stamp
    etag: str
    headers: tuple[tuple[str, str], ...]
    as_brotli: bytes
    as_gzip: bytes = b""

    @property
    def size(self) -> int:
        """Bytes of memory it takes, nearly."""
        return len(self.as_brotli) + len(self.as_gzip) + 500

    def encoded(self, accepted: str) -> tuple[bytes, str]:
        """Return the body and its encoding (empty: as it is) for an ``Accept-Encoding`` header."""
        offered = {part.partition(";")[0].strip() for part in accepted.lower().split(",") if ";q=0" not in part + ";"}
        if "br" in offered:
            return self.as_brotli, "br"
        if "gzip" in offered:
            return self.as_gzip or _gzipped(self.body), "gzip"
        return self.body, ""

    @property
    def body(self) -> bytes:
        """The page as it was built."""
        return bytes(brotli.decompress(self.as_brotli))

    def compressed_well(self) -> "KeptPage":
        """Return the same page in its smallest forms. Takes a sixth of a second for a long page."""
        body = self.body
        return replace(self, as_brotli=_brotlied(body, SMALL), as_gzip=_gzipped(body))


def kept_page(stamp: Stamp, headers: tuple[tuple[str, str], ...], body: bytes) -> KeptPage:
    """Return a page ready to be kept, compressed quickly."""
    digest = hashlib.sha256(body).hexdigest()[:24]
    return KeptPage(stamp, f'W/"{digest}"', headers, _brotlied(body, QUICK))


def _brotlied(body: bytes, quality: int) -> bytes:
    return bytes(brotli.compress(body, mode=brotli.MODE_TEXT, quality=quality))


def _gzipped(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)


class PageStore:
    """Pages by key, the least lately used dropped first when the memory is used up. Safe for threads."""

    def __init__(self, most_bytes: int = 24_000_000) -> None:
        self._most_bytes = most_bytes
        self._pages: OrderedDict[Key, KeptPage] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many pages are kept."""
        return len(self._pages)

    def get(self, key: Key, stamp: Stamp) -> KeptPage | None:
        """Return the page, or ``None`` when it is not kept; one with another stamp is dropped."""
        with self._lock:
            page = self._pages.get(key)
            if page is None:
                return None
            if page.stamp != stamp:
                self._drop(key)
                return None
            self._pages.move_to_end(key)
            return page

    def put(self, key: Key, page: KeptPage) -> None:
        """Keep a page, in place of an older one."""
        with self._lock:
            if key in self._pages:
                self._drop(key)
            self._pages[key] = page
            self._bytes += page.size
            while self._bytes > self._most_bytes:
                self._drop(next(iter(self._pages)))

    def replace(self, key: Key, old: KeptPage, new: KeptPage) -> None:
        """Put a smaller form in place of the same page, unless the page has changed meanwhile."""
        with self._lock:
            if self._pages.get(key) is not old:
                return
            self._bytes += new.size - old.size
            self._pages[key] = new

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._pages.clear()
            self._bytes = 0

    def _drop(self, key: Key) -> None:
        self._bytes -= self._pages.pop(key).size


class Aside:
    """Runs work after the answer has gone out, one piece at a time, on one thread that ends when nothing is left.

    The thread gives way to everything else: an answer that waits is worth more than a smaller page.
    """

    def __init__(self) -> None:
        self._waiting: list[Callable[[], None]] = []
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def do(self, work: Callable[[], None]) -> None:
        """Do ``work`` soon."""
        with self._lock:
            self._waiting.append(work)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="page-compression", daemon=True)
                self._thread.start()

    def wait(self) -> None:
        """Return when everything asked for is done."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        if sys.platform == "linux":  # where a thread has a priority of its own
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LEAST_URGENT)
        while True:
            with self._lock:
                if not self._waiting:
                    self._thread = None
                    return
                work = self._waiting.pop(0)
            work()
