"""How many people have to sign an edition here."""

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from vesicle.clinic.requests import HttpRequest
from vesicle.people.access import staff_page
from vesicle.protocols import forms, permissions, queries, services


@require_http_methods(["GET", "POST"])
@staff_page(permissions.APPROVE)
def decide(request: HttpRequest) -> HttpResponse:
    """One signature or two, with who decided so and when."""
    needed = queries.signatures_needed(request.actor.clinic_id)
    form = forms.SignaturesForm(request.POST or None, initial={"signatures": str(needed)})
    if request.method == "POST" and form.is_valid():
        number = int(form.cleaned_data["signatures"])
        services.decide_signatures(by=request.actor, signatures=number)
        notices.success(request, "One signature is enough." if number == 1 else "Two people sign each edition.")
        return redirect("protocols:signatures")
    context = {"form": form, "needed": needed, "decisions": queries.signing_rules(request.actor)}
    return render(request, "protocols/signatures.html", context, status=422 if form.errors else 200)
