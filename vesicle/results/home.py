"""What results adds to the patient's home page, to treatment pages and to the clockwork of the workers."""

from collections.abc import Sequence
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from vesicle.consent.hooks import ShownPlace
from vesicle.core import clock, languages
from vesicle.core.actor import Actor
from vesicle.core.periodic import PeriodicJob
from vesicle.core.spoken import filled
from vesicle.people.patient_home import Card
from vesicle.protocols.queries import OfferedOption, option_of_edition
from vesicle.results import queries
from vesicle.treatment.queries import encounters_of
from vesicle.website.panels import Panel


def cards(actor: Actor) -> list[Card]:
    """Return the follow-ups that can be answered now, and the curve of the latest visit."""
    found = [
        Card(
            title=_("Week %(week)d: how does it look?") % {"week": row.week},
            text=_("A few questions, about three minutes."),
            url=reverse("results:follow_up", args=[row.encounter_id, row.week]),
            action=_("Answer now"),
            icon="curve",
            tone="info",
            rank=1,
            when=row.due_at,
        )
        for row in queries.open_follow_ups(actor, patient_id=actor.person_id, now=clock.now())
    ]
    latest = next(iter(encounters_of(actor, actor.person_id)), None)
    if latest is not None:
        option = option_of_edition(latest.edition_id, latest.option, languages.active()).option
        found.append(
            Card(
                title=_("Your result so far"),
                text=filled(_("%(title)s: your own values beside what may be expected."), {"title": option.title}),
                url=reverse("results:result", args=[latest.pk]),
                action=_("See your curve"),
                icon="chart",
                rank=3,
            )
        )
        shown = places(actor)
        if shown:
            found.append(
                Card(
                    title=_("Your photographs are on our pages"),
                    text=_("See where, and take them down at any time with one answer."),
                    url=reverse("consent:photos", args=[latest.appointment_id]),
                    action=_("See where"),
                    icon="camera",
                    rank=3,
                )
            )
    return found


def own_result(actor: Actor, offered: OfferedOption) -> Panel | None:
    """Return the clinic's own result for a treatment's page, where the owner shows it."""
    # Statistics and the photo library are heavy to load, and most commands and workers never show a page.
    from vesicle.results.outcomes import panel

    return panel.own_result(actor, offered)


def shown_pairs(actor: Actor, offered: OfferedOption) -> Panel | None:
    """Return the pairs of photographs that a treatment's page shows."""
    from vesicle.results.showing import panel

    return panel.shown_pairs(actor, offered)


def places(actor: Actor) -> Sequence[ShownPlace]:
    """Return where photographs of the patient who asks are shown in public."""
    from vesicle.results.showing import panel

    return panel.places(actor)


def _keep_measured() -> None:
    # The photo library is heavy to load, and only workers measure.
    from vesicle.results.measuring.services import queue_due

    queue_due(now=clock.now())


KEEP_MEASURED = PeriodicJob("measure photographs", timedelta(minutes=1), _keep_measured)


def _write_maintenance() -> None:
    # As above: what was measured decides when.
    from vesicle.results.maintenance.writing import run_due

    run_due(now=clock.now())


WRITE_MAINTENANCE = PeriodicJob("reminders of maintenance", timedelta(minutes=5), _write_maintenance)


def _keep_compared() -> None:
    from vesicle.results.comparing.services import queue_due

    queue_due(now=clock.now())


KEEP_COMPARED = PeriodicJob("compare photographs", timedelta(minutes=1), _keep_compared)
