"""Reads of consents, beginning with who is asking."""

from collections.abc import Iterable, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from vesicle.consent.domain import Circumstances, Document, compose, covers, in_language
from vesicle.consent.models import PhotoConsent, SignedConsent
from vesicle.consent.permissions import SEE
from vesicle.core import audit, languages
from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound
from vesicle.protocols.queries import option_of_edition
from vesicle.protocols.translating import bank_in
from vesicle.scheduling.models import Appointment

Use = PhotoConsent.Use
READ = audit.define("consent.read", "read a signed consent")


def document_for(appointment: Appointment) -> Document:
    """Return the consent text for an appointment in the language in force, from the edition it was booked under."""
    patient, place, clinic = appointment.patient, appointment.location, appointment.clinic
    if patient is None:
        raise NotFound
    language = languages.active()
    found = option_of_edition(appointment.treated_under, appointment.option, language)
    bank = bank_in(language)
    local = appointment.starts_at.astimezone(ZoneInfo(place.time_zone))
    staff = appointment.provider.staff
    title = f", {staff.title}" if staff and staff.title else ""
    about = Circumstances(
        patient=patient.full_name,
        date_of_birth=patient.date_of_birth,
        clinic=clinic.name,
        clinic_phone=place.phone,
        jurisdiction=clinic.jurisdiction,
        place=f"{place.name}, {place.street}, {place.city}",
        provider=f"{appointment.provider.name}{title}",
        when=date_format(local, pgettext("date and time with year", "l, F j, Y, g:i A")),
        areas=tuple(bank.areas[area].name for area in appointment.areas),
        edition_number=found.edition_number,
    )
    composed = compose(found.option, about, bank, language)
    return in_language(composed, languages.supported(get_language() or ""), languages.told)


def protocol_version(appointment: Appointment) -> str:
    """Return the protocol version an appointment was booked under."""
    return option_of_edition(appointment.treated_under, appointment.option).option.version


def valid_consent(
    actor: Actor, *, patient_id: int, option_id: str, edition_id: int, areas: Iterable[str], on: date
) -> SignedConsent | None:
    """Return the latest consent that covers this option, edition and areas on a day, or ``None``.

    A new edition, a new area, a withdrawal or the end of its months all ask for a new signature.
    """
    rows = SignedConsent.objects.filter(
        clinic_id=actor.clinic_id,
        patient_id=patient_id,
        option=option_id,
        edition_id=edition_id,
        valid_until__gte=on,
        withdrawal=None,
    ).order_by("-signed_at")
    wanted = set(areas)
    return next((row for row in rows if covers(row.areas, wanted)), None)


def for_appointment(actor: Actor, appointment: Appointment, on: date) -> SignedConsent | None:
    """Return the consent under which this appointment's visit could start on a day, or ``None``."""
    if appointment.patient_id is None:
        return None
    return valid_consent(
        actor,
        patient_id=appointment.patient_id,
        option_id=appointment.option,
        edition_id=appointment.treated_under,
        areas=appointment.areas,
        on=on,
    )


def signed_consent(actor: Actor, consent_id: int) -> SignedConsent:
    """Return a signed consent the actor may read, and note that they did. Raises ``NotFound``."""
    actor.require(SEE)
    rows = SignedConsent.objects.filter(clinic_id=actor.clinic_id).select_related("patient", "withdrawal", "clinic")
    if actor.is_patient:
        rows = rows.filter(patient_id=actor.person_id)
    found = rows.filter(pk=consent_id).first()
    if found is None:
        raise NotFound(_("We could not find that consent."))
    audit.record(READ, by=actor, about=found, patient_id=found.patient_id)
    return found


def consents_of(actor: Actor, patient_id: int) -> Sequence[SignedConsent]:
    """Return a patient's signed consents, newest first."""
    actor.require(SEE)
    if actor.is_patient and actor.id != patient_id:
        raise NotFound
    rows = SignedConsent.objects.filter(clinic_id=actor.clinic_id, patient_id=patient_id)
    return list(rows.select_related("withdrawal", "appointment").order_by("-signed_at"))


def photo_consents(actor: Actor, patient_id: int) -> dict[str, PhotoConsent]:
    """Return the latest decision for each use that was decided, by use."""
    rows = PhotoConsent.objects.filter(clinic_id=actor.clinic_id, patient_id=patient_id).order_by("use", "-at", "-pk")
    return {row.use: row for row in rows.distinct("use")}


def photo_consent(actor: Actor, patient_id: int, use: str) -> bool:
    """Whether photographs of the patient may be used that way now. Undecided is no."""
    decided = photo_consents(actor, patient_id).get(use)
    return decided is not None and decided.is_given


def agreeing(actor: Actor, patient_ids: Iterable[int], use: str) -> set[int]:
    """Return who of many agrees to that use of their photographs now. One query; undecided is no."""
    rows = PhotoConsent.objects.filter(clinic_id=actor.clinic_id, patient_id__in=list(patient_ids), use=use)
    latest = rows.order_by("patient_id", "-at", "-pk").distinct("patient_id")
    return {patient_id for patient_id, is_given in latest.values_list("patient_id", "is_given") if is_given}


def may_be_public(actor: Actor, patient_id: int) -> bool:
    """Whether photographs of the patient may be on public pages now. They are kept in the record by agreement too."""
    return patient_id in all_public(actor, [patient_id])


def all_public(actor: Actor, patient_ids: Iterable[int]) -> set[int]:
    """Return whose photographs, of many, may be on public pages now. One query; undecided is no."""
    needed = (Use.PUBLIC, Use.CLINICAL)
    rows = PhotoConsent.objects.filter(clinic_id=actor.clinic_id, patient_id__in=list(patient_ids), use__in=needed)
    latest = rows.order_by("patient_id", "use", "-at", "-pk").distinct("patient_id", "use")
    given: dict[int, set[str]] = {}
    for patient_id, use, is_given in latest.values_list("patient_id", "use", "is_given"):
        if is_given:
            given.setdefault(patient_id, set()).add(use)
    return {patient_id for patient_id, uses in given.items() if len(uses) == len(needed)}


def agreeing_in_public(actor: Actor) -> set[int]:
    """Return every patient of the clinic who agrees to photographs on public pages now."""
    rows = PhotoConsent.objects.filter(clinic_id=actor.clinic_id, use=Use.PUBLIC, is_given=True)
    return all_public(actor, set(rows.values_list("patient_id", flat=True)))
