"""What a patient is told of maintenance, in the language in force: why now, and that it is theirs to decide."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vesicle.results.maintenance.domain import Interval, Measured
from vesicle.skin import MEASURES, REGIONS


def reason(last: date, interval: Interval | None, measured: Measured | None) -> str:
    """Return why now, in two or three sentences; empty where nothing is known."""
    if measured is not None:
        return f"{_measured(last, measured)} {_within(interval)}".strip()
    return _usual(interval) if interval is not None else ""


def _measured(last: date, found: Measured) -> str:
    name, region = _(MEASURES[found.measure].label), _(REGIONS[found.region])
    names = {
        "what": f"{name}, {region[:1].lower()}{region[1:]}",
        "best": f"{found.best:.0f}",
        "part": _part(found.lost),
        "around": _month(last, found.back),
        "low": _month(last, found.low),
        "high": _month(last, found.high),
    }
    return (
        _(
            "%(what)s: the change measured in your photographs was largest around week %(best)s. Since then %(part)s "
            "of it has gone again, more than measurement noise. If it goes on like this, your skin may be as before "
            "around %(around)s (between %(low)s and %(high)s)."
        )
        % names
    )


def _part(lost: float) -> str:
    """Return a part in words no finer than the measurement."""
    if lost < 0.29:
        return _("about a quarter")
    if lost < 0.42:
        return _("about a third")
    if lost < 0.58:
        return _("about half")
    if lost < 0.71:
        return _("about two thirds")
    return _("about three quarters") if lost < 0.88 else _("nearly all")


def _month(last: date, weeks: float) -> str:
    # Translators: a month and its year
    return date_format(last + timedelta(weeks=max(0.0, weeks)), pgettext("month and year", "F Y"))


def _within(interval: Interval | None) -> str:
    if interval is None:
        return _("How often a repeat makes sense has not been studied.")
    return _("The usual interval is %(months)s.") % {"months": months(interval)}


def _usual(interval: Interval) -> str:
    said = _("The usual interval after the last visit is %(months)s.") % {"months": months(interval)}
    return f"{said} {_('That is a habit of clinics, not a tested schedule.')}" if interval.is_habit else said


def months(interval: Interval) -> str:
    """Return an interval in words: ``3 to 6 months``."""
    least, most = interval.least, interval.most
    if most is None:
        return _("%(least)s months or more") % {"least": f"{least:g}"}
    if most == least:
        return _("one month") if most == 1 else _("%(count)s months") % {"count": f"{most:g}"}
    return _("%(least)s to %(most)s months") % {"least": f"{least:g}", "most": f"{most:g}"}


def letter(*, called: str, treatment: str, on: date, why: str, result: str, book: str, sender: str) -> tuple[str, str]:
    """Return subject and body of the letter."""
    names = {"treatment": treatment, "day": date_format(on, pgettext("a day in words", "F j, Y"))}
    parts = [
        _("Hello %(name)s,") % {"name": called},
        _("your last visit for %(treatment)s was on %(day)s.") % names + f" {why}".rstrip(),
        _(
            "Whether you repeat it, and when, is yours to decide: nobody can promise what another visit will do. "
            "Before any visit we ask about your health again, and you can talk it over with us first."
        ),
        _("Your own result:") + f"\n{result}",
        _("If you would like to come, see the free times:") + f"\n{book}",
        _("If not, there is nothing you need to do. We write about this once."),
        sender,
    ]
    return _("%(treatment)s: your result, and whether to repeat it") % names, "\n\n".join(parts) + "\n"


def text(*, clinic: str, link: str) -> str:
    """Return the same as a text message. It names no treatment: it can be read on a locked phone."""
    names = {"clinic": clinic, "link": link}
    return (
        _("%(clinic)s: how your result is doing, and whether to come again: %(link)s Answer STOP to end texts.") % names
    )
