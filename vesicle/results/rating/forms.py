"""The form that opens a round."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms

from vesicle.people.models import Staff
from vesicle.protocols.bank import load_bank
from vesicle.protocols.queries import OfferedOption
from vesicle.treatment.models import Photo


class RoundForm(forms.Form):
    """What is looked at, in which weeks, and who looks."""

    subject = forms.ChoiceField(label="Treatment, and what to look at")
    view = forms.ChoiceField(label="View", choices=Photo.View.choices)
    from_week = forms.IntegerField(label="From week", min_value=1, max_value=104, initial=10)
    to_week = forms.IntegerField(label="To week", min_value=1, max_value=104, initial=16)
    raters = forms.MultipleChoiceField(
        label="Raters",
        widget=forms.CheckboxSelectMultiple,
        help_text="Two or more. Nobody is shown a person they treated or photographed.",
        error_messages={"required": "Choose two or more raters."},
    )

    def __init__(self, options: Sequence[OfferedOption], staff: Sequence[Staff], *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]  # passed on as Django gives them
        bank = load_bank()
        subjects = [
            (
                f"{one.option.id}|{addressed.concern}",
                f"{one.option.title}, {one.option.name.lower()}: {bank.concerns[addressed.concern].name}",
            )
            for one in options
            for addressed in one.option.sections.concerns
        ]
        # Django's stubs know the fields of a form only as fields.
        self.fields["subject"].choices = subjects  # type: ignore[attr-defined]
        self.fields["raters"].choices = [(str(one.pk), one.name) for one in staff]  # type: ignore[attr-defined]

    @property
    def option_and_concern(self) -> tuple[str, str]:
        """The chosen option and concern."""
        option, _, concern = self.cleaned_data["subject"].partition("|")
        return option, concern
