"""Editing the protocol itself: what it is made of, and one section after another, without a line of YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages as notices
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from vesicle.clinic.requests import HttpRequest
from vesicle.core.errors import Conflict, Invalid, NotFound, Stale
from vesicle.people.access import staff_page
from vesicle.protocols import permissions, presenters, queries, services
from vesicle.protocols.bank import load_bank
from vesicle.protocols.editor import places
from vesicle.protocols.editor.page import Spot, TextPage
from vesicle.protocols.editor.places import Place
from vesicle.protocols.views.pages import Opened, opened, require_draft, rights


@dataclass(slots=True)
class Draft:
    """A draft whose text is being edited."""

    one: Opened
    content: dict[str, Any]
    places: tuple[Place, ...]
    options: frozenset[str] = field(default_factory=frozenset)

    def place(self, key: str) -> Place:
        """Return a place of the text. Raises ``NotFound``."""
        found = next((place for place in self.places if place.key == key), None)
        if found is None:
            raise NotFound("This protocol is not given in that way. Choose one of its list.")
        return found


def drafted(request: HttpRequest, edition_id: int) -> Draft:
    """Return the draft to be edited. Raises ``NotFound``, and ``Conflict`` for an edition that is no draft."""
    one = opened(request, edition_id)
    require_draft(one)
    content = services.start_text(one.edition)
    names = frozenset(queries.known_options() | {option.id for option in one.released})
    return Draft(one, content, places.places(content), names)


@require_safe
@staff_page(permissions.CHANGE_TEXT)
def contents(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Everything a protocol says, section by section, and what is the clinic's own."""
    draft = drafted(request, edition_id)
    groups = [(heading, [_row(draft, section) for section in sections]) for heading, sections in places.groups()]
    context = {"groups": groups, "shared": draft.places[0], **frame(request, draft)}
    return render(request, "protocols/text.html", context)


def _cells(draft: Draft, section: str) -> list[tuple[Place, str]]:
    shown = [(place, places.standing_at(draft.content, place, section)) for place in draft.places]
    found = [(place, standing) for place, standing in shown if standing != "absent"]
    # What nobody says yet can be written for all.
    return found or shown[:1]


def _row(draft: Draft, section: str) -> dict[str, object]:
    return {"section": section, "title": places.title_of(section), "cells": _cells(draft, section)}


@require_http_methods(["GET", "POST"])
@staff_page(permissions.CHANGE_TEXT)
def section(request: HttpRequest, edition_id: int, place: str, section: str) -> HttpResponse:
    """One section at one place: its fields, or that it is inherited from the treatment."""
    draft = drafted(request, edition_id)
    here = draft.place(place)
    if section not in places.sections():
        raise NotFound("A protocol has no such section. Choose one of its list.")
    fields = places.fields_of(here, section)
    standing = places.standing_at(draft.content, here, section)
    title = places.title_of(section)
    context = {
        "place": here,
        "title": title,
        "standing": standing,
        "is_optional": standing == "own" and section != places.IDENTITY,
        "is_inheritable": draft.content.get(section) is not None and not here.is_shared,
        "elsewhere_too": [other for other in draft.places if other != here],
        "section": section,
    }
    if request.POST.get("do") == "hand-back":
        values: dict[str, Any] = dict.fromkeys(fields)
        content = places.with_fields(draft.content, here, values)
        return saved(
            request, draft, content, f"{title}, {here.label}", or_else=_asked_page(draft, here, fields, context)
        )
    if request.method == "GET" and standing != "own" and "own" not in request.GET:
        return render(request, "protocols/section.html", {"page": None, **context, **frame(request, draft)})
    spots = [Spot(f"{here.prefix}{name}", here.shape(name)) for name in fields]
    start = draft.content
    if standing == "inherited":
        # A section of one's own begins as what it was inherited to be.
        start = places.with_fields(draft.content, here, {name: draft.content.get(name) for name in fields})
    asked = Asked(draft, start, spots, context, "protocols/section.html", f"{title}, {here.label}")
    return edited(request, asked)


def _asked_page(draft: Draft, here: Place, fields: tuple[str, ...], context: Mapping[str, object]) -> Asked:
    spots = [Spot(f"{here.prefix}{name}", here.shape(name)) for name in fields]
    return Asked(draft, draft.content, spots, context, "protocols/section.html", "")


@dataclass(slots=True)
class Asked:
    """A page of the editor: the spots it edits, the text it starts from, how it is shown and what it is called."""

    draft: Draft
    start: dict[str, Any]
    spots: list[Spot]
    context: Mapping[str, object]
    template: str
    part: str
    back: str = ""


def edited(request: HttpRequest, asked: Asked, moved: QueryDict | None = None) -> HttpResponse:
    """Show the fields; check, change or save what was sent. Nothing typed is lost when it is refused.

    ``moved`` is what was sent, where its names had to follow a rule to another place.
    """
    posted = request.POST if moved is None else moved
    spots = [*asked.spots, *_spots_named(asked.draft, posted.getlist("also"), asked.spots)]
    sent = posted if request.method == "POST" else None
    page = TextPage(asked.start, spots, asked.draft.options, sent)
    if sent is None:
        return _shown(request, asked, page)
    edition = asked.draft.one.edition
    if "check" in request.GET:
        page.tell(_problems(edition, page.content))
        return render(request, "protocols/_checked.html", {"page": page, **_links(asked.draft, page)})
    brought = _spots_named(asked.draft, request.POST.getlist("bring"), spots)
    if brought:
        page.bring(brought)
        page.tell(_problems(edition, page.content))
        return _shown(request, asked, page, is_changed=True)
    verb, _, name = posted.get("do", "save").partition(":")
    if verb == "save":
        return _save(request, asked, page)
    name, _, what = name.partition(":")
    shown = page.act(verb, name, what) if verb in ("add", "remove", "up", "down") else name
    page.tell(_problems(edition, page.content))
    return _shown(request, asked, page, is_changed=True, opened_entry=shown)


