"""Editing the pictures of a draft: add one, change its words, its part or its place, take it off the page."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from vesicle.clinic.requests import HttpRequest
from vesicle.core.errors import Conflict, Invalid, Stale
from vesicle.people.access import staff_page
from vesicle.people.forms import add_problems
from vesicle.protocols import forms, merging, permissions, pictures, presenters, queries, services
from vesicle.protocols.overlay import Overlay, PlacedPicture
from vesicle.protocols.views.editing import beside
from vesicle.protocols.views.pages import Opened, opened, placed_pictures, require_draft, rights

_SENT = re.compile(r"p(\d{1,18})-alt")


@require_http_methods(["GET", "POST"])
@staff_page(permissions.CHANGE)
def edit_pictures(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Add a picture, change its words or its place, take it off the page."""
    one = opened(request, edition_id)
    if request.method == "GET":
        require_draft(one)
    sent = request.POST.get("what", "") if request.method == "POST" else ""
    adding = forms.PictureForm(
        request.POST if sent == "add" else None, request.FILES if sent == "add" else None, prefix="new"
    )
    page = _arrangement(request, one, is_sent=sent == "arrange")
    status = 200
    if sent == "add":
        status = _add(request, one, adding)
    elif sent == "arrange":
        status = _arrange(request, page)
    if status == 303:
        return redirect("protocols:pictures", edition_id)
    context = {
        "one": one,
        "edition": one.edition,
        "adding": adding,
        "placed": page.rows,
        "revision": page.revision,
        "saved": page.saved,
        "panels": beside(request, one, [adding, *(form for _, form in page.rows)]),
        **rights(request),
    }
    return render(request, "protocols/pictures.html", context, status=status)


@dataclass(slots=True)
class Arrangement:
    """The pictures as a form has them. ``revision`` is what was read, ``saved`` what saving now would change of it."""

    one: Opened
    rows: list[tuple[dict[str, object], forms.PlacedPictureForm]]
    revision: int
    saved: list[presenters.ChangeGroup] | None = None


def _arrangement(request: HttpRequest, one: Opened, *, is_sent: bool) -> Arrangement:
    """Return the pictures that are saved, with what was sent of them; those taken off meanwhile stand there again."""
    sent = [int(found[1]) for name in request.POST if (found := _SENT.fullmatch(name))] if is_sent else []
    there = {placed.picture for placed in one.overlay.pictures}
    known = queries.pictures_of(request.actor, [number for number in sent if number not in there])
    back = (PlacedPicture(picture=row.pk, alt=row.alt[:200], caption=row.caption) for row in known.values())
    listed = (*one.overlay.pictures, *back)
    here = replace(one, overlay=one.overlay.model_copy(update={"pictures": listed}))
    rows = _rows(request, here, sent)
    typed = request.POST.get("revision", "")
    revision = one.edition.revision
    if is_sent:
        revision = int(typed) if typed.isdecimal() and len(typed) < 10 else 0
    return Arrangement(here, rows, revision)


def _rows(
    request: HttpRequest, one: Opened, sent: Collection[int] = ()
) -> list[tuple[dict[str, object], forms.PlacedPictureForm]]:
    """Return the pictures of an edition, each with its form; those whose numbers were sent with what was typed."""
    rows = []
    for place, row in enumerate(placed_pictures(request, one), 1):
        picture = one.overlay.pictures[place - 1]
        initial = {"alt": picture.alt, "caption": picture.caption, "place": place} | picture.crop.model_dump()
        data = request.POST if picture.picture in sent else None
        form = forms.PlacedPictureForm(data, initial=initial, prefix=f"p{picture.picture}")
        rows.append((row | {"number": picture.picture}, form))
    return rows


def _add(request: HttpRequest, one: Opened, form: forms.PictureForm) -> int:
    """Keep a picture and put it last on the page; return the status of the answer.

    It takes nothing of anybody else's away, so it goes onto whatever is saved by now.
    """
    if not form.is_valid():
        return 422
    given = form.cleaned_data
    try:
        row = pictures.add_picture(by=request.actor, upload=given["file"], alt=given["alt"], caption=given["caption"])
        listed = [one_.model_dump() for one_ in one.overlay.pictures if one_.picture != row.pk]
        listed.append({"picture": row.pk, "alt": given["alt"], "caption": given["caption"]})
        _save(request, one, listed, revision=one.edition.revision)
    except Invalid as problem:
        add_problems(form, problem.fields, problem.message)
        return 422
    except Conflict as problem:
        form.add_error(None, f"{problem.message} Choose the file again.")
        return 409
    notices.success(request, "The picture is on the page.")
    return 303


def _arrange(request: HttpRequest, page: Arrangement) -> int:
    """Save words, places and removals of the pictures; return the status of the answer."""
    if any(form.is_bound and not form.is_valid() for _, form in page.rows):
        return 422
    kept = []
    for place, (picture, (_, form)) in enumerate(zip(page.one.overlay.pictures, page.rows, strict=True), 1):
        if not form.is_bound:
            kept.append((place, picture.model_dump()))
        elif not form.cleaned_data["remove"]:
            given = form.cleaned_data
            words = {"picture": picture.picture, "alt": given["alt"], "caption": given["caption"], "crop": form.part}
            kept.append((given["place"], words))
    listed = [words for _, words in sorted(kept, key=lambda each: each[0])]
    try:
        _save(request, page.one, listed, revision=page.revision)
    except Stale:
        # Both people's changes stand in the form; saving it is then a decision, not an accident.
        now = opened(request, page.one.edition.pk)
        typed = Overlay.model_validate(now.overlay.model_dump(exclude_defaults=True) | {"pictures": listed})
        read = queries.words_read(request.actor, now.edition, page.revision) or now.overlay
        both = merging.merged_overlay(read, now.overlay, typed)
        both = now.overlay.model_copy(update={"pictures": both.pictures})
        page.saved, page.revision = presenters.words_groups(now.overlay, both, now.side), now.edition.revision
        page.rows = _rows(request, replace(now, overlay=both))
        return 409
    except Conflict as problem:
        notices.error(request, problem.message)
        return 409
    notices.success(request, "The pictures are saved.")
    return 303


def _save(request: HttpRequest, one: Opened, listed: list[dict[str, object]], *, revision: int) -> None:
    overlay = one.overlay.model_dump(mode="json", exclude_defaults=True) | {"pictures": listed}
    services.change_overlay(
        by=request.actor, edition=one.edition, overlay=overlay, expected_revision=revision, part="pictures"
    )
