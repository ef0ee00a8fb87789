"""Reads of visits, charts and lots, beginning with who is asking. Every chart read is in the audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from vesicle.consent import queries as consents
from vesicle.consent.models import PhotoConsent
from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound
from vesicle.protocols.queries import option_of_edition
from vesicle.treatment.domain import Missing, missing, signed_content
from vesicle.treatment.models import Amendment, Encounter, Photo, ProductUse, StepEntry
from vesicle.treatment.permissions import CHART, READ, TRACE

READ_CHART = audit.define("visit.read", "read a chart")
TRACED = audit.define("lot.traced", "listed everyone treated with a lot")

EntryKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Chart:
    """A visit with everything recorded in it. ``entries`` holds the latest value for each step, record and area."""

    encounter: Encounter
    entries: dict[EntryKey, StepEntry]
    uses: Sequence[ProductUse]
    photos: Sequence[Photo]
    amendments: Sequence[Amendment]
    missing: Sequence[Missing]

    @property
    def is_unaltered(self) -> bool:
        """Whether a signed visit still has exactly the content that was signed."""
        signed = self.encounter.signed_at is not None
        return not signed or signed_content(content(self.encounter)) == self.encounter.content_hash


def _encounters(actor: Actor) -> QuerySet[Encounter]:
    actor.require(READ)
    rows = Encounter.objects.filter(clinic_id=actor.clinic_id)
    if actor.is_patient:
        rows = rows.filter(patient_id=actor.person_id, signed_at__isnull=False)
    return rows.select_related("patient", "provider", "appointment__location", "edition", "consent", "signed_by")


def encounter(actor: Actor, encounter_id: int) -> Encounter:
    """Return a visit of the actor's clinic; for a patient one of their own that is signed. Raises ``NotFound``."""
    found = _encounters(actor).filter(pk=encounter_id).first()
    if found is None:
        raise NotFound("We could not find that visit.")
    return found


def open_encounter(actor: Actor, encounter_id: int) -> Encounter:
    """Return a visit to chart in. Raises ``NotFound``."""
    actor.require(CHART)
    return encounter(actor, encounter_id)


def encounters_of(actor: Actor, patient_id: int) -> Sequence[Encounter]:
    """Return a patient's visits, newest first."""
    return list(_encounters(actor).filter(patient_id=patient_id).order_by("-started_at"))


def chart(actor: Actor, encounter_id: int) -> Chart:
    """Return a visit with everything recorded, in a fixed number of queries, and note who read it."""
    found = encounter(actor, encounter_id)
    audit.record(READ_CHART, by=actor, about=found, patient_id=found.patient_id)
    uses = ProductUse.objects.filter(encounter=found).select_related("lot__product", "recorded_by").order_by("used_at")
    amendments = Amendment.objects.filter(encounter=found).select_related("by", "corrects").order_by("at")
    return Chart(
        found,
        latest_entries(found),
        list(uses),
        list(_photos(found).order_by("taken_at")),
        list(amendments),
        missing_records(found) if found.signed_at is None else (),
    )


def latest_entries(found: Encounter) -> dict[EntryKey, StepEntry]:
    """Return the latest value of each record of a visit."""
    rows = StepEntry.objects.filter(encounter=found).select_related("recorded_by").order_by("recorded_at", "pk")
    return {(row.step, row.record, row.area): row for row in rows}


def missing_records(found: Encounter) -> list[Missing]:
    """Return what is required and not charted yet."""
    steps = option_of_edition(found.edition_id, found.option).option.sections.steps
    uses = ProductUse.objects.filter(encounter=found, voided_at=None).values_list("step", "need")
    # Somebody who does not want photographs is treated without them.
    wants_none = not _agreed_to_photographs(found)
    return missing(steps, found.areas, latest_entries(found), uses, wants_none or _photos(found).exists())


def _agreed_to_photographs(found: Encounter) -> bool:
    actor = Actor.system(found.clinic_id, "visit")
    return consents.photo_consent(actor, found.patient_id, PhotoConsent.Use.CLINICAL)


def content(found: Encounter) -> dict[str, Any]:
    """Return what a signature covers: the visit, its latest entries, products and photographs, as plain data."""
    entries = latest_entries(found)
    uses = ProductUse.objects.filter(encounter=found, voided_at=None).select_related("lot").order_by("pk")
    return {
        "patient": found.patient_id,
        "appointment": found.appointment_id,
        "consent": found.consent_id,
        "option": found.option,
        "protocol": found.protocol_version,
        "edition": found.edition_id,
        "areas": found.areas,
        "provider": found.provider_id,
        "started": _moment(found.started_at),
        "instructions": found.provider_instructions,
        "entries": [
            [*key, row.value, row.unit, _moment(row.recorded_at), row.recorded_by_id]
            for key, row in sorted(entries.items())
        ],
        "products": [
            [use.step, use.need, use.lot.code, use.lot_id, str(use.quantity.normalize()), use.route] for use in uses
        ],
        "photographs": list(_photos(found).order_by("pk").values_list("sha256", flat=True)),
    }


def _photos(found: Encounter) -> QuerySet[Photo]:
    """Photographs taken at the visit itself; those of follow-ups come later and are not part of the chart."""
    return Photo.objects.filter(encounter=found, week=None)


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")


@dataclass(frozen=True, slots=True)
class Treated:
    """One use of a lot in one person. ``quantity`` is in the product's unit."""

    use_id: int
    encounter_id: int
    patient_id: int
    patient: str
    email: str
    phone: str
    treated_on: datetime
    zone: str
    location: str
    provider: str
    option: str
    product: str
    lot: str
    quantity: Decimal
    unit: str


def treated_with(actor: Actor, *, lot_code: str) -> list[Treated]:
    """Return everyone treated with a lot, at every location of the clinic, newest first; one query."""
    actor.require(TRACE)
    rows = (
        ProductUse.objects.filter(clinic_id=actor.clinic_id, lot__code__iexact=lot_code.strip(), voided_at=None)
        .select_related("encounter__patient", "encounter__provider", "lot__product", "lot__location")
        .order_by("-used_at")
    )
    found = [
        Treated(
            use.pk,
            use.encounter_id,
            use.encounter.patient_id,
            use.encounter.patient.full_name,
            use.encounter.patient.email,
            use.encounter.patient.phone,
            use.used_at,
            use.lot.location.time_zone,
            use.lot.location.name,
            use.encounter.provider.name,
            use.encounter.option,
            use.lot.product.name,
            use.lot.code,
            use.quantity,
            use.lot.product.unit,
        )
        for use in rows
    ]
    audit.record(TRACED, by=actor, detail={"lot": lot_code, "people": len({row.patient_id for row in found})})
    return found


def encounter_of(appointment_id: int) -> Encounter | None:
    """Return the visit that was opened for an appointment, if one was."""
    return Encounter.objects.filter(appointment_id=appointment_id).first()


def uses_of(found: Encounter) -> Sequence[ProductUse]:
    """Return the products charted in a visit, those taken back included."""
    return list(
        ProductUse.objects.filter(encounter=found).select_related("lot__product", "encounter").order_by("used_at")
    )


def photos_of(found: Encounter) -> Sequence[Photo]:
    """Return the photographs taken at a visit."""
    return list(_photos(found).order_by("taken_at"))
