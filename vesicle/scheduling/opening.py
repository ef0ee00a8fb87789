"""When a place is open and a provider there on one day, from weekly hours that may change and may cross midnight."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from vesicle.clinic.models import Hours
from vesicle.scheduling.domain import Opening, local_moment

Span = tuple[datetime, datetime]


def spans(rows: Iterable[Hours], on: date, zone: str) -> list[Span]:
    """Return the stretches of a day that ``rows`` say, in order; hours over midnight belong to the day they open on."""
    found = []
    for row in rows:
        hours = Opening(row.weekday, row.opens, row.closes, row.valid_from, row.valid_until)
        if hours.holds_on(on):
            ends_on = on + timedelta(days=1) if hours.crosses_midnight else on
            found.append((local_moment(on, row.opens, zone), local_moment(ends_on, row.closes, zone)))
    return sorted(found)
