"""Show or hide the clinic's own result; take results out without names."""

from datetime import datetime

from django.db import transaction

from vesicle.clinic.services.site import site_changed
from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict
from vesicle.protocols.queries import offered
from vesicle.results.models import OwnResultSwitch
from vesicle.results.outcomes import export, queries
from vesicle.results.outcomes.domain import FEWEST_IN_PUBLIC, MOST_LOST_IN_PUBLIC, curve, may_be_public
from vesicle.results.outcomes.queries import Choice
from vesicle.results.outcomes.source import Source
from vesicle.results.permissions import EXPORT_OUTCOMES, SHOW_OWN_RESULT

SHOWN = audit.define("results.own-shown", "showed the clinic's own result on a treatment's page")
HIDDEN = audit.define("results.own-hidden", "hid the clinic's own result from a treatment's page")
EXPORTED = audit.define("results.exported", "took out results without names")


def show_own_result(*, by: Actor, choice: Choice, now: datetime) -> OwnResultSwitch:
    """Show the clinic's own result of a choice on its treatment's page, from now on.

    Raises ``Conflict`` while the numbers are below what is shown in public, ``NotFound`` for an option not offered.
    """
    by.require(SHOW_OWN_RESULT)
    offered(by.clinic_id, choice.option)
    found = queries.gathered(by.clinic_id, choice, now=now)
    if found is None or may_be_public(curve(found.cohort)) is None:
        raise Conflict(
            f"This cannot be shown yet. At a planned week at least {FEWEST_IN_PUBLIC} people have to be seen, and "
            f"not more than {MOST_LOST_IN_PUBLIC:.0%} of those due lost. Ask for the follow-ups that are open."
        )
    return _turn(by, choice, True, now)


def hide_own_result(*, by: Actor, option: str, now: datetime) -> OwnResultSwitch:
    """Take the clinic's own result off a treatment's page. Raises ``Conflict`` where none is shown."""
    by.require(SHOW_OWN_RESULT)
    last = queries.switch(by.clinic_id, option)
    source = Source.read(last.source) if last is not None else None
    if last is None or source is None or not last.is_on:
        raise Conflict("No result of your own is shown for this option.")
    return _turn(by, Choice(option, source, last.region), False, now)


def _turn(by: Actor, choice: Choice, is_on: bool, now: datetime) -> OwnResultSwitch:
    with transaction.atomic():
        row = OwnResultSwitch.objects.create(
            clinic_id=by.clinic_id,
            option=choice.option,
            source=choice.source.key,
            region=choice.region,
            is_on=is_on,
            at=now,
            by_id=by.person_id,
        )
        detail = {"option": choice.option, "source": choice.source.key, "region": choice.region}
        audit.record(SHOWN if is_on else HIDDEN, by=by, about=row, detail=detail)
        site_changed(by.clinic_id)
    return row


def export_results(*, by: Actor, now: datetime) -> export.Table:
    """Return all results of the clinic as a tidy table without identity; who took it out is noted."""
    by.require(EXPORT_OUTCOMES)
    with transaction.atomic():
        table = export.table(by.clinic_id)
        audit.record(EXPORTED, by=by, detail={"rows": len(table.rows), "people": table.people})
    return table
