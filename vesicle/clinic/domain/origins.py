"""Web origins: which sites may show a clinic's pages in a frame."""

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

from vesicle.core.errors import Invalid

LOCAL: Final = frozenset({"localhost", "127.0.0.1"})
"""Hosts that may be named with ``http``: a page tried out on one's own machine."""

_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST: Final = 253


def origin_of(text: str) -> str:
    """Return the origin a person typed, as browsers write it: lower case, no path, no port that is the usual one.

    Raises:
        Invalid: not an origin, or one that may not be listed. The sentence says what is allowed.

    Notes
    -----
    An origin is scheme, host and port (RFC 6454 §4). Names with other letters than ASCII are written as browsers send
    them (``xn--…``).
    """
    given = text.strip()
    try:
        parts = urlsplit(given)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii").lower()
    except ValueError as error:
        raise _refused(f"“{given[:80]}” cannot be read as an address.") from error
    if re.search(r"[\s;,'\"*\\]", given):
        raise _refused("An address of a site has no spaces, commas, quotes, semicolons or stars.")
    if parts.username is not None or parts.password is not None:
        raise _refused("Leave out the name and password.")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise _refused("Leave out everything after the name of the site: a whole site is allowed, not one page.")
    if parts.scheme not in ("https", "http"):
        raise _refused("Begin with https://.")
    if parts.scheme == "http" and host not in LOCAL:
        raise _refused("The site has to be reached by https://; http:// is only for localhost, to try it out.")
    if not _is_host(host):
        raise _refused("The name of the site is missing, or is not one.")
    usual = {"https": 443, "http": 80}[parts.scheme]
    return f"{parts.scheme}://{host}" + ("" if port in (None, usual) else f":{port}")


def _is_host(host: str) -> bool:
    if host in LOCAL:
        return True
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        labels = host.split(".")
        return len(host) <= _LONGEST and len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
    return False


def _refused(why: str) -> Invalid:
    message = f"{why} Write it like https://www.example.com."
    return Invalid(message, fields={"origin": message})
