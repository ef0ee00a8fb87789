"""Measures skin in photographs and says how sure it is. Knows no clinic and no Django.

Receives photographs; hands on measures with their error, and changes with a verdict.
"""

from vesicle.skin.errors import Refused
from vesicle.skin.gate import Problem, Quality, check
from vesicle.skin.image import as_image

__all__ = [
    "Problem",
    "Quality",
    "Refused",
    "as_image",
    "check",
]
