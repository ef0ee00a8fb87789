"""The verbs of scheduling: hold, book, move, cancel, and run the day."""

from vesicle.scheduling.services.bookings import book, book_at, cancel, move
from vesicle.scheduling.services.day import change_state
from vesicle.scheduling.services.holds import HOLD_FOR, hold, refresh_hold, release_hold, release_stale_holds
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
    "hold",
    "move",
    "refresh_hold",
    "release_hold",
    "release_stale_holds",
    "set_booking_rules",
]
