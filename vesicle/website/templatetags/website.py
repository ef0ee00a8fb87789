"""Prints sentences with the numbers of their sources."""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from vesicle.website.presenters.notes import Said

register = template.Library()


@register.filter
def cited(said: Said) -> SafeString:
    """Return the sentence as HTML: its words, its sources as links to the list, its mark of origin."""
    words = escape(said.text)
    links = "".join(
        f'<a class="ref" href="#ref-{number}"><span class="visually-hidden">Source </span>{number}</a>'
        for number in said.notes
    )
    mark = f' <span class="mark">{escape(said.mark)}</span>' if said.mark else ""
    return mark_safe(words + links + mark)  # noqa: S308 - every part was escaped above
