"""The clinic's outcomes as its owner and medical director see them."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Conflict, NotFound
from vesicle.people.access import staff_page
from vesicle.protocols.words import option_words
from vesicle.results.outcomes import export, presenters, queries, services
from vesicle.results.outcomes.domain import (
    FEWEST_FOR_A_CURVE,
    FEWEST_IN_A_GROUP,
    Cohort,
    Curve,
    compare,
    curve,
    may_be_public,
)
from vesicle.results.outcomes.forms import PARTS, ChoiceForm, PartForm, key_of, read_key
from vesicle.results.outcomes.queries import Choice
from vesicle.results.permissions import EXPORT_OUTCOMES, SEE_OUTCOMES, SHOW_OWN_RESULT


@staff_page(SEE_OUTCOMES)
@require_safe
def outcomes(request: HttpRequest) -> HttpResponse:
    """One outcome of everybody treated: curve, table, who was lost, and groups where numbers carry them."""
    actor = request.actor
    options = queries.options_treated(actor)
    option = request.GET.get("option") or (options[0] if options else "")
    if not options or option not in options:
        if option:
            raise NotFound("Nobody was treated with that option here.")
        return render(request, "results/outcomes/outcomes.html", {"is_empty": True})
    measured = queries.sources(actor, option)
    wanted = read_key(request.GET.get("what", ""))
    chosen = wanted if wanted in measured else (measured[0] if measured else None)
    names = [(each, option_words(each)) for each in options]
    initial = {"option": option, "what": key_of(*chosen) if chosen else ""}
    context: dict[str, object] = {
        "form": ChoiceForm(names, measured, initial=initial),
        "option": option,
        "option_name": dict(names)[option],
        "may_export": actor.may(EXPORT_OUTCOMES),
        "may_show": actor.may(SHOW_OWN_RESULT),
        "turns": queries.turns(actor, option),
    }
    if chosen is not None:
        context |= _outcome(request, Choice(option, *chosen)) | {"what": key_of(*chosen)}
    return render(request, "results/outcomes/outcomes.html", context)


def _outcome(request: HttpRequest, choice: Choice) -> dict[str, object]:
    found = queries.outcome(request.actor, choice, now=clock.now())
    parts = {name: request.GET.get(name, "") for name in PARTS}
    cohort = _part(found.cohort, parts)
    # Curves of single providers or products invite to be laid beside each other, so they need what a comparison needs.
    fewest = FEWEST_IN_A_GROUP if any(parts.values()) else FEWEST_FOR_A_CURVE
    worked_out = curve(cohort, fewest=fewest)
    everybody = curve(found.cohort) if any(parts.values()) else worked_out
    said = presenters.shown(worked_out, choice.source, choice.region, found.promise)
    last = queries.switch(request.actor.clinic_id, choice.option)
    return {
        "part_form": PartForm(found.cohort, initial=parts),
        "is_part": any(parts.values()),
        "found": found,
        "shown": said,
        "why": "" if worked_out.points else presenters.why_no_curve(worked_out, fewest),
        "method_version": found.method,
        "elsewhen": found.elsewhen,
        "withheld": found.withheld,
        "comparisons": [] if any(parts.values()) else _comparisons(found.cohort, worked_out),
        "is_shown": last is not None and last.is_on,
        "is_this_shown": last is not None
        and last.is_on
        and (last.source, last.region) == (choice.source.key, choice.region),
        "may_be_public": may_be_public(everybody),
    }


def _part(cohort: Cohort, parts: dict[str, str]) -> Cohort:
    people = [
        one.person
        for one in cohort.treated
        if parts["provider"] in ("", one.provider)
        and (not parts["product"] or parts["product"] in one.products)
        and parts["version"] in ("", one.version)
    ]
    return cohort.of(people)


def _comparisons(cohort: Cohort, worked_out: Curve) -> list[dict[str, object]]:
    """Compare providers, products and versions at the time most people were seen at."""
    most = worked_out.most
    week = most.week if most is not None else max(cohort.weeks, default=0)
    groups = (
        ("Providers", {one.person: one.provider for one in cohort.treated}),
        ("Products", {one.person: " + ".join(one.products) for one in cohort.treated if one.products}),
        ("Protocol versions", {one.person: one.version for one in cohort.treated}),
    )
    found = []
    for name, by in groups:
        if len(set(by.values())) < 2:
            continue
        compared = compare(cohort, by, week)
        lines = presenters.group_lines(compared, worked_out)
        left = presenters.left_out_words(compared, FEWEST_IN_A_GROUP)
        found.append({"name": name, "week": week, "lines": lines, "left_out": left})
    return found


@staff_page(EXPORT_OUTCOMES)
@require_POST
def take_out(request: HttpRequest) -> HttpResponse:
    """All results without identity, as one archive."""
    found = services.export_results(by=request.actor, now=clock.now())
    response = HttpResponse(export.as_zip(found), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="results-without-names.zip"'
    return response


@staff_page(SHOW_OWN_RESULT)
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Show this result on its treatment's page, or take the one shown there off."""
    option, chosen = request.POST.get("option", ""), read_key(request.POST.get("what", ""))
    try:
        if request.POST.get("show"):
            if chosen is None:
                raise NotFound("We do not know that measure.")
            services.show_own_result(by=request.actor, choice=Choice(option, *chosen), now=clock.now())
            messages.success(request, "The page shows your own result from now on, as long as the numbers carry it.")
        else:
            services.hide_own_result(by=request.actor, option=option, now=clock.now())
            messages.success(request, "The page no longer shows your own result.")
    except Conflict as refused:
        messages.error(request, refused.message)
    query = urlencode({"option": option, "what": request.POST.get("what", "")})
    return redirect(f"{reverse('results_desk:outcomes')}?{query}")
