"""Open a round of blinded rating, rate a pair, close the round."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from vesicle.consent.queries import Use, agreeing
from vesicle.core import audit
from vesicle.core.actor import Actor
from vesicle.core.errors import Conflict, Invalid, NotFound
from vesicle.people.models import Staff
from vesicle.people.queries import named_staff_id
from vesicle.protocols.queries import offered, option_of_edition
from vesicle.results.models import Rating, RatingPair, RatingRound, RatingTask
from vesicle.results.permissions import OPEN_ROUND, RATE
from vesicle.results.rating.domain import FEWEST_PAIRS, SCORES, deal
from vesicle.treatment.models import Encounter, Photo

OPENED = audit.define("rating.opened", "had photographs rated without saying which is before")
RATED = audit.define("rating.rated", "rated a pair of photographs")
CLOSED = audit.define("rating.closed", "closed a round of photo rating")

FEWEST_RATERS = 2


def open_round(
    *,
    by: Actor,
    option: str,
    concern: str,
    view: str,
    weeks: tuple[int, int],
    raters: Sequence[Staff],
    now: datetime,
) -> RatingRound:
    """Collect the pairs of an option and deal them to the raters.

    Each person comes once: their first photograph of the view from before, and their latest from ``weeks``
    (first, last). Photographs in the swelling window and people who do not agree to clinical photographs stay out.

    Raises:
        Invalid: a concern the option's protocol does not name, weeks in the wrong order, fewer than two raters, or
            fewer than five people with a pair.
    """
    by.require(OPEN_ROUND)
    faults: dict[str, str] = {}
    if concern not in {one.concern for one in offered(by.clinic_id, option).option.sections.concerns}:
        faults["subject"] = "Choose a treatment and one of the concerns its protocol names."
    if not 0 < weeks[0] <= weeks[1]:
        faults["to_week"] = "The last week has to be the first or a later one, and the first at least 1."
    if len({rater.pk for rater in raters}) < FEWEST_RATERS:
        faults["raters"] = "Choose two or more raters: one rater's eye cannot be checked."
    if faults:
        raise Invalid("The round was not opened.", fields=faults)
    found = _pairs(by, option, view, weeks)
    if len(found) < FEWEST_PAIRS:
        raise Invalid(
            f"Only {len(found)} people have photographs of this view from before and from these weeks; "
            f"a round needs {FEWEST_PAIRS} or more. Choose other weeks or another view.",
            fields={"view": f"{len(found)} of at least {FEWEST_PAIRS} people have a pair."},
        )
    with transaction.atomic():
        opened = RatingRound.objects.create(
            clinic_id=by.clinic_id,
            option=option,
            concern=concern,
            view=view,
            from_week=weeks[0],
            to_week=weeks[1],
            opened_at=now,
            opened_by_id=named_staff_id(by),
        )
        pairs = {
            pair.pk: pair
            for pair in (
                RatingPair.objects.create(
                    clinic_id=by.clinic_id,
                    round=opened,
                    patient_id=encounter.patient_id,
                    encounter=encounter,
                    before=before,
                    after=after,
                )
                for encounter, before, after in found
            )
        }
        knows = {
            rater.pk: frozenset(number for number, pair in pairs.items() if _knows(rater, pair)) for rater in raters
        }
        RatingTask.objects.bulk_create(
            RatingTask(
                clinic_id=by.clinic_id,
                round=opened,
                pair_id=task.pair,
                rater_id=task.rater,
                position=task.position,
                before_on_left=task.before_on_left,
                is_repeat=task.is_repeat,
            )
            for task in deal(list(pairs), knows, seed=secrets.randbits(32))
        )
        audit.record(OPENED, by=by, about=opened, detail={"pairs": len(pairs), "raters": len(knows)})
    return opened


def _knows(rater: Staff, pair: RatingPair) -> bool:
    return pair.encounter.provider_id == rater.pk or rater.name in (pair.before.by_name, pair.after.by_name)


def _pairs(by: Actor, option: str, view: str, weeks: tuple[int, int]) -> list[tuple[Encounter, Photo, Photo]]:
    """Return one pair a person: the first photograph from before and the latest of the weeks."""
    photos = Photo.objects.filter(
        clinic_id=by.clinic_id, view=view, encounter__option=option, encounter__signed_at__isnull=False
    ).exclude(capture__is_for_measuring=False)
    before: dict[tuple[int, str], Photo] = {}
    found: dict[int, tuple[Encounter, Photo, Photo]] = {}
    for photo in photos.select_related("encounter__provider").order_by("taken_at", "pk"):
        encounter = photo.encounter
        if encounter is None:
            continue
        if photo.week is None:
            before.setdefault((encounter.pk, photo.area), photo)
        elif (
            (encounter.pk, photo.area) in before
            and weeks[0] <= photo.week <= weeks[1]
            and not _is_swollen(encounter, photo)
        ):
            found[photo.patient_id] = (encounter, before[encounter.pk, photo.area], photo)
    agreed = agreeing(by, found, Use.CLINICAL)
    return [pair for person, pair in found.items() if person in agreed]


def _is_swollen(encounter: Encounter, photo: Photo) -> bool:
    results = option_of_edition(encounter.edition_id, encounter.option).option.sections.results
    return (photo.taken_at - encounter.started_at).days <= results.swelling_window_days


def rate(*, by: Actor, round_id: int, position: int, score: int | None, now: datetime) -> Rating:
    """Say which side of a pair looks better, or ``None`` for "cannot judge"; said again, the later answer counts.

    The round closes by itself when its last look is answered.

    Raises:
        NotFound: not one of the rater's own tasks.
        Conflict: the round is closed, or an earlier look is not answered yet.
    """
    by.require(RATE)
    if score is not None and score not in SCORES:
        raise Invalid("Choose one of the answers listed.", fields={"score": "Choose one of the answers listed."})
    with transaction.atomic():
        rounds = RatingRound.objects.select_for_update().filter(clinic_id=by.clinic_id, pk=round_id)
        found = rounds.first()
        task = RatingTask.objects.filter(round_id=round_id, rater_id=by.person_id, position=position).first()
        if found is None or task is None:
            raise NotFound("We could not find that pair.")
        if found.closed_at is not None:
            raise Conflict("This round is closed, so nothing can be added to it.")
        open_tasks = RatingTask.objects.filter(round_id=round_id, ratings=None)
        if open_tasks.filter(rater_id=by.person_id, position__lt=position).exists():
            raise Conflict("Answer the pairs in their order, please.")
        row = Rating.objects.create(clinic_id=by.clinic_id, task=task, score=score, rated_at=now)
        audit.record(RATED, by=by, about=row, patient_id=task.pair.patient_id, detail={"round": round_id})
        if not open_tasks.exists():
            _close(by, found, now)
    return row


def close_round(*, by: Actor, round_id: int, now: datetime) -> RatingRound:
    """Close a round before everybody has finished; what is missing stays missing. Raises ``Conflict`` if closed."""
    by.require(OPEN_ROUND)
    with transaction.atomic():
        found = RatingRound.objects.select_for_update().filter(clinic_id=by.clinic_id, pk=round_id).first()
        if found is None:
            raise NotFound("We could not find that round.")
        if found.closed_at is not None:
            raise Conflict("This round is closed already.")
        _close(by, found, now)
    return found


def _close(by: Actor, found: RatingRound, now: datetime) -> None:
    found.closed_at = now
    found.save(update_fields=["closed_at"])
    audit.record(CLOSED, by=by, about=found)
