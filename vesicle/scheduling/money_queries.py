"""Reads of policies, fees and deposits, beginning with who is asking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.utils.translation import gettext as _

from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound
from vesicle.protocols.queries import offered_options
from vesicle.scheduling.bookable import purposes
from vesicle.scheduling.charges import LIFTED, foreseen, lapses_counted
from vesicle.scheduling.deposits import pays_online
from vesicle.scheduling.domain.fees import Due, Lapse, last_free_moment
from vesicle.scheduling.models import (
    Appointment,
    CancellationPolicy,
    Deposit,
    DepositEvent,
    Fee,
    FeeEntry,
    GateException,
    PolicyAcceptance,
    VisitResult,
)
from vesicle.scheduling.permissions import RECORD_RESULT, SEE_FEES, WRITE_POLICY
from vesicle.scheduling.policy import accepted, in_force
from vesicle.scheduling.prepayment import RETURN, still_to_return
from vesicle.scheduling.prices import Money, deposit_of
from vesicle.scheduling.queries import visits_of_kind

MOST_FEES = 500
OPEN, PAID, WAIVED, NOTHING = "open", "paid", "waived", "nothing"


@dataclass(frozen=True, slots=True)
class BeforeBooking:
    """What somebody agrees to and pays when they book."""

    policy: CancellationPolicy | None
    deposit: Money | None
    pays_online: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed for an appointment, and what giving it up would cost now. All ``None`` without a policy."""

    acceptance: PolicyAcceptance | None
    free_until: datetime | None
    cancelling: Due | None
    moving: Due | None
    deposit: Deposit | None

    @property
    def fee(self) -> Money | None:
        """What cancelling costs now, if it costs anything."""
        return self._money(self.cancelling)

    @property
    def moving_fee(self) -> Money | None:
        """What moving costs now, if it costs anything."""
        return self._money(self.moving)

    def _money(self, due: Due | None) -> Money | None:
        if due is None or not due.amount or self.acceptance is None:
            return None
        return Money(due.amount, self.acceptance.currency)


@dataclass(frozen=True, slots=True)
class Counting:
    """What moving some appointments now, together and at the patient's wish, counts as. At the clinic's: nothing."""

    has_policy: bool
    dues: tuple[Due, ...]
    fee: Money | None


@dataclass(frozen=True, slots=True)
class FeeRow:
    """A fee with what became of it. ``state`` is ``open``, ``paid``, ``waived``, or ``nothing`` (counted only)."""

    fee: Fee
    entries: tuple[FeeEntry, ...]
    state: str
    left: Money

    @property
    def amount(self) -> Money:
        """What it was."""
        return Money(self.fee.amount, self.fee.currency)

    @property
    def last(self) -> FeeEntry | None:
        """The latest of what became of it."""
        return self.entries[-1] if self.entries else None


@dataclass(frozen=True, slots=True)
class PatientStanding:
    """How a patient stands: lapses of the last year, fees, deposits, results of tests, exceptions that were made."""

    lapses: int
    fees: tuple[FeeRow, ...]
    deposits: tuple[Deposit, ...]
    results: tuple[VisitResult, ...]
    exceptions: tuple[GateException, ...]

    @property
    def owed(self) -> tuple[FeeRow, ...]:
        """The fees that are open."""
        return tuple(row for row in self.fees if row.state == OPEN)


def policies(actor: Actor) -> Sequence[CancellationPolicy]:
    """Return every version of the clinic's policy, the newest first."""
    actor.require(WRITE_POLICY)
    return list(CancellationPolicy.objects.filter(clinic_id=actor.clinic_id).order_by("-number"))


def what_can_be_booked(actor: Actor, versions: Sequence[CancellationPolicy]) -> list[tuple[str, str]]:
    """Return id and name of everything a deposit can be asked for: what is offered, what the last version named.

    ``versions`` are the clinic's policies, the newest first.
    """
    found = {offer.option.id: offer.option.label for offer in offered_options(actor.clinic_id)}
    found |= {service.slug: service.name for service in visits_of_kind(actor.clinic_id)}
    named = [row["option"] for row in versions[0].deposits] if versions else []
    return [*found.items(), *((option, option) for option in named if option and option not in found)]


def before_booking(appointment: Appointment, *, now: datetime) -> BeforeBooking:
    """Return what booking an appointment asks for: the policy to accept, the deposit to pay."""
    policy = in_force(appointment.clinic_id, now)
    deposit = deposit_of(policy, appointment)
    return BeforeBooking(policy, deposit, deposit is not None and pays_online(deposit.currency))


def terms(appointment: Appointment, *, now: datetime) -> Terms:
    """Return what was agreed for an appointment, and what cancelling or moving it would cost now."""
    agreed = accepted(appointment)
    deposit = Deposit.objects.filter(clinic_id=appointment.clinic_id, appointment=appointment).order_by("-pk").first()
    if agreed is None:
        return Terms(None, None, None, None, deposit)
    free_until = last_free_moment(
        agreed.policy.terms, starts_at=appointment.starts_at, booked_at=appointment.created_at
    )
    return Terms(
        agreed,
        free_until,
        foreseen(appointment, Lapse.LATE_CANCELLATION, now=now),
        foreseen(appointment, Lapse.LATE_MOVE, now=now),
        deposit,
    )


def counting(actor: Actor, rows: Sequence[Appointment], *, now: datetime) -> Counting:
    """Return what moving ``rows`` together would count as now, to be said before whose wish it is is chosen."""
    actor.require(SEE_FEES)
    agreed = [one for row in rows if (one := accepted(row)) is not None]
    dues: list[Due] = []
    for row in rows:
        due = foreseen(row, Lapse.LATE_MOVE, now=now, after=len(dues))
        if due is not None:
            dues.append(due)
    amount = sum(due.amount for due in dues)
    return Counting(bool(agreed), tuple(dues), Money(amount, agreed[0].currency) if amount else None)


