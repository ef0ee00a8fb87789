"""Booking for other programs: make, read, complete, move and cancel an appointment."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

from django.http import JsonResponse
from ninja import Field, Header, Router, Schema
from pydantic import AwareDatetime

from vesicle.clinic.requests import HttpRequest
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Invalid, JustTaken, NotPermitted
from vesicle.core.responses import problem
from vesicle.interop import queries, services
from vesicle.interop.domain import LONGEST_KEY, Wish
from vesicle.interop.presenters import appointment_as_json
from vesicle.scheduling.presenters import slot_as_json

if TYPE_CHECKING:
    from vesicle.scheduling.models import Appointment

router = Router(tags=["appointments"])
KEY_HEADER = "Idempotency-Key"


class PatientIn(Schema):
    """Who comes. Somebody with the same name, date of birth and address is recognized; else they are registered."""

    first_name: str = Field(examples=["Ada"])
    last_name: str = Field(examples=["Vance"])
    date_of_birth: date = Field(examples=["1985-04-02"])
    email: str = Field("", examples=["ada@example.com"])
    phone: str = Field("", examples=["+1 555 010 0123"])
    language: str = Field("en", examples=["en"])


class AppointmentIn(Schema):
    """What to book. Without ``patient`` the time is held for ten minutes, to be completed with one."""

    location: str = Field(description="The location's short name, as in the question for slots.")
    option: str = Field(description="An option's id, or the short name of a visit that treats nothing.")
    start: AwareDatetime = Field(description="A start that the slots answered, with its offset.")
    areas: list[str] = Field([], description="Areas to treat; none for a visit that treats nothing.")
    provider: str | None = Field(None, description="By name, as a slot says it; any provider where left out.")
    room: str | None = Field(None, description="By name; any room where left out.")
    device: str | None = Field(None, description="By name; any device where left out.")
    patient: PatientIn | None = None
    screening: str | None = Field(None, description="The screening's private token, where a treatment asks for one.")
    note: str = Field("", max_length=500)
    policy_accepted: int | None = Field(
        None, description="The version of the cancellation policy that the patient accepted, where the clinic has one."
    )


class AppointmentOut(Schema):
    """An appointment: ``held`` until ``held_until``, ``booked``, ``cancelled`` … Times carry the location's offset."""

    id: int
    state: str
    option: str
    location: str
    start: str
    end: str
    provider: str | None
    room: str | None
    device: str | None
    held_until: str | None


class SlotAlternative(Schema):
    """A free start near the one that was asked for."""

    start: str
    provider: str | None
    room: str | None
    device: str | None


class ProblemOut(Schema):
    """What was wrong (RFC 9457). ``alternatives`` where a time is taken, ``fields`` where something is not right."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    fields: dict[str, str] | None = None
    reasons: list[str] | None = None
    alternatives: list[SlotAlternative] | None = None


class MoveIn(Schema):
    """Where to move an appointment."""

    start: AwareDatetime
    provider: str | None = None


_PROBLEMS = {409: ProblemOut, 422: ProblemOut}
Key = Annotated[
    str,
    Header(alias=KEY_HEADER, description="Text of your own, up to 80 characters: a retry with it never books twice."),
]


@router.post("/appointments", response={201: AppointmentOut, **_PROBLEMS}, summary="Book a time, or hold it")
def make(request: HttpRequest, asked: AppointmentIn, key: Key = "") -> JsonResponse:
    """Book in one step; 409 with what is free when the time is taken, 422 for what is not right."""
    by = _program(request)
    if not 1 <= len(key) <= LONGEST_KEY:
        message = f"Send a header {KEY_HEADER} with a text of your own, up to {LONGEST_KEY} characters."
        raise Invalid(message, fields={KEY_HEADER: "1 to 80 characters; the same one for every retry."})
    now = clock.now()
    wish = Wish(
        option_id=asked.option,
        location=asked.location,
        start=asked.start,
        areas=tuple(asked.areas),
        names={kind: name for kind in ("provider", "room", "device") if (name := getattr(asked, kind))},
    )
    try:
        made = services.make(
            by=by,
            wish=wish,
            person=asked.patient.dict() if asked.patient else None,
            screening_token=asked.screening,
            note=asked.note,
            policy_accepted=asked.policy_accepted,
            key=key,
            now=now,
        )
    except JustTaken as taken:
        return _taken(taken, by, wish, now)
    return _answer(made, status=201)


@router.get("/appointments/{appointment_id}", response=AppointmentOut, summary="Read an appointment")
def read(request: HttpRequest, appointment_id: int) -> JsonResponse:
    """Return one of the appointments made with the same key."""
    return _answer(queries.appointment(_known(request), appointment_id))


@router.post(
    "/appointments/{appointment_id}/patient",
    response={200: AppointmentOut, **_PROBLEMS},
    summary="Complete a held time with a patient",
)
def complete(
    request: HttpRequest, appointment_id: int, patient: PatientIn, policy_accepted: int | None = None
) -> JsonResponse:
    """Turn a hold into a booking; doing it again returns the booking."""
    made = services.complete(
        by=_known(request),
        appointment_id=appointment_id,
        person=patient.dict(),
        policy_accepted=policy_accepted,
        now=clock.now(),
    )
    return _answer(made)


@router.post(
    "/appointments/{appointment_id}/move", response={200: AppointmentOut, **_PROBLEMS}, summary="Move an appointment"
)
def move(request: HttpRequest, appointment_id: int, asked: MoveIn) -> JsonResponse:
    """Move a booking: the old time is given back only if the new one is taken."""
    by, now = _known(request), clock.now()
    try:
        moved = services.move(by=by, appointment_id=appointment_id, start=asked.start, provider=asked.provider, now=now)
    except JustTaken as taken:
        current = queries.appointment(by, appointment_id)
        wish = Wish(current.option, current.location.slug, asked.start, tuple(current.areas), {})
        return _taken(taken, by, wish, now)
    return _answer(moved)


@router.delete(
    "/appointments/{appointment_id}", response={200: AppointmentOut, **_PROBLEMS}, summary="Cancel an appointment"
)
def cancel(request: HttpRequest, appointment_id: int) -> JsonResponse:
    """Cancel a booking or give a hold back."""
    return _answer(services.cancel(by=_known(request), appointment_id=appointment_id, now=clock.now()))


def _answer(found: "Appointment", *, status: int = 200) -> JsonResponse:
    return JsonResponse(appointment_as_json(found), status=status)


def _taken(taken: JustTaken, by: Actor, wish: Wish, now: datetime) -> JsonResponse:
    """Say that a time is gone, and what is free near it."""
    return problem(taken, alternatives=[slot_as_json(slot) for slot in queries.alternatives(by, wish, now=now)])


def _program(request: HttpRequest) -> Actor:
    """Return who books: the program behind a key, else a visitor. Cookies count for nothing here."""
    if request.actor.kind == "integrator":
        return request.actor
    if request.headers.get("Authorization"):
        raise NotPermitted("This key is not known or was revoked. Ask the clinic for another.", code="unknown-key")
    return Actor.visitor(request.clinic.pk)


def _known(request: HttpRequest) -> Actor:
    """Return the program behind a key. Raises ``NotPermitted`` without one: what it made before is nobody else's."""
    by = _program(request)
    if by.kind != "integrator":
        raise NotPermitted("Send the key that made the appointment (Authorization: Bearer …).", code="key-needed")
    return by
