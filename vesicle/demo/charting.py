"""Charts a whole visit as a careful nurse would: every required record, from the protocol's own units and ranges."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from vesicle.clinic import queries as stock
from vesicle.consent import queries as consents
from vesicle.consent.models import PhotoConsent
from vesicle.core import clock
from vesicle.core.actor import Actor
from vesicle.demo.pictures import skin
from vesicle.protocols.bank import load_bank
from vesicle.protocols.queries import option_of_edition
from vesicle.protocols.schema.sections import Record, Step
from vesicle.treatment import photos, services
from vesicle.treatment.domain import CHARTED_KINDS, areas_of
from vesicle.treatment.models import Encounter, Photo

_QUANTITY = {"mL": Decimal("2.5"), "g": Decimal(5), "piece": Decimal(1)}
_OPTIONAL_MEASURES = frozenset({"OM-CORNEO", "OM-FWCS", "OM-GB-QUAL"})


def chart(
    by: Actor,
    encounter: Encounter,
    *,
    now: datetime,
    dice: random.Random,
    tone: str,
    photograph: Callable[[Actor, Encounter, datetime], None] | None = None,
) -> None:
    """Record every step of an open visit, ready to be signed; ``photograph`` takes others than the patch of skin."""
    steps = option_of_edition(encounter.edition_id, encounter.option).option.sections.steps
    moment = now
    for step in steps:
        moment += timedelta(minutes=4)
        values = {
            (record.id, area): _value(record, moment, dice, encounter)
            for record in step.records
            if record.kind in CHARTED_KINDS and (record.required or record.measure in _OPTIONAL_MEASURES)
            for area in areas_of(record, encounter.areas)
        }
        if values:
            services.record_step(by=by, encounter=encounter, step_id=step.id, values=values, now=moment)
        _products(by, encounter, step, moment)
        if any(record.kind == "photo" and record.required for record in step.records):
            if photograph is None:
                _photographs(by, encounter, moment, tone)
            else:
                photograph(by, encounter, moment)


def _value(record: Record, moment: datetime, dice: random.Random, encounter: Encounter) -> object:
    if record.kind == "check":
        return "yes"
    if record.kind == "choice":
        return record.choices[0]
    if record.kind == "time":
        zone = ZoneInfo(encounter.appointment.location.time_zone)
        return moment.astimezone(zone).strftime("%H:%M")
    if record.kind == "measure" and record.measure:
        return baseline(record.measure, dice)
    if record.kind == "number":
        low, high = record.min or 0.0, record.max or 1.0
        step = record.step or (1.0 if high - low > 3 else 0.1)
        return f"{round(low + (high - low) * 0.4 / step // 1 * step, 2):g}"
    if record.kind == "answers":
        return "Asked again today: nothing has changed."
    return "As in the protocol."


def baseline(measure_id: str, dice: random.Random) -> str:
    """Return a value before treatment, in the middle of the measure's scale."""
    measure = load_bank().measures[measure_id]
    low, high = measure.min or 0.0, measure.max if measure.max is not None else 10.0
    if measure_id in ("OM-REDNESS", "OM-SWELLING"):
        return str(dice.choice((1, 1, 2)))
    if measure_id == "OM-VAS-PAIN":
        return str(dice.choice((1, 2, 3)))
    value = low + (high - low) * dice.uniform(0.4, 0.55)
    step = measure.step or 1.0
    return f"{round(value / step) * step:g}"


def _products(by: Actor, encounter: Encounter, step: Step, moment: datetime) -> None:
    sections = option_of_edition(encounter.edition_id, encounter.option).option.sections
    place = encounter.appointment.location
    on = clock.day_in(place.time_zone, moment)
    for record in step.records:
        if record.need is None or not record.required:
            continue
        need = next(need for need in sections.products if need.id == record.need)
        for route in need.routes:
            lots = stock.usable_lots(by, need=need, location_id=place.pk, route=route, on=on)
            if lots:
                unit = lots[0].product.unit
                services.use_product(
                    by=by,
                    encounter=encounter,
                    step_id=step.id,
                    need_id=need.id,
                    quantity=_QUANTITY.get(unit, Decimal(1)),
                    route=route,
                    lot=lots[0],
                    now=moment,
                )
                break


def _photographs(by: Actor, encounter: Encounter, moment: datetime, tone: str) -> None:
    if not consents.photo_consent(by, encounter.patient_id, PhotoConsent.Use.CLINICAL):
        return
    photos.store(
        by=by,
        patient=encounter.patient,
        upload=skin(person=encounter.patient_id, tone=tone, lines=0.9),
        view=Photo.View.FRONT,
        taken_at=moment,
        now=moment,
        encounter=encounter,
        day=0,
    )
