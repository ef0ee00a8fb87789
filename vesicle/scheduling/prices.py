"""What a visit is offered for, in the smallest unit of its currency; shares and deposits are reckoned on it."""

from dataclasses import dataclass

from vesicle.scheduling.bookable import of_appointment
from vesicle.scheduling.domain.money import from_whole, in_words, share
from vesicle.scheduling.models import Appointment, CancellationPolicy


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the smallest unit of a currency."""

    amount: int
    currency: str

    def __str__(self) -> str:
        return in_words(self.amount, self.currency)


def price_of(appointment: Appointment) -> Money:
    """Return what an appointment is offered for: the price "from" of its dearest area, or of the session.

    Editions and open services write prices in whole units; this is the one place where they become smallest units.
    """
    what = of_appointment(appointment)
    if what.offer is None:
        currency = appointment.clinic.currency
        return Money(from_whole(what.service.price if what.service else 0, currency), currency)
    sections = what.offer.option.sections
    by_area = [area.price_from for area in sections.areas if area.area in appointment.areas]
    named = [price for price in by_area if price is not None]
    units = max(named) if named else int(sections.price.per_session.min)
    return Money(from_whole(units, sections.price.currency), sections.price.currency)


def deposit_of(policy: CancellationPolicy | None, appointment: Appointment) -> Money | None:
    """Return what the policy asks for in advance of an appointment, or ``None``.

    A rule for the option counts before the rule for every treatment; visits that treat nothing need one of their own.
    """
    if policy is None or not policy.deposits:
        return None
    rules = {row["option"]: row for row in policy.deposits}
    rule = rules.get(appointment.option) or (rules.get("") if appointment.treats else None)
    if rule is None or rule["kind"] == "none":
        return None
    price = price_of(appointment)
    amount = int(rule["value"]) if rule["kind"] == "fixed" else share(price.amount, int(rule["value"]))
    return Money(amount, price.currency) if amount else None
