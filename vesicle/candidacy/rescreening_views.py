"""The list of people whom a change of rules affects: who, when they come, what changed, and what was done."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from vesicle.candidacy import presenters, queries, services
from vesicle.candidacy.forms import CloseForm, add_problems
from vesicle.candidacy.permissions import CLOSE_RULE_CHANGE, SEE_ANSWERS, SEE_QUEUE
from vesicle.candidacy.views.parts import in_clinic_time
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Conflict, Invalid
from vesicle.people.access import staff_page


@staff_page(SEE_QUEUE)
@require_GET
@in_clinic_time
def rule_changes(request: HttpRequest) -> HttpResponse:
    """Show who has to be talked with, the next appointment first, and what was done lately."""
    return _page(request)


@staff_page(CLOSE_RULE_CHANGE)
@require_POST
@in_clinic_time
def close(request: HttpRequest, change_id: int) -> HttpResponse:
    """Note what was done about somebody. What was typed stays when it is refused."""
    change = queries.rule_change(request.actor, change_id)
    form = CloseForm(request.POST, prefix=f"c{change.pk}")
    status = 422
    if form.is_valid():
        try:
            services.close_rule_change(by=request.actor, change=change, note=form.cleaned_data["note"], now=clock.now())
        except Invalid as refused:
            add_problems(form, refused.fields, refused.message)
        except Conflict as refused:
            messages.warning(request, refused.message)
            return redirect("candidacy_desk:rule-changes")
        else:
            messages.success(request, f"Noted for {change.patient.full_name}.")
            return redirect("candidacy_desk:rule-changes")
    return _page(request, {change.pk: form}, status=status)


def _page(request: HttpRequest, sent: dict[int, CloseForm] | None = None, *, status: int = 200) -> HttpResponse:
    forms = sent or {}
    waiting = [
        (presenters.change_line(row), forms.get(row.pk) or CloseForm(prefix=f"c{row.pk}"))
        for row in queries.rule_changes(request.actor)
    ]
    context = {
        "waiting": waiting,
        "done": [presenters.change_line(row) for row in queries.rule_changes(request.actor, closed=True, most=30)],
        # A reason tells what somebody answered; who only makes the call needs the verdict and the day.
        "may_see_answers": request.actor.may(SEE_ANSWERS),
        "may_close": request.actor.may(CLOSE_RULE_CHANGE),
    }
    return render(request, "candidacy/desk/rule_changes.html", context, status=status)
