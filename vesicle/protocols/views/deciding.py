"""What is decided about an edition: submitted, sent back, approved, retired."""

from collections.abc import Callable

from django import forms as django_forms
from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from vesicle.clinic.requests import HttpRequest
from vesicle.core.errors import Conflict, Invalid
from vesicle.people.access import staff_page
from vesicle.people.forms import add_problems
from vesicle.protocols import forms, hooks, permissions, queries, services
from vesicle.protocols.moment_forms import MomentForm, moment_words
from vesicle.protocols.views.pages import Opened, approval_form, edition_context, opened, zones


@require_POST
@staff_page(permissions.CHANGE)
def submit(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Ask the medical director to approve a draft."""
    one = opened(request, edition_id)

    def act() -> str:
        services.submit_for_review(by=request.actor, edition=one.edition)
        return f"Edition {one.edition.number} waits for the medical director."

    return _done(request, one, act)


@require_POST
@staff_page(permissions.APPROVE)
def send_back(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Send an edition back with a reason."""
    one, form = opened(request, edition_id), forms.ReturnForm(request.POST)

    def act() -> str:
        services.return_to_draft(by=request.actor, edition=one.edition, reason=form.cleaned_data["reason"])
        return f"Edition {one.edition.number} is a draft again; your reason stands on its page."

    return _done(request, one, act, return_form=form)


@require_POST
@staff_page(permissions.SIGN)
def approve(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Sign an edition; with the last signature that is needed it drives everything."""
    one, form = opened(request, edition_id), approval_form(request, request.POST)

    def act() -> str:
        given = form.cleaned_data
        services.approve_edition(
            by=request.actor,
            edition=one.edition,
            statement=given["statement"],
            expected_revision=given["revision"],
            takes_force_at=getattr(form, "wanted", None),
        )
        number, signed = one.edition.number, opened(request, edition_id).edition
        if signed.status == "approved":
            return f"Edition {number} is approved. The page, the screening and the visit follow it from now on."
        if signed.status == "scheduled":
            moment = moment_words(signed.takes_force_at, zones(request))
            return f"Edition {number} is approved. It takes force on {moment}."
        return f"You have signed edition {number}. It waits for {queries.signing(signed).waits_for}."

    return _done(request, one, act, approval_form=form)


@require_POST
@staff_page(permissions.APPROVE)
def move(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Choose another moment for an edition that waits for one."""
    one, form = opened(request, edition_id), MomentForm(request.POST, zones=zones(request))

    def act() -> str:
        row = services.move_moment(by=request.actor, edition=one.edition, moment=form.chosen)
        return f"Edition {row.number} takes force on {moment_words(row.takes_force_at, zones(request))}."

    return _done(request, one, act, moment_form=form)


@require_POST
@staff_page(permissions.APPROVE)
def cancel(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Hold an edition back that waits for its moment."""
    one = opened(request, edition_id)

    def act() -> str:
        services.cancel_moment(by=request.actor, edition=one.edition)
        return f"Edition {one.edition.number} does not take force by itself. It is in review, and its signatures count."

    return _done(request, one, act)


@require_POST
@staff_page(permissions.APPROVE)
def retire(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Withdraw an edition."""
    one = opened(request, edition_id)

    def act() -> str:
        services.retire_edition(by=request.actor, edition=one.edition)
        return f"Edition {one.edition.number} is retired."

    return _done(request, one, act)


def _done(request: HttpRequest, one: Opened, act: Callable[[], str], **form: django_forms.Form) -> HttpResponse:
    """Do it and show the edition; what is refused is said on the edition's page with everything still typed."""
    sent = next(iter(form.values()), None)
    try:
        if sent is None or sent.is_valid():
            notices.success(request, act())
            return redirect("protocols:edition", one.edition.pk)
        status = 422
    except Invalid as problem:
        if sent is None:
            raise
        add_problems(sent, problem.fields, problem.message)
        status = 422
    except hooks.NotReady as problem:
        again = opened(request, one.edition.pk)
        context = edition_context(request, again, **form) | {"not_ready": problem}
        return render(request, "protocols/edition.html", context, status=problem.status)
    except Conflict as problem:
        if sent is None:
            notices.error(request, problem.message)
            return redirect("protocols:edition", one.edition.pk)
        sent.add_error(None, problem.message)
        status = 409
    again = opened(request, one.edition.pk)
    return render(request, "protocols/edition.html", edition_context(request, again, **form), status=status)
