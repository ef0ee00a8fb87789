"""Which photographs the current methods have not seen."""

from collections.abc import Mapping

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from vesicle.core.actor import Actor
from vesicle.results.models import PhotoMeasure
from vesicle.results.permissions import READ
from vesicle.skin.measuring import METHODS
from vesicle.treatment.models import Photo


def measured(actor: Actor, photo: Photo) -> frozenset[str]:
    """Return the measures whose current method has seen a photograph."""
    actor.require(READ)
    rows = PhotoMeasure.objects.filter(clinic_id=actor.clinic_id, photo=photo, method__in=METHODS.values())
    return frozenset(rows.values_list("measure", flat=True).distinct())


def unmeasured(actor: Actor, methods: Mapping[str, str], *, after: int = 0, most: int = 100) -> list[int]:
    """Return the first photographs, by number and behind ``after``, that one of ``methods`` has not seen. One query."""
    actor.require(READ)
    seen = PhotoMeasure.objects.filter(photo=OuterRef("pk"), method__in=methods.values()).order_by()
    count = seen.values("photo").annotate(count=Count("measure", distinct=True)).values("count")
    rows = Photo.objects.filter(clinic_id=actor.clinic_id, pk__gt=after)
    rows = rows.annotate(seen=Coalesce(Subquery(count, output_field=IntegerField()), 0)).filter(seen__lt=len(methods))
    return list(rows.order_by("pk").values_list("pk", flat=True)[:most])
