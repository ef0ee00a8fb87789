"""What the pages of patients and staff have in common: the list, one photograph, one look through the camera."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Blocked, Conflict, Invalid
from vesicle.core.responses import wants_json
from vesicle.results.capture import queries, services, wording
from vesicle.results.capture.domain import Shot
from vesicle.results.capture.forms import CaptureForm
from vesicle.results.capture.queries import Session

if TYPE_CHECKING:
    from vesicle.results.models import FollowUp
    from vesicle.treatment.models import Encounter

NO_CARD = "There is no color or gray card: colors are relative to untreated skin of the same photo."


@dataclass(frozen=True, slots=True)
class Door:
    """Who comes in, and the addresses and templates of their side: a patient's private page or the staff's desk."""

    actor: Actor
    encounter: "Encounter"
    list_template: str
    template: str
    list_url: str
    url_of: Callable[[Shot], str]
    look_url_of: Callable[[Shot], str]
    picture_url_of: Callable[[int], str]
    follow_up: "FollowUp | None" = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One photograph in the list of those asked for."""

    title: str
    url: str
    taken: int
    kept_only: int
    is_done: bool
    is_current: bool


def _rows(door: Door, session: Session, current: Shot | None) -> list[Row]:
    return [
        Row(
            wording.title(shot),
            door.url_of(shot),
            session.taken.get(shot, 0),
            session.kept_only.get(shot, 0),
            session.taken.get(shot, 0) >= session.wanted,
            shot == current,
        )
        for shot in session.asked
    ]


@dataclass(frozen=True, slots=True)
class Kept:
    """One photograph that is kept, for the staff's list: what it shows, and why it is not measured."""

    photo_id: int
    title: str
    taken_at: datetime
    by: str
    is_for_measuring: bool
    because: str
    problems: tuple[str, ...]
    px_per_mm: float | None


def _kept(door: Door, session: Session) -> list[Kept]:
    rows = [one for one in queries.captures_of(door.actor, door.encounter) if one.photo.week == session.week]
    return [
        Kept(
            row.photo_id,
            wording.title(Shot(row.photo.view, row.photo.area)),
            row.photo.taken_at,
            row.photo.by_name,
            row.is_for_measuring,
            row.kept_because,
            tuple(problem["sentence"] for problem in row.quality["problems"]),
            row.quality["facts"].get("px_per_mm"),
        )
        for row in rows
    ]


def listed(request: HttpRequest, door: Door) -> HttpResponse:
    """Show which photographs are asked for, and how far it is."""
    session = queries.session(door.actor, door.encounter, now=clock.now())
    context = _context(door, session, None) | {
        "next_url": door.url_of(session.next) if session.next else "",
        "kept": [] if door.actor.is_patient else _kept(door, session),
    }
    return render(request, door.list_template, context)


def one(request: HttpRequest, door: Door, key: str) -> HttpResponse:
    """Take one photograph: camera and guide, or a file. What is refused says why and keeps what was typed."""
    now = clock.now()
    shot = queries.shot_of(door.encounter, key)
    form = CaptureForm(
        request.POST or None,
        request.FILES or None,
        is_staff=not door.actor.is_patient,
        initial={"skin": queries.skin_just_said(door.actor, door.encounter, now=now)},
    )
    if request.method == "POST":
        said = _keep(door, shot, form) if form.is_valid() else ""
        if said:
            messages.success(request, said)
            session = queries.session(door.actor, door.encounter, now=now)
            onward = door.url_of(session.next) if session.next else door.list_url
            return JsonResponse({"next": onward}) if wants_json(request) else redirect(onward)
        if wants_json(request):
            problems = {name: [str(one) for one in errors] for name, errors in form.errors.items()}
            return JsonResponse({"problems": problems}, status=422)
    session = queries.session(door.actor, door.encounter, now=now)
    context = _context(door, session, shot) | {"form": form}
    return render(request, door.template, context, status=422 if form.errors else 200)


def _context(door: Door, session: Session, shot: Shot | None) -> dict[str, object]:
    context: dict[str, object] = {
        "door": door,
        "encounter": door.encounter,
        "session": session,
        "rows": _rows(door, session, shot),
        "key": door.key,
        "most_bytes": settings.PHOTO_MAX_BYTES,
    }
    if shot is None:
        return context
    before = queries.earlier(door.actor, door.encounter, shot)
    return context | {
        "shot": shot,
        "title": wording.title(shot),
        "how": wording.how(shot),
        "look_url": door.look_url_of(shot),
        "before": before,
        "before_url": door.picture_url_of(before.pk) if before else "",
        "number": session.taken.get(shot, 0) + 1,
    }


def _keep(door: Door, shot: Shot, form: CaptureForm) -> str:
    """Keep a photograph; return what to say, or put what is wrong on the form and return nothing."""
    data = form.cleaned_data
    try:
        capture = services.keep(
            by=door.actor,
            encounter=door.encounter,
            shot=shot,
            upload=data["photo"],
            skin=data["skin"],
            because=data.get("because", ""),
            follow_up=door.follow_up,
            now=clock.now(),
        )
    except services.NotMeasurable as refused:
        for sentence in refused.sentences:
            form.add_error("photo", sentence)
    except Invalid as error:
        for name, problem in (error.fields or {"photo": error.message}).items():
            form.add_error(name if name in form.fields else None, problem)
    except (Conflict, Blocked) as error:
        form.add_error("photo", error.message)
    else:
        title = wording.title(shot)
        if capture.is_for_measuring:
            return _("%(view)s: kept.") % {"view": title}
        return _("%(view)s: kept for documentation, not for measuring.") % {"view": title}
    return ""


def look(request: HttpRequest, door: Door, key: str) -> HttpResponse:
    """Say what is wrong with what the camera sees now. Nothing is stored."""
    frame = request.FILES.get("frame")
    width = request.POST.get("width", "")
    if frame is None or not width.isdigit() or not 200 <= int(width) <= 20_000:
        raise Invalid(_("This is no frame of a camera."), code="no-frame")
    shot = queries.shot_of(door.encounter, key)
    found = services.look(by=door.actor, encounter=door.encounter, shot=shot, frame=frame, width=int(width))
    hints = [] if found.has_card or door.actor.is_patient else [NO_CARD]
    return JsonResponse({"passes": not found.sentences, "says": list(found.sentences), "hints": hints})
