"""Amounts of money in templates."""

from collections.abc import Mapping
from typing import Any

from django import template

from vesicle.scheduling.domain.money import in_words
from vesicle.scheduling.models import CancellationPolicy, Deposit

register = template.Library()


@register.filter
def as_money(amount: int, currency: str) -> str:
    """Return an amount in the smallest unit as people write it: ``{{ fee.amount|as_money:fee.currency }}``."""
    return in_words(int(amount or 0), currency)


@register.simple_tag
def charge_words(kind: str, value: int, currency: str) -> str:
    """Return what a charge or a deposit rule comes to: ``$50``, ``50% of the price``, ``nothing``."""
    if kind == "fixed":
        return in_words(value, currency)
    return f"{value}% of the price" if kind in ("share", "percent") else "nothing"


@register.filter
def money_of(deposit: Deposit) -> str:
    """Return a deposit's amount in words."""
    return in_words(deposit.amount, deposit.currency)


@register.filter
def words_in(policy: CancellationPolicy, language: str) -> str:
    """Return the words of a policy in a language."""
    return policy.words(language)


@register.filter
def for_every(rows: list[Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the deposits of a policy, each with what it is for in words."""
    return [(row["option"] or "every other treatment", row) for row in rows]
