"""The verbs of scheduling: hold, book, move, cancel, and run the day."""

from vesicle.scheduling.services.bookings import book, book_at, cancel, move
from vesicle.scheduling.services.confirming import confirm
from vesicle.scheduling.services.courses import Agreed, book_course, cancel_course, move_course
from vesicle.scheduling.services.day import change_state
from vesicle.scheduling.services.demand import note_search
from vesicle.scheduling.services.deposits import mark_paid, mark_returned, start_payment
from vesicle.scheduling.services.disruptions import offer_new_time, reassign, retime_location, settle_disrupted
from vesicle.scheduling.services.feeds import make_feed, renew_feed, revoke_feed
from vesicle.scheduling.services.fees import pay_fee, waive_fee
from vesicle.scheduling.services.flow import step_back, take_step
from vesicle.scheduling.services.holds import HOLD_FOR, hold, refresh_hold, release_hold, release_stale_holds
from vesicle.scheduling.services.late import require_minutes, run_late
from vesicle.scheduling.services.messages import close_reply, set_message_rules
from vesicle.scheduling.services.payments import (
    give_back,
    look_again,
    payment_arrived,
    refund_told,
    settle_open_payments,
)
from vesicle.scheduling.services.policies import write_policy
from vesicle.scheduling.services.results import record_result
from vesicle.scheduling.services.setup import add_service, change_service, set_booking_rules
from vesicle.scheduling.services.visitor_holds import (
    TooManyHolds,
    Visitor,
    forget_visitors,
    hold_bounded,
    visitor,
)
from vesicle.scheduling.services.visits import book_visit, cancel_visit, move_visit
from vesicle.scheduling.services.waiting import (
    accept_offer,
    decline_offer,
    join_waitlist,
    leave_waitlist,
    offer_by_hand,
    withdraw_offer,
)
from vesicle.scheduling.services.walk_in import walk_in
from vesicle.scheduling.states import MAY_BECOME

__all__ = [
    "HOLD_FOR",
    "MAY_BECOME",
    "Agreed",
    "TooManyHolds",
    "Visitor",
    "accept_offer",
    "add_service",
    "book",
    "book_at",
    "book_course",
    "book_visit",
    "cancel",
    "cancel_course",
    "cancel_visit",
    "change_service",
    "change_state",
    "close_reply",
    "confirm",
    "decline_offer",
    "forget_visitors",
    "give_back",
    "hold",
    "hold_bounded",
    "join_waitlist",
    "leave_waitlist",
    "look_again",
    "make_feed",
    "mark_paid",
    "mark_returned",
    "move",
    "move_course",
    "move_visit",
    "note_search",
    "offer_by_hand",
    "offer_new_time",
    "pay_fee",
    "payment_arrived",
    "reassign",
    "record_result",
    "refresh_hold",
    "refund_told",
    "release_hold",
    "release_stale_holds",
    "renew_feed",
    "require_minutes",
    "retime_location",
    "revoke_feed",
    "run_late",
    "set_booking_rules",
    "set_message_rules",
    "settle_disrupted",
    "settle_open_payments",
    "start_payment",
    "step_back",
    "take_step",
    "visitor",
    "waive_fee",
    "walk_in",
    "withdraw_offer",
    "write_policy",
]
