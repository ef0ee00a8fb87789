"""Which days and which location the figures are about."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms


def _date() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PeriodForm(forms.Form):
    """Two days and a location, or all of them."""

    first = forms.DateField(label="From", widget=_date())
    last = forms.DateField(label="To", widget=_date())
    location = forms.ChoiceField(label="Where", required=False)

    def __init__(self, places: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["location"] = forms.ChoiceField(
            label="Where", required=False, choices=[("", "All locations"), *places]
        )


def usual(today: date) -> list[tuple[str, date, date]]:
    """Return the periods that are asked for most: a name, the first and the last day."""
    yesterday = today - timedelta(days=1)
    return [
        ("Last 4 weeks", today - timedelta(days=28), yesterday),
        ("Last 12 weeks", today - timedelta(days=84), yesterday),
        ("Last 12 months", today - timedelta(days=364), yesterday),
        ("Next 4 weeks", today, today + timedelta(days=27)),
    ]
