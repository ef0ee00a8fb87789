"""People who were never born: to size the questionnaire and to hold engines against each other.

``simulate`` draws people as a med spa may meet them, from ``prevalences.yaml``: approximations with their sources, not
clinical facts about anybody. ``awkward`` draws people as no clinic meets them, to find where two engines disagree.
Plain Python: the day is an argument, and the same seed gives the same people.
"""

from vesicle.candidacy.simulation.awkward import awkward
from vesicle.candidacy.simulation.loader import load_prevalences, read_prevalences
from vesicle.candidacy.simulation.page import page_text
from vesicle.candidacy.simulation.people import Person, simulate
from vesicle.candidacy.simulation.prevalences import Prevalences

__all__ = ["Person", "Prevalences", "awkward", "load_prevalences", "page_text", "read_prevalences", "simulate"]
