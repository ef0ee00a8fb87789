"""Paying a deposit: the page that leads to the payment service, the way back, and what the service tells us."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid, VesicleError
from vesicle.core.scope import clinic_scope
from vesicle.people.links import open_link
from vesicle.scheduling import money_queries, queries, registration, services
from vesicle.scheduling.access import opened
from vesicle.scheduling.deposits import Refund, online
from vesicle.scheduling.letters import Words
from vesicle.scheduling.presenters import DAYS_SHOWN, by_day

if TYPE_CHECKING:
    from vesicle.scheduling.models import Appointment, Deposit

HOLD = "hold"
RETURN_FOR = timedelta(hours=24)
log = logging.getLogger(__name__)


@never_cache
@require_GET
def pay_hold(request: HttpRequest, token: str) -> HttpResponse:
    """Lead from a held time to the payment page. A link, not a form: the content policy sends forms nowhere else."""
    held = queries.held(open_link(token, purpose=HOLD, now=clock.now()).subject_id or 0)
    deposit = money_queries.deposit_to_pay(held)
    if deposit is None or not deposit.checkout_url:
        return redirect("scheduling:details", token=token)
    context = {"appointment": held, "words": Words(held), "deposit": deposit, "token": token}
    return render(request, "scheduling/pay.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def pay(request: HttpRequest, key: str) -> HttpResponse:
    """Pay the deposit of a booked appointment."""
    now = clock.now()
    actor, booked = opened(request, key, now=now)
    deposit = money_queries.deposit_to_pay(booked)
    if deposit is None or booked.patient is None:
        return redirect("scheduling:appointment", key=key)
    if request.method == "POST":
        try:
            services.start_payment(
                by=actor,
                appointment=booked,
                patient=booked.patient,
                now=now,
                back_to=registration.return_address(),
                give_up_to=registration.absolute(reverse("people:home")),
            )
        except Conflict as refused:
            messages.error(request, refused.message)
        return redirect("scheduling:pay", key=key)
    context = {"appointment": booked, "words": Words(booked), "deposit": deposit, "key": key, "pays_online": online()}
    return render(request, "scheduling/pay.html", context)


@never_cache
@require_GET
def paid(request: HttpRequest, token: str) -> HttpResponse:
    """The way back from the payment page: look what became of it, whether or not the service has told us yet."""
    now = clock.now()
    deposit = money_queries.deposit_on_return(request.clinic.pk, token)
    by = Actor.system(deposit.clinic_id, "payments")
    try:
        services.look_again(by=by, deposit=deposit, now=now)
    except VesicleError as problem:
        messages.warning(request, problem.message)
    deposit = money_queries.deposit_on_return(request.clinic.pk, token)
    _send_back_at_once(by, deposit)
    booked = deposit.appointment
    if deposit.state == "paid" and booked.state != queries.State.HELD:
        if deposit.asked_at + RETURN_FOR < now and not request.actor.is_patient:
            return redirect("/my/")
        messages.success(request, _("Your deposit is paid. Thank you."))
        return redirect(
            "scheduling:appointment", key=registration.key_for(booked, deposit.patient, by=request.actor, now=now)
        )
    context: dict[str, object] = {"deposit": deposit, "appointment": booked, "words": Words(booked)}
    if deposit.state in ("refund-due", "refunded", "refund-failed"):
        context |= _alternatives(request.actor, booked)
        return render(request, "scheduling/time_gone.html", context)
    return render(request, "scheduling/paying.html", context)


@csrf_exempt
@require_POST
def stripe_notice(request: HttpRequest) -> HttpResponse:
    """What Stripe tells us about payment pages and refunds, signed by it. Old news is answered with 200 too."""
    service = online()
    if service is None:
        raise Http404
    try:
        news = service.read_notice(request.body, request.headers.get("Stripe-Signature", ""))
    except Invalid as refused:
        return HttpResponse(refused.message, status=400, content_type="text/plain; charset=utf-8")
    if news is not None and news.clinic_id:
        by = Actor.system(news.clinic_id, "payments")
        with clinic_scope(news.clinic_id):
            if isinstance(news, Refund):
                services.refund_told(by=by, refund=news, now=clock.now())
            elif (deposit := services.payment_arrived(by=by, payment=news, now=clock.now())) is not None:
                _send_back_at_once(by, deposit)
    return HttpResponse("Noted.", content_type="text/plain; charset=utf-8")


def _send_back_at_once(by: Actor, deposit: Deposit) -> None:
    """Give money back without waiting for the worker, who tries again where this fails."""
    if deposit.state == "refund-due" and deposit.payment:
        try:
            services.give_back(by=by, deposit=deposit, now=clock.now())
        except VesicleError as problem:
            log.warning("deposit %s: %s", deposit.pk, problem.message)


def _alternatives(actor: Actor, gone: Appointment) -> dict[str, object]:
    """Return what is free in the days around a time that was given away."""
    place, now = gone.location, clock.now()
    first = max(clock.day_in(place.time_zone, gone.starts_at), clock.day_in(place.time_zone, now))
    last = first + timedelta(days=DAYS_SHOWN - 1)
    found = queries.slots(
        actor, option_id=gone.option, areas=gone.areas, location_id=place.pk, from_=first, to=last, now=now
    )
    return {
        "days": by_day(found, first, last),
        "has_any": bool(found),
        "location": place,
        "again": registration.times_address(gone),
        "areas": gone.areas,
    }
