"""Forms of the visit, made from the protocol's records."""

from collections.abc import Mapping, Sequence

from django import forms

from vesicle.clinic.domain import ROUTE_WORDS
from vesicle.clinic.models import Lot
from vesicle.protocols.bank import load_bank
from vesicle.protocols.schema.sections import ProductNeed, Record, Step
from vesicle.treatment.domain import CHARTED_KINDS, areas_of
from vesicle.treatment.models import Photo, StepEntry


def field_name(record: str, area: str) -> str:
    """Return a record's field name; ``record.area`` where it is asked for each area."""
    return f"{record}.{area}" if area else record


class StepForm(forms.Form):
    """Everything a step records except products and photographs. Values are checked by the service."""

    def __init__(
        self,
        step: Step,
        areas: Sequence[str],
        entries: Mapping[tuple[str, str, str], StepEntry],
        *args: object,
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as Django gives them
        names = load_bank().areas
        self.keys: dict[str, tuple[str, str]] = {}
        for record in step.records:
            if record.kind not in CHARTED_KINDS:
                continue
            for area in areas_of(record, areas):
                name = field_name(record.id, area)
                entry = entries.get((step.id, record.id, area))
                self.keys[name] = (record.id, area)
                self.fields[name] = _field(record, names[area].name if area else "", entry)

    def values(self) -> dict[tuple[str, str], object]:
        """Return what was typed, by record and area."""
        return {key: self.cleaned_data.get(name) for name, key in self.keys.items()}


def _field(record: Record, area: str, entry: StepEntry | None) -> forms.Field:
    label = f"{record.label}, {area}" if area else record.label
    value = entry.value if entry else None
    if record.kind == "choice":
        return forms.ChoiceField(
            label=label,
            required=False,
            choices=[(choice, choice) for choice in record.choices],
            widget=forms.RadioSelect,
            initial=value,
            help_text=record.help or "",
        )
    if record.kind == "check":
        return forms.BooleanField(label=label, required=False, initial=bool(value), help_text=record.help or "")
    widget: forms.Widget = forms.TextInput()
    if record.kind == "time":
        widget = forms.TimeInput(attrs={"type": "time"})
    elif record.kind in ("number", "measure"):
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    elif record.kind == "answers":
        widget = forms.Textarea(attrs={"rows": 3})
    field = forms.CharField(label=_with_unit(label, record), required=False, widget=widget, initial=value)
    field.help_text = _help(record)
    return field


def _with_unit(label: str, record: Record) -> str:
    unit = load_bank().measures[record.measure].unit if record.measure else record.unit
    return f"{label} ({unit})" if unit else label


def _help(record: Record) -> str:
    low, high = record.min, record.max
    if record.measure:
        measure = load_bank().measures[record.measure]
        low, high = measure.min, measure.max
    span = f"{low:g} to {high:g}" if low is not None and high is not None else ""
    confirm = "clinic's default, to confirm" if record.kind == "number" and record.basis == "to-confirm" else ""
    return ". ".join(part for part in (record.help or "", span, confirm) if part)


class ProductForm(forms.Form):
    """A lot, picked or scanned, its quantity and route."""

    lot = forms.ChoiceField(label="Lot in stock here", required=False)
    scan = forms.CharField(
        label="Or scan the label, or type the lot code",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"data-scan": "", "autocomplete": "off", "autocapitalize": "characters"}),
    )
    quantity = forms.DecimalField(label="Quantity used", min_value=0, max_digits=9, decimal_places=2)
    route = forms.ChoiceField(label="Route")

    def __init__(self, need: ProductNeed, lots: Sequence[Lot], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as Django gives them
        rows = [(str(lot.pk), f"{lot.product.name}, lot {lot.code}, until {lot.expires_on}") for lot in lots]
        self._offer("lot", [("", "Choose a lot" if rows else "No usable lot in stock here"), *rows])
        self._offer("route", [(route, ROUTE_WORDS.get(route, route)) for route in need.routes])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices


class PhotoForm(forms.Form):
    """One photograph and its view."""

    view = forms.ChoiceField(label="View", choices=Photo.View.choices)
    photo = forms.FileField(
        label="Photograph", widget=forms.ClearableFileInput(attrs={"accept": "image/*", "capture": "environment"})
    )


class AmendForm(forms.Form):
    """A correction to a signed visit."""

    text = forms.CharField(label="What is right", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    reason = forms.CharField(label="Why it has to be corrected", max_length=300, required=False)
    signature = forms.CharField(label="Your full name, as a signature", max_length=120, required=False)
