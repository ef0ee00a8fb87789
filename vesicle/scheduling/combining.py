"""Which treatments may follow each other in one visit. Unknown is never yes: a patient is offered only what is known.

``sources`` says what is known of two parts: a protocol that asks for days between them forbids one visit ("no"), one
that names the combination allows it ("yes"). Where nobody knows, a provider has to say so, with a reason ("ask").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from django.utils.translation import gettext as _

from vesicle.core.actor import Actor
from vesicle.core.errors import Blocked, Invalid
from vesicle.protocols.queries import gap_between
from vesicle.scheduling.bookable import Bookable
from vesicle.scheduling.models import OpenService
from vesicle.scheduling.permissions import COMBINE

Answer = Literal["yes", "ask", "no"]
Source = Callable[[Bookable, Bookable], Answer | None]
"""Given what comes first and what follows, what is known of the two; ``None`` for nothing."""
MOST_PARTS = 4


def _same_treatment(first: Bookable, then: Bookable) -> Answer | None:
    """Nobody is treated the same way twice in a visit; further areas are chosen in one appointment."""
    return "no" if first.id == then.id else None


def _treats_nothing(first: Bookable, then: Bookable) -> Answer | None:
    """A talk or a look after keeps clear of nothing; a patch test has to be read days later."""
    services = [one.service for one in (first, then) if one.service is not None]
    if not services:
        return None
    return "ask" if any(one.kind == OpenService.Kind.PATCH_TEST for one in services) else "yes"


def _days_apart(first: Bookable, then: Bookable) -> Answer | None:
    """What the protocol of the second asks to be kept days away from the first cannot follow it at once."""
    if first.offer is None or then.offer is None:
        return None
    return "no" if gap_between(then.offer.edition_id, then.id, first.id) is not None else None


sources: list[Source] = [_same_treatment, _treats_nothing, _days_apart]
"""Asked of every two parts; the strictest answer counts, and none is "ask"."""


def may_follow(first: Bookable, then: Bookable) -> Answer:
    """Return whether ``then`` may follow ``first`` in one visit."""
    known = {answer for source in sources if (answer := source(first, then)) is not None}
    if "no" in known:
        return "no"
    return "yes" if known == {"yes"} else "ask"


def require_combinable(by: Actor, parts: Sequence[Bookable], reason: str) -> bool:
    """Let pass parts that may follow each other; return whether that rests on ``reason``, a provider's say-so.

    Every two are asked about, not only neighbours. Raises ``Invalid`` for fewer than two or more than four parts,
    ``Blocked`` where the protocols forbid it or nobody who may has said so.
    """
    if not 2 <= len(parts) <= MOST_PARTS:
        raise Invalid(f"A visit of several parts has 2 to {MOST_PARTS}; {len(parts)} were asked for.")
    pairs = [(first, then) for number, first in enumerate(parts) for then in parts[number + 1 :]]
    for first, then in pairs:
        if may_follow(first, then) == "no":
            raise Blocked(
                _("%(first)s and %(then)s may not be given in one visit. Book them on different days.")
                % {"first": _(first.title), "then": _(then.title)},
                code="not-in-one-visit",
            )
    unknown = next(((first, then) for first, then in pairs if may_follow(first, then) == "ask"), None)
    if unknown is None:
        return False
    if not reason.strip() or not by.may(COMBINE):
        first, then = unknown
        raise Blocked(
            _(
                "Whether %(first)s and %(then)s may be given in one visit is not written down. A provider has to say "
                "so; please call us, or book them on different days."
            )
            % {"first": _(first.title), "then": _(then.title)},
            code="ask-a-provider",
        )
    return True


def in_words(titles: Sequence[str]) -> str:
    """Return the parts of a visit as people say them: ``Consultation, then Microneedling``."""
    return _(", then ").join(_(title) for title in titles)
