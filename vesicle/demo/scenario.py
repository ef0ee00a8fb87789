"""A location out of a scenario file: providers, rooms and devices with a full calendar, to measure against.

The form of the file: ``meta`` with ``providers``, ``rooms``, ``devices`` (how many), ``open``, ``close`` (minutes from
local midnight), ``closed_weekdays``, ``tz``, ``start``, ``service``, ``buffer_before``, ``buffer_after``, ``grid``
(minutes); ``bookings`` with ``date``, ``start``, ``end``, ``occ_start``, ``occ_end`` (minutes from local midnight) and
``provider``, ``room``, ``device`` (a number from 0, or null).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from vesicle.clinic import services as places
from vesicle.clinic.models import Clinic, Location, Resource
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Invalid
from vesicle.core.permissions import Role
from vesicle.core.scope import clinic_scope
from vesicle.people import services as people
from vesicle.people.models import Patient
from vesicle.scheduling import services as scheduling
from vesicle.scheduling.models import Appointment, AppointmentStatus, Claim, OpenService

LOCATION, SERVICE, OTHER, DEVICE = "bench", "open-treatment", "other-visit", "bench-device"
_BATCH = 2000
_PEOPLE = 50
_META = ("providers", "rooms", "devices", "open", "close", "tz", "start", "service", "buffer_before", "buffer_after")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was set up: the clinic and, at its one location, the open service with everything it needs."""

    clinic: Clinic
    location: Location
    service: OpenService
    bookings: int


def load(scenario: Mapping[str, Any]) -> Loaded:
    """Set the scenario up in the database in use, as a clinic of its own. Raises ``Invalid`` for another form."""
    meta, rows = _read(scenario)
    clinic = places.open_clinic(
        by=Actor.system(0, "scenario loader"),
        slug="bench",
        name="Bench Clinic",
        wordmark_first="Bench",
        jurisdiction="US",
        currency="USD",
        phone="+1 555 010 0000",
        email="bench@example.com",
        emergency_note="Call the emergency number.",
        is_demo=True,
    )
    with clinic_scope(clinic.pk):
        by = Actor.system(clinic.pk, "scenario loader")
        location = _location(by, meta)
        pools = _resources(by, location, meta)
        service = scheduling.add_service(
            by=by,
            slug=SERVICE,
            name="Open treatment",
            kind=OpenService.Kind.OTHER,
            minutes=meta["service"],
            needs=["room", "provider", f"device:{DEVICE}"],
            **{f"{kind}_before": meta["buffer_before"] for kind in ("room", "provider", "device")},
            **{f"{kind}_after": meta["buffer_after"] for kind in ("room", "provider", "device")},
        )
        other = scheduling.add_service(
            by=by, slug=OTHER, name="Other visit", kind=OpenService.Kind.OTHER, minutes=30, needs=["provider"]
        )
        scheduling.set_booking_rules(by=by, grid_minutes=meta.get("grid", 15), notice_minutes=0, horizon_days=730)
        _Calendar(clinic, location, pools, service, other, _patients(by, location)).fill(rows)
    return Loaded(clinic, location, service, len(rows))


def _read(scenario: Mapping[str, Any]) -> tuple[Row, Sequence[Row]]:
    meta, rows = scenario.get("meta"), scenario.get("bookings")
    if not isinstance(meta, Mapping) or not isinstance(rows, list):
        raise Invalid("A scenario has 'meta' and a list of 'bookings'.")
    if missing := [name for name in _META if name not in meta]:
        raise Invalid(f"The scenario's 'meta' lacks: {', '.join(missing)}.")
    return meta, rows


def _location(by: Actor, meta: Row) -> Location:
    location = places.add_location(
        by=by,
        name="Bench",
        slug=LOCATION,
        street="1 Bench Street",
        city="Albany",
        state="NY",
        postal_code="12207",
        phone="+1 555 010 0000",
        time_zone=meta["tz"],
    )
    places.set_hours(by=by, location=location, week=_week(meta))
    return location


