"""Which editions are in force. The clock decides: a scheduled edition is from its moment on, however late the worker.

The content of a scheduled edition cannot change, and in its last minute neither can its moment, so whoever reads at the
moment may take it for what it will be in a moment's time. The worker then settles what follows from it.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from vesicle.protocols.models import Edition

Status = Edition.Status


def at(now: datetime) -> Q:
    """Return the condition for editions that may be in force; where it finds two of a treatment, the later one is."""
    return Q(status=Status.APPROVED) | Q(status=Status.SCHEDULED, takes_force_at__lte=now)


def is_settled(edition: Edition, now: datetime) -> bool:
    """Whether nothing about an edition can change any more but that it is replaced."""
    if edition.status == Status.SCHEDULED:
        return is_due(edition, now)
    return edition.status in (Status.APPROVED, Status.RETIRED)


def is_due(edition: Edition, now: datetime) -> bool:
    """Whether the moment of a scheduled edition has come."""
    moment = edition.takes_force_at
    return edition.status == Status.SCHEDULED and moment is not None and moment <= now


def numbers(clinic_id: int, now: datetime) -> dict[str, int]:
    """Return the edition in force of every treatment of a clinic, by treatment. One query."""
    rows = Edition.objects.filter(at(now), clinic_id=clinic_id).values_list("treatment", "pk", "status")
    return {treatment: pk for treatment, pk, _ in sorted(rows, key=lambda row: row[2] == Status.SCHEDULED)}


def editions(now: datetime, clinic_id: int | None = None) -> list[Edition]:
    """Return the editions in force, of a clinic or of all in scope, with their releases and signatures."""
    rows = Edition.objects.filter(at(now))
    if clinic_id is not None:
        rows = rows.filter(clinic_id=clinic_id)
    found = rows.select_related("release").prefetch_related("approvals").order_by("pk")
    return sorted(latest(found), key=lambda row: row.pk)


def latest(rows: Iterable[Edition]) -> list[Edition]:
    """Return of editions that may be in force the later one of each clinic and treatment."""
    ordered = sorted(rows, key=lambda row: row.status == Status.SCHEDULED)
    return list({(row.clinic_id, row.treatment): row for row in ordered}.values())
