"""The canonical addresses, code systems and codings of the export, each written once."""

from __future__ import annotations

from typing import Any

Resource = dict[str, Any]

BASE = "https://vesicle.example/fhir"
"""Who publishes an export puts an address of their own in place of this one; `.example` belongs to nobody."""

ANSWERS = f"{BASE}/CodeSystem/answer"
QUESTIONS = f"{BASE}/CodeSystem/question"
AREAS = f"{BASE}/CodeSystem/area"
EFFECTS = f"{BASE}/CodeSystem/effect"
LICENCES = f"{BASE}/CodeSystem/licence"

ON = "on"
"""The linkId of the day asked about."""
AREAS_ITEM = "areas"
"""The linkId of the areas to be treated."""
BIRTH = "SCR-AGE"
"""The linkId of the date of birth."""
STILL = ".NOW"
"""How follow-ups end that ask whether what is dated by their parent still goes on."""

EFFECT_WORDS = {
    "no-verdict": "The response cannot be judged",
    "exclude": "Unsuitable",
    "defer": "Not yet",
    "review": "A provider decides",
    "incomplete": "A question is still open",
    "note": "To be known; decides nothing",
}
"""What an action does to the verdict, strictest first; `note` does nothing to it."""


def choices_system(question: str) -> str:
    """Return the code system of a question's own choices."""
    return f"{BASE}/CodeSystem/{question}"


def coding(system: str, code: str, display: str) -> Resource:
    """Return a Coding."""
    return {"system": system, "code": code, "display": display}


def concept(system: str, code: str, display: str) -> Resource:
    """Return a CodeableConcept of one coding."""
    return {"coding": [coding(system, code, display)]}


def extension(name: str, **value: Any) -> Resource:
    """Return an extension of ours with one `value…` or a list under `extension`."""
    return {"url": f"{BASE}/StructureDefinition/{name}", **value}


def date_item(question: str) -> str:
    """Return the linkId of the date that belongs to a question's answer of yes."""
    return f"{question}.date"


def text_item(question: str) -> str:
    """Return the linkId of the words that belong to a question's answer of yes."""
    return f"{question}.text"


def help_item(question: str) -> str:
    """Return the linkId of the reason shown beside a question."""
    return f"{question}.help"


def resource_id(name: str) -> str:
    """Return the id of a treatment or option as a FHIR id, which has no slash."""
    return name.replace("/", "-")
