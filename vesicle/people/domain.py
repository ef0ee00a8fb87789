"""Plain rules about people: when a message may arrive, how it travels, what a valid contact is."""

import re
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from vesicle.core.words import said

ChannelName = Literal["email", "sms"]

QUIET_FROM = time(21, 0)
QUIET_UNTIL = time(8, 0)
MAX_ATTEMPTS = 5
OLDEST_AGE = 120
FEWEST_DIGITS = 7
"""A shorter number is no whole phone number."""

_TOKEN = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")
_CODE = re.compile(r"(?<!\d)\d{3} ?\d{3}(?!\d)")
_EMAIL = re.compile(r"^[^@\s<>,;:\"()\[\]\\]+@[^@\s<>,;:\"()\[\]\\]+\.[^@\s<>,;:\"()\[\]\\.]{2,}$")
_ZONES = frozenset(available_timezones())


def is_quiet(moment: datetime, zone: str) -> bool:
    """Return whether ``moment`` falls in the night of ``zone`` (21:00 to 08:00 on its own clock)."""
    local = moment.astimezone(ZoneInfo(zone)).time()
    return local >= QUIET_FROM or local < QUIET_UNTIL


def end_of_quiet(moment: datetime, zone: str) -> datetime:
    """Return ``moment`` itself by day, or the next 08:00 in ``zone`` when it falls in the night."""
    if not is_quiet(moment, zone):
        return moment
    local = moment.astimezone(ZoneInfo(zone))
    morning = local.date() + timedelta(days=local.time() >= QUIET_FROM)
    return datetime.combine(morning, QUIET_UNTIL, ZoneInfo(zone)).astimezone(moment.tzinfo)


def retry_at(now: datetime, attempts: int) -> datetime | None:
    """Return when to try again after ``attempts`` refusals (2, 8, 32 … minutes), or ``None`` to give up."""
    return None if attempts >= MAX_ATTEMPTS else now + timedelta(minutes=2 * 4 ** (attempts - 1))


def pick_channel(
    wanted: ChannelName,
    *,
    email: str,
    phone: str,
    email_allowed: bool,
    sms_allowed: bool,
    urgent: bool,
    sms_stopped: bool = False,
) -> ChannelName | None:
    """Return the channel a person can be reached by, preferring ``wanted``; ``None`` when there is none.

    Something urgent (a red flag, a recall) goes out even where reminders were declined, but no text message where
    somebody said STOP: their carrier would not deliver it either.
    """
    open_channels: dict[ChannelName, bool] = {
        "email": bool(email) and (email_allowed or urgent),
        "sms": bool(phone) and (sms_allowed or urgent) and not sms_stopped,
    }
    order: tuple[ChannelName, ...] = ("email", "sms") if wanted == "email" else ("sms", "email")
    return next((channel for channel in order if open_channels[channel]), None)


def without_secrets(text: str, *, codes: bool = False) -> str:
    """Return ``text`` with the tokens of private links taken out, and six-digit codes with ``codes``.

    Applied to a message once it has left, so that the table of messages opens no door.
    """
    text = _TOKEN.sub("[link removed after sending]", text)
    return _CODE.sub("[code removed after sending]", text) if codes else text


def dialable(phone: str) -> str:
    """Return a phone number as digits with a leading plus where one was typed."""
    digits = "".join(sign for sign in phone if sign.isdigit())
    return f"+{digits}" if phone.strip().startswith("+") and digits else digits


def same_number(one: str, other: str) -> bool:
    """Return whether two phone numbers, typed with or without their country, are the same line."""
    first, second = dialable(one), dialable(other)
    if first.startswith("+") and second.startswith("+"):
        return first == second
    short, long = sorted((first.lstrip("+"), second.lstrip("+")), key=len)
    return len(short) >= FEWEST_DIGITS and long.endswith(short)


def contact_problems(*, email: str, phone: str, time_zone: str) -> dict[str, str]:
    """Return what is wrong with somebody's contact details, by field. Empty when nothing is."""
    problems: dict[str, str] = {}
    if not email and not phone:
        problems["email"] = said("Give an e-mail address or a phone number, so that we can reach the person.")
    if email and not _EMAIL.match(email):
        problems["email"] = said(
            "This does not look like an e-mail address. It needs an @ and a domain, as in pia@example.org."
        )
    if phone and not FEWEST_DIGITS <= len(dialable(phone).lstrip("+")) <= 15:
        problems["phone"] = said("A phone number has 7 to 15 digits, as in 503 555 0142.")
    if time_zone not in _ZONES:
        problems["time_zone"] = said(
            "{zone} is not a time zone we know. Use a name such as America/Los_Angeles.", zone=repr(time_zone)
        )
    return problems


def person_problems(*, first_name: str, last_name: str, date_of_birth: date, today: date) -> dict[str, str]:
    """Return what is wrong with somebody's name and date of birth, by field. Empty when nothing is."""
    problems: dict[str, str] = {}
    if not first_name.strip():
        problems["first_name"] = said("Enter the first name.")
    if not last_name.strip():
        problems["last_name"] = said("Enter the last name.")
    if date_of_birth > today:
        problems["date_of_birth"] = said("The date of birth lies in the future.")
    elif today.year - date_of_birth.year > OLDEST_AGE:
        problems["date_of_birth"] = said(
            "The date of birth is more than {years} years ago. Check the year.", years=OLDEST_AGE
        )
    return problems
