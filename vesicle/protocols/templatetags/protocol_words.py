"""Filters that turn ids of the protocols into words."""

from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from vesicle.protocols import words
from vesicle.protocols.hooks import Beside

register = template.Library()
register.filter("option_words", words.option_words)
register.filter("area_words", words.area_words)
register.filter("code_words", words.code_words)


@register.filter
def area_word(area: str) -> str:
    """Return one area by its name."""
    return words.area_words([area])


@register.simple_tag
def beside(panels: Sequence[Beside], name: str) -> SafeString:
    """Return what other rooms show beside a field of the words, in a place that a script may fill again."""
    if not panels:
        return mark_safe("")
    return format_html(
        '<div class="beside" id="beside-{}" data-beside="{}">{}</div>',
        name,
        name,
        format_html_join("", "{}", ((panel.by_field.get(name, ""),) for panel in panels)),
    )
