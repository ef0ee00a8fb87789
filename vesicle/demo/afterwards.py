"""After the visit: check-ins, follow-ups, readings and photographs, and the reactions somebody has to look after."""

import random
from datetime import datetime, timedelta

from vesicle.aftercare import services as aftercare
from vesicle.aftercare.domain import points_on
from vesicle.aftercare.models import CheckIn
from vesicle.consent import queries as consents
from vesicle.consent import services as consent_services
from vesicle.consent.models import PhotoConsent
from vesicle.core import clock
from vesicle.demo import faces
from vesicle.demo.pictures import skin
from vesicle.demo.stories import Story
from vesicle.demo.world import World
from vesicle.people import services as people
from vesicle.people.identity import patient_actor
from vesicle.protocols.bank import load_bank
from vesicle.protocols.queries import option_of_edition
from vesicle.results import services as results
from vesicle.results.models import FollowUp, Measurement
from vesicle.treatment import photos, services
from vesicle.treatment.models import Encounter, Photo

_FADE = {3: 0.1, 12: 0.28, 26: 0.15}
"""How much of the drawn lines is gone by week; the series of the demo has a known change."""


def play(world: World, story: Story, encounter: Encounter, dice: random.Random, tone: str) -> None:
    """Live through everything after a signed visit, up to now."""
    for check_in in CheckIn.objects.filter(encounter=encounter).order_by("day"):
        at = check_in.due_at + timedelta(hours=dice.randrange(1, 9))
        if at < world.now and (story.answers_check_ins or story.twist):
            with clock.pretend(at):
                _check_in(story, check_in, at, dice)
    _close_old_alerts(world, encounter)
    for follow_up in FollowUp.objects.filter(encounter=encounter).order_by("week"):
        at = follow_up.due_at + timedelta(hours=dice.randrange(1, 30))
        if at < min(world.now, follow_up.closes_at) and (story.answers_follow_ups or story.twist):
            with clock.pretend(at):
                _follow_up(world, story, follow_up, at, dice, tone)
    _twist(world, story, encounter)


def _check_in(story: Story, check_in: CheckIn, at: datetime, dice: random.Random) -> None:
    sections = option_of_edition(check_in.encounter.edition_id, check_in.encounter.option).option.sections
    planned = next(planned for planned in sections.check_ins if planned.day == check_in.day)
    points = points_on(sections.course, check_in.day)
    bank = load_bank()
    values: dict[str, object] = {}
    for measure_id in planned.measures:
        measure = bank.measures[measure_id]
        highest = {
            "OM-REDNESS": max((point.redness_max for point in points), default=0),
            "OM-SWELLING": max((point.swelling_max for point in points), default=0),
            "OM-VAS-PAIN": max((point.pain_max for point in points), default=0),
        }.get(measure_id, 3)
        value = dice.randint(0, highest)
        if story.twist == "outside" and measure_id == "OM-REDNESS":
            value = min(4, highest + 1)
        for part in measure.parts:
            values[f"{measure_id}.{part.id}"] = value
        values[measure_id] = value
    flags = ["RF-HSV"] if story.twist in ("red-flag", "adverse-event") and check_in.day in (1, 2) else []
    aftercare.answer_check_in(
        by=patient_actor(check_in.patient),
        check_in=check_in,
        measures=values,
        red_flags=[flag for flag in flags if flag in sections.red_flags.ask],
        note="It tingles at the corner of my mouth." if flags else "",
        now=at,
    )


def _close_old_alerts(world: World, encounter: Encounter) -> None:
    """Somebody looked after everything that is more than two days old; what is newer is still open."""
    for alert in encounter.alerts.filter(closed_at=None, opened_at__lt=world.now - timedelta(days=2)):
        at = alert.opened_at + timedelta(hours=2)
        with clock.pretend(at):
            aftercare.close_alert(
                by=world.actor("iris"),
                alert=alert,
                action_taken="Called the patient, looked at a photograph, explained what to watch for.",
                now=at,
            )


def _follow_up(world: World, story: Story, follow_up: FollowUp, at: datetime, dice: random.Random, tone: str) -> None:
    encounter = follow_up.encounter
    bank = load_bank()
    chances = {"OM-GAIS": (0, 1, 1, 2), "OM-VAS-SAT": (4, 6, 7, 8)}
    values = {
        measure: dice.choice(chances.get(measure, (int(bank.measures[measure].min or 0),)))
        for measure in results.patient_measures(follow_up)
    }
    results.answer_follow_up(by=patient_actor(follow_up.patient), follow_up=follow_up, values=values, now=at)
    _readings(world, encounter, follow_up.week, at, dice)
    if story.twist == "series":
        if follow_up.week == faces.WEEK:
            faces.after(world, follow_up, at)
    elif consents.photo_consent(world.system, follow_up.patient_id, PhotoConsent.Use.CLINICAL):
        photos.store(
            by=patient_actor(follow_up.patient),
            patient=follow_up.patient,
            upload=skin(person=follow_up.patient_id, tone=tone, lines=0.9 - _FADE.get(follow_up.week, 0.1)),
            view=Photo.View.FRONT,
            taken_at=at,
            now=at,
            encounter=encounter,
            day=follow_up.week * 7,
            week=follow_up.week,
        )


def _readings(world: World, encounter: Encounter, week: int, at: datetime, dice: random.Random) -> None:
    """Repeat each device reading of the baseline twice: from the pairs the clinic learns its measurement error."""
    rows = Measurement.objects.filter(encounter=encounter, week=0, scored_by=Measurement.ScoredBy.DEVICE)
    before = {(row.measure, row.region): row for row in rows}
    for row in before.values():
        gain = 1 + dice.uniform(0.02, 0.22)
        for _ in range(2):
            value = round(float(row.value) * gain + dice.gauss(0, 1.2), 1)
            measure = load_bank().measures[row.measure]
            results.record_measurement(
                by=world.actor("noor"),
                encounter=encounter,
                measure_id=row.measure,
                value=min(max(value, measure.min or 0), measure.max or 999),
                week=week,
                region=row.region,
                now=at,
            )


def _twist(world: World, story: Story, encounter: Encounter) -> None:
    """The awkward ends."""
    director, at = world.actor("iris"), min(world.now, encounter.started_at + timedelta(days=4))
    with clock.pretend(at):
        if story.twist == "adverse-event":
            use = encounter.product_uses.select_related("lot").filter(need="exosomes").first()
            aftercare.record_adverse_event(
                by=director,
                encounter=encounter,
                term="Herpes simplex, perioral",
                onset_day=2,
                severity=2,
                is_serious=False,
                action="Antiviral medicine for ten days; seen again on day 6.",
                outcome="Healed without a mark",
                lot=use.lot if use else None,
                alert=encounter.alerts.first(),
                now=at,
            )
        elif story.twist == "amended":
            services.amend(
                by=director,
                encounter=encounter,
                text="The passes on the cheeks were three, not the number charted.",
                reason="Mistyped during the visit.",
                signature=world.staff["iris"].name,
                now=at,
            )
        elif story.twist == "photo-withdrawn":
            consent_services.set_photo_consent(
                by=patient_actor(encounter.patient),
                patient=encounter.patient,
                use=PhotoConsent.Use.PUBLIC,
                is_given=False,
                signature="",
                now=at,
            )
        elif story.twist == "held":
            people.place_hold(
                by=director,
                patient=encounter.patient,
                reason="Swollen eyelids after the last visit; allergy test first.",
                at=at,
            )
