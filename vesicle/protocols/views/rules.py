"""The rules: each a sentence, its condition as rows; added, replaced, left out for one way of giving the treatment."""

from __future__ import annotations

import copy
import re
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from vesicle.clinic.requests import HttpRequest
from vesicle.core.errors import NotFound
from vesicle.people.access import staff_page
from vesicle.protocols import permissions
from vesicle.protocols.editor import places
from vesicle.protocols.editor.page import Spot
from vesicle.protocols.editor.places import Place
from vesicle.protocols.editor.sentences import rule_sentence, said_otherwise
from vesicle.protocols.editor.shape import Shape, protocol_shape
from vesicle.protocols.schema import Rule
from vesicle.protocols.views.text import Asked, Draft, drafted, edited, frame, saved

_A_RULE = re.compile(r"(modalities\.[0-9]+\.)?rules\.[0-9]+")


@require_safe
@staff_page(permissions.CHANGE_TEXT)
def all_rules(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Every rule as a sentence: those of every way, then what each way has of its own or leaves out."""
    draft = drafted(request, edition_id)
    shared, *modalities = draft.places
    context = {
        "shared": shared,
        "base": [_line(rule) for rule in draft.content.get("rules", ())],
        "modalities": [_of_modality(draft, place) for place in modalities],
        **frame(request, draft),
    }
    return render(request, "protocols/rules.html", context)


def _line(rule: dict[str, Any]) -> dict[str, Any]:
    read = Rule.model_validate(rule)
    return {"id": read.id, "sentence": rule_sentence(read), "patient": read.patient, "doubt": said_otherwise(read)}


def _of_modality(draft: Draft, place: Place) -> dict[str, object]:
    holder = place.holder(draft.content)
    base = {rule["id"]: _line(rule) for rule in draft.content.get("rules", ())}
    own = [_line(rule) | {"replaces": rule["id"] in base} for rule in holder.get("rules", ())]
    out = {one["rule"]: one["because"] for one in holder.get("without_rules", ())}
    mine = {line["id"] for line in own}
    return {
        "place": place,
        "own": own,
        "out": [line | {"because": out[id_]} for id_, line in base.items() if id_ in out],
        "inherited": [line for id_, line in base.items() if id_ not in out and id_ not in mine],
        "combines": [one["option"] for one in holder.get("combines", ())],
    }


@require_http_methods(["GET", "POST"])
@staff_page(permissions.CHANGE_TEXT)
def add(request: HttpRequest, edition_id: int, place: str) -> HttpResponse:
    """Write a new rule."""
    draft = drafted(request, edition_id)
    here = draft.place(place)
    index = len(here.holder(draft.content).get("rules", ()))
    spot = Spot(f"{here.prefix}rules.{index}", rule_shape())
    return edited(request, _page(draft, here, spot, "A new rule", {"is_new": True}))


@require_http_methods(["GET", "POST"])
@staff_page(permissions.CHANGE_TEXT)
def edit(request: HttpRequest, edition_id: int, place: str, rule: str) -> HttpResponse:
    """Change a rule, take it away, replace it for one way, leave it out there with a reason, or let it apply again."""
    draft = drafted(request, edition_id)
    here = draft.place(place)
    holder = here.holder(draft.content)
    listed: list[dict[str, Any]] = list(holder.get("rules", ()))
    index = next((i for i, one in enumerate(listed) if one["id"] == rule), None)
    base = next((one for one in draft.content.get("rules", ()) if one["id"] == rule), None)
    if index is None and (here.is_shared or base is None):
        raise NotFound("There is no such rule here. Choose one of the list.")
    out = next((one for one in holder.get("without_rules", ()) if one["rule"] == rule), None)
    at = len(listed) if index is None else index
    spot = Spot(f"{here.prefix}rules.{at}", rule_shape())
    facts = {
        "is_own": index is not None,
        "out": out,
        "base": _line(base) if base is not None and not here.is_shared else None,
        "replacing": index is None and ("replace" in request.GET or request.method == "POST"),
        "sentence": _line(listed[index] if index is not None else base or {})["sentence"],
    }
    page = _page(draft, here, spot, f"Rule {rule}", facts)
    match request.POST.get("do", ""):
        case "take-away":
            rules = [one for one in listed if one["id"] != rule]
            values: dict[str, Any] = {"rules": rules or None}
        case "leave-out":
            kept = [one for one in holder.get("without_rules", ()) if one["rule"] != rule]
            because = {"rule": rule, "because": request.POST.get("because", "").strip()}
            own = [one for one in listed if one["id"] != rule]
            values = {"without_rules": [*kept, because], "rules": own or None}
        case "apply-again":
            kept = [one for one in holder.get("without_rules", ()) if one["rule"] != rule]
            values = {"without_rules": kept or None}
        case _:
            if index is None and base is not None:
                # A rule of one's own under the same id replaces the base rule; it begins as that.
                page.start = places.with_fields(draft.content, here, {"rules": [*listed, base]})
            return edited(request, page, _moved(request.POST, spot.name))
    content = places.with_fields(draft.content, here, values)
    if request.POST.get("do") == "take-away":
        content = _without_mention(content, rule)
    return saved(request, draft, content, f"Rule {rule}, {here.label}", or_else=page, back=page.back)


def _without_mention(content: dict[str, Any], rule: str) -> dict[str, Any]:
    """Return a text whose exam no longer names a rule that nothing has any more; the comparison shows it."""
    holders = [content, *content["modalities"]]
    if any(one["id"] == rule for holder in holders for one in holder.get("rules") or ()):
        return content
    content = copy.deepcopy(content)
    for holder in [content, *content["modalities"]]:
        for item in holder.get("exam") or ():
            decides = item.get("decides", {})
            if rule in decides.get("rules", ()):
                decides["rules"] = [name for name in decides["rules"] if name != rule]
    return content


def _moved(sent: QueryDict, name: str) -> QueryDict:
    """Return what was sent under the place the rule has now: somebody may have taken away one before it meanwhile."""
    before = next((one for one in sent.getlist("also") if _A_RULE.fullmatch(one)), name)
    if before == name:
        return sent
    moved = QueryDict(mutable=True)
    for key, values in sent.lists():
        own = key == before or key.startswith(f"{before}.")
        moved.setlist(f"{name}{key.removeprefix(before)}" if own else key, values)
    moved["do"] = sent.get("do", "save").replace(f":{before}.", f":{name}.")
    return moved


def _page(draft: Draft, here: Place, spot: Spot, title: str, facts: dict[str, object]) -> Asked:
    context = {"place": here, "title": title, **facts}
    back = reverse("protocols:rules", args=[draft.one.edition.pk])
    return Asked(draft, draft.content, [spot], context, "protocols/rule.html", f"{title}, {here.label}", back)


def rule_shape() -> Shape:
    """Return the shape of one rule, in the order one thinks of it."""
    parts = {part.key: part for part in protocol_shape().part("rules").parts}
    first = ("when", "effect", "wait", "patient", "clinician", "cleared_by", "refs", "basis")
    order = [*(parts[key] for key in first if key in parts), *(part for key, part in parts.items() if key not in first)]
    return Shape("rule", "group", "Rule", needed=True, parts=tuple(order))
