"""What sign-in pages ask for: the demo logins, where the clinic is a demo."""

from typing import Any

from django import template

from vesicle.core import clock
from vesicle.people import demo_hint

register = template.Library()


@register.simple_tag(takes_context=True)
def demo_logins(context: dict[str, Any]) -> list[dict[str, str]]:
    """Return name, role, address, password and current code of each demo login; nothing for a real clinic."""
    clinic = context.get("clinic")
    if clinic is None or not clinic.is_demo:
        return []
    now = clock.now()
    return [
        {
            "name": login.name,
            "role": login.role,
            "email": login.email,
            "password": login.password,
            "code": login.code(now),
        }
        for login in demo_hint.logins(clinic.pk)
    ]
