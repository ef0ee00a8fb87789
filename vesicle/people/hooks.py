"""What rooms above do once a person was changed: lists they add to, called inside the same transaction."""

from collections.abc import Callable

AfterStaffChange = Callable[[int], None]
"""Receives the id of the clinic."""

after_staff_change: list[AfterStaffChange] = []
