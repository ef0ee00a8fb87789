"""Tables for what was agreed to, what is owed and what was paid in advance."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from vesicle.core.appendonly import AppendOnly
from vesicle.core.scope import ClinicOwned
from vesicle.people.models import Patient
from vesicle.scheduling.models.appointments import Appointment
from vesicle.scheduling.models.policies import CancellationPolicy


class PolicyAcceptance(AppendOnly):
    """That somebody accepted a version of the policy for an appointment. Appended only.

    ``text_hash`` is the hash of the words they saw; ``price`` what the visit was offered for then, of which a fee may
    be a share.
    """

    class How(models.TextChoices):
        """How it was accepted."""

        ONLINE = "online", "Online"
        TOLD = "told", "By phone or at the desk"
        PROGRAM = "program", "Through a connected system"

    appointment = models.OneToOneField(Appointment, on_delete=models.PROTECT, related_name="policy_acceptance")
    policy = models.ForeignKey(CancellationPolicy, on_delete=models.PROTECT, related_name="+")
    text_hash = models.CharField(max_length=64)
    language = models.CharField(max_length=10)
    how = models.CharField(max_length=8, choices=How.choices)
    price = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=12)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"policy {self.policy.number} accepted for appointment {self.appointment_id}"


class Fee(AppendOnly):
    """A late cancellation, late move or missed visit, and what it costs. Appended only.

    An amount of 0 is counted and costs nothing. What became of it is its latest ``FeeEntry``; without one it is open.
    """

    class Kind(models.TextChoices):
        """What happened."""

        LATE_CANCELLATION = "late-cancellation", "Late cancellation"
        LATE_MOVE = "late-move", "Late move"
        NO_SHOW = "no-show", "Did not come"

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="fees")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="fees")
    policy = models.ForeignKey(CancellationPolicy, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    amount = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    because = models.CharField(max_length=200)
    visit_at = models.DateTimeField()
    at = models.DateTimeField()
    by_name = models.CharField(max_length=120)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["patient", "-at"], name="fees_of_patient")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.amount} {self.currency}"


class FeeEntry(AppendOnly):
    """What became of a fee: paid, waived with a reason, withdrawn because they came after all. Appended only.

    ``amount`` is how much of the fee this settles; a deposit may pay part of it.
    """

    class Kind(models.TextChoices):
        """How it was settled."""

        PAID = "paid", "Paid at the desk"
        DEPOSIT = "deposit", "Taken from the deposit"
        WAIVED = "waived", "Waived"
        WITHDRAWN = "withdrawn", "Withdrawn"

    fee = models.ForeignKey(Fee, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    amount = models.PositiveIntegerField()
    reason = models.CharField(max_length=300, blank=True)
    receipt = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=12)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(kind="waived") | ~Q(reason=""), name="a_waiver_has_a_reason"),
            models.UniqueConstraint(
                fields=["fee"], condition=Q(kind__in=["waived", "withdrawn"]), name="a_fee_is_lifted_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.amount}"


class Deposit(ClinicOwned):
    """Money asked for in advance of one appointment, and where it stands; every change is also a ``DepositEvent``.

    ``session`` and ``payment`` are the payment service's own names; ``wish`` is what the person typed before they went
    to pay, so that the time can be booked when the money arrives, also where they never come back to the page.
    """

    class State(models.TextChoices):
        """Where it stands."""

        ASKED = "asked", "Not paid yet"
        PAID = "paid", "Paid"
        KEPT = "kept", "Kept"
        REFUND_DUE = "refund-due", "To be given back"
        REFUNDED = "refunded", "Given back"
        REFUND_FAILED = "refund-failed", "Could not be given back"
        DROPPED = "dropped", "Not needed any more"

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="deposits")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="deposits")
    backend = models.CharField(max_length=12)
    amount = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=16, choices=State.choices, default=State.ASKED)
    returned = models.PositiveIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=0)
    session = models.CharField(max_length=255, blank=True)
    payment = models.CharField(max_length=255, blank=True)
    checkout_url = models.TextField(blank=True)
    checkout_until = models.DateTimeField(null=True)
    wish = models.JSONField(default=dict)
    asked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_deposit_is_an_amount"),
            models.CheckConstraint(condition=Q(returned__lte=F("amount")), name="no_more_back_than_was_paid"),
            models.UniqueConstraint(
                fields=["appointment"], condition=Q(state__in=["asked", "paid"]), name="one_deposit_an_appointment"
            ),
            models.UniqueConstraint(fields=["session"], condition=~Q(session=""), name="one_deposit_a_checkout"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["clinic"], condition=Q(state="refund-due"), name="deposits_to_give_back"),
        ]

    def __str__(self) -> str:
        return f"deposit of {self.amount} {self.currency} for appointment {self.appointment_id}"


class DepositEvent(AppendOnly):
    """One change of a deposit: what, how much, by whom; the receipt or the payment service's number. Appended only."""

    deposit = models.ForeignKey(Deposit, on_delete=models.PROTECT, related_name="events")
    state = models.CharField(max_length=16, choices=Deposit.State.choices)
    amount = models.PositiveIntegerField()
    receipt = models.CharField(max_length=255, blank=True)
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=12)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.amount}"
