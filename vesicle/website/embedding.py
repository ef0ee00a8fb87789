"""Which pages may stand in a frame, and how their links are written there.

A page ``/book/`` stands in a frame under ``/embed/v1/book/``, in Spanish under ``/embed/v1/es/book/``: a frame
remembers nothing, so every address in it says its language, those of patients' pages as well. What is not listed here
is never answered in a frame: a link to it opens a window of its own.
"""

import re
from html import unescape
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from vesicle.core import addresses

PREFIX: Final = "/embed/v1"
SAID: Final = "said"
"""Word of the query that carries what the next page has to say, signed, where a cookie would carry it otherwise."""

_BOTH: Final = re.compile(
    r"/(?:"
    r"candidacy/(?!mine/).*"
    r"|book/(?:times/|together/|wait/|visits/(?:[\w-]+/)?)?"
    r"|book/hold/[^/]+/(?:keep/|back/|course/(?:\d+/)?)?"
    r")"
)
_LOOKED_AT: Final = re.compile(r"/(?:treatments/[\w-]+/|compare/|book/a/[^/]+/)")
_TAG: Final = re.compile(r"<(?:a|form|button|input|div|section|main|time)\s[^>]*>")
_ADDRESS: Final = re.compile(r'(\s(?:href|action|formaction|hx-get|hx-post|data-hold-refresh)=")([^"]*)(")')
_HAS_TARGET: Final = re.compile(r"\starget=")
_AWAY: Final = ' target="_blank" rel="noopener"'


def framed_path(path: str) -> str | None:
    """Return the page that an address of a frame stands for, or ``None`` for any other address."""
    return path.removeprefix(PREFIX) if path.startswith(f"{PREFIX}/") else None


def outside(path: str) -> str:
    """Return the path under which a framed page is known outside: patients' pages have no language in theirs."""
    plain = addresses.without_language(path)
    return path if _LOOKED_AT.fullmatch(plain) and not plain.startswith("/book/") else plain


def may_stand_in_a_frame(path: str, method: str = "GET") -> bool:
    """Whether a page of ours is answered in a frame."""
    path = addresses.without_language(path)
    if _BOTH.fullmatch(path):
        return True
    return method in ("GET", "HEAD") and _LOOKED_AT.fullmatch(path) is not None


def in_frame(address: str, language: str = "") -> str:
    """Return an address of ours as it is written in a frame of a language. One that is so already stays."""
    if not address.startswith("/") or address.startswith(("//", f"{PREFIX}/")):
        return address
    return PREFIX + (addresses.in_language(address, language) if language else address)


def with_words(address: str, words: str) -> str:
    """Return an address that carries what the next page has to say, in place of what it carried before."""
    parts = urlsplit(address)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != SAID]
    return urlunsplit(parts._replace(query=urlencode([*query, (SAID, words)])))


def rewritten(page: str, language: str = "") -> str:
    """Return a page whose links and forms stay in the frame, or open a window where the frame may not go."""
    return _TAG.sub(lambda found: _tag(found.group(), language), page)


def _tag(tag: str, language: str) -> str:
    leads_away = False

    def address(found: re.Match[str]) -> str:
        nonlocal leads_away
        before, value, after = found.groups()
        plain = unescape(value)
        if plain.startswith("/") and not plain.startswith("//"):
            path = re.split(r"[?#]", plain, maxsplit=1)[0]
            if path.startswith("/static/"):
                return found.group()
            # What leads to an appointment leads to its own page; only the answer to a booking stands in the frame.
            if may_stand_in_a_frame(path) and not path.startswith("/book/a/"):
                return f"{before}{in_frame(value, language)}{after}"
            leads_away = True
        elif plain.startswith(("https://", "http://")):
            leads_away = True
        return found.group()

    changed = _ADDRESS.sub(address, tag)
    if leads_away and changed.startswith(("<a", "<form")) and not _HAS_TARGET.search(changed):
        name = changed[: changed.index(" ")] if " " in changed else changed.split()[0]
        return name + _AWAY + changed[len(name) :]
    return changed
