"""Small template helpers of the design system: initials of a name, a phone number to dial."""

from django import template
from django.http import QueryDict
from django.template import Context
from django.utils.translation import get_language

from vesicle.core import languages

register = template.Library()


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
