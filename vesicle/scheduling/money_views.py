"""The staff's pages about money: the policy and its versions, fees, deposits, cancelling at the desk."""

from __future__ import annotations

import csv
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from vesicle.clinic import queries as clinic
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Conflict, Invalid, NotPermitted
from vesicle.people.access import staff_page
from vesicle.scheduling import money_queries, queries, services
from vesicle.scheduling.letters import Words
from vesicle.scheduling.money_presenters import fees_table, policy_as_typed
from vesicle.scheduling.permissions import (
    BOOK,
    RECORD_RESULT,
    SEE_FEES,
    TAKE_MONEY,
    WAIVE_FEE,
    WRITE_POLICY,
)
from vesicle.scheduling.policy_forms import CancelForm, PolicyForm, ReceiptForm, ResultForm, WaiveForm

STATES = (("", "All"), ("open", "Open"), ("paid", "Paid"), ("waived", "Waived"), ("nothing", "Counted only"))


@staff_page(WRITE_POLICY)
@require_GET
def policies(request: HttpRequest) -> HttpResponse:
    """Every version of the policy, the newest first."""
    now = clock.now()
    found = money_queries.policies(request.actor)
    with timezone.override(_zone(request)):
        context = {
            "policies": found,
            "current": next((row.number for row in found if row.valid_from <= now), None),
            "currency": request.clinic.currency,
        }
        return render(request, "scheduling/desk/policies.html", context)


@staff_page(WRITE_POLICY)
@require_http_methods(["GET", "POST"])
def write_policy(request: HttpRequest) -> HttpResponse:
    """Write the next version: look at it first, then let it count."""
    with timezone.override(_zone(request)):
        versions = money_queries.policies(request.actor)
        options = money_queries.what_can_be_booked(request.actor, versions)
        currency = request.clinic.currency
        initial = policy_as_typed(versions[0], currency) if versions else None
        form = PolicyForm(request.POST if request.method == "POST" else None, options, currency, initial=initial)
        preview = None
        if request.method == "POST" and form.is_valid():
            preview = dict(form.cleaned_data)
            if "publish" in request.POST:
                try:
                    made = services.write_policy(by=request.actor, now=clock.now(), **form.cleaned_data)
                except Invalid as problem:
                    for name, words in problem.fields.items():
                        form.add_error(name if name in form.fields else None, words)
                    preview = None
                else:
                    messages.success(request, f"Version {made.number} is written. Bookings made before keep theirs.")
                    return redirect("scheduling_desk:policies")
        context = {"form": form, "preview": preview, "number": versions[0].number + 1 if versions else 1}
        return render(request, "scheduling/desk/write_policy.html", context, status=422 if form.errors else 200)


@staff_page(SEE_FEES)
@require_GET
def fees(request: HttpRequest) -> HttpResponse:
    """Fees, and deposits to be taken or given back; the fees as a file with ``format=csv``."""
    state = request.GET.get("state", "")
    state = state if state in dict(STATES) else ""
    rows = money_queries.fees(request.actor, state=state)
    if request.GET.get("format") == "csv":
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="fees.csv"'
        csv.writer(response).writerows(fees_table(rows))
        return response
    context = {
        "rows": rows,
        "states": STATES,
        "state": state,
        "to_return": money_queries.deposits(request.actor, states=["refund-failed", "refund-due"]),
        "to_take": money_queries.deposits(request.actor, states=["asked"]),
        "may_take": request.actor.may(TAKE_MONEY),
        "may_waive": request.actor.may(WAIVE_FEE),
    }
    return render(request, "scheduling/desk/fees.html", context)