def _spots_named(draft: Draft, names: list[str], taken: list[Spot]) -> list[Spot]:
    """Return the spots of other sections that a form brought along to be mended together."""
    found = []
    for name in dict.fromkeys(names):
        for place in draft.places:
            field_ = name.removeprefix(place.prefix) if name.startswith(place.prefix) else ""
            known = field_ and "." not in field_ and places.section_of(field_) != "rules"
            if known and field_ not in ("modalities", "id", "version", "format", "released"):
                try:
                    shape = place.shape(field_)
                except KeyError:
                    continue
                if not any(spot.name == name for spot in taken):
                    label = f"{places.title_of(places.section_of(field_))}: {place.label}"
                    found.append(Spot(name, shape, label))
    return found


def _problems(edition: Any, content: dict[str, Any]) -> dict[str, str]:
    _, _, problems = services.examine(edition, content)
    return services.TextRefused(problems).fields


def _save(request: HttpRequest, asked: Asked, page: TextPage) -> HttpResponse:
    problems = _problems(asked.draft.one.edition, page.content)
    if problems:
        page.tell(problems)
        return _shown(request, asked, page, is_changed=True, status=422)
    try:
        services.change_protocol(
            by=request.actor,
            edition=asked.draft.one.edition,
            content=page.tidied(),
            expected_revision=_revision(request),
            part=asked.part[:200],
        )
    except Stale as problem:
        # Saving again is then a decision: what was typed here replaces these fields of what is saved now.
        return _shown(request, asked, page, is_changed=True, stale=problem.message, status=409)
    except Invalid as problem:
        page.tell(problem.fields)
        return _shown(request, asked, page, is_changed=True, status=422)
    notices.success(request, f"Saved: {asked.part}. The draft is in order.")
    return redirect(asked.back or request.path)


def saved(
    request: HttpRequest, draft: Draft, content: dict[str, Any], part: str, *, or_else: Asked, back: str = ""
) -> HttpResponse:
    """Save a text as it is and go back; what is refused is shown on the page ``or_else``."""
    try:
        services.change_protocol(
            by=request.actor,
            edition=draft.one.edition,
            content=content,
            expected_revision=_revision(request),
            part=part[:200],
        )
    except Invalid as problem:
        page = TextPage(draft.content, or_else.spots, draft.options)
        page.elsewhere = problem.fields
        return _shown(request, or_else, page, status=422, stale=problem.message)
    except Conflict as problem:
        notices.error(request, problem.message)
        return redirect(back or request.path)
    notices.success(request, f"Saved: {part}. The draft is in order.")
    return redirect(back or request.path)


def _revision(request: HttpRequest) -> int:
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _shown(
    request: HttpRequest,
    asked: Asked,
    page: TextPage,
    *,
    is_changed: bool = False,
    opened_entry: str = "",
    stale: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "page": page,
        "is_changed": is_changed,
        "opened_entry": opened_entry,
        "stale": stale,
        # What was opened is what was read: only the warning that somebody was faster moves it on.
        "revision": _revision(request) if request.method == "POST" and not stale else asked.draft.one.edition.revision,
        "sources": [(one.key, one.citation) for one in load_bank().references.values()],
        "part": asked.part,
        **asked.context,
        **_links(asked.draft, page),
        **frame(request, asked.draft),
    }
    # A part of the page that htmx asked for is shown as it is, whatever is wrong with it.
    if getattr(request, "htmx", False):
        return render(request, "protocols/_editor.html", context)
    return render(request, asked.template, context, status=status)


def _links(draft: Draft, page: TextPage) -> dict[str, object]:
    """Return the problems of other sections, each with the page that mends it and the name to bring it here by."""
    found = []
    for where, words in page.elsewhere.items():
        place, field_ = _place_of(draft, where)
        section_ = places.section_of(field_)
        is_rule = section_ == "rules"
        found.append(
            {
                "words": words,
                "title": "Rules" if is_rule else places.title_of(section_),
                "place": place.label,
                "where": where,
                "name": "" if is_rule else f"{place.prefix}{field_}",
                "url": reverse("protocols:rules", args=[draft.one.edition.pk])
                if is_rule
                else reverse("protocols:section", args=[draft.one.edition.pk, place.key, section_]),
            }
        )
    also = dict.fromkeys(str(one["name"]) for one in found if one["name"])
    return {"elsewhere": found, "also_names": list(also), "also": [spot.name for spot in page.spots]}


def _place_of(draft: Draft, where: str) -> tuple[Place, str]:
    """Return the place and the field that a problem speaks of: ``modalities[1].timing`` is the second's timing."""
    words = where.replace("[", ".").replace("]", "")
    for place in reversed(draft.places):
        if words.startswith(place.prefix):
            field_ = words.removeprefix(place.prefix).split(".")[0]
            return place, field_ if field_ != "modalities" else places.IDENTITY
    return draft.places[0], words.split(".")[0]


def frame(request: HttpRequest, draft: Draft) -> dict[str, object]:
    """Return what every page of the editor shows: the draft, what differs from the release, previews."""
    one = draft.one
    return {
        "one": one,
        "edition": one.edition,
        "own_changes": presenters.own_changes(one.edition, one.side),
        "previews": presenters.previews(one.edition, one.released),
        **rights(request),
    }
