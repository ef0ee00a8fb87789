"""Editing the clinic's part of a draft: words, prices, minutes, pictures."""

from dataclasses import replace

from django.contrib import messages as notices
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from vesicle.clinic.requests import HttpRequest
from vesicle.core.errors import Conflict, Invalid, Stale
from vesicle.people.access import staff_page
from vesicle.people.forms import add_problems
from vesicle.protocols import forms, hooks, permissions, pictures, presenters, services
from vesicle.protocols.overlay import Overlay
from vesicle.protocols.views.pages import Opened, opened, placed_pictures, require_draft, rights

MORE_QUESTIONS = 3


@require_http_methods(["GET", "POST"])
@staff_page(permissions.CHANGE)
def words(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Edit words, offer, minutes and prices. What was typed stays when it is refused or somebody else was faster."""
    one = opened(request, edition_id)
    if request.method == "GET":
        require_draft(one)
    more = MORE_QUESTIONS if "more" in request.POST else 0
    form = _words_form(request, one, more=more)
    status, saved = 200, None
    if request.method == "POST" and not more:
        status = 422
        try:
            if form.is_valid():
                services.change_overlay(
                    by=request.actor,
                    edition=one.edition,
                    overlay=form.overlay(),
                    expected_revision=form.cleaned_data["revision"],
                )
                notices.success(request, "The draft is saved.")
                return _after_saving(request, edition_id)
        except Invalid as problem:
            form.add_refusal(problem.fields, problem.message)
        except Stale as problem:
            # What is saved now is shown beside what was typed; saving again is then a decision, not an accident.
            typed = replace(one.side, overlay=Overlay.model_validate(form.overlay()))
            saved = presenters.change_groups(one.side, typed)
            form = _words_form(request, one, over=True)
            form.add_error(None, problem.message)
            status = 409
        except Conflict as problem:
            form.add_error(None, problem.message)
            status = 409
    panels = _beside(request, one, form)
    context = {"one": one, "edition": one.edition, "form": form, "saved": saved, "panels": panels, **rights(request)}
    return render(request, "protocols/words.html", context, status=status)


def _beside(request: HttpRequest, one: Opened, form: forms.WordsForm) -> list[hooks.Beside]:
    """Return what other rooms show beside the words, as they stand in the form."""
    typed = {field.html_name: str(field.value() or "") for field in form}
    return [show(request.actor, one.edition, typed) for show in hooks.beside_words]


def _words_form(request: HttpRequest, one: Opened, *, more: int = 0, over: bool = False) -> forms.WordsForm:
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None and over:
        data["revision"] = str(one.edition.revision)
    return forms.WordsForm(
        data,
        overlay=one.overlay,
        revision=one.edition.revision,
        options=one.released,
        area_names=presenters.area_names(),
        more_questions=more,
    )


def _after_saving(request: HttpRequest, edition_id: int) -> HttpResponseRedirect:
    one = opened(request, edition_id)
    if "evidence" in request.POST:
        typed: dict[str, str] = {}
        for show in hooks.beside_words:
            if url := show(request.actor, one.edition, typed).evidence_url:
                return HttpResponseRedirect(url)
    if "preview" in request.POST:
        return HttpResponseRedirect(f"/treatments/{one.edition.treatment}/?edition={edition_id}")
    return redirect("protocols:words" if "stay" in request.POST else "protocols:edition", edition_id)


@require_http_methods(["GET", "POST"])
@staff_page(permissions.CHANGE)
def edit_pictures(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Add a picture, change its words or its place, take it off the page."""
    one = opened(request, edition_id)
    if request.method == "GET":
        require_draft(one)
    sent = request.POST.get("what", "") if request.method == "POST" else ""
    adding = forms.PictureForm(
        request.POST if sent == "add" else None,
        request.FILES if sent == "add" else None,
        initial={"revision": one.edition.revision},
        prefix="new",
    )
    placed = _placed_forms(request, one, sent=sent == "arrange")
    status = 200
    if sent == "add":
        status = _add(request, one, adding)
    elif sent == "arrange":
        status = _arrange(request, one, [form for _, form in placed])
    if status == 303:
        return redirect("protocols:pictures", edition_id)
    context = {"one": one, "edition": one.edition, "adding": adding, "placed": placed, **rights(request)}
    return render(request, "protocols/pictures.html", context, status=status)


def _placed_forms(
    request: HttpRequest, one: Opened, *, sent: bool
) -> list[tuple[dict[str, object], forms.PlacedPictureForm]]:
    rows = []
    for place, row in enumerate(placed_pictures(request, one), 1):
        picture = one.overlay.pictures[place - 1]
        initial = {"alt": picture.alt, "caption": picture.caption, "place": place}
        initial |= picture.crop.model_dump()
        form = forms.PlacedPictureForm(request.POST if sent else None, initial=initial, prefix=f"p{picture.picture}")
        rows.append((row | {"number": picture.picture}, form))
    return rows


def _add(request: HttpRequest, one: Opened, form: forms.PictureForm) -> int:
    """Keep a picture and put it last on the page; return the status of the answer."""
    if not form.is_valid():
        return 422
    given = form.cleaned_data
    try:
        row = pictures.add_picture(by=request.actor, upload=given["file"], alt=given["alt"], caption=given["caption"])
        listed = [one_.model_dump() for one_ in one.overlay.pictures if one_.picture != row.pk]
        listed.append({"picture": row.pk, "alt": given["alt"], "caption": given["caption"]})
        _save_pictures(request, one, listed, revision=given["revision"])
    except Invalid as problem:
        add_problems(form, problem.fields, problem.message)
        return 422
    except Conflict as problem:
        form.add_error(None, f"{problem.message} Choose the file again.")
        return 409
    notices.success(request, "The picture is on the page.")
    return 303


def _arrange(request: HttpRequest, one: Opened, sent: list[forms.PlacedPictureForm]) -> int:
    """Save words, places and removals of the pictures; return the status of the answer."""
    refused = [form for form in sent if not form.is_valid()]
    if refused:
        return 422
    kept = []
    for picture, form in zip(one.overlay.pictures, sent, strict=True):
        given = form.cleaned_data
        if not given["remove"]:
            words_ = {"picture": picture.picture, "alt": given["alt"], "caption": given["caption"]}
            words_["crop"] = form.part
            kept.append((given["place"], words_))
    revision = request.POST.get("revision", "")
    try:
        listed = [words_ for _, words_ in sorted(kept, key=lambda one_: one_[0])]
        _save_pictures(request, one, listed, revision=int(revision) if revision.isdecimal() else 0)
    except Conflict as problem:
        notices.error(request, problem.message)
        return 409
    notices.success(request, "The pictures are saved.")
    return 303


def _save_pictures(request: HttpRequest, one: Opened, listed: list[dict[str, object]], *, revision: int) -> None:
    overlay = one.overlay.model_dump(mode="json", exclude_defaults=True) | {"pictures": listed}
    services.change_overlay(
        by=request.actor, edition=one.edition, overlay=overlay, expected_revision=revision, part="pictures"
    )
