"""Sentences of a text or a page, and what kind each is: the door to `splitting` and `html_source`."""

from vesicle.website.claims.html_source import of_html
from vesicle.website.claims.splitting import Kind, Sentence, kind_of, of_text

__all__ = ["Kind", "Sentence", "kind_of", "of_html", "of_text"]
