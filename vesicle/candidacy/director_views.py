"""The medical director's pages: the figures about reviews, and who may clear at this clinic."""

from __future__ import annotations

import csv

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vesicle.candidacy import presenters, queries, services
from vesicle.candidacy.exam_forms import LimitForm
from vesicle.candidacy.forms import add_problems
from vesicle.candidacy.permissions import SEE_METRICS, SEE_QUEUE, SET_LIMITS
from vesicle.candidacy.views.parts import in_clinic_time, posted
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Conflict, Invalid
from vesicle.people.access import staff_page
from vesicle.protocols.queries import offered_options


@staff_page(SEE_METRICS)
@require_GET
@in_clinic_time
def metrics(request: HttpRequest) -> HttpResponse:
    """Show waiting, overdue, pace and what became of what the rules passed on; as a file with ``?format=csv``."""
    chosen = request.GET.get("days", "")
    days = next((period for period in queries.PERIODS if str(period) == chosen), queries.PERIODS[0])
    found = queries.metrics(request.actor, now=clock.now(), days=days)
    names = presenters.option_names(offered_options(request.actor.clinic_id))
    if request.GET.get("format") == "csv":
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="reviews-last-{days}-days.csv"'
        csv.writer(response).writerows(presenters.metrics_table(found, names))
        return response
    context = {
        "found": found,
        "oldest": presenters.oldest(found),
        "by_option": [(names.get(one.name, one.name), one) for one in found.by_option],
        "periods": queries.PERIODS,
        "may_open_queue": request.actor.may(SEE_QUEUE),
    }
    return render(request, "candidacy/desk/metrics.html", context)


@staff_page(SET_LIMITS)
@require_http_methods(["GET", "POST"])
@in_clinic_time
def limits(request: HttpRequest) -> HttpResponse:
    """List the clinic's limits on who may clear; add one."""
    offers = offered_options(request.actor.clinic_id)
    form = LimitForm(posted(request), offers)
    if request.method == "POST" and form.is_valid():
        try:
            services.limit_clearing(by=request.actor, now=clock.now(), **form.cleaned_data)
        except Invalid as refused:
            add_problems(form, refused.fields, refused.message)
        except Conflict as refused:
            add_problems(form, {}, refused.message)
        else:
            messages.success(request, "The limit counts from now on.")
            return redirect("candidacy_desk:limits")
    names = presenters.option_names(offers)
    rows = [(row, presenters.limit_words(row, names)) for row in queries.limits(request.actor)]
    context = {"rows": rows, "form": form}
    return render(request, "candidacy/desk/limits.html", context, status=422 if form.errors else 200)


@staff_page(SET_LIMITS)
@require_POST
def lift_limit(request: HttpRequest, limit_id: int) -> HttpResponse:
    """Lift a limit."""
    services.lift_limit(by=request.actor, limit_id=limit_id, now=clock.now())
    messages.success(request, "The limit is lifted.")
    return redirect("candidacy_desk:limits")
