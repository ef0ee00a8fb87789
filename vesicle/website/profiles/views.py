"""Staff pages: who and what is shown on the public pages, and the words about one person or place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from pydantic import ValidationError

from vesicle.clinic import queries as clinic
from vesicle.clinic.queries import latest_day
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Conflict, Invalid, NotFound, Stale
from vesicle.core.languages import name_in_english
from vesicle.people import queries as people
from vesicle.people.access import staff_page
from vesicle.people.forms import add_problems
from vesicle.people.models import Staff
from vesicle.protocols import pictures
from vesicle.protocols import queries as protocols
from vesicle.protocols.hooks import Beside, NotReady
from vesicle.protocols.language_queries import codes
from vesicle.protocols.permissions import CHANGE
from vesicle.website import gate, statement_queries
from vesicle.website.permissions import PUBLISH_PROFILES, WRITE_PROFILES
from vesicle.website.profiles import queries, services, showing
from vesicle.website.profiles.content import Words, both, differences, parsed, typed_words
from vesicle.website.profiles.forms import AgreementForm, ProfileForm
from vesicle.website.statement_views import MOST_TYPED

if TYPE_CHECKING:
    from vesicle.website.models import Profile
    from vesicle.website.profiles.queries import Subject

_DONE = {
    "save": "The draft is saved.",
    "submit": "The draft is saved. An owner or medical director can publish it now.",
    "publish": "It is on the pages now.",
    "discard": "The draft is gone. The pages stay as they are.",
    "restore": "The draft has the earlier words now. Nothing on the pages has changed.",
    "take-down": "It is off the pages.",
    "agree": "The agreement is on record. A portrait that is published is on the pages now.",
    "take-back": "That is on record. No portrait is on the pages.",
}


@staff_page(WRITE_PROFILES)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Who is shown on the public pages, what is said of the locations, and what waits to be published."""
    rows = queries.profiles(request.actor)
    context = {
        "people": showing.rows(people.staff(request.actor), rows),
        "places": showing.rows(clinic.locations(request.actor), rows),
        "languages": [(code, name_in_english(code)) for code in codes()] if request.actor.may(PUBLISH_PROFILES) else [],
    }
    return render(request, "website/profiles/overview.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(WRITE_PROFILES)
def person(request: HttpRequest, staff_id: int) -> HttpResponse:
    """The words about one member of the team."""
    return _edit(request, people.staff_member(request.actor, staff_id), reverse("profiles:person", args=[staff_id]))


@require_http_methods(["GET", "POST"])
@staff_page(WRITE_PROFILES)
def place(request: HttpRequest, location_id: int) -> HttpResponse:
    """The words about one location."""
    return _edit(request, clinic.location(request.actor, location_id), reverse("profiles:place", args=[location_id]))


@require_POST
@staff_page(WRITE_PROFILES)
def check(request: HttpRequest) -> HttpResponse:
    """Judge the words of the form as they are typed; nothing is saved."""
    typed = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    if sum(map(len, typed.values())) > MOST_TYPED:
        raise Invalid("That is more text than can be judged while one types. Save it; it is judged then.")
    return render(request, "website/statements/checked.html", {"beside": _beside(request, typed)})


def _beside(request: HttpRequest, typed: Mapping[str, str]) -> Beside:
    """Return what is said beside each field of words."""
    own = typed_words(typed)
    found = queries.check(request.actor.clinic_id, own, now=clock.now())
    return gate.beside_found(found, [one.place for one in own], url=reverse("profiles:check"))


@dataclass
class _Answer:
    """What became of what was sent: the form as it goes back, what keeps it back, what somebody else saved."""

    form: ProfileForm
    status: int = 200
    not_ready: NotReady | None = None
    refused: str = ""
    saved: list[tuple[str, str]] | None = None


def _edit(request: HttpRequest, subject: Subject, url: str) -> HttpResponse:
    answer = _Answer(_form(request, subject, None))
    if request.method == "POST":
        sent = request.POST.get("do", "save")
        found = _send(request, subject, sent if sent in _DONE else "save")
        if found is None:
            notices.success(request, _DONE.get(sent, _DONE["save"]))
            return redirect(url)
        answer = found
    row = queries.profile_of(request.actor, subject)
    form = answer.form
    typed = {field.html_name: str(field.value() or "") for field in form}
    number = form["picture"].value()
    report = queries.last_report(request.actor, row)
    member = subject if isinstance(subject, Staff) else None
    known = protocols.pictures_of(request.actor, [int(number)]) if str(number or "").isdecimal() else {}
    context = {
        "subject": subject,
        "person": showing.person_facts(subject),
        "row": row,
        "form": form,
        "picture": next(((each, protocols.picture_url(each.sha256)) for each in known.values()), None),
        "panels": [_beside(request, typed)],
        "versions": [(one, showing.told(one.content, subject)) for one in queries.versions(request.actor, row)],
        "may_publish": request.actor.may(PUBLISH_PROFILES),
        "report": report,
        "withdrawn": statement_queries.withdrawn_in(report),
        "unproven": statement_queries.unproven_in(report),
        "said": queries.agreements(request.actor, member) if member else None,
        "agreement": AgreementForm(initial={"said_on": latest_day(request.clinic.pk, clock.now())}),
        "may_agree": member is not None and (request.actor.may(PUBLISH_PROFILES) or request.actor.id == member.pk),
        "not_ready": answer.not_ready,
        "refused": answer.refused,
        "saved": answer.saved,
    }
    return render(request, "website/profiles/edit.html", context, status=answer.status)


def _form(
    request: HttpRequest, subject: Subject, row: Profile | None, *, is_sent: bool = False, words: Words | None = None
) -> ProfileForm:
    row = row or queries.profile_of(request.actor, subject)
    return ProfileForm(
        request.POST.copy() if is_sent else None,
        request.FILES if is_sent else None,
        words=queries.words_of(row, subject) if words is None else words,
        revision=row.revision,
        may_add_pictures=request.actor.may(CHANGE),
    )


def _send(request: HttpRequest, subject: Subject, do: str) -> _Answer | None:
    """Do what was asked for; return what to show where it could not be done."""
    if do in ("save", "submit", "publish"):
        return _write(request, subject, do)
    revision = _number(request, "revision")
    has_words = "read" in request.POST
    try:
        if do in ("agree", "take-back"):
            _portrait(request, subject, do)
            # What was typed and not saved yet came along with the button.
            return _write(request, subject, "keep") if has_words else None
        if do == "restore":
            services.restore(
                by=request.actor, subject=subject, number=_number(request, "version"), expected_revision=revision
            )
        else:
            act = services.discard_draft if do == "discard" else services.take_down
            act(by=request.actor, subject=subject, expected_revision=revision)
    except Invalid as problem:
        form = _form(request, subject, None, is_sent=has_words)
        return _Answer(form, 422, refused=" ".join(problem.fields.values()))
    except Conflict as problem:
        return _Answer(_form(request, subject, None, is_sent=has_words), 409, refused=problem.message)
    return None


def _portrait(request: HttpRequest, subject: Subject, do: str) -> None:
    """Record what somebody says about a portrait of them being public."""
    if not isinstance(subject, Staff):
        raise NotFound("Only a person agrees to a portrait.")
    if do == "take-back":
        services.take_portrait_back(by=request.actor, person=subject)
        return
    form = AgreementForm(request.POST)
    if not form.is_valid():
        raise Invalid("Say on which day.", fields={"said_on": "Say on which day they agreed."})
    services.agree_to_portrait(by=request.actor, person=subject, said_on=form.cleaned_data["said_on"])


def _number(request: HttpRequest, name: str) -> int:
    sent = request.POST.get(name, "")
    return int(sent) if sent.isdecimal() and len(sent) < 10 else 0


def _write(request: HttpRequest, subject: Subject, do: str) -> _Answer | None:
    """Save what was typed, and go on with it; ``keep`` saves it only where it is new.

    It stays in the form where it is refused or somebody else was faster.
    """
    row = queries.profile_of(request.actor, subject)
    form = _form(request, subject, row, is_sent=True)
    if not form.is_valid():
        return _Answer(form, 422)
    try:
        words = form.words(_added(request, form))
        revision = form.cleaned_data["revision"]
        typed = parsed(queries.kind_of(subject), words)
        is_new = typed != queries.words_of(row, subject)
        if do == "save" or is_new or (do != "keep" and row.draft is None):
            revision = services.save_draft(
                by=request.actor, subject=subject, words=words, expected_revision=revision
            ).revision
            if do == "keep":
                notices.success(request, "What you typed is saved as a draft.")
        if do in ("submit", "publish"):
            act = services.submit if do == "submit" else services.publish
            act(by=request.actor, subject=subject, expected_revision=revision)
    except NotReady as problem:
        return _Answer(_form(request, subject, None), 409, not_ready=problem)
    except Invalid as problem:
        add_problems(form, problem.fields, problem.message)
        return _Answer(form, 422)
    except Stale as problem:
        # Both people's changes stand in the form; saving it is then a decision, not an accident.
        now = queries.profile_of(request.actor, subject)
        saved = queries.words_of(now, subject)
        found = both(_read(form, subject, saved), saved, typed)
        again = _form(request, subject, now, words=found)
        return _Answer(again, 409, refused=problem.message, saved=differences(saved, found))
    except Conflict as problem:
        return _Answer(_form(request, subject, None), 409, refused=problem.message)
    return None


def _read(form: ProfileForm, subject: Subject, saved: Words) -> Words:
    """Return what was saved when the form was opened; what is saved now for a form that does not say it."""
    try:
        return parsed(queries.kind_of(subject), form.cleaned_data.get("read"))
    except ValidationError:
        return saved


def _added(request: HttpRequest, form: ProfileForm) -> int | None:
    """Keep the picture that was chosen and return its number. It need not be chosen again where the rest is refused."""
    if form.upload is None:
        return None
    row = pictures.add_picture(by=request.actor, upload=form.upload, alt=form.cleaned_data["alt"])
    form.data["picture"] = str(row.pk)  # type: ignore[index]  # a copy, made to be changed
    return row.pk
