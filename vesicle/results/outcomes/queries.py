"""Reads of outcomes: what can be chosen, everybody treated, and what was seen of them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, QuerySet

from vesicle.consent import queries as consents
from vesicle.core import audit, clock
from vesicle.core.actor import Actor
from vesicle.core.errors import Invalid
from vesicle.protocols.queries import option_of_edition
from vesicle.protocols.schema.sections import FollowUp as Planned
from vesicle.protocols.schema.sections import Results
from vesicle.results.models import FollowUp, Measurement, OwnResultSwitch, PhotoMeasure
from vesicle.results.outcomes.domain import Cohort, Treated
from vesicle.results.outcomes.source import PHOTO, Source
from vesicle.results.permissions import SEE_OUTCOMES
from vesicle.skin import MEASURES
from vesicle.treatment.models import Encounter, Photo, ProductUse

READ_OUTCOMES = audit.define("results.outcomes-read", "read the clinic's own outcomes")


@dataclass(frozen=True, slots=True)
class Choice:
    """What one curve is about. ``region`` is empty for the treated area as a whole."""

    option: str
    source: Source
    region: str


@dataclass(frozen=True, slots=True)
class Found:
    """A cohort with what its page needs: names of versions and methods, and the promise of the newest edition."""

    choice: Choice
    cohort: Cohort
    promise: Results
    method: str
    elsewhen: int
    """Values taken at no planned week, or in the swelling window, or by another device than before; not used."""
    withheld: int = 0
    """People treated who do not agree, or no longer, to photographs in their record; of photographs alone."""


def options_treated(actor: Actor) -> list[str]:
    """Return the options with signed visits, the most frequent first."""
    actor.require(SEE_OUTCOMES)
    rows = _signed(actor.clinic_id).values_list("option").annotate(count=Count("pk"))
    return [option for option, _ in rows.order_by("-count", "option")]


def sources(actor: Actor, option: str) -> list[tuple[Source, str]]:
    """Return what was measured after an option and where, scales before photographs. Two queries."""
    actor.require(SEE_OUTCOMES)
    scales = Measurement.objects.filter(clinic_id=actor.clinic_id, encounter__option=option, week__gt=0, part="")
    photos = PhotoMeasure.objects.filter(
        clinic_id=actor.clinic_id, photo__encounter__option=option, value__isnull=False
    )
    rows = [*scales.order_by().values_list("scored_by", "measure", "region").distinct()]
    rows += [(PHOTO, *row) for row in photos.order_by().values_list("measure", "region").distinct()]
    found = ((Source.read(f"{by}:{measure}"), region) for by, measure, region in rows)
    known = [(source, region) for source, region in found if source is not None]
    return sorted(known, key=lambda one: (one[0].is_photo, one[0].key, one[1]))


def outcome(actor: Actor, choice: Choice, *, now: datetime) -> Found:
    """Return everybody treated and what was seen of them, for staff; the read is audited.

    Raises ``Invalid`` for an option nobody was treated with.
    """
    actor.require(SEE_OUTCOMES)
    found = gathered(actor.clinic_id, choice, now=now)
    if found is None:
        raise Invalid("Nobody was treated with this option here.", fields={"option": "Choose one of those listed."})
    detail = {"option": choice.option, "source": choice.source.key, "region": choice.region}
    audit.record(READ_OUTCOMES, by=actor, detail=detail | {"people": len(found.cohort.treated)})
    return found


def gathered(clinic_id: int, choice: Choice, *, now: datetime) -> Found | None:
    """Return the cohort of a choice, ``None`` where nobody was treated. Six queries at most, however many people.

    A person counts from their first signed visit of the option, so that nobody counts twice. Whoever withdraws their
    consent to photographs takes their values along and counts as not seen: treated they were, and a clinic's loss must
    not look smaller for it.
    """
    visits = first_visits(clinic_id, choice.option)
    if not visits:
        return None
    newest = max(visits, key=lambda row: (row.started_at, row.pk))
    sections = option_of_edition(newest.edition_id, choice.option).option.sections
    weeks = planned_weeks(sections.follow_ups, choice.source)
    swelling = sections.results.swelling_window_days
    agreeing = photographed(clinic_id, visits) if choice.source.is_photo else None
    mine = {row.pk: row for row in visits if agreeing is None or row.patient_id in agreeing}
    rows, method = _values(clinic_id, choice, mine)
    values, unused = _by_week(rows, weeks, swelling)
    cohort = Cohort(tuple(_treated(clinic_id, visits, now)), values, weeks, choice.source.kind)
    return Found(choice, cohort, sections.results, method, unused, len(visits) - len(mine))


def photographed(clinic_id: int, visits: Iterable[Encounter]) -> set[int]:
    """Return whose photographs may be measured and counted: who agrees now to have them in their record. One query.

    The record itself stays as it is; this is asked each time, so a withdrawal counts from the next look on.
    """
    system = Actor.system(clinic_id, "outcomes")
    return consents.agreeing(system, {row.patient_id for row in visits}, consents.Use.CLINICAL)


def planned_weeks(follow_ups: Iterable[Planned], source: Source) -> tuple[int, ...]:
    """Return the weeks at which the protocol plans a measure (or photographs); where it plans none, all its weeks.

    Nobody is lost to a week at which nothing of the kind was to be measured.
    """
    rows = [row for row in follow_ups if row.week > 0]
    asked = {row.week for row in rows if (row.photographs if source.is_photo else source.measure in row.measures)}
    return tuple(sorted(asked or {row.week for row in rows}))


def _signed(clinic_id: int) -> QuerySet[Encounter]:
    return Encounter.objects.filter(clinic_id=clinic_id, signed_at__isnull=False)


def first_visits(clinic_id: int, option: str) -> list[Encounter]:
    """Return each person's first signed visit of an option, with provider and place. One query."""
    rows = _signed(clinic_id).filter(option=option).order_by("patient_id", "started_at", "pk").distinct("patient_id")
    return list(rows.select_related("provider", "appointment__location"))


