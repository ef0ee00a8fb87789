"""While the database is away: the last good copy of a page, marked, and nothing that was known to be out of date.

Whatever the database said last is remembered by host, and counts as true for a tenth of a second: so long may a page
be seen that another process made outdated (a change made in this process shows at once). A copy is shown only if it
fits the last word, and for an hour at most: then nobody can say any more what has changed. It carries a header and a
line that says when it was true. After a failure the database is left alone for a second, so that pages stay quick while
it comes back.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from vesicle.clinic.queries import times_forgotten
from vesicle.core import addresses, clock, languages
from vesicle.core.away import away_page, is_away
from vesicle.website import patience, shelf
from vesicle.website.page_store import Aside, Key, PageStore, Stamp
from vesicle.website.patience import answered_within

HEALTH: Final = "/health/"
SHOWN_AS_OF: Final = "Shown-As-Of"
LONGEST: Final = timedelta(hours=1)
ASK_AGAIN = 0.1
"""Seconds for which an answer counts: a busy page asks the database ten times a second, not a thousand times."""
_WRITTEN_FOR: Final = 30.0
_LEFT_ALONE: Final = 1.0
_MOST_HOSTS: Final = 500
_MAIN: Final = b'<main id="main" tabindex="-1">'


@dataclass(frozen=True, slots=True)
class LastWord:
    """What the database said of a host's clinic, and when."""

    stamp: Stamp
    at: datetime
    asked: float
    forgotten: int


class Outage:
    """What is remembered of the database: its last word by host, and since when it is away. Safe for threads."""

    def __init__(self) -> None:
        self._words: OrderedDict[str, LastWord] = OrderedDict()
        self._written: dict[str, float] = {}
        self._since: datetime | None = None
        self._until = 0.0
        self._lock = threading.Lock()

    @property
    def since(self) -> datetime | None:
        """Since when the database is away; ``None`` while it answers."""
        return self._since

    def heard(self, host: str, stamp: Stamp) -> None:
        """Remember an answer of the database."""
        word, known = LastWord(stamp, clock.now(), time.monotonic(), times_forgotten()), self._words.get(host)
        with self._lock:
            self._words[host] = word
            self._words.move_to_end(host)
            while len(self._words) > _MOST_HOSTS:
                self._words.popitem(last=False)
            self._since = None
            written = self._written.get(host)
            if known is not None and known.stamp == stamp and written and word.asked - written < _WRITTEN_FOR:
                return
            self._written = {**self._written, host: word.asked} if len(self._written) < _MOST_HOSTS else {}
        aside.do(lambda: shelf.put_word(host, stamp, word.at))

    def just_heard(self, host: str) -> Stamp | None:
        """Return what the database said of a host less than a tenth of a second ago, unless this process changed it."""
        word = self._words.get(host)
        if (
            word is None
            or self._since is not None
            or time.monotonic() - word.asked >= ASK_AGAIN
            or word.forgotten != times_forgotten()
            or _quarter(word.at) != _quarter(clock.now())
            or not word.stamp.says_all(clock.now())
        ):
            return None
        return word.stamp

    def answered(self) -> None:
        """Remember that the database is there."""
        self._since = None

    def missed(self) -> None:
        """Remember that the database did not answer, and leave it alone for a moment."""
        with self._lock:
            self._since = self._since or clock.now()
            self._until = time.monotonic() + _LEFT_ALONE
        if not connection.in_atomic_block:
            connection.close()

    @property
    def is_left_alone(self) -> bool:
        """Whether it failed a moment ago, so that asking again would only make people wait."""
        return self._since is not None and time.monotonic() < self._until

    def last_word(self, host: str) -> LastWord | None:
        """Return what was true last, for whichever process here heard it, unless that is too long ago.

        Nor is it told after a moment at which the pages changed by themselves.
        """
        word, elsewhere = self._words.get(host), shelf.word(host)
        if elsewhere is not None and (word is None or elsewhere[1] > word.at):
            word = LastWord(*elsewhere, asked=0.0, forgotten=0)
        now = clock.now()
        return word if word is not None and now - word.at <= LONGEST and word.stamp.says_all(now) else None

    def forget(self) -> None:
        """Forget everything."""
        with self._lock:
            self._words.clear()
            self._written = {}
            self._since, self._until = None, 0.0


def _quarter(at: datetime) -> int:
    """Return the quarter of an hour a moment lies in. Wherever a clinic is, its day ends with one of them."""
    return int(at.timestamp() // 900)


aside = Aside()
outage = Outage()


def last_copy(request: HttpRequest, key: Key, store: PageStore) -> HttpResponse:
    """Return the last good copy of a page, marked; where there is none, a page that says what is the matter."""
    word = outage.last_word(key.host)
    page = None if word is None else store.get(key, word.stamp) or shelf.get(key, word.stamp)
    if word is None or page is None:
        return away_page(request)
    with languages.speaking(addresses.language_of(key.path)):
        body = page.body.replace(_MAIN, _MAIN + _mark(word.at), 1)
    response = HttpResponse(body if request.method == "GET" else b"")
    for name, value in page.headers:
        response[name] = value
    response[SHOWN_AS_OF] = word.at.astimezone(UTC).isoformat(timespec="seconds")
    response["Cache-Control"] = "no-store"
    return response


def _mark(at: datetime) -> bytes:
    moment = at.astimezone(UTC)
    context = {"machine": moment.isoformat(timespec="minutes"), "time": f"{moment:%H:%M}"}
    return render_to_string("website/parts/as_of.html", context).encode()


def health(store: PageStore, ask: Callable[[], object] | None = None) -> JsonResponse:
    """Say whether the database answers, since when it does not, and how many pages could be shown meanwhile.

    200 while it answers, 503 while it does not: whoever watches needs no more than the status.
    """
    try:
        (ask or _ask)()
        outage.answered()
    except DatabaseError as error:
        if not is_away(error):
            raise
        outage.missed()
    since = outage.since
    state = {
        "status": "ok" if since is None else "database-away",
        "database": since is None,
        "away_since": None if since is None else since.astimezone(UTC).isoformat(timespec="seconds"),
        "pages_kept": len(store),
    }
    return JsonResponse(state, status=200 if since is None else 503, headers={"Cache-Control": "no-store"})


def _ask() -> None:
    with answered_within(patience.QUESTION), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
