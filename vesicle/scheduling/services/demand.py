"""Remembering what was looked for, so that the owner sees where a room, a provider or an evening is missing."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import connection

from vesicle.clinic.models import Location
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.scheduling.models import SlotSearch

_COUNT = """
INSERT INTO scheduling_searchcount (clinic_id, location_id, option, day, by_kind, found)
SELECT %s, %s, %s, %s, %s, 1 {source}
ON CONFLICT (clinic_id, day, location_id, option, by_kind) DO UPDATE SET found = scheduling_searchcount.found + 1
"""
_WITHIN = _COUNT.format(source="")
# On its own the statement does not wait for the disk: losing the last counts in a crash harms nobody. The setting ends
# with the transaction, so it must never be made inside one that holds something else.
_ALONE = "WITH quick AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))" + _COUNT.format(
    source="FROM quick"
)


def note_search(
    *,
    by: Actor,
    option_id: str,
    areas: Sequence[str],
    location: Location,
    first: date,
    last: date,
    found: int,
    now: datetime,
    wishes: Mapping[str, object] | None = None,
    next_free: date | None = None,
) -> None:
    """Remember a person's search for times between two local days: counted where it found some, a row where none.

    Who asked is not kept, only what kind of actor. ``wishes`` narrowed the search: ``provider`` (a number),
    ``weekdays`` (numbers), ``time`` (words such as ``evening``). ``next_free`` is the first later day with a time.
    """
    if found:
        on = clock.day_in(location.time_zone, now)
        with connection.cursor() as cursor:
            cursor.execute(
                _WITHIN if connection.in_atomic_block else _ALONE, [by.clinic_id, location.pk, option_id, on, by.kind]
            )
        return
    SlotSearch.objects.create(
        clinic_id=by.clinic_id,
        location=location,
        option=option_id,
        areas=list(areas),
        first_day=first,
        last_day=last,
        wishes=dict(wishes or {}),
        next_free=next_free,
        by_kind=by.kind,
        at=now,
    )
