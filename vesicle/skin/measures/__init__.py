"""The measures: one module a family, all of one form (``method.Method``)."""

from __future__ import annotations

from vesicle.skin.measures import colour, spots, texture, wrinkles
from vesicle.skin.measures.method import Method
from vesicle.skin.measures.prepared import Calibration, Prepared, Uncalibrated, prepare

METHODS: dict[str, Method] = {
    method.name: method for method in (wrinkles.METHOD, *texture.METHODS, *spots.METHODS, *colour.METHODS)
}
"""Every measure by its name, in its current version."""

__all__ = ["METHODS", "Calibration", "Method", "Prepared", "Uncalibrated", "prepare"]
