"""A small language for what a sentence has to say, matched on words and in time that grows with their number.

A phrase is a row of items between which words may stand:

===============  =======================================================================================
``cure``         this word
``cure~``        the verb in any regular form: cure, cures, cured, curing
``regenerat*``   every word that begins so
``<disease>``    a concept: one of the words or groups of words listed under that name
``a|b``          either; an underscore joins words that are one choice: ``for_good|forever``
``..4``          up to four other words may stand here; without it the items stand side by side
``..4!``         the same, with no comma among them
``#``            a number in digits, or a range of two
``^``            the beginning of the sentence
``.``            its end
===============  =======================================================================================

Words between items never reach over a semicolon or "but"; sentences are apart before phrases are looked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from vesicle.website.claims.words import Word

_SHORTEST_STEM = 2
_MOST_PLACES = 20
"""Places of one phrase in one sentence that are looked at; what stands there oftener says nothing new."""
_NEGATING = frozenset(
    {"no", "not", "never", "without", "zero", "none", "nobody", "nothing", "<none-of>", "<zero>", "<never-ends>",
     "<no-exceptions>", "<give-up>", "<beaten>", "hardly", "barely", "scarcely"}
)  # fmt: skip
_MOST_REMEMBERED = 50_000
_STOPS = frozenset(";")
BEGINNING = "^"
END = "."

Spans = Mapping[str, Mapping[int, tuple[int, ...]]]
"""For every item found in a sentence: where it begins, and after which words it may end."""


_Beginnings = tuple[tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]]
"""Items that one word is, and those that begin with it and go on with others."""
Places = tuple[tuple[int, int], ...]
"""Where a phrase stands: first word, and the one after its last."""


@dataclass(frozen=True, slots=True)
class Step:
    """One item of a phrase and how many words may stand before it."""

    item: str
    gap: int
    over_commas: bool = True


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase ready to be looked for."""

    text: str
    steps: tuple[Step, ...]

    @property
    def negates(self) -> bool:
        """Whether a negation is part of the phrase itself, as in "no side effects"."""
        return any(_NEGATING & set(step.item.replace("_", "|").split("|")) for step in self.steps)

    def find(self, spans: Spans, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
        """Yield where the phrase stands: first word, and the one after its last. One place for each beginning."""
        for start, ends in spans[self.steps[0].item].items():
            reached = set(ends)
            for step in self.steps[1:]:
                places = spans[step.item]
                reached = {
                    end
                    for at in reached
                    for begin in _reachable(at, step, words)
                    if begin in places
                    for end in places[begin]
                }
                if not reached:
                    break
            else:
                yield start, min(reached)


def _reachable(at: int, step: Step, words: Sequence[Word]) -> Iterator[int]:
    for begin in range(at, at + step.gap + 1):
        if begin >= len(words):
            if step.item == END:
                yield len(words)
            return
        before = words[begin].before
        if _STOPS & set(before) or words[begin].text == "but" or ("," in before and not step.over_commas):
            return
        yield begin


class Vocabulary:
    """Everything that phrases name, and one look through a sentence for all of it."""

    def __init__(self, concepts: Mapping[str, Iterable[str]]) -> None:
        """Read concepts. Raises ``ValueError`` for one that names another which is not there, or itself."""
        self._concepts = {name: tuple(entries) for name, entries in concepts.items()}
        self._exact: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        self._stems: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        self._known: set[str] = set()
        self._seen: dict[str, _Beginnings] = {}
        self._by_first_item: dict[str, list[tuple[Phrase, frozenset[str]]]] = {}

    def phrase(self, text: str) -> Phrase:
        """Return a phrase made ready. Raises ``ValueError`` for one that cannot be read."""
        steps: list[Step] = []
        gap, over_commas = 0, True
        for part in text.split():
            if part.startswith(".."):
                gap, over_commas = int(part[2:].removesuffix("!")), not part.endswith("!")
                continue
            self._learn(part)
            steps.append(Step(part, gap, over_commas))
            gap, over_commas = 0, True
        if not steps or gap:
            raise ValueError(f"the phrase '{text}' does not end with a word")
        phrase = Phrase(text, tuple(steps))
        same = self._by_first_item.setdefault(steps[0].item, [])
        if all(phrase != known for known, _ in same):
            same.append((phrase, frozenset(step.item for step in steps)))
        return phrase

    def places(self, words: Sequence[Word]) -> Mapping[str, Places]:
        """Return which phrases stand in a sentence and where, the first places of each."""
        spans = self.look(words)
        found: dict[str, Places] = {}
        there = spans.keys()
        for item in spans:
            for phrase, items in self._by_first_item.get(item, ()):
                if there >= items:
                    places = tuple(islice(phrase.find(spans, words), _MOST_PLACES))
                    if places:
                        found[phrase.text] = places
        return found

    def _learn(self, item: str) -> None:
        if item in self._known:
            return
        self._known.add(item)
        self._seen.clear()
        for entry in self._entries(item, ()):
            first, *rest = entry.split()
            target = self._stems if first.endswith("*") else self._exact
            for form in forms_of(first):
                target.setdefault(form, []).append((item, tuple(rest)))

    def _entries(self, item: str, above: tuple[str, ...]) -> Iterator[str]:
        for choice in item.split("|"):
            if not choice.startswith("<"):
                yield choice.replace("_", " ")
                continue
            name = choice.strip("<>")
            if name not in self._concepts or name in above:
                raise ValueError(f"there is no concept '{name}'")
            for entry in self._concepts[name]:
                # Only an entry that is one item may name concepts; "stem cell" is two words.
                yield from self._entries(entry, (*above, name)) if "<" in entry or "|" in entry else (entry,)

    def look(self, words: Sequence[Word]) -> Spans:
        """Return where each item that any phrase names stands in a sentence."""
        found: dict[str, dict[int, tuple[int, ...]]] = {}
        if words:
            found[BEGINNING] = {0: (0,)}
            found[END] = {len(words): (len(words),)}
        seen: dict[str, int] = {}
        for at, word in enumerate(words):
            seen[word.text] = seen.get(word.text, 0) + 1
            if seen[word.text] > _MOST_PLACES:
                continue
            alone, longer = self._beginning_with(word.text)
            next_word = (at + 1,)
            for item in alone:
                if item in found:
                    found[item][at] = next_word
                else:
                    found[item] = {at: next_word}
            for item, rest in longer:
                if all(_is(words, at + 1 + n, wanted) for n, wanted in enumerate(rest)):
                    places = found.setdefault(item, {})
                    end = at + 1 + len(rest)
                    if end not in places.get(at, ()):
                        places[at] = (*places.get(at, ()), end)
        return found

    def _beginning_with(self, text: str) -> _Beginnings:
        known = self._seen.get(text)
        if known is None:
            found = [*self._exact.get(text, ()), *(self._exact.get("#", ()) if text[0].isdigit() else ())]
            for length in range(_SHORTEST_STEM, len(text) + 1):
                found += self._stems.get(text[:length], ())
            entries = tuple(dict.fromkeys(found))
            known = (tuple(item for item, rest in entries if not rest), tuple(one for one in entries if one[1]))
            if len(self._seen) < _MOST_REMEMBERED:
                self._seen[text] = known
        return known


def _is(words: Sequence[Word], at: int, wanted: str) -> bool:
    if at >= len(words) or _STOPS & set(words[at].before):
        return False
    text = words[at].text
    if wanted == "#":
        return words[at].is_number
    return text.startswith(wanted[:-1]) if wanted.endswith("*") else text in forms_of(wanted)


@cache
def forms_of(word: str) -> tuple[str, ...]:
    """Return the forms an item stands for: those of a verb, a stem, or the word alone."""
    if word.endswith("*"):
        return (word[:-1],)
    if not word.endswith("~"):
        return (word,)
    verb = word[:-1]
    if verb.endswith("e"):
        return (verb, f"{verb}s", f"{verb}d", f"{verb[:-1]}ing")
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return (verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing")
    plural = f"{verb}es" if verb.endswith(("s", "x", "z", "ch", "sh")) else f"{verb}s"
    last = verb[-1]
    return (verb, plural, f"{verb}ed", f"{verb}ing", f"{verb}{last}ed", f"{verb}{last}ing")
