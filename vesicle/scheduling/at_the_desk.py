"""What staff add when they book for somebody: the policy accepted by phone, and why somebody is let through a gate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.contrib import messages

from vesicle.core.errors import Blocked, Invalid, VesicleError
from vesicle.scheduling import queries, registration
from vesicle.scheduling.gates import Closed, gates
from vesicle.scheduling.policy import in_force
from vesicle.scheduling.services.courses import Agreed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from vesicle.candidacy.models import Screening
    from vesicle.clinic.requests import HttpRequest
    from vesicle.core.actor import Actor
    from vesicle.people.models import Patient
    from vesicle.scheduling.gates import Gate, Standing
    from vesicle.scheduling.models import CancellationPolicy, OpenService

BECAUSE = "because-"
"""Begins the name of the field with the reason for letting somebody through a gate."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A gate that refused, or one that a reason was typed for. ``standing`` is ``None`` where it did not refuse now.

    ``first`` are the visits to book first, where that is what mends it. ``who`` names the roles that may let somebody
    through; empty where nobody may.
    """

    gate: str
    label: str
    standing: Standing | None
    typed: str
    may_let_through: bool
    who: str
    first: Sequence[OpenService] = ()

    @property
    def field(self) -> str:
        """The name of the field with the reason."""
        return f"{BECAUSE}{self.gate}"


@dataclass(frozen=True, slots=True)
class Said:
    """What was said on the phone or at the desk, as it was typed, and what stood in the way.

    ``policy`` is the version in force, ``words`` are its words in the patient's language; ``accepted`` is the number of
    the version that was ticked.
    """

    policy: CancellationPolicy | None
    words: str
    accepted: int | None
    reasons: Mapping[str, str]
    obstacles: tuple[Obstacle, ...] = ()
    policy_problem: str = ""
    language: str = "en"

    @property
    def is_accepted(self) -> bool:
        """Whether the version that is shown was ticked."""
        return self.policy is not None and self.accepted == self.policy.number

    def agreed(self, screening: Screening | None) -> Agreed:
        """Return all of it as the services take it."""
        return Agreed(
            screening, policy_accepted=self.accepted, language=self.language, exceptions=dict(self.reasons) or None
        )


def read(actor: Actor, patient: Patient, given: Mapping[str, str], *, now: datetime) -> Said:
    """Return what was typed about the policy and the gates; reasons that are only spaces are none."""
    policy = in_force(actor.clinic_id, now)
    ticked = given.get("policy", "")
    reasons = {
        gate.name: reason
        for gate in gates
        if gate.exception is not None and (reason := given.get(f"{BECAUSE}{gate.name}", "").strip()[:300])
    }
    language = patient.language if policy is not None and policy.words_es else "en"
    said = Said(
        policy,
        policy.words(language) if policy else "",
        int(ticked) if ticked.isdigit() else None,
        reasons,
        language=language,
    )
    return replace(said, obstacles=tuple(_obstacles(actor, said, None)))


def refused(actor: Actor, said: Said, error: VesicleError) -> Said:
    """Return what was said with what stood in the way beside it."""
    problem = error.fields.get("policy_accepted", "") if isinstance(error, Invalid) else ""
    standing = error.standing if isinstance(error, Closed) else None
    return replace(said, obstacles=tuple(_obstacles(actor, said, standing)), policy_problem=problem)


def say(request: HttpRequest, error: VesicleError, said: Said) -> None:
    """Say why it was refused, where that does not stand in a notice or beside a field of its own."""
    if not isinstance(error, Closed) and not said.policy_problem:
        messages.error(request, " ".join([error.message, *(error.reasons if isinstance(error, Blocked) else ())]))


def asked_for(request: HttpRequest) -> datetime | None:
    """Return the time that was chosen, to offer it once more; ``None`` where it is no time."""
    try:
        return registration.moment(request.POST.get("start", ""))
    except Invalid:
        return None


def _obstacles(actor: Actor, said: Said, refused_at: Standing | None) -> list[Obstacle]:
    return [
        _obstacle(actor, gate, refused_at if refused_at and refused_at.gate == gate.name else None, said)
        for gate in gates
        if gate.name in said.reasons or (refused_at is not None and refused_at.gate == gate.name)
    ]


def _obstacle(actor: Actor, gate: Gate, standing: Standing | None, said: Said) -> Obstacle:
    may = gate.exception is not None and actor.may(gate.exception)
    roles = gate.exception.roles if gate.exception is not None else ()
    return Obstacle(
        gate.name,
        gate.label,
        standing,
        said.reasons.get(gate.name, ""),
        may,
        " or ".join(sorted(role.label.lower() for role in roles)),
        queries.visits_of_kind(actor.clinic_id, standing.first) if standing is not None and standing.first else (),
    )
