"""Tables for follow-ups, readings, photographs measured, ratings, retests and reminders of maintenance."""

from vesicle.results.models.captures import Capture
from vesicle.results.models.comparisons import PhotoChange, PhotoComparison
from vesicle.results.models.maintenance import MaintenanceReminder
from vesicle.results.models.measuring import PhotoMeasuring, Retest
from vesicle.results.models.outcomes import OwnResultSwitch
from vesicle.results.models.photo_measures import PhotoMeasure
from vesicle.results.models.rating import Rating, RatingPair, RatingRound, RatingTask
from vesicle.results.models.readings import FollowUp, Measurement, ReadingConditions
from vesicle.results.models.showing import ShownPair, ShownPicture

__all__ = [
    "Capture",
    "FollowUp",
    "MaintenanceReminder",
    "Measurement",
    "OwnResultSwitch",
    "PhotoChange",
    "PhotoComparison",
    "PhotoMeasure",
    "PhotoMeasuring",
    "Rating",
    "RatingPair",
    "RatingRound",
    "RatingTask",
    "ReadingConditions",
    "Retest",
    "ShownPair",
    "ShownPicture",
]
