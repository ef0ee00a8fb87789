"""Measuring scheduling: what ranking times does to a clinic's book. The rest is measured in ``demo``."""

from vesicle.scheduling.benchmarks.placement import PLACEMENT

__all__ = ["PLACEMENT"]
