"""Illustrations drawn from data.

Plain functions that take typed values and return SVG text with a title and a description. They know no protocol and
no patient; whoever calls them decides what is drawn. ``width`` chooses the form: about 360 for a phone, 1040 for a
desk (``svg.NARROW`` and ``svg.WIDE``); pages print both and the style sheet shows one.
"""

from vesicle.core.drawing.comparison import Bar, comparison_bars
from vesicle.core.drawing.course import Course, Reading, measured_course, sparkline
from vesicle.core.drawing.hero import MOTIFS, Motif, hero_art
from vesicle.core.drawing.layers import FACE, Layer, named_layer, skin_layers
from vesicle.core.drawing.outcome import Mean, Promise, outcome_curve
from vesicle.core.drawing.reaches import Kind, Reach
from vesicle.core.drawing.recovery import Stretch, recovery_timeline
from vesicle.core.drawing.results import Window, result_window
from vesicle.core.drawing.svg import NARROW, WIDE, Svg

__all__ = [
    "FACE",
    "MOTIFS",
    "NARROW",
    "WIDE",
    "Bar",
    "Course",
    "Kind",
    "Layer",
    "Mean",
    "Motif",
    "Promise",
    "Reach",
    "Reading",
    "Stretch",
    "Svg",
    "Window",
    "comparison_bars",
    "hero_art",
    "measured_course",
    "named_layer",
    "outcome_curve",
    "recovery_timeline",
    "result_window",
    "skin_layers",
    "sparkline",
]
