"""Where a clinic stands with each treatment: what is in force, to come and in preparation."""

from dataclasses import dataclass

from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound
from vesicle.protocols import in_force
from vesicle.protocols.library_files import version_key
from vesicle.protocols.models import (
    Edition,
    ProtocolRelease,
)
from vesicle.protocols.queries.editions import editions
from vesicle.protocols.queries.releases import by_treatment, release_protocol


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a clinic stands with one treatment: what is in force, to come and in preparation; what could be newer."""

    treatment: str
    title: str
    newest_version: str
    approved: Edition | None
    scheduled: Edition | None
    open: tuple[Edition, ...]
    count: int

    @property
    def is_behind(self) -> bool:
        """Whether a newer release than the approved one is installed."""
        return self.approved is not None and self.approved.release.version != self.newest_version


def standings(actor: Actor) -> list[Standing]:
    """Return every installed treatment in the order of the house, with the clinic's editions of it."""
    newest: dict[str, ProtocolRelease] = {}
    for release in ProtocolRelease.objects.defer("source", "content"):
        known = newest.get(release.treatment)
        if known is None or version_key(release.version) > version_key(known.version):
            newest[release.treatment] = release
    mine: dict[str, list[Edition]] = {}
    for row in editions(actor):
        mine.setdefault(row.treatment, []).append(row)
    rows = sorted(((release.pk, treatment) for treatment, release in newest.items()), key=by_treatment)
    return [_standing(treatment, newest[treatment], mine.get(treatment, [])) for _, treatment in rows]


def _standing(treatment: str, release: ProtocolRelease, mine: list[Edition]) -> Standing:
    in_hand, now = (Edition.Status.DRAFT, Edition.Status.IN_REVIEW), clock.now()
    scheduled = next((row for row in mine if row.status == Edition.Status.SCHEDULED), None)
    approved = next((row for row in mine if row.status == Edition.Status.APPROVED), None)
    if scheduled is not None and in_force.is_due(scheduled, now):
        approved, scheduled = scheduled, None
    return Standing(
        treatment=treatment,
        title=release_protocol(release.pk).title,
        newest_version=release.version,
        approved=approved,
        scheduled=scheduled,
        open=tuple(row for row in mine if row.status in in_hand),
        count=len(mine),
    )


def standing(actor: Actor, treatment: str) -> Standing:
    """Return where the clinic stands with one treatment. Raises ``NotFound``."""
    for found in standings(actor):
        if found.treatment == treatment:
            return found
    raise NotFound("No such treatment is installed here.")
