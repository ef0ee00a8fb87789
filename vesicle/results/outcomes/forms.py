"""What the outcome page is about."""

from collections.abc import Sequence
from typing import Any

from django import forms

from vesicle.results.outcomes.domain import Cohort
from vesicle.results.outcomes.source import Source, region_name

PARTS = ("provider", "product", "version")


def key_of(source: Source, region: str) -> str:
    """Return how a measure and its area stand in an address."""
    return f"{source.key}|{region}"


def read_key(key: str) -> tuple[Source, str] | None:
    """Return the measure and area of an address, ``None`` for what names none."""
    what, _, region = key.partition("|")
    source = Source.read(what)
    return None if source is None else (source, region)


class ChoiceForm(forms.Form):
    """A treatment, and what was measured where."""

    option = forms.ChoiceField(label="Treatment")
    what = forms.ChoiceField(label="What was measured, and where", required=False)

    def __init__(
        self, options: Sequence[tuple[str, str]], measured: Sequence[tuple[Source, str]], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["option"] = forms.ChoiceField(label="Treatment", choices=options)
        names = [(key_of(source, region), f"{source.name}, {region_name(region)}") for source, region in measured]
        self.fields["what"] = forms.ChoiceField(label="What was measured, and where", choices=names, required=False)


class PartForm(forms.Form):
    """Which part of everybody treated: by provider, product or version of the protocol."""

    def __init__(self, cohort: Cohort, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {
            "provider": ("Provider", {one.provider for one in cohort.treated}),
            "product": ("Product", {name for one in cohort.treated for name in one.products}),
            "version": ("Protocol version", {one.version for one in cohort.treated}),
        }
        for name, (label, found) in names.items():
            choices = [("", "All"), *((each, each) for each in sorted(found))]
            self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False)
