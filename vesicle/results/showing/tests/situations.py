"""A patient with a pair of photographs that may be shown."""

from datetime import timedelta

from vesicle.core import clock
from vesicle.demo.pictures import skin
from vesicle.results.showing import services
from vesicle.results.showing.domain import Crop
from vesicle.treatment import photos

ALT = {"alt_before": "A cheek with fine lines below the eye.", "alt_after": "The same cheek, seen in the same light."}


def photographed(path, *, weeks=(None, 12), upload=None, **more):
    """Store a photograph before the treatment and one twelve weeks after it; return their numbers."""
    found = []
    for week in weeks:
        at = path.encounter.started_at + (timedelta(weeks=week) if week else timedelta(0))
        give = {"upload": upload(week) if upload else skin(person=1, tone="II", lines=0.8 if week is None else 0.3)}
        give |= {"by": path.nurse, "patient": path.patient, "encounter": path.encounter, "view": "front", "week": week}
        found.append(photos.store(**give | more, taken_at=at, now=at).pk)
    return found


def willing(path):
    """Let the patient agree to everything a shown pair needs, and be photographed."""
    path.agree_to_photographs()
    path.agree_to_photographs("public")
    return photographed(path)


def show(path, numbers, **changes):
    """Let Iris show a pair."""
    given = {"by": path.house.actor("iris"), "before": numbers[0], "after": numbers[1], "crop": Crop(0, 43, 100, 57)}
    return services.show(**given | ALT | {"now": clock.now()} | changes)
