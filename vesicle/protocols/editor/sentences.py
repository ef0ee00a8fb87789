"""A rule as one sentence, as a clinician would say it."""

from __future__ import annotations

import re

from vesicle.protocols.difference_words import bare_words, days_words, question_words
from vesicle.protocols.schema import Rule
from vesicle.protocols.schema.rules import questions_of

_SPAN = re.compile(r"\b(\d+)[ -](day|week|month)s?\b")
_SPANS = {"day": (1, 1), "week": (7, 7), "month": (28, 31)}
"""The fewest and most days of each word."""
_BEGINNINGS = {"exclude": "Exclude", "review": "Ask a provider", "note": "Note"}


def rule_sentence(rule: Rule) -> str:
    """Return a rule in words: ``Defer until 180 days after the last dose if isotretinoin is yes.``"""
    return f"{beginning(rule)} if {bare_words(rule.when)}."


def beginning(rule: Rule) -> str:
    """Return what a rule leads to, without its condition: ``Defer until 30 days after the last dose``."""
    wait = rule.wait
    if wait is None:
        return _BEGINNINGS.get(rule.effect, "Defer")
    if wait.event:
        more = f", then {days_words(wait.days)} more" if wait.days else ""
        return f"Defer until {wait.event}{more}"
    asked = wait.from_question or ""
    of = "" if asked in questions_of(rule.when) else f" for {question_words(asked)}"
    return f"Defer until {days_words(wait.days)} after the date given{of}"


def said_otherwise(rule: Rule) -> str:
    """Return what to look at where the patient reads of another wait than the rule has; empty where nothing is odd.

    Only figures are compared. A sentence may name other spans beside the wait, so one that fits is enough, and this is
    never more than a question: who changes a wait easily forgets the sentence.
    """
    spans = [(int(number), *_SPANS[unit]) for number, unit in _SPAN.findall(rule.patient)]
    if rule.wait is None or not rule.wait.days or not spans:
        return ""
    if any(count * fewest <= rule.wait.days <= count * most for count, fewest, most in spans):
        return ""
    said = ", ".join(match.group() for match in _SPAN.finditer(rule.patient))
    return f"The patient reads of {said}, and the rule waits {days_words(rule.wait.days)}. Is that what you mean?"
