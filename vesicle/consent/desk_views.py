"""A signed consent as the staff read and print it."""

from django.http import HttpResponse
from django.shortcuts import render

from vesicle.clinic.requests import HttpRequest
from vesicle.consent import queries
from vesicle.consent.permissions import SEE
from vesicle.people.access import staff_page


@staff_page(SEE)
def signed(request: HttpRequest, consent_id: int) -> HttpResponse:
    """Show the text exactly as it was signed, with time, version and signature."""
    consent = queries.signed_consent(request.actor, consent_id)
    return render(request, "consent/record.html", {"consent": consent})