@staff_page(SEE_FEES)
@require_http_methods(["GET", "POST"])
def fee(request: HttpRequest, fee_id: int) -> HttpResponse:
    """One fee: mark it as paid at the desk, or waive it with a reason."""
    found = money_queries.fee(request.actor, fee_id)
    row = next(row for row in money_queries.fees(request.actor, patient_id=found.patient_id) if row.fee == found)
    paying, waiving = ReceiptForm(), WaiveForm()
    if request.method == "POST":
        try:
            if "waive" in request.POST:
                waiving = WaiveForm(request.POST)
                if waiving.is_valid():
                    services.waive_fee(by=request.actor, fee=found, now=clock.now(), **waiving.cleaned_data)
                    messages.success(request, "The fee is waived. It does not count as a lapse any more.")
                    return redirect("scheduling_desk:fees")
            else:
                paying = ReceiptForm(request.POST)
                if paying.is_valid():
                    services.pay_fee(by=request.actor, fee=found, now=clock.now(), **paying.cleaned_data)
                    messages.success(request, "The fee is marked as paid.")
                    return redirect("scheduling_desk:fees")
        except (Conflict, NotPermitted) as refused:
            messages.error(request, refused.message)
    context = {
        "row": row,
        "paying": paying,
        "waiving": waiving,
        "may_take": request.actor.may(TAKE_MONEY),
        "may_waive": request.actor.may(WAIVE_FEE),
    }
    status = 422 if paying.errors or waiving.errors else 200
    return render(request, "scheduling/desk/fee.html", context, status=status)


@staff_page(SEE_FEES)
@require_http_methods(["GET", "POST"])
def deposit(request: HttpRequest, deposit_id: int) -> HttpResponse:
    """One deposit: mark it as paid or given back at the desk, with the number of the receipt."""
    found = money_queries.deposit(request.actor, deposit_id)
    form = ReceiptForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        act = services.mark_returned if found.state in ("refund-due", "refund-failed") else services.mark_paid
        try:
            act(by=request.actor, deposit=found, now=clock.now(), **form.cleaned_data)
        except (Conflict, NotPermitted) as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, "Noted.")
            return redirect("scheduling_desk:fees")
    context = {
        "deposit": found,
        "left": money_queries.left_to_return(found),
        "events": money_queries.deposit_events(request.actor, found),
        "form": form,
        "may_take": request.actor.may(TAKE_MONEY),
        "words": Words(found.appointment),
    }
    return render(request, "scheduling/desk/deposit.html", context, status=422 if form.errors else 200)


@staff_page(BOOK)
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Cancel at the desk: at whose wish, what it costs, and whether that is waived."""
    actor, now = request.actor, clock.now()
    booked = queries.appointment(actor, appointment_id)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.cancel(
                by=actor,
                appointment=booked,
                now=now,
                reason=data["reason"],
                at_wish_of=data["at_wish_of"],
                waive_because=data["waive"] if data["at_wish_of"] == "patient" else "",
            )
        except (Conflict, NotPermitted) as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, f"{booked.patient}: cancelled, and told.")
            on = clock.day_in(booked.location.time_zone, booked.starts_at)
            return redirect(f"{reverse('desk:home')}?location={booked.location.slug}&date={on}&a={booked.pk}")
    context = {
        "appointment": booked,
        "words": Words(booked),
        "form": form,
        "terms": money_queries.terms(booked, now=now),
        "may_waive": actor.may(WAIVE_FEE),
    }
    return render(request, "scheduling/desk/cancel.html", context, status=422 if form.errors else 200)


@staff_page(RECORD_RESULT)
@require_http_methods(["GET", "POST"])
def result(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Record what a patch test or consultation showed."""
    booked = queries.appointment(request.actor, appointment_id)
    if booked.patient is None or booked.treats:
        raise Conflict("Only patch tests and consultations have a result of this kind.")
    treatments = money_queries.may_be_made_for(request.actor, booked)
    initial = {"made_for": booked.made_for}
    form = ResultForm(treatments, request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.record_result(by=request.actor, appointment=booked, now=clock.now(), **form.cleaned_data)
        except Invalid as problem:
            for name, words in problem.fields.items():
                form.add_error(name, words)
        except Conflict as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, "The result is recorded.")
            return redirect("desk:patient", patient_id=booked.patient.pk)
    context = {
        "appointment": booked,
        "words": Words(booked),
        "form": form,
        "results": money_queries.results_of(request.actor, booked),
    }
    return render(request, "scheduling/desk/result.html", context, status=422 if form.errors else 200)


def _zone(request: HttpRequest) -> ZoneInfo:
    place = next(iter(clinic.locations(request.actor)), None)
    return ZoneInfo(place.time_zone if place else "UTC")
