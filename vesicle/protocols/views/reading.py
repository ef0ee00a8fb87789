"""Pages that show editions: all treatments, one treatment's history, one edition, two editions side by side."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from vesicle.clinic.requests import HttpRequest
from vesicle.core.errors import NotFound
from vesicle.people.access import staff_page
from vesicle.protocols import hooks, permissions, presenters, queries, services
from vesicle.protocols.moment_forms import moment_words
from vesicle.protocols.views.pages import edition_context, opened, rights, zones


@require_safe
@staff_page(permissions.SEE)
def overview(request: HttpRequest) -> HttpResponse:
    """Every treatment: what is approved, by whom, and what is being prepared."""
    standings = queries.standings(request.actor)
    here = zones(request) if any(standing.scheduled for standing in standings) else ()
    rows = [
        {
            "standing": standing,
            "approval": standing.approved.approval if standing.approved else None,
            "moment": _moment(standing.scheduled, here),
            "open": [(edition, presenters.tone(edition)) for edition in standing.open],
        }
        for standing in standings
    ]
    panels = [show(request.actor) for show in hooks.on_overview]
    return render(request, "protocols/overview.html", {"rows": rows, "panels": panels, **rights(request)})


def _moment(edition: Any, here: Sequence[str]) -> str:
    """Return when an edition takes or took force, on the clinic's clocks; empty for none and one not approved."""
    approval = edition.approval if edition is not None else None
    return moment_words(edition.takes_force_at or approval.approved_at, here) if approval else ""


@require_safe
@staff_page(permissions.SEE)
def history(request: HttpRequest, treatment: str) -> HttpResponse:
    """Every edition of one treatment, newest first, with the signatures."""
    standing, here = queries.standing(request.actor, treatment), zones(request)
    editions = [
        {
            "edition": edition,
            "tone": presenters.tone(edition),
            "moment": _moment(edition, here),
            "signatures": [(row, presenters.licence_name(row.licence)) for row in edition.signatures],
        }
        for edition in queries.editions(request.actor, treatment)
    ]
    return render(request, "protocols/history.html", {"standing": standing, "rows": editions, **rights(request)})


@require_POST
@staff_page(permissions.CHANGE)
def begin(request: HttpRequest, treatment: str) -> HttpResponse:
    """Begin a draft from the approved edition, on the newest release."""
    queries.standing(request.actor, treatment)
    edition = services.draft_edition(by=request.actor, treatment=treatment)
    return redirect("protocols:edition", edition.pk)


@require_safe
@staff_page(permissions.SEE)
def edition(request: HttpRequest, edition_id: int) -> HttpResponse:
    """One edition: what it says, what it changes, and what can be done with it."""
    return render(request, "protocols/edition.html", edition_context(request, opened(request, edition_id)))


SIZES = {"both": "Both", "phone": "Phone", "desktop": "Desktop"}


@require_safe
@staff_page(permissions.SEE)
def preview(request: HttpRequest, edition_id: int) -> HttpResponse:
    """What an edition would show to patients, as a phone and a large screen show it, beside each other or one of them.

    The page, the questions, the consent and the aftercare: ``show`` says which.
    """
    one = opened(request, edition_id)
    size, show = request.GET.get("size", ""), request.GET.get("show", "")
    previews = presenters.previews(one.edition, one.released)
    context = {
        "one": one,
        "edition": one.edition,
        "previews": previews,
        "shown": next((each for each in previews if each.key == show), previews[0]),
        "sizes": SIZES.items(),
        "size": size if size in SIZES else "both",
        **rights(request),
    }
    return render(request, "protocols/preview.html", context)


@require_safe
@staff_page(permissions.SEE)
def compare(request: HttpRequest) -> HttpResponse:
    """What changed between two editions of one treatment, in words."""
    before, after = (opened(request, _number(request.GET.get(name, ""))) for name in ("before", "after"))
    if before.edition.treatment != after.edition.treatment:
        raise NotFound("These two editions are of different treatments. Choose two of one treatment.")
    context = {
        "before": before,
        "after": after,
        "groups": presenters.change_groups(before.side, after.side),
        "editions": queries.editions(request.actor, after.edition.treatment),
        **rights(request),
    }
    return render(request, "protocols/compare.html", context)


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise NotFound("Choose two editions to compare.")
    return int(text)
