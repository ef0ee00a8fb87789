"""The consent as an edition would have it signed, for those who read it before it is signed. Nothing is stored."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from vesicle.clinic.requests import HttpRequest
from vesicle.consent.domain import Circumstances, compose
from vesicle.consent.forms import SignForm
from vesicle.core.framing import let_frame
from vesicle.people.access import staff_page
from vesicle.protocols import permissions
from vesicle.protocols import queries as protocols
from vesicle.protocols.bank import load_bank

NOBODY_BORN = date(1980, 1, 1)
"""A stand-in: the text names a date of birth, and nobody's is used here."""


@require_safe
@staff_page(permissions.SEE)
def document(request: HttpRequest, edition_id: int, modality: str) -> HttpResponse:
    """The document for one way of giving the treatment, with stand-ins for patient, place and time."""
    edition = protocols.edition(request.actor, edition_id)
    found = protocols.option_of_edition(edition.pk, f"{edition.treatment}/{modality}")
    bank, sections = load_bank(), found.option.sections
    about = Circumstances(
        patient="the patient’s name",
        date_of_birth=NOBODY_BORN,
        clinic=request.clinic.name,
        clinic_phone=request.clinic.phone,
        jurisdiction=request.clinic.jurisdiction,
        place="the location",
        provider="the provider",
        when="Day and time of the appointment",
        areas=tuple(bank.areas[area.area].name for area in sections.areas[:1]),
        edition_number=edition.number,
    )
    document = compose(found.option, about, bank)
    context = {"edition": edition, "option": found.option, "document": document, "form": SignForm(document)}
    return let_frame(render(request, "consent/preview.html", context))
