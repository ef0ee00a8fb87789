"""Lists that later rooms add to: what follows a decision about photographs, and where they are shown now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from vesicle.consent.models import PhotoConsent
from vesicle.core.actor import Actor

AfterDecision = Callable[[Actor, PhotoConsent, datetime], None]
"""Whoever decided, the decision, and when."""

after_photo_decision: list[AfterDecision] = []
"""Called inside the transaction that records the decision: what a "no" ends has ended when it is saved."""


@dataclass(frozen=True, slots=True)
class ShownPlace:
    """A public page that shows photographs of a patient now."""

    title: str
    url: str
    what: str
    since: datetime


shown_where: list[Callable[[Actor], Sequence[ShownPlace]]] = []
"""Each returns where photographs of the patient who asks are shown; nothing for anybody else."""


def places_of(actor: Actor) -> list[ShownPlace]:
    """Return every public place that shows photographs of the patient who asks."""
    return [place for find in shown_where for place in find(actor)] if actor.is_patient else []
