"""Reasons of the domain as sentences, in the language in force."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as noop

from vesicle.results.conditions import Conditions
from vesicle.results.domain import Reason

_SENTENCES = {
    "swollen": noop("Skin is still swollen in the first %(days)s days, so this reading does not count."),
    "error-unknown": noop(
        "We have not yet measured how exactly this can be measured here, so we do not call it a change."
    ),
    "more-than-error": noop("This is more than the measurement error of %(sdc)s."),
    "no-more-than-error": noop("This is no more than the measurement error of %(sdc)s."),
    "two-devices": noop("Read with %(after)s, before with %(before)s: two devices cannot be compared."),
    "room-temperature": noop("The room had %(found)s °C; readings are compared between %(low)s and %(high)s °C."),
    "room-humidity": noop("The room had %(found)s %% humidity; readings are compared below %(most)s %%."),
    "not-rested": noop("The skin had rested %(found)s minutes; %(least)s are needed."),
    "climate-not-noted": noop("The room's climate was not noted each time, so some of the change may be the room's."),
}


def said(reason: Reason | None) -> str:
    """Return a reason as a sentence; empty for none."""
    return gettext(_SENTENCES[reason.code]) % reason.facts if reason is not None else ""


def conditions(noted: Conditions) -> str:
    """Return device, room and rest in words, e.g. "Corneometer CM 825, 21 °C, 45 % humidity, rested 15 minutes"."""
    humidity, rested = gettext("%(percent)s %% humidity"), gettext("rested %(minutes)s minutes")
    parts = [
        noted.device,
        f"{noted.temperature_c.normalize():f} °C" if noted.temperature_c is not None else "",
        humidity % {"percent": f"{noted.humidity_percent.normalize():f}"} if noted.humidity_percent is not None else "",
        rested % {"minutes": noted.rested_minutes} if noted.rested_minutes is not None else "",
    ]
    return ", ".join(part for part in parts if part)
