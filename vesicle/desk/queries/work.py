"""What waits for the staff, where they work, and the audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from vesicle.aftercare.models import Alert
from vesicle.candidacy.queries import waiting_count
from vesicle.clinic.models import Hours, Location, LotRecall
from vesicle.clinic.queries import locations
from vesicle.core.actor import Actor
from vesicle.core.models import AuditEntry
from vesicle.core.permissions import Role
from vesicle.desk.permissions import READ_AUDIT
from vesicle.results.showing.queries import count_taken_down
from vesicle.scheduling.message_queries import count_waiting
from vesicle.website.profiles.queries import withdrawn_count
from vesicle.website.statement_queries import withdrawn_count as statements_withdrawn

_CLINICAL = frozenset({Role.PROVIDER, Role.MEDICAL_DIRECTOR, Role.FRONT_DESK})


@dataclass(frozen=True, slots=True)
class Counts:
    """What waits for the clinic's staff."""

    reviews: int
    alerts: int
    recalls: int
    replies: int = 0
    statements: int = 0
    """Sentences taken off the clinic's pages, for those who can mend it."""
    profiles: int = 0
    """The same of what is said of the team and the locations, for those who can publish it anew."""
    taken_down: int = 0


def open_alerts(actor: Actor) -> int:
    """Return how many alerts are open; none for roles that cannot act on them."""
    if not actor.roles & _CLINICAL:
        return 0
    return Alert.objects.filter(clinic_id=actor.clinic_id, closed_at=None).count()


def counts(actor: Actor) -> Counts:
    """Return what waits, in a handful of queries; nothing of patients for roles that cannot act on it."""
    pages = {
        "statements": statements_withdrawn(actor),
        "profiles": withdrawn_count(actor),
        "taken_down": count_taken_down(actor),
    }
    if not actor.roles & _CLINICAL:
        return Counts(0, 0, 0, **pages)
    recalls = LotRecall.objects.filter(clinic_id=actor.clinic_id).count()
    may_review = actor.roles & {Role.PROVIDER, Role.MEDICAL_DIRECTOR}
    reviews, replies = waiting_count(actor) if may_review else 0, count_waiting(actor)
    return Counts(reviews, open_alerts(actor), recalls, replies, **pages)


def chosen_location(actor: Actor, slug: str) -> tuple[Location | None, Sequence[Location]]:
    """Return the location asked for, else where the person works, else the clinic's oldest; and all of them."""
    places = locations(actor)
    asked = next((place for place in places if place.slug == slug), None)
    if asked is not None or not places:
        return asked, places
    own = set(Hours.objects.filter(resource__staff_id=actor.person_id).values_list("location_id", flat=True))
    return min(places, key=lambda place: (place.pk not in own, place.pk)), places


def audit_entries(actor: Actor, *, patient_id: int | None = None, code: str = "", limit: int = 200) -> list[AuditEntry]:
    """Return the newest entries of the audit trail; of one patient's chart, or all."""
    actor.require(READ_AUDIT)
    rows = AuditEntry.objects.filter(clinic_id=actor.clinic_id)
    if patient_id is not None:
        rows = rows.filter(patient_id=patient_id)
    if code:
        rows = rows.filter(Q(code=code) | Q(code__startswith=f"{code}."))
    return list(rows.order_by("-at", "-pk")[:limit])


def neighbors(on: date, *, days: int = 1) -> tuple[date, date]:
    """Return the days before and after a day, for the calendar's arrows."""
    return on - timedelta(days=days), on + timedelta(days=days)
