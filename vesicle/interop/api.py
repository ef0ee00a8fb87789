"""The REST interface, version 1: what a clinic offers and when it is free. The description is at ``openapi.json``."""

from datetime import date
from typing import Any

from django.http import HttpRequest as DjangoRequest
from django.http import HttpResponse, JsonResponse
from ninja import Field, NinjaAPI, Query, Schema
from ninja.errors import ValidationError

from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.errors import Invalid, VesicleError
from vesicle.core.responses import problem
from vesicle.interop.bookings_api import router
from vesicle.protocols.queries import offered_options
from vesicle.scheduling import queries as scheduling
from vesicle.scheduling.gates import Closed
from vesicle.scheduling.policy import in_force
from vesicle.scheduling.presenters import slot_as_json

api = NinjaAPI(title="Vesicle", version="1", docs_url=None, urls_namespace="api-v1")
api.add_router("", router)


class OptionOut(Schema):
    """A treatment in one modality, as the clinic's approved edition has it."""

    id: str
    title: str
    name: str
    protocol: str
    edition: int
    price_from: int
    currency: str
    areas: list[str]


class SlotOut(Schema):
    """A bookable start with the resources it would take; times carry the location's offset."""

    start: str
    end: str
    provider: str | None
    room: str | None
    device: str | None


class SlotsOut(Schema):
    """Every bookable start of the days asked about."""

    slots: list[SlotOut]


class SlotsIn(Schema):
    """What is asked: location and option by their ids, days as local dates."""

    location: str
    option: str
    first: date = Field(alias="from")
    last: date = Field(alias="to")
    areas: str | None = None
    provider: int | None = None


@api.get("/options", response=list[OptionOut], summary="What the clinic offers")
def options(request: HttpRequest) -> list[dict[str, Any]]:
    """Return every option of the clinic's approved editions."""
    return [
        {
            "id": offer.option.id,
            "title": offer.option.title,
            "name": offer.option.name,
            "protocol": offer.option.version,
            "edition": offer.edition_number,
            "price_from": offer.price_from,
            "currency": offer.option.sections.price.currency,
            "areas": [area.area for area in offer.option.sections.areas],
        }
        for offer in offered_options(request.clinic.pk)
    ]


class PolicyOut(Schema):
    """The cancellation policy in force. ``version`` is what a booking sends as ``policy_accepted``."""

    version: int
    words_en: str
    words_es: str
    late_hours: int


@api.get("/policy", response={200: PolicyOut, 204: None}, summary="What a patient accepts by booking")
def policy(request: HttpRequest) -> HttpResponse:
    """Return the version in force, to be shown and accepted before booking; nothing where the clinic has none."""
    found = in_force(request.clinic.pk, clock.now())
    if found is None:
        return HttpResponse(status=204)
    return JsonResponse(
        {
            "version": found.number,
            "words_en": found.words_en,
            "words_es": found.words_es,
            "late_hours": found.late_hours,
        }
    )


def _areas(asked: SlotsIn) -> list[str]:
    """Return the areas asked about; for a treatment the whole face where none is named."""
    if asked.areas is None:
        return ["full-face"] if "/" in asked.option else []
    return [area.strip() for area in asked.areas.split(",") if area.strip()]


@api.get("/slots", response=SlotsOut, summary="When an option is free")
def slots(request: HttpRequest, asked: Query[SlotsIn]) -> dict[str, Any]:
    """Return every bookable start; ``areas`` is a list separated by commas."""
    found = scheduling.slots(
        request.actor,
        option_id=asked.option,
        areas=_areas(asked),
        location_id=asked.location,
        from_=asked.first,
        to=asked.last,
        provider_id=asked.provider,
        now=clock.now(),
    )
    return {"slots": [slot_as_json(slot) for slot in found]}


@api.exception_handler(VesicleError)
def refused(request: DjangoRequest, error: VesicleError) -> HttpResponse:
    """Answer an expected error as problem+json; a closed gate of booking says which it is and what mends it."""
    if isinstance(error, Closed):
        return problem(error, gate=error.standing.gate, mend=error.standing.mend)
    return problem(error)


@api.exception_handler(ValidationError)
def not_understood(request: DjangoRequest, error: ValidationError) -> HttpResponse:
    """Answer a question that is not well formed, naming each field."""
    fields = {str(row["loc"][-1]): str(row["msg"]) for row in error.errors}
    return problem(Invalid("Some of what you asked cannot be understood.", fields=fields))
