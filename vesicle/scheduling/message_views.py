"""The staff's pages about messages: when reminders go out, what patients reply, who reads calendars."""

import hashlib

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vesicle.clinic import queries as clinic
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Conflict, Invalid
from vesicle.people import sms_inbound
from vesicle.people.access import staff_page
from vesicle.people.links import link_url
from vesicle.scheduling import feeds, message_queries, preview, replies, services
from vesicle.scheduling.message_forms import MessageRulesForm
from vesicle.scheduling.permissions import HANDLE_REPLIES, MAKE_FEEDS, SET_MESSAGES


@staff_page(SET_MESSAGES)
@require_http_methods(["GET", "POST"])
def message_rules(request: HttpRequest) -> HttpResponse:
    """Set when reminders go out; see every letter in both languages."""
    rules = message_queries.message_rules(request.actor)
    form = MessageRulesForm(request.POST or None, initial=MessageRulesForm.shown(rules))
    if request.method == "POST" and form.is_valid():
        services.set_message_rules(by=request.actor, now=clock.now(), **form.cleaned_data)
        messages.success(request, "Saved. The reminders of every booking to come are planned anew.")
        return redirect("scheduling_desk:messages")
    place = next(iter(clinic.locations(request.actor)), None)
    letters = preview.letters(request.clinic.name, request.clinic.phone, place, now=clock.now())
    context = {"form": form, "letters": letters}
    return render(request, "scheduling/desk/messages.html", context, status=422 if form.errors else 200)


@staff_page(HANDLE_REPLIES)
def replies_list(request: HttpRequest) -> HttpResponse:
    """Show what waits for a person, and what came lately."""
    context = {
        "waiting": message_queries.waiting_replies(request.actor),
        "closed": message_queries.closed_replies(request.actor),
    }
    return render(request, "scheduling/desk/replies.html", context)


@staff_page(HANDLE_REPLIES)
@require_POST
def close_reply(request: HttpRequest, reply_id: int) -> HttpResponse:
    """Answer a reply, or close it without a word."""
    answer = request.POST.get("answer", "") if request.POST.get("act") == "answer" else ""
    if request.POST.get("act") == "answer" and not answer.strip():
        messages.error(request, "Write an answer, or close the reply without one.")
        return redirect("scheduling_desk:replies")
    try:
        reply = services.close_reply(by=request.actor, reply_id=reply_id, now=clock.now(), answer=answer)
    except (Conflict, Invalid) as problem:
        fields = getattr(problem, "fields", {})
        messages.error(request, " ".join([problem.message, *fields.values()]))
    else:
        messages.success(request, f"{reply.patient}: {'answered' if reply.answer else 'closed without an answer'}.")
    return redirect("scheduling_desk:replies")


@staff_page(MAKE_FEEDS)
@require_http_methods(["GET", "POST"])
@sensitive_variables("address", "token")
def calendars(request: HttpRequest) -> HttpResponse:
    """List the private calendar addresses; make one. A new address stands on this one answer and nowhere else."""
    made, address, status = None, "", 200
    if request.method == "POST":
        number = request.POST.get("resource", "")
        resource_id = int(number) if number.isdigit() else 0
        try:
            made, token = services.make_feed(
                by=request.actor, resource_id=resource_id, shows=request.POST.get("shows", ""), now=clock.now()
            )
            address = link_url(f"/feeds/{token}.ics")
        except (Conflict, Invalid) as problem:
            messages.error(request, problem.message)
            status = problem.status
    return _calendars(request, made.resource.name if made else "", address, status)


@staff_page(MAKE_FEEDS)
@require_POST
@sensitive_variables("token")
def renew_calendar(request: HttpRequest, feed_id: int) -> HttpResponse:
    """Give a calendar a new address; the old one ends."""
    feed, token = services.renew_feed(by=request.actor, feed_id=feed_id, now=clock.now())
    return _calendars(request, feed.resource.name, link_url(f"/feeds/{token}.ics"))


@staff_page(MAKE_FEEDS)
@require_POST
def revoke_calendar(request: HttpRequest, feed_id: int) -> HttpResponse:
    """End a calendar address."""
    feed = services.revoke_feed(by=request.actor, feed_id=feed_id, now=clock.now())
    messages.success(request, f"The calendar address of {feed.resource.name} opens nothing any more.")
    return redirect("scheduling_desk:calendars")


def _calendars(request: HttpRequest, name: str, address: str, status: int = 200) -> HttpResponse:
    found = message_queries.calendars(request.actor)
    context = {"feeds": found.feeds, "without": found.without, "name": name, "address": address}
    return render(request, "scheduling/desk/calendars.html", context, status=status)


@csrf_exempt
@never_cache
@require_POST
def text_message(request: HttpRequest) -> HttpResponse:
    """Take a text message from the provider; its signature is looked at before anything else."""
    now = clock.now()
    came = sms_inbound.read(request, now=now)
    replies.receive_text(sender=came.sender, text=came.text, provider_id=came.provider_id, now=now)
    return HttpResponse(status=204)


@require_GET
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Answer a calendar program; nothing to read where it has the newest already."""
    text = feeds.read(token, now=clock.now()).encode()
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = tag = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
    return get_conditional_response(request, etag=tag, response=response) or response
