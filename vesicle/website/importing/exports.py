"""What an export or an editor keeps in place of elements: short codes in brackets, and pages inside a feed.

A page builder writes ``[vc_toggle title="Aftercare"]…[/vc_toggle]`` where the browser would be given a heading and its
text; a WordPress export holds the pages of a site as items of a feed. Both become the elements they stand for.
"""

from __future__ import annotations

import re
from html import escape, unescape

_FEED = re.compile(r"\A\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<rss\b", re.DOTALL)
_MARKED = re.compile(r"\s*<!\[CDATA\[(.*)\]\]>\s*", re.DOTALL)
_CODE = re.compile(r"\[(/?)([a-z][a-z0-9_-]{1,40})((?:\s[^\[\]]*)?)\]")
_BUILDERS = re.compile(r"\[/?(?:vc|et_pb|fusion|av|su|wpb|nectar|mk|tatsu|cs|x|dt|ultimate|porto|thim)_[a-z]")
_VALUE = re.compile(r"""([a-z][a-z0-9_-]*)\s*=\s*["“”″']([^"“”″]*?)["“”″']""", re.IGNORECASE)
_TITLES = ("title", "heading", "question", "tab_title", "header")
_HEADINGS = frozenset({"heading", "title"})
_ACTS = frozenset(
    {"btn", "button", "cta", "sidebar", "form", "menu", "map", "social", "testimonial", "testimonials", "posts", "blog",
     "shop", "products", "portfolio", "slider", "gallery", "counter", "team", "person", "pricing", "promo", "search"}
)  # fmt: skip
"""Parts of names of codes that stand for no content of their own: their titles are words on buttons."""
_BLANK_LINES = re.compile(r"\n[ \t\r]*\n\s*")


def as_html(text: str) -> str:
    """Return the HTML that a text stands for; a text that is HTML already comes back as it is."""
    if _FEED.match(text[:4_000]):
        pages = [
            f"<title>{escape(unescape(_within(item, 'title')))}</title>{_with_paragraphs(_without_codes(content))}"
            for item in text.split("<item>")[1:]
            if (content := _within(item, "content:encoded")).strip()
        ]
        return "\n".join(pages) or text
    return _with_paragraphs(_without_codes(text)) if _BUILDERS.search(text) else text


def _within(item: str, name: str) -> str:
    """Return what the first element of a name holds; empty where there is none or it never ends."""
    _, opened, rest = item.partition(f"<{name}>")
    held, closed, _ = rest.partition(f"</{name}>")
    marked = _MARKED.fullmatch(held)
    return (marked[1] if marked else held) if opened and closed else ""


def _with_paragraphs(text: str) -> str:
    """Return a text whose blank lines are breaks, as the editor shows them."""
    return _BLANK_LINES.sub("\n<br>\n", text)


def _without_codes(text: str) -> str:
    closed = {match[2] for match in _CODE.finditer(text) if match[1]}

    def element(match: re.Match[str]) -> str:
        ends, name, given = match[1], match[2], match[3]
        values = dict(_VALUE.findall(given))
        if not (values or ends or name in closed or "_" in name):
            return match.group()
        if ends:
            return "</div>"
        parts = set(name.split("_"))
        end = "" if name in closed else "</div>"
        if parts & _ACTS:
            return f'<div class="{" ".join(sorted(parts & _ACTS))}">{end}'
        words = values.get("text", "") if parts & _HEADINGS else ""
        words = words or next((values[key] for key in _TITLES if values.get(key)), "")
        return f"<div>{f'<h4>{escape(unescape(words))}</h4>' if words else ''}{end}"

    return _CODE.sub(element, text)
