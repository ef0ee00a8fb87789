"""The patient's home page: a list of cards that the rooms above fill, each saying what is next."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from vesicle.core.actor import Actor

Tone = Literal["neutral", "info", "ok", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Card:
    """One thing for the patient: what it is, when, and the one act that goes with it.

    ``rank`` puts what cannot wait first: 0 for something urgent, 1 for something to do, 2 for what is coming,
    3 for what is good to know. Within a rank the earlier ``when`` comes first.
    """

    title: str
    text: str
    url: str = ""
    action: str = ""
    icon: str = "calendar"
    tone: Tone = "neutral"
    rank: int = 2
    when: datetime | None = None


cards: list[Callable[[Actor], Card | Sequence[Card]]] = []
"""Filled by later rooms in the ``ready`` of their app."""


def for_patient(actor: Actor) -> list[Card]:
    """Return all cards for a signed-in patient, the most pressing first."""
    found: list[Card] = []
    for source in cards:
        made = source(actor)
        found += [made] if isinstance(made, Card) else made
    return sorted(found, key=lambda card: (card.rank, card.when is None, card.when.timestamp() if card.when else 0.0))
