"""Which language somebody is spoken to in. The words themselves stand in each room's ``locale`` folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import get_language_info
from django.utils.translation.trans_real import parse_accept_lang_header

from vesicle.core.spoken import InEnglish, formatted
from vesicle.core.words import Said, Written

ENGLISH = "en"
_SESSION_KEY = "language"


def supported(code: str) -> str:
    """Return the language we have words in for a person's language (``es-MX`` gives ``es``); English for all others."""
    short = code.lower().partition("-")[0]
    return short if short in dict(settings.LANGUAGES) else ENGLISH


def active() -> str:
    """Return the language of the page or letter that is being made."""
    return supported(translation.get_language() or ENGLISH)


def speak(code: str) -> None:
    """Use a language from here on; English keeps the American forms."""
    chosen = supported(code)
    translation.activate(settings.LANGUAGE_CODE if chosen == ENGLISH else chosen)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Use a language inside the block, and the one before it again afterwards."""
    with translation.override(translation.get_language()):
        speak(code)
        yield


def told(words: str) -> str:
    """Return words in the language in force, where a catalog has them; sentences of ``core.words`` piece by piece.

    Words that know they are English still do, alone or within a sentence.
    """
    if not isinstance(words, Said):
        return _looked_up(words)
    pattern = _looked_up(words.pattern)
    if not words.values:
        return pattern
    return formatted(pattern, {name: _in_place(value) for name, value in words.values.items()})


def _looked_up(words: str) -> str:
    if not words:
        return ""
    found = translation.gettext(str(words))
    return words if found == words else found


def _in_place(value: object) -> str:
    if isinstance(value, Said):
        return told(value)
    if isinstance(value, date):
        return date_format(value, translation.pgettext("date with year", "F j, Y"))
    if isinstance(value, Written) and written_in(value) == ENGLISH != active():
        return InEnglish(value)
    return value if isinstance(value, str) else str(value)


def remembered(request: HttpRequest) -> str:
    """Return the language somebody chose on an earlier page; empty if none. A frame has it in its address."""
    return str(getattr(request, "frame_language", "") or request.session.get(_SESSION_KEY) or "")


def remember(request: HttpRequest, code: str) -> None:
    """Speak a language to this browser from now on."""
    request.session[_SESSION_KEY] = supported(code)


def of_browser(request: HttpRequest) -> str:
    """Return the language that the address asks for, or the browser, if we have words in it.

    It needs nothing but the request.
    """
    if (asked := request.GET.get("lang", "")) in dict(settings.LANGUAGES):
        return asked
    for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        if code.partition("-")[0] in dict(settings.LANGUAGES):
            return supported(code)
    return ENGLISH


def chosen(request: HttpRequest, otherwise: str) -> str:
    """Return the language of a page: what the person chose (``?lang=es``, remembered), else ``otherwise``."""
    asked = request.GET.get("lang", "")
    if asked in dict(settings.LANGUAGES):
        remember(request, asked)
        return asked
    return supported(remembered(request) or otherwise)


_COMMONEST = {
    ENGLISH: frozenset(
        {"the", "and", "of", "to", "is", "for", "your", "with", "are", "or", "in", "that", "on", "you", "it", "from"}
    ),
    "es": frozenset(
        {"el", "la", "los", "las", "de", "que", "en", "para", "con", "una", "un", "por", "su", "es", "del", "se", "al"}
    ),
}
"""Words that tell these languages apart; a few of them stand in any sentence."""


def written_in(text: str) -> str:
    """Return the language in which somebody who works here wrote a text: English, unless it is plainly another."""
    words = text.lower().split()
    return max(_COMMONEST, key=lambda code: sum(word.strip(".,;:!?()") in _COMMONEST[code] for word in words))


def name_in_english(code: str) -> str:
    """Return what staff call a language: ``Spanish``."""
    return str(get_language_info(code)["name"])


def others(code: str) -> list[tuple[str, str]]:
    """Return the languages one could change to: code and name."""
    return [(each, name) for each, name in settings.LANGUAGES if each != supported(code)]
