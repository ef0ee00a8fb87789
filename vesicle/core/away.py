"""A database that cannot be reached: how to tell it from a wrong question, and what a page says of it meanwhile."""

import time
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from vesicle.core import addresses, languages

RETRY_AFTER = 30
"""Seconds after which a browser or program may ask again."""


def is_away(error: BaseException | None) -> bool:
    """Whether an error means that the database cannot be reached, and not that a question was wrong.

    SQLSTATE class 08 is a broken connection, 57P the server going down or not up yet, 53300 no place left; without a
    code the connection never came about.
    """
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, DatabaseError):
        return False
    cause = error.__cause__
    code = getattr(cause, "sqlstate", None)
    if code is None:
        return type(cause).__name__ in ("OperationalError", "InterfaceError", "ConnectionTimeout", "AdminShutdown")
    return str(code).startswith(("08", "57P", "53300"))


def away_page(request: HttpRequest) -> HttpResponse:
    """Return a page that says what is the matter; to whoever sent a form, also what became of it."""
    spoken = str(getattr(request, "language", "")) or addresses.language_of(request.path_info)
    with languages.speaking(spoken or languages.of_browser(request)):
        body = render_to_string("errors/503.html", {"is_form": request.method not in ("GET", "HEAD")})
    headers = {
        "Retry-After": str(RETRY_AFTER),
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'self'",
    }
    return HttpResponse(body, status=503, headers=headers)


def outlast(work: Callable[[], None], *, say: Callable[[str], None], pause: float = 2.0) -> None:
    """Do work that ends by itself; where the database goes away meanwhile, wait and go on with it.

    ``say`` is told once each time it goes.
    """
    is_told = False
    while True:
        try:
            work()
        except (OperationalError, InterfaceError) as error:
            if not is_away(error):
                raise
            if not is_told:
                say(f"The database is away; the work goes on when it is back. {str(error).strip()}")
            is_told = True
            connections.close_all()
            time.sleep(pause)
        else:
            return
