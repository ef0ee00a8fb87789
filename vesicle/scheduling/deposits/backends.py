"""What a way of paying has to be able to do, and which ones this installation has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings

from vesicle.core.errors import Invalid

DESK = "desk"
STRIPE = "stripe"


@dataclass(frozen=True, slots=True)
class Checkout:
    """A page of the payment service on which one deposit can be paid."""

    session: str
    url: str


@dataclass(frozen=True, slots=True)
class Payment:
    """What the payment service says about a checkout. ``payment`` is its own name for the money that moved.

    ``reference`` is ours: the clinic's number, a dot, and the deposit's.
    """

    session: str
    reference: str
    is_paid: bool
    is_over: bool
    payment: str = ""
    amount: int = 0
    currency: str = ""

    @property
    def clinic_id(self) -> int:
        """The clinic whose deposit this is; 0 where it is none of ours."""
        return _part(self.reference, 0)

    @property
    def number(self) -> int:
        """The deposit's number; 0 where it is none of ours."""
        return _part(self.reference, 1)


@dataclass(frozen=True, slots=True)
class Refund:
    """What the payment service says about money on its way back; ``number`` and ``payment`` are its own names.

    ``why_failed`` is in words, empty where it did not fail.
    """

    number: str
    payment: str
    amount: int
    reference: str = ""
    why_failed: str = ""

    @property
    def clinic_id(self) -> int:
        """The clinic whose deposit this is; 0 where it is none of ours."""
        return _part(self.reference, 0)

    @property
    def deposit_id(self) -> int:
        """The deposit's number; 0 where it is none of ours."""
        return _part(self.reference, 1)


def _part(reference: str, which: int) -> int:
    parts = reference.split(".")
    return int(parts[which]) if len(parts) == 2 and all(part.isdecimal() for part in parts) else 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked: ``key`` is the same for every retry of the same question, ``until`` when its page ends."""

    key: str
    reference: str
    amount: int
    currency: str
    what: str
    email: str
    back_to: str
    give_up_to: str
    until: datetime


class Backend(Protocol):
    """A service that takes deposits online. Each call may be repeated without anything happening twice."""

    name: str

    def ask(self, wanted: Wanted) -> Checkout:
        """Open a page on which the deposit can be paid. Raises ``Conflict`` when the service cannot be reached."""

    def state(self, session: str) -> Payment:
        """Return what became of a checkout. Raises ``Conflict`` when the service cannot be reached."""

    def read_notice(self, body: bytes, signature: str) -> Payment | Refund | None:
        """Return what the service sent us about a checkout or a refund; ``None`` for other news.

        Raises ``Invalid`` if unsigned.
        """

    def refund(self, *, payment: str, amount: int, key: str, reference: str) -> Refund:
        """Give money back; it may have failed already. Raises ``Conflict`` when the service cannot be reached."""


def online() -> Backend | None:
    """Return the way to pay by card, or ``None`` where no keys are set."""
    if not (settings.STRIPE_SECRET_KEY and settings.STRIPE_WEBHOOK_SECRET):
        return None
    # The library takes a while to import, so only where it is used.
    from vesicle.scheduling.deposits.stripe_checkout import StripeCheckout

    return StripeCheckout(settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_API_BASE)


def pays_online(currency: str) -> bool:
    """Whether a deposit in ``currency`` can be paid by card here."""
    return bool(settings.STRIPE_SECRET_KEY and settings.STRIPE_WEBHOOK_SECRET) and currency not in UNLIKE_STRIPE


UNLIKE_STRIPE = frozenset(["ISK", "UGX", "MGA", "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
"""Currencies whose smallest unit is another with Stripe than in ISO 4217; they are paid at the desk."""


def backend(name: str) -> Backend:
    """Return the backend a deposit was asked through. Raises ``Invalid`` where it is not set up (any more)."""
    found = online()
    if found is None or found.name != name:
        raise Invalid(f"Payments through '{name}' are not set up here. Set its keys again, or settle it at the desk.")
    return found
