"""The list of addresses for search engines, each with the day its edition was approved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from vesicle.core import addresses
from vesicle.website.presenters.head import alternates


@dataclass(frozen=True, slots=True)
class SitemapEntry:
    """One address; ``changed`` is ``None`` where nobody can say when it last changed."""

    url: str
    changed: date | None
    alternates: tuple[tuple[str, str], ...]


def sitemap_entries(
    site: str, treatments: Sequence[tuple[str, date | None]], concerns: Sequence[str]
) -> tuple[SitemapEntry, ...]:
    """Return every public page by language. Lists are as new as the newest edition in them; locations follow none."""
    newest = max((day for _, day in treatments if day), default=None)
    lists = ("home", "treatments", "compare", "concerns")
    found = [
        *((reverse(f"website:{name}"), newest) for name in lists),
        (reverse("website:locations"), None),
        *((reverse("website:treatment", args=[name]), day) for name, day in treatments),
        *((reverse("website:concern", args=[name]), newest) for name in concerns),
    ]
    return tuple(
        SitemapEntry(site + addresses.in_language(path, code), day, alternates(site, path))
        for path, day in found
        for code in addresses.complete()
    )
