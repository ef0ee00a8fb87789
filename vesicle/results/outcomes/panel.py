"""The clinic's own result on a treatment's page: worked out each time the page is made, never typed."""

from django.utils.translation import gettext as _

from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.protocols.queries import OfferedOption
from vesicle.results.outcomes import queries
from vesicle.results.outcomes.domain import curve, may_be_public
from vesicle.results.outcomes.presenters import shown
from vesicle.results.outcomes.queries import Choice
from vesicle.results.outcomes.source import Source
from vesicle.website.panels import Panel


def own_result(actor: Actor, offered: OfferedOption) -> Panel | None:
    """Return the panel while the owner shows it and the numbers carry it; ``None`` otherwise.

    Only counts and means of many people leave the room, so whoever looks may see them. One query while it is off.
    """
    last = queries.switch(actor.clinic_id, offered.option.id)
    source = Source.read(last.source) if last is not None and last.is_on else None
    if last is None or source is None:
        return None
    choice = Choice(offered.option.id, source, last.region)
    found = queries.gathered(actor.clinic_id, choice, now=clock.now())
    if found is None:
        return None
    worked_out = curve(found.cohort)
    point = may_be_public(worked_out)
    if point is None:
        return None
    said = shown(worked_out, source, last.region, found.promise)
    line = next(line for line in said.lines if line.week == point.week)
    context = {"shown": said, "line": line, "lost": point.loss, "has_unit": bool(said.unit)}
    return Panel(_("What we measured here"), "results/outcomes/own_result.html", context)
