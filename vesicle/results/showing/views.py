"""Before and after, for owner and medical director: what is shown, what came down, what may be chosen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Blocked, Conflict, Invalid, NotFound
from vesicle.people.access import staff_page
from vesicle.people.permissions import SEE_PATIENTS
from vesicle.protocols.words import area_words, option_words
from vesicle.results.permissions import SHOW_PAIRS
from vesicle.results.showing import panel, queries, services, wording
from vesicle.results.showing.domain import PRESETS
from vesicle.results.showing.forms import ShowForm, crop_in

if TYPE_CHECKING:
    from vesicle.results.models import ShownPair


@staff_page(SHOW_PAIRS)
@require_safe
def pairs(request: HttpRequest) -> HttpResponse:
    """Every pair that is or was shown, and every one that may be chosen now."""
    shown: list[dict[str, object]] = []
    down: list[dict[str, object]] = []
    for pair in queries.pairs(request.actor):
        (shown if pair.taken_down_at is None else down).append(_row(request, pair))
    choices = [
        {
            "choice": one,
            "who": _who(request, one.encounter.patient.full_name),
            "option": option_words(one.encounter.option),
            "view": one.view,
            "area": area_words([one.pair.area] if one.pair.area else one.encounter.areas),
        }
        for one in queries.choices(request.actor)
        if not one.is_shown
    ]
    context = {"shown": shown, "down": down, "choices": choices}
    return render(request, "results/showing/pairs.html", context)


def _row(request: HttpRequest, pair: ShownPair) -> dict[str, object]:
    return {
        "pair": pair,
        "who": _who(request, pair.patient.full_name),
        "option": option_words(pair.option),
        "url": f"/treatments/{pair.option.partition('/')[0]}/#results",
        "when": wording.when(pair),
        "area": wording.area(pair),
        "pictures": panel.smallest(pair),
    }


def _who(request: HttpRequest, name: str) -> str:
    return name if request.actor.may(SEE_PATIENTS) else "A patient who agreed"


@staff_page(SHOW_PAIRS)
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, before_id: int, after_id: int) -> HttpResponse:
    """Choose the part, describe both, look at it, and show it."""
    one = queries.choice(request.actor, before_id, after_id)
    try:
        laid = services.laid_for(by=request.actor, before=before_id, after=after_id)
    except Conflict as refused:
        messages.error(request, refused.message)
        return redirect("results_desk:pairs")
    form = ShowForm(request.POST or None, is_registered=laid.is_registered)
    crop = None
    if request.method == "POST" and form.is_valid():
        crop = form.cleaned_data["crop"]
        if request.POST.get("what") == "show":
            try:
                services.show(
                    by=request.actor,
                    before=before_id,
                    after=after_id,
                    crop=crop,
                    alt_before=form.cleaned_data["alt_before"],
                    alt_after=form.cleaned_data["alt_after"],
                    now=clock.now(),
                )
            except Invalid as error:
                for field, problem in error.fields.items():
                    form.add_error(field, problem)
            except (Conflict, Blocked) as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, "The page shows the pair from now on, as long as the patient agrees.")
                return redirect("results_desk:pairs")
    url = reverse("results_desk:pair_preview", args=[before_id, after_id, "before"])
    context = {
        "form": form,
        "choice": one,
        "option": option_words(one.encounter.option),
        "who": _who(request, one.encounter.patient.full_name),
        "area": area_words([one.pair.area] if one.pair.area else one.encounter.areas),
        "is_registered": laid.is_registered,
        "whole": url,
        "parts": json.dumps({name: [part.left, part.top, part.width, part.height] for name, part in PRESETS.items()}),
        "size": (laid.before.shape[1], laid.before.shape[0]),
        "crop": crop,
        "shows_eyes": crop is not None and laid.is_registered and crop.shows_eyes,
    }
    return render(request, "results/showing/choose.html", context, status=422 if form.errors else 200)


@staff_page(SHOW_PAIRS)
@require_safe
def preview(request: HttpRequest, before_id: int, after_id: int, which: str) -> HttpResponse:
    """One side of a pair that may be chosen, cut as the address says."""
    if which not in ("before", "after"):
        raise NotFound
    from vesicle.results.showing.rendering import cut, webp

    laid = services.laid_for(by=request.actor, before=before_id, after=after_id)
    pixels = laid.before if which == "before" else laid.after
    return HttpResponse(webp(cut(pixels, crop_in(request.GET))), content_type="image/webp")


@staff_page(SHOW_PAIRS)
@require_POST
def take_down(request: HttpRequest, pair_id: int) -> HttpResponse:
    """Take a pair off its page."""
    try:
        services.take_down(by=request.actor, pair=queries.pair(request.actor, pair_id), now=clock.now())
    except Conflict as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, "The pair is off the page. Its pictures are deleted; the photographs stay.")
    return redirect("results_desk:pairs")


@staff_page(SHOW_PAIRS)
@require_POST
def note(request: HttpRequest, pair_id: int) -> HttpResponse:
    """Note that one has read that a pair came down."""
    services.note(by=request.actor, pair=queries.pair(request.actor, pair_id), now=clock.now())
    return redirect("results_desk:pairs")
