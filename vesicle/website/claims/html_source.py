"""Takes the sentences out of a page, each with the heading above it and the elements around it.

Nothing of the page is run. What nobody reads is left out: scripts, styles, hidden templates. What regulators read
although it is not on the page is kept: the title, the description, the text of pictures.
"""

from __future__ import annotations

from dataclasses import replace

from vesicle.website.claims.markup import Tag, tokens
from vesicle.website.claims.splitting import Kind, Sentence, of_text

_UNREAD = frozenset(
    {"script", "style", "template", "noscript", "svg", "math", "iframe", "object", "select", "textarea"}
)
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "dfn", "em", "font", "i", "ins", "kbd", "label",
     "mark", "s", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr", "del", "q"}
)  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "title", "legend", "summary"})
_CLOSED_BY_NEXT = frozenset({"li", "dt", "dd", "td", "th", "tr", "option", "p"})
_CAPTIONS = frozenset({"figcaption", "caption"})
_SAYS_WHO = ("testimonial", "review", "rating", "quote-from")
_DESCRIBED = frozenset({"description", "og:description", "og:title", "twitter:description", "twitter:title"})
_DEEPEST = 200
"""Elements around a text that are remembered; a page nested deeper is read all the same."""


class _Reader:
    def __init__(self) -> None:
        self.found: list[Sentence] = []
        self.heading = ""
        self._open: list[tuple[str, bool]] = []
        self._deeper = 0
        self._unread = 0
        self._text: list[str] = []

    def read(self, html: str) -> tuple[Sentence, ...]:
        for token in tokens(html):
            if isinstance(token, str):
                if not self._unread:
                    self._text.append(token)
            elif token.opens:
                self._begin(token)
            else:
                self._end(token.name)
        self.flush()
        return tuple(self.found)

    def _begin(self, tag: Tag) -> None:
        if tag.name not in _INLINE:
            self.flush()
        self._described(tag)
        if tag.name in _VOID:
            return
        if self._open and (
            (self._open[-1][0] == "p" and tag.name not in _INLINE) or self._open[-1][0] == tag.name in _CLOSED_BY_NEXT
        ):
            self._open.pop()
        if tag.name in _UNREAD:
            self._unread += 1
        if len(self._open) >= _DEEPEST:
            self._deeper += 1
            return
        marks = " ".join(tag.attributes.get(name, "") for name in ("class", "itemprop", "itemtype", "id")).lower()
        self._open.append((tag.name, any(word in marks for word in _SAYS_WHO)))

    def _end(self, name: str) -> None:
        if name not in _INLINE:
            self.flush()
        if name in _UNREAD:
            self._unread = max(0, self._unread - 1)
        if self._deeper:
            self._deeper -= 1
            return
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at][0] == name:
                # What was left open inside is closed with it.
                self._unread = max(0, self._unread - sum(one in _UNREAD for one, _ in self._open[at + 1 :]))
                del self._open[at:]
                return

    def flush(self) -> None:
        """Take what has been read since the last block apart."""
        text = " ".join("".join(self._text).split())
        self._text.clear()
        if text and not self._unread:
            self._add(text, self._kind_here())

    def _described(self, tag: Tag) -> None:
        values = tag.attributes
        name = (values.get("name") or values.get("property") or "").lower()
        if tag.name == "meta" and name in _DESCRIBED:
            self._add(values.get("content", ""), "caption")
        if tag.name in ("img", "area", "input") and values.get("alt"):
            self._add(values["alt"], "caption")

    def _kind_here(self) -> Kind:
        names = [name for name, _ in self._open]
        if any(says for _, says in self._open):
            return "testimonial"
        if "blockquote" in names:
            return "quotation"
        innermost = next((name for name in reversed(names) if name not in _INLINE), "")
        if innermost in _HEADINGS or any(name in _HEADINGS for name in names[-3:]):
            return "heading"
        if innermost in _CAPTIONS:
            return "caption"
        return (
            "list-item"
            if "li" in names[-4:] or innermost in ("dt", "dd", "td", "th", "button", "option")
            else "sentence"
        )

    def _add(self, text: str, kind: Kind) -> None:
        path = "/".join(name for name, _ in self._open[-8:])
        for one in of_text(" ".join(text.split())):
            # A question or something said stays what it is, wherever it stands.
            own = one.kind if kind in ("sentence", "list-item", "quotation") and one.kind != "sentence" else kind
            if kind == "heading" and one.kind == "question":
                own = "question"
            self.found.append(replace(one, kind=own, context=self.heading, path=path))
        if kind == "heading":
            self.heading = text[:200]


def of_html(html: str) -> tuple[Sentence, ...]:
    """Return the sentences of a page in its order."""
    return _Reader().read(html)
