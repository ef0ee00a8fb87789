"""An option's rules as a PlanDefinition (R4): actions that apply or not, each with what it does to the verdict."""

from __future__ import annotations

from collections.abc import Iterator

from vesicle.protocols.bank import Bank, Reference
from vesicle.protocols.fhir.checks import checks
from vesicle.protocols.fhir.conditions import Conditions, Expressions
from vesicle.protocols.fhir.names import (
    BASE,
    EFFECT_WORDS,
    EFFECTS,
    LICENCES,
    Resource,
    concept,
    extension,
    resource_id,
)
from vesicle.protocols.fhir.questionnaire import questions_for
from vesicle.protocols.schema import Option, Protocol
from vesicle.protocols.schema.rules import Rule, Wait
from vesicle.protocols.schema.treatment import OptionRule

ASK, OPEN = "ask-provider", "not-answered"
"""How the ids of actions end that apply where a rule is undecided."""

USAGE = (
    "Evaluate every action's condition on a QuestionnaireResponse to the Questionnaire named under relatedArtifact. An "
    "action applies if its condition gives true, and does not if it gives false or nothing. Read the code (effect) of "
    "the actions that apply; the first of these decides: no-verdict: the response cannot be judged, mend it; exclude: "
    "unsuitable; defer: not yet, see the extension wait; review: a provider decides; incomplete: a question is open; "
    "none of them: suitable. The effect note decides nothing. Suitable means that no rule speaks against it; only a "
    "provider clears anybody. A rule that cannot be decided never counts as one that does not apply: the actions whose "
    "ids end in .ask-provider and .not-answered stand for it. Words that people write, their medicines among them, are "
    "not part of these rules; a provider reads them."
)


def plan_definition(bank: Bank, option: Option, protocol: Protocol, questionnaire: Resource) -> Resource:
    """Return the PlanDefinition of `option`; `questionnaire` is the Questionnaire its conditions are written for."""
    name = resource_id(option.id)
    return {
        "resourceType": "PlanDefinition",
        "id": name,
        "url": f"{BASE}/PlanDefinition/{name}",
        "version": option.version,
        "name": "".join(part.capitalize() for part in name.split("-")) + "Candidacy",
        "title": f"Candidacy for {option.label}",
        "type": concept("http://terminology.hl7.org/CodeSystem/plan-definition-type", "eca-rule", "ECA Rule"),
        "status": "active",
        "experimental": False,
        "date": protocol.released.isoformat(),
        "publisher": "Vesicle",
        "description": (
            f"The candidacy rules of {option.label}, version {option.version}, as conditions over answers. They were "
            "written from the sources they cite, and their defaults are for a medical director to confirm. Software "
            "that runs them supports a decision and does not make one; it never tells anybody to stop a medicine."
        ),
        "usage": USAGE,
        "relatedArtifact": [
            {
                "type": "depends-on",
                "display": questionnaire["title"],
                "resource": f"{questionnaire['url']}|{questionnaire['version']}",
            }
        ],
        "action": list(_actions(bank, option)),
    }


def _actions(bank: Bank, option: Option) -> Iterator[Resource]:
    for check, sentence, expression in checks(bank, questions_for(bank, [option])):
        yield _action(f"{option.treatment}.check.{check}", "no-verdict", sentence, sentence, expression)
    conditions = Conditions(bank)
    for entry in option.rules:
        yield from _actions_of_rule(bank, entry, conditions.of_rule(entry.rule))
    yield from _not_for_this_area(option, conditions)


def _actions_of_rule(bank: Bank, entry: OptionRule, expressions: Expressions) -> Iterator[Resource]:
    rule = entry.rule
    fires = _action(entry.id, rule.effect, rule.patient, rule.clinician, expressions.fires)
    fires["extension"] = list(_data_of(rule))
    if rule.refs:
        fires["documentation"] = [_citation(bank.references[key]) for key in rule.refs]
    if rule.cleared_by:
        fires["participant"] = [
            {
                "type": "practitioner",
                "role": concept(
                    LICENCES, licence, bank.licences[licence].name if licence in bank.licences else licence
                ),
            }
            for licence in rule.cleared_by
        ]
    yield fires
    # A note decides nothing, so nobody has to be asked on its account.
    if rule.effect != "note":
        yield from _doubts(entry.id, rule.effect, rule.clinician, expressions)


def _doubts(rule_id: str, effect: str, clinician: str, expressions: Expressions) -> Iterator[Resource]:
    if expressions.doubt.provider:
        yield _action(
            f"{rule_id}.{ASK}",
            "review",
            "Your answers leave something open that matters here. A provider will go through it with you.",
            f"Not known. If so ({effect}): {clinician}",
            expressions.doubt.provider,
        )
    if expressions.doubt.answer:
        yield _action(
            f"{rule_id}.{OPEN}",
            "incomplete",
            "A question that matters here has not been answered yet.",
            f"Not answered. If so ({effect}): {clinician}",
            expressions.doubt.answer,
        )


def _not_for_this_area(option: Option, conditions: Conditions) -> Iterator[Resource]:
    rule_id = f"{option.treatment}.not-for-this-area"
    given = [area.area for area in option.sections.areas]
    clinician = "None of the areas asked for is among those this option is given in."
    patient = "We do not give this treatment in the area you chose."
    yield _action(rule_id, "exclude", patient, clinician, conditions.not_offered(given).fires)
    clinician = "Some of the areas asked for are not among those this option is given in."
    patient = "We give this treatment in one of the areas you chose, and not in another."
    in_part = conditions.offered_in_part(given)
    yield _action(f"{option.treatment}.not-for-every-area", "note", patient, clinician, in_part.fires)


def _action(name: str, effect: str, patient: str, clinician: str, expression: str) -> Resource:
    return {
        "id": name,
        "title": name,
        "description": patient,
        "textEquivalent": clinician,
        "code": [concept(EFFECTS, effect, EFFECT_WORDS[effect])],
        "condition": [{"kind": "applicability", "expression": {"language": "text/fhirpath", "expression": expression}}],
    }


def _data_of(rule: Rule) -> Iterator[Resource]:
    yield extension("basis", valueCode=rule.basis)
    if rule.wait:
        yield extension("wait", extension=list(_wait(rule.wait)))


def _wait(wait: Wait) -> Iterator[Resource]:
    days = {"value": wait.days, "unit": "days", "system": "http://unitsofmeasure.org", "code": "d"}
    yield {"url": "duration", "valueDuration": days}
    if wait.from_question:
        yield {"url": "fromQuestion", "valueString": wait.from_question}
    if wait.event:
        yield {"url": "event", "valueString": wait.event}


def _citation(reference: Reference) -> Resource:
    citation: Resource = {"type": "citation", "label": str(reference.number), "citation": reference.citation}
    return citation | ({"url": reference.url} if reference.url else {})
