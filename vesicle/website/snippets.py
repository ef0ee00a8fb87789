"""The lines a clinic pastes into its own site."""

from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import urlencode

from vesicle.core import addresses
from vesicle.core.languages import ENGLISH, speaking
from vesicle.website.embedding import PREFIX

HEIGHTS: Final = {"booking": 720, "candidacy": 820, "comparison": 900, "treatment": 1200}
"""What is kept free before a page has said how tall it is, in CSS pixels. ``embed_v1.js`` has the same."""

_PUBLIC: Final = ("comparison", "treatment")


@dataclass(frozen=True, slots=True)
class Snippet:
    """One page for another site: with our script, and as a bare frame."""

    kind: str
    title: str
    path: str
    with_script: str
    bare: str


def snippet(
    kind: str, title: str, *, site: str, option: str = "", treatment: str = "", language: str = ENGLISH
) -> Snippet:
    """Return what to paste for one kind of page.

    Parameters
    ----------
    kind
        One of ``HEIGHTS``.
    title
        What people who listen to the page hear of the frame.
    site
        Our origin.
    language
        The language the page speaks; the title is written in it.
    """
    given = {"option": option} if option else {}
    pages = {"booking": "/book/", "candidacy": "/candidacy/", "comparison": "/compare/"}
    page = f"/treatments/{treatment}/" if kind == "treatment" else pages[kind]
    query = f"?{urlencode(given)}" if given else ""
    words = {"vesicle": kind, **given, **({"treatment": treatment} if treatment else {}), "title": title}
    if language != ENGLISH:
        words["language"] = language
    marks = " ".join(f'data-{name}="{escape(value)}"' for name, value in words.items())
    address = PREFIX + addresses.in_language(page, language) + query
    if kind in _PUBLIC:
        outside = addresses.in_language(page, language) + query
    else:
        with speaking(language):
            outside = addresses.onward(page + query)
    link = f'<a href="{escape(site + outside)}">{escape(title)}</a>'
    return Snippet(
        kind,
        title,
        address,
        f'<script src="{escape(site)}/embed/v1.js" defer></script>\n<div {marks}>{link}</div>',
        f'<iframe src="{escape(site + address)}" title="{escape(title)}" loading="lazy" width="100%" '
        f'height="{HEIGHTS[kind]}"></iframe>',
    )
