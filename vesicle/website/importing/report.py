"""The import in words for people: what was read, from where, what not, and what the protocol says instead."""

from __future__ import annotations

from collections.abc import Iterator

from vesicle.website.importing.contradictions import NAMES, Contradiction, figure_words
from vesicle.website.importing.imported import ImportedPage


def report_lines(page: ImportedPage, against: tuple[Contradiction, ...]) -> Iterator[str]:
    """Yield the lines of the report."""
    yield f"Treatment        {page.treatment or 'not recognized'}" + _from(page, "treatment")
    if page.treatment:
        yield f"Modalities       {', '.join(page.modalities) or 'not said'}"
        for role, (name, unit) in NAMES.items():
            yield f"{name:<16} {figure_words(page.figures.get(role), unit)}" + _from(page, role)
    yield f"Concerns         {', '.join(page.concerns) or 'not said'}"
    yield f"Alternatives     {', '.join(page.alternatives) or 'not said'}"
    for one in page.contraindications:
        yield f"Not for          “{one.text}” {one.question or '(no question asks this)'}"
    yield ""
    for name, text in page.sections.items():
        yield f"[{name}]"
        yield from (f"  {line}" for line in text.splitlines())
    if against:
        yield ""
        yield "The page and the protocol differ:"
        yield from (f"  {one.field}: page: {one.page}; protocol: {one.protocol}" for one in against)
    if page.unread:
        yield ""
        yield "Not understood or not taken over:"
        yield from (f"  “{one.text}” ({one.why})" for one in page.unread)
    yield ""
    counts = {
        verdict: sum(one.verdict == verdict for one in page.findings) for verdict in ("block", "needs-evidence", "ok")
    }
    yield f"{len(page.findings)} sentences: {counts['block']} to take out, {counts['needs-evidence']} need evidence."
    yield from (f"  {one.verdict}: {one.text}" for one in page.findings if one.verdict == "block")
    if page.left_out:
        yield f"Left out as no content: {left_out_words(page)}."
    yield from page.notes
    yield "Nothing was stored. Read the page beside this before you use any of it."


def left_out_words(page: ImportedPage) -> str:
    """Return what was left out as no content of a page, and how much of each kind."""
    return ", ".join(f"{kind} ({count})" for kind, count in page.left_out.items())


def _from(page: ImportedPage, path: str) -> str:
    source = page.read_from.get(path)
    if source is None:
        return ""
    note = f"; {source.note}" if source.note else ""
    return f"   from “{source.words}”{note}"
