"""The candidacy rules of a protocol in HL7 FHIR R4: a Questionnaire and a PlanDefinition for each option.

Plain Python from options and the bank to dictionaries. Every rule becomes one FHIRPath condition over a
QuestionnaireResponse and nothing else: no clock, no variable, no function of ours. `docs/reference/fhir.md` tells a
reader of the export how to come to the same verdict as Vesicle.
"""

from vesicle.protocols.fhir.bundle import export

__all__ = ["export"]
