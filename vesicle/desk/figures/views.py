"""The figures: one page to read and print, and each table as a file for a spreadsheet."""

import csv
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from vesicle.clinic import queries as places
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Invalid, NotFound
from vesicle.desk.figures import presenters, queries
from vesicle.desk.figures.forms import PeriodForm, usual
from vesicle.desk.permissions import SEE_FIGURES
from vesicle.people.access import staff_page
from vesicle.people.forms import add_problems

_FORMULA = ("=", "+", "-", "@")


@staff_page(SEE_FIGURES)
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """Utilization, who came, how far ahead, what was looked for in vain, over a period and a location."""
    form, chosen = _chosen(request)
    context: dict[str, object] = {"form": form, "presets": _presets(request), "chosen": chosen}
    if chosen is not None:
        names = queries.names(request.actor)
        used = queries.utilization(request.actor, chosen)
        coming = queries.coming(request.actor, chosen, now=clock.now())
        demand = queries.demand(request.actor, chosen)
        context |= {
            "query": urlencode(_asked(request, form)),
            "utilization": presenters.utilization_tables(used),
            "attendance": presenters.attendance_tables(coming, names),
            "demand": presenters.demand_tables(demand, names),
            "headline": presenters.headline(used, coming, demand),
        }
    return render(request, "desk/figures/figures.html", context, status=422 if form.errors else 200)


@staff_page(SEE_FIGURES)
@require_GET
def table(request: HttpRequest) -> HttpResponse:
    """One table as a file. Raises ``NotFound`` for a table there is not."""
    _, chosen = _chosen(request)
    if chosen is None:
        raise Invalid("Choose two days, the first before the last.")
    wanted, names = request.GET.get("table", ""), queries.names(request.actor)
    if wanted.startswith("demand"):
        tables = presenters.demand_tables(queries.demand(request.actor, chosen), names)
    elif wanted.startswith(("came", "lead")):
        tables = presenters.attendance_tables(queries.coming(request.actor, chosen, now=clock.now()), names)
    else:
        tables = presenters.utilization_tables(queries.utilization(request.actor, chosen))
    found = next((one for one in tables if one.id == wanted), None)
    if found is None:
        raise NotFound("There is no such table of figures.")
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"{found.id}-{chosen.first}-{chosen.last}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow(found.head)
    for row in found.rows:
        writer.writerow([_safe(cell.value) for cell in row])
    return response


def _chosen(request: HttpRequest) -> tuple[PeriodForm, queries.Period | None]:
    """Return the form as it was sent, and what it asks for; the last four weeks where nothing was sent."""
    found = places.locations(request.actor)
    choices = [(one.slug, one.name) for one in found]
    _, first, last = _usual(request)[0]
    given = {"first": first, "last": last, **request.GET.dict()}
    form = PeriodForm(choices, given)
    if not form.is_valid():
        return form, None
    try:
        return form, queries.period(request.actor, **form.cleaned_data)
    except Invalid as problem:
        add_problems(form, problem.fields, problem.message)
        return form, None


def _usual(request: HttpRequest) -> list[tuple[str, object, object]]:
    found = places.locations(request.actor)
    zone = found[0].time_zone if found else "UTC"
    return [(name, first, last) for name, first, last in usual(clock.day_in(zone, clock.now()))]


def _presets(request: HttpRequest) -> list[tuple[str, str, bool]]:
    """Return name, address and whether it is shown, of each usual period."""
    where = request.GET.get("location", "")
    presets = _usual(request)
    asked = (request.GET.get("first", str(presets[0][1])), request.GET.get("last", str(presets[0][2])))
    return [
        (
            name,
            "?" + urlencode({"first": str(first), "last": str(last), **({"location": where} if where else {})}),
            asked == (str(first), str(last)),
        )
        for name, first, last in presets
    ]


def _asked(request: HttpRequest, form: PeriodForm) -> dict[str, str]:
    return {name: str(value) for name, value in form.cleaned_data.items() if value}


def _safe(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value