def day_of(visit: Encounter) -> date:
    """Return the day of a visit by its location's clock."""
    return clock.day_in(visit.appointment.location.time_zone, visit.started_at)


def _treated(clinic_id: int, visits: Sequence[Encounter], now: datetime) -> Iterable[Treated]:
    due: dict[int, set[int]] = defaultdict(set)
    planned = FollowUp.objects.filter(clinic_id=clinic_id, encounter__in=visits, closes_at__lt=now)
    for visit, week in planned.values_list("encounter_id", "week"):
        due[visit].add(week)
    products = products_of(clinic_id, visits)
    for row in visits:
        yield Treated(
            person=row.patient_id,
            visit=row.pk,
            on=day_of(row),
            provider=row.provider.name,
            products=tuple(sorted(products[row.pk])),
            version=row.protocol_version,
            due=frozenset(due[row.pk]),
        )


def products_of(clinic_id: int, visits: Sequence[Encounter]) -> Mapping[int, set[str]]:
    """Return the names of the products used, by visit. One query."""
    products: dict[int, set[str]] = defaultdict(set)
    uses = ProductUse.objects.filter(clinic_id=clinic_id, encounter__in=visits, voided_at=None)
    for visit, name in uses.values_list("encounter_id", "lot__product__name"):
        products[visit].add(name)
    return products


Value = tuple[int, int, int, str, float]
"""Person, week (0 is before), day since treatment, method, value."""


def _values(clinic_id: int, choice: Choice, visits: Mapping[int, Encounter]) -> tuple[list[Value], str]:
    """Return the values of a choice, and the one method version that photographs are read by (empty otherwise)."""
    source, found = choice.source, []
    if not source.is_photo:
        rows = Measurement.objects.filter(clinic_id=clinic_id, encounter__in=visits.keys(), corrected_by=None)
        rows = rows.filter(measure=source.measure, scored_by=source.by, region=choice.region, part="")
        for visit, week, at, method, value in rows.values_list("encounter_id", "week", "taken_at", "method", "value"):
            row = visits[visit]
            found.append((row.patient_id, week, (at - row.started_at).days, method, float(value)))
        return found, ""
    photos = PhotoMeasure.objects.filter(clinic_id=clinic_id, photo__encounter__in=visits.keys(), value__isnull=False)
    # One view, since a cheek measures otherwise from the side; colours only where a card makes them comparable.
    photos = photos.filter(measure=source.measure, region=choice.region, photo__view=Photo.View.FRONT)
    if MEASURES[source.measure].needs_card:
        photos = photos.filter(calibration=_one_card(photos))
    taken = ("photo__encounter_id", "photo__week", "photo__taken_at", "method", "value")
    for visit, photo_week, at, method, measured in photos.values_list(*taken):
        row = visits[visit]
        # Photographs of the visit itself are taken before the treatment, and have no week.
        found.append((row.patient_id, photo_week or 0, (at - row.started_at).days, method, float(measured or 0.0)))
    # Versions are never mixed. While an archive is measured again, the version that has seen most is the one to read.
    counts = Counter(one[3] for one in found)
    best = max(counts, key=lambda method: (counts[method], _version(method)), default="")
    return [one for one in found if one[3] == best], best


def _one_card(photos: QuerySet[PhotoMeasure]) -> str:
    """Return the kind of card that most photographs show: gains and a whole matrix are not mixed."""
    counts = Counter(photos.filter(calibration__in=("card", "grey")).values_list("calibration", flat=True))
    return "grey" if counts["grey"] > counts["card"] else "card"


def _version(method: str) -> tuple[int, str]:
    number = method.rpartition("/")[2]
    return (int(number) if number.isdecimal() else 0, method)


def _by_week(rows: Sequence[Value], weeks: Sequence[int], swelling: int) -> tuple[dict[int, dict[int, float]], int]:
    """Return each person's mean value by planned week, and how many values fit none of them.

    A value belongs to the nearest planned week if it is not further from it than a week, or a seventh of it.
    """
    devices = {(person, method) for person, week, _, method, _ in rows if week == 0}
    with_before = {person for person, _ in devices}
    cells: dict[tuple[int, int], list[float]] = defaultdict(list)
    unused = 0
    for person, week, day, method, value in rows:
        at = 0 if week == 0 else min(weeks, key=lambda planned: abs(planned - week), default=0)
        near = week == 0 or (at > 0 and abs(at - week) <= max(1.0, at / 7) and day > swelling)
        if not near or (person in with_before and (person, method) not in devices):
            unused += 1
            continue
        cells[person, at].append(value)
    found: dict[int, dict[int, float]] = defaultdict(dict)
    for (person, week), values in cells.items():
        found[person][week] = sum(values) / len(values)
    return dict(found), unused


def switch(clinic_id: int, option: str) -> OwnResultSwitch | None:
    """Return the last turn of an option's switch, or ``None`` if nobody has touched it."""
    rows = OwnResultSwitch.objects.filter(clinic_id=clinic_id, option=option).select_related("by")
    return rows.order_by("-at", "-pk").first()


def turns(actor: Actor, option: str) -> list[OwnResultSwitch]:
    """Return every turn of an option's switch, the latest first."""
    actor.require(SEE_OUTCOMES)
    rows = OwnResultSwitch.objects.filter(clinic_id=actor.clinic_id, option=option).select_related("by")
    return list(rows.order_by("-at", "-pk"))
