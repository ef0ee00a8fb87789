"""Every letter about an appointment as it would read, in each language, for the staff to look at."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings

from vesicle.core.languages import speaking
from vesicle.scheduling import wording
from vesicle.scheduling.wording import Facts, Letter

if TYPE_CHECKING:
    from vesicle.clinic.models import Location

_LINK = "https://…/book/a/…/"


@dataclass(frozen=True, slots=True)
class Shown:
    """A letter by name, in each language: code, name of the language, words."""

    name: str
    versions: tuple[tuple[str, str, Letter], ...]


def letters(clinic: str, phone: str, place: "Location | None", *, now: datetime) -> list[Shown]:
    """Return every letter in every language, for a made-up visit in three days at one of the clinic's locations."""
    zone = place.time_zone if place else "America/Los_Angeles"
    day = (now.astimezone(ZoneInfo(zone)) + timedelta(days=3)).date()
    facts = Facts(
        called="Ana",
        treatment="Exosome therapy",
        starts_at=datetime.combine(day, time(9, 45), ZoneInfo(zone)),
        zone=zone,
        patient_zone=zone,
        location=place.name if place else "…",
        address=f"{place.street}, {place.city}, {place.state}" if place else "…",
        provider="Kim Park",
        clinic=clinic,
        phone=place.phone if place else phone,
    )
    confirmed, day_before = replace(facts, is_confirmed=True), facts.starts_at - timedelta(days=1)
    known: list[tuple[str, Callable[[], Letter]]] = [
        ("Booked", lambda: wording.booked(facts, _LINK)),
        ("Moved", lambda: wording.booked(facts, _LINK, facts.starts_at - timedelta(days=1))),
        ("Reminder, days before", lambda: wording.reminder(facts, _LINK, now)),
        ("Reminder, the day before", lambda: wording.reminder(facts, _LINK, day_before)),
        ("Reminder, once confirmed", lambda: wording.reminder(confirmed, _LINK, day_before)),
        ("Reminder by text message", lambda: wording.reminder_text(facts, _LINK, day_before)),
        ("Cancelled", lambda: wording.cancelled(facts, "https://…/")),
        ("Answer to YES", lambda: wording.thanks(facts)),
        ("Answer to CANCEL", lambda: wording.to_cancel(facts, f"{_LINK}cancel/")),
        ("Answer to START", lambda: wording.texts_again(clinic)),
        ("Answer to HELP", lambda: wording.how_to(clinic, phone)),
    ]
    return [Shown(name, tuple(_in_each_language(words))) for name, words in known]


def _in_each_language(words: Callable[[], Letter]) -> list[tuple[str, str, Letter]]:
    found = []
    for code, name in settings.LANGUAGES:
        with speaking(code):
            found.append((code, name, words()))
    return found
