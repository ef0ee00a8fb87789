"""What a page in Spanish says in English: marked as such, or not; and where a mark broke what it stands in."""

import re
from html.parser import HTMLParser

_EMPTY = {"meta", "link", "br", "img", "input", "hr", "source", "wbr"}
_TEXT_ALONE = {"title", "desc", "option", "textarea"}
_MARK = re.compile(r"<span lang|&lt;span lang")


class Marks(HTMLParser):
    """Reads a page: its texts outside and inside elements of English, and marks where no element can stand."""

    def __init__(self, page):
        super().__init__()
        self.open, self.plain, self.english, self.broken = [], [], [], []
        self.feed(re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL))

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.broken += [f"{tag} {name}={words}" for name, words in attrs if words and _MARK.search(words)]
        if self.open and self.open[-1][0] in _TEXT_ALONE:
            self.broken.append(f"<{tag}> in <{self.open[-1][0]}>")
        if tag not in _EMPTY:
            inherited = self.open[-1][1] if self.open else None
            self.open.append((tag, given.get("lang", inherited)))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_startendtag(self, tag, attrs):
        self.broken += [f"{tag} {name}={words}" for name, words in attrs if words and _MARK.search(words)]

    def handle_data(self, data):
        words = " ".join(data.split())
        if _MARK.search(words):
            self.broken.append(words)
        if words and self.open and self.open[-1][0] not in _TEXT_ALONE:
            (self.english if self.open[-1][1] == "en" else self.plain).append(words)

    def unmarked(self, ours):
        """Return which of ``ours`` a text says that is not marked as English."""
        return sorted({(text, one) for one in self.plain for text in ours if text in one})
