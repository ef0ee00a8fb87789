"""What a late cancellation or a missed visit costs, by the policy that was accepted. Plain Python, no clock.

Amounts are whole numbers of the currency's smallest unit. Hours before a visit are real hours: on the days on which the
clock changes, 24 hours before ten in the morning is nine or eleven the day before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from vesicle.core.words import said
from vesicle.scheduling.domain.money import share

COUNTED_FOR = timedelta(days=365)
"""How long a late cancellation or a missed visit is remembered."""


class Lapse(StrEnum):
    """What a person may be charged for."""

    LATE_CANCELLATION = "late-cancellation"
    LATE_MOVE = "late-move"
    NO_SHOW = "no-show"


@dataclass(frozen=True, slots=True)
class Charge:
    """``none``, a ``fixed`` amount in the smallest unit, or a ``share`` of the price in percent."""

    kind: str = "none"
    value: int = 0

    def of(self, price: int) -> int:
        """Return the amount, given the price of what was booked."""
        if self.kind == "fixed":
            return self.value
        return share(price, self.value) if self.kind == "share" else 0


@dataclass(frozen=True, slots=True)
class Terms:
    """The numbers of one version of a policy.

    ``grace_minutes``: so long after booking, a change of mind is never late, however near the visit is.
    ``keep_deposit``: a deposit is kept whole when a fee is due, not only as much of it as the fee.
    """

    late_hours: int
    late: Charge
    no_show: Charge
    free_chances: int = 0
    grace_minutes: int = 0
    moves_count: bool = True
    keep_deposit: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """What is charged, and the reason in words. An amount of 0 is a lapse that is counted and costs nothing."""

    amount: int
    because: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What becomes of a deposit once a fee is known: kept, given back; and what of the fee is still owed."""

    kept: int
    returned: int
    owed: int


def last_free_moment(terms: Terms, *, starts_at: datetime, booked_at: datetime) -> datetime:
    """Return the last moment at which cancelling costs nothing, in UTC."""
    before_visit = starts_at.astimezone(UTC) - timedelta(hours=terms.late_hours)
    after_booking = booked_at.astimezone(UTC) + timedelta(minutes=terms.grace_minutes)
    return max(before_visit, min(after_booking, starts_at.astimezone(UTC)))


def is_late(terms: Terms, *, starts_at: datetime, booked_at: datetime, at: datetime) -> bool:
    """Whether giving the time up at ``at`` is too late for somebody else to take it."""
    return at.astimezone(UTC) > last_free_moment(terms, starts_at=starts_at, booked_at=booked_at)


def due_for(lapse: Lapse, terms: Terms, *, price: int, earlier: int) -> Due | None:
    """Return what a lapse costs; ``None`` where the policy does not count it.

    ``price`` is what the visit was offered for, ``earlier`` how many lapses of this person count already.
    """
    if lapse == Lapse.LATE_MOVE and not terms.moves_count:
        return None
    charge = terms.no_show if lapse == Lapse.NO_SHOW else terms.late
    amount = charge.of(price)
    if earlier < terms.free_chances:
        return Due(0, said("free chance {number} of {count}", number=earlier + 1, count=terms.free_chances))
    if charge.kind == "share":
        return Due(amount, said("{percent}% of the price", percent=charge.value))
    return Due(amount, said("the policy's fee") if amount else said("the policy asks for no fee"))


def counted(moments: Iterable[datetime], *, at: datetime) -> int:
    """Return how many lapses lie within the year before ``at``."""
    return sum(at - COUNTED_FOR < moment <= at for moment in moments)


def settle(terms: Terms, *, fee: int, deposit: int) -> Settled:
    """Return what becomes of a paid deposit when ``fee`` is due. Without a fee all of it is given back."""
    used = min(fee, deposit)
    kept = deposit if fee and terms.keep_deposit else used
    return Settled(kept=kept, returned=deposit - kept, owed=fee - used)
