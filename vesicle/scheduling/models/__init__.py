"""Tables of the scheduling room."""

from vesicle.scheduling.models.appointments import LONGEST_CLAIM, Appointment, AppointmentStatus, Claim
from vesicle.scheduling.models.courses import Series
from vesicle.scheduling.models.gates import GateException, VisitResult
from vesicle.scheduling.models.money import Deposit, DepositEvent, Fee, FeeEntry, PolicyAcceptance
from vesicle.scheduling.models.notices import Notice
from vesicle.scheduling.models.offers import BookingRules, CalendarRevision, OpenService
from vesicle.scheduling.models.policies import CancellationPolicy
from vesicle.scheduling.models.waiting import FreedTime, Offer, WaitlistEntry

__all__ = [
    "LONGEST_CLAIM",
    "Appointment",
    "AppointmentStatus",
    "BookingRules",
    "CalendarRevision",
    "CancellationPolicy",
    "Claim",
    "Deposit",
    "DepositEvent",
    "Fee",
    "FeeEntry",
    "FreedTime",
    "GateException",
    "Notice",
    "Offer",
    "OpenService",
    "PolicyAcceptance",
    "Series",
    "VisitResult",
    "WaitlistEntry",
]
