"""Forms of the desk: a new patient, a booking on somebody's behalf."""

from django import forms

from vesicle.people.models import Patient
from vesicle.protocols.queries import OfferedOption


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
        self, offers: list[OfferedOption], places: list[tuple[str, str]], *args: object, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as Django gives them
        self._offer("option", [(offer.option.id, offer.option.label) for offer in offers])
        self._offer("location", places)

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices
