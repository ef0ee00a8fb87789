"""Tables for follow-ups, readings, photographs measured, ratings and retests."""

from vesicle.results.models.captures import Capture
from vesicle.results.models.readings import FollowUp, Measurement

__all__ = ["Capture", "FollowUp", "Measurement"]
