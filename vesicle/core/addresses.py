"""How the address of a public page says its language: ``/es/…`` is Spanish, one without such a beginning English.

A language is *complete* when every word of the public pages has its translation (``settings.LANGUAGES``); then it is
listed for search engines and offered to everybody. One that is *begun* (``settings.LANGUAGES_BEGUN``) has words for the
frame of the pages alone; staff may look at it, nobody else is led there.
"""

from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.utils import translation

from vesicle.core import languages


def complete() -> tuple[str, ...]:
    """Return the languages whose pages are complete, English first."""
    return tuple(code for code, _ in settings.LANGUAGES)


def is_begun(code: str) -> bool:
    """Whether a language is not complete yet."""
    return code in dict(settings.LANGUAGES_BEGUN)


def language_of(path: str) -> str:
    """Return the language that the beginning of a path names; empty where it names none."""
    first = path.removeprefix("/").partition("/")[0]
    known = {**dict(settings.LANGUAGES), **dict(settings.LANGUAGES_BEGUN)}
    return first if first in known and first != languages.ENGLISH and path.startswith(f"/{first}/") else ""


def without_language(path: str) -> str:
    """Return a path as it is in English."""
    code = language_of(path)
    return path.removeprefix(f"/{code}") if code else path


def in_language(path: str, code: str) -> str:
    """Return the path of the same page in a language."""
    plain = without_language(path)
    return plain if code == languages.ENGLISH else f"/{code}{plain}"


def onward(address: str) -> str:
    """Return the address of a patient's page, carrying the language of the public page that leads there."""
    code = languages.supported(translation.get_language() or "")
    if code == languages.ENGLISH:
        return address
    parts = urlsplit(address)
    return urlunsplit(parts._replace(query=f"{parts.query}&lang={code}" if parts.query else f"lang={code}"))
