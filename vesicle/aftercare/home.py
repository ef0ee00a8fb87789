"""What aftercare adds to the patient's home page."""

from datetime import timedelta

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vesicle.aftercare import queries
from vesicle.core import clock, languages
from vesicle.core.actor import Actor
from vesicle.core.spoken import put_together
from vesicle.people.patient_home import Card
from vesicle.protocols.queries import option_of_edition
from vesicle.treatment.queries import encounters_of

_PLAN_FOR = timedelta(days=60)
_ASK_FOR = timedelta(days=10)


def cards(actor: Actor) -> list[Card]:
    """Return the check-ins that wait, and the plans of the last visits."""
    now = clock.now()
    found = [
        Card(
            title=_("How are you on day %(day)d?") % {"day": row.day},
            text=_("Two minutes, please: your answers tell us whether all is well."),
            url=reverse("aftercare:check_in", args=[row.encounter_id, row.day]),
            action=_("Answer now"),
            icon="heart-pulse",
            tone="info",
            rank=1,
            when=row.due_at,
        )
        for row in queries.waiting_check_ins(actor, patient_id=actor.person_id, now=now)
        if now - row.due_at < _ASK_FOR
    ]
    for visit in encounters_of(actor, actor.person_id):
        option = option_of_edition(visit.edition_id, visit.option, languages.active()).option
        recent = now - visit.started_at < _PLAN_FOR
        name = "aftercare:plan" if recent else "treatment_own:visit"
        found.append(
            Card(
                title=put_together(
                    [option.title, ", ", date_format(visit.started_at, pgettext("date with year", "F j, Y"))]
                ),
                text=_("With %(name)s in %(place)s.")
                % {"name": visit.provider.name, "place": visit.appointment.location.name},
                url=reverse(name, args=[visit.pk]),
                action=_("Your aftercare plan") if recent else _("What was done"),
                icon="clipboard",
                rank=3,
                when=visit.started_at,
            )
        )
    return found
