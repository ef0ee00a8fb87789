"""The words of a sentence: in small letters, hyphens opened, contractions written out, each with its place.

>>> [word.text for word in words_of("It isn’t FDA-approved.")]
['it', 'is', 'not', 'fda', 'approved']
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)*(?:\s?[-–—]\s?\d+(?:[.,]\d+)*)?)"
    r"|(?P<word>[^\W\d_](?:[^\W\d_]|[\u00ad\u200b-\u200d\u2060])*(?:['’ʼ][^\W\d_]+)*)"
    r"|(?P<sign>[%$£€₩¥#+&])"
)
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200d\u2060]")
_WHOLE = {"can't": ("can", "not"), "cannot": ("can", "not"), "won't": ("will", "not"), "shan't": ("shall", "not")}
_NO_APOSTROPHE = {
    "dont": "do", "doesnt": "does", "didnt": "did", "isnt": "is", "arent": "are", "wasnt": "was", "wont": "will",
    "cant": "can", "hasnt": "has", "havent": "have", "shouldnt": "should", "couldnt": "could", "wouldnt": "would",
}  # fmt: skip
_ENDINGS = ("'s", "'re", "'ll", "'ve", "'d", "'m")
_LONGEST = 60
"""Letters of a word that are looked at; longer ones are no words."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word; ``start`` and ``end`` are places in the sentence, ``before`` the signs since the word before it."""

    text: str
    start: int
    end: int
    before: str

    @property
    def is_number(self) -> bool:
        """Whether it is written in digits, a range such as 2–3 included."""
        return self.text[0].isdigit()


def words_of(sentence: str) -> tuple[Word, ...]:
    """Return the words of a sentence in order. A contraction becomes two words with one place."""
    found: list[Word] = []
    last = 0
    for match in _WORD.finditer(sentence):
        before = sentence[last : match.start()].replace(" ", "")
        for text in _plain(match.group()[:_LONGEST]):
            found.append(Word(text, match.start(), match.end(), before))
            before = ""
        last = match.end()
    return tuple(found)


@lru_cache(maxsize=20_000)
def _plain(word: str) -> tuple[str, ...]:
    text = _UNSEEN.sub("", word).replace("’", "'").replace("ʼ", "'").casefold()
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)) or text
    if text[0].isdigit():
        return (text.replace(" ", "").replace("–", "-").replace("—", "-"),)
    if text in _WHOLE:
        return _WHOLE[text]
    if text in _NO_APOSTROPHE:
        return (_NO_APOSTROPHE[text], "not")
    if text.endswith("n't"):
        return (text[:-3], "not")
    for ending in _ENDINGS:
        if text.endswith(ending) and len(text) > len(ending):
            # "there's" is read as "there is"; whose something is does not matter to any pattern.
            return (text[: -len(ending)], "is") if ending == "'s" and text[:-2] in _IS else (text[: -len(ending)],)
    return (text.strip("'") or text,)


_IS = frozenset({"it", "that", "there", "here", "what", "who", "he", "she", "where", "this"})
