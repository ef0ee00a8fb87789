"""``docs/reference/prevalences.md``: the figures people are simulated with, for readers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from vesicle.candidacy.simulation.loader import load_prevalences
from vesicle.candidacy.simulation.prevalences import Ages, Dates, Grounded, Prevalences, Row, Where, Wish

OLDEST = 120
MOST_SHOWN = 6
"""Answers of one question that a cell shows; the file has them all."""


def page_text() -> str:
    """Return the page, made from the figures that ship with Vesicle."""
    table = load_prevalences()
    return "\n".join([*_opening(table), *_people(table), *_answers(table), *_wishes(table), *_sources(table), ""])


def _opening(table: Prevalences) -> Iterator[str]:
    found = sum(row.basis != "assumption" for row in table.answers)
    yield from (
        "# Simulated people",
        "",
        "**Approximations that size a questionnaire; not clinical facts about anybody.** No rule of any protocol reads",
        "them, and nothing that is decided about a person may rest on them. They serve to count how many questions",
        "people are asked, and to make many people for tests. This page comes from `vesicle simulate --page`; the file",
        "`vesicle/candidacy/simulation/prevalences.yaml` has every answer in full.",
        "",
        f"Meant are: {table.about}",
        "",
        f"Of {len(table.answers)} questions and follow-ups, {found} rest on a published figure, most of them adapted:",
        "publications count whole populations, not people who visit a med spa. The others are assumptions, and what is",
        "*unsure* is an assumption everywhere. Questions depend on each other only where a row says so, so that rare",
        "combinations are rarer here than in life. Creams, scrubs and hair removal, which make most people wait, are",
        "assumptions: whoever reports on these people should say so, or vary them.",
        "",
        "*figure*: as published. *adapted*: published, changed as the note says. *assumption*: nobody's figure.",
    )


def _people(table: Prevalences) -> Iterator[str]:
    ages = ", ".join(f"{b.ages.from_} to {b.ages.below - 1}: {_percent(b.share)}" for b in table.ages.shares)
    areas = ", ".join(f"{' and '.join(share.areas)} {_percent(share.share)}" for share in table.areas.shares)
    rows: tuple[tuple[str, str, Grounded], ...] = (
        ("women", _percent(table.women.share), table.women),
        ("ages", ages, table.ages),
        ("areas", areas, table.areas),
        ("ask about every option", _percent(table.everything.share), table.everything),
    )
    yield from ("", "## Who asks", "", "| | share | basis | note |", "|---|---|---|---|")
    for name, shares, row in rows:
        yield f"| {name} | {shares} | {_basis(row)} | {row.note} |"


def _answers(table: Prevalences) -> Iterator[str]:
    yield from (
        "",
        "## Answers",
        "",
        "| question | answers | for some | dates | basis | note |",
        "|---|---|---|---|---|---|",
    )
    for row in table.answers:
        cells = (f"`{row.id}`", _chances(row.chances), _instead(row), _dates(row.dates), _basis(row), row.note)
        yield f"| {' | '.join(cells)} |"


def _wishes(table: Prevalences) -> Iterator[str]:
    parts: tuple[tuple[str, Sequence[Wish]], ...] = (("Concerns", table.concerns), ("Options", table.options))
    for title, wishes in parts:
        yield from ("", f"## {title}", "", "Each by itself; everybody has at least one.", "")
        yield from ("| | chance | for some | basis | note |", "|---|---|---|---|---|")
        for wish in wishes:
            some = "; ".join(f"{_where(other)}: {_percent(other.chance)}" for other in wish.instead)
            yield f"| `{wish.id}` | {_percent(wish.chance)} | {some} | {_basis(wish)} | {wish.note} |"


def _sources(table: Prevalences) -> Iterator[str]:
    yield from ("", "## Sources", "")
    yield from ("Read as an abstract, as the publisher's page, or as a digest: somebody else's account of it.", "")
    yield from ("| key | publication | figure used | read |", "|---|---|---|---|")
    for source in table.sources:
        yield f"| {source.key} | [{source.citation}]({source.url}) | {source.figure} | {source.read} |"


def _basis(row: Grounded) -> str:
    return f"{row.basis}: {', '.join(row.sources)}" if row.sources else row.basis


def _chances(chances: Mapping[str, float]) -> str:
    likeliest = sorted(chances.items(), key=lambda pair: -pair[1])
    shown = [f"{said.replace(',', '+')} {_percent(share)}" for said, share in likeliest[:MOST_SHOWN] if share]
    more = len(likeliest) - MOST_SHOWN
    return ", ".join([*shown, *([f"{more} more"] if more > 0 else [])])


def _instead(row: Row) -> str:
    return "; ".join(f"{_where(other)}: {_chances(other.chances)}" for other in row.instead)


def _dates(several: Iterable[Dates]) -> str:
    said = []
    for dates in several:
        spans = ", ".join(f"{span.first}–{span.last} days {_percent(span.chance)}" for span in dates.spans)
        where = _where(dates)
        said.append(f"{f'{where}: ' if where else ''}given {_percent(dates.given)}: {spans}")
    return "; ".join(said)


def _where(where: Where) -> str:
    parts = [
        {"female": "women", "male": "men"}[where.sex] if where.sex else "",
        _ages(where.ages) if where.ages else "",
        ", ".join(where.areas),
        f"{where.after.question} {' or '.join(where.after.is_)}" if where.after else "",
    ]
    return " and ".join(part for part in parts if part)


def _ages(ages: Ages) -> str:
    start = [f"from {ages.from_}"] if ages.from_ else []
    return " ".join([*start, *([f"below {ages.below}"] if ages.below <= OLDEST else [])])


def _percent(share: float) -> str:
    return f"{100 * share:.4g} %"
