"""The same question to the package django-appointment: free times of every provider on every day.

Not part of Vesicle: it is run on its own, by an environment in which that package is installed (``sh scripts/setup.sh
bench``), on a database of its own. The scenario arrives on standard input, the answer leaves on standard output.
Availability is asked for as its own pages do it: ``get_available_slots_for_staff`` for each member of staff and day.
"""

import json
import sys
import time
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any

import django
from django.conf import settings


def main() -> None:
    """Set up, fill, ask, answer."""
    asked = json.load(sys.stdin)
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", **asked["database"]}},
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "appointment"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        TIME_ZONE=asked["meta"]["tz"],
        SECRET_KEY="only-for-a-benchmark",  # noqa: S106  # nothing is signed
    )
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    # The package comes without migrations; its tables are made from its models, after those they refer to.
    call_command("migrate", run_syncdb=True, verbosity=0)
    staff, service = _filled(asked["meta"], asked["bookings"])
    answers = [_answer(staff, service, asked["meta"]["start"], days) for days in asked["days"]]
    # A line of its own, and the last: the package writes to standard output as well.
    sys.stdout.write(f"\n{json.dumps(answers)}\n")


def _filled(meta: dict[str, Any], bookings: list[dict[str, Any]]) -> tuple[list[Any], Any]:
    from appointment.models import (  # type: ignore[import-not-found]  # it lives in the other environment
        Appointment,
        AppointmentRequest,
        Config,
        Service,
        StaffMember,
        WorkingHours,
    )
    from django.contrib.auth import get_user_model

    users: Any = get_user_model().objects
    client = users.create(username="client", email="client@example.com")
    service = Service.objects.create(name="Treatment", duration=timedelta(minutes=meta["service"]), price=0)
    # Buffers towards other bookings are its gap; towards closing time it knows none, so the day is shorter by them.
    opens, closes = _clock(meta["open"] + meta["buffer_before"]), _clock(meta["close"] - meta["buffer_after"])
    Config.objects.create(
        slot_duration=meta["grid"], lead_time=opens, finish_time=closes, appointment_buffer_time=0,
        slot_gap_time=meta["buffer_before"],
    )  # fmt: skip
    staff = []
    for number in range(meta["providers"]):
        user = users.create(username=f"provider{number}", first_name=f"Provider {number}")
        member = StaffMember.objects.create(user=user, work_on_saturday=True, work_on_sunday=False)
        member.services_offered.add(service)
        for day in range(1, 7):
            WorkingHours.objects.create(staff_member=member, day_of_week=day, start_time=opens, end_time=closes)
        staff.append(member)
    requests = AppointmentRequest.objects.bulk_create(
        [
            AppointmentRequest(
                date=date.fromisoformat(row["date"]), start_time=_clock(row["occ_start"]),
                end_time=_clock(row["occ_end"]), service=service, staff_member=staff[row["provider"]],
                id_request=f"request {number}",
            )
            for number, row in enumerate(bookings)
        ],
        batch_size=2000,
    )  # fmt: skip
    Appointment.objects.bulk_create(
        [
            Appointment(client=client, appointment_request=request, id_request=f"{number}", amount_to_pay=0)
            for number, request in enumerate(requests)
        ],
        batch_size=2000,
    )
    return staff, service


def _clock(minutes: int) -> clock_time:
    return clock_time(minutes // 60 % 24, minutes % 60)


def _answer(staff: list[Any], service: Any, start: str, days: int) -> dict[str, Any]:
    from appointment.services import get_available_slots_for_staff  # type: ignore[import-not-found]

    first = date.fromisoformat(start)
    found: list[list[Any]] = []
    began = time.perf_counter()
    for number in range(days):
        day = first + timedelta(days=number)
        for index, member in enumerate(staff):
            slots: list[datetime] = get_available_slots_for_staff(day, member, (day.weekday() + 1) % 7, service)
            found += [[slot.isoformat(), index] for slot in slots]
    return {"days": days, "seconds": time.perf_counter() - began, "found": found}


if __name__ == "__main__":
    main()
