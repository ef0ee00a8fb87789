"""A rule as one sentence, as a clinician would say it."""

from __future__ import annotations

from vesicle.protocols.difference_words import condition_words, days_words, question_words
from vesicle.protocols.schema import Rule
from vesicle.protocols.schema.rules import AllOf, AnyOf, questions_of

_BEGINNINGS = {"exclude": "Exclude", "review": "Ask a provider", "note": "Note"}


def rule_sentence(rule: Rule) -> str:
    """Return a rule in words: ``Defer until 180 days after the last dose if isotretinoin is yes.``"""
    words = condition_words(rule.when)
    if isinstance(rule.when, AllOf | AnyOf):
        words = words.removeprefix("(").removesuffix(")")
    return f"{beginning(rule)} if {words}."


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
