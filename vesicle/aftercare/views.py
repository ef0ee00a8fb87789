"""What a patient sees after a visit: the plan by day, check-ins, and what to do now."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from vesicle.aftercare import queries, services
from vesicle.aftercare.access import opened
from vesicle.aftercare.domain import day_of, flags_in_order
from vesicle.aftercare.forms import CheckInForm
from vesicle.aftercare.presenters import plan_days
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock, languages
from vesicle.core.errors import Conflict, Invalid
from vesicle.protocols.queries import option_of_edition
from vesicle.protocols.translating import bank_in


@never_cache
def plan(request: HttpRequest, key: str) -> HttpResponse:
    """The plan by day with today marked, the provider's own words first; prints on one sheet."""
    now = clock.now()
    actor, encounter = opened(request, key, now=now)
    option = option_of_edition(encounter.edition_id, encounter.option, languages.active()).option
    place = encounter.appointment.location
    today = day_of(clock.day_in(place.time_zone, encounter.started_at), clock.day_in(encounter.patient.time_zone, now))
    bank = bank_in(languages.active())
    flags = flags_in_order(option.sections.red_flags.ask, option.sections.red_flags.stress)
    check_ins = queries.check_ins_of(actor, encounter.pk)
    context = {
        "encounter": encounter,
        "option": option,
        "key": key,
        "today": today,
        "days": plan_days(option, today),
        "flags": [bank.red_flags[flag] for flag in flags],
        "due": [check_in for check_in in check_ins if check_in.answered_at is None and check_in.due_at <= now],
        "check_ins": check_ins,
        "location": place,
    }
    return render(request, "aftercare/plan.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def check_in(request: HttpRequest, key: str, day: int) -> HttpResponse:
    """Ask how it is; say at once what to do when something is not as expected."""
    now = clock.now()
    actor, encounter = opened(request, key, now=now)
    found = queries.check_in(actor, encounter.pk, day)
    option = option_of_edition(encounter.edition_id, encounter.option, languages.active()).option
    if found.answered_at is not None:
        return render(request, "aftercare/answered.html", _context(key, found, option))
    planned = next(planned for planned in option.sections.check_ins if planned.day == day)
    bank = bank_in(languages.active())
    flags = flags_in_order(option.sections.red_flags.ask, option.sections.red_flags.stress)
    form = CheckInForm(
        [bank.measures[measure] for measure in planned.measures],
        [bank.red_flags[flag] for flag in flags],
        request.POST or None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_check_in(
                by=actor,
                check_in=found,
                measures=form.measures(),
                red_flags=form.cleaned_data["red_flags"],
                note=form.cleaned_data["note"],
                now=now,
            )
        except Invalid as error:
            for name, problem in error.fields.items():
                form.add_error(name if name in form.fields else None, problem)
        except Conflict as conflict:
            form.add_error(None, conflict.message)
        else:
            return redirect("aftercare:check_in", key=key, day=day)
    context = _context(key, found, option) | {"form": form, "title": planned.title}
    return render(request, "aftercare/check_in.html", context, status=422 if form.errors else 200)


def _context(key: str, found: object, option: object) -> dict[str, object]:
    return {"key": key, "check_in": found, "option": option}
