"""Prints sentences with the numbers of their sources, and small components that a page repeats, rendered once."""

from collections.abc import Hashable
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from django_cotton.utils import render_component

from vesicle.website.presenters.notes import Said

register = template.Library()


@register.filter
def cited(said: Said) -> SafeString:
    """Return the sentence as HTML: its words, its sources as links to the list, its mark of origin or its grade."""
    # A page says two hundred sentences: they are put together by hand, words escaped, numbers being numbers.
    text = "".join(map(cited, said.parts)) if said.parts else conditional_escape(said.text)
    language = get_language() or ""
    links = "".join(_link(number, language) for number in said.notes)
    mark = f' <span class="mark">{escape(said.mark)}</span>' if said.mark else ""
    grade = f" {graded(said.grade)}" if said.grade else ""
    return mark_safe(f"{text}{links}{mark}{grade}")  # noqa: S308 - escaped piece by piece


@lru_cache(maxsize=512)
def _link(number: int, language: str) -> str:
    """``language`` is the one in force: what is remembered is remembered for it."""
    # One element each: a page has hundreds, and what is hidden from view is laid out all the same.
    read_out = escape(gettext("Source %(number)d") % {"number": number})
    return f'<a class="ref" href="#ref-{number:d}" aria-label="{read_out}">{number:d}</a>'


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


@register.simple_tag(takes_context=True)
def section(context: template.Context, name: str, needs: str) -> SafeString:
    """Return a section of a treatment page; one that would print the same words again is remembered.

    It is given what ``needs`` names of the page, and the clinic's telephone number, and nothing else: so what it prints
    follows from what it is remembered by.
    """
    names, page, clinic = tuple(needs.split()), context["page"], context["clinic"]
    given = tuple(getattr(page, each) for each in names)
    return _section(name, names, given, clinic.phone if clinic else "", get_language())


@lru_cache(maxsize=256)
def _section(
    name: str, names: tuple[str, ...], given: tuple[Hashable, ...], phone: str, language: str | None
) -> SafeString:
    page: dict[str, Any] = dict(zip(names, given, strict=True))
    context = {"page": SimpleNamespace(**page), "clinic": SimpleNamespace(phone=phone)}
    return render_to_string(f"website/parts/{name}.html", context)


def forget_sections() -> None:
    """Forget every section, as a process that has just begun; what they are remembered by never goes out of date."""
    _section.cache_clear()
