"""How well the clinic's cameras repeat themselves, and how far the archive is measured."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from vesicle import skin
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Conflict
from vesicle.people.access import staff_page
from vesicle.results.measuring import queries, retesting, services
from vesicle.results.permissions import READ, SETTLE_RETEST


@staff_page(READ)
@require_GET
def cameras(request: HttpRequest) -> HttpResponse:
    """Each camera's retest: how far it is, and what was settled."""
    context = {
        "progress": queries.retest_progress(request.actor),
        "retests": queries.retests(request.actor),
        "archive": queries.archive(request.actor, services.methods_today()),
        "people": retesting.PEOPLE,
        "captures": retesting.CAPTURES,
        "fewest": retesting.FEWEST_PEOPLE,
        "may_settle": request.actor.may(SETTLE_RETEST),
    }
    return render(request, "results/measuring/cameras.html", context)


@staff_page(READ)
@require_GET
def retest(request: HttpRequest, retest_id: int) -> HttpResponse:
    """One retest's figures, measure by measure and tone by tone."""
    row = queries.retest(request.actor, retest_id)
    found = retesting.as_figures(row.figures)
    table = [
        (skin.MEASURES[name].label, [one, *(part for part in one.parts if part.region == "all")])
        for name, one in found.items()
        if name in skin.MEASURES
    ]
    return render(request, "results/measuring/retest.html", {"retest": row, "table": table})


@staff_page(SETTLE_RETEST)
@require_POST
def settle(request: HttpRequest) -> HttpResponse:
    """Compute a camera's figures from the photographs there are."""
    try:
        row = services.settle_retest(by=request.actor, camera=request.POST.get("camera", ""), now=clock.now())
    except Conflict as error:
        messages.error(request, error.message)
        return redirect("results_desk:cameras")
    messages.success(request, "These figures are used for every photograph measured from now on.")
    return redirect("results_desk:retest", retest_id=row.pk)
