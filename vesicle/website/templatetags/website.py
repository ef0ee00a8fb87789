"""Prints sentences with the numbers of their sources, and small components that a page repeats, rendered once."""

from functools import lru_cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django_cotton.utils import render_component

from vesicle.website.presenters.notes import Said

register = template.Library()


@register.filter
def cited(said: Said) -> SafeString:
    """Return the sentence as HTML: its words, its sources as links to the list, its mark of origin or its grade."""
    text = format_html_join("", "{}", ((cited(part),) for part in said.parts)) if said.parts else said.text
    links = format_html_join(
        "",
        '<a class="ref" href="#ref-{0}"><span class="visually-hidden">Source </span>{0}</a>',
        ((number,) for number in said.notes),
    )
    mark = format_html(' <span class="mark">{}</span>', said.mark) if said.mark else ""
    grade = format_html(" {}", graded(said.grade)) if said.grade else ""
    return format_html("{}{}{}{}", text, links, mark, grade)


@register.simple_tag
@lru_cache(maxsize=64)
def graded(level: str, href: str = "#evidence") -> SafeString:
    """Return the component ``c-grade`` for a level; there are few of them and a page shows many."""
    html: str = render_component(None, "grade", level=level, href=href)
    return mark_safe(html)  # noqa: S308 - our own component


@register.simple_tag
@lru_cache(maxsize=64)
def symbol(name: str, label: str = "") -> SafeString:
    """Return the component ``c-icon``, for places that a page repeats dozens of times."""
    html: str = render_component(None, "icon", name=name, label=label)
    return mark_safe(html)  # noqa: S308 - our own component
