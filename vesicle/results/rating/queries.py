"""Reads of rounds, beginning with who is asking. What raters found stays hidden until a round is closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Subquery

from vesicle.core.actor import Actor
from vesicle.core.errors import NotFound
from vesicle.people.models import Staff
from vesicle.results.models import Rating, RatingRound, RatingTask
from vesicle.results.permissions import OPEN_ROUND, RATE
from vesicle.results.rating.domain import Answer, Verdicts, verdicts
from vesicle.treatment import photos


def rounds(actor: Actor) -> Sequence[RatingRound]:
    """Return every round for who may open one, their own rounds for a rater; the newest first."""
    actor.require(RATE)
    rows = RatingRound.objects.filter(clinic_id=actor.clinic_id).order_by("-opened_at")
    if not actor.may(OPEN_ROUND):
        rows = rows.filter(tasks__rater_id=actor.person_id).distinct()
    return list(rows)


def rating_round(actor: Actor, round_id: int) -> RatingRound:
    """Return one round the actor may see. Raises ``NotFound``."""
    actor.require(RATE)
    found = next((row for row in rounds(actor) if row.pk == round_id), None)
    if found is None:
        raise NotFound("We could not find that round.")
    return found


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one rater is."""

    rater: Staff
    done: int
    of: int


def progress(actor: Actor, round_id: int) -> list[Progress]:
    """Return how far each rater is, by name."""
    rating_round(actor, round_id)
    rows = (
        RatingTask.objects.filter(round_id=round_id)
        .values("rater_id")
        .annotate(of=Count("pk", distinct=True), done=Count("ratings__task", distinct=True))
    )
    names = Staff.objects.in_bulk([row["rater_id"] for row in rows])
    found = [Progress(names[row["rater_id"]], row["done"], row["of"]) for row in rows]
    return sorted(found, key=lambda row: row.rater.name)


def next_task(actor: Actor, round_id: int) -> RatingTask | None:
    """Return the rater's first look without an answer, or ``None`` when they are through."""
    actor.require(RATE)
    rows = RatingTask.objects.filter(round_id=round_id, rater_id=actor.person_id, ratings=None)
    return rows.order_by("position").first()


def task(actor: Actor, round_id: int, position: int) -> RatingTask:
    """Return one of the rater's own looks. Raises ``NotFound``."""
    actor.require(RATE)
    rows = RatingTask.objects.filter(round_id=round_id, rater_id=actor.person_id, position=position)
    found = rows.select_related("pair", "round").first()
    if found is None:
        raise NotFound("We could not find that pair.")
    return found


def picture(actor: Actor, round_id: int, position: int, side: str) -> bytes:
    """Return the photograph on one side of a look; that it was looked at is noted. Raises ``NotFound``."""
    found = task(actor, round_id, position)
    is_before = (side == "left") == found.before_on_left
    return photos.look_at(actor, found.pair.before_id if is_before else found.pair.after_id)


def found_by(actor: Actor, row: RatingRound) -> Verdicts | None:
    """Return what the raters found, or ``None`` while the round is open."""
    actor.require(RATE)
    if row.closed_at is None:
        return None
    latest = Rating.objects.filter(task=OuterRef("pk")).order_by("-pk")
    tasks = RatingTask.objects.filter(round=row).exclude(ratings=None)
    rows = tasks.annotate(score=Subquery(latest.values("score")[:1]))
    return verdicts(
        Answer(*values) for values in rows.values_list("pair_id", "rater_id", "is_repeat", "before_on_left", "score")
    )


def raters(actor: Actor) -> Sequence[Staff]:
    """Return the staff who may rate, by name."""
    actor.require(OPEN_ROUND)
    allowed = [role.value for role in RATE.roles]
    rows = Staff.objects.filter(clinic_id=actor.clinic_id, is_active=True, roles__overlap=allowed)
    return list(rows.order_by("name"))
