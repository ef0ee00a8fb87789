"""Small template helpers of the design system: initials of a name, a phone number to dial."""

import re

from django import template
from django.conf import settings
from django.http import QueryDict
from django.template import Context
from django.utils.html import conditional_escape, format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from vesicle.core import addresses, catalogs, languages
from vesicle.core.spoken import InEnglish, lowered

register = template.Library()
_ENGLISH = SafeString(' lang="en"')
_MARKED = re.compile(r'<span lang="en">([^<]*)</span>')


@register.filter
def initials(name: object) -> str:
    """Return one or two capital letters for an avatar.

    The first letter of the first and of the last word; titles before a name ("Dr", "Mr") are passed over.
    An empty name gives an empty string.
    """
    titles = {"dr", "mr", "mrs", "ms", "mx", "prof"}
    words = [word for word in str(name or "").split() if word.strip(".").lower() not in titles]
    letters = [word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)]
    return "".join(letters).upper()


@register.filter
def dialable(phone: object) -> str:
    """Return a phone number as a ``tel:`` link wants it: digits and a leading plus, nothing else."""
    text = str(phone or "").strip()
    return ("+" if text.startswith("+") else "") + "".join(sign for sign in text if sign.isdigit())


@register.simple_tag(takes_context=True)
def other_languages(context: Context, query: str = "") -> list[tuple[str, str, str]]:
    """Return the languages a page could be read in instead: code, name and address; ``query`` where it has another."""
    asked = QueryDict(query, mutable=True) if query else context["request"].GET.copy()
    found = []
    for code, name in languages.others(get_language() or ""):
        asked["lang"] = code
        found.append((code, name, f"?{asked.urlencode()}"))
    return found


@register.filter
def in_language(words: object) -> str:
    """Return words that another room made, in the language in force where a catalog has them."""
    return languages.told(words if isinstance(words, str) else str(words or ""))


@register.filter
def as_written(words: str | None) -> str:
    """Return free words of somebody who works here, marked with their language where the page's is another.

    It comes last, after filters that make HTML of them.
    """
    html = conditional_escape(words or "")
    language = languages.written_in(strip_tags(html))
    if not html or language == languages.active():
        return html
    return format_html('<span lang="{}">{}</span>', language, html)


@register.simple_tag(takes_context=True)
def page_languages(context: Context, query: str = "") -> list[tuple[str, str, str]]:
    """Return code, name and address of the same public page in other languages; staff see those begun as well."""
    actor = context.get("actor")
    offered = dict(settings.LANGUAGES) | (dict(settings.LANGUAGES_BEGUN) if actor and actor.is_staff else {})
    here = addresses.language_of(context["request"].path) or languages.ENGLISH
    asked = f"?{query}" if query else ""
    path = context["request"].path
    return [(code, name, addresses.in_language(path, code) + asked) for code, name in offered.items() if code != here]


@register.simple_tag(takes_context=True)
def frame_language(context: Context) -> str:
    """Return the language of a public page's header and footer: a begun one stands around a page in English."""
    asked = str(getattr(context["request"], "language", ""))
    return asked if addresses.is_begun(asked) else get_language() or settings.LANGUAGE_CODE


@register.simple_tag(takes_context=True)
def begun(context: Context) -> str:
    """Return what a language that is begun still lacks, for the staff who look at it; empty on all other pages."""
    code = str(getattr(context["request"], "language", ""))
    if not addresses.is_begun(code):
        return ""
    complete = next(each for each in addresses.complete() if each != languages.ENGLISH)
    missing, of = catalogs.lacking(code, complete)
    return (
        f"{languages.name_in_english(code)} is begun: header and footer are in it, everything else is in English. "
        f"{missing:,} of {of:,} sentences of our pages are missing, and the texts of the protocols; "
        f"“vesicle protocols translations {code}” lists those. Only staff see this page; for visitors it is not there."
    )


@register.simple_tag
def onward(*parts: str) -> str:
    """Return the address of a patient's page, put together from its parts, in the language of this page."""
    return addresses.onward("".join(parts))


@register.filter
def unmarked(html: str) -> SafeString:
    """Return HTML without what marks its English words, for titles and attributes, where no element can stand."""
    return mark_safe(_MARKED.sub(r"\1", conditional_escape(html)))  # noqa: S308 - it was escaped; our own marks leave


@register.filter
def language_of(words: object) -> SafeString:
    """Return the attribute that says a text is English, for an element around it that breaks it into paragraphs."""
    return _ENGLISH if isinstance(words, InEnglish) else SafeString("")


@register.filter
def small(words: object) -> str:
    """Return words in small letters; English ones on a page of another language still say so."""
    return lowered(words if isinstance(words, str) else str(words))
