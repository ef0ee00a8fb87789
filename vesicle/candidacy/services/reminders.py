"""Being written to when a wait is over."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from vesicle.candidacy import queries
from vesicle.candidacy.domain import Verdict
from vesicle.candidacy.models import Screening
from vesicle.candidacy.permissions import ANSWER
from vesicle.candidacy.queries.screenings import LINK
from vesicle.candidacy.services.answers import require_own
from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Invalid
from vesicle.people import links, messages

REMINDED = audit.define("candidacy.reminder-asked", "asked to be reminded when the wait is over")

REMIND_AT = time(9)
LINK_FOR = timedelta(days=90)


def token_for(*, by: Actor, screening: Screening, valid_for: timedelta = LINK_FOR) -> str:
    """Return a fresh token that opens the screening and its result for a while."""
    return links.make_link(by=by, patient=screening.patient, purpose=LINK, subject_id=screening.pk, valid_for=valid_for)


def link_to(*, by: Actor, screening: Screening, valid_for: timedelta = LINK_FOR) -> str:
    """Return a private address at which the person finds their result, for a message."""
    token = token_for(by=by, screening=screening, valid_for=valid_for)
    return links.link_url(reverse("candidacy:result", args=[token]))


def remind(
    *, by: Actor, screening: Screening, verdict: Verdict, title: str, email: str = "", now: datetime | None = None
) -> date:
    """Write to the person on the first day on which ``verdict`` no longer defers; return that day.

    Raises:
        Invalid: there is no known day, or nobody to write to.
    """
    by.require(ANSWER)
    require_own(by, screening)
    at = now or clock.now()
    if verdict.verdict != "defer" or verdict.earliest is None:
        raise Invalid(_("There is no known day to remind you of. Come back when it has happened."))
    if screening.patient_id is None and not email:
        raise Invalid(_("Where shall we write to?"), fields={"email": _("Enter your e-mail address.")})
    day, zone = verdict.earliest, queries.zone(by.clinic_id)
    due = datetime.combine(day, REMIND_AT, ZoneInfo(screening.patient.time_zone if screening.patient else zone))
    with transaction.atomic():
        address = link_to(by=by, screening=screening, valid_for=due - at + LINK_FOR)
        messages.queue(
            by=by,
            patient=screening.patient,
            recipient=email or None,
            kind="candidacy-reminder",
            key=f"candidacy-reminder:{screening.pk}:{verdict.option}:{day}",
            subject=_("The wait you asked about is over"),
            body="\n\n".join(
                [
                    _("Hello,"),
                    _("you asked us to write when the wait for %(title)s is over. By your answers it is.")
                    % {"title": _(title)},
                    _("Look at your result again; some answers may have to be confirmed:") + f"\n{address}\n",
                ]
            ),
            due_at=due,
            time_zone=due.tzinfo.key if isinstance(due.tzinfo, ZoneInfo) else zone,
            subject_type="screening",
            subject_id=screening.pk,
        )
        audit.record(
            REMINDED,
            by=by,
            about=screening,
            patient_id=screening.patient_id,
            detail={"option": verdict.option, "on": day},
            at=at,
        )
    return day
