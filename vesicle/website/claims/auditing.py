"""Judges sentences: finds patterns, weighs what excuses or lowers them, and says why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from vesicle.website.claims.findings import STRICTEST, Excused, Finding, Match, Verdict
from vesicle.website.claims.jurisdictions import jurisdiction_of
from vesicle.website.claims.negation import Negation, is_negated, main_clause, negations
from vesicle.website.claims.phrases import Phrase, Places
from vesicle.website.claims.rules import (
    BY_DEFAULT,
    GENERIC,
    HARM,
    NAMES_ALONE,
    NAMING,
    ReadyExcuse,
    ReadyPattern,
    Rules,
    load_rules,
)
from vesicle.website.claims.sentences import Kind, Sentence, kind_of, of_text
from vesicle.website.claims.spelling import respelt
from vesicle.website.claims.words import Word, words_of

_LONGEST_NO = 6
_AFFIRMS = frozenset({"yes", "yep", "yeah", "absolutely", "definitely", "certainly", "sure", "indeed", "totally"})
_UNSURE = frozenset(
    {
        "treatment",
        "procedure",
        "clinic",
        "honest",
        "know",
        "knows",
        "tell",
        "can",
        "answer",
        "usually",
        "much",
        "often",
        "always",
        "yet",
        "sure",
        "everybody",
        "everyone",
    }
)
_LONGEST_BARE_QUESTION = 6
_CALLED_OUT = frozenset({"disease", "minors"})
"""Classes of what a question may name for the next sentence to go on from."""
_NO = frozenset({"no", "none", "zero", "nothing", "never", "nil", "nope", "0", "not", "impossible", "unheard"})
_GIVES_A_REASON = frozenset({"because", "since", "although", "though", "while", "whereas", "as", "when", "even"})
"""Words that open a clause in front of the main one; what excuses there does not excuse what is claimed behind it."""
_AFTER_A_SENTENCE = " \t\r\n\u00a0\"'”’)"
_CLAUSE = frozenset(",;:—–.")


def audit(sentence: Sentence | str, *, jurisdiction: str = "US", context: str | None = None) -> Finding:
    """Judge one sentence. A text of several, as one line of a file may be, gets the strictest of their verdicts.

    ``context`` is the sentence before, which a short answer such as "Yes, completely." refers to.
    """
    rules = load_rules()
    jurisdiction = jurisdiction_of(jurisdiction).id
    if isinstance(sentence, Sentence):
        return _in_context(rules, sentence.text, sentence.kind, jurisdiction, context or "", 0)
    parts = of_text(sentence)
    if len(parts) <= 1:
        kind = parts[0].kind if parts else "sentence"
        return _in_context(rules, sentence, kind, jurisdiction, context or "", 0)
    findings = []
    before = context or ""
    for part in parts:
        findings.append(_in_context(rules, part.text, part.kind, jurisdiction, before, part.start))
        before = part.text
    verdict = max((one.verdict for one in findings), key=STRICTEST.index)
    return Finding(
        sentence,
        kind_of(sentence),
        verdict,
        tuple(match for one in findings for match in one.patterns),
        tuple(excused for one in findings for excused in one.excused),
        context or "",
    )


def _in_context(rules: Rules, text: str, kind: Kind, jurisdiction: str, before: str, offset: int) -> Finding:
    """Judge a sentence with the one before it, where that is a question it answers or goes on from."""
    own = _judge(rules, text, kind, jurisdiction, before, offset)
    if not before.rstrip().endswith("?"):
        return own
    if asked_for := _answered(rules, text, before):
        asked = _judge(rules, asked_for, "sentence", jurisdiction, "")
        said = [match for match in asked.patterns if match.id != BY_DEFAULT]
        if own.verdict != "block" and said:
            verdict = max((_verdict(match) for match in said), key=STRICTEST.index)
            return Finding(text, kind, verdict, _all_of(said, text, offset), asked.excused, before)
    if [match.id for match in own.patterns if match.verdict != "note"] == [BY_DEFAULT]:
        # What excuses a short answer may stand in its question: "How long is the visit? About an hour and a half."
        whole = _judge(rules, f"{before.rstrip(' ?')}, {text}", kind, jurisdiction, before)
        if BY_DEFAULT not in {match.id for match in whole.patterns}:
            own = replace(own, verdict="ok", patterns=(), excused=whole.excused)
    if own.verdict != "block" and _only_calls_out(rules, before):
        # "Rosacea? Our serum …": the first names the disease or the young, the second the product.
        together = _judge(rules, f"{before.rstrip(' ?')}, {text}", kind, jurisdiction, before)
        if named := [match for match in together.patterns if match.verdict == "block" and match.class_ in _CALLED_OUT]:
            return replace(own, verdict="block", patterns=(*_all_of(named, text, offset), *own.patterns))
    return own


def _all_of(matches: Iterable[Match], text: str, offset: int) -> tuple[Match, ...]:
    """Return matches as found in a sentence as a whole."""
    return tuple(replace(match, words=text, start=offset, end=offset + len(text)) for match in matches)


def _only_calls_out(rules: Rules, question: str) -> bool:
    """Return whether a question asks nothing, as "Rosacea?" or "Tired of acne?" do."""
    words = words_of(question)
    return 0 < len(words) <= _LONGEST_BARE_QUESTION and words[0].text not in rules.reader_question


def _answered(rules: Rules, answer: str, question: str) -> str:
    """Return what a question and its short answer say together: "Downtime? None." is "no downtime"."""
    words = words_of(answer)
    if words and words[0].text in _AFFIRMS and not words[0].text.isdigit():
        return question.rstrip(" ?")
    if not 0 < len(words) <= _LONGEST_NO:
        return ""
    if all(word.text in rules.yes for word in words):
        return question.rstrip(" ?")
    if any(word.text in _NO for word in words) and not any(word.text in _UNSURE for word in words):
        asked = words_of(question)
        harms = rules.vocabulary.places(asked).get(HARM, ())
        return "no " + question[asked[harms[0][0]].start : asked[harms[0][1] - 1].end] if harms else ""
    return ""


@dataclass(slots=True)
class _Sentence:
    """One sentence while it is judged: its words, and the phrases that stand in it."""

    text: str
    words: Sequence[Word]
    places: Mapping[str, Places]
    negations: Sequence[Negation] = ()

    def says(self, phrases: Iterable[Phrase]) -> bool:
        return any(phrase.text in self.places for phrase in phrases)

    def where(self, phrases: Iterable[Phrase]) -> list[tuple[int, int, str]]:
        """Return where phrases stand, and which stands there; places that two share are told once."""
        found: dict[tuple[int, int], str] = {}
        for phrase in phrases:
            for place in self.places.get(phrase.text, ()):
                found.setdefault(place, phrase.text)
        return sorted((start, end, text) for (start, end), text in found.items())

    @property
    def only_names(self) -> bool:
        """Whether every word only names something, as in a heading or an item of a list."""
        named = {at for start, end in self.places.get(NAMING, ()) for at in range(start, end)}
        return len(named) == len(self.words)

    def is_excused(self, ready: ReadyExcuse, main: int = 0) -> bool:
        """Return whether an excuse applies; with ``main``, only where it reaches into the main clause, begun there."""
        if main and all(end <= main for _, end, _ in self.where(ready.phrases)):
            return False
        return self.says(ready.phrases) and not self.says(ready.void)


def _judge(rules: Rules, text: str, kind: Kind, jurisdiction: str, context: str, offset: int = 0) -> Finding:
    words = respelt(words_of(text))
    sentence = _Sentence(text, words, rules.vocabulary.places(words))
    candidates = sorted({at for phrase in sentence.places for at in rules.patterns_by_phrase.get(phrase, ())})
    if not candidates:
        return Finding(text, kind, "ok", context=context)
    # "Isn't it time to …?" denies nothing.
    asks_not = (
        {1} if len(words) > 1 and words[1].text == "not" and text.rstrip(_AFTER_A_SENTENCE).endswith("?") else set()
    )
    false = asks_not | {at for start, end, _ in sentence.where(rules.not_negations) for at in range(start, end)}
    sentence.negations = negations(words, false, {start for start, _ in sentence.places.get(GENERIC, ())})
    asked_from = _asked_from(rules, sentence)
    main = main_clause(words, _GIVES_A_REASON)
    counted: list[Match] = []
    excused: list[Excused] = []
    for ready in (rules.patterns[at] for at in candidates):
        pattern = ready.pattern
        if pattern.jurisdictions and jurisdiction not in pattern.jurisdictions:
            continue
        if pattern.kinds and kind not in pattern.kinds:
            continue
        if pattern.id in NAMES_ALONE and sentence.only_names:
            continue
        if pattern.id == BY_DEFAULT and not counted and any(one.by == "negation" for one in excused):
            # A claim is denied here, and nothing else is claimed.
            continue
        never = sentence.says(ready.never_unless)
        if not never and sentence.says(ready.unless):
            continue
        own = () if never else pattern.excused_by
        in_front = _excused_by(rules, sentence, own)
        in_main = _excused_by(rules, sentence, own, main) if main and pattern.verdict == "block" else in_front
        elsewhere = sentence.where(ready.except_in)
        for start, end, phrase in sentence.where(ready.phrases):
            if any(start < there_end and there_start < end for there_start, there_end, _ in elsewhere):
                continue
            said = text[words[start].start : words[end - 1].end]
            by = (
                "question" if asked_from is not None and start >= asked_from else in_main if start >= main else in_front
            )
            if is_negated(words, sentence.negations, start, end, own=phrase in rules.negating):
                excused.append(Excused(pattern.id, "negation", "The sentence says that it is not so.", said))
            elif by:
                excused.append(Excused(pattern.id, by, _why(rules, by), said))
            else:
                lowered = next((name for name in pattern.lowered_by if sentence.is_excused(rules.lowered_by[name])), "")
                if lowered and pattern.verdict == "block":
                    excused.append(Excused(pattern.id, lowered, rules.lowered_by[lowered].excuse.why, said))
                counted.append(_match(ready, said, words[start].start + offset, words[end - 1].end + offset, lowered))
                break
    verdicts: list[Verdict] = ["ok", *map(_verdict, counted)]
    verdict = max(verdicts, key=STRICTEST.index)
    return Finding(text, kind, verdict, tuple(counted), tuple(dict.fromkeys(excused)), context)


def _match(ready: ReadyPattern, said: str, start: int, end: int, lowered: str) -> Match:
    pattern = ready.pattern
    verdict = "needs-evidence" if lowered and pattern.verdict == "block" else pattern.verdict
    return Match(
        pattern.id, pattern.class_, verdict, pattern.why, pattern.safer, pattern.jurisdictions, said, start, end
    )


def _verdict(match: Match) -> Verdict:
    return "ok" if match.verdict == "note" else match.verdict


def _excused_by(rules: Rules, sentence: _Sentence, own: Sequence[str], main: int = 0) -> str:
    for name in ("law", "denied", "word-refused", *own):
        if sentence.is_excused(rules.excuses[name], main):
            return name
    return ""


def _why(rules: Rules, by: str) -> str:
    return "It is a question a reader may ask." if by == "question" else rules.excuses[by].excuse.why


def _asked_from(rules: Rules, sentence: _Sentence) -> int | None:
    """Return the word from which on a reader asks; None where nothing is asked, or a promise ends in a question mark.

    In "With no side effects, what do you have to lose?" only the part behind the comma is a question.
    """
    words = sentence.words
    if not sentence.text.rstrip(_AFTER_A_SENTENCE).endswith("?") or not words or sentence.says(rules.rhetorical):
        return None
    if words[0].text in rules.reader_question or len(words) <= _LONGEST_BARE_QUESTION:
        return 0
    clauses = [at for at, word in enumerate(words) if _CLAUSE & set(word.before)]
    return next((at for at in reversed(clauses) if words[at].text in rules.reader_question), None)
