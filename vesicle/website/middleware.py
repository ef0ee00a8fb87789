"""Whole public pages kept in memory, dropped when the clinic's site revision changes.

A page that visitors share holds nothing of the person who looks at it, so it is built once for everybody. It is
served again as long as the clinic's site revision and the day are those it was built under (claims expire by day), and
not beyond the moment at which the next edition takes force. The revision is asked of the database, one small query,
unless it was asked less than a tenth of a second ago. Whoever has a session is answered afresh: staff see their own
clinic and previews, and messages are shown to one person only. While the database is away, everybody gets the last
good copy (`survival`).
"""

import re
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from vesicle.clinic.queries import clinic_for_host, forget_clinics, latest_day
from vesicle.core import addresses, clock
from vesicle.core.away import is_away
from vesicle.website import embedding, patience, shelf
from vesicle.website.page_store import KeptPage, Key, PageStore, Stamp, kept_page
from vesicle.website.patience import answered_within
from vesicle.website.queries import site_revision
from vesicle.website.survival import HEALTH, aside, health, last_copy, outage

PUBLIC: Final = re.compile(r"/(?:(?:treatments|concerns|compare|locations)/.*|robots\.txt|sitemap\.xml)?")
"""The addresses of this room, without the language. Those that may stand in a frame are kept in that form as well."""

LOOKED_AT: Final = {"/compare/": "option"}
"""The one word of the query that a page looks at, by its path in English; all others (campaign tags) change nothing."""

PREVIEW: Final = "edition"
"""A query with this word asks for something that only staff may see."""

_SAID: Final = embedding.SAID
"""In a frame, a query with this word carries what is said to one person only."""

_LONGEST_QUERY: Final = 1000
_NOT_KEPT: Final = frozenset({"content-length", "vary"})

store = PageStore()


class PublicPageCache:
    """Answers public pages from memory where nothing has changed since they were built."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer from memory, or build, keep and answer; the last good copy while the database is away."""
        if request.path_info == HEALTH:
            return health(store)
        if not _is_public(request):
            return self.get_response(request)
        key = _key(request)
        if outage.is_left_alone:
            return last_copy(request, key, store)
        try:
            stamp = outage.just_heard(key.host) or _stamp(key.host)
        except DatabaseError as error:
            if not is_away(error):
                raise
            outage.missed()
            return last_copy(request, key, store)
        if stamp is None or not _is_shared(request):
            return self._built(request)
        page = store.get(key, stamp)
        if page is None:
            response = self._built(request)
            if not _may_be_kept(request, response):
                return response
            page = _keep(key, stamp, response)
        return _answer(request, page)

    def _built(self, request: HttpRequest) -> HttpResponse:
        with answered_within(patience.BUILD):
            return self.get_response(request)


def _is_public(request: HttpRequest) -> bool:
    """Whether it is one of the pages that anybody may read, as it is now."""
    framed = embedding.framed_path(request.path_info)
    path = request.path_info if framed is None else framed
    return (
        request.method in ("GET", "HEAD")
        and not addresses.is_begun(addresses.language_of(path))
        and PUBLIC.fullmatch(addresses.without_language(path)) is not None
        and (framed is None or embedding.may_stand_in_a_frame(framed))
        and not _asks(request, PREVIEW)
    )


def _asks(request: HttpRequest, word: str) -> bool:
    """Whether the query has a word. Most addresses have no query, and need not be taken apart."""
    return bool(request.META.get("QUERY_STRING")) and word in request.GET


def _is_shared(request: HttpRequest) -> bool:
    """Whether anybody would get the same answer. In a frame nobody is anybody, whatever cookies come along."""
    if request.method != "GET" or len(request.META.get("QUERY_STRING", "")) > _LONGEST_QUERY:
        return False
    if embedding.framed_path(request.path_info) is not None:
        return not _asks(request, _SAID)
    return settings.SESSION_COOKIE_NAME not in request.COOKIES and "messages" not in request.COOKIES


def _stamp(host: str) -> Stamp | None:
    """Return what a page built now is made from, or ``None`` while there is no clinic. Asks the database.

    What this process remembers of the clinic may be older than the revision; then it is forgotten, so that no page is
    built from it and kept under the new revision.
    """
    with answered_within(patience.QUESTION):
        clinic = clinic_for_host(host)
        if clinic is None:
            return None
        now = clock.now()
        revision, until = site_revision(clinic.pk, now)
        if revision != clinic.site_revision:
            forget_clinics()
        stamp = Stamp(clinic.pk, revision, latest_day(clinic.pk, now), until)
    outage.heard(host, stamp)
    return stamp


def _key(request: HttpRequest) -> Key:
    path = embedding.framed_path(request.path_info) or request.path_info
    looked_at = LOOKED_AT.get(addresses.without_language(path))
    query = tuple((looked_at, value) for value in request.GET.getlist(looked_at)) if looked_at else ()
    return Key(request.scheme or "", request.get_host(), request.path_info, query)


def _may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether an answer is one of our pages, complete, and the same for everybody."""
    match = request.resolver_match
    return (
        response.status_code == 200
        and match is not None
        and match.app_names[:1] in (["website"], ["machines"])
        and not response.streaming
        and not response.cookies
        and not response.has_header("Content-Encoding")
    )


def _keep(key: Key, stamp: Stamp, response: HttpResponse) -> KeptPage:
    """Keep an answer: quickly compressed for now, thoroughly a moment later."""
    headers = tuple((name, value) for name, value in response.items() if name.lower() not in _NOT_KEPT)
    page = kept_page(stamp, headers, response.content)
    store.put(key, page)
    aside.do(lambda: _keep_well(key, page))
    return page


def _keep_well(key: Key, page: KeptPage) -> None:
    small = page.compressed_well()
    store.replace(key, page, small)
    shelf.put(key, small)


def _answer(request: HttpRequest, page: KeptPage) -> HttpResponse:
    """Return the page in the form the browser takes, or word that it has it already."""
    if page.etag in request.headers.get("If-None-Match", ""):
        response = HttpResponse(status=304)
    else:
        body, encoding = page.encoded(request.headers.get("Accept-Encoding", ""))
        response = HttpResponse(body)
        for name, value in page.headers:
            response[name] = value
        if encoding:
            response["Content-Encoding"] = encoding
        response["Content-Length"] = str(len(body))
    response["ETag"] = page.etag
    response["Cache-Control"] = "no-cache"
    response["Vary"] = "Accept-Encoding, Cookie"
    return response
