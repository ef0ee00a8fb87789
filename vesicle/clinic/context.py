"""What every page may use: the clinic and the person looking."""

from typing import Any

from django.http import HttpRequest


def clinic_and_actor(request: HttpRequest) -> dict[str, Any]:
    """Return ``clinic`` and ``actor``, or ``None`` for both where no clinic exists yet."""
    return {"clinic": getattr(request, "clinic", None), "actor": getattr(request, "actor", None)}
