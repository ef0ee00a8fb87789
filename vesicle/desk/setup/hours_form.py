"""A week of hours to fill in: several spans a day, copied from day to day, from a day on or for a while."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from django import forms
from django.http import QueryDict

from vesicle.desk.setup.forms import date_input, time_input

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LEAST_SPANS, MOST_SPANS = 2, 6
Week = Mapping[int, Sequence[tuple[time, time]]]


@dataclass(frozen=True, slots=True)
class DayRow:
    """A weekday of the form: its spans (from, to), what is wrong with it, and the day before to copy from."""

    number: int
    name: str
    spans: list[tuple[forms.BoundField, forms.BoundField]]
    errors: list[str]
    before: str


class HoursForm(forms.Form):
    """Spans by weekday; ``valid_from`` and ``valid_until`` say for which days they count."""

    valid_from = forms.DateField(
        label="From", required=False, widget=date_input(), help_text="The hours until then stay. Empty: since ever."
    )
    valid_until = forms.DateField(
        label="Until",
        required=False,
        widget=date_input(),
        help_text="For a season; afterwards the hours before count again. Empty: for good.",
    )

    def __init__(self, data: Any = None, *, week: Week | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        week = week or {}
        longest = max((len(spans) for spans in week.values()), default=0)
        asked = str(data.get("spans", "")) if data is not None else ""
        wanted = int(asked) if asked.isdigit() else longest + 1
        self.count = max(LEAST_SPANS, min(MOST_SPANS, wanted))
        for day, name in enumerate(DAYS):
            spans = list(week.get(day, ()))
            for turn in range(self.count):
                opens, closes = spans[turn] if turn < len(spans) else (None, None)
                which = f"{name}, span {turn + 1}"
                for end, label, value in (("opens", "from", opens), ("closes", "to", closes)):
                    self.fields[_name(day, turn, end)] = forms.TimeField(
                        label=f"{which}, {label}", required=False, initial=value, widget=time_input()
                    )

    def clean(self) -> dict[str, Any]:
        """Refuse a span with only one end."""
        data: dict[str, Any] = self.cleaned_data
        for day in range(7):
            for turn in range(self.count):
                ends = [_name(day, turn, end) for end in ("opens", "closes")]
                if any(end in self.errors for end in ends):
                    continue
                missing = [end for end in ends if data.get(end) is None]
                if len(missing) == 1:
                    self.add_error(missing[0], "Give both ends of the span, or neither.")
        return data

    def week(self) -> dict[int, list[tuple[time, time]]]:
        """Return the spans by weekday; a day without any is closed."""
        found: dict[int, list[tuple[time, time]]] = {}
        for day in range(7):
            for turn in range(self.count):
                opens = self.cleaned_data.get(_name(day, turn, "opens"))
                closes = self.cleaned_data.get(_name(day, turn, "closes"))
                if opens is not None and closes is not None:
                    found.setdefault(day, []).append((opens, closes))
        return found

    @property
    def days(self) -> list[DayRow]:
        """Return the week row by row, for the page."""
        rows = []
        for day, name in enumerate(DAYS):
            spans = [(self[_name(day, turn, "opens")], self[_name(day, turn, "closes")]) for turn in range(self.count)]
            errors = list(dict.fromkeys(str(words) for span in spans for end in span for words in end.errors))
            rows.append(DayRow(day, name, spans, errors, DAYS[day - 1] if day else ""))
        return rows


def field_of(name: str) -> str:
    """Return the field beside which a problem of a weekday (its number) is told: its first."""
    return _name(int(name), 0, "opens") if name.isdigit() and int(name) < len(DAYS) else name


def copied(data: QueryDict) -> QueryDict | None:
    """Return what was typed with a day copied to others or a span more, where one of these buttons was pressed.

    ``copy`` is ``1`` (that day from the day before), ``weekdays`` or ``all`` (from Monday); ``more`` adds a span.
    """
    wanted, more = data.get("copy", ""), data.get("more", "")
    spans = data.get("spans", "")
    count = int(spans) if spans.isdigit() else LEAST_SPANS
    if more:
        changed = data.copy()
        changed["spans"] = str(min(MOST_SPANS, count + 1))
        return changed
    pairs = {"weekdays": [(0, day) for day in range(1, 5)], "all": [(0, day) for day in range(1, 7)]}
    pairs |= {str(day): [(day - 1, day)] for day in range(1, 7)}
    if wanted not in pairs:
        return None
    changed = data.copy()
    for source, target in pairs[wanted]:
        for turn in range(min(count, MOST_SPANS)):
            for end in ("opens", "closes"):
                changed[_name(target, turn, end)] = data.get(_name(source, turn, end), "")
    return changed


def _name(day: int, turn: int, end: str) -> str:
    return f"d{day}_{turn}_{end}"
