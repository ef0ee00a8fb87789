"""Where a clinic answers: its own domain if it has one."""

from django.conf import settings

from vesicle.clinic.queries import clinic_by_id


def own_address(clinic_id: int) -> str:
    """Return the address of a clinic's own domain, or empty when it uses the installation's."""
    clinic = clinic_by_id(clinic_id)
    if clinic is None or not clinic.domain:
        return ""
    scheme, _, host = settings.PUBLIC_URL.partition("://")
    port = host.partition(":")[2]
    return f"{scheme}://{clinic.domain}{':' + port if port else ''}"
