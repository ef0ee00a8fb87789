"""Forms of follow-ups and measurements."""

from collections.abc import Sequence

from django import forms

from vesicle.aftercare.forms import measure_fields
from vesicle.protocols.bank import Measure
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
            label="What have you noticed?",
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
    method = forms.CharField(label="Device or scale version", max_length=80, required=False)

    def __init__(self, measures: Sequence[Measure], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as Django gives them
        field = self.fields["measure"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(m.id, f"{m.name} ({m.unit})" if m.unit else m.name) for m in measures]


class PhotoForm(forms.Form):
    """A follow-up photograph taken by staff."""

    view = forms.ChoiceField(label="View", choices=Photo.View.choices)
    week = forms.IntegerField(label="Week after treatment", min_value=0, max_value=104)
    photo = forms.FileField(label="Photograph", widget=forms.ClearableFileInput(attrs={"accept": "image/*"}))
