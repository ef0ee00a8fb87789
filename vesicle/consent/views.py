"""Pages on which a patient reads, signs, keeps and withdraws consents."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from vesicle.clinic.requests import HttpRequest
from vesicle.consent import hooks, queries, services
from vesicle.consent.forms import PhotoForm, SignForm
from vesicle.consent.pdf import copy_of
from vesicle.core import clock, languages
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid
from vesicle.scheduling.access import opened
from vesicle.scheduling.queries import State

if TYPE_CHECKING:
    from vesicle.scheduling.models import Appointment

_FIELDS = {"document": None, "signature": "signature_typed", "drawing": "signature_drawn"}


@never_cache
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, key: str) -> HttpResponse:
    """Show the text and take the signature; a signed one shows its copy instead."""
    now = clock.now()
    actor, appointment = opened(request, key, now=now)
    if appointment.state not in (State.BOOKED, State.ARRIVED):
        raise Conflict(_("This appointment is over or cancelled, so there is nothing to sign."))
    on = clock.day_in(appointment.location.time_zone, appointment.starts_at)
    done = queries.for_appointment(actor, appointment, on)
    if done is not None:
        return render(request, "consent/signed.html", {"consent": done, "appointment": appointment, "key": key})
    document = queries.document_for(appointment)
    form = SignForm(document, request.POST or None, initial={"document": document.hash})
    if request.method == "POST" and form.is_valid():
        try:
            services.sign(
                by=actor,
                appointment=appointment,
                shown_hash=form.cleaned_data["document"],
                acknowledgements=form.cleaned_data["acknowledgements"],
                signature=form.cleaned_data["signature_typed"],
                drawing=form.cleaned_data["signature_drawn"],
                in_own_words=form.cleaned_data["in_own_words"],
                now=now,
            )
        except Invalid as error:
            for field, problem in error.fields.items():
                form.add_error(_FIELDS.get(field, field), languages.told(problem))
            # The text may have changed since the page was opened: the next try signs what is shown now.
            form.data = {**request.POST.dict(), "acknowledgements": request.POST.getlist("acknowledgements")}
            form.data["document"] = document.hash
        else:
            messages.success(request, _("Thank you. Your consent is signed, and this is your copy."))
            return redirect("consent:photos", key=key)
    context = {
        "form": form,
        "document": document,
        "appointment": appointment,
        "key": key,
        "patient": appointment.patient,
    }
    return render(request, "consent/sign.html", context, status=422 if form.errors else 200)


@never_cache
def copy(request: HttpRequest, key: str) -> HttpResponse:
    """The patient's copy of what they signed, as a PDF."""
    actor, appointment = opened(request, key, now=clock.now())
    on = clock.day_in(appointment.location.time_zone, appointment.starts_at)
    consent = queries.for_appointment(actor, appointment, on)
    if consent is None:
        raise Conflict(_("There is no signed consent for this appointment yet."))
    response = HttpResponse(copy_of(queries.signed_consent(actor, consent.pk)), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="consent.pdf"'
    return response


@never_cache
@require_http_methods(["GET", "POST"])
def photos(request: HttpRequest, key: str) -> HttpResponse:
    """Ask about each use of photographs, apart from the treatment; every answer can be changed later."""
    now = clock.now()
    actor, appointment = opened(request, key, now=now)
    decided = queries.photo_consents(actor, actor.id or 0)
    before = {f"use_{use}": "yes" if row.is_given else "no" for use, row in decided.items()}
    form = PhotoForm(request.POST or None, initial=before)
    if request.method == "POST" and form.is_valid() and _decide(actor, appointment, form, before):
        messages.success(request, _("Your choices about photographs are saved. You can change them at any time."))
        return redirect("scheduling:appointment", key=key)
    context = {"form": form, "appointment": appointment, "key": key, "has_decided": bool(decided)}
    context["shown"] = hooks.places_of(actor)
    return render(request, "consent/photos.html", context, status=422 if form.errors else 200)


def _decide(actor: Actor, appointment: "Appointment", form: PhotoForm, before: dict[str, str]) -> bool:
    patient = appointment.patient
    changed = [use for use in queries.Use if form.cleaned_data[f"use_{use.value}"] != before.get(f"use_{use.value}")]
    signature = form.cleaned_data["signature"]
    if patient is None:
        return False
    wants_yes = any(form.cleaned_data[f"use_{use.value}"] == "yes" for use in changed)
    if wants_yes and services.problems_with_name(signature, patient):
        form.add_error("signature", _("Type your name as we have it: %(name)s.") % {"name": patient.full_name})
        return False
    for use in changed:
        services.set_photo_consent(
            by=actor,
            patient=patient,
            use=use.value,
            is_given=form.cleaned_data[f"use_{use.value}"] == "yes",
            signature=signature,
            now=clock.now(),
        )
    return True


@never_cache
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, key: str) -> HttpResponse:
    """Ask once, then withdraw the consent of an appointment."""
    now = clock.now()
    actor, appointment = opened(request, key, now=now)
    on = clock.day_in(appointment.location.time_zone, appointment.starts_at)
    consent = queries.for_appointment(actor, appointment, on)
    if consent is None:
        raise Conflict(_("There is no consent in force that could be withdrawn."))
    if request.method == "POST":
        services.withdraw(by=actor, consent=consent, now=now, reason=request.POST.get("reason", "")[:300])
        messages.success(request, _("Your consent is withdrawn. Nothing will be done without a new one."))
        return redirect("scheduling:appointment", key=key)
    return render(request, "consent/withdraw.html", {"consent": consent, "appointment": appointment, "key": key})
