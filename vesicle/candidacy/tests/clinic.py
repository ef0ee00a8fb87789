"""Two treatments with a handful of rules, approved at Alderbrook, and people who have answered.

The files are the shipped microneedling protocol with its rules replaced, so that a test shows every rule it rests on
and a change of clinical content changes no test here.
"""

import copy
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from vesicle.candidacy import services
from vesicle.candidacy.domain import Answer, Answers
from vesicle.candidacy.models import Screening
from vesicle.people.models import Patient
from vesicle.people.tests.cast import Cast
from vesicle.protocols.models import Edition, ProtocolRelease
from vesicle.protocols.schema.common import VersionText
from vesicle.protocols.tests import shipped

NEEDLING, PEEL, DEEP_PEEL = "microneedling/standard", "chemical-peel/superficial", "chemical-peel/medium"
PIA_BORN = date(1986, 4, 12)
NOON_IN_PORTLAND = datetime(2026, 12, 1, 20, tzinfo=UTC)


def rule(id_: str, when: dict[str, Any], effect: str, **more: Any) -> dict[str, Any]:
    """Return a rule as it stands in a file."""
    words = id_.replace("-", " ")
    return {
        "id": id_,
        "when": when,
        "effect": effect,
        "patient": f"What you should know about {words}.",
        "clinician": f"Clinical note about {words}.",
        "basis": "to-confirm",
        **more,
    }


def yes(question: str) -> dict[str, Any]:
    """Return the condition that ``question`` was answered yes."""
    return {"question": question, "is": ["yes"]}


NEEDLING_RULES = [
    rule("adults", {"age": {"below": 18}}, "exclude"),
    rule("pregnant", yes("SCR-PREG"), "exclude"),
    rule("infection", yes("SCR-INFECT"), "defer", wait={"days": 7, "event": "the infection has cleared"}),
    rule("isotretinoin", yes("SCR-ISO"), "defer", wait={"days": 180, "from_question": "SCR-ISO"}),
    rule("autoimmune", yes("SCR-AUTO"), "review", cleared_by=["md"]),
    rule("keloid", {"question": "SCR-KELOID", "is": ["yes"]}, "review"),
    rule("keloid-strong", yes("SCR-KELOID.STRONG"), "exclude"),
    rule("dark-skin", {"question": "SCR-FITZ", "is": ["V", "VI"]}, "note"),
    rule("worry", yes("SCR-EXPECT.WORRY"), "review"),
]
PEEL_RULES = [
    rule("pregnant", yes("SCR-PREG"), "review"),
    rule("retinoid", yes("SCR-RETINOID"), "defer", wait={"days": 7, "from_question": "SCR-RETINOID"}),
]
ASKED = (
    "SCR-PREG",
    "SCR-KELOID",
    "SCR-INFECT",
    "SCR-ISO",
    "SCR-RETINOID",
    "SCR-AUTO",
    "SCR-EXPECT",
    "SCR-EXPECT.WORRY",
    "SCR-MEDS",
)
"""What a healthy person is asked: what excludes, what makes wait, what needs a provider, the rest."""


@cache
def _content() -> dict[str, Any]:
    return shipped.protocol("microneedling").model_dump(mode="json", by_alias=True)


def approve_editions(
    cast: Cast, now: datetime, version: VersionText = "1.0.0", exam: Sequence[dict[str, Any]] = (), **rules: Any
) -> None:
    """Approve an edition of both treatments at Alderbrook, retiring earlier ones; by default with no set exam."""
    wanted = {"microneedling": NEEDLING_RULES, "chemical-peel": PEEL_RULES} | rules
    for treatment, given in wanted.items():
        content = copy.deepcopy(_content())
        content |= {"id": treatment, "version": version, "rules": given, "exam": list(exam)}
        if treatment == "chemical-peel":
            content["title"] = "Chemical peel"
            for modality, name in zip(content["modalities"], ("superficial", "medium"), strict=True):
                modality |= {"id": name, "name": name.title()}
        for modality in content["modalities"]:
            modality |= {"exam": None, "rules": [], "without_rules": [], "combines": []}
        release = ProtocolRelease.objects.create(
            treatment=treatment, version=version, source="", content=content, checksum=version, installed_at=now
        )
        earlier = Edition.objects.filter(treatment=treatment)
        number = earlier.count() + 1
        earlier.update(status=Edition.Status.RETIRED)
        Edition.objects.create(
            clinic=cast.clinic,
            treatment=treatment,
            number=number,
            release=release,
            status=Edition.Status.APPROVED,
            created_by=cast.iris,
            created_at=now,
        )


def healthy(**changes: Any) -> Answers:
    """Return the answers of somebody whom nothing speaks against, with ``changes`` (``ISO=("yes", date)``)."""
    said: dict[str, Any] = dict.fromkeys(("PREG", "INFECT", "KELOID", "ISO", "RETINOID", "AUTO"), "no")
    said |= {"FITZ": "II", "MEDS": "answered", "EXPECT": "answered", "EXPECT.WORRY": "no"} | changes
    if said["ISO"] not in ("no", None):
        said.setdefault("ISO__NOW", "no")
    given = {
        f"SCR-{name.replace('__', '.')}": Answer(value) if isinstance(value, str) else Answer(*value)
        for name, value in said.items()
        if value is not None
    }
    return Answers(given, PIA_BORN)


def screened(
    cast: Cast,
    answers: Answers,
    *,
    now: datetime,
    patient: Patient | None = None,
    option: str = NEEDLING,
    by: str = "rosa",
) -> Screening:
    """Return a finished screening with ``answers``."""
    return services.screen(by=cast.actor(by), answers=answers, option=option, patient=patient, now=now)


def cleared(cast: Cast, screening: Screening, *, now: datetime, option: str = NEEDLING, **more: Any) -> Any:
    """Return Iris's clearance of ``screening`` for ``option``."""
    review = services.request_review(by=cast.actor("iris"), screening=screening, option=option, now=now)
    given = {"outcome": "cleared", "mode": "in-person", "reason": "Examined; nothing against it."} | more
    return services.decide_review(
        by=cast.actor("iris"),
        review=review,
        signature="Iris Lindqvist",
        now=now + timedelta(minutes=1),
        **given,
    )
