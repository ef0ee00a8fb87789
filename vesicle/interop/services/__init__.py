"""Verbs of the interop room: keys of other programs, and what these may do with appointments."""

from vesicle.interop.services.appointments import cancel, complete, make, move
from vesicle.interop.services.keys import make_key, revoke_key

__all__ = ["cancel", "complete", "make", "make_key", "move", "revoke_key"]
