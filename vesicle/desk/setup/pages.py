"""What the pages of the set-up share: one way to answer a form."""

from collections.abc import Callable, Mapping

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from vesicle.clinic.requests import HttpRequest
from vesicle.core.errors import Conflict, Invalid
from vesicle.people.forms import add_problems

FORM = "desk/setup/form.html"


def answer(
    request: HttpRequest,
    form: forms.BaseForm,
    save: Callable[[], HttpResponse],
    context: Mapping[str, object],
    *,
    template: str = FORM,
    conflict_at: str | None = None,
    field_of: Callable[[str], str] = str,
) -> HttpResponse:
    """Save a form that was sent and is right; else show it with what was typed and what is wrong.

    ``conflict_at`` is the field beside which a conflict is told; ``field_of`` names the field of the form for what a
    service calls it.
    """
    try:
        if request.method == "POST" and form.is_valid():
            return save()
    except Invalid as problem:
        named = {field_of(name): words for name, words in problem.fields.items()}
        add_problems(form, named, problem.message)
    except Conflict as problem:
        form.add_error(conflict_at if conflict_at in form.fields else None, problem.message)
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)
