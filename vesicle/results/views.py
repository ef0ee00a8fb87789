"""What a patient sees of their result: the curve against the expected window, and the follow-ups."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from vesicle.aftercare.access import opened
from vesicle.clinic.requests import HttpRequest
from vesicle.consent import queries as consents
from vesicle.core import clock, languages
from vesicle.core.actor import Actor
from vesicle.core.errors import Blocked, Conflict, Invalid
from vesicle.protocols.queries import option_of_edition
from vesicle.protocols.translating import bank_in
from vesicle.results import chart_copy, queries, services
from vesicle.results.comparing import queries as comparing
from vesicle.results.forms import FollowUpForm
from vesicle.results.maintenance.presenters import told
from vesicle.results.maintenance.queries import reminder_after
from vesicle.results.photo_presenters import photo_curves
from vesicle.results.presenters import curves, pairs, window_drawing
from vesicle.treatment import photos

if TYPE_CHECKING:
    from vesicle.results.models import FollowUp
    from vesicle.treatment.models import Encounter


def context_of(actor: Actor, encounter: "Encounter") -> dict[str, object]:
    """Return curves, photographs and follow-ups of a visit for a page; patients and staff see the same figures."""
    option = option_of_edition(encounter.edition_id, encounter.option, languages.active()).option
    rows = queries.measurements_of(actor, encounter)
    known = queries.repeatabilities(actor, sorted({row.measure for row in rows}))
    narrow, wide = window_drawing(option.sections.results)
    window_days = option.sections.results.swelling_window_days
    agrees = comparing.agrees(actor, encounter)
    return {
        "encounter": encounter,
        "option": option,
        "curves": curves(rows, known, option.sections.results, encounter.started_at),
        "photo_curves": photo_curves(
            comparing.compared(actor, encounter),
            queries.photo_measures_of(actor, encounter) if agrees else (),
            option,
            encounter.areas,
            encounter.started_at,
        ),
        "agrees": agrees,
        "pairs": pairs(queries.photos_of(actor, encounter), window_days),
        "follow_ups": queries.follow_ups_of(actor, encounter.pk),
        "maintenance": told(reminder_after(actor, encounter)),
        "narrow": narrow,
        "wide": wide,
    }


@never_cache
def result(request: HttpRequest, key: str) -> HttpResponse:
    """The patient's own curve, photographs side by side, and what comes next."""
    now = clock.now()
    actor, encounter = opened(request, key, now=now)
    context = context_of(actor, encounter) | {"key": key, "now": now}
    return render(request, "results/result.html", context)


@never_cache
def result_pdf(request: HttpRequest, key: str) -> HttpResponse:
    """The same result as a document, in the language of the page."""
    actor, encounter = opened(request, key, now=clock.now())
    return as_pdf(actor, encounter)


def as_pdf(actor: Actor, encounter: "Encounter") -> HttpResponse:
    """Return a visit's result as a PDF response that nothing keeps."""
    data = chart_copy.copy_of(by=actor, encounter=encounter, context=context_of(actor, encounter))
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="result-{encounter.pk}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@never_cache
@require_http_methods(["GET", "POST"])
def follow_up(request: HttpRequest, key: str, week: int) -> HttpResponse:
    """Ask the patient's own scores of a week; photographs, if they agreed to them, are the next page."""
    now = clock.now()
    actor, encounter = opened(request, key, now=now)
    found = queries.follow_up(actor, encounter.pk, week)
    if found.answered_at is not None:
        return redirect("results:result", key=key)
    option = option_of_edition(encounter.edition_id, encounter.option, languages.active()).option
    planned = next(planned for planned in option.sections.follow_ups if planned.week == week)
    with_photo = planned.photographs and consents.photo_consent(actor, found.patient_id, consents.Use.CLINICAL)
    asked = [bank_in(languages.active()).measures[measure] for measure in services.patient_measures(found)]
    form = FollowUpForm(asked, request.POST or None)
    if request.method == "POST" and form.is_valid() and _take(actor, found, form):
        if with_photo:
            messages.success(request, _("Thank you. Now the photographs, if you like."))
            return redirect("results:captures", key=key, week=week)
        messages.success(request, _("Thank you. Here is your result so far."))
        return redirect("results:result", key=key)
    context = {
        "form": form,
        "follow_up": found,
        "planned": planned,
        "option": option,
        "key": key,
        "is_open": found.opens_at <= now <= found.closes_at,
        "is_early": now < found.opens_at,
        "with_photo": with_photo,
    }
    return render(request, "results/follow_up.html", context, status=422 if form.errors else 200)


@never_cache
def picture(request: HttpRequest, key: str, photo_id: int) -> HttpResponse:
    """One of the patient's own photographs, for the holder of the visit's private link."""
    actor = opened(request, key, now=clock.now())[0]
    response = HttpResponse(photos.look_at(actor, photo_id), content_type="image/jpeg")
    response["Cache-Control"] = "private, no-store"
    return response


def _take(actor: Actor, found: "FollowUp", form: FollowUpForm) -> bool:
    """Store the answers, or put what is wrong on the form."""
    try:
        services.answer_follow_up(
            by=actor, follow_up=found, values=form.values(), note=form.cleaned_data["note"], now=clock.now()
        )
    except Invalid as error:
        for name, problem in (error.fields or {"note": error.message}).items():
            form.add_error(name if name in form.fields else None, problem)
        return False
    except (Conflict, Blocked) as error:
        form.add_error(None, error.message)
        return False
    return True
