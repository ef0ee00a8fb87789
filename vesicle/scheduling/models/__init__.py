"""Tables of the scheduling room."""

from vesicle.scheduling.models.appointments import LONGEST_CLAIM, Appointment, AppointmentStatus, Claim
from vesicle.scheduling.models.courses import Series
from vesicle.scheduling.models.demand import SearchCount, SlotSearch
from vesicle.scheduling.models.flow import FlowStep, Stage
from vesicle.scheduling.models.gates import GateException, VisitResult
from vesicle.scheduling.models.messages import CalendarFeed, MessageRules, Reminder, Reply
from vesicle.scheduling.models.money import Deposit, DepositEvent, Fee, FeeEntry, PolicyAcceptance
from vesicle.scheduling.models.notices import Notice
from vesicle.scheduling.models.offers import BookingRules, CalendarRevision, OpenService
from vesicle.scheduling.models.policies import CancellationPolicy
from vesicle.scheduling.models.visitors import VisitorHold
from vesicle.scheduling.models.waiting import FreedTime, Offer, WaitlistEntry

__all__ = [
    "LONGEST_CLAIM",
    "Appointment",
    "AppointmentStatus",
    "BookingRules",
    "CalendarFeed",
    "CalendarRevision",
    "CancellationPolicy",
    "Claim",
    "Deposit",
    "DepositEvent",
    "Fee",
    "FeeEntry",
    "FlowStep",
    "FreedTime",
    "GateException",
    "MessageRules",
    "Notice",
    "Offer",
    "OpenService",
    "PolicyAcceptance",
    "Reminder",
    "Reply",
    "SearchCount",
    "Series",
    "SlotSearch",
    "Stage",
    "VisitResult",
    "VisitorHold",
    "WaitlistEntry",
]
