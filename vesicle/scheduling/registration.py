"""From a held time and a form to a booking for a person the clinic knows."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from vesicle.candidacy import services as candidacy
from vesicle.clinic.models import Location
from vesicle.core.actor import Actor
from vesicle.core.errors import Invalid
from vesicle.people.links import link_url, make_link
from vesicle.people.models import Patient
from vesicle.people.services import find_or_register
from vesicle.scheduling import services
from vesicle.scheduling.courses import said
from vesicle.scheduling.gates import Closed, require_bookable
from vesicle.scheduling.letters import LINK, LINK_AFTER
from vesicle.scheduling.models import Appointment, Deposit, Series
from vesicle.scheduling.policy import in_force


def moment(text: str) -> datetime:
    """Read a start as the pages write it (ISO 8601 with an offset). Raises ``Invalid``."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Invalid(_("Choose one of the times shown."), fields={"start": _("Choose one of the times shown.")})
    return found


def day(text: str, *, default: date) -> date:
    """Read a day (``2026-12-01``); anything else is ``default``."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return default


def known(held: Appointment) -> dict[str, Any]:
    """Return what the screening behind a hold already knows about the person, to start the form with."""
    patient = held.screening.patient if held.screening else None
    return {} if patient is None else details_of(patient)


def details_of(patient: Patient) -> dict[str, Any]:
    """Return what the form of details asks for, as it is known of somebody."""
    names = ("first_name", "last_name", "date_of_birth", "email", "phone")
    return {name: getattr(patient, name) for name in names}


def book_for(
    *,
    by: Actor,
    appointment: Appointment,
    patient: Patient | None,
    details: dict[str, Any] | None,
    note: str,
    now: datetime,
    policy_accepted: int | None = None,
) -> tuple[Appointment, Patient]:
    """Book a hold for ``patient``, or for the person described by ``details`` (registered if new).

    All or nothing. Errors as ``services.book``, and ``Invalid`` for details that cannot be right.
    """
    with transaction.atomic():
        patient = _who(by, appointment, patient, details, now)
        booked = services.book(
            by=by,
            appointment=appointment,
            patient=patient,
            now=now,
            note=note,
            policy_accepted=policy_accepted,
            language=patient.language,
        )
    return booked, patient


def book_course_for(
    *,
    by: Actor,
    held: Appointment,
    patient: Patient | None,
    details: dict[str, Any] | None,
    starts: Sequence[datetime],
    same_provider: bool,
    note: str,
    now: datetime,
    policy_accepted: int | None = None,
) -> tuple[Series, Patient]:
    """Book a course that begins with a hold, for ``patient`` or the person described by ``details``.

    All or nothing. Errors as ``services.book_course``, and ``Invalid`` for details that cannot be right.
    """
    with transaction.atomic():
        patient = _who(by, held, patient, details, now)
        series = services.book_course(
            by=by,
            patient=patient,
            option_id=held.option,
            areas=held.areas,
            location_id=held.location,
            starts=starts,
            now=now,
            same_provider=same_provider,
            held=held,
            agreed=services.Agreed(held.screening, note, policy_accepted, patient.language),
        )
    return series, patient


def book_visit_for(
    *,
    by: Actor,
    patient: Patient | None,
    details: dict[str, Any] | None,
    parts: Sequence[tuple[str, Sequence[str]]],
    place: Location,
    start: datetime,
    now: datetime,
    agreed: services.Agreed,
) -> tuple[list[Appointment], Patient]:
    """Book several treatments in one visit, for ``patient`` or the person described by ``details``. All or nothing."""
    with transaction.atomic():
        if patient is None:
            patient = find_or_register(by=by, time_zone=place.time_zone, **(details or {}))
        if agreed.screening is not None and agreed.screening.patient_id is None:
            candidacy.attach_patient(by=by, screening=agreed.screening, patient=patient, now=now)
        rows = services.book_visit(
            by=by,
            patient=patient,
            parts=parts,
            location_id=place,
            start=start,
            now=now,
            agreed=replace(agreed, language=patient.language),
        )
        # A visitor may not read what was booked; the caller has it from here.
        return rows, patient


def in_words(moment_: datetime, place: Location) -> str:
    """Return a moment in a location's words."""
    return said(moment_, place.time_zone)


def pay_for(
    *,
    by: Actor,
    appointment: Appointment,
    patient: Patient | None,
    details: dict[str, Any] | None,
    note: str,
    policy_accepted: int | None,
    now: datetime,
    token: str,
) -> Deposit:
    """Open the payment page for the deposit of a hold; the hold is booked when the money arrives.

    Every other gate is asked first, so that nobody pays for what they may not have. Errors as ``book_for``, and
    ``Conflict`` when the payment service cannot be reached.
    """
    with transaction.atomic():
        patient = _who(by, appointment, patient, details, now)
        try:
            require_bookable(by, patient, appointment, policy=in_force(appointment.clinic_id, now))
        except Closed as closed:
            if closed.standing.gate != "deposit":
                raise
    services.refresh_hold(by=by, appointment=appointment, now=now)
    return services.start_payment(
        by=by,
        appointment=appointment,
        patient=patient,
        now=now,
        note=note,
        policy_accepted=policy_accepted,
        language=patient.language,
        back_to=return_address(),
        give_up_to=absolute(reverse("scheduling:details", args=[token])),
    )


def _who(
    by: Actor, appointment: Appointment, patient: Patient | None, details: dict[str, Any] | None, now: datetime
) -> Patient:
    """Return who books, registered if new, with the answers behind the hold made theirs."""
    if patient is None:
        patient = find_or_register(by=by, time_zone=appointment.location.time_zone, **(details or {}))
    if appointment.screening is not None and appointment.screening.patient_id is None:
        candidacy.attach_patient(by=by, screening=appointment.screening, patient=patient, now=now)
    return patient


def absolute(path: str) -> str:
    """Return a path of ours with the address in front that patients use."""
    return link_url(path)


def return_address() -> str:
    """Return where a payment page leads back to, with ``{deposit}`` for the sealed number of the deposit."""
    return absolute(reverse("scheduling:paid", args=["SEALED"])).replace("SEALED", "{deposit}")


def key_for(booked: Appointment, patient: Patient, *, by: Actor, now: datetime) -> str:
    """Return the key under which the person sees the booking: its number if signed in, else a private link."""
    if by.is_patient:
        return str(booked.pk)
    return make_link(
        by=by, patient=patient, purpose=LINK, subject_id=booked.pk, valid_for=booked.ends_at - now + LINK_AFTER
    )


def times_address(held: Appointment) -> str:
    """Return the address of the page of times that led to a hold."""
    first = held.starts_at.date() - timedelta(days=1)
    if not held.treats:
        asked = urlencode({"location": held.location.slug, "from": first.isoformat()})
        return f"{reverse('scheduling:visit', args=[held.option])}?{asked}"
    question = [("option", held.option), ("location", held.location.slug), ("from", first.isoformat())]
    question += [("areas", area) for area in held.areas]
    return f"{reverse('scheduling:times')}?{urlencode(question)}"
