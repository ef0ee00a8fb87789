"""The demo's logins, for the sign-in page of a demo clinic and for whoever starts it."""

from vesicle.core.scope import every_clinic
from vesicle.demo.world import PASSWORD, secret_of
from vesicle.people.demo_hint import DemoLogin
from vesicle.people.models import Staff


def logins(clinic_id: int | None = None) -> list[DemoLogin]:
    """Return the logins of a demo clinic, or of all of them; nothing for a real one."""
    with every_clinic("the start-up message names the logins of every demo clinic"):
        rows = Staff.objects.filter(clinic__is_demo=True, is_active=True).select_related("user").order_by("pk")
        if clinic_id is not None:
            rows = rows.filter(clinic_id=clinic_id)
        return [DemoLogin(row.name, row.title, row.user.email, PASSWORD, secret_of(row.user.email)) for row in rows]
