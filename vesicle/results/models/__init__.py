"""Tables for follow-ups, readings, photographs measured, ratings and retests."""

from vesicle.results.models.measurements import PhotoMeasure
from vesicle.results.models.outcomes import OwnResultSwitch
from vesicle.results.models.readings import FollowUp, Measurement

__all__ = ["FollowUp", "Measurement", "OwnResultSwitch", "PhotoMeasure"]
