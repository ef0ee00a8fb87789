"""The verbs of scheduling: hold, book, move, cancel, and run the day."""

from vesicle.scheduling.services.bookings import book, book_at, cancel, move
from vesicle.scheduling.services.day import change_state
from vesicle.scheduling.services.deposits import mark_paid, mark_returned, start_payment
from vesicle.scheduling.services.fees import pay_fee, waive_fee
from vesicle.scheduling.services.holds import HOLD_FOR, hold, refresh_hold, release_hold, release_stale_holds
from vesicle.scheduling.services.payments import give_back, look_again, payment_arrived, settle_open_payments
from vesicle.scheduling.services.policies import write_policy
from vesicle.scheduling.services.results import record_result
from vesicle.scheduling.services.setup import add_service, change_service, set_booking_rules
from vesicle.scheduling.states import MAY_BECOME

__all__ = [
    "HOLD_FOR",
    "MAY_BECOME",
    "add_service",
    "book",
    "book_at",
    "cancel",
    "change_service",
    "change_state",
    "give_back",
    "hold",
    "look_again",
    "mark_paid",
    "mark_returned",
    "move",
    "pay_fee",
    "payment_arrived",
    "record_result",
    "refresh_hold",
    "release_hold",
    "release_stale_holds",
    "set_booking_rules",
    "settle_open_payments",
    "start_payment",
    "waive_fee",
    "write_policy",
]
