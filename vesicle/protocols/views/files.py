"""The text of an edition as a file, from a file, and as it was before."""

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from vesicle.clinic.requests import HttpRequest
from vesicle.core.errors import Conflict
from vesicle.people.access import staff_page
from vesicle.protocols import forms, permissions, queries, services
from vesicle.protocols.problems import FileRefused, Problem
from vesicle.protocols.views.pages import opened
from vesicle.protocols.views.text import drafted, frame
from vesicle.protocols.yaml_source import MAX_BYTES
from vesicle.protocols.yaml_writer import as_yaml


@require_safe
@staff_page(permissions.SEE)
def download(request: HttpRequest, edition_id: int) -> HttpResponse:
    """The protocol of an edition as a file that can be read, compared and taken back."""
    one = opened(request, edition_id)
    name = f"{one.protocol.id}-{one.protocol.version}.yaml"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(as_yaml(one.protocol), content_type="application/yaml; charset=utf-8", headers=headers)


@require_http_methods(["GET", "POST"])
@staff_page(permissions.CHANGE_TEXT)
def upload(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Take the text of a file into the draft; everything that is wrong with it is named by line and field."""
    draft = drafted(request, edition_id)
    initial = {"revision": draft.one.edition.revision}
    form = forms.ProtocolFileForm(request.POST or None, request.FILES or None, initial=initial)
    problems: tuple[Problem, ...] = ()
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                services.import_protocol(
                    by=request.actor,
                    edition=draft.one.edition,
                    raw=file.read(MAX_BYTES + 1),
                    name=str(file.name)[:120],
                    expected_revision=form.cleaned_data["revision"],
                )
            except FileRefused as refused:
                problems = refused.problems
            except Conflict as problem:
                form.add_error(None, f"{problem.message} Choose the file again.")
                status = 409
            else:
                notices.success(request, "The text of the file is in the draft. Read what it changes.")
                return redirect("protocols:edition", edition_id)
    context = {"form": form, "problems": problems, **frame(request, draft)}
    return render(request, "protocols/upload.html", context, status=status)


@require_http_methods(["GET", "POST"])
@staff_page(permissions.CHANGE_TEXT)
def earlier(request: HttpRequest, edition_id: int) -> HttpResponse:
    """The texts a draft had before: go back to one, or throw all changes away."""
    draft = drafted(request, edition_id)
    edition = draft.one.edition
    if request.method == "POST":
        typed = request.POST.get("revision", ""), request.POST.get("to", "")
        revision, to = (int(text) if text.isdecimal() and len(text) < 10 else 0 for text in typed)
        try:
            if "discard" in request.POST:
                services.discard_text(by=request.actor, edition=edition, expected_revision=revision)
                notices.success(request, "The draft says what the release says again.")
            else:
                services.restore_text(by=request.actor, edition=edition, revision=to, expected_revision=revision)
                notices.success(request, "The earlier text is back. What it replaced is in the list as well.")
        except Conflict as problem:
            notices.error(request, problem.message)
        return redirect("protocols:texts", edition_id)
    context = {"texts": queries.texts_before(request.actor, edition), **frame(request, draft)}
    return render(request, "protocols/texts.html", context)
