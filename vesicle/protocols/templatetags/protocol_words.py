"""Filters that turn ids of the protocols into words."""

from django import template

from vesicle.protocols import words

register = template.Library()
register.filter("option_words", words.option_words)
register.filter("area_words", words.area_words)
register.filter("code_words", words.code_words)


@register.filter
def area_word(area: str) -> str:
    """Return one area by its name."""
    return words.area_words([area])
