"""A simple brake on pages that strangers can send to: so many times per address and quarter of an hour."""

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from vesicle.core.errors import Conflict

_SECONDS = 15 * 60


class TooOften(Conflict):
    """Somebody sends too much in too short a time."""

    status = 429
    code = "too-often"


def brake(request: HttpRequest, what: str, *, times: int = 20) -> None:
    """Count one use of ``what`` by this network address.

    Raises:
        TooOften: it was used more than ``times`` times within a quarter of an hour.
    """
    if uses(f"{what}:{request.META.get('REMOTE_ADDR', '')}") > times:
        raise TooOften(_("That was tried very often in a short time. Please wait a quarter of an hour, or call us."))


def uses(what: str) -> int:
    """Count one more use of ``what`` and return how many there were in this quarter of an hour, in this process."""
    key = f"throttle:{what}"
    cache.add(key, 0, _SECONDS)
    try:
        return cache.incr(key)
    except ValueError:
        # It ran out between the two calls, so this is the first use of a new quarter of an hour.
        return 1
