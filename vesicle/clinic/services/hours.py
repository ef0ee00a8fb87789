"""Weekly hours of locations, and of providers at them: from a day, for a while, or for good."""

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta

from django.db import transaction
from django.db.models import Q

from vesicle.clinic import permissions
from vesicle.clinic.domain.hours import hours_problems
from vesicle.clinic.models import Hours, Location, Resource
from vesicle.clinic.services.site import site_changed
from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import Invalid, NotFound
from vesicle.people.queries import require_same_clinic

HOURS_SET = audit.define("clinic.hours-set", "set the opening hours")
HOURS_WITHDRAWN = audit.define("clinic.hours-withdrawn", "took back hours that were to come")

Week = Mapping[int, Sequence[tuple[time, time]]]
"""Opening spans by weekday, 0 for Monday. A day that is missing is closed."""
_DAY = timedelta(days=1)


def set_hours(
    *,
    by: Actor,
    location: Location,
    week: Week,
    resource: Resource | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> Sequence[Hours]:
    """Set the weekly hours of a location, or of a provider at it, and return them.

    They count from ``valid_from`` to ``valid_until``, both included, in place of what was said for these days; what
    was said for other days stays. Without either they replace everything.

    Raises:
        Invalid: a weekday, span or period that cannot be; ``fields`` names the weekday by its number.
    """
    by.require(permissions.MANAGE_PLACES)
    require_same_clinic(by, location)
    if resource is not None:
        require_same_clinic(by, resource)
    problems = hours_problems(week)
    if valid_from is not None and valid_until is not None and valid_until < valid_from:
        problems["valid_until"] = "The last day comes before the first."
    if problems:
        raise Invalid("Please check the hours.", fields=problems)
    with transaction.atomic():
        _make_way(location, resource, valid_from, valid_until)
        rows = [
            Hours(
                clinic_id=by.clinic_id,
                location=location,
                resource=resource,
                weekday=day,
                opens=opens,
                closes=closes,
                valid_from=valid_from,
                valid_until=valid_until,
            )
            for day, spans in sorted(week.items())
            for opens, closes in sorted(spans)
        ]
        Hours.objects.bulk_create(rows)
        detail = {"location": location.name, "from": valid_from, "until": valid_until}
        audit.record(HOURS_SET, by=by, about=resource or location, detail=detail)
        site_changed(by.clinic_id)
    return rows


def withdraw_hours(
    *, by: Actor, location: Location, valid_from: date, today: date, resource: Resource | None = None
) -> None:
    """Take back hours that begin on a day to come: the hours before them go on.

    Raises ``NotFound`` where none begin on that day, ``Invalid`` where it is not to come.
    """
    by.require(permissions.MANAGE_PLACES)
    require_same_clinic(by, location)
    if valid_from <= today:
        raise Invalid("These hours count already. Set new ones instead.")
    with transaction.atomic():
        rows = Hours.objects.filter(location=location, resource=resource)
        coming = rows.filter(valid_from=valid_from)
        before = rows.filter(valid_until=valid_from - _DAY)
        if not coming.exists() and not before.exists():
            raise NotFound("No hours begin on that day.")
        until = coming.values_list("valid_until", flat=True).first()
        coming.delete()
        before.update(valid_until=until)
        detail = {"location": location.name, "from": valid_from}
        audit.record(HOURS_WITHDRAWN, by=by, about=resource or location, detail=detail)
        site_changed(by.clinic_id)


def _make_way(location: Location, resource: Resource | None, first: date | None, last: date | None) -> None:
    """End what counts before ``first``, begin again after ``last`` what counts longer, drop what lies between."""
    rows = Hours.objects.filter(location=location, resource=resource)
    if first is not None:
        rows = rows.filter(Q(valid_until=None) | Q(valid_until__gte=first))
    if last is not None:
        rows = rows.filter(Q(valid_from=None) | Q(valid_from__lte=last))
    kept = []
    for row in rows:
        if first is not None and (row.valid_from is None or row.valid_from < first):
            kept.append(_copy(row, row.valid_from, first - _DAY))
        if last is not None and (row.valid_until is None or row.valid_until > last):
            kept.append(_copy(row, last + _DAY, row.valid_until))
    rows.delete()
    Hours.objects.bulk_create(kept)


def _copy(row: Hours, valid_from: date | None, valid_until: date | None) -> Hours:
    return Hours(
        clinic_id=row.clinic_id,
        location_id=row.location_id,
        resource_id=row.resource_id,
        weekday=row.weekday,
        opens=row.opens,
        closes=row.closes,
        valid_from=valid_from,
        valid_until=valid_until,
    )
