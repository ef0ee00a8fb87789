"""Which section of a treatment page a heading opens."""

from __future__ import annotations

from functools import lru_cache

from vesicle.website.importing.figures import NUMBERED
from vesicle.website.importing.words import section_patterns

_LONGEST = 160


@lru_cache(maxsize=2048)
def section_of_heading(heading: str) -> str:
    """Return the section a heading opens; empty for none we know."""
    text = NUMBERED.sub("", heading.strip().lower())
    if len(text) > _LONGEST:
        return ""
    text = text.rstrip("?: ") + ("?" if text.endswith("?") else "")
    return next((name for name, pattern in section_patterns() if pattern.search(text)), "")
