"""The audit trail: a registry of what can be recorded, the verb that records, and the proof.

Services append; the database seals each entry at commit into the clinic's hash chain (see
migration ``0002_audit_chain``) and refuses changes and deletions.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.models import AuditChain, AuditEntry

START = "0" * 64


@dataclass(frozen=True, slots=True)
class AuditCode:
    """A kind of act. ``sentence`` is printed with the actor's name before it."""

    code: str
    sentence: str


_registry: dict[str, AuditCode] = {}


def define(code: str, sentence: str) -> AuditCode:
    """Register a kind of act. Raises ``ValueError`` when the code exists with another sentence."""
    entry = AuditCode(code, sentence)
    if _registry.setdefault(code, entry) != entry:
        raise ValueError(f"audit code {code!r} is defined twice")
    return entry


def all_codes() -> tuple[AuditCode, ...]:
    """Return every registered code, sorted."""
    return tuple(_registry[code] for code in sorted(_registry))


def sentence_for(code: str) -> str:
    """Return the readable sentence for a code, or the code itself for one of an older version."""
    known = _registry.get(code)
    return known.sentence if known else code


def record(
    code: AuditCode,
    *,
    by: Actor,
    about: models.Model | None = None,
    patient_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> AuditEntry:
    """Append one entry for ``by.clinic_id``.

    ``about`` is the record acted on; ``patient_id`` the patient whose chart it is part of.
    ``detail`` holds plain values, never free clinical text that stands elsewhere.
    """
    entry = AuditEntry(
        clinic_id=by.clinic_id,
        at=(at or clock.now()).astimezone(UTC),
        actor_kind=by.kind,
        actor_id=by.id,
        actor_name=by.name,
        code=code.code,
        object_type=about._meta.label_lower if about is not None else "",
        object_id=about.pk if about is not None else None,
        patient_id=patient_id,
        detail=json.loads(json.dumps(detail or {}, cls=DjangoJSONEncoder)),
    )
    entry.content_hash = content_hash(entry)
    entry.save(force_insert=True)
    return entry


def content_hash(entry: AuditEntry) -> str:
    """Return the SHA-256 (hex) of an entry's columns in canonical JSON."""
    columns = [
        entry.clinic_id,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor_kind,
        entry.actor_id,
        entry.actor_name,
        entry.code,
        entry.object_type,
        entry.object_id,
        entry.patient_id,
        entry.detail,
    ]
    text = json.dumps(columns, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Proof:
    """The result of verifying one clinic's chain. ``faults`` is empty when nothing was altered."""

    clinic_id: int
    entries: int
    head: str
    faults: tuple[str, ...]


def verify(clinic_id: int) -> Proof:
    """Recompute the chain of the clinic in scope and say where it does not hold."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    faults = []
    previous, count = START, 0
    for entry in _in_order(clinic_id):
        count += 1
        if entry.position != count:
            faults.append(f"entry {entry.pk}: expected position {count}, found {entry.position}; one was removed")
            count = entry.position or count
        if entry.content_hash != content_hash(entry):
            faults.append(f"entry {entry.pk} ({entry.code}, {entry.at:%Y-%m-%d %H:%M} UTC): its content was changed")
        expected = hashlib.sha256((previous + entry.content_hash).encode()).hexdigest()
        if entry.chain_hash != expected:
            faults.append(f"entry {entry.pk}: the chain is broken here")
        previous = entry.chain_hash or expected
    head = AuditChain.objects.filter(clinic_id=clinic_id).first()
    if (head.chain_hash if head else START) != previous or (head.position if head else 0) != count:
        faults.append("the last entries were removed: the chain ends before its recorded head")
    return Proof(clinic_id, count, previous, tuple(faults))


def _in_order(clinic_id: int) -> Iterator[AuditEntry]:
    return AuditEntry.objects.filter(clinic_id=clinic_id).order_by("position", "pk").iterator(chunk_size=2000)
