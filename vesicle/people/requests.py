"""The request as this room's views receive it."""

from typing import Any

from django.http import HttpRequest as DjangoRequest
from django_htmx.middleware import HtmxDetails

from vesicle.core.actor import Actor


class HttpRequest(DjangoRequest):
    """A request whose actor is known. What a clinic is, only rooms above know (``clinic.requests``)."""

    actor: Actor
    clinic: Any
    htmx: HtmxDetails
    language: str
