"""Forms of follow-ups and measurements."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vesicle.aftercare.forms import measure_fields
from vesicle.protocols.bank import Measure
from vesicle.results.conditions import Conditions
from vesicle.treatment.models import Photo


class FollowUpForm(forms.Form):
    """The patient's own scores and words. Photographs have a page of their own."""

    def __init__(self, measures: Sequence[Measure], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as Django gives them
        self.measure_names: list[str] = []
        for measure in measures:
            for name, field in measure_fields(measure).items():
                self.fields[name] = field
                self.measure_names.append(name)
        self.fields["note"] = forms.CharField(
            label=_("What have you noticed?"),
            required=False,
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    def values(self) -> dict[str, object]:
        """Return the scores by measure."""
        return {name: self.cleaned_data[name] for name in self.measure_names}


class MeasurementForm(forms.Form):
    """A clinician's score or a device reading."""

    measure = forms.ChoiceField(label="Measure")
    value = forms.CharField(
        label="Value", widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    )
    week = forms.IntegerField(
        label="Week after treatment", min_value=0, max_value=104, help_text="0 is before treatment"
    )
    region = forms.CharField(label="Where on the skin", max_length=60, required=False)
    device = forms.CharField(
        label="Device and model, or version of the scale",
        max_length=80,
        required=False,
        help_text="Readings of two devices are never compared.",
    )
    temperature_c = forms.DecimalField(label="Room temperature (°C)", max_digits=3, decimal_places=1, required=False)
    humidity_percent = forms.DecimalField(label="Room humidity (%)", max_digits=4, decimal_places=1, required=False)
    rested_minutes = forms.IntegerField(label="Skin rested in the room (minutes)", min_value=0, required=False)

    def __init__(self, measures: Sequence[Measure], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as Django gives them
        self._devices = {measure.id for measure in measures if "device" in measure.scored_by}
        field = self.fields["measure"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [choice for measure in measures for choice in _choices(measure)]

    def measured(self) -> dict[str, Any]:
        """Return what the service is told: measure, part, value, week, region, and the conditions of a reading."""
        data = self.cleaned_data
        measure, _, part = data["measure"].partition(".")
        told: dict[str, Any] = {
            "measure_id": measure,
            "part": part,
            **{name: data[name] for name in ("value", "week", "region")},
        }
        if measure not in self._devices:
            return told | {"method": data["device"]}
        rooms = {name: data[name] for name in ("temperature_c", "humidity_percent", "rested_minutes")}
        return told | {"conditions": Conditions(data["device"], **rooms)}


def _choices(measure: Measure) -> list[tuple[str, str]]:
    unit = f" ({measure.unit})" if measure.unit else ""
    if not measure.parts:
        return [(measure.id, f"{measure.name}{unit}")]
    return [(f"{measure.id}.{part.id}", f"{measure.name}: {part.label}{unit}") for part in measure.parts]


class PhotoForm(forms.Form):
    """A follow-up photograph taken by staff."""

    view = forms.ChoiceField(label="View", choices=Photo.View.choices)
    week = forms.IntegerField(label="Week after treatment", min_value=0, max_value=104)
    photo = forms.FileField(label="Photograph", widget=forms.ClearableFileInput(attrs={"accept": "image/*"}))
