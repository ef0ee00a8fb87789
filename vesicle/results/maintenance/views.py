"""The reminders of maintenance as the staff keep them."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Conflict, Invalid
from vesicle.people.access import staff_page
from vesicle.results.maintenance import queries, services
from vesicle.results.maintenance.forms import CancelForm, MoveForm
from vesicle.results.maintenance.presenters import told
from vesicle.results.permissions import KEEP_MAINTENANCE, READ


@staff_page(KEEP_MAINTENANCE)
@require_safe
def reminders(request: HttpRequest) -> HttpResponse:
    """Reminders that are still to leave."""
    return render(request, "results/maintenance/reminders.html", {"rows": queries.reminders(request.actor)})


@staff_page(KEEP_MAINTENANCE)
@require_http_methods(["GET", "POST"])
def reminder(request: HttpRequest, encounter_id: int) -> HttpResponse:
    """One reminder: when and why; another day, or none."""
    row = queries.reminder(request.actor, encounter_id)
    what = request.POST.get("do", "")
    move_form = MoveForm(request.POST if what == "move" else None)
    cancel_form = CancelForm(request.POST if what == "cancel" else None, prefix="cancel")
    form: forms.Form = cancel_form if what == "cancel" else move_form
    if request.method == "POST" and form.is_valid():
        give = {"by": request.actor, "reminder": row, "now": clock.now(), **form.cleaned_data}
        try:
            (services.cancel if what == "cancel" else services.move)(**give)
        except Invalid as error:
            for name, problem in error.fields.items():
                form.add_error(name, problem)
        except Conflict as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "The reminder is cancelled." if what == "cancel" else "The reminder is moved.")
            return redirect("results_desk:maintenance", encounter_id=encounter_id)
    is_over = bool(row.outcome) and row.written_at is None and row.outcome != "followed"
    context = {
        "row": row,
        "told": told(row),
        "option": services.option_of(row.encounter),
        "move_form": move_form,
        "cancel_form": cancel_form,
        "may_move": not row.outcome or is_over,
        "may_cancel": not row.outcome or row.outcome == "written",
        "may_read": request.actor.may(READ),
    }
    return render(request, "results/maintenance/reminder.html", context, status=422 if form.errors else 200)
