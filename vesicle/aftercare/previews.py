"""The aftercare plan as an edition would give it, for those who read it before it is signed. Nothing is stored."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from vesicle.aftercare.domain import flags_in_order
from vesicle.aftercare.presenters import plan_days
from vesicle.clinic.requests import HttpRequest
from vesicle.core.framing import let_frame
from vesicle.people.access import staff_page
from vesicle.protocols import permissions
from vesicle.protocols import queries as protocols
from vesicle.protocols.bank import load_bank

BEFORE = -1
"""No day of the plan is today."""


@require_safe
@staff_page(permissions.SEE)
def plan(request: HttpRequest, edition_id: int, modality: str) -> HttpResponse:
    """The plan by day for one way of giving the treatment, its check-ins, and when to call."""
    edition = protocols.edition(request.actor, edition_id)
    option = protocols.option_of_edition(edition.pk, f"{edition.treatment}/{modality}").option
    flags, asked = load_bank().red_flags, option.sections.red_flags
    context = {
        "edition": edition,
        "option": option,
        "days": plan_days(option, BEFORE),
        "flags": [flags[flag] for flag in flags_in_order(asked.ask, asked.stress)],
        "check_ins": option.sections.check_ins,
    }
    return let_frame(render(request, "aftercare/preview.html", context))
