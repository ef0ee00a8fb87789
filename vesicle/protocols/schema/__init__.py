"""The protocol file format as typed, frozen data. Plain Python: no Django, no database.

Start at ``treatment.Protocol`` (one YAML file) and ``treatment.Option`` (one treatment in one
modality with every section settled, which is what the rest of the house reads).
"""

from vesicle.protocols.schema.resolve import IncompleteOption, options_of
from vesicle.protocols.schema.rules import Rule, questions_of
from vesicle.protocols.schema.treatment import SECTION_NAMES, Modality, Option, OptionRule, Protocol, Sections

__all__ = [
    "SECTION_NAMES",
    "IncompleteOption",
    "Modality",
    "Option",
    "OptionRule",
    "Protocol",
    "Rule",
    "Sections",
    "options_of",
    "questions_of",
]
