"""The figures as tables, in words and numbers: the page, the paper and the spreadsheet print the same ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from vesicle.desk.figures.queries import BANDS, Coming, Missing, Utilization
from vesicle.scheduling.domain import figures as sums

_KINDS = (("room", "Rooms"), ("provider", "Providers"), ("device", "Devices"))
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_STEPS = 5
NONE = "–"


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a table: words for people, a value for spreadsheets; ``bar`` in percent, ``heat`` from 0 to 5."""

    text: str
    value: object
    bar: int | None = None
    heat: int | None = None

    @property
    def is_words(self) -> bool:
        """Whether it is words, not a number or its absence."""
        return isinstance(self.value, str) and self.text != NONE


@dataclass(frozen=True, slots=True)
class Table:
    """A table of figures. ``note`` says what is divided by what. The first column of ``rows`` names the row."""

    id: str
    title: str
    note: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    is_heat: bool = False
    empty: str = "Nothing in this period."

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """The heads, each with whether words stand below it."""
        below = [any(row[index].is_words for row in self.rows) for index in range(len(self.head))]
        return list(zip(self.head, below, strict=True))


def utilization_tables(found: Utilization) -> list[Table]:
    """Return, for rooms, providers and devices each: a line for every one of them, and the hours of the week."""
    tables = []
    for kind, title in _KINDS:
        with_capacity = kind == "room"
        rows = tuple(
            (
                _words(line.resource.name + ("" if line.resource.is_active else " (retired)")),
                _words(", ".join(line.where)),
                *((_whole(line.resource.capacity),) if with_capacity else ()),
                *_use(line.use),
            )
            for line in sorted(found.lines[kind], key=lambda line: -(line.use.share or 0))
        )
        blank = [_words("")] * (2 if with_capacity else 1)
        tables.append(
            Table(
                f"{kind}s",
                title,
                _NOTES[kind],
                (title[:-1], "Where", *(("Places",) if with_capacity else ()), *_USE_HEAD),
                rows,
                (_words("Together"), *blank, *_use(found.total(kind))) if len(rows) > 1 else (),
            )
        )
        tables.append(_hours(kind, title, found.hours[kind]))
    return tables


_NOTES = {
    "room": "Booked hours of open hours. Open is the location’s hours, less closures, times the places of the room.",
    "provider": "Booked hours of open hours. Open is their own hours while the location is open, less time off.",
    "device": "Booked hours of open hours. Open is the location’s hours, less closures and maintenance.",
}
_USE_HEAD = ("Open, hours", "Booked, hours", "Utilization", "With buffers", "Booked outside, hours")


def _use(use: sums.Use) -> tuple[Cell, ...]:
    return (
        _hours_of(use.open),
        _hours_of(use.booked),
        percent(use.share, bar=True, digits=1),
        percent(use.share_with_buffers, digits=1),
        _hours_of(use.outside),
    )


def _hours(kind: str, title: str, by_hour: Mapping[sums.Hour, sums.Use]) -> Table:
    shown = sorted({hour for _, hour in by_hour})
    columns = range(shown[0], shown[-1] + 1) if shown else range(0)
    rows = tuple(
        (_words(name), *(_heat(by_hour.get((weekday, hour))) for hour in columns)) for weekday, name in enumerate(_DAYS)
    )
    return Table(
        f"{kind}-hours",
        f"{title} by weekday and hour",
        "Booked of open, without buffers, by the location’s clock. Empty where nothing was open.",
        ("", *(_clock(hour) for hour in columns)),
        rows if shown else (),
        is_heat=True,
    )


