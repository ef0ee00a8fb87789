"""Afterwards: what is normal by hour and day, what to do and not to do, and when to call."""

from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vesicle.protocols.bank import Bank
from vesicle.protocols.bank.clinical import RedFlag
from vesicle.protocols.queries import OfferedOption
from vesicle.protocols.schema.sections import AftercareRange, CoursePoint
from vesicle.website.presenters import words
from vesicle.website.presenters.notes import Notes, Said

_REDNESS = ("", _("slight redness"), _("moderate redness"), _("strong redness"), _("severe redness"))
_SWELLING = ("", _("slight swelling"), _("moderate swelling"), _("strong swelling"), _("severe swelling"))


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of hours or days and what is normal in it."""

    when: str
    said: Said
    at_most: str


@dataclass(frozen=True, slots=True)
class Care:
    """What to do and not to do from one day to another."""

    when: str
    do: tuple[str, ...]
    do_not: tuple[str, ...]
    origin: Said


@dataclass(frozen=True, slots=True)
class WarningSign:
    """A sign that must not wait."""

    said: str
    now: str
    is_emergency: bool


@dataclass(frozen=True, slots=True)
class WayRecovery:
    """What comes after one way of being treated."""

    downtime: Said
    stretches: tuple[Stretch, ...]
    care: tuple[Care, ...]
    check_ins: str


def way_recovery(one: OfferedOption, notes: Notes) -> WayRecovery:
    """Return the recovery of one option in words."""
    sections = one.option.sections
    return WayRecovery(
        downtime=notes.of(sections.downtime, sections.downtime.text, marked=True),
        stretches=tuple(_stretch(point, notes) for point in sections.course),
        care=tuple(_care(each, notes) for each in sections.aftercare),
        check_ins=words.in_a_row([gettext("day %(day)s") % {"day": check.day} for check in sections.check_ins]),
    )


def _stretch(point: CoursePoint, notes: Notes) -> Stretch:
    limits = [_REDNESS[point.redness_max or 0], _SWELLING[point.swelling_max or 0]]
    if point.pain_max:
        limits.append(gettext("soreness up to %(level)s of 10") % {"level": point.pain_max})
    return Stretch(point.label, notes.of(point, point.normal), ", ".join(str(one) for one in limits if one))


def _care(each: AftercareRange, notes: Notes) -> Care:
    return Care(days(each.from_day, each.to_day), each.do, each.do_not, notes.of(each, "", marked=True))


def days(first: int, last: int) -> str:
    """Return ``Treatment day``, ``Day 3`` or ``Days 4–14``."""
    if last == 0:
        return gettext("Treatment day")
    if first == last:
        return gettext("Day %(day)s") % {"day": first}
    return gettext("Days %(first)s–%(last)s") % {"first": first, "last": last}


def warnings(offered: tuple[OfferedOption, ...], bank: Bank) -> tuple[WarningSign, ...]:
    """Return the signs to stress for these options, most urgent first, each once."""
    flags: dict[str, RedFlag] = {}
    for one in offered:
        red = one.option.sections.red_flags
        for key in red.stress or red.ask:
            flags[key] = bank.red_flags[key]
    ordered = sorted(flags.values(), key=lambda flag: flag.urgency)
    return tuple(WarningSign(flag.patient, flag.patient_now, flag.is_emergency) for flag in ordered)