def acceptance(actor: Actor, appointment: Appointment) -> PolicyAcceptance | None:
    """Return which policy was accepted for an appointment, for staff: when, how, and who recorded it."""
    actor.require(SEE_FEES)
    return accepted(appointment)


def fees(actor: Actor, *, state: str = "", patient_id: int | None = None) -> list[FeeRow]:
    """Return the clinic's fees, the latest first; of one state or one patient where asked. Two queries."""
    actor.require(SEE_FEES)
    rows = Fee.objects.filter(clinic_id=actor.clinic_id).select_related("patient", "appointment__location", "policy")
    if patient_id is not None:
        rows = rows.filter(patient_id=patient_id)
    found = [_row(fee) for fee in rows.prefetch_related("entries").order_by("-at", "-pk")[:MOST_FEES]]
    return [row for row in found if not state or row.state == state]


def _row(fee: Fee) -> FeeRow:
    entries = tuple(sorted(fee.entries.all(), key=lambda entry: entry.pk))
    left = fee.amount - sum(entry.amount for entry in entries)
    if any(entry.kind in LIFTED for entry in entries):
        return FeeRow(fee, entries, WAIVED, Money(0, fee.currency))
    if not fee.amount:
        return FeeRow(fee, entries, NOTHING, Money(0, fee.currency))
    return FeeRow(fee, entries, OPEN if left > 0 else PAID, Money(max(0, left), fee.currency))


def fee(actor: Actor, fee_id: int) -> Fee:
    """Return one fee. Raises ``NotFound``."""
    actor.require(SEE_FEES)
    found = Fee.objects.filter(clinic_id=actor.clinic_id, pk=fee_id).select_related("patient", "policy").first()
    if found is None:
        raise NotFound("We could not find that fee.")
    return found


def deposits(actor: Actor, *, states: Sequence[str]) -> Sequence[Deposit]:
    """Return the clinic's deposits in some states, those of the soonest visits first."""
    actor.require(SEE_FEES)
    rows = Deposit.objects.filter(clinic_id=actor.clinic_id, state__in=states)
    return list(rows.select_related("patient", "appointment__location").order_by("appointment__starts_at")[:MOST_FEES])


def deposit(actor: Actor, deposit_id: int) -> Deposit:
    """Return one deposit. Raises ``NotFound``."""
    actor.require(SEE_FEES)
    rows = Deposit.objects.filter(clinic_id=actor.clinic_id, pk=deposit_id)
    found = rows.select_related("patient", "appointment__location").first()
    if found is None:
        raise NotFound("We could not find that deposit.")
    return found


def left_to_return(deposit: Deposit) -> int:
    """Return what of a deposit still has to go back, in the currency's smallest unit."""
    return still_to_return(deposit)


def deposit_events(actor: Actor, deposit: Deposit) -> Sequence[DepositEvent]:
    """Return what became of a deposit, in order."""
    actor.require(SEE_FEES)
    return list(DepositEvent.objects.filter(clinic_id=actor.clinic_id, deposit=deposit).order_by("pk"))


def results_of(actor: Actor, appointment: Appointment) -> Sequence[VisitResult]:
    """Return what was recorded of a visit before a treatment, the latest first."""
    actor.require(RECORD_RESULT)
    return list(VisitResult.objects.filter(clinic_id=actor.clinic_id, appointment=appointment).order_by("-pk"))


def may_be_made_for(actor: Actor, appointment: Appointment) -> list[tuple[str, str]]:
    """Return id and name of the treatments that a patch test or consultation can have been made for."""
    return purposes(actor.clinic_id, appointment.service, appointment.made_for)


def deposit_on_return(clinic_id: int, token: str) -> Deposit:
    """Return the deposit behind the address a payment page leads back to. Raises ``NotFound``."""
    try:
        deposit_id = int(RETURN.unsign(token))
    except (signing.BadSignature, ValueError):
        raise NotFound(_("This address is not complete. Open it from the message again, or call us.")) from None
    rows = Deposit.objects.select_related("patient", "appointment__location", "appointment__service")
    found = rows.filter(clinic_id=clinic_id, pk=deposit_id).first()
    if found is None:
        raise NotFound(_("We could not find that payment. Call us, and we will look together."))
    return found


def deposit_to_pay(appointment: Appointment) -> Deposit | None:
    """Return the deposit of an appointment or a hold that is still to be paid, if any."""
    rows = Deposit.objects.filter(clinic_id=appointment.clinic_id, appointment=appointment, state=Deposit.State.ASKED)
    return rows.first()


def patient_standing(actor: Actor, patient_id: int, *, now: datetime) -> PatientStanding:
    """Return how a patient stands with the clinic, for staff: on the patient's page and the panel."""
    rows = fees(actor, patient_id=patient_id)
    mine = {"clinic_id": actor.clinic_id, "patient_id": patient_id}
    made = GateException.objects.filter(clinic_id=actor.clinic_id, appointment__patient_id=patient_id)
    return PatientStanding(
        lapses=lapses_counted(actor.clinic_id, patient_id, at=now),
        fees=tuple(rows),
        deposits=tuple(Deposit.objects.filter(**mine).select_related("appointment__location").order_by("-pk")[:10]),
        results=tuple(VisitResult.objects.filter(**mine).order_by("-at", "-pk")[:10]),
        exceptions=tuple(made.order_by("-at")[:10]),
    )
