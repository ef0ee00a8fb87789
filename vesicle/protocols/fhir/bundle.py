"""One document for a treatment or an option: its Questionnaire, and the PlanDefinition of each option."""

from __future__ import annotations

from vesicle.protocols.bank import Bank
from vesicle.protocols.fhir.names import Resource, resource_id
from vesicle.protocols.fhir.plan import plan_definition
from vesicle.protocols.fhir.questionnaire import questionnaire, questions_for
from vesicle.protocols.schema import Option, Protocol


def export(
    bank: Bank, protocol: Protocol, options: tuple[Option, ...], name: str, *, is_released: bool = True
) -> Resource:
    """Return a Bundle (R4, type collection) of one Questionnaire and the PlanDefinition of each of `options`.

    Args:
        bank: the questions, areas and references that the rules name.
        protocol: the treatment, in the version of `options`.
        options: the options to export, all of that treatment.
        name: the id asked for, a treatment or one option; it names the Questionnaire.
        is_released: whether that version is final; a draft says so of itself.
    """
    title = protocol.title if name == protocol.id else options[0].label
    asked = questionnaire(bank, protocol, name, title, questions_for(bank, options))
    plans = [plan_definition(bank, option, protocol, asked) for option in options]
    for resource in (asked, *plans):
        resource["status"] = "active" if is_released else "draft"
    return {
        "resourceType": "Bundle",
        "id": f"{resource_id(name)}-{protocol.version}",
        "type": "collection",
        "entry": [{"fullUrl": resource["url"], "resource": resource} for resource in (asked, *plans)],
    }
