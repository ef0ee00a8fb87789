"""Rounds of blinded rating: open one, look at pair after pair, read what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Conflict, Invalid
from vesicle.people.access import staff_page
from vesicle.protocols.bank import load_bank
from vesicle.protocols.queries import offered_options
from vesicle.results.permissions import OPEN_ROUND, RATE
from vesicle.results.rating import queries, services
from vesicle.results.rating.forms import RoundForm

if TYPE_CHECKING:
    from vesicle.results.models import RatingRound

ANSWERS = (
    ("-2", "Left looks much better"),
    ("-1", "Left looks a little better"),
    ("0", "No difference"),
    ("1", "Right looks a little better"),
    ("2", "Right looks much better"),
    ("", "I cannot judge this pair"),
)


@staff_page(RATE)
@require_http_methods(["GET", "POST"])
def rounds(request: HttpRequest) -> HttpResponse:
    """All rounds; who may have photographs rated opens one here."""
    form = None
    if request.actor.may(OPEN_ROUND):
        raters = queries.raters(request.actor)
        form = RoundForm(offered_options(request.clinic.pk), raters, request.POST or None)
        if request.method == "POST" and form.is_valid():
            option, concern = form.option_and_concern
            data = form.cleaned_data
            try:
                opened = services.open_round(
                    by=request.actor,
                    option=option,
                    concern=concern,
                    view=data["view"],
                    weeks=(data["from_week"], data["to_week"]),
                    raters=[one for one in raters if str(one.pk) in data["raters"]],
                    now=clock.now(),
                )
            except Invalid as error:
                messages.error(request, error.message)
                for name, problem in error.fields.items():
                    form.add_error(name, problem)
            else:
                messages.success(request, "The round is open. Each rater finds it under Results, Blinded ratings.")
                return redirect("results_desk:rating_round", round_id=opened.pk)
    elif request.method == "POST":
        request.actor.require(OPEN_ROUND)
    rows = [_titled(row) for row in queries.rounds(request.actor)]
    status = 422 if form is not None and form.errors else 200
    return render(request, "results/rating/rounds.html", {"rounds": rows, "form": form}, status=status)


@staff_page(RATE)
@require_GET
def rating_round(request: HttpRequest, round_id: int) -> HttpResponse:
    """How far a round is, where the rater goes on, and once it is closed, what was found."""
    row = queries.rating_round(request.actor, round_id)
    context = _titled(row) | {
        "progress": queries.progress(request.actor, round_id),
        "next": queries.next_task(request.actor, round_id) if row.closed_at is None else None,
        "found": queries.found_by(request.actor, row),
        "may_close": row.closed_at is None and request.actor.may(OPEN_ROUND),
    }
    return render(request, "results/rating/round.html", context)


@staff_page(RATE)
@require_http_methods(["GET", "POST"])
def pair(request: HttpRequest, round_id: int, position: int) -> HttpResponse:
    """One pair: left, right, and which looks better."""
    task = queries.task(request.actor, round_id, position)
    if task.round.closed_at is not None:
        return redirect("results_desk:rating_round", round_id=round_id)
    if request.method == "POST":
        said = request.POST.get("score", "?")
        try:
            if said not in dict(ANSWERS):
                raise Invalid("Choose one of the answers listed.")
            score = int(said) if said else None
            services.rate(by=request.actor, round_id=round_id, position=position, score=score, now=clock.now())
        except (Invalid, Conflict) as error:
            messages.error(request, error.message)
            return redirect("results_desk:rating_pair", round_id=round_id, position=position)
        following = queries.next_task(request.actor, round_id)
        if following is None:
            messages.success(request, "Thank you, that was the last pair.")
            return redirect("results_desk:rating_round", round_id=round_id)
        return redirect("results_desk:rating_pair", round_id=round_id, position=following.position)
    of = next(one.of for one in queries.progress(request.actor, round_id) if one.rater.pk == request.actor.person_id)
    context = _titled(task.round) | {"task": task, "of": of, "answers": ANSWERS, "previous": position - 1}
    return render(request, "results/rating/pair.html", context)


@staff_page(RATE)
@require_GET
def picture(request: HttpRequest, round_id: int, position: int, side: str) -> HttpResponse:
    """One side of a pair. The address says nothing of when it was taken."""
    if side not in ("left", "right"):
        raise Http404
    return HttpResponse(queries.picture(request.actor, round_id, position, side), content_type="image/jpeg")


@staff_page(OPEN_ROUND)
@require_POST
def close(request: HttpRequest, round_id: int) -> HttpResponse:
    """Close a round early."""
    try:
        services.close_round(by=request.actor, round_id=round_id, now=clock.now())
    except Conflict as error:
        messages.error(request, error.message)
    return redirect("results_desk:rating_round", round_id=round_id)


def _titled(row: RatingRound) -> dict[str, object]:
    names = {one.option.id: f"{one.option.title}: {one.option.name.lower()}" for one in offered_options(row.clinic_id)}
    concern = load_bank().concerns.get(row.concern)
    return {
        "round": row,
        "option": names.get(row.option, row.option),
        "concern": concern.name if concern else row.concern,
    }
