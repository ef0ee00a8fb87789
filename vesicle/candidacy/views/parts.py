"""What the pages of questions and results share."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext

from vesicle.candidacy import queries
from vesicle.candidacy.domain import in_words
from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock, languages
from vesicle.core.errors import Invalid
from vesicle.core.languages import told
from vesicle.protocols.translating import bank_in

View = Callable[..., HttpResponse]


def private(view: View) -> View:
    """Show a page that the holder of a link may see: never kept, never indexed, kind where the link leads nowhere."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with clinic_time(request):
                response = view(request, *args, **kwargs)
        except queries.ScreeningGone as gone:
            response = render(request, "candidacy/gone.html", {"message": gone.message}, status=404)
        add_never_cache_headers(response)
        if "token" in kwargs:  # the first question is for everybody; what is behind a link is not
            response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


def in_clinic_time(view: View) -> View:
    """Show a page's days and hours as the clinic's clock has them."""

    @wraps(view)
    def timed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with clinic_time(request):
            return view(request, *args, **kwargs)

    return timed


def clinic_time(request: HttpRequest) -> AbstractContextManager[None]:
    """Show days and hours as the clinic's clock has them, while inside."""
    return timezone.override(ZoneInfo(queries.zone(request.actor.clinic_id)))


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, even if it is nothing; ``None`` when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def screening_of(request: HttpRequest, token: str) -> queries.Screening:
    """Return the screening a link opens. Raises ``ScreeningGone``."""
    return queries.screening_by_token(request.actor, token, now=clock.now())


def day_of(request: HttpRequest) -> date:
    """Return today as the clinic counts it."""
    return queries.clinic_day(request.actor.clinic_id, clock.now())


def is_up_to_date(screening: queries.Screening, told: queries.Said) -> bool:
    """Return whether nothing has been said since the verdicts were made."""
    last = max(told.at.values(), default=None)
    return screening.completed_at is not None and (last is None or last <= screening.completed_at)


def area_names(screening: queries.Screening) -> str:
    """Return the areas in question, in words."""
    known = bank_in(languages.active()).areas
    return told(in_words([known[area].name for area in screening.areas if area in known] or [gettext("none")]))


def concern_names(screening: queries.Screening) -> str:
    """Return what the person would like to change, in words."""
    known = bank_in(languages.active()).concerns
    names = [known[concern].name for concern in screening.concerns if concern in known]
    return told(in_words(names)) if names else ""


def for_people(refused: Invalid) -> dict[str, str]:
    """Return a service's refusals as sentences that can stand beside a field."""
    return {field: gettext("This %(fault)s") % {"fault": told(words)} for field, words in refused.fields.items()}
