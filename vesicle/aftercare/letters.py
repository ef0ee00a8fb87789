"""Messages of the aftercare: the plan, and each check-in when it is due."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from vesicle.aftercare.models import CheckIn
from vesicle.core import languages
from vesicle.core.actor import Actor
from vesicle.core.languages import speaking
from vesicle.people import links, messages
from vesicle.protocols.queries import option_of_edition
from vesicle.treatment.models import Encounter

LINK = "aftercare"
LINK_FOR = timedelta(days=400)
SUBJECT = "encounter"


def plan_link(*, by: Actor, encounter: Encounter, now: datetime, page: str = "aftercare") -> str:
    """Return a private address for the time after a visit: its ``aftercare`` or its ``results``."""
    token = links.make_link(
        by=by, patient=encounter.patient, purpose=LINK, subject_id=encounter.pk, valid_for=LINK_FOR, at=now
    )
    return links.link_url(f"/my/{page}/{token}/")


def send_plan(*, by: Actor, encounter: Encounter, link: str, now: datetime) -> None:
    """Queue the plan, once."""
    with speaking(encounter.patient.language):
        option = option_of_edition(encounter.edition_id, encounter.option, languages.active()).option
        own = (
            [_("From %(name)s") % {"name": encounter.provider.name} + f": {encounter.provider_instructions}"]
            if encounter.provider_instructions
            else []
        )
        _queue(
            by=by,
            encounter=encounter,
            kind="aftercare-plan",
            key=f"aftercare-plan:encounter:{encounter.pk}",
            subject=_("Looking after your skin after %(title)s") % {"title": option.title.lower()},
            says=[*own, _("What to do and what to expect, day by day:") + f"\n{link}"],
            due_at=now,
            urgent=True,
        )


def send_check_in(*, by: Actor, check_in: CheckIn, title: str, link: str) -> None:
    """Queue a check-in for its morning, once."""
    with speaking(check_in.patient.language):
        asks = _("Two minutes, please: your answers tell us whether all is well.")
        _queue(
            by=by,
            encounter=check_in.encounter,
            kind="check-in",
            key=f"check-in:encounter:{check_in.encounter_id}:{check_in.day}",
            subject=title,
            says=[f"{title} {asks}\n{link}day/{check_in.day}/"],
            due_at=check_in.due_at,
        )


def _queue(
    *,
    by: Actor,
    encounter: Encounter,
    kind: str,
    key: str,
    subject: str,
    says: Sequence[str],
    due_at: datetime,
    urgent: bool = False,
) -> None:
    patient, place = encounter.patient, encounter.appointment.location
    emergency = languages.told(encounter.clinic.emergency_note)
    messages.queue(
        by=by,
        patient=patient,
        kind=kind,
        key=key,
        subject=subject,
        body="\n\n".join(
            [
                _("Hello %(name)s,") % {"name": patient.called},
                *says,
                f"{encounter.clinic.name}, {place.phone}\n{emergency}\n",
            ]
        ),
        due_at=due_at,
        time_zone=patient.time_zone,
        subject_type=SUBJECT,
        subject_id=encounter.pk,
        urgent=urgent,
    )
