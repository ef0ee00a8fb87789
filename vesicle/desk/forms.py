"""Forms of the desk: a new patient, a booking on somebody's behalf, a blocked stretch of time."""

from collections.abc import Iterable
from typing import Any

from django import forms

from vesicle.clinic.models import Location, Resource
from vesicle.people.models import Patient


class PatientForm(forms.ModelForm[Patient]):
    """Somebody on the phone or at the desk."""

    class Meta:
        model = Patient
        fields = ("first_name", "last_name", "preferred_name", "date_of_birth", "email", "phone")
        widgets = {"date_of_birth": forms.DateInput(attrs={"type": "date"})}


class SearchTimesForm(forms.Form):
    """What, where and from which day."""

    option = forms.ChoiceField(label="Treatment")
    location = forms.ChoiceField(label="Where")
    first = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(
        self, choices: list[tuple[str, str]], places: list[tuple[str, str]], *args: object, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as Django gives them
        self._offer("option", choices)
        self._offer("location", places)

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices


class BlockForm(forms.Form):
    """What is blocked, when, and why."""

    what = forms.ChoiceField(label="What", required=False)
    day = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}))
    start = forms.TimeField(label="From", widget=forms.TimeInput(attrs={"type": "time", "step": 300}, format="%H:%M"))
    end = forms.TimeField(label="To", widget=forms.TimeInput(attrs={"type": "time", "step": 300}, format="%H:%M"))
    reason = forms.CharField(label="Why", max_length=120, help_text="Your colleagues read it on the calendar.")
    anyway = forms.BooleanField(label="Block it all the same, and find them new times next.", required=False)

    def __init__(self, place: Location, rows: Iterable[Resource], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["what"]
        if isinstance(field, forms.ChoiceField):
            named = [(str(row.pk), f"{row.name} ({row.get_kind_display().lower()})") for row in rows]
            field.choices = [*named, ("", f"All of {place.name}")]

    def clean(self) -> dict[str, Any]:
        """Refuse a stretch without length."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("start") is not None and data.get("start") == data.get("end"):
            self.add_error("end", "Choose another time than the beginning.")
        return data