def _week(meta: Row) -> dict[int, list[tuple[time, time]]]:
    closed = meta.get("closed_weekdays", ())
    hours = [(_clock(meta["open"]), _clock(meta["close"]))]
    return {day: hours for day in range(7) if day not in closed}


def _clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def _resources(by: Actor, location: Location, meta: Row) -> dict[str, list[Resource]]:
    providers = []
    for number in range(meta["providers"]):
        staff = people.add_staff(
            by=by, email=f"provider{number}@bench.example", name=f"Provider {number}", title="RN",
            roles={Role.PROVIDER}, licence="rn", licence_state="NY",
        )  # fmt: skip
        providers.append(places.add_provider_resource(by=by, staff=staff))
        places.set_hours(by=by, location=location, resource=providers[-1], week=_week(meta))
    return {
        "provider": providers,
        "room": [places.add_room(by=by, location=location, name=f"Room {n}") for n in range(meta["rooms"])],
        "device": [
            places.add_device(by=by, location=location, name=f"Device {n}", device_kind=DEVICE)
            for n in range(meta["devices"])
        ],
    }


def _patients(by: Actor, location: Location) -> list[Patient]:
    return [
        people.register_patient(
            by=by,
            first_name="Person",
            last_name=f"Number {number}",
            date_of_birth=date(1980, 1, 1) + timedelta(days=97 * number),
            email=f"person{number}@example.com",
            time_zone=location.time_zone,
        )
        for number in range(_PEOPLE)
    ]


@dataclass(frozen=True, slots=True)
class _Calendar:
    """Writes bookings with their claims and states as they would stand had they been made one by one."""

    clinic: Clinic
    location: Location
    pools: Mapping[str, Sequence[Resource]]
    service: OpenService
    other: OpenService
    patients: Sequence[Patient]

    def fill(self, rows: Sequence[Row]) -> None:
        """Write them in batches; the exclusion constraint looks at every one."""
        now = clock.now()
        for first in range(0, len(rows), _BATCH):
            batch = rows[first : first + _BATCH]
            made = Appointment.objects.bulk_create(
                self._appointment(first + number, row, now) for number, row in enumerate(batch)
            )
            AppointmentStatus.objects.bulk_create(self._status(appointment) for appointment in made)
            pairs = zip(made, batch, strict=True)
            Claim.objects.bulk_create(chain.from_iterable(self._claims(one, row) for one, row in pairs))

    def _appointment(self, number: int, row: Row, now: datetime) -> Appointment:
        starts, ends = self._moment(row, "start"), self._moment(row, "end")
        is_whole = row["device"] is not None and ends - starts == timedelta(minutes=self.service.minutes)
        service = self.service if is_whole else self.other
        return Appointment(
            clinic=self.clinic,
            patient=self.patients[number % len(self.patients)],
            location=self.location,
            provider=self.pools["provider"][row["provider"]],
            service=service,
            option=service.slug,
            areas=[],
            starts_at=starts,
            ends_at=ends,
            state=Appointment.State.BOOKED if ends > now else Appointment.State.DONE,
            created_at=min(now, starts - timedelta(days=14)),
        )

    def _status(self, appointment: Appointment) -> AppointmentStatus:
        return AppointmentStatus(
            clinic=self.clinic,
            appointment=appointment,
            state=appointment.state,
            at=appointment.created_at,
            by_kind="system",
            by_name="scenario loader",
        )

    def _claims(self, appointment: Appointment, row: Row) -> Iterator[Claim]:
        period = (self._moment(row, "occ_start"), self._moment(row, "occ_end"))
        for kind, pool in self.pools.items():
            if row[kind] is not None:
                yield Claim(
                    clinic=self.clinic,
                    appointment=appointment,
                    resource=pool[row[kind]],
                    phase="visit",
                    phase_starts_at=appointment.starts_at,
                    phase_ends_at=appointment.ends_at,
                    period=period,
                )

    def _moment(self, row: Row, name: str) -> datetime:
        local = datetime.combine(date.fromisoformat(row["date"]), time.min) + timedelta(minutes=row[name])
        return local.replace(tzinfo=ZoneInfo(self.location.time_zone)).astimezone(UTC)
