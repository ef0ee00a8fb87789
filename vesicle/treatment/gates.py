"""One condition of starting a visit: open or closed, and what opens it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gate:
    """``remedy`` says what to do when it is closed, and may add a note when it is open."""

    id: str
    label: str
    is_open: bool
    remedy: str = ""
