"""A patient's way through a visit: checked in, in the room, each phase by its name, with the provider, done.

The states of an appointment are the law (``scheduling.states``); these steps refine ``arrived`` and ``in-treatment``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

ARRIVED, IN_ROOM, PHASE, WITH_PROVIDER, DONE = "arrived", "in-room", "phase", "with-provider", "done"


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase of the plan: its name, when it runs (minutes after the patient's start) and who is needed."""

    id: str
    name: str
    start: int
    end: int
    with_provider: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A step somebody may take: ``kind``, the phase where it is one, and the words of its button."""

    kind: str
    phase: str
    words: str

    @property
    def value(self) -> str:
        """How a form names it: ``in-room`` or ``phase:numbing``."""
        return f"{self.kind}:{self.phase}" if self.phase else self.kind


def way(phases: Sequence[Phase]) -> list[Step]:
    """Return all steps of a visit in order, from the door to the end.

    Phases in which the provider works are one step, however many they are; the others are steps of their own.
    """
    steps = [Step(ARRIVED, "", "Check in"), Step(IN_ROOM, "", "In the room")]
    for phase in phases:
        if phase.with_provider:
            if steps[-1].kind != WITH_PROVIDER:
                steps.append(Step(WITH_PROVIDER, "", "With the provider"))
        else:
            steps.append(Step(PHASE, phase.id, f"Start {phase.name.lower()}"))
    return [*steps, Step(DONE, "", "Done")]


def place_on(steps: Sequence[Step], kind: str, phase: str, *, after: int = -1) -> int:
    """Return where a step lies on the way, the first one behind ``after``; -1 where there is none.

    A provider may come twice with a pause between, so the same step can lie at two places.
    """
    places = [number for number, step in enumerate(steps) if (step.kind, step.phase) == (kind, phase)]
    return next((number for number in places if number > after), -1)


def next_steps(steps: Sequence[Step], at: int) -> list[Step]:
    """Return what may follow, the likely one first. Steps may be left out, never gone back to."""
    return list(steps[at + 1 :])
