"""The page on which a clinic gives other programs access, and takes it away."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from vesicle.clinic.requests import HttpRequest
from vesicle.interop import queries, services
from vesicle.interop.permissions import MANAGE_KEYS
from vesicle.people.access import staff_page


class KeyForm(forms.Form):
    """Which program the key is for."""

    name = forms.CharField(label="Which program is it for?", max_length=80, help_text="For example: our website.")


@staff_page(MANAGE_KEYS)
@require_http_methods(["GET", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """List the keys; make one, which is shown this once."""
    form, made = KeyForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        made = services.make_key(by=request.actor, name=form.cleaned_data["name"])
        form = KeyForm()
    rows = queries.keys(request.actor)
    context = {"rows": rows, "form": form, "made": made}
    return render(request, "interop/keys.html", context, status=422 if form.errors else 200)


@staff_page(MANAGE_KEYS)
@require_POST
def revoke(request: HttpRequest, key_id: int) -> HttpResponse:
    """End a key."""
    row = services.revoke_key(by=request.actor, key_id=key_id)
    messages.success(request, f"The key for {row.name} opens nothing any more.")
    return redirect("interop_desk:keys")
