"""What a draft's words were before: every saved state, any two compared, an earlier one brought back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from vesicle.clinic.requests import HttpRequest
from vesicle.core.errors import Conflict, Invalid, NotFound
from vesicle.people.access import staff_page
from vesicle.protocols import permissions, presenters, queries, services
from vesicle.protocols.overlay import Overlay
from vesicle.protocols.side_by_side import side_by_side
from vesicle.protocols.views.pages import Opened, opened, rights

if TYPE_CHECKING:
    from datetime import datetime

    from vesicle.protocols.models import Edition, EditionWords


@dataclass(frozen=True, slots=True)
class State:
    """Words that can be compared and brought back: ``key`` names them in addresses."""

    key: str
    label: str
    overlay: dict[str, Any]
    part: str = ""
    by: str = ""
    at: datetime | None = None
    is_now: bool = False


@require_http_methods(["GET", "POST"])
@staff_page(permissions.SEE)
def words(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Every saved state of an edition's words, two of them compared; bring one back into the draft."""
    one = opened(request, edition_id)
    if request.method == "POST":
        _bring_back(request, one)
        return redirect("protocols:earlier-words", edition_id)
    saved = [_saved(row, is_now=not place) for place, row in enumerate(queries.words_saved(request.actor, one.edition))]
    others = [
        _of_edition(row) for row in queries.editions(request.actor, one.edition.treatment) if row.pk != one.edition.pk
    ]
    states = {state.key: state for state in (*saved, *others)}
    # Unasked, it is what the last save changed.
    after = states.get(request.GET.get("after", ""), saved[0])
    before = states.get(request.GET.get("before", ""), (saved[1:] or saved)[0])
    old, new = (Overlay.model_validate(each.overlay) for each in (before, after))
    lines, same = side_by_side(old, new, one.released)
    context = {
        "one": one,
        "edition": one.edition,
        "saved": saved,
        "others": others,
        "before": before,
        "after": after,
        "groups": presenters.words_groups(old, new, one.side),
        "lines": lines,
        "same": same,
        "may_restore": one.edition.status == "draft" and request.actor.may(permissions.CHANGE),
        **rights(request),
    }
    return render(request, "protocols/earlier_words.html", context)


def _saved(row: EditionWords, *, is_now: bool) -> State:
    label = "As it is now" if is_now else f"Revision {row.revision}"
    return State(f"r{row.revision}", label, row.overlay, row.part, row.saved_by.name, row.saved_at, is_now)


def _of_edition(row: Edition) -> State:
    return State(f"e{row.pk}", f"Edition {row.number}", row.overlay, row.get_status_display().lower())


def _bring_back(request: HttpRequest, one: Opened) -> None:
    key, revision = request.POST.get("to", ""), _number(request.POST.get("revision", ""))
    try:
        if key.startswith("e"):
            other = queries.edition(request.actor, _number(key[1:]))
            services.restore_words(by=request.actor, edition=one.edition, of=other, expected_revision=revision)
        else:
            number = _number(key[1:])
            services.restore_words(by=request.actor, edition=one.edition, revision=number, expected_revision=revision)
        notices.success(request, "These words are in the draft again. What they replaced stays in the list.")
    except Invalid as problem:
        notices.error(request, " ".join((problem.message, *problem.fields.values())))
    except (Conflict, NotFound) as problem:
        notices.error(request, problem.message)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0
