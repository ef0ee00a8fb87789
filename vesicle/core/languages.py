"""Which language somebody is spoken to in. The words themselves stand in each room's ``locale`` folder."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

ENGLISH = "en"
_SESSION_KEY = "language"


def supported(code: str) -> str:
    """Return the language we have words in for a person's language (``es-MX`` gives ``es``); English for all others."""
    short = code.lower().partition("-")[0]
    return short if short in dict(settings.LANGUAGES) else ENGLISH


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Use a language inside the block; English keeps the American forms."""
    chosen = supported(code)
    with translation.override(settings.LANGUAGE_CODE if chosen == ENGLISH else chosen):
        yield


def chosen(request: HttpRequest, otherwise: str) -> str:
    """Return the language of a page: what the person chose (``?lang=es``, remembered), else ``otherwise``."""
    asked = request.GET.get("lang", "")
    if asked in dict(settings.LANGUAGES):
        request.session[_SESSION_KEY] = asked
        return asked
    return supported(request.session.get(_SESSION_KEY) or otherwise)


def others(code: str) -> list[tuple[str, str]]:
    """Return the languages one could change to: code and name."""
    return [(each, name) for each, name in settings.LANGUAGES if each != supported(code)]
