"""The shared banks: what every treatment may ask, warn of, measure and cite, said once for all of them.

Plain Python over the YAML files in `library/bank/`. `load_bank()` reads and checks all of them together and
returns a `Bank`; everything in it is frozen and found by id.
"""

from vesicle.protocols.bank.clinical import Area, Climate, Concern, ConsentRisk, Level, Measure, Part, RedFlag, Site
from vesicle.protocols.bank.entry import Entry
from vesicle.protocols.bank.fitting import Factor, FitDirection, FitMatch, FitWeight, Match
from vesicle.protocols.bank.law import CategoryRule, Jurisdiction, Licence, ProductCategory, Standing
from vesicle.protocols.bank.loader import Bank, load_bank, read_bank
from vesicle.protocols.bank.medicines import Bearing, LookAlikes, Medicine, MedicineClass, MedicineText
from vesicle.protocols.bank.questions import AsksDate, AsksText, Choice, FollowUp, Question
from vesicle.protocols.bank.sources import EvidenceGrade, Reference

__all__ = [
    "Area",
    "AsksDate",
    "AsksText",
    "Bank",
    "Bearing",
    "CategoryRule",
    "Choice",
    "Climate",
    "Concern",
    "ConsentRisk",
    "Entry",
    "EvidenceGrade",
    "Factor",
    "FitDirection",
    "FitMatch",
    "FitWeight",
    "FollowUp",
    "Jurisdiction",
    "Level",
    "Licence",
    "LookAlikes",
    "Match",
    "Measure",
    "Medicine",
    "MedicineClass",
    "MedicineText",
    "Part",
    "ProductCategory",
    "Question",
    "RedFlag",
    "Reference",
    "Site",
    "Standing",
    "load_bank",
    "read_bank",
]