def _heat(use: sums.Use | None) -> Cell:
    if use is None or use.share is None:
        return Cell("", None)
    part = round(use.share * 100)
    return Cell(f"{part}", part, heat=min(_STEPS, part * (_STEPS + 1) // 101))


def attendance_tables(found: Coming, names: Mapping[str, str]) -> list[Table]:
    """Return who came: by what was booked, by provider, by how far ahead; and how far ahead they booked."""
    note = (
        "No-shows and late cancellations of all who were expected: came, did not come, or cancelled less than "
        f"{sums.LATE_HOURS} hours before. “Not said” is over without anybody saying what became of it."
    )
    by_option = {names.get(option, option): one for option, one in found.by_option.items()}
    by_band = {band: found.by_band[band] for _, band in BANDS if band in found.by_band}
    return [
        _attendance(
            "came-by-treatment", "Who came, by treatment", "Treatment or visit", note, _most(by_option), found.total
        ),
        _attendance(
            "came-by-provider", "Who came, by provider", "Provider", note, _most(found.by_provider), found.total
        ),
        _attendance(
            "came-by-lead", "Who came, by how far ahead it was booked", "Booked", note, by_band.items(), found.total
        ),
        _lead(found, names),
    ]


def _most(groups: Mapping[str, sums.Attendance]) -> list[tuple[str, sums.Attendance]]:
    return sorted(groups.items(), key=lambda item: (-item[1].expected, item[0]))


def _attendance(
    id_: str, title: str, first: str, note: str, groups: Iterable[tuple[str, sums.Attendance]], total: sums.Attendance
) -> Table:
    head = (
        first,
        "Expected",
        "Came",
        "Did not come",
        "No-show rate",
        "Cancelled late",
        "Late rate",
        "Cancelled in time",
        "Not said",
    )
    rows = tuple((_words(name), *_came(one)) for name, one in groups)
    return Table(id_, title, note, head, rows, (_words("Together"), *_came(total)) if len(rows) > 1 else ())


def _came(one: sums.Attendance) -> tuple[Cell, ...]:
    return (
        _whole(one.expected),
        _whole(one.came),
        _whole(one.no_shows),
        percent(one.no_show_share, bar=True, digits=1),
        _whole(one.cancelled_late),
        percent(one.late_share, bar=True, digits=1),
        _whole(one.cancelled),
        _whole(one.open),
    )


def _lead(found: Coming, names: Mapping[str, str]) -> Table:
    longest = max((one.upper for one in found.lead.values()), default=0) or 1
    ordered = sorted(found.lead.items(), key=lambda item: (-item[1].median, item[0]))
    rows = tuple((_words(names.get(option, option)), *_days(one, longest)) for option, one in ordered)
    total = (_words("Together"), *_days(found.lead_total, longest)) if found.lead_total and len(rows) > 1 else ()
    return Table(
        "lead-time",
        "From booking to visit",
        "Days from the booking to the visit, cancelled ones left out. Half of all lie between the quartiles.",
        ("Treatment or visit", "Visits", "Lower quartile, days", "Median, days", "Upper quartile, days"),
        rows,
        total,
    )


def _days(one: sums.Spread, longest: float) -> tuple[Cell, ...]:
    return (
        _whole(one.count),
        _decimal(one.lower),
        Cell(f"{one.median:.1f}", round(one.median, 2), bar=round(min(1, one.median / longest) * 100)),
        _decimal(one.upper),
    )


def demand_tables(found: Sequence[Missing], names: Mapping[str, str]) -> list[Table]:
    """Return what was looked for in vain: by option and location, and by week."""
    note = "Searches of people on the booking pages and at the desk. Nobody’s name is kept."
    rows = tuple(
        (
            _words(names.get(one.option, one.option)),
            _words(one.location),
            _whole(one.demand.found + one.demand.missed),
            _whole(one.demand.missed),
            percent(one.demand.share, bar=True),
            _whole(one.with_provider),
            _decimal(one.next_free.median) if one.next_free else _words(NONE),
        )
        for one in found
    )
    weeks = [(week, one, demand) for one in found for week, demand in one.weeks.items() if demand.missed]
    weeks.sort(key=lambda row: (-row[0].toordinal(), -row[2].missed, row[1].option))
    by_week = tuple(
        (
            Cell(f"{_short(week)}", week.isoformat()),
            _words(names.get(one.option, one.option)),
            _words(one.location),
            _whole(demand.found + demand.missed),
            _whole(demand.missed),
            percent(demand.share, bar=True),
        )
        for week, one, demand in weeks
    )
    return [
        Table(
            "demand",
            "Searches by treatment",
            note,
            (
                "Treatment or visit",
                "Where",
                "Searches",
                "Found nothing",
                "Of all",
                "Wished for a provider",
                "Next free after, days (median)",
            ),
            rows,
            empty="Nobody looked for a time in this period.",
        ),
        Table(
            "demand-weeks",
            "Searches in vain by week",
            "The weeks in which somebody found nothing, by the day of the search.",
            ("Week of", "Treatment or visit", "Where", "Searches", "Found nothing", "Of all"),
            by_week,
            empty="Everybody who looked found a time.",
        ),
    ]


def percent(share: Fraction | None, *, bar: bool = False, digits: int = 0) -> Cell:
    """Return a share as percent; nothing where there is no denominator."""
    if share is None:
        return Cell(NONE, None)
    value = round(float(share) * 100, 1)
    return Cell(f"{float(share) * 100:.{digits}f}%", value, bar=min(100, round(share * 100)) if bar else None)


def _hours_of(minutes: int) -> Cell:
    return Cell(
        f"{minutes / 60:,.0f}" if minutes % 60 == 0 or minutes > 600 else f"{minutes / 60:,.1f}", round(minutes / 60, 2)
    )


def _whole(number: int) -> Cell:
    return Cell(f"{number:,}", number)


def _decimal(number: float) -> Cell:
    return Cell(f"{number:.1f}", round(number, 2))


def _words(text: str) -> Cell:
    return Cell(text, text)


def _short(day: date) -> str:
    return f"{day:%b} {day.day}, {day.year}"


def _clock(hour: int) -> str:
    return f"{hour % 12 or 12} {'AM' if hour < 12 else 'PM'}"


def headline(used: Utilization, came: Coming, demand: Sequence[Missing]) -> list[tuple[str, str, str]]:
    """Return the few figures on top: a name, a value, and what it is of."""
    tiles = [
        (title, percent(found.share, digits=1).text, f"of {_hours_of(found.open).text} open hours")
        for kind, title in _KINDS
        for found in (used.total(kind),)
    ]
    lead, missed = came.lead_total, sum(one.demand.missed for one in demand)
    searches = missed + sum(one.demand.found for one in demand)
    return [
        *tiles,
        ("No-shows", percent(came.total.no_show_share, digits=1).text, f"of {came.total.expected:,} expected"),
        ("Booked ahead", f"{lead.median:.1f} days" if lead else NONE, "median"),
        ("Found no time", f"{missed:,}", f"of {searches:,} searches"),
    ]
