"""How usual the change of a shown pair is, among everybody the clinic measured in the same way at the same week."""

from __future__ import annotations

from vesicle.consent import queries as consents
from vesicle.core.actor import Actor
from vesicle.protocols.queries import OfferedOption
from vesicle.results.models import PhotoChange, PhotoComparison, ShownPair
from vesicle.results.photo_courses import primary
from vesicle.results.showing.domain import Standing, standing
from vesicle.skin import MEASURES

_WANTED = {"lower": -1, "higher": 1}


def standing_of(actor: Actor, offered: OfferedOption, pair: ShownPair) -> Standing:
    """Return where the pair's change stands: in the first outcome the protocol names that was measured in it.

    Each person counts once; whoever no longer agrees to photographs in their record does not count.
    """
    unknown = standing(None, (), wanted=0)
    compared = PhotoComparison.objects.filter(
        clinic_id=actor.clinic_id,
        encounter_id=pair.encounter_id,
        state=PhotoComparison.State.DONE,
        before__contains=[pair.before_id],
        after__contains=[pair.after_id],
    )
    latest = compared.order_by("-ended_at").first()
    if latest is None:
        return unknown
    known = {(row.region, row.measure): row for row in latest.changes.filter(percent__isnull=False)}
    own = None
    for name in primary(offered.option.sections, pair.areas):
        region, _, measure = name.partition(":")
        own = known.get((region, measure))
        if own is not None:
            break
    if own is None:
        return unknown
    rows = PhotoChange.objects.filter(
        clinic_id=actor.clinic_id,
        comparison__encounter__option=pair.option,
        comparison__week=latest.week,
        region=own.region,
        measure=own.measure,
        method=own.method,
        percent__isnull=False,
    ).exclude(comparison__patient_id=pair.patient_id)
    by_person: dict[int, float] = {}
    for patient_id, percent in rows.order_by("comparison__encounter__started_at", "-comparison__ended_at").values_list(
        "comparison__patient_id", "percent"
    ):
        if percent is not None:
            by_person.setdefault(patient_id, percent)
    agreed = consents.agreeing(actor, by_person, consents.Use.CLINICAL)
    others = [percent for person, percent in by_person.items() if person in agreed]
    return standing(own.percent, others, wanted=_WANTED.get(MEASURES[own.measure].better, 0))
