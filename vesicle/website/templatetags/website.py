"""Prints sentences with the numbers of their sources, and small components that a page repeats, rendered once."""

from functools import lru_cache

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from django_cotton.utils import render_component

from vesicle.core.templatetags.vesicle_ui import spoken
from vesicle.website.presenters.notes import Said

register = template.Library()


@register.filter
def cited(said: Said) -> SafeString:
    """Return the sentence as HTML: its words, its sources as links to the list, its mark of origin or its grade."""
    # A page says two hundred sentences: they are put together by hand, words escaped, numbers being numbers.
    text = "".join(map(cited, said.parts)) if said.parts else spoken(said.text)
    language = get_language() or ""
    links = "".join(_link(number, language) for number in said.notes)
    mark = f' <span class="mark">{escape(said.mark)}</span>' if said.mark else ""
    grade = f" {graded(said.grade)}" if said.grade else ""
    return mark_safe(f"{text}{links}{mark}{grade}")  # noqa: S308 - escaped piece by piece


@lru_cache(maxsize=512)
def _link(number: int, language: str) -> str:
    """``language`` is the one in force: what is remembered is remembered for it."""
    read_out = escape(gettext("Source"))
    return f'<a class="ref" href="#ref-{number:d}"><span class="visually-hidden">{read_out} </span>{number:d}</a>'


@register.simple_tag
def graded(level: str, href: str = "#evidence") -> SafeString:
    """Return the component ``c-grade`` for a level; there are few of them and a page shows many."""
    return _graded(level, href, get_language() or "")


@lru_cache(maxsize=64)
def _graded(level: str, href: str, language: str) -> SafeString:
    html: str = render_component(None, "grade", level=level, href=href)
    return mark_safe(html)  # noqa: S308 - our own component


@register.simple_tag
@lru_cache(maxsize=64)
def symbol(name: str, label: str = "") -> SafeString:
    """Return the component ``c-icon``, for places that a page repeats dozens of times."""
    html: str = render_component(None, "icon", name=name, label=label)
    return mark_safe(html)  # noqa: S308 - our own component
