"""The gates of booking: named, each with what it says and how to mend it, for patients, staff and programs alike."""

from vesicle.scheduling.gates.asking import Closed, Passed, gates, require_bookable, standing, visits_before
from vesicle.scheduling.gates.kinds import Asked, Gate, Standing

__all__ = ["Asked", "Closed", "Gate", "Passed", "Standing", "gates", "require_bookable", "standing", "visits_before"]
