"""Alerts and adverse events, as the staff work through them."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from vesicle.aftercare import queries, services
from vesicle.aftercare.forms import AdverseEventForm, CloseAlertForm
from vesicle.aftercare.permissions import CLOSE_ALERT, RECORD_EVENT, SEE_ALERTS
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Invalid
from vesicle.people.access import staff_page
from vesicle.treatment import queries as visits

if TYPE_CHECKING:
    from vesicle.clinic.models import Lot
    from vesicle.treatment.models import Encounter


@staff_page(SEE_ALERTS)
def alerts(request: HttpRequest) -> HttpResponse:
    """Open alerts, the most urgent first, and those closed last."""
    context = {
        "open": queries.open_alerts(request.actor),
        "closed": queries.recent_alerts(request.actor),
        "now": clock.now(),
    }
    return render(request, "aftercare/alerts.html", context)


@staff_page(SEE_ALERTS)
def alert(request: HttpRequest, alert_id: int) -> HttpResponse:
    """One alert with the answers behind it; a licensed person closes it here, in their own name."""
    found = queries.alert(request.actor, alert_id)
    form = CloseAlertForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.close_alert(
                by=request.actor, alert=found, action_taken=form.cleaned_data["action_taken"], now=clock.now()
            )
        except Invalid as error:
            form.add_error("action_taken", error.fields["action_taken"])
        else:
            messages.success(request, "The alert is closed in your name.")
            return redirect("aftercare_desk:alerts")
    context = {
        "alert": found,
        "form": form,
        "may_close": request.actor.may(CLOSE_ALERT),
        "may_record": request.actor.may(RECORD_EVENT),
        "now": clock.now(),
    }
    return render(request, "aftercare/alert.html", context, status=422 if form.errors else 200)


@staff_page(RECORD_EVENT)
def events(request: HttpRequest) -> HttpResponse:
    """The register of adverse events."""
    return render(request, "aftercare/events.html", {"events": queries.adverse_events(request.actor)})


@staff_page(RECORD_EVENT)
def event(request: HttpRequest, event_id: int) -> HttpResponse:
    """One adverse event; later findings are added below."""
    found = queries.adverse_event(request.actor, event_id)
    problems: dict[str, str] = {}
    if request.method == "POST":
        try:
            services.add_to_event(
                by=request.actor,
                event=found,
                text=request.POST.get("text", ""),
                outcome=request.POST.get("outcome", "")[:120],
                reported_to=request.POST.get("reported_to", "")[:200],
                now=clock.now(),
            )
        except Invalid as error:
            problems = error.fields
        else:
            messages.success(request, "Added to the register.")
            return redirect("aftercare_desk:event", event_id=event_id)
    context = {"event": found, "problems": problems, "typed": request.POST}
    return render(request, "aftercare/event.html", context, status=422 if problems else 200)


@staff_page(RECORD_EVENT)
def new_event(request: HttpRequest, encounter_id: int) -> HttpResponse:
    """Record a reaction to a visit, perhaps from an alert."""
    encounter = visits.encounter(request.actor, encounter_id)
    lots = _lots(encounter)
    alert_id = request.GET.get("alert", "")
    source = queries.alert(request.actor, int(alert_id)) if alert_id.isdigit() else None
    form = AdverseEventForm([(str(pk), label) for pk, (_, label) in lots.items()], request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        lot_id, severity = values.pop("lot"), int(values.pop("severity"))
        try:
            recorded = services.record_adverse_event(
                by=request.actor,
                encounter=encounter,
                lot=lots[int(lot_id)][0] if lot_id else None,
                alert=source,
                severity=severity,
                now=clock.now(),
                **values,
            )
        except Invalid as error:
            for name, problem in error.fields.items():
                form.add_error(name if name in form.fields else None, problem)
        else:
            messages.success(request, "The reaction is recorded. Keep the vial, the box and any photograph.")
            return redirect("aftercare_desk:event", event_id=recorded.pk)
    context = {"form": form, "encounter": encounter, "alert": source}
    return render(request, "aftercare/new_event.html", context, status=422 if form.errors else 200)


def _lots(encounter: "Encounter") -> "dict[int, tuple[Lot, str]]":
    uses = [use for use in visits.uses_of(encounter) if use.voided_at is None]
    return {use.lot_id: (use.lot, f"{use.lot.product.name}, lot {use.lot.code}") for use in uses}
