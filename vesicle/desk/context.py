"""The staff's navigation, with counts of what waits."""

from typing import Any

from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return ``nav`` for staff pages; nothing for everybody else."""
    return {}
