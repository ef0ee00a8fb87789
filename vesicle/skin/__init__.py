"""Measures skin in photographs and says how sure it is. Knows no clinic and no Django.

Receives photographs; hands on measures with their error, and changes with a verdict.
"""

from vesicle.skin import pictures
from vesicle.skin.change import PAIRED, Change, Comparison, Why
from vesicle.skin.comparing import compare
from vesicle.skin.duplicates import repeatability_of_pairs
from vesicle.skin.errors import Refused
from vesicle.skin.gate import Problem, Quality, check
from vesicle.skin.image import as_image
from vesicle.skin.measuring import MEASURES, METHODS, measure
from vesicle.skin.regions import REGIONS
from vesicle.skin.registration import Registration, register
from vesicle.skin.repeatability import Repeatability, repeatability
from vesicle.skin.report import Measurement, Report

__all__ = [
    "MEASURES",
    "METHODS",
    "PAIRED",
    "REGIONS",
    "Change",
    "Comparison",
    "Measurement",
    "Problem",
    "Quality",
    "Refused",
    "Registration",
    "Repeatability",
    "Report",
    "Why",
    "as_image",
    "check",
    "compare",
    "measure",
    "pictures",
    "register",
    "repeatability",
    "repeatability_of_pairs",
]
