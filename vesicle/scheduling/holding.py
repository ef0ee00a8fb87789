"""Holding a time from a page: within the bound on how many one visitor may keep open."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import render

from vesicle.candidacy.models import Screening
from vesicle.clinic.requests import HttpRequest
from vesicle.core.responses import problem, wants_json
from vesicle.people.links import make_link
from vesicle.scheduling import services
from vesicle.scheduling.letters import Words
from vesicle.scheduling.models import Appointment

HOLD = "hold"
_KEPT_IN_SESSION = "holds"


def hold_for_visitor(
    request: HttpRequest,
    *,
    option_id: str,
    areas: Sequence[str],
    location_id: int,
    start: datetime,
    now: datetime,
    provider_id: int | None = None,
    screening: Screening | None = None,
    made_for: str = "",
) -> str:
    """Hold a time and return the token of its private link. Errors as ``services.hold`` and ``hold_bounded``.

    The field ``instead`` names a hold of this session that is given back for it.
    """
    by = request.actor

    def take() -> Appointment:
        return services.hold(
            by=by,
            option_id=option_id,
            areas=areas,
            location_id=location_id,
            start=start,
            now=now,
            provider_id=provider_id,
            screening=screening,
            made_for=made_for,
        )

    if by.is_staff:
        held = take()
    else:
        given = request.POST.get("instead", "")
        held = services.hold_bounded(
            by=by,
            who=_visitor(request),
            take=take,
            now=now,
            instead=int(given) if given.isdigit() else None,
        )
    return make_link(by=by, patient=None, purpose=HOLD, subject_id=held.pk, valid_for=timedelta(hours=2))


def too_many(request: HttpRequest, error: services.TooManyHolds) -> HttpResponse:
    """Say how to free one: each open hold with a button that gives it back for the time just chosen."""
    if wants_json(request):
        return problem(error)
    given = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in ("csrfmiddlewaretoken", "instead")
    ]
    context = {"error": error, "held": [(row, Words(row)) for row in error.own], "given": given}
    return render(request, "scheduling/too_many.html", context, status=error.status)


def _visitor(request: HttpRequest) -> services.Visitor:
    """Return who is asking. A session begins here, so that the next request is known as the same visitor's."""
    if not request.session.session_key:
        request.session[_KEPT_IN_SESSION] = True
        request.session.save()
    return services.visitor(
        request.actor.clinic_id, request.session.session_key or "", request.META.get("REMOTE_ADDR", "")
    )
