"""Which clinic a request is for. Asked before anybody is known, so these reads have no actor."""

from datetime import date, datetime

from django.core.cache import cache
from django.http.request import split_domain_port

from vesicle.clinic.models import Clinic, Location
from vesicle.core.clock import day_in
from vesicle.core.errors import NotFound
from vesicle.core.scope import every_clinic

_SECONDS = 30
_forgotten = 0


def clinic_by_id(clinic_id: int) -> Clinic | None:
    """Return the clinic, or ``None``. Remembered for half a minute; ``forget_clinics`` ends that."""
    return _all().get(clinic_id)


def clinic_for_host(host: str) -> Clinic | None:
    """Return the clinic whose domain was asked for, else the installation's first one, else ``None``."""
    domain, _ = split_domain_port(host)
    clinics = _all()
    matching = (clinic for clinic in clinics.values() if clinic.domain and clinic.domain == domain)
    return next(matching, next(iter(clinics.values()), None))


def named_clinic(slug: str) -> Clinic:
    """Return the clinic with a short name, or the installation's first one for an empty name. Raises ``NotFound``."""
    clinics = list(Clinic.objects.order_by("pk"))
    found = next((clinic for clinic in clinics if clinic.slug == slug or not slug), None)
    if found is None:
        known = ", ".join(clinic.slug for clinic in clinics) or "none yet; `vesicle demo load` makes one"
        raise NotFound(f"There is no clinic '{slug}'. Clinics here: {known}.")
    return found


def forget_clinics() -> None:
    """Drop what is remembered about clinics, after one was added or changed."""
    global _forgotten
    _forgotten += 1
    cache.delete_many(["clinics", "clinic-zones"])


def latest_day(clinic_id: int, now: datetime) -> date:
    """Return the latest calendar day that it is at any open location of a clinic; the day in UTC where it has none.

    What ends with a day has ended everywhere once it has ended here. Zones are remembered as clinics are.
    """
    zones: dict[int, tuple[str, ...]] | None = cache.get("clinic-zones")
    if zones is None:
        with every_clinic("whichever clinic a page is asked of, before its scope is entered"):
            rows = Location.objects.filter(is_active=True).values_list("clinic_id", "time_zone").distinct()
            zones = {}
            for owner, zone in rows:
                zones[owner] = (*zones.get(owner, ()), zone)
        cache.set("clinic-zones", zones, _SECONDS)
    return max((day_in(zone, now) for zone in zones.get(clinic_id, ())), default=now.date())


def times_forgotten() -> int:
    """Return how often this process was told that a clinic changed: whoever remembers one compares."""
    return _forgotten


def _all() -> dict[int, Clinic]:
    clinics: dict[int, Clinic] | None = cache.get("clinics")
    if not clinics:
        clinics = {clinic.pk: clinic for clinic in Clinic.objects.order_by("pk")}
        cache.set("clinics", clinics, _SECONDS)
    return clinics
